"""Reminders: before a thing falls due and once after, one message a person and day, in counts, silent on children."""

from __future__ import annotations

import re
import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import CalendarException, ReadEvent, Relationship, SchoolYear, User
from accounts.recompute import calendars
from config.schedule import SCHEDULE
from success_plans.choices import MeetingState, ReminderKind, ReminderOf
from success_plans.models import CycleStep, Digest, Meeting, Reminder
from success_plans.recompute import reminders, run_school, send_digests, send_reminders
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
    told = owned(teacher, tuesday + timedelta(days=2), n=3)
    assert send_reminders(now=at(tuesday)) == 1
    owned(teacher, tuesday + timedelta(days=1), n=4)
    CycleStep.objects.filter(pk__in=told).update(due_on=tuesday + timedelta(days=2))
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
    """A mail server that refuses some addresses, takes too long over others, and goes away after so many messages."""

    refused: dict[str, Exception] = {}
    hangs: set[str] = set()
    asked: list[str] = []
    meanwhile = staticmethod(lambda: None)
    left = 100

    def send_messages(self, messages):
        address = messages[0].to[0]
        Stubborn.asked.append(address)
        Stubborn.meanwhile()
        if address in self.refused:
            raise self.refused[address]
        if address in self.hangs:
            raise TimeoutError
        if Stubborn.left <= 0:
            raise ConnectionRefusedError
        Stubborn.left -= 1
        return super().send_messages(messages)


@pytest.fixture
def stubborn(settings):
    settings.EMAIL_BACKEND = f"{Stubborn.__module__}.Stubborn"
    Stubborn.refused, Stubborn.hangs, Stubborn.asked, Stubborn.left = {}, set(), [], 100
    Stubborn.meanwhile = staticmethod(lambda: None)
    return Stubborn


def each_has_one(world, due_on):
    """Three people with an address, by key, each with one step that is due on a day."""
    people = sorted((world.people[name] for name in ("teacher", "navigator", "plan_lead")), key=lambda one: one.pk)
    keys = list(CycleStep.objects.filter(done_on__isnull=True).order_by("pk").values_list("pk", flat=True)[:3])
    for key, person in zip(keys, people, strict=True):
        CycleStep.objects.filter(pk=key).update(owner=person, due_on=due_on)
    return [(person, User.objects.get(person=person).email) for person in people]


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


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"no such mailbox")}),
        smtplib.SMTPDataError(554, b"looks like spam"),
        ValueError("no address"),
    ],
    ids=["recipient", "message", "address"],
)
def test_an_address_that_fails_stops_nobody_else(tuesday, stubborn, world, error):
    (first, address), *rest = each_has_one(world, tuesday)
    stubborn.refused = {address: error}
    assert send_reminders(now=at(tuesday)) == 2
    assert not Reminder.objects.filter(person=first).exists()
    assert Reminder.objects.filter(person__in=[person for person, _address in rest]).count() == 2


@pytest.mark.parametrize(("send", "days"), [(send_reminders, 0), (send_digests, -1)], ids=["reminders", "mondays"])
def test_a_server_that_hangs_ends_the_round_and_the_next_one_begins_with_who_comes_after(
    tuesday, stubborn, world, send, days
):
    when = tuesday + timedelta(days=days)
    (_first, slow), (_second, other), (_third, last) = each_has_one(world, when)
    stubborn.hangs = {slow}
    assert send(now=at(when)) == 0
    assert stubborn.asked == [slow]
    assert send(now=at(when)) == 2
    assert stubborn.asked == [slow, other, last, slow]
    stubborn.hangs = set()
    assert send(now=at(when)) == 1
    assert sorted(message.to[0] for message in mail.outbox) == sorted([slow, other, last])


@pytest.mark.parametrize(("send", "days"), [(send_reminders, 0), (send_digests, -1)], ids=["reminders", "mondays"])
def test_a_round_leaves_the_rest_before_its_time_is_up(tuesday, world, monkeypatch, send, days):
    when = tuesday + timedelta(days=days)
    each_has_one(world, when)
    monkeypatch.setattr(reminders, "LONGEST_ROUND", 0)
    assert send(now=at(when)) == 0
    monkeypatch.undo()
    assert send(now=at(when)) == 3


