"""S9 from the other side: a partner proposes a pathway, people design it together, two read it, everyone reads it."""

from __future__ import annotations

import pytest
from django.conf import settings

from accounts.models import User
from competencies.choices import RigorCriterion
from competencies.models import Pathway
from competencies.services import pathways as services
from tests.cast import viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_pathway_comes_from_a_partner_and_opens_in_two_languages(
    chromium, live_server, client_of, world, teacher, student, partner, principal, district
):
    User.objects.filter(person=teacher).update(email="teacher@willow.example")

    def page_of(person, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(20_000)
        if person is not None:
            cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        return context.new_page()

    works = page_of(partner)
    works.goto("/pathways/propose")
    works.get_by_label("What is it called?").fill("River bridges")
    works.get_by_label("What will students do, in a sentence?").fill("Build what people walk on.")
    works.get_by_label("Why here, and why now?").fill("Forty crossings need hands.")
    works.get_by_role("button", name="Propose it").click()
    works.get_by_role("heading", level=1, name="River bridges").wait_for()
    row = Pathway.objects.get()
    where = f"/pathways/{row.public_id}"
    works.get_by_role("link", name="Invite somebody").click()
    works.get_by_role("searchbox").fill("teacher@willow.example")
    works.get_by_role("button", name="Find").click()
    works.get_by_role("button", name="Invite Teacher Cast").click()
    works.get_by_text("Invited.").first.wait_for()

    # the teacher brings a student of hers, and writes what it is made of
    room = page_of(teacher)
    room.goto(f"{where}/design/people")
    room.get_by_role("searchbox").fill("Maya")
    room.get_by_role("button", name="Find").click()
    room.get_by_role("button", name="Invite Maya Okafor").click()
    room.get_by_text("Invited.").first.wait_for()
    room.goto(f"{where}/design")
    room.get_by_role("link", name="Add one Experiences").click()
    room.get_by_label("internship").check()
    room.locator(".text-form").get_by_label("Name").fill("At the yard")
    room.get_by_role("button", name="Save").click()
    room.get_by_role("heading", name="At the yard").wait_for()
    for kind, title in (("Ways in", "I like to build"), ("Ways on", "Summer crew")):
        room.get_by_role("link", name=f"Add one {kind}").click()
        room.locator(".text-form").get_by_label("Name").fill(title)
        room.get_by_role("button", name="Save").click()
        room.get_by_text(title).first.wait_for()
    room.goto(f"{where}/design/competencies?q=ratios")
    room.get_by_role("button", name="Put it in Ratios").click()
    room.get_by_role("button", name="Take it out Ratios").wait_for()
    for part, label, text in (
        ("reach", "When and where", "Saturdays."),
        ("after", "What it opens", "The trainee exam."),
    ):
        room.goto(f"{where}/design/{part}")
        room.get_by_label(label).fill(text)
        room.get_by_role("button", name="Save").click()
        room.get_by_text(text).first.wait_for()

    # the student says something; the partner reads it without a name
    maya = page_of(student)
    maya.goto(f"{where}/design")
    maya.get_by_label("What should be different, and why?").fill("Tools from grade 4.")
    maya.get_by_role("button", name="Say it").click()
    maya.get_by_text("Tools from grade 4.", exact=True).wait_for()
    works.goto(f"{where}/design")
    assert works.get_by_text("A student designer").count() == 2
    assert "Maya" not in works.content()

    room.goto(f"{where}/design/in/es")
    room.get_by_label("Name (optional)", exact=True).fill("Puentes del río")
    room.get_by_label("In a sentence").fill("Construye por donde camina la gente.")
    room.get_by_role("button", name="Save").click()
    room.get_by_role("button", name="Ask for a review").click()
    room.get_by_text("being reviewed").wait_for()

    version = Pathway.objects.get(pk=row.pk).version
    for person, read in ((principal, list(RigorCriterion)[1:4]), (district, list(RigorCriterion)[5:])):
        for criterion in read:
            services.read_criterion(
                by=viewer_of(person), pathway=row, of_version=version, criterion=criterion, is_met=True, note="",
                language="en",
            )  # fmt: skip
    for person, place in ((principal, 0), (district, 4)):
        page = page_of(person)
        page.goto(f"{where}/review")
        line = page.locator(".criteria > li").nth(place)
        line.get_by_label("Yes", exact=True).check()
        line.get_by_role("button", name="Save").click()
        line.get_by_text("met", exact=True).wait_for()
    page.get_by_role("button", name="Open it to everyone").click()
    page.get_by_text("It is open to everyone now.").first.wait_for()

    visitor = page_of(None, locale="es-US")
    visitor.goto("/pathways")
    visitor.get_by_role("link", name="Puentes del río").click()
    visitor.get_by_role("heading", level=1, name="Puentes del río").wait_for()
    assert "Maya" not in visitor.content()
    assert visitor.locator("html").get_attribute("lang") == "es"
