"""What falls due in the next school days, for the page of the day: the counts the reminder has, and one's meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from accounts.permissions import Permission, Viewer, students_for
from accounts.recompute import calendars
from success_plans.models import CycleStep
from success_plans.recompute.falling_due import CLOCK, planned_meetings, soon_until, with_owner
from success_plans.selectors.cycle.work import school_days_until

MOST = 50


@dataclass(frozen=True, slots=True)
class Coming:
    """Steps of the year in counts: how many fall due within `days` school days, how many have passed their day."""

    soon: int
    past: int
    days: int = CLOCK.remind_before


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
    """The open steps of this viewer that fall due soon or have passed. Four queries at most."""
    mine = CycleStep.objects.filter(owner=viewer.person_id, opened_on__lte=viewer.today, done_on__isnull=True)
    by_school = {
        row["school_id"]: row
        for row in mine.values("school_id").annotate(past=Count("pk", filter=Q(due_on__lt=viewer.today)))
    }
    if not by_school:
        return Coming(0, 0)
    found = calendars(list(by_school), today=viewer.today)
    near = Q(pk__in=[])
    for school in by_school:
        near |= Q(school_id=school, due_on__gte=viewer.today, due_on__lte=soon_until(found[school], viewer.today))
    return Coming(mine.filter(near).count(), sum(row["past"] for row in by_school.values()))


def meetings_of_mine(*, viewer: Viewer) -> list[MeetingLine]:
    """The meetings this viewer sees to that come in the next school days, or have passed lately and are not written
    down; of students they see by name. Four queries at most."""
    seen = students_for(viewer, Permission.READ_PLAN)
    found = calendars([None], today=viewer.today)
    calendar = found[None]
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
