"""Reminders: before a thing falls due and once after, one message a person and day, in counts, silent on children."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts.models import CalendarException, ReadEvent, Relationship, SchoolYear, User
from accounts.recompute import calendars
from config.schedule import SCHEDULE
from success_plans.choices import MeetingState, ReminderKind
from success_plans.models import CycleStep, Digest, Meeting, Reminder
from success_plans.recompute import run_school, send_digests, send_reminders
from success_plans.selectors.cycle import work_list
from success_plans.tasks import remind
from tests import factories as make
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def at(day, hour=9):
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(settings.TIME_ZONE))


@pytest.fixture
def tuesday(world):
    """A Tuesday in the first weeks of the year; everybody's steps are due long after it."""
    day = world.today + timedelta(days=1 - world.today.weekday())
    SchoolYear.objects.update(starts_on=day - timedelta(days=20))
    CalendarException.objects.all().delete()
    run_school(world.school, day=day)
    CycleStep.objects.filter(done_on__isnull=True).update(due_on=day + timedelta(days=60))
    for name in ("teacher", "navigator", "plan_lead", "specialist"):
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    return day


def owned(person, due_on, n=1):
    """Give this person n open steps that fall due on a day."""
    keys = list(CycleStep.objects.filter(done_on__isnull=True).order_by("pk").values_list("pk", flat=True)[:n])
    assert len(keys) == n
    CycleStep.objects.filter(pk__in=keys).update(owner=person, due_on=due_on)
    return keys


def to(name):
    return [message for message in mail.outbox if message.to == [f"{name}@example.org"]]


def test_a_step_is_told_of_three_school_days_before_its_day_and_once_after(tuesday, teacher):
    friday = tuesday + timedelta(days=3)
    owned(teacher, friday)
    assert send_reminders(now=at(tuesday - timedelta(days=1))) == 0  # Monday: four school days before
    assert send_reminders(now=at(tuesday)) == 1
    assert "One step of the year falls due within 3 school days." in to("teacher")[0].body
    for days in (1, 2, 3):
        assert send_reminders(now=at(tuesday + timedelta(days=days))) == 0

    assert send_reminders(now=at(friday + timedelta(days=1))) == 0  # a Saturday
    CalendarException.objects.create(day=friday + timedelta(days=3), reason="A day for teachers")
    assert send_reminders(now=at(friday + timedelta(days=3))) == 0
    # Tuesday begins that week: its message says it
    send_digests(now=at(friday + timedelta(days=4)))
    assert "One of them is past its day." in to("teacher")[1].body
    assert send_reminders(now=at(friday + timedelta(days=5))) == 0
    assert list(Reminder.objects.filter(person=teacher).order_by("pk").values_list("kind", flat=True)) == [
        ReminderKind.SOON, ReminderKind.PAST,
    ]  # fmt: skip


def test_what_passed_on_a_day_in_the_week_is_told_of_on_the_next(tuesday, teacher):
    owned(teacher, tuesday)
    assert send_reminders(now=at(tuesday + timedelta(days=1))) == 1
    assert "One step of the year has passed its day." in to("teacher")[0].body
    assert send_reminders(now=at(tuesday + timedelta(days=2))) == 0


def test_days_off_are_not_counted_and_bring_no_message(tuesday, teacher):
    for days in (1, 2):
        CalendarException.objects.create(day=tuesday + timedelta(days=days), reason="Fall break")
    owned(teacher, tuesday + timedelta(days=7))  # Tuesday next week: Friday, Monday, Tuesday
    assert send_reminders(now=at(tuesday + timedelta(days=1))) == 0
    assert send_reminders(now=at(tuesday)) == 1


def test_a_person_has_one_message_a_day_whatever_and_however_many_it_is(tuesday, world, teacher, settings):
    settings.PUBLIC_URL = "https://plans.example.org"
    owned(teacher, tuesday + timedelta(days=2), n=3)
    assert send_reminders(now=at(tuesday)) == 1
    owned(teacher, tuesday + timedelta(days=1), n=4)
    assert send_reminders(now=at(tuesday, hour=14)) == 0
    assert send_reminders(now=at(tuesday + timedelta(days=1))) == 1

    first, second = to("teacher")
    assert first.subject == "3 things ask for your look today"
    assert second.subject == "One thing asks for your look today"
    assert "3 steps of the year fall due within 3 school days." in first.body
    assert "https://plans.example.org/work" in first.body
    assert first.body.rstrip().endswith("https://plans.example.org/messages")
    for child in world.everyone():
        for part in (child.person.given_name, child.person.family_name, str(child.public_id)):
            assert part not in first.subject + first.body + str(first.message())
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", first.body)


