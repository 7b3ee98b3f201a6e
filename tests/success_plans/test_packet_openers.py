"""Whoever may let closed parts of a sent plan go along is asked: on Today and in a message, without a child's name."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import ReadPurpose, RelationshipKind
from accounts.models import CalendarException, SchoolYear, Student, User
from success_plans.choices import NeedDomain, ReminderKind, ReminderOf
from success_plans.models import CycleStep, Reminder, TransferPacket
from success_plans.recompute import send_reminders
from success_plans.recompute.openers import asked_to_open
from success_plans.selectors.packet_openers import to_open
from success_plans.services.packets.sending import open_packet, send_packet
from tests import factories as make
from tests.cast import add_person, relate, viewer_of

pytestmark = pytest.mark.django_db
ASKED = "A plan that was sent waits for a second person"


@pytest.fixture
def packet(world, navigator, plan_lead):
    """Maya's plan left; a need of the family stayed here, which the navigator reads."""
    plan = make.PlanFactory(student=world.student, created_by=navigator)
    make.NeedFactory(plan=plan, author=navigator, text="basicneed", domain=NeedDomain.BASIC)
    return send_packet(
        by=viewer_of(plan_lead), student=world.student, other_party="Ash Valley", reason="Enrolled there."
    ).row


def test_the_second_person_sees_on_today_that_they_are_asked_and_no_name(packet, world, navigator, client_of):
    page = client_of(navigator).get(reverse("today")).text
    assert ASKED in page
    assert reverse("packet_open", args=[packet.public_id]) in page
    section = re.search(r'aria-labelledby="to-open-title".*?</section>', page, re.DOTALL).group()
    assert "to Ash Valley" in section
    for part in (world.student.person.given_name, world.student.person.family_name, "family", "health"):
        assert part not in section


def test_nobody_else_is_asked(packet, client_of, teacher, plan_lead, guardian, student, specialist):
    for person in (teacher, plan_lead, guardian, student, specialist):
        assert to_open(viewer=viewer_of(person)) == []
    for person in (teacher, plan_lead):
        assert ASKED not in client_of(person).get(reverse("today")).text


def test_a_purpose_makes_nobody_a_second_person(packet, plan_lead, client_of, world, principal):
    client = client_of(principal)
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.CARE})
    assert ASKED not in client.get(reverse("today")).text


def test_what_is_answered_or_long_ago_asks_no_more(packet, navigator):
    assert [one.public_id for one in to_open(viewer=viewer_of(navigator))] == [packet.public_id]
    TransferPacket.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert to_open(viewer=viewer_of(navigator)) == []
    TransferPacket.objects.update(created_at=timezone.now())
    open_packet(by=viewer_of(navigator), packet=packet)
    assert to_open(viewer=viewer_of(navigator)) == []


def test_where_nothing_waits_today_asks_the_database_once(world, navigator):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert to_open(viewer=viewer_of(navigator)) == []
    assert len([one for one in asked.captured_queries if "transferpacket" in one["sql"]]) == 1


def ten_more(world, navigator, plan_lead):
    """Ten more students of the navigator, whose plans were sent just so."""
    for n in range(10):
        student = make.StudentFactory(school=world.school)
        relate(navigator, RelationshipKind.CASELOAD, [student])
        relate(add_person(f"teacher_{n}"), RelationshipKind.TEAM, [student])
        plan = make.PlanFactory(student=student, created_by=navigator)
        make.NeedFactory(plan=plan, author=navigator, domain=NeedDomain.BASIC)
        send_packet(by=viewer_of(plan_lead), student=student, other_party="Ash Valley", reason="Enrolled there.")


def test_eleven_packets_cost_today_and_the_worker_no_more_than_one(packet, world, navigator, plan_lead):
    viewer = viewer_of(navigator)

    def asked():
        found = []
        for look in (
            lambda: to_open(viewer=viewer),
            lambda: asked_to_open(today=world.today, school_ids=[world.school.pk]),
        ):
            with CaptureQueriesContext(connection) as queries:
                found.append(len(look()))
            found.append(len(queries))
        return found

    assert asked() == [1, 2, 1, 3]
    ten_more(world, navigator, plan_lead)
    assert asked() == [11, 2, 11, 3]


def test_the_worker_asks_whom_today_asks(packet, world, navigator, plan_lead, guardian):
    ten_more(world, navigator, plan_lead)
    relate(navigator, RelationshipKind.GUARDIAN, [Student.objects.latest("pk")])  # family there, so no second person

    by_worker = asked_to_open(today=world.today, school_ids=[world.school.pk])

    by_today = [
        (user.person_id, one.public_id)
        for user in User.objects.select_related("person").order_by("person_id")
        for one in to_open(viewer=viewer_of(user.person))
    ]
    assert sorted(by_worker) == sorted(by_today)
    assert len(by_today) == 10


def test_they_are_written_to_once_in_a_count(packet, world, navigator, settings_url):
    day = world.today + timedelta(days=1 - world.today.weekday())  # a Tuesday
    SchoolYear.objects.update(starts_on=day - timedelta(days=20))
    CalendarException.objects.all().delete()
    CycleStep.objects.all().delete()
    User.objects.filter(person=navigator).update(email="navigator@example.org")
    at = datetime.combine(day, time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))

    assert [send_reminders(now=at), send_reminders(now=at + timedelta(days=1))] == [1, 0]

    (message,) = [one for one in mail.outbox if one.to == ["navigator@example.org"]]
    assert (
        "Closed parts of one plan that was sent wait for a second person’s word: https://plans.example.org/today"
        in (message.body)
    )
    for part in (world.student.person.given_name, world.student.person.family_name, str(packet.public_id), "Ash"):
        assert part not in message.subject + message.body
    row = Reminder.objects.get()
    assert (row.person, row.of, row.of_id, row.kind) == (
        navigator, ReminderOf.PACKET, packet.public_id, ReminderKind.ASKED,
    )  # fmt: skip


@pytest.fixture
def settings_url(settings):
    settings.PUBLIC_URL = "https://plans.example.org"
