"""What waits for somebody: step by step, student by student, by date and then by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.calendar import SchoolCalendar
from accounts.models import Enrolment, TeachingAssignment
from accounts.permissions import Permission, Viewer, current, students_for
from accounts.recompute import calendars
from success_plans.choices import StepName
from success_plans.cycle import due_day
from success_plans.models import CycleStep
from success_plans.selectors.cycle.coming import MeetingLine, meetings_of_mine, school_days_until, schools_of_mine
from success_plans.selectors.cycle.endings import because

LATELY = timedelta(days=7)
SOON = 5
"""School days before its day in which a step is due soon."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of one student. `when` is "past", "soon" or "later"; `days`: school days until a step that is due soon
    (0: today, which `is_today` says, or a day off before which none lies); `section` is the class the review is of."""

    public_id: UUID
    step: str
    student: UUID
    name: str
    due_on: date
    when: str
    days: int = 0
    is_today: bool = False
    section: UUID | None = None
    because: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The students a step waits for, by date, then by name."""

    step: str
    label: str
    lines: list[StepLine]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Steps of mine about students I do not see by name (a lead's): a count for each school and step."""

    label: str
    step: str
    school: UUID
    school_name: str
    students: int


@dataclass(frozen=True, slots=True)
class WorkList:
    """What waits for somebody, grouped by step; what ended in the last seven days, and why."""

    groups: list[StepGroup]
    unnamed: list[Unnamed]
    ended: list[StepLine]
    steps: list[tuple[str, str, int]]
    student_ids: list[int]
    meetings: list[MeetingLine]

    @property
    def waiting(self) -> int:
        """How many steps wait, with those that are only counted."""
        return sum(n for _step, _label, n in self.steps) + sum(one.students for one in self.unnamed)


def work_list(*, viewer: Viewer, step: str = "") -> WorkList:
    """What waits for this viewer, perhaps of one step only. The same queries for 10 students and for 200."""
    mine = CycleStep.objects.filter(owner=viewer.person_id, opened_on__lte=viewer.today)
    seen = students_for(viewer, Permission.SEE_STUDENT)
    waiting = mine.filter(done_on__isnull=True)
    named = mine.filter(student__in=seen).select_related("student__person", "school").order_by("pk")
    both = list(named.filter(Q(done_on__isnull=True) | Q(done_on__gt=viewer.today - LATELY)))
    rows = sorted((row for row in both if row.done_on is None), key=lambda row: (row.due_on, *_by_name(row)))
    ended = sorted((row for row in both if row.done_on is not None), key=_by_name)
    ended = sorted(ended, key=lambda row: row.done_on or viewer.today, reverse=True)[:20]
    mine_at = schools_of_mine(viewer=viewer) if not step else []
    found = calendars({*(row.school_id for row in rows), *mine_at}, today=viewer.today)
    meetings = meetings_of_mine(viewer=viewer, calendars={pk: found[pk] for pk in mine_at})
    sections = _sections(viewer, [row.student_id for row in rows if row.step == StepName.CLASS_REVIEW])
    by_step: dict[str, list[StepLine]] = defaultdict(list)
    for row in rows:
        by_step[row.step].append(_line(row, viewer.today, found[row.school_id], sections.get(row.student_id)))
    names = [name for name in StepName if by_step.get(name)]
    return WorkList(
        groups=[StepGroup(n, str(n.label), by_step[n]) for n in names if step in {"", n}],
        unnamed=_unnamed(waiting.exclude(student__in=seen)),
        ended=[_line(row, viewer.today, because=because(row)) for row in ended],
        steps=[(str(n), str(n.label), len(by_step[n])) for n in names],
        student_ids=sorted({*(row.student_id for row in [*rows, *ended]), *(one.student_id for one in meetings)}),
        meetings=meetings,
    )


def _by_name(row: CycleStep) -> tuple[str, int]:
    return row.student.person.sort_name, row.pk


def _unnamed(rows: QuerySet[CycleStep]) -> list[Unnamed]:
    counted = (
        rows.values("step", school_public=F("school__public_id"), school_name=F("school__name"))
        .annotate(students=Count("student", distinct=True))
        .order_by("school_name", "step")
    )
    return [
        Unnamed(str(StepName(r["step"]).label), r["step"], r["school_public"], r["school_name"], r["students"])
        for r in counted
    ]


def due_soon(schools: Iterable[int], today: date) -> dict[int, date]:
    """By school: up to which day a step is due soon."""
    found = calendars(list(schools), today=today)
    return {pk: due_day(calendar, today, SOON) for pk, calendar in found.items() if pk is not None}


def _sections(viewer: Viewer, students: list[int]) -> dict[int, UUID]:
    """By student, the class this viewer would talk about them in."""
    taught = TeachingAssignment.objects.filter(current(viewer.today), person=viewer.person_id, is_active=True)
    rows = (
        Enrolment.objects.filter(
            current(viewer.today),
            student_id__in=students,
            is_active=True,
            section__is_active=True,
            section__in=taught.values("section_id"),
        )
        .order_by("-section_id")
        .values_list("student_id", "section__public_id")
    )
    return dict(rows)


def _line(
    row: CycleStep,
    today: date,
    calendar: SchoolCalendar | None = None,
    section: UUID | None = None,
    *,
    because: str = "",
) -> StepLine:
    days = 0 if calendar is None else school_days_until(calendar, today, row.due_on)
    if row.due_on < today:
        when = "past"
    else:
        when = "soon" if calendar is None or row.due_on <= due_day(calendar, today, SOON) else "later"
    return StepLine(
        public_id=row.public_id,
        step=row.step,
        student=row.student.public_id,
        name=row.student.person.display_name,
        due_on=row.due_on if row.done_on is None else row.done_on,
        when=when,
        days=days,
        is_today=row.due_on == today,
        section=section,
        because=because,
        label=row.get_step_display(),
    )