def test_before_six_in_the_morning_nothing_goes(tuesday, teacher):
    owned(teacher, tuesday)
    assert send_reminders(now=at(tuesday, hour=5)) == 0
    assert send_reminders(now=at(tuesday, hour=6)) == 1


@pytest.mark.parametrize(
    ("chosen", "reminders", "mondays"),
    [("daily", 1, 1), ("weekly", 0, 1), ("none", 0, 0)],
    ids=["daily", "weekly", "none"],
)
def test_everybody_chooses_for_themself(tuesday, teacher, client_of, chosen, reminders, mondays):
    assert client_of(teacher).post(reverse("my_messages"), {"messages": chosen}).status_code == 302
    owned(teacher, tuesday)
    assert send_reminders(now=at(tuesday)) == reminders
    assert send_digests(now=at(tuesday - timedelta(days=1))) == mondays


def test_on_mondays_all_of_it_is_one_message(tuesday, teacher, world):
    monday = tuesday - timedelta(days=1)
    owned(teacher, tuesday)
    plan = make.PlanFactory(student=world.student)
    Meeting.objects.create(plan=plan, called_by=teacher, starts_at=at(tuesday), language="en")
    assert send_reminders(now=at(monday)) == 0
    assert send_digests(now=at(monday)) == 1
    (message,) = to("teacher")
    assert "One step waits for you this week" in message.subject
    assert "One meeting of yours comes within 3 school days" in message.body
    assert send_reminders(now=at(monday, hour=12)) == 0
    assert send_reminders(now=at(tuesday)) == 0


def test_mondays_message_comes_on_the_first_school_day_where_monday_is_none(tuesday, teacher):
    monday = tuesday - timedelta(days=1)
    CalendarException.objects.create(day=monday, reason="Labor Day")
    owned(teacher, tuesday)
    assert send_digests(now=at(monday)) == 0
    assert send_digests(now=at(tuesday)) == 1
    assert send_digests(now=at(tuesday + timedelta(days=1))) == 0
    assert Digest.objects.get().week == monday


def test_what_passed_long_ago_is_left_to_monday(tuesday, teacher):
    owned(teacher, tuesday - timedelta(days=9))
    assert send_reminders(now=at(tuesday)) == 0


def test_who_takes_a_step_over_is_told_too_and_the_other_no_more(tuesday, teacher, navigator):
    keys = owned(teacher, tuesday + timedelta(days=2))
    send_reminders(now=at(tuesday))
    CycleStep.objects.filter(pk__in=keys).update(owner=navigator)
    send_reminders(now=at(tuesday + timedelta(days=1)))
    send_reminders(now=at(tuesday + timedelta(days=3)))
    assert (len(to("teacher")), len(to("navigator"))) == (1, 2)


def test_a_meeting_is_told_of_to_who_called_it_while_they_are_around_the_student(tuesday, world, teacher, navigator):
    plan = make.PlanFactory(student=world.student)
    made = Meeting.objects.create(
        plan=plan, called_by=teacher, starts_at=at(tuesday + timedelta(days=3)), language="en"
    )
    assert send_reminders(now=at(tuesday)) == 1
    assert "One meeting of yours comes within 3 school days" in to("teacher")[0].body
    Relationship.objects.filter(person=teacher).delete()
    assert send_reminders(now=at(tuesday + timedelta(days=1))) == 1  # whoever holds the plan now
    assert len(to("navigator")) == 1
    Meeting.objects.filter(pk=made.pk).update(state=MeetingState.HELD)
    assert send_reminders(now=at(tuesday + timedelta(days=6))) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_message(tuesday, teacher):
    owned(teacher, tuesday)

    def run(_n):
        try:
            return send_reminders(now=at(tuesday))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(run, range(2))) == [0, 1]
    assert len(to("teacher")) == 1


class Stubborn(EmailBackend):
    """A mail server that refuses one address and goes away after so many messages."""

    refused: set[str] = set()
    left = 100

    def send_messages(self, messages):
        if messages[0].to[0] in self.refused:
            raise OSError("550 no such mailbox")
        if Stubborn.left <= 0:
            raise ConnectionRefusedError
        Stubborn.left -= 1
        return super().send_messages(messages)


