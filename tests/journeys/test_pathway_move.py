"""S2, S9 and F10: a student joins a pathway, moves to another with everything, and leaves; a partner sees the student
while the family's yes holds, and not a request longer."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings

from accounts.models import Partner
from assessments.models import Evidence
from success_plans.models import PathwayMembership
from success_plans.services import pathways as services
from success_plans.services.pathways import Ask
from supports import recompute
from tests import factories as make
from tests.cast import demonstrate, viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


def page_of(chromium, live_server, client_of, person, **options):
    context = chromium.new_context(base_url=live_server.url, **options)
    context.set_default_timeout(20_000)
    cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def test_s9_a_student_joins_moves_keeps_everything_and_leaves(
    chromium, live_server, client_of, world, student, teacher
):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    make.PathwayFactory(title="Gardens")
    make.PathwayFactory(title="Radio", competencies=[world.idea["compare"], world.idea["ratios"]])

    page = page_of(chromium, live_server, client_of, student, viewport=PHONE)
    page.goto(f"/students/{world.student.public_id}/map")
    page.get_by_role("main").get_by_role("link", name="Pathways", exact=True).first.click()
    page.get_by_role("link", name="Gardens").click()
    page.get_by_label("From an interest in building").check()
    page.get_by_label("Why this one? In your own words").fill("I grow beans on the balcony")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("You are in.").wait_for()
    page.get_by_role("link", name="Gardens").first.click()
    page.get_by_label("At the bridge works").check()
    page.get_by_role("button", name="Keep this").click()
    page.get_by_text("Kept.").wait_for()

    page.get_by_role("link", name="Radio").click()
    page.get_by_text("from 3 pieces").wait_for()
    page.get_by_role("heading", name="New there").wait_for()
    page.get_by_label("From an interest in building").check()
    page.get_by_role("button", name="Move there").click()
    page.get_by_text("You are in.").wait_for()
    page.get_by_role("link", name="Radio").first.click()
    page.get_by_role("button", name="Leave this pathway").click()
    page.get_by_text("Everything that was shown stays").wait_for()

    assert Evidence.objects.count() == 3
    assert sorted(PathwayMembership.objects.values_list("state", flat=True)) == ["left", "left"]
    page.context.close()


def test_a_partners_open_tab_closes_with_the_familys_yes(
    chromium, live_server, client_of, world, student, guardian, partner
):
    organisation = Partner.objects.get(members__person=partner)
    pathway = make.PathwayFactory(title="Bridges", partner=organisation)
    services.join(by=viewer_of(student), student=world.student, pathway=pathway, ask=Ask(uuid.uuid4(), "", "en"))

    home = page_of(chromium, live_server, client_of, guardian, viewport=PHONE)
    home.goto(f"/family/{world.student.public_id}")
    home.get_by_role("link", name="Partners outside school").click()
    home.get_by_role("button", name="Yes").click()
    home.get_by_text("The family says yes.").wait_for()

    tab = page_of(chromium, live_server, client_of, partner)
    tab.goto("/partner")
    tab.get_by_role("link", name="Maya").click()
    tab.get_by_label("What did you see?").fill("Measured the span twice")
    tab.get_by_role("button", name="Send it").click()
    tab.get_by_text("A teacher has not read it yet").wait_for()

    home.get_by_role("button", name="Take it back").click()
    home.get_by_text("Taken back. It no longer holds").wait_for()
    assert tab.reload().status == 404
    tab.goto("/partner")
    assert "Maya" not in tab.content()
    for one in (home, tab):
        one.context.close()
