"""How many school days there are until something, and the meetings somebody sees to in the next ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from accounts.calendar import SchoolCalendar
from accounts.permissions import Permission, Viewer, students_for
from success_plans.models import CycleStep
from success_plans.recompute.falling_due import CLOCK, planned_meetings, soon_until, with_owner

MOST = 50


@dataclass(frozen=True, slots=True)
class Coming:
    """Steps of the year in counts: how many fall due in the next seven days, how many have passed their day."""

    soon: int
    past: int


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting this viewer sees to. `days`: school days until it, 0 today; `is_past`: nothing is written down yet."""

    public_id: UUID
    student: UUID
    student_id: int
    name: str
    label: str
    starts_at: datetime
    days: int
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
    """How many school days from today until a day, that day too and today not: tomorrow is 1, today or before is 0."""
    return calendar.school_days_between(today + timedelta(days=1), day + timedelta(days=1))


def meetings_of_mine(*, viewer: Viewer, calendar: SchoolCalendar) -> list[MeetingLine]:
    """The meetings this viewer sees to that come in the next school days, or have passed lately and are not written
    down; of students they see by name. `calendar`: the district's. One query."""
    seen = students_for(viewer, Permission.READ_PLAN)
    since = calendar.add_school_days(viewer.today, -CLOCK.remind_after) or calendar.first_day
    rows = (
        with_owner(planned_meetings(since, soon_until(calendar, viewer.today)), viewer.today)
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
                days=school_days_until(calendar, viewer.today, day),
                is_past=day < viewer.today,
            )
        )
    return lines
