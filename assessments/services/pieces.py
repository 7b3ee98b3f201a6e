"""What people give when they record: the pieces of evidence, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from assessments.choices import Context, EvidenceKind


@dataclass(frozen=True, slots=True)
class NewPiece:
    """One observation as a person gives it.

    `key` is made by the client, so that sending it twice is one piece. `student` and `competency` are public ids.
    `value` is on the framework's scale, half steps allowed; None means seen, without a level. `recorded_by_id` and
    `rater_id` name whose piece it is where that is not who acts: a judgement that waited for the second one, a view
    an adult wrote down. `rater_id` 0 is nobody's own judgement: what people decided together. `instrument_id` and
    `form_id` say with what it was gathered. What is not `is_accepted` waits for a teacher's look before it counts.
    """

    key: UUID
    student: UUID
    competency: UUID
    value: Decimal | None
    observed_on: date
    context: str = Context.UNKNOWN
    task_key: str = ""
    task_title: str = ""
    note: str = ""
    kind: str = EvidenceKind.TEACHER
    source: str = ""
    source_id: str = ""
    recorded_by_id: int | None = None
    rater_id: int | None = None
    instrument_id: int | None = None
    form_id: int | None = None
    is_accepted: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one piece: the evidence's public id, and whether it was there already."""

    key: UUID
    public_id: UUID
    is_repeat: bool
