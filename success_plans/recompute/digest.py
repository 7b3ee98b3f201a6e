"""Monday's short message: how many steps wait this week, and a link. It names nobody and says nothing of a child."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from success_plans.choices import ReminderOf
from success_plans.models import Digest
from success_plans.recompute import falling_due, reminders
from success_plans.recompute.falling_due import Due, OpenDay, Week


def send_digests(*, now: datetime | None = None) -> int:
    """Write to everybody for whom a step is due by the end of this week, once a person and week. How many were sent.

    Schools whose week begins: on Monday from six in the morning on, or on the first day of the week on which they are
    open. Nothing goes to who has nothing waiting, no address, no open account, has turned it off, or had a reminder
    this morning. What a daily reminder would say stands in the same message, but for steps this message does not
    count: those stay untold, and the next day's reminder says them. The rows that say "sent" and the message stand or
    fall together.
    """
    at = now or timezone.now()
    day = falling_due.open_day(at)
    weeks = falling_due.of_the_week(day)
    people = list(
        Person.objects.filter(pk__in=weeks, is_active=True, user__is_active=True, user__wants_digest=True)
        .exclude(pk__in=Digest.objects.filter(week=day.monday).values("person_id"))
        .exclude(reminders.written_to(day.today))
        .select_related("user")
        .order_by("pk")
    )
    dues = falling_due.not_told_yet(day) if people else {}

    def send_one(person: Person) -> bool:
        week = weeks[person.pk]
        told = dues.get(person.pk, []) if person.user.wants_reminders else []
        return _send_one(person, at, day, week, [one for one in told if is_said(one, week)])

    return reminders.send_each(people, send_one)


def is_said(one: Due, week: Week) -> bool:
    """Whether Monday's message says this: every meeting and packet, and the steps that it counts."""
    return one.of != ReminderOf.STEP or one.of_id in week.steps


def _send_one(person: Person, at: datetime, day: OpenDay, week: Week, told: Sequence[Due]) -> bool:
    def is_first() -> bool:
        _row, is_new = Digest.objects.get_or_create(
            person=person, week=day.monday, defaults={"items": week.waiting, "sent_at": at}
        )
        return is_new

    def words() -> tuple[str, str]:
        return _words(week.waiting, week.past, told)

    return reminders.send(person, day.today, told, is_first=is_first, words=words)


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
