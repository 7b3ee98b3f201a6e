"""T1, T13, A5, F11: my students in one list, a student handed over, a school's caseloads, two homes of one child."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.choices import RelationshipKind, Role
from accounts.models import Relationship
from success_plans.choices import Voice
from tests import factories as make
from tests.cast import add_person, relate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def screen(chromium, live_server, client_of):
    """`screen(person)` is a page of their own browser; `phone=True`: at 360 px, `js=False`: without scripts."""
    opened = []

    def open_as(person, *, phone=False, js=True):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else {"width": 1280, "height": 900},
            java_script_enabled=js,
        )
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def fits(page) -> bool:
    """Nothing makes the page wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def told(page, words):
    """Wait until the page says so."""
    page.locator("#messages").get_by_text(words).wait_for()


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_t1_my_students_by_what_is_due_and_by_name(world, teacher, screen, js):
    page = screen(teacher, phone=True, js=js)
    make.PlanStatementFactory(plan=make.PlanFactory(student=world.student))
    page.goto("/students")
    assert page.locator(".roll > li a").all_inner_texts() == [
        "Ben Alder",
        "Chloé Diaz",
        "Dara Esposito",
        "Eli Fox",
        "Fay Gray",
        "Maya Okafor",
    ]
    page.get_by_label("What is due").select_option("plan")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/students?due=plan*")
    assert "Maya Okafor" not in page.inner_text("main")
    page.goto("/students")
    page.get_by_label("Find a student by name").fill("okafor")
    page.get_by_label("Find a student by name").press("Enter")
    page.wait_for_function("document.querySelectorAll('.roll > li').length === 1") if js else page.wait_for_load_state()
    assert page.locator(".roll > li a").all_inner_texts() == ["Maya Okafor"]
    assert "okafor" not in page.url.lower()
    if js:
        assert fits(page)


def test_t13_handing_over_ends_the_old_view_at_once(world, navigator, screen):
    cook = add_person("cook", Role.NAVIGATOR, world.school)
    plan = reverse("student_plan", args=[world.student.public_id])
    old, new = screen(navigator), screen(cook)
    old.goto(plan)
    assert "Maya" in old.inner_text("main")
    tab = old.context.new_page()
    tab.goto("/handovers")
    tab.get_by_role("link", name="Hand Maya over").click()
    tab.get_by_label("To whom").select_option(label="Cook Cast")
    tab.get_by_label("What should they know").fill("Likes to talk while walking.")
    tab.get_by_role("button", name="Ask them").click()
    told(tab, "Until they say yes, you hold the plan.")

    new.goto("/today")
    assert "Likes to talk while walking." in new.inner_text("main")
    assert "Maya" not in new.content()
    new.get_by_role("link", name="Say yes or no").click()
    new.get_by_role("button", name="Yes, I take over").click()
    new.get_by_role("link", name="Maya Okafor").click()
    assert "Maya" in new.inner_text("main")

    assert old.reload().status == 404
    assert "Maya" not in old.content()


def test_a5_a_lead_sees_loads_names_navigators_and_moves_those_of_a_leaver(world, plan_lead, navigator, screen):
    cook = add_person("cook", Role.NAVIGATOR, world.school)
    page = screen(plan_lead)
    page.goto(reverse("school", args=[world.school.public_id]))
    page.get_by_role("link", name="Caseloads").click()
    assert "6 of 7 students have no navigator yet." in page.inner_text("main")
    page.get_by_text("Ben Alder").click()
    page.get_by_label("Who holds these plans?").select_option(label="Cook Cast")
    page.get_by_role("button", name="Name the navigator").click()
    told(page, "One student has a navigator now.")

    page.get_by_role("link", name="See a proposal").click()
    page.get_by_text("Chloé Diaz").click()  # not this line
    page.get_by_role("button", name="Take the lines I chose").click()
    told(page, "4 students have their navigator now.")
    assert "1 of 7 students has no navigator yet." in page.inner_text("main")

    page.get_by_role("link", name="Navigator Cast").click()
    page.get_by_role("link", name="They leave: see a proposal for all").click()
    page.get_by_role("button", name="Take the lines I chose").click()
    page.get_by_text("Every student has an adult who holds the plan.").wait_for()
    rows = page.locator("tbody tr")
    assert rows.count() == 1
    assert rows.nth(0).inner_text().startswith("Cook Cast")
    assert not Relationship.objects.filter(person=navigator, kind=RelationshipKind.CASELOAD, ends_on=None).exists()
    assert Relationship.objects.filter(person=cook, kind=RelationshipKind.CASELOAD, ends_on=None).count() == 7
    page.set_viewport_size(PHONE)
    assert fits(page)


def test_f11_two_homes_read_their_own_words_and_a_document_closes_one_part(world, guardian, plan_lead, screen):
    other = add_person("second_guardian")
    relate(other, RelationshipKind.GUARDIAN, [world.student])
    plan = make.PlanFactory(student=world.student)
    for person, words in ((guardian, "We cook together on Sundays."), (other, "We ride bicycles by the river.")):
        make.PlanStatementFactory(plan=plan, voice=Voice.FAMILY, author=person, text=words)

    lead = screen(plan_lead)
    lead.goto(reverse("circle_edit", args=[world.student.public_id]))
    lead.get_by_label("looking after this student").check()
    lead.get_by_role("button", name="Open the plan").click()
    lead.get_by_label("Home of Guardian Cast").fill("North")
    lead.get_by_label("Home of Second Guardian").fill("River")
    lead.get_by_role("button", name="Save the homes").click()
    told(lead, "each household sees its own words only")

    north, river = screen(guardian, phone=True), screen(other, phone=True)
    child = reverse("family_child", args=[world.student.public_id])
    for page, mine, theirs in ((north, "cook together", "bicycles"), (river, "bicycles", "cook together")):
        page.goto(child)
        assert mine in page.content()
        assert theirs not in page.content()

    lead.get_by_text("Enter a document").click()
    lead.get_by_label("Second Guardian", exact=True).check()
    lead.get_by_label("Which part").select_option("everything")
    lead.get_by_label("The document and its date").fill("Order of 3 May")
    lead.get_by_role("button", name="Enter it").click()
    told(lead, "Entered. It holds from its first day on")
    assert river.reload().status == 404
    assert north.reload().status == 200
