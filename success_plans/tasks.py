"""Entry doors for workers: each makes one call."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings

from success_plans import purging, recompute


@shared_task(name=settings.TASK_CYCLE, soft_time_limit=30, time_limit=45)
def refresh_cycle(student_ids: list[int], **_: Any) -> int:
    """Bring the steps of these students in line, rung after a write. Returns how many closed; the daily run catches up
    with a ring nobody heard."""
    return recompute.refresh_cycle(student_ids).closed


@shared_task(name="success_plans.tasks.run_cycle", soft_time_limit=570, time_limit=590)
def run_cycle(**_: Any) -> int:
    """Go through the cycle of every school whose day has begun. Returns how many steps opened."""
    return recompute.run_due().opened


@shared_task(name="success_plans.tasks.follow_dates", soft_time_limit=570, time_limit=590)
def follow_dates(**_: Any) -> None:
    """What follows from dates nobody wrote today, in the holidays too, when no school has a cycle to go through."""
    recompute.follow_dates()


@shared_task(name="success_plans.tasks.weekly_digest", soft_time_limit=570, time_limit=590)
def weekly_digest(**_: Any) -> int:
    """Monday's short messages. Returns how many were sent."""
    return recompute.send_digests()


@shared_task(name="success_plans.tasks.remind", soft_time_limit=570, time_limit=590)
def remind(**_: Any) -> int:
    """Remind of what falls due soon or has just passed. Returns how many messages were sent."""
    return recompute.send_reminders()


@shared_task(name="success_plans.tasks.purge_notes", soft_time_limit=570, time_limit=590)
def purge_notes(**_: Any) -> int:
    """Destroy the working notes whose day has come. Returns how many."""
    return purging.purge_notes()
