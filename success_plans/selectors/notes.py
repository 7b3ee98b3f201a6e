"""Working notes: day to day, their author alone reads them."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from success_plans.models import WorkingNote


def my_notes(*, viewer: Viewer, student: Student) -> list[WorkingNote]:
    """This viewer's own notes about a student, newest first. Used-up ones, which wait for tonight's purge, are out."""
    rows = WorkingNote.objects.filter(student=student, author=viewer.person_id, purge_on__gt=viewer.today)
    return list(rows.order_by("-created_at", "-pk"))


def note_by_id(*, viewer: Viewer, public_id: UUID) -> WorkingNote | None:
    """One's own note, while one still sees the student."""
    return (
        WorkingNote.objects.select_related("student__person", "student__school", "author")
        .filter(public_id=public_id, author=viewer.person_id, student__in=students_for(viewer, Permission.READ_PLAN))
        .first()
    )
