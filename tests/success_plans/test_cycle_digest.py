"""Monday's message: a count and a link, once a person and week, quiet when nothing waits, silent about children."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, SchoolYear, User
from success_plans.models import CycleStep, Digest
from success_plans.recompute import run_school, send_digests

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(world):
    """A Monday in the first weeks of the year, nine in the morning at Riverside; the cycle was gone through."""
    day = world.today + timedelta(days=-world.today.weekday())
    SchoolYear.objects.update(starts_on=day - timedelta(days=20))
    run_school(world.school, day=day)
    for name in ("teacher", "navigator", "plan_lead"):
        User.objects.filter(username=name).update(email=f"{name}@example.org")
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(settings.TIME_ZONE))


def to(name):
    return [message for message in mail.outbox if message.to == [f"{name}@example.org"]]


def test_the_message_holds_a_count_and_a_link_and_no_child(monday, world, teacher, settings):
    settings.PUBLIC_URL = "https://plans.example.org"
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date() - timedelta(days=1))
    waiting = CycleStep.objects.filter(owner=teacher, done_on__isnull=True).count()
    assert send_digests(now=monday) >= 1
    (message,) = to("teacher")
    assert message.subject == f"{waiting} steps wait for you this week"
    assert f"{waiting} of them are past their day" in message.body
    assert "https://plans.example.org/work" in message.body
    for child in world.everyone():
        for part in (child.person.given_name, child.person.family_name, str(child.public_id)):
            assert part not in message.subject + message.body
    assert Digest.objects.get(person=teacher).items == waiting


def test_it_comes_once_a_week(monday, teacher):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date())
    send_digests(now=monday)
    assert send_digests(now=monday + timedelta(hours=3)) == 0
    assert len(to("teacher")) == 1
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date() + timedelta(days=7))
    send_digests(now=monday + timedelta(days=7))
    assert len(to("teacher")) == 2


def test_it_comes_on_the_districts_monday_morning(monday, world, teacher, settings):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date())
    midnight = monday.replace(hour=0)
    assert send_digests(now=midnight + timedelta(hours=5, minutes=59)) == 0
    assert send_digests(now=midnight + timedelta(days=1, hours=9)) == 0
    settings.TIME_ZONE = "America/New_York"
    assert send_digests(now=midnight + timedelta(hours=5, minutes=59)) >= 1


def test_it_is_quiet_when_nothing_is_due_this_week(monday, teacher):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date() + timedelta(days=7))
    send_digests(now=monday)
    assert to("teacher") == []
    assert not Digest.objects.filter(person=teacher).exists()


def test_whoever_turns_it_off_gets_none_and_may_turn_it_on_again(monday, teacher, navigator, client_of, settings):
    settings.PUBLIC_URL = "https://plans.example.org"
    CycleStep.objects.filter(owner__in=[teacher, navigator]).update(due_on=monday.date())
    client, address = client_of(teacher), reverse("my_messages")
    chosen = re.compile(r'value="(\w+)"[^>]* checked')

    assert Client().get(address).url == f"{reverse('account_login')}?{urlencode({'next': address})}"
    assert chosen.findall(client.get(address).text) == ["daily"]
    assert client.post(address, {"messages": "none"}).status_code == 302
    assert chosen.findall(client.get(address).text) == ["none"]
    send_digests(now=monday)

    assert to("teacher") == []
    assert not Digest.objects.filter(person=teacher).exists()
    (message,) = to("navigator")
    assert message.body.rstrip().endswith("https://plans.example.org/messages")
    assert client.post(address, {"messages": "weekly"}).status_code == 302
    send_digests(now=monday + timedelta(hours=1))
    assert len(to("teacher")) == 1
    assert chosen.findall(client.get(address).text) == ["weekly"]
    for sent in ({}, {"messages": "hourly"}):
        refused = client.post(address, sent)
        assert (refused.status_code, "field-error" in refused.text or "error" in refused.text) == (422, True)
    rows = AuditEvent.objects.filter(action="account.messages").order_by("pk").values_list("details", flat=True)
    assert [row["messages"] for row in rows] == ["none", "weekly"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
def test_nothing_goes_to_a_closed_account_or_without_an_address(monday, teacher, change):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date())
    User.objects.filter(username="teacher").update(**change)
    send_digests(now=monday)
    assert to("teacher") == []


def test_it_speaks_the_language_of_the_account(monday, teacher):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date())
    User.objects.filter(username="teacher").update(language="es")
    send_digests(now=monday)
    assert len(to("teacher")) == 1


def test_a_mail_server_that_is_away_is_tried_again(monday, teacher, settings):
    CycleStep.objects.filter(owner=teacher).update(due_on=monday.date())
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9,
    )  # fmt: skip
    assert send_digests(now=monday) == 0
    assert not Digest.objects.filter(person=teacher).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_digests(now=monday) >= 1
    assert len(to("teacher")) == 1
