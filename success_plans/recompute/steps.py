"""What the decided lines change in the stored steps; written in few statements, rows locked in order of the key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from accounts.models import Student
from accounts.rosters.tables import update_rows
from success_plans.choices import StepOutcome
from success_plans.cycle import Line, Outcome
from success_plans.models import CycleStep
from success_plans.recompute.reading import Ground, offsets


class EndedBecause(StrEnum):
    """Why a step ended without anybody ending it; stored in `reason` of a row that has no `done_by`."""

    FACTS = ""
    YEAR_OVER = "year_over"
    MOVED = "moved"
    LEFT = "left"
    NO_LONGER = "no_longer"


@dataclass(slots=True)
class Change:
    """How many steps a run opened, closed, and gave another owner or day."""

    opened: int = 0
    closed: int = 0
    moved: int = 0

    def __iadd__(self, other: Change) -> Change:
        self.opened += other.opened
        self.closed += other.closed
        self.moved += other.moved
        return self

    @property
    def is_nothing(self) -> bool:
        """Whether nothing changed."""
        return not (self.opened or self.closed or self.moved)


Values = dict[str, Any]
_RETURNS = {EndedBecause.NO_LONGER, EndedBecause.LEFT}


def write_steps(
    students: Collection[Student],
    rows: Collection[CycleStep],
    lines: Mapping[int, Iterable[Line]],
    ground: Ground,
) -> Change:
    """Bring the stored steps of these students in line. Must run inside a transaction."""
    shift = offsets(rows, ground)
    stored = {(row.student_id, row.step, row.number): row for row in rows if row.school_year_id == ground.year.pk}
    fresh: list[CycleStep] = []
    changes: dict[int, Values] = {}
    wanted: set[tuple[int, str, int]] = set()
    for student in students:
        for line in lines.get(student.pk, ()):
            number = line.number + shift.get((student.pk, line.step), 0)
            key = (student.pk, str(line.step), number)
            wanted.add(key)
            row = stored.get(key)
            if row is None:
                fresh.append(_fresh(student, line, number, ground))
            elif (values := _changed(row, line)) is not None:
                changes[row.pk] = values
    active = {student.pk for student in students if student.is_active}
    for row in rows:
        is_wanted = row.school_year_id == ground.year.pk and (row.student_id, row.step, row.number) in wanted
        if row.done_on is None and not is_wanted:
            because = _because(row, ground, is_active=row.student_id in active)
            if because is EndedBecause.NO_LONGER and ground.today > ground.calendar.last_school_day:
                continue  # classes have ended: what was not done this year is not called needless
            changes[row.pk] = _values(row) | _closed(ground.today, StepOutcome.NOT_NEEDED, because)
    return _write(rows, fresh, changes)


def _fresh(student: Student, line: Line, number: int, ground: Ground) -> CycleStep:
    return CycleStep(
        student_id=student.pk,
        school=ground.school,
        school_year=ground.year,
        step=str(line.step),
        number=number,
        owner_id=line.owner,
        opened_on=line.opened_on,
        due_on=line.due_on,
        done_on=line.done_on,
        outcome=str(line.outcome or ""),
    )


def _changed(row: CycleStep, line: Line) -> Values | None:
    """The new values of a row, None when it stands as it should. What a person closed stays as that person left it."""
    now = _values(row)
    if row.done_on is None:
        after = now | {"owner_id": line.owner, "due_on": max(line.due_on, row.opened_on)}
        if line.done_on is not None:
            after |= _closed(line.done_on, line.outcome or Outcome.DONE, EndedBecause.FACTS)
        return after if after != now else None
    if row.done_by_id is not None:
        return None
    if row.outcome == StepOutcome.NOT_NEEDED and row.reason in _RETURNS:  # it is asked for again
        return now | {
            "owner_id": line.owner,
            "due_on": max(line.due_on, row.opened_on),
            "done_on": line.done_on,
            "outcome": str(line.outcome or ""),
            "reason": "",
        }
    if row.outcome == StepOutcome.NOT_REACHED and line.outcome is Outcome.DONE:  # reached after all
        return now | _closed(line.done_on, Outcome.DONE, EndedBecause.FACTS)
    return None


def _because(row: CycleStep, ground: Ground, *, is_active: bool) -> EndedBecause:
    if not is_active:
        return EndedBecause.LEFT
    if row.school_year_id != ground.year.pk:
        return EndedBecause.YEAR_OVER
    if row.school_id != ground.school.pk:
        return EndedBecause.MOVED
    return EndedBecause.NO_LONGER


def _values(row: CycleStep) -> Values:
    return {
        "owner_id": row.owner_id,
        "due_on": row.due_on,
        "done_on": row.done_on,
        "outcome": row.outcome,
        "reason": row.reason,
    }


def _closed(on: date | None, outcome: str, because: EndedBecause) -> Values:
    return {"done_on": on, "outcome": str(outcome), "reason": str(because)}


def _write(rows: Collection[CycleStep], fresh: list[CycleStep], changes: Mapping[int, Values]) -> Change:
    """Write; a row that somebody else changed since it was read is left for the next run."""
    before = {row.pk: _values(row) for row in rows if row.pk in changes}
    locked = CycleStep.objects.filter(pk__in=changes).select_for_update(no_key=True).order_by("pk")
    safe = {row.pk for row in locked if _values(row) == before[row.pk] and row.done_by_id is None}
    update_rows(CycleStep, [{"id": pk, **changes[pk]} for pk in sorted(safe)])
    made = CycleStep.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=1000)
    closing = {pk for pk in safe if changes[pk]["done_on"] is not None and before[pk]["done_on"] is None}
    return Change(
        opened=len(made),
        closed=len(closing) + sum(row.done_on is not None for row in fresh),
        moved=len(safe) - len(closing),
    )
