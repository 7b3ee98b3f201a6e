"""A visitor walks from a whole continuum to one competency by keyboard; a district lets evidence count elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Job
from assessments import services
from competencies.choices import AssociationKind
from supports import recompute
from tests import factories as make
from tests.browsers import browser_sign_in
from tests.cast import demonstrate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tab_to(page, name):
    """Press Tab until what has the focus is called this."""
    for _press in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        )
        if said.startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


@pytest.fixture
def continuum(db):
    """Two branches of 25, each competency after the one before it."""
    framework = make.FrameworkFactory(title="Wide world")
    rows = []
    for branch in ("Sound", "Light"):
        parent = make.CompetencyFactory(framework=framework, name=branch, code="", is_assessable=False)
        rows += [make.CompetencyFactory(framework=framework, name=f"{branch} {n}", parent=parent) for n in range(1, 26)]
    for earlier, later in zip(rows, rows[1:], strict=False):
        make.AssociationFactory(origin=earlier, destination=later)
    return framework


def test_a_visitor_zooms_from_all_of_it_to_one_competency_by_keyboard(continuum, browser_page):
    page = browser_page
    page.goto(f"/frameworks/{continuum.public_id}")
    tab_to(page, "See what comes before what")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What comes before what")

    tab_to(page, "Light. 25 competencies")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Light")

    tab_to(page, "Light 2.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Light 2")
    assert page.locator("svg.map-wide a").all_inner_texts() != []
    expect(page.locator("svg.map-wide a")).to_have_count(3)
    tab_to(page, "Two steps around it")
    page.keyboard.press("Enter")
    expect(page.locator("svg.map-wide a")).to_have_count(5)
    expect(page.locator("svg [aria-current=true]").first).to_have_attribute("aria-label", re.compile("Light 2"))

    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("svg.map-wide")).to_be_hidden()
    expect(page.locator("svg.map-narrow")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_district_lets_evidence_count_and_a_teacher_reads_where_it_comes_from(
    world, teacher, district, browser_context
):
    passport = make.FrameworkFactory(title="Numeracy Passport", scale=world.framework.scale)
    twin = make.CompetencyFactory(framework=passport, name="Comparing parts")
    make.AssociationFactory(origin=twin, destination=world.idea["compare"], kind=AssociationKind.EXACT_MATCH)
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)

    page = browser_context.new_page()
    browser_sign_in(page, district)
    page.goto(f"/frameworks/{passport.public_id}/crosswalks")
    page.get_by_role("link", name=re.compile("Decide.*Mathematics and Me → Numeracy Passport")).click()
    page.get_by_label("counts where the two are the same").check()
    page.get_by_label("Why?").fill("Both name the same idea.")
    page.get_by_role("button", name="Count what would change").click()
    job = Job.objects.get(kind="change_crosswalk")
    services.run_crosswalk_change(job_id=job.pk)
    page.reload()
    expect(page.locator("main")).to_contain_text("fewer than 10")
    page.get_by_role("button", name="Let this hold from now on").click()
    services.run_crosswalk_change(job_id=job.pk)
    recompute.refresh_due(today=world.today)
    page.close()

    page = browser_context.new_page()
    browser_sign_in(page, teacher)
    page.goto(f"/students/{world.student.public_id}/competencies/{twin.public_id}")
    expect(page.locator("main")).to_contain_text("recorded on “Compare” of Mathematics and Me")
    expect(page.locator("#counted-title")).to_contain_text("3")
    page.get_by_role("link", name="See it there").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
