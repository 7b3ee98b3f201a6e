"""A roster goes in through the browser, with a real worker, and two records of one person are joined."""

import pytest

from accounts import models
from accounts.choices import JobState
from tests.accounts.oneroster.rosters import zipped
from tests.accounts.rosters.scene import changed, current_roster, student
from tests.browsers import browser_sign_in
from tests.processes import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page, tmp_path, files):
    archive = tmp_path / "roster.zip"
    archive.write_bytes(zipped(files).getvalue())
    page.goto("/imports")
    page.set_input_files("input[type=file]", str(archive))
    page.get_by_role("button", name="Look at the roster").click()


def nothing_sticks_out(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.worker
def test_a_roster_is_looked_at_confirmed_and_arrives_without_reloading(
    browser_page, start_worker, world, district, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    start_worker(queues="bulk", THROUGHLINE_MEDIA=str(settings.MEDIA_ROOT))
    browser_sign_in(browser_page, district)
    choose(browser_page, tmp_path, changed(current_roster(), "enrollments.csv", "e2,,,k1", "e2,,,k9"))
    browser_page.get_by_role("heading", name="What would change").wait_for(timeout=60_000)
    assert browser_page.get_by_text("1 row was set aside").is_visible()
    assert nothing_sticks_out(browser_page, 360)
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    browser_page.get_by_role("button", name="Write these changes").click()
    browser_page.get_by_role("heading", name="What changed").wait_for(timeout=60_000)
    assert models.Job.objects.get().state == JobState.DONE
    assert student("u1").person.given_name == "Maya"
    browser_page.get_by_role("link", name="Rows set aside").click()
    assert browser_page.get_by_text("Nothing in the roster has this id").is_visible()
    assert nothing_sticks_out(browser_page, 360)


def test_without_javascript_everything_is_there_too(chromium, live_server, world, district, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    browser_sign_in(page, district)
    choose(page, tmp_path, current_roster())
    assert page.get_by_text("Waiting for a worker").is_visible()
    page.get_by_role("button", name="Stop").click()
    assert page.get_by_text("This import was stopped. Nothing was changed.").is_visible()
    eventually(lambda: not models.Job.objects.get().upload)
    context.close()
