"""The year of a plan as people live it: coverage that moves, a class talked through, a list that empties itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import Relationship, SchoolYear
from success_plans.choices import StatementKind, Voice
from success_plans.models import ClassReview, CycleStep, ReviewEntry
from success_plans.recompute import run_school
from success_plans.services import plans
from tests import factories as make
from tests.browsers import browser_sign_in
from tests.cast import viewer_of

PATIENCE = 60_000  # milliseconds a page may take on a busy machine before the test gives up
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def year(world):
    """Riverside's year began 20 days ago; five students sit in Math 5; the cycle was gone through."""
    SchoolYear.objects.update(starts_on=world.day(20))
    Relationship.objects.update(starts_on=world.day(20))
    world.students[-1].enrolments.update(ends_on=world.today)
    run_school(world.school, day=world.today)
    return world


def test_a_plan_lead_sees_coverage_move(year, browser_page, plan_lead, teacher):
    browser_sign_in(browser_page, plan_lead)
    page = browser_page
    page.set_default_timeout(PATIENCE)
    page.goto(f"/schools/{year.school.public_id}")
    expect(page.get_by_role("heading", name="7 students have no plan yet")).to_be_visible()
    expect(page.get_by_role("row", name="Math 5 ")).to_contain_text("Teacher Cast")
    for child in year.students[:5]:
        plans.say(
            by=viewer_of(teacher), student=child, kind=StatementKind.INTEREST, voice=Voice.STAFF, text="Bridges",
            language="en",
        )  # fmt: skip
    page.reload()
    expect(page.get_by_role("heading", name="2 students have no plan yet")).to_be_visible()
    for child in (year.students[5], year.student_next_door):
        make.PlanStatementFactory(plan=make.PlanFactory(student=child))
    page.reload()
    expect(page.get_by_text("Every student has a plan.")).to_be_visible()
    page.get_by_role("link", name="The year’s steps").click()
    expect(page.get_by_role("heading", name="Step by step")).to_be_visible()
    assert not [s for s in year.everyone() if s.person.display_name in page.inner_text("main")]


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_class_of_five_is_talked_through_and_the_list_empties_itself(
    year, chromium, live_server, teacher, with_javascript
):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 780}, java_script_enabled=with_javascript
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    browser_sign_in(page, teacher)
    page.goto("/work?step=class_review")
    expect(page.locator("#step-class_review + ul > li")).to_have_count(5)
    page.get_by_role("link", name="Talk about them").first.click()
    for number in range(5):
        expect(page.get_by_text(f"{number} of 5 talked about").first).to_be_attached()
        if number == 2:  # leave, and continue where it was
            page.goto("/work?step=class_review")
            page.get_by_role("link", name="Talk about them").first.click()
        page.get_by_label("A strength we see").fill(f"Strength number {number}")
        page.get_by_label("We thought about what could reach further").check()
        page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("button", name="Finish the review").click()
    expect(page.get_by_text("The review of this class is finished.").first).to_be_visible()
    assert ReviewEntry.objects.filter(enrichment_considered=True).count() == 5
    assert ClassReview.objects.get().finished_on == year.today
    page.goto("/work")
    expect(page.get_by_text("The class was talked through.").first).to_be_visible()
    assert page.locator("#step-class_review").count() == 0
    assert not CycleStep.objects.filter(owner=teacher, step="class_review", done_on__isnull=True).exists()
    width = page.evaluate("document.documentElement.scrollWidth") if with_javascript else 360
    assert width <= 360
    context.close()
