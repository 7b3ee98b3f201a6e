"""Whom one can check in with, and when somebody last did. By name; by waiting time where a person asks for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Enrolment, Section, Student
from accounts.permissions import Permission, Viewer, current, students_for
from success_plans.choices import CheckInHow
from success_plans.models import CheckIn
from success_plans.services.check_ins import UNDO_FOR


@dataclass(frozen=True, slots=True)
class Waiting:
    """A student and the day an adult last met them; None: nobody has yet."""

    public_id: UUID
    name: str
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Last:
    """A check-in of this viewer that can still be taken back: its handle (row or batch), how, whom, since when."""

    public_id: UUID
    how: str
    names: list[str]


def _mine(viewer: Viewer, section: Section | None) -> QuerySet[Student]:
    rows = students_for(viewer, Permission.CHECK_IN)
    if section is not None:
        seats = Enrolment.objects.filter(current(viewer.today), section=section, is_active=True)
        rows = rows.filter(pk__in=seats.values("student_id"))
    return rows


def waiting(*, viewer: Viewer, section: Section | None = None, by_date: bool = False) -> list[Waiting]:
    """The students this viewer may check in with, by name; `by_date`: who has waited longest comes first. One query.

    Nothing but the date of the last check-in orders them, whoever made it.
    """
    met = CheckIn.objects.filter(student=OuterRef("pk"), undone_at__isnull=True).exclude(how=CheckInHow.NOT_MET)
    last = met.order_by().values("student").annotate(last=Max("met_at")).values("last")
    rows = (
        _mine(viewer, section)
        .select_related("person")
        .annotate(last_met=Subquery(last))
        .order_by("person__sort_name", "pk")
    )
    found = [
        Waiting(
            row.public_id,
            row.person.display_name,
            timezone.localtime(row.last_met).date() if row.last_met else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.last_on or date.min) if by_date else found


def chosen(*, viewer: Viewer, public_ids: Collection[UUID], section: Section | None = None) -> dict[UUID, Student]:
    """Those of these students this viewer may check in with, by name; of a section only who sits there. One query."""
    rows = _mine(viewer, section).filter(public_id__in=list(public_ids)).select_related("person")
    return {row.public_id: row for row in rows.order_by("person__sort_name", "pk")}


def last_by_me(*, viewer: Viewer, student: Student | None = None) -> Last | None:
    """What this viewer wrote down in the last ten minutes and can take back: with this student, or with anybody."""
    rows = CheckIn.objects.filter(
        by=viewer.person_id, undone_at__isnull=True, created_at__gte=timezone.now() - UNDO_FOR
    ).select_related("student__person")
    if student is not None:
        rows = rows.filter(student=student)
    newest = rows.order_by("-pk").first()
    if newest is None:
        return None
    same = Q(batch=newest.batch) if newest.batch else Q(pk=newest.pk)
    together = rows.filter(same).order_by("student__person__sort_name", "pk")
    return Last(
        newest.batch or newest.public_id,
        str(newest.get_how_display()),
        [row.student.person.short_name for row in together],
    )
