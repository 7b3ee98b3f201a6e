"""A student sets a goal on the plan page (S3)."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from success_plans.choices import Voice
from success_plans.models import Goal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a page signed in as them."""
    opened = []

    def open_as(person, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def test_a_student_sets_a_goal_without_javascript(world, profile, student):
    page = profile(student, java_script_enabled=False)
    page.goto(f"/students/{world.student.public_id}/plan")
    page.get_by_role("link", name="Add what comes next").click()
    page.get_by_label("What comes next").fill("Build a bridge that holds ten books")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Build a bridge that holds ten books")).to_be_visible()
    expect(page.get_by_text("It becomes a goal with:")).to_be_visible()
    assert Goal.objects.get().voice == Voice.STUDENT
