"""What a school that must give grades may take along: mastery, in words, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Section
from accounts.permissions import Permission, Viewer, students_for
from assessments.choices import MethodName, Shape
from assessments.models import Evidence, MasterySummary
from competencies import wording as words
from supports.models import Focus
from supports.selectors.grid import roster


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One student on one competency. `level` is a word; "" where nothing is held yet. Missing is never zero."""

    student: str
    competency: str
    shape: str
    level: str
    last_seen: date | None
    method: str


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The lines of a class by name, then in the framework's order; and whose they are, for the record of the export."""

    lines: list[GradeLine]
    student_ids: list[int]
    students: int
    competencies: int


def grade_table(*, viewer: Viewer, section: Section, language: str) -> GradeTable:
    """Mastery of a class on what it worked on this year, or gave evidence on. Six queries.

    No attendance, no behaviour, no lateness, no points and no average: the table has no column for them.
    """
    seats = roster(viewer=viewer, section=section)
    mine = set(students_for(viewer, Permission.RECORD_EVIDENCE).values_list("pk", flat=True))
    seats = tuple(seat for seat in seats if seat.student_id in mine)
    students = [seat.student_id for seat in seats]
    worked_on = set(Focus.objects.filter(section=section).values_list("competency_id", flat=True))
    worked_on |= set(
        Evidence.objects.filter(section=section, student__in=students)
        .values_list("competency_id", flat=True)
        .distinct()
    )
    known = words.known(worked_on, language=language)
    stands: dict[tuple[int, int], Any] = {
        (summary.student_id, summary.competency_id): summary
        for summary in MasterySummary.objects.filter(student__in=students, competency__in=worked_on)
    }
    lines = []
    for seat in seats:
        for pk, about in known.items():
            summary = stands.get((seat.student_id, pk))
            held = summary.held if summary else None
            lines.append(
                GradeLine(
                    student=seat.name,
                    competency=about.name,
                    shape=str(Shape(summary.shape if summary else Shape.OPEN).label),
                    level=about.levels.word(held) if held is not None else "",
                    last_seen=summary.last_observed_on if summary else None,
                    method=str(MethodName(summary.method).label) if summary else "",
                )
            )
    return GradeTable(lines, students, len(seats), len(known))
