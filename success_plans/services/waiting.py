"""Check-ins that waited on a device: each is written once, or refused with what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.permissions import Permission, Viewer, students_for
from success_plans.choices import CheckInHow
from success_plans.errors import PlanError
from success_plans.services.check_ins import Met, check_in


@dataclass(frozen=True, slots=True)
class Waited:
    """One check-in as the device kept it."""

    key: UUID
    student: UUID
    how: CheckInHow
    met_at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: its handle for taking it back, or why it was refused."""

    key: UUID
    undo: UUID | None
    why: str = ""


def take(*, by: Viewer, waited: Sequence[Waited], language: str) -> list[Answer]:
    """Write each down once, in the order given; one that is refused keeps none of the others."""
    wanted = {one.student for one in waited}
    found = {
        row.public_id: row for row in students_for(by, Permission.CHECK_IN).filter(public_id__in=wanted).order_by("pk")
    }
    answers = []
    for one in waited:
        student = found.get(one.student)
        if student is None:
            why = _("You are not in this student’s circle any more, so it was not kept.")
            answers.append(Answer(one.key, None, why))
            continue
        met = Met(one.key, met_at=one.met_at, note=one.note, language=language)
        try:
            rows = check_in(by=by, how={student: one.how}, met=met)
        except PlanError as error:
            answers.append(Answer(one.key, None, str(error)))
        else:
            answers.append(Answer(one.key, rows[0].public_id))
    return answers
