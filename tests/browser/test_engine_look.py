"""axe walks the pages of judgements, methods, roll-ups and calibration; a district changes a method in the browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Job
from assessments import services
from assessments.models import MasterySummary
from supports import recompute
from tests.assessments.test_judgements import judge
from tests.browser.test_look import faults
from tests.browsers import browser_sign_in
from tests.cast import see
from tests.factories.competencies import CompetencyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wrong_on(page, paths):
    """What is wrong with these pages, by path; every other one small and dark."""
    found = {}
    for n, path in enumerate(paths):
        width, scheme = ((1280, "light"), (360, "dark"))[n % 2]
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        answer = page.goto(path)
        wrong = [] if answer.status == 200 else [f"answers {answer.status}"]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append("pushes sideways")
        if wrong := [*wrong, *faults(page)]:
            found[path] = wrong
    return found


def test_axe_finds_nothing_where_people_judge_and_look_back(browser_page, world, teacher):
    idea, maya = world.idea["compare"], world.student
    see(teacher, maya, idea, 2)
    judge(teacher, maya, idea, 4)
    recompute.refresh_due()
    why = reverse("student_competency", args=[maya.public_id, idea.public_id])
    form = reverse("judgement", args=[maya.public_id, idea.public_id])
    browser_sign_in(browser_page, teacher)

    assert wrong_on(browser_page, [why, why, form, form, f"{why}?on={world.today.isoformat()}"]) == {}


def test_a_district_sees_what_would_change_and_says_yes(browser_page, world, teacher, district):
    for ago, value in ((9, 3), (5, 2), (1, 2)):
        see(teacher, world.student, world.idea["compare"], value, on=world.day(ago))
    recompute.refresh_due()
    services.refit(by=None)
    parent = CompetencyFactory(framework=world.framework, name="Fractions", is_assessable=False)
    CompetencyFactory(framework=world.framework, name="Halves", parent=parent)
    method = reverse("framework_method", args=[world.framework.public_id])
    browser_sign_in(browser_page, district)
    paths = [method, f"{method}?method=criterion", reverse("rollup", args=[parent.public_id]), reverse("calibration")]
    assert wrong_on(browser_page, paths) == {}

    browser_page.goto(method)
    browser_page.get_by_role("link", name="highest", exact=True).click()
    browser_page.get_by_role("button", name="Count what would change").click()
    job = Job.objects.get(kind="change_method")
    services.run_method_change(job_id=job.pk)
    browser_page.get_by_text("Judge it this way from now on").wait_for()
    assert browser_page.get_by_role("row", name="Building Shown 1").is_visible()
    assert wrong_on(browser_page, [browser_page.url]) == {}
    browser_page.get_by_role("button", name="Judge it this way from now on").click()
    services.run_method_change(job_id=job.pk)
    recompute.refresh_due()
    browser_page.get_by_text("Chosen, and everybody is in line").wait_for()
    assert MasterySummary.objects.get(competency=world.idea["compare"]).method == "highest"
