"""A table of scores goes in through the browser, on a phone too; axe finds nothing on the way."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Job
from assessments.models import Evidence
from assessments.services.imports import run_evidence_import
from tests.assessments.imports.scene import give_ids, table
from tests.browser.test_engine_look import wrong_on
from tests.browsers import browser_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_table_is_mapped_looked_at_and_stored(browser_page, world, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    give_ids(world)
    path = tmp_path / "unit.csv"
    path.write_bytes(table("s1,3,1", "s2,0,2", "nobody,3,3", header="student_id,score,absences"))
    browser_sign_in(browser_page, district)
    browser_page.goto(reverse("evidence_imports"))
    browser_page.set_input_files("input[type=file]", str(path))
    browser_page.get_by_role("button", name="Look at the file").click()
    browser_page.get_by_role("heading", name="unit.csv").wait_for()
    columns = browser_page.url
    assert browser_page.get_by_label("score: What is in this column").input_value() == "score"
    assert browser_page.get_by_label("absences: What is in this column").input_value() == ""
    browser_page.get_by_label("The competency (optional)").select_option(str(world.idea["compare"].public_id))
    browser_page.get_by_label("The date, if no column has it").fill(world.day(1).isoformat())
    browser_page.get_by_label("points", exact=True).check()
    browser_page.get_by_label("Out of how many points?").fill("4")
    browser_page.get_by_role("button", name="Check every row").click()
    browser_page.get_by_text("Waiting for a worker").wait_for()
    run_evidence_import(job_id=Job.objects.get().pk)
    browser_page.get_by_role("heading", name="What would be stored").wait_for()
    browser_page.get_by_label("missing: it is left out").check()
    assert wrong_on(browser_page, [browser_page.url, browser_page.url, reverse("evidence_imports")]) == {}
    browser_page.goto(columns.removesuffix("/columns"))
    browser_page.get_by_label("missing: it is left out").check()
    browser_page.get_by_role("button", name="Store these pieces").click()
    run_evidence_import(job_id=Job.objects.get().pk)
    browser_page.get_by_role("heading", name="What was stored").wait_for()
    assert Evidence.objects.count() == 1
    browser_page.get_by_role("link", name="Rows set aside").click()
    assert browser_page.get_by_text("Nobody here has this id.").is_visible()


def test_the_page_of_columns_is_clean_and_fits(browser_page, world, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    give_ids(world)
    path = tmp_path / "unit.csv"
    path.write_bytes(table("s1,3,1", header="student_id,score,a very long name of a column nobody needs at all"))
    browser_sign_in(browser_page, district)
    browser_page.goto(reverse("evidence_imports"))
    browser_page.set_input_files("input[type=file]", str(path))
    browser_page.get_by_role("button", name="Look at the file").click()
    browser_page.get_by_role("heading", name="unit.csv").wait_for()
    assert wrong_on(browser_page, [browser_page.url, browser_page.url]) == {}
