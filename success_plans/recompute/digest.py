"""Monday's short message: how many steps wait this week, and a link. It names nobody and says nothing of a child."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import Person, School
from accounts.recompute import district_zone
from success_plans.models import CycleStep, Digest

log = logging.getLogger(__name__)

MONDAY = 0
FROM_HOUR = 6
"""School-local; the message comes on Monday from six in the morning on."""


def send_digests(*, now: datetime | None = None) -> int:
    """Write to everybody for whom a step is due by the end of this week, once a person and week. How many were sent.

    Schools whose Monday morning has come; nothing goes to who has nothing waiting, no address, no open account, or has
    turned it off. The row that says "sent" and the message stand or fall together: a mail server that is down is tried
    again later.
    """
    at = now or timezone.now()
    weeks: dict[date, list[int]] = defaultdict(list)
    for school in School.objects.filter(is_active=True):
        local = at.astimezone(district_zone())
        if local.weekday() == MONDAY and local.hour >= FROM_HOUR:
            weeks[local.date()].append(school.pk)
    return sum(_send_week(monday, schools) for monday, schools in sorted(weeks.items()))


def _send_week(monday: date, schools: list[int]) -> int:
    counts = {
        row["owner_id"]: (row["waiting"], row["past"])
        for row in CycleStep.objects.filter(
            school_id__in=schools,
            done_on__isnull=True,
            opened_on__lte=monday,
            due_on__lt=monday + timedelta(days=7),
            owner__isnull=False,
        )
        .values("owner_id")
        .annotate(waiting=Count("pk"), past=Count("pk", filter=Q(due_on__lt=monday)))
    }
    people = (
        Person.objects.filter(pk__in=counts, is_active=True, user__is_active=True, user__wants_digest=True)
        .exclude(pk__in=Digest.objects.filter(week=monday).values("person_id"))
        .select_related("user")
        .order_by("pk")
    )
    return sum(_send_one(person, monday, *counts[person.pk]) for person in people)


def _send_one(person: Person, monday: date, waiting: int, past: int) -> int:
    address = person.user.email or person.email
    if not address:
        return 0
    try:
        with transaction.atomic():
            _row, is_new = Digest.objects.get_or_create(person=person, week=monday, defaults={"items": waiting})
            if not is_new:
                return 0
            with override(person.user.language or settings.LANGUAGE_CODE):
                subject, body = _words(waiting, past)
                send_mail(subject, body, None, [address])
    except OSError as error:  # what a mail server that is away raises; the next round tries again
        log.warning("digest.unsent person=%s error=%s", person.pk, type(error).__name__)
        return 0
    return 1


def _words(waiting: int, past: int) -> tuple[str, str]:
    subject = ngettext("One step waits for you this week", "%(n)s steps wait for you this week", waiting) % {
        "n": waiting
    }
    lines = [f"{subject}."]
    if past:
        lines.append(ngettext("One of them is past its day.", "%(n)s of them are past their day.", past) % {"n": past})
    lines += [
        _("See what they are: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('work_list')}"},
        _("This message comes once a week, and only when something waits. It names no student."),
        _("To turn it off: %(link)s") % {"link": f"{settings.PUBLIC_URL}{reverse('my_messages')}"},
    ]
    return subject, "\n\n".join(lines) + "\n"
