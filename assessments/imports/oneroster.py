"""OneRoster results, CSV 1.1 and 1.2: what was given, to whom, and which learning objectives (CASE items) it is about.

Which objectives a line item has stands in `lineItemLearningObjectiveIds` (1.2) or, where 1.1 carries it, in a
`metadata.learningObjectiveIds` column of the line item; `resultLearningObjectiveIds` may give a score of its own for
one of them. Ids are resolved by the database, after everything was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, NamedTuple

from accounts.oneroster.columns import FileSpec, Kind
from accounts.oneroster.issues import IssueLog, RosterUnreadable
from accounts.oneroster.reading import Table, open_table
from accounts.oneroster.source import RosterSource, open_source
from accounts.sheets import Findings, ImportUnreadableError
from assessments.imports.problems import Code
from assessments.imports.tables import LONGEST_ID, Given
from assessments.imports.values import read_day, read_score

_UNUSED = ("dateLastModified",)
_ALIASES = {"datalastmodified": "dateLastModified", "sourceid": "sourcedId"}
LINE_ITEMS = FileSpec(
    "lineItems",
    Kind.LINE_ITEM,
    required=("sourcedId", "title"),
    optional=(
        *("status", "assignDate", "dueDate", "classSourcedId", "resultValueMin", "resultValueMax"),
        *("learningObjectiveIds", "metadata.learningObjectiveIds", "metadata.learningObjectiveId"),
    ),
    unused=(*_UNUSED, "description", "categorySourcedId", "gradingPeriodSourcedId", "schoolSourcedId",
            "academicSessionSourcedId", "scoreScaleSourcedId"),
    aliases=_ALIASES,
)  # fmt: skip
RESULTS = FileSpec(
    "results",
    Kind.RESULT,
    required=("sourcedId", "lineItemSourcedId", "studentSourcedId"),
    optional=("status", "scoreStatus", "score", "scoreDate", "missing", "incomplete", "inProgress"),
    unused=(*_UNUSED, "comment", "textScore", "classSourcedId", "scoreScaleSourcedId", "late"),
    aliases=_ALIASES,
)
ITEM_OBJECTIVES = FileSpec(
    "lineItemLearningObjectiveIds",
    Kind.OBJECTIVE,
    required=("lineItemSourcedId", "learningObjectiveId"),
    optional=("status",),
    unused=(*_UNUSED, "sourcedId", "source"),
    aliases=_ALIASES,
)
RESULT_OBJECTIVES = FileSpec(
    "resultLearningObjectiveIds",
    Kind.OBJECTIVE,
    required=("resultSourcedId", "learningObjectiveId"),
    optional=("status", "score"),
    unused=(*_UNUSED, "sourcedId", "source", "textScore"),
    aliases=_ALIASES,
)
_NOT_SCORED = frozenset({"exempt", "not submitted", "submitted", "unscored", "late submitted"})
_GONE = frozenset({"tobedeleted", "deleted", "inactive"})
_YES = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class LineItem:
    """What was given to a class: its range of scores, its day, and the CASE ids it is about."""

    number: int
    title: str
    section: str
    low: Decimal | None
    high: Decimal | None
    day: str
    objectives: tuple[str, ...]


class ObjectiveScore(NamedTuple):
    """A result's score on one of its objectives."""

    own_id: str
    competency: str
    score: str
    is_gone: bool