@pytest.fixture
def stubborn(settings):
    settings.EMAIL_BACKEND = f"{Stubborn.__module__}.Stubborn"
    Stubborn.refused, Stubborn.left = set(), 100
    return Stubborn


def test_a_server_that_goes_away_in_the_middle_is_tried_again_and_nobody_hears_twice(tuesday, stubborn, world):
    for n, name in enumerate(("teacher", "navigator", "plan_lead")):
        key = CycleStep.objects.filter(done_on__isnull=True).order_by("pk").values_list("pk", flat=True)[n]
        CycleStep.objects.filter(pk=key).update(owner=world.people[name], due_on=tuesday)
    stubborn.left = 1
    assert send_reminders(now=at(tuesday)) == 1
    assert Reminder.objects.count() == 1
    stubborn.left = 100
    assert send_reminders(now=at(tuesday, hour=10)) == 2
    assert sorted(message.to[0].partition("@")[0] for message in mail.outbox) == ["navigator", "plan_lead", "teacher"]


def test_an_address_that_fails_stops_nobody_else(tuesday, stubborn, world):
    people = sorted((world.people[name] for name in ("teacher", "navigator")), key=lambda one: one.pk)
    for n, person in enumerate(people):
        key = CycleStep.objects.filter(done_on__isnull=True).order_by("pk").values_list("pk", flat=True)[n]
        CycleStep.objects.filter(pk=key).update(owner=person, due_on=tuesday)
    stubborn.refused = {User.objects.get(person=people[0]).email}
    assert send_reminders(now=at(tuesday)) == 1
    assert not Reminder.objects.filter(person=people[0]).exists()
    assert Reminder.objects.filter(person=people[1]).count() == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}], ids=["closed", "no-address"])
def test_nothing_goes_to_a_closed_account_or_without_an_address(tuesday, teacher, change):
    owned(teacher, tuesday)
    User.objects.filter(username="teacher").update(**change)
    assert send_reminders(now=at(tuesday)) == 0
    assert not Reminder.objects.exists()


def test_what_was_told_is_forgotten_after_ninety_days(tuesday, teacher):
    owned(teacher, tuesday)
    send_reminders(now=at(tuesday))
    Reminder.objects.update(day=tuesday - timedelta(days=91))
    CycleStep.objects.update(owner=None)
    send_reminders(now=at(tuesday + timedelta(days=1)))
    assert not Reminder.objects.exists()


def test_the_clock_rings_it_and_a_restart_loses_nothing():
    assert SCHEDULE["reminders"]["task"] == remind.name
    assert SCHEDULE["reminders"]["schedule"] <= 3600


def test_a_step_says_in_school_days_how_long_there_is(tuesday, teacher, world):
    CalendarException.objects.create(day=world.today + timedelta(days=1), reason="A day off")
    keys = owned(teacher, world.today, n=3)
    calendar = calendars([world.school.pk], today=world.today)[world.school.pk]
    due = [world.today, *(calendar.add_school_days(world.today, n) for n in (1, 3))]
    for key, day in zip(keys, due, strict=True):
        CycleStep.objects.filter(pk=key).update(due_on=day)
    lines = [line for group in work_list(viewer=viewer_of(teacher)).groups for line in group.lines]
    assert [line.days for line in sorted(lines, key=lambda one: one.due_on)][:3] == [0, 1, 3]


def test_meetings_i_see_to_stand_on_my_work_list_by_name_and_the_reading_is_kept(tuesday, teacher, world, client_of):
    plan = make.PlanFactory(student=world.student)
    made = Meeting.objects.create(plan=plan, called_by=teacher, starts_at=timezone.now(), language="en")
    CycleStep.objects.all().delete()
    page = client_of(teacher).get(reverse("work_list")).text
    assert "Meetings you see to" in page
    assert reverse("meeting", args=[made.public_id]) in page
    assert world.student.pk in ReadEvent.objects.filter(block="work").latest("pk").student_ids


def test_the_pages_say_it_too(tuesday, world, teacher, client_of):
    owned(teacher, world.today, n=2)
    today = client_of(teacher).get(reverse("today")).text
    assert "2 steps of the year fall due in the next seven days." in today
    assert "due today" in client_of(teacher).get(reverse("work_list")).text
