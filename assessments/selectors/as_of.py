"""What was known on a past day: the same pure functions over what had been recorded by its end. Nothing is stored."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models.expressions import RawSQL

from accounts import recompute as people
from accounts.models import Student
from accounts.permissions import Viewer
from assessments.choices import Shape
from assessments.models import MasterySummary
from assessments.recompute import crossed, grounds_before, histories, read_crossings, sum_up


def end_of(day: date) -> datetime:
    """The moment a day ends in the district's time zone."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=people.district_zone())


def summaries_as_of(*, viewer: Viewer, student: Student, on: date) -> list[MasterySummary]:
    """The summaries of a student as of the end of a day, not stored, in order of competency.

    What counts is what had been recorded by then: pieces, corrections, withdrawals, acceptances, judgements, and the
    method, target, fit and crosswalks of that day. Who is read together (merged records) is as today, and so is who
    may read, and which competencies are the same. Constant queries, however long ago.
    """
    moment = end_of(on)
    found = grounds_before(moment)
    history = crossed(histories([student.pk], before=moment)[student.pk], read_crossings(found, before=moment))
    return [_summary(row) for row in sum_up(student.pk, history, found)]


def summaries_on(
    *, viewer: Viewer, student: Student, on: date | None, competency_id: int | None = None
) -> dict[int, MasterySummary]:
    """The stored summaries by competency, or those of a past day; with a competency, of it and what lies below it."""
    if on is not None:
        return {row.competency_id: row for row in summaries_as_of(viewer=viewer, student=student, on=on)}
    rows = MasterySummary.objects.filter(student=student)
    if competency_id is not None:
        rows = rows.filter(competency_id__in=RawSQL(_BELOW, [competency_id]))  # noqa: S611 - a constant
    return {row.competency_id: row for row in rows}


_BELOW = """
WITH RECURSIVE below AS (
    SELECT %s::bigint AS id
    UNION SELECT c.id FROM competencies_competency c JOIN below b ON c.parent_id = b.id)
SELECT id FROM below
"""


def _summary(row: dict[str, object]) -> MasterySummary:
    """A row as it would be stored, with the types a stored one has."""
    values = dict(row)
    for name in ("held", "value", "estimate"):
        given = values[name]
        values[name] = None if given is None else Decimal(str(given))
    seen, through = values["last_observed_on"], values["evidence_through"]
    values["last_observed_on"] = None if seen is None else date.fromisoformat(str(seen))
    values["evidence_through"] = None if through is None else datetime.fromisoformat(str(through))
    values["shape"] = Shape(str(values["shape"]))
    return MasterySummary(**values)
