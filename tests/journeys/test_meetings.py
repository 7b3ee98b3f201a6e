"""T3, T10, T11, S7: a group kept in one submit, a meeting prepared and run, a conference led by its student."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from success_plans.models import Decision, Meeting, MeetingAttendee
from supports.models import Support, SupportSession
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000
SHEETS = {"A4": ("210mm", "297mm"), "Letter": ("8.5in", "11in")}


@pytest.fixture
def profile(chromium, live_server, client_of):
    """`profile(person)` is a browser profile signed in as them; all are closed before the database is emptied."""
    opened = []

    def open_as(person, **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        cookie = client_of(person).cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_as
    for context in opened:
        context.close()


@pytest.fixture
def meeting(world, navigator, guardian):
    """A planned conference about Maya, with something to say on every point of it."""
    plan = make.PlanFactory(student=world.student, created_by=navigator)
    make.PlanStatementFactory(plan=plan, author=world.student.person, text="I explain things well.")
    make.PlanStatementFactory(plan=plan, author=guardian, voice="family", text="Le gusta cantar.", language="es")
    make.GoalFactory(plan=plan, author=world.student.person)
    make.NeedFactory(plan=plan, author=world.people["teacher"])
    make.SupportFactory(student=world.student, owner=world.people["teacher"], starts_on=world.day(14))
    row = Meeting.objects.create(
        plan=plan,
        kind="conference",
        starts_at=timezone.now() + timedelta(days=3),
        place="Library",
        is_student_led=True,
        language="en",
        called_by=navigator,
    )
    for person, role in ((world.student.person, "student"), (guardian, "family"), (navigator, "navigator")):
        MeetingAttendee.objects.create(meeting=row, person=person, role=role)
    return row


def fits(page) -> bool:
    """Nothing stands out to the side."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")


def test_t3_a_group_is_kept_in_one_submit_and_taken_back(world, teacher, profile):
    entry = make.CatalogueEntryFactory()
    for child in world.students[:5]:
        make.SupportFactory(student=child, entry=entry, owner=teacher, starts_on=world.day(7), minutes=25)
    page = profile(teacher, viewport={"width": 360, "height": 740}).new_page()
    page.goto("/sessions")
    page.get_by_role("link", name="Partner work").click()
    assert page.get_by_label("Minutes").input_value() == "25"
    away = page.get_by_role("group", name="Ben Alder")
    away.get_by_role("radio", name="was away").check()
    assert fits(page)
    page.get_by_role("button", name="Keep for 5 students").click()
    page.get_by_text("1 was away").wait_for()
    assert sorted(SupportSession.objects.values_list("state", flat=True)) == ["absent", *["held"] * 4]
    assert SupportSession.objects.values("batch").distinct().count() == 1
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Taken back").wait_for()
    assert not SupportSession.objects.filter(undone_at__isnull=True).exists()


def test_t10_a_meeting_is_ready_without_typing_and_prints_on_two_sides(world, meeting, teacher, profile):
    page = profile(teacher).new_page()
    page.goto(f"/meetings/{meeting.public_id}")
    text = page.inner_text("main")
    assert text.index("own words") < text.index("What goes well") < text.index("Where this is going")
    assert "Considered for everyone" in text
    assert "I explain things well." in text
    page.get_by_role("link", name="On paper").click()
    expect(page.get_by_role("heading", name="What we decide")).to_be_visible()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for name in SHEETS:
        paper = page.pdf(format=name, print_background=True)
        assert paper.count(b"/Type /Page\n") <= 2, name
    assert fits(page)


def test_t11_a_decision_typed_once_is_an_action_and_the_meeting_ends_with_what_was_decided(
    world, meeting, navigator, guardian, profile
):
    page = profile(navigator).new_page()
    page.goto(f"/meetings/{meeting.public_id}")
    page.get_by_role("link", name="Run this meeting").click()
    page.get_by_role("button", name="Begin now").click()
    page.get_by_role("textbox", name="We decided").fill("Read together on Sundays")
    page.get_by_label("Who does it").select_option(label=guardian.display_name)
    page.get_by_label("Until").fill(world.day(-30).isoformat())
    page.get_by_role("button", name="Keep this decision").click()
    page.locator("#decisions").get_by_text("It is an action now.").wait_for()
    page.get_by_role("textbox", name="We decided").fill("Ask about the choir")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep this decision").click()
    page.locator("#decisions").get_by_text("Kept as a decision.").wait_for()
    assert Support.objects.get(owner=guardian).title == "Read together on Sundays"
    assert Decision.objects.count() == 2
    page.get_by_label("What the student and the family say").fill("Maya: yes, and my cello.")
    page.get_by_role("button", name="The meeting is over").click()
    page.locator("#messages").get_by_text("Here is what was decided").wait_for()
    text = page.inner_text("main")
    assert "Read together on Sundays" in text
    assert "my cello" in text


def test_t11_without_scripts_and_with_a_session_that_ran_out_nothing_typed_is_lost(
    world, meeting, navigator, profile, client_of
):
    meeting.state, meeting.started_at = "running", timezone.now()
    meeting.save()
    context = profile(navigator, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/meetings/{meeting.public_id}/run")
    page.get_by_role("textbox", name="We decided").fill("Words worth keeping")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Keep this decision").click()
    page.wait_for_url("**/account/login/**")
    navigator.user.set_password("a long enough password")
    navigator.user.save()
    page.locator("input[name=login]").fill("navigator")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url("**/run")
    assert page.get_by_role("textbox", name="We decided").input_value() == "Words worth keeping"
    page.get_by_role("button", name="Keep this decision").click()
    page.wait_for_url("**/run#decisions")
    assert Decision.objects.get().text == "Words worth keeping"


def test_s7_a_student_prepares_and_presents_their_conference(world, meeting, student, guardian, profile):
    page = profile(student, viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"/students/{world.student.public_id}/conference")
    page.get_by_label("I explain things well.").check()
    page.get_by_label("I am proud of").fill("My bridge")
    page.get_by_label("My questions for the adults").fill("May I join the choir?")
    assert fits(page)
    page.get_by_role("button", name="Keep and show it").click()
    page.wait_for_url("**/conference/show")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("I explain things well.")).to_be_visible()
    expect(page.get_by_text("My bridge")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("My bridge")).to_be_visible()
    assert fits(page)
    # on paper, and without scripts, it is one page with everything
    page.emulate_media(media="print")
    expect(page.get_by_text("May I join the choir?")).to_be_visible()
    plain = profile(guardian, java_script_enabled=False).new_page()
    plain.goto(f"/students/{world.student.public_id}/conference/show")
    text = plain.inner_text("main")
    assert text.index("explain things") < text.index("My bridge") < text.index("join the choir")
