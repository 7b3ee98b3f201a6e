"""T19: one work, two teachers, two browsers, blind; then they talk. S4: a student's own view beside the teacher's."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from assessments.models import Evidence, Moderation
from assessments.selectors.agreement import LEAST
from tests.assessments.works import judged_by_two, rubric, work_of
from tests.cast import add_student

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000  # milliseconds a page may take on a busy machine before the test gives up


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a page of a browser profile signed in as them; all are closed before the database is."""
    opened = []

    def open_as(person, **options):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context.new_page()

    yield open_as
    for context in opened:
        context.close()


def choose(page, *digits):
    """Judge by keyboard: a digit for each criterion, then the button that took the focus."""
    page.locator(".criterion input").first.focus()
    for digit in digits:
        page.keyboard.press(digit)
    expect(page.get_by_role("button", name="Finish")).to_be_focused()
    page.keyboard.press("Enter")


def test_two_teachers_judge_blind_in_two_browsers_disagree_talk_and_see_how_far_they_agree(
    world, profile, teacher, teacher_next_door
):
    version, _criteria = rubric(world, title="Bridge rubric")
    earlier = work_of(world, is_blind=True, version=version, title="Towers")
    students = [*world.students, *(add_student(world.section, f"Child{n}", "Many") for n in range(LEAST - 6))]
    for n, student in enumerate(students[1:]):
        judged_by_two(world, earlier, student, *[(1 + n % 4, 2 + n % 2, 3)] * 2)
    work = work_of(world, is_blind=True, version=version, title="Bridges")
    world_student = work.submissions.create(
        student=world.student, text="Maya’s bridge of paper.", language="en", submitted_at=earlier.created_at, version=1
    )

    # the class's teacher asks a colleague
    desk = profile(teacher)
    desk.goto(f"/works/{work.public_id}")
    desk.get_by_label("Colleague", exact=True).select_option(label=teacher_next_door.display_name)
    desk.get_by_role("button", name="Ask", exact=True).click()
    desk.locator("#messages").get_by_text("Asked for 1 work").wait_for()

    # both judge, each in a browser of their own, by keyboard
    other = profile(teacher_next_door)
    other.goto("/scorings")
    other.get_by_role("link", name="Bridges").click()
    assert "Maya" not in other.content()
    choose(other, "1", ".", "1", "3")  # the point after a level: half a step more
    other.get_by_text("between").first.wait_for()
    other.get_by_text("unseen by anyone else").wait_for()
    desk.goto(f"/works/{work.public_id}/students/{world.student.public_id}/score")
    assert "What the other person sees" not in desk.content()
    assert not Evidence.objects.filter(task_title="Bridges").exists()
    choose(desk, "4", "4", "3")

    # they saw it differently; the teacher writes down what they decide
    desk.get_by_text("What the other person sees").wait_for()
    other.reload()
    assert "What the other person sees" in other.content()
    assert "Maya" not in other.content()
    desk.get_by_role("link", name="Decide together").click()
    desk.locator("input[name=level][value='3']").check()
    desk.get_by_label("Why").fill("We both see the middle beam.")
    desk.get_by_role("button", name="Decide").click()
    desk.get_by_text("What was decided").wait_for()
    assert Moderation.objects.get(submission=world_student).level == 3

    # and the rubric says how far they agree
    desk.goto(f"/instruments/{version.instrument.public_id}/agreement")
    text = desk.inner_text("main")
    assert "10 works" in text
    assert "9 of 10 judgements" in text
    assert teacher_next_door.display_name not in text


def test_a_student_hands_in_with_a_view_of_their_own_and_the_teacher_judges_beside_it(world, profile, student, teacher):
    work = work_of(world, title="Bridges")
    page = profile(student, java_script_enabled=False)
    page.goto(f"/students/{world.student.public_id}/work")
    page.get_by_role("link", name="Bridges").click()
    page.get_by_label("My work in words").fill("A bridge of paper strips.")
    page.locator(".criterion").first.locator("input").nth(3).check()
    page.get_by_role("button", name="Hand it in").click()
    page.get_by_text("Handed in. You can hand it in anew").wait_for()

    desk = profile(teacher)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"/works/{work.public_id}")
    desk.get_by_role("link", name=re.compile("Judge.*Maya")).click()
    assert "A bridge of paper strips." in desk.inner_text(".artifact")
    assert "The student’s own view" in desk.inner_text(".rubric")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    choose(desk, "4", "4", "2")
    desk.get_by_text("What could come next").wait_for()

    page.reload()
    views = page.locator(".two-views")
    assert "What I see" in views.inner_text()
    assert teacher.display_name in views.inner_text()
    assert sorted(Evidence.objects.filter(student=world.student).values_list("kind", flat=True)) == [
        "self",
        "teacher",
        "teacher",
    ]