@dataclass(slots=True)
class ResultSet:
    """The files of one export. `items` are in memory, results and their objectives stream."""

    items: dict[str, LineItem]
    _source: RosterSource
    _log: IssueLog
    _findings: Findings
    _today: date
    gone_items: set[str] = field(default_factory=set)

    def results(self) -> Iterator[Given]:
        """Every result with a score, and every one that was taken back."""
        with self._source.open(RESULTS.file_name) as stream:
            table = open_table(stream, spec=RESULTS, log=self._log)
            if table is None:
                raise ImportUnreadableError(Code.NO_RESULTS)
            for line, row in table.rows():
                given = self._given(line, row)
                if given is not None:
                    yield given

    def _given(self, line: int, row: dict[str, str]) -> Given | None:
        file = RESULTS.file_name
        own_id, student = row["sourcedId"].strip(), row["studentSourcedId"].strip()
        if not own_id or len(own_id) > LONGEST_ID:
            self._findings.error(Code.ID_TOO_LONG if own_id else Code.ID_BLANK, file=file, line=line)
            return None
        item_id = row["lineItemSourcedId"].strip()
        item = self.items.get(item_id)
        is_gone = row.get("status", "").strip().lower() in _GONE or item_id in self.gone_items
        if item is None:
            if is_gone:
                return Given(line, -1, student, "", "", "", own_id, True)
            self._findings.error(
                Code.LINE_ITEM_UNKNOWN, file=file, line=line, column="lineItemSourcedId", value=item_id
            )
            return None
        if is_gone:
            return Given(line, item.number, student, "", "", "", own_id, True)
        if not student or len(student) > LONGEST_ID:
            self._findings.error(Code.STUDENT_BLANK, file=file, line=line, column="studentSourcedId")
            return None
        if row.get("scoreStatus", "").strip().lower() in _NOT_SCORED or any(
            row.get(name, "").strip().lower() in _YES for name in ("missing", "incomplete", "inProgress")
        ):
            return None  # nothing to see yet; missing is never zero
        score = read_score(row.get("score", ""))
        if score.problem is not None:
            self._findings.error(score.problem, file=file, line=line, column="score", value=row["score"])
            return None
        day = read_day(row.get("scoreDate", "") or item.day, "", self._today)
        if isinstance(day, Code):
            self._findings.error(day, file=file, line=line, column="scoreDate", value=row.get("scoreDate", ""))
            return None
        if not item.objectives and not self.has_result_objectives:
            self._findings.error(
                Code.LINE_ITEM_WITHOUT_OBJECTIVE, file=file, line=line, column="lineItemSourcedId", value=item_id
            )
            return None
        if score.value is None and not self.has_result_objectives:
            return None
        said = "" if score.value is None else f"{score.value:f}"
        return Given(line, item.number, student, "", said, day.isoformat(), own_id)

    @property
    def has_result_objectives(self) -> bool:
        """Whether results name objectives of their own."""
        return self._source.has(RESULT_OBJECTIVES.file_name)

    def objective_scores(self) -> Iterator[ObjectiveScore]:
        """Scores of results on single objectives; a blank score repeats the result's own."""
        if not self.has_result_objectives:
            return
        with self._source.open(RESULT_OBJECTIVES.file_name) as stream:
            table = open_table(stream, spec=RESULT_OBJECTIVES, log=self._log)
            for line, row in table.rows() if table else ():
                own_id, objective = row["resultSourcedId"].strip(), row["learningObjectiveId"].strip()
                if not own_id or not objective or max(len(own_id), len(objective)) > LONGEST_ID:
                    self._findings.error(Code.ID_BLANK, file=RESULT_OBJECTIVES.file_name, line=line)
                    continue
                score = read_score(row.get("score", ""))
                if score.problem is not None:
                    self._findings.error(
                        score.problem, file=RESULT_OBJECTIVES.file_name, line=line, column="score", value=row["score"]
                    )
                    continue
                is_gone = row.get("status", "").strip().lower() in _GONE
                yield ObjectiveScore(own_id, objective, "" if score.value is None else f"{score.value:f}", is_gone)


@contextmanager
def open_results(origin: Path | BinaryIO, *, today: date, findings: Findings) -> Iterator[ResultSet]:
    """The results of a folder or zip. Raises ImportUnreadableError, also while they are walked."""
    log = IssueLog(keep_warnings=20, keep_errors=2_000)
    try:
        with open_source(origin, log) as source:
            if not source.has(RESULTS.file_name) or not source.has(LINE_ITEMS.file_name):
                raise ImportUnreadableError(Code.NO_RESULTS)
            found = ResultSet({}, source, log, findings, today)
            _read_items(found, source, log, findings)
            yield found
    except RosterUnreadable as error:
        raise ImportUnreadableError(error.code, error.detail) from error
    finally:
        findings.take(log)


def _read_items(found: ResultSet, source: RosterSource, log: IssueLog, findings: Findings) -> None:
    about: dict[str, list[str]] = {}
    if source.has(ITEM_OBJECTIVES.file_name):
        with source.open(ITEM_OBJECTIVES.file_name) as stream:
            for _line, row in _rows(open_table(stream, spec=ITEM_OBJECTIVES, log=log)):
                if row.get("status", "").strip().lower() not in _GONE:
                    about.setdefault(row["lineItemSourcedId"].strip(), []).append(row["learningObjectiveId"].strip())
    with source.open(LINE_ITEMS.file_name) as stream:
        table = open_table(stream, spec=LINE_ITEMS, log=log)
        if table is None:
            raise ImportUnreadableError(Code.NO_RESULTS)
        for line, row in table.rows():
            key = row["sourcedId"].strip()
            if row.get("status", "").strip().lower() in _GONE:
                found.gone_items.add(key)
            low = read_score(row.get("resultValueMin", ""))
            high = read_score(row.get("resultValueMax", ""))
            if low.problem or high.problem:
                findings.error(Code.SCORE_RANGE, file=LINE_ITEMS.file_name, line=line, column="resultValueMax")
                continue
            inline = ",".join(
                row.get(name, "")
                for name in ("learningObjectiveIds", "metadata.learningObjectiveIds", "metadata.learningObjectiveId")
            )
            objectives = [*about.get(key, []), *(one.strip() for one in inline.split(","))]
            found.items[key] = LineItem(
                number=len(found.items),
                title=row["title"].strip()[:200],
                section=row.get("classSourcedId", "").strip(),
                low=None if high.value is None else low.value or Decimal(0),
                high=high.value,
                day=row.get("dueDate", "") or row.get("assignDate", ""),
                objectives=tuple(dict.fromkeys(one for one in objectives if one and len(one) <= LONGEST_ID)),
            )


def _rows(table: Table | None) -> Iterator[tuple[int, dict[str, str]]]:
    return iter(()) if table is None else table.rows()