@pytest.mark.django_db(transaction=True)
def test_who_is_written_to_can_sign_in_meanwhile(tuesday, teacher, stubborn):
    owned(teacher, tuesday)
    signed_in = []

    def sign_in():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                signed_in.append(User.objects.filter(person=teacher).update(last_login=timezone.now()))
        finally:
            connections.close_all()

    def meanwhile():
        other = threading.Thread(target=sign_in)
        other.start()
        other.join(timeout=20)

    stubborn.meanwhile = staticmethod(meanwhile)
    assert send_reminders(now=at(tuesday)) == 1
    assert signed_in == [1]


def test_a_row_that_was_written_meanwhile_ends_no_round(tuesday, stubborn, world):
    monday = tuesday - timedelta(days=1)
    (_first, _address), (second, _other), _third = each_has_one(world, monday)

    def written():
        for one in CycleStep.objects.filter(owner=second, due_on=monday):
            Reminder.objects.get_or_create(
                person=second, of=ReminderOf.STEP, of_id=one.public_id, kind=ReminderKind.SOON, due_on=one.due_on,
                defaults={"day": monday - timedelta(days=3)},
            )  # fmt: skip

    stubborn.meanwhile = staticmethod(written)
    assert send_digests(now=at(monday)) == 3
    assert Reminder.objects.filter(person=second).count() == 1


# ------------------------------------------------------------------ Monday's message and the rest of its week
def test_what_mondays_message_does_not_say_is_told_on_tuesday(tuesday, teacher):
    monday = tuesday - timedelta(days=1)
    for days in (3, 4):
        CalendarException.objects.create(day=monday + timedelta(days=days), reason="Thanksgiving")
    keys = owned(teacher, monday + timedelta(days=7), n=2)  # three school days: Tuesday, Wednesday, Monday
    CycleStep.objects.filter(pk=keys[0]).update(due_on=monday)
    assert send_digests(now=at(monday)) == 1
    assert "One step waits for you this week" in to("teacher")[0].subject
    assert Reminder.objects.get().of_id == CycleStep.objects.get(pk=keys[0]).public_id
    CycleStep.objects.filter(pk=keys[0]).update(owner=None)
    assert [send_reminders(now=at(tuesday + timedelta(days=n))) for n in range(6)] == [1, 0, 0, 0, 0, 0]
    assert "One step of the year falls due within 3 school days." in to("teacher")[1].body


def test_a_school_whose_week_begins_later_is_told_of_there_too(tuesday, world, teacher):
    monday = tuesday - timedelta(days=1)
    here, there = owned(teacher, tuesday, n=2)
    other = make.SchoolFactory()
    CycleStep.objects.filter(pk=there).update(school=other, due_on=tuesday + timedelta(days=1))
    CalendarException.objects.create(day=monday, school=other, reason="Another holiday")
    assert send_digests(now=at(monday)) == 1
    assert "One step waits for you this week" in to("teacher")[0].subject
    CycleStep.objects.filter(pk=here).update(owner=None)
    assert send_digests(now=at(tuesday)) == 0  # once a week
    assert send_reminders(now=at(tuesday)) == 1
    assert "One step of the year falls due within 3 school days." in to("teacher")[1].body


def test_mondays_message_is_the_only_one_of_its_day(tuesday, teacher, world):
    monday = tuesday - timedelta(days=1)
    keys = owned(teacher, monday + timedelta(days=4))
    assert send_digests(now=at(monday)) == 1
    CycleStep.objects.filter(pk__in=keys).update(owner=None)
    plan = make.PlanFactory(student=world.student)
    Meeting.objects.create(plan=plan, called_by=teacher, starts_at=at(tuesday), language="en")
    assert send_reminders(now=at(monday, 12)) == 0
    assert send_reminders(now=at(tuesday)) == 1


def test_who_had_a_reminder_on_monday_has_no_second_message_that_day(tuesday, teacher, world):
    monday = tuesday - timedelta(days=1)
    plan = make.PlanFactory(student=world.student)
    Meeting.objects.create(plan=plan, called_by=teacher, starts_at=at(tuesday), language="en")
    assert send_reminders(now=at(monday)) == 1
    owned(teacher, tuesday)
    assert send_digests(now=at(monday, 12)) == 0
    assert not Digest.objects.exists()
    assert send_reminders(now=at(tuesday)) == 1
    assert len(to("teacher")) == 2


