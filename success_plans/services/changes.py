"""What every change of a plan leaves: the day on the plan, one audit row, and a ring for the steps of the year."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts import audit, jobs
from accounts.permissions import Viewer
from success_plans.models import Plan


def note_change(*, by: Viewer, plan: Plan, action: str, row: models.Model) -> None:
    """Note that `row`, which has a `public_id`, was written in this plan. Must run inside the act's transaction."""
    Plan.objects.filter(pk=plan.pk).update(changed_at=timezone.now())
    audit.record(
        by=by.person_id,
        action=action,
        subject_type=row._meta.model_name or "",
        subject_id=row.public_id,  # type: ignore[attr-defined]
        students=[plan.student_id],
    )
    jobs.facts_changed([plan.student_id])
