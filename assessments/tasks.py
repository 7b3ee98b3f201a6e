"""Entry doors for workers on the side of what was seen."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction

from assessments import services
from assessments.choices import Priority
from assessments.services import imports


@shared_task(name=settings.TASK_LOOK_AGAIN, soft_time_limit=60, time_limit=90)
def look_again(student_ids: list[int], **_: Any) -> None:
    """Put students in line whose records were joined, parted, closed or opened again on the people side."""
    with transaction.atomic():
        services.request_refresh(student_ids, priority=Priority.RECOMPUTE)


@shared_task(name="assessments.tasks.refit", soft_time_limit=3500, time_limit=3550)
def refit(**_: Any) -> None:
    """Fit the estimators to what was counted so far, every night."""
    services.refit(by=None)


@shared_task(name="assessments.tasks.change_method", soft_time_limit=1700, time_limit=1740)
def change_method(job_id: int, **_: Any) -> None:
    """Count what another way of judging would change or, once somebody said yes, find whoever was missed."""
    services.run_method_change(job_id=job_id)


@shared_task(name="assessments.tasks.change_crosswalk", soft_time_limit=1700, time_limit=1740)
def change_crosswalk(job_id: int, **_: Any) -> None:
    """Count what a crosswalk would change or, once somebody said yes, find whoever was missed."""
    services.run_crosswalk_change(job_id=job_id)


@shared_task(name="assessments.tasks.import_evidence", soft_time_limit=1500, time_limit=1560)
def import_evidence(job_id: int, **_: Any) -> None:
    """Check an import of evidence or, once a person said yes, write it chunk by chunk.

    May outlast the broker's visibility timeout: a message that comes again finds the job leased and ends at once.
    """
    imports.run_evidence_import(job_id=job_id)


@shared_task(name="assessments.tasks.forget_stale_evidence_imports")
def forget_stale_evidence_imports(**_: Any) -> int:
    """Drop files and rows of imports that nobody answered for two weeks; returns how many."""
    return imports.forget_stale_evidence_imports()
