"""Entry doors for workers on the learning side."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from competencies import services


@shared_task(name="competencies.tasks.import_framework", soft_time_limit=150, time_limit=170)
def import_framework(job_id: int, **_: Any) -> None:
    """Read a framework file and preview it or, once a person said yes, write it."""
    services.run_framework_import(job_id=job_id)
