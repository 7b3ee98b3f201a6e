"""A district brings its own framework in from a spreadsheet: columns, two faults, the page for everyone, the file.

The visitor has no JavaScript. The worker's turn is taken by the test.
"""

from __future__ import annotations

import json
import os

import pytest

from accounts.models import Job
from competencies import services
from tests.browsers import browser_sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 30_000
FILE = (
    "Our learning plan 2026,,,\n,,,\nRef #,What students will be able to do,Goes inside,Grade band\n"
    "N,Numbers,,\nN.1,Counts a collection and says how many,N,K-2\nN.2,Adds,Nowhere,3\nN.1,Counts again,N,3\n"
)


def nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth") <= width


def look(page, name):
    folder = os.environ.get("THROUGHLINE_PICTURES")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        if folder:
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def test_a_spreadsheet_with_unusual_headings_becomes_a_public_framework(
    chromium, live_server, world, district, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "plan.csv"
    path.write_text(FILE)
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    browser_sign_in(page, district)
    page.goto("/frameworks/import")
    page.set_input_files("input[type=file]", str(path))
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_url("**/frameworks/imports/*")
    services.run_framework_import(job_id=Job.objects.get().pk)
    page.reload()
    page.get_by_role("link", name="Say what the columns are").click()

    assert page.get_by_label("The row with the headings").input_value() == "3"
    for heading, what in (
        ("Ref #", "its code"),
        ("What students will be able to do", "the statement"),
        ("Goes inside", "code of what it belongs under"),
        ("Grade band", "grades"),
    ):
        page.get_by_label(f"{heading}: What is in this column").select_option(label=what)
    page.get_by_label("What says where a row belongs?").select_option(
        label="a column with the code of what it belongs under"
    )
    page.get_by_label("Title of the framework").fill("Our learning plan")
    page.get_by_label("Keep these choices under a name").fill("Our plan")
    assert nothing_sticks_out(page, 360)
    look(page, "columns")
    page.get_by_role("button", name="Check every row").click()
    page.wait_for_url("**/frameworks/imports/*")
    services.run_framework_import(job_id=Job.objects.get().pk)
    page.reload()

    assert page.get_by_text("2 rows were set aside").is_visible()
    assert page.get_by_text("row 6, column “Goes inside”").is_visible()
    assert page.get_by_text("row 7, column “Ref #”").is_visible()
    assert nothing_sticks_out(page, 360)
    look(page, "preview")
    page.get_by_role("button", name="Write these changes").click()
    page.wait_for_url("**/frameworks/imports/*")
    services.run_framework_import(job_id=Job.objects.get().pk)
    context.close()

    visitor = chromium.new_context(base_url=live_server.url, java_script_enabled=False, accept_downloads=True)
    visitor.set_default_timeout(PATIENCE)
    page = visitor.new_page()
    page.goto("/frameworks")
    page.get_by_role("link", name="Our learning plan").first.click()
    assert page.get_by_text("Counts a collection and says how many").first.is_visible()
    assert nothing_sticks_out(page, 360)
    look(page, "framework")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as CASE 1.1").click()
    content = json.loads(waiting.value.path().read_text())
    assert [row["humanCodingScheme"] for row in content["CFItems"]] == ["N", "N.1"]
    visitor.close()
