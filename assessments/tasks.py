"""Entry doors for workers on the side of what was seen."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction

from assessments import services
from assessments.choices import Priority


@shared_task(name=settings.TASK_LOOK_AGAIN, soft_time_limit=60, time_limit=90)
def look_again(student_ids: list[int], **_: Any) -> None:
    """Put students in line whose records were joined, parted, closed or opened again on the people side."""
    with transaction.atomic():
        services.request_refresh(student_ids, priority=Priority.RECOMPUTE)
