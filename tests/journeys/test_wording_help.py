"""Wording help beside what is written, and a goal changed where it stands (T18, S3)."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from success_plans.models import PlanStatement
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000


@pytest.fixture
def phone(chromium, live_server, client_of):
    """`phone(person)` is a small page signed in as them."""
    opened = []

    def open_as(person):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740})
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def test_a_label_gets_a_suggestion_beside_it_and_is_saved_all_the_same(world, phone, navigator):
    page = phone(navigator)
    page.goto(f"/students/{world.student.public_id}/plan")
    page.wait_for_load_state("networkidle")
    page.locator("#strength").get_by_role("link", name="Add a sentence").press("Enter")
    words = page.get_by_label("In your words")
    expect(words).to_be_focused()
    page.keyboard.type("She is a slow reader")
    expect(page.get_by_text("Another way to say it, if you like:")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#strength")).to_contain_text("She is a slow reader")
    assert PlanStatement.objects.get().text == "She is a slow reader"


def test_a_goal_is_changed_where_it_stands_without_a_mouse(world, phone, student):
    goal = make.GoalFactory(plan__student=world.student, plan__created_by=student, author=student)
    page = phone(student)
    page.goto(f"/students/{world.student.public_id}/plan")
    page.wait_for_load_state("networkidle")
    page.locator(f"#goal-{goal.public_id}").get_by_role("link", name="Change").press("Enter")
    words = page.get_by_label("What comes next")
    expect(words).to_be_focused()
    assert page.url.endswith("/plan")
    page.keyboard.press("Control+A")
    page.keyboard.type("Read two chapters a week.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", name="Read two chapters a week.")).to_be_visible()
    goal.refresh_from_db()
    assert goal.text == "Read two chapters a week."
