"""The daily run: no evidence arriving must be noticed too. One run per school and school-local day."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts import recompute as people
from accounts.models import School
from assessments.choices import Priority
from assessments.services import request_refresh
from supports import recompute
from supports.models import DailyRun


def run_due(*, now: datetime | None = None) -> int:
    """Put every active student of each school in line once per school-local day. Returns how many students."""
    at = now or timezone.now()
    return sum(
        run_school(school, day=people.school_date(school, at)) for school in School.objects.filter(is_active=True)
    )


def run_school(school: School, *, day: date) -> int:
    """One school, one day; a second call for the same day does nothing."""
    with transaction.atomic():
        run, is_new = DailyRun.objects.get_or_create(school=school, day=day)
        if not is_new:
            return 0
        ids = recompute.active_students(school)
        request_refresh(ids, priority=Priority.RECOMPUTE)
        run.students = len(ids)
        run.save(update_fields=["students"])
    return len(ids)


def reconcile(*, heal: bool = True, chunk: int = 200, today: date | None = None) -> list[recompute.Drift]:
    """Recompute and compare everyone; what drifted is put in line again. Returns every drift found."""
    drifts: list[recompute.Drift] = []
    ids = recompute.active_students()
    for start in range(0, len(ids), chunk):
        found = recompute.compare(ids[start : start + chunk], today=today)
        drifts += found
        if found and heal:
            with transaction.atomic():
                request_refresh({drift.student_id for drift in found}, priority=Priority.RECOMPUTE)
    return drifts
