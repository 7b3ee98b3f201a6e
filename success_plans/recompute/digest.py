"""Monday's short message: how many steps wait this week, and a link. It names nobody and says nothing of a child."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from success_plans.models import Digest
from success_plans.recompute import falling_due, reminders
from success_plans.recompute.falling_due import Due


def send_digests(*, now: datetime | None = None) -> int:
    """Write to everybody for whom a step is due by the end of this week, once a person and week. How many were sent.

    Schools whose week begins: on Monday from six in the morning on, or on the first day of the week on which they are
    open. Nothing goes to who has nothing waiting, no address, no open account, or has turned it off. What a daily
    reminder would say that morning stands in the same message. The rows that say "sent" and the message stand or fall
    together: a mail server that is down is tried again later, and an address that fails holds up nobody else.
    """
    day = falling_due.open_day(now or timezone.now())
    counts = falling_due.of_the_week(day)
    monday = day.today - timedelta(days=day.today.weekday())
    people = (
        Person.objects.filter(pk__in=counts, is_active=True, user__is_active=True, user__wants_digest=True)
        .exclude(pk__in=Digest.objects.filter(week=monday).values("person_id"))
        .select_related("user")
        .order_by("pk")
    )
    dues = falling_due.not_told_yet(day) if people else {}
    sent = 0
    for person in people:
        told = dues.get(person.pk, []) if person.user.wants_reminders else []
        sent += _send_one(person, monday, day.today, *counts[person.pk], told)
    return sent


def _send_one(person: Person, monday: date, today: date, waiting: int, past: int, told: Sequence[Due]) -> int:
    def is_first() -> bool:
        _row, is_new = Digest.objects.get_or_create(person=person, week=monday, defaults={"items": waiting})
        return is_new

    def words() -> tuple[str, str]:
        return _words(waiting, past, told)

    return reminders.send(person, today, told, is_first=is_first, words=words)


def _words(waiting: int, past: int, told: Sequence[Due]) -> tuple[str, str]:
    subject = ngettext("One step waits for you this week", "%(n)s steps wait for you this week", waiting) % {
        "n": waiting
    }
    lines = [f"{subject}."]
    if past:
        lines.append(ngettext("One of them is past its day.", "%(n)s of them are past their day.", past) % {"n": past})
    lines += reminders.beside_steps(told)
    lines += [
        _("See what they are: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('work_list')}"},
        _("This message comes once a week, and only when something waits. It names no student."),
        _("To choose which messages come: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('my_messages')}"},
    ]
    return subject, "\n\n".join(lines) + "\n"
