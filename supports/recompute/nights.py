"""What runs once a night: remembered in the database, so that no deploy and no lost message makes it forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import jobs
from supports.models import NightRun

BEGINS = timedelta(hours=2)
"""A night begins at two o'clock in the district's zone."""
RING_AGAIN = timedelta(hours=1)
"""Work that was rung for and did not end is rung for again after this long."""


def night_of(moment: datetime) -> date:
    """The night a moment belongs to, in the district's zone: before two o'clock it is still the one before."""
    return timezone.localtime(moment - BEGINS).date()


def ring_nightly(*, by: None = None, now: datetime | None = None) -> list[str]:
    """Ring for every task that did not end well this night yet, in order. Returns their names.

    A task is rung for once an hour until it ends well. Two callers at once ring once.
    """
    at = now or timezone.now()
    night = night_of(at)
    rung = []
    with transaction.atomic():
        NightRun.objects.bulk_create([NightRun(task=name) for name in settings.NIGHTLY_TASKS], ignore_conflicts=True)
        rows = {row.task: row for row in NightRun.objects.select_for_update().order_by("pk")}
        for name in settings.NIGHTLY_TASKS:
            row = rows[name]
            waits = row.rung_at is not None and row.rung_for == night and row.rung_at > at - RING_AGAIN
            if row.done_for == night or waits:
                continue
            row.rung_for, row.rung_at = night, at
            row.save(update_fields=["rung_for", "rung_at"])
            jobs.enqueue(name, queue="bulk", expires=int(RING_AGAIN.total_seconds()))
            rung.append(name)
    return rung


def night_done(*, by: None = None, name: str) -> None:
    """A task ended well: it is not rung for again this night. A task that is no nightly one is nothing."""
    if name in settings.NIGHTLY_TASKS:
        NightRun.objects.filter(task=name).update(done_for=F("rung_for"), done_at=timezone.now())
