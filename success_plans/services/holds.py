"""Placing and ending safety holds. Each needs a reason, and both stay in the record."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import Subject
from success_plans.errors import PlanError
from success_plans.models import SafetyHold


def place_hold(
    *, by: Viewer, student: Student, about: Subject, about_id: UUID | None = None, reason: str
) -> SafetyHold:
    """Stop showing an entry, or with `Subject.PLAN` the whole plan, to family and student. Twice is one hold.

    PlanError without a reason, or for an entry that is not named. The caller has checked who may.
    """
    words = reason.replace("\x00", "").strip()[:500]
    if not words:
        raise PlanError(_("Say in a sentence why. It is kept, and the privacy officer reads it."))
    if about != Subject.PLAN and about_id is None:
        raise PlanError(_("Choose what is put on hold."))
    entry = None if about == Subject.PLAN else about_id
    with transaction.atomic():
        Student.objects.select_for_update().get(pk=student.pk)  # two people at once make one hold
        row = SafetyHold.objects.filter(student=student, about=about, about_id=entry, ended_at__isnull=True).first()
        if row is not None:
            return row
        row = SafetyHold.objects.create(
            student=student, about=about, about_id=entry, reason=words, placed_by_id=by.actor_id
        )
        _record(by, row, "hold.place")
    return row


def end_hold(*, by: Viewer, hold: SafetyHold) -> SafetyHold:
    """Show it again from now on; ending twice is ending once."""
    with transaction.atomic():
        row = SafetyHold.objects.select_for_update().get(pk=hold.pk)
        if row.ended_at is None:
            row.ended_at = timezone.now()
            row.ended_by_id = by.actor_id
            row.save(update_fields=["ended_at", "ended_by"])
            _record(by, row, "hold.end")
    return row


def _record(by: Viewer, row: SafetyHold, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="safetyhold",
        subject_id=row.public_id,
        students=[row.student_id],
        reason=row.reason,
    )
