"""The reminder: what falls due in the next school days and what has just passed, in counts, once a person and day."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Person, User
from success_plans.choices import ReminderKind, ReminderOf
from success_plans.models import Reminder
from success_plans.recompute import falling_due
from success_plans.recompute.falling_due import CLOCK, Due

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
"""How long it is remembered what somebody was told of; nothing is told so long after its day."""


def send_reminders(*, now: datetime | None = None) -> int:
    """Remind everybody of what falls due in the next school days, or has just passed, in one message a person and day.

    Each thing comes once before its day, once after, and never on a day on which its school is closed. Whose week
    begins today has it in Monday's message. Nothing goes to who has no address, no open account, or chose otherwise.
    The rows that say "told" and the message stand or fall together: what a mail server that is down did not take is
    tried again, and an address that fails holds up nobody else. Returns how many messages went.
    """
    day = falling_due.open_day(now or timezone.now())
    if not day.open:
        return 0
    Reminder.objects.filter(day__lt=day.today - KEPT).delete()
    dues = falling_due.not_told_yet(day)
    people = (
        Person.objects.filter(
            pk__in=dues, is_active=True, user__is_active=True, user__wants_digest=True, user__wants_reminders=True
        )
        .exclude(pk__in=falling_due.of_the_week(day))
        .exclude(pk__in=Reminder.objects.filter(day=day.today).values("person_id"))
        .select_related("user")
        .order_by("pk")
    )
    return sum(_remind(person, day.today, dues[person.pk]) for person in people)


def _remind(person: Person, today: date, told: Sequence[Due]) -> int:
    def is_first() -> bool:
        return not Reminder.objects.filter(person=person, day=today).exists()

    return send(person, today, told, is_first=is_first, words=lambda: _words(told))


def send(
    person: Person,
    today: date,
    told: Sequence[Due],
    *,
    is_first: Callable[[], bool],
    words: Callable[[], tuple[str, str]],
) -> int:
    """One message to one person, with what it tells written down, both or neither; 0 where it does not go.

    `is_first` is asked while the account is held, so that of two workers one sends; `words` are subject and body, asked
    in the language of the account.
    """
    address = person.user.email or person.email
    if not address:
        return 0
    try:
        with transaction.atomic():
            User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.user.pk)
            if not is_first():
                return 0
            Reminder.objects.bulk_create(
                [Reminder(person=person, of=one.of, of_id=one.of_id, kind=one.kind, day=today) for one in told]
            )
            with override(person.user.language or settings.LANGUAGE_CODE):
                subject, body = words()
                send_mail(subject, body, None, [address])
    except (OSError, ValueError) as error:  # a mail server that is away, or an address no mail can go to
        log.warning("message.unsent person=%s error=%s", person.pk, type(error).__name__)
        return 0
    return 1


def _words(told: Sequence[Due]) -> tuple[str, str]:
    subject = ngettext("One thing asks for your look today", "%(n)s things ask for your look today", len(told)) % {
        "n": len(told)
    }
    counts = _counts(told)
    lines = []
    if n := counts[ReminderOf.STEP, ReminderKind.SOON]:
        lines.append(
            ngettext(
                "One step of the year falls due within %(days)s school days.",
                "%(n)s steps of the year fall due within %(days)s school days.",
                n,
            )
            % {"n": n, "days": CLOCK.remind_before}
        )
    if n := counts[ReminderOf.STEP, ReminderKind.PAST]:
        said = ngettext("One step of the year has passed its day.", "%(n)s steps of the year have passed their day.", n)
        lines.append(said % {"n": n})
    lines += beside_steps(told)
    if counts[ReminderOf.STEP, ReminderKind.SOON] + counts[ReminderOf.STEP, ReminderKind.PAST]:
        lines.append(_("See what they are: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('work_list')}"})
    lines += [
        _("This message comes once a day at most, on school days, and each thing once. It names no student."),
        _("To choose which messages come: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('my_messages')}"},
    ]
    return subject, "\n\n".join(lines) + "\n"


def beside_steps(told: Sequence[Due]) -> list[str]:
    """What is told of meetings and of packets, a sentence each with its link."""
    counts = _counts(told)
    work, today = (f"{settings.PUBLIC_URL}{reverse(name)}" for name in ("work_list", "today"))
    lines = []
    if n := counts[ReminderOf.MEETING, ReminderKind.SOON]:
        said = ngettext(
            "One meeting of yours comes within %(days)s school days: %(link)s",
            "%(n)s meetings of yours come within %(days)s school days: %(link)s",
            n,
        )
        lines.append(said % {"n": n, "days": CLOCK.remind_before, "link": work})
    if n := counts[ReminderOf.MEETING, ReminderKind.PAST]:
        said = ngettext(
            "One meeting has passed its day and nothing is written down: %(link)s",
            "%(n)s meetings have passed their day and nothing is written down: %(link)s",
            n,
        )
        lines.append(said % {"n": n, "link": work})
    if n := counts[ReminderOf.PACKET, ReminderKind.ASKED]:
        said = ngettext(
            "Closed parts of one plan that was sent wait for a second person’s word: %(link)s",
            "Closed parts of %(n)s plans that were sent wait for a second person’s word: %(link)s",
            n,
        )
        lines.append(said % {"n": n, "link": today})
    return lines


def _counts(told: Sequence[Due]) -> Counter[tuple[ReminderOf, ReminderKind]]:
    return Counter((one.of, one.kind) for one in told)
