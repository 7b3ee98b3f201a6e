"""Entry doors for workers on the people side."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from accounts import audit, jobs


@shared_task(name="accounts.tasks.seal_audit")
def seal_audit(**_: Any) -> int:
    """Seal the audit's newest stretch; returns the number of events."""
    return audit.seal()


@shared_task(name="accounts.tasks.sweep_jobs")
def sweep_jobs(**_: Any) -> int:
    """Ring again for jobs no worker has; returns how many."""
    due = jobs.due_jobs()
    for job in due:
        jobs.ring_job(job)
    return len(due)
