"""What operators do: put quarantined work back in line."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from accounts import audit, jobs
from accounts.permissions import Viewer


def release_quarantine(*, by: Viewer) -> int:
    """Give every quarantined refresh request a fresh start. Returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE assessments_refreshrequest SET quarantined_at = NULL, attempts = 0, leased_until = NULL
            WHERE quarantined_at IS NOT NULL
            """
        )
        released: int = cursor.rowcount
        audit.record(
            by=by.person_id,
            action="quarantine.release",
            subject_type="refreshrequest",
            subject_id="all",
            details={"released": released},
        )
        jobs.enqueue(settings.TASK_REFRESH, queue="now", once=True)
    return released
