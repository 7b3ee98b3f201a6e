"""Which column of a table is what. A mapping speaks of columns by their names, so that it can be used again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

MOST_SCORES = 60


class StudentBy(StrEnum):
    """How a row says whose it is."""

    ID = "id"
    ROW = "row"
    """The n-th row is the n-th student: for demonstration students only."""


class CompetencyBy(StrEnum):
    """How a row says what it is about."""

    FILE = "file"
    CODE = "code"
    SOURCE_ID = "source_id"
    PUBLIC_ID = "public_id"


class Scoring(StrEnum):
    """What the numbers are."""

    LEVELS = "levels"
    POINTS = "points"
    PERCENT = "percent"


class ZeroIs(StrEnum):
    """What a 0 means; asked when there are zeros and nobody has said."""

    UNSAID = ""
    SCORE = "score"
    MISSING = "missing"


class MappingProblem(StrEnum):
    """Why a mapping cannot be used."""

    NO_SCORES = "no_scores"
    TOO_MANY_SCORES = "too_many_scores"
    NO_STUDENT = "no_student"
    NO_STUDENT_SOURCE = "no_student_source"
    NO_COMPETENCY = "no_competency"
    NO_DAY = "no_day"
    NO_MAXIMUM = "no_maximum"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One column of scores: a piece for each row. `observed_on` None: the file's day."""

    column: str
    title: str = ""
    observed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Everything a person said about a table. `competency` and `framework` are public ids; `source` names the ids.

    `sheet` names the sheet of a workbook, "" the first that looks like a table.
    """

    scores: tuple[ScoreColumn, ...]
    student_by: str = StudentBy.ID
    student_column: str = ""
    student_source: str = ""
    competency_by: str = CompetencyBy.FILE
    competency: str = ""
    competency_column: str = ""
    framework: str = ""
    day_column: str = ""
    day_order: str = ""
    observed_on: date | None = None
    id_column: str = ""
    scoring: str = Scoring.LEVELS
    out_of: Decimal | None = None
    context: str = ""
    zero_is: str = ZeroIs.UNSAID
    source: str = "file"
    sheet: str = ""

    def columns(self) -> list[str]:
        """The names of the columns that are read, in no order; nothing else of the table is ever kept."""
        single = (self.student_column, self.competency_column, self.day_column, self.id_column)
        return [name for name in (*single, *(score.column for score in self.scores)) if name]

    def range(self) -> tuple[Decimal, Decimal] | None:
        """The ends of the scale the numbers come from; None where they are levels."""
        if self.scoring == Scoring.PERCENT:
            return Decimal(0), Decimal(100)
        if self.scoring == Scoring.POINTS and self.out_of is not None:
            return Decimal(0), self.out_of
        return None

    def problem(self, header: Sequence[str]) -> tuple[MappingProblem, str] | None:
        """The first thing that keeps this mapping from being used with this header, and the column it is about."""
        if not self.scores:
            return MappingProblem.NO_SCORES, ""
        if len(self.scores) > MOST_SCORES:
            return MappingProblem.TOO_MANY_SCORES, ""
        if self.student_by == StudentBy.ID and not self.student_column:
            return MappingProblem.NO_STUDENT, ""
        if self.student_by == StudentBy.ID and not self.student_source:
            return MappingProblem.NO_STUDENT_SOURCE, ""
        if not (self.competency if self.competency_by == CompetencyBy.FILE else self.competency_column):
            return MappingProblem.NO_COMPETENCY, ""
        if not self.day_column and not self.observed_on and not all(score.observed_on for score in self.scores):
            return MappingProblem.NO_DAY, ""
        if self.scoring == Scoring.POINTS and (self.out_of is None or self.out_of <= 0):
            return MappingProblem.NO_MAXIMUM, ""
        read = self.columns()
        for name in read:
            if name not in header:
                return MappingProblem.COLUMN_MISSING, name
            if read.count(name) > 1 or list(header).count(name) > 1:
                return MappingProblem.COLUMN_TWICE, name
        return None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        plain = asdict(self)
        plain["scores"] = [
            {**asdict(score), "observed_on": score.observed_on.isoformat() if score.observed_on else None}
            for score in self.scores
        ]
        plain["observed_on"] = self.observed_on.isoformat() if self.observed_on else None
        plain["out_of"] = None if self.out_of is None else str(self.out_of)
        return plain


_TEXTS = tuple(
    name
    for name, field in ColumnMapping.__dataclass_fields__.items()
    if name not in {"scores", "observed_on", "out_of"} and field
)


def mapping_from(content: Any) -> ColumnMapping | None:
    """What `as_json` gave; None for anything else."""
    if not isinstance(content, Mapping) or not isinstance(content.get("scores"), list):
        return None
    try:
        scores = tuple(
            ScoreColumn(str(one["column"]), str(one.get("title", "")), _day(one.get("observed_on")))
            for one in content["scores"]
        )
        texts = {name: str(content[name]) for name in _TEXTS if content.get(name) is not None}
        out_of = content.get("out_of")
        return ColumnMapping(
            scores=scores,
            observed_on=_day(content.get("observed_on")),
            out_of=None if out_of is None else Decimal(str(out_of)),
            **texts,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError):
        return None


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


_STUDENT = re.compile(r"^(student|pupil|learner|user|sis|person)?[ _-]*(sourced)?[ _-]*(id|number|no|nr)$", re.I)
_COMPETENCY = re.compile(r"competenc|standard|objective|outcome|skill|target", re.I)
_DAY = re.compile(r"^(date|day|when|observed|taken|assessed|completed)|[ _-]date$", re.I)
_ROW_ID = re.compile(r"^(result|row|record|attempt|response|evidence)[ _-]*(sourced)?[ _-]*id$", re.I)
_SCORE = re.compile(r"^(score|mark|grade|points?|level|result|percent|rating|g|q|quiz|test|exam|task)[ _-]*\d*$", re.I)
# Never a score, whatever it looks like: behaviour, attendance and what says where somebody comes from.
_NEVER = re.compile(
    r"absen|attend|tard|behav|conduct|incident|suspen|lunch|income|health|alc|race|ethnic|gender|sex", re.I
)


def guess(header: Sequence[str]) -> dict[str, str]:
    """A role for each column that has a telling name: student, competency, day, id or score. The rest is left out.

    Only a proposal: a person confirms every column.
    """
    found: dict[str, str] = {}
    for name in header:
        role = ""
        if not name or _NEVER.search(name):
            continue
        if _ROW_ID.match(name):
            role = "id"
        elif _STUDENT.match(name):
            role = "student"
        elif _SCORE.match(name):
            role = "score"
        elif _DAY.search(name):
            role = "day"
        elif _COMPETENCY.search(name):
            role = "competency"
        if role == "score" or (role and role not in found.values()):
            found[name] = role
    return found
