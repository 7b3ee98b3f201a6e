"""Entry doors for workers: each makes one call."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from celery.signals import task_success
from django.conf import settings

from accounts import jobs
from supports import recompute, review
from supports.recompute import nights

log = logging.getLogger(__name__)


@shared_task(name=settings.TASK_REFRESH, soft_time_limit=60, time_limit=90)
def refresh_students(**_: Any) -> int:
    """Work on every due student; rung after commits and by the sweep. Returns how many were written."""
    jobs.heard(settings.TASK_REFRESH)
    return recompute.refresh_due()


@shared_task(name="supports.tasks.daily_run", soft_time_limit=110, time_limit=120)
def daily_run(**_: Any) -> int:
    """Put the students of schools whose day has begun in line. Returns how many."""
    return review.run_due()


@shared_task(name="supports.tasks.ring_nightly")
def ring_nightly(**_: Any) -> list[str]:
    """Ring for what is due once a night; returns the names."""
    return nights.ring_nightly()


@task_success.connect
def _ended_well(sender: Task[..., Any], **_: Any) -> None:
    """A nightly task that ended well is done for this night."""
    nights.night_done(name=sender.name)


@shared_task(name="supports.tasks.reconcile", soft_time_limit=1700, time_limit=1740)
def reconcile(**_: Any) -> int:
    """Compare everything stored with the evidence, heal and report. Returns the number of drifts."""
    drifts = review.reconcile()
    for drift in drifts:
        log.error("reconcile.drift student=%s what=%s", drift.student_id, drift.what)
    return len(drifts)
