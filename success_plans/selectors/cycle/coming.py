"""How many school days there are until something, and the meetings somebody sees to in the next ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from accounts.calendar import SchoolCalendar
from accounts.choices import RelationshipKind
from accounts.models import Relationship
from accounts.permissions import Permission, Viewer, current, students_for
from success_plans.models import CycleStep
from success_plans.recompute.falling_due import planned_meetings, windows, with_owner

MOST = 50


@dataclass(frozen=True, slots=True)
class Coming:
    """Steps of the year in counts: how many fall due in the next seven days, how many have passed their day."""

    soon: int
    past: int


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting this viewer sees to. `days`: school days until it, 0 today and where none lies before it; `is_past`:
    nothing is written down yet."""

    public_id: UUID
    student: UUID
    student_id: int
    name: str
    label: str
    starts_at: datetime
    days: int
    is_today: bool
    is_past: bool


def coming(*, viewer: Viewer) -> Coming:
    """The open steps of this viewer that fall due within a week, today too, or have passed. One query; the work list
    says the school days."""
    mine = CycleStep.objects.filter(owner=viewer.person_id, opened_on__lte=viewer.today, done_on__isnull=True)
    counted = mine.aggregate(
        soon=Count("pk", filter=Q(due_on__gte=viewer.today, due_on__lt=viewer.today + timedelta(days=7))),
        past=Count("pk", filter=Q(due_on__lt=viewer.today)),
    )
    return Coming(**counted)


def school_days_until(calendar: SchoolCalendar, today: date, day: date) -> int:
    """How many school days from today until a day, that day too and today not: tomorrow is 1, today or
    before is 0, and so is a day off before which none lies."""
    return calendar.school_days_between(today + timedelta(days=1), day + timedelta(days=1))


def schools_of_mine(*, viewer: Viewer) -> list[int]:
    """The schools of the students this viewer works with: where meetings they see to are. One query."""
    around = Relationship.objects.filter(
        current(viewer.today), ~Q(kind=RelationshipKind.GUARDIAN), person=viewer.person_id
    )
    return list(around.order_by("student__school_id").values_list("student__school_id", flat=True).distinct())


def meetings_of_mine(*, viewer: Viewer, calendars: Mapping[int, SchoolCalendar]) -> list[MeetingLine]:
    """The meetings this viewer sees to that come in the next school days, or have passed lately and are not written
    down; of students they see by name. `calendars`: of the schools whose meetings are wanted. One query at most."""
    seen = students_for(viewer, Permission.READ_PLAN)
    rows = (
        with_owner(planned_meetings(windows(calendars, viewer.today)), viewer.today)
        .filter(owner=viewer.person_id, plan__student__in=seen)
        .select_related("plan__student__person")
        .order_by("starts_at", "pk")[:MOST]
    )
    lines = []
    for row in rows:
        student, day = row.plan.student, timezone.localdate(row.starts_at)
        lines.append(
            MeetingLine(
                public_id=row.public_id,
                student=student.public_id,
                student_id=student.pk,
                name=student.person.display_name,
                label=row.get_kind_display(),
                starts_at=row.starts_at,
                days=school_days_until(calendars[student.school_id], viewer.today, day),
                is_today=day == viewer.today,
                is_past=day < viewer.today,
            )
        )
    return lines