# ------------------------------------------------------------------ what is moved
def test_a_meeting_that_is_moved_is_told_of_before_its_new_day(tuesday, teacher, world):
    plan = make.PlanFactory(student=world.student)
    made = Meeting.objects.create(
        plan=plan, called_by=teacher, starts_at=at(tuesday + timedelta(days=2)), language="en"
    )
    assert send_reminders(now=at(tuesday)) == 1
    Meeting.objects.filter(pk=made.pk).update(starts_at=at(tuesday + timedelta(days=2), 15))
    assert send_reminders(now=at(tuesday + timedelta(days=1))) == 0  # another hour of the same day
    Meeting.objects.filter(pk=made.pk).update(starts_at=at(tuesday + timedelta(days=16)))
    sent = [send_reminders(now=at(tuesday + timedelta(days=n))) for n in range(8, 19)]
    assert sent == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]  # on Monday before that Thursday, and on the Friday after it


def test_a_step_whose_day_moves_is_told_of_anew(tuesday, teacher):
    keys = owned(teacher, tuesday + timedelta(days=1))
    assert send_reminders(now=at(tuesday)) == 1
    CycleStep.objects.filter(pk__in=keys).update(due_on=tuesday + timedelta(days=2))
    assert [send_reminders(now=at(tuesday + timedelta(days=n))) for n in (1, 2, 3)] == [1, 0, 1]


def test_reminders_of_before_learn_the_day_they_were_about(tuesday, teacher, world):
    step = CycleStep.objects.get(pk=owned(teacher, tuesday)[0])
    plan = make.PlanFactory(student=world.student)
    # eleven at night here is the next day in UTC
    meeting = Meeting.objects.create(plan=plan, called_by=teacher, starts_at=at(tuesday, 23), language="en")
    for of, of_id in ((ReminderOf.STEP, step.public_id), (ReminderOf.MEETING, meeting.public_id)):
        Reminder.objects.create(person=teacher, of=of, of_id=of_id, kind=ReminderKind.SOON, day=tuesday)
    migration = import_module("success_plans.migrations.0011_what_is_moved_is_told_anew")
    with connection.cursor() as cursor:
        cursor.execute(migration.DUE_STEPS)
        cursor.execute(migration.DUE_MEETINGS, [settings.TIME_ZONE])
    assert set(Reminder.objects.values_list("due_on", flat=True)) == {tuesday}

    last = Reminder.objects.create(
        person=teacher, of=ReminderOf.STEP, of_id=step.public_id, kind=ReminderKind.SOON, day=tuesday
    )
    with connection.cursor() as cursor:
        cursor.execute(migration.LAST_ONLY)  # the way back
    assert list(Reminder.objects.filter(of=ReminderOf.STEP)) == [last]
    assert Reminder.objects.count() == 2


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


@pytest.mark.parametrize(("days", "said"), [(0, ": today"), (2, "")], ids=["today", "a-day-off"])
def test_only_today_is_called_today(tuesday, teacher, world, client_of, days, said):
    for n in (1, 2):
        CalendarException.objects.update_or_create(
            day=world.today + timedelta(days=n), school=None, defaults={"is_school_day": False, "reason": "off"}
        )
    CycleStep.objects.exclude(pk__in=owned(teacher, world.today + timedelta(days=days))).delete()
    plan = make.PlanFactory(student=world.student)
    when = at(world.today + timedelta(days=days))
    Meeting.objects.create(plan=plan, called_by=teacher, starts_at=when, language="en")
    page = client_of(teacher).get(reverse("work_list")).text
    assert ("due today" in page) == (days == 0)
    line = page[page.index("Meetings you see to") :]
    assert f"{date_format(when, 'DATETIME_FORMAT')}{said}</p>" in line


def test_the_list_and_the_message_count_in_the_days_of_the_same_school(tuesday, teacher, world):
    """A school with a break of its own: the meeting after it is three school days away there, and eight elsewhere."""
    day = world.today
    elsewhere = calendars([None], today=day)[None]
    off = [elsewhere.add_school_days(day, n) for n in range(1, 6)]
    for one in off:
        CalendarException.objects.create(day=one, school=world.school, reason="A break")
    plan = make.PlanFactory(student=world.student)
    then = elsewhere.add_school_days(day, 8)
    Meeting.objects.create(plan=plan, called_by=teacher, starts_at=at(then), language="en")
    (line,) = work_list(viewer=viewer_of(teacher)).meetings
    assert (line.days, line.is_today, line.is_past) == (3, False, False)
