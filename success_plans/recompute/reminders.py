"""The reminder: what falls due in the next school days and what has just passed, in counts, once a person and day."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Person
from success_plans.choices import ReminderKind, ReminderOf
from success_plans.models import Digest, Reminder
from success_plans.recompute import falling_due
from success_plans.recompute.falling_due import CLOCK, Due

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
"""How long it is remembered what somebody was told of; nothing is told so long after its day."""
LONGEST_ROUND = 300
"""Seconds after which a round leaves the rest to the next one, well before its time is up in the middle of a mail."""
DAY = 24 * 3600
_LAST = "messages.last"
"""Key in the cache: with whom the round ended that did not come to its end."""


def send_reminders(*, now: datetime | None = None) -> int:
    """Remind everybody of what falls due in the next school days, or has just passed, in one message a person and day.

    Each thing comes once before its day, once after, and never on a day on which its school is closed; what is moved
    comes anew. Whose week begins today has it in Monday's message. Nothing goes to who has no address, no open
    account, or chose otherwise. The rows that say "told" and the message stand or fall together. Returns how many
    messages went.
    """
    day = falling_due.open_day(now or timezone.now())
    if not day.open:
        return 0
    Reminder.objects.filter(day__lt=day.today - KEPT).delete()
    dues = falling_due.not_told_yet(day)
    mondays = falling_due.of_the_week(day)
    have_theirs = Digest.objects.filter(week=day.monday, person__in=mondays).values_list("person_id", flat=True)
    people = (
        Person.objects.filter(
            pk__in=dues, is_active=True, user__is_active=True, user__wants_digest=True, user__wants_reminders=True
        )
        .exclude(pk__in=mondays.keys() - set(have_theirs))
        .exclude(written_to(day.today))
        .select_related("user")
        .order_by("pk")
    )

    def remind(person: Person) -> bool:
        told = dues[person.pk]
        return send(person, day.today, told, is_first=lambda: True, words=lambda: _words(told))

    return send_each(people, remind)


def written_to(today: date) -> Q:
    """People who had their message of this day: Monday's or a reminder."""
    since, until = falling_due.moments(today, today)
    mondays = Digest.objects.filter(sent_at__gte=since, sent_at__lt=until)
    return Q(pk__in=Reminder.objects.filter(day=today).values("person_id")) | Q(pk__in=mondays.values("person_id"))


def send_each(people: Iterable[Person], send_one: Callable[[Person], bool]) -> int:
    """One round of messages; how many went. What did not go is tried in the next round.

    A message that is refused holds up nobody else. A mail server that is away or does not answer ends the round, and
    so does `LONGEST_ROUND`: the worker has other things to do. The next round begins with who comes after, so that
    one address that a server takes long over does not keep everybody behind it waiting for good.
    """
    waiting, last = list(people), cache.get(_LAST, 0)
    until = time.monotonic() + LONGEST_ROUND
    sent = 0
    for person in [*(one for one in waiting if one.pk > last), *(one for one in waiting if one.pk <= last)]:
        if time.monotonic() >= until:
            cache.set(_LAST, last, timeout=DAY)
            break
        try:
            sent += send_one(person)
        except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:  # this one message was refused
            _note_unsent(person, error)
        except OSError as error:  # what a mail server that is away raises
            _note_unsent(person, error)
            cache.set(_LAST, person.pk, timeout=DAY)
            break
        last = person.pk
    return sent


def _note_unsent(person: Person, error: Exception) -> None:
    log.warning("message.unsent person=%s error=%s", person.pk, type(error).__name__)


def send(
    person: Person,
    today: date,
    told: Sequence[Due],
    *,
    is_first: Callable[[], bool],
    words: Callable[[], tuple[str, str]],
) -> bool:
    """One message to one person who had none today, with what it tells written down, both or neither; whether it went.

    `is_first` is asked while no other worker writes to them; `words` are subject and body, asked in the language of
    the account. Raises what a mail server that does not take the message raises.
    """
    address = person.user.email or person.email
    if not address:
        return False
    with transaction.atomic():
        if not _alone_with(person) or Person.objects.filter(written_to(today), pk=person.pk).exists():
            return False
        if not is_first():
            return False
        Reminder.objects.bulk_create(
            [
                Reminder(person=person, of=one.of, of_id=one.of_id, kind=one.kind, due_on=one.due_on, day=today)
                for one in told
            ],
            ignore_conflicts=True,
        )
        with override(person.user.language or settings.LANGUAGE_CODE):
            subject, body = words()
            send_mail(subject, body, None, [address])
    return True


def _alone_with(person: Person) -> bool:
    """Whether no other worker writes to this person now. No row is held: a slow mail server keeps nobody from signing
    in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('message', %s))", [person.pk])
        return bool(cursor.fetchone()[0])


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
