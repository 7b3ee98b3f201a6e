"""A response log from CSV: `student, skill, item, correct, time`, in any order of columns, optionally `group`."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from operator import attrgetter
from typing import NamedTuple

from assessments.estimates.terms import EstimateError, Response

COLUMNS = ("student", "skill", "item", "correct", "time")
GROUP = "group"
_CORRECT = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}


class LogError(EstimateError):
    """The file is no response log at all; the message says why."""


class RowCode(StrEnum):
    """Why a row was left out."""

    NO_STUDENT = "no_student"
    NO_SKILL = "no_skill"
    CORRECT = "correct"
    """`correct` is not 0 or 1 (true or false)."""
    TIME = "time"
    """`time` is neither a number nor an ISO date or date and time."""
    OTHER_TIME = "other_time"
    """`time` is of another kind than that of the first row: the two cannot be put in one order."""
    WIDTH = "width"
    """More or fewer cells than the header has."""


class BadRow(NamedTuple):
    """A row that was left out: its line in the file (the header is line 1), why, and the cell."""

    line: int
    code: RowCode
    value: str


class ReadLog(NamedTuple):
    """What a file held.

    responses  in the order of time; rows of the same time in the order of the file
    bad        rows left out
    repeated   rows whose student, item and time stood in an earlier row too. In published logs these are answers
               repeated once per skill: the answer is known before the second copy is predicted, and the AUC is
               too good to be true
    """

    responses: list[Response]
    bad: list[BadRow]
    repeated: int


def read_log(lines: Iterable[str], *, drop_repeated: bool = False) -> ReadLog:
    """The log in lines of CSV text (a file opened with newline="").

    `drop_repeated` keeps only the first of rows with the same student, item and time. Rows without an item are
    never taken for copies. Raises LogError where there is no header with all of COLUMNS, or a line is no CSV.
    """
    rows = csv.reader(lines, strict=True)
    try:
        header = next(rows, [])
        reading = _Reading(_header(header), len(header), drop_repeated=drop_repeated)
        for cells in rows:
            reading.row(rows.line_num, cells)
    except csv.Error as error:
        raise LogError(f"Line {rows.line_num} is not CSV: {error}.") from error
    reading.kept.sort(key=attrgetter("at"))
    return ReadLog(reading.kept, reading.bad, reading.repeated)


def _header(cells: list[str]) -> dict[str, int]:
    """The place of each column by its name."""
    names = [cell.strip().removeprefix("\ufeff").strip().lower() for cell in cells]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        found = ", ".join(name for name in names if name) or "nothing"
        raise LogError(
            f"The first line has to name the columns {', '.join(COLUMNS)}. It names {found}; "
            f"{', '.join(missing)} cannot be found."
        )
    twice = [name for name, times in Counter(names).items() if times > 1 and name in (*COLUMNS, GROUP)]
    if twice:
        raise LogError(f"The first line names {', '.join(twice)} more than once.")
    return {name: names.index(name) for name in (*COLUMNS, GROUP) if name in names}


class _Reading:
    """Rows of one file as they come: what is kept, what is left out, which kind of time it uses."""

    def __init__(self, place: dict[str, int], width: int, *, drop_repeated: bool) -> None:
        self._place = place
        self._width = width
        self._drop = drop_repeated
        self._dates: bool | None = None
        self._met: set[tuple[str, str, float]] = set()
        self.kept: list[Response] = []
        self.bad: list[BadRow] = []
        self.repeated = 0

    def row(self, line: int, cells: list[str]) -> None:
        """Keep one row or say why not. An empty line is no row."""
        if not any(cell.strip() for cell in cells):
            return
        if len(cells) != self._width:
            self.bad.append(BadRow(line, RowCode.WIDTH, str(len(cells))))
            return
        student, skill, item, answer, time, *group = (cells[place].strip() for place in self._place.values())
        correct = _CORRECT.get(answer.lower())
        when, is_date = _moment(time)
        code, value = None, ""
        if not student:
            code = RowCode.NO_STUDENT
        elif not skill:
            code = RowCode.NO_SKILL
        elif correct is None:
            code, value = RowCode.CORRECT, answer
        elif when is None:
            code, value = RowCode.TIME, time
        elif self._dates not in (None, is_date):
            code, value = RowCode.OTHER_TIME, time
        if code is not None or correct is None or when is None:
            self.bad.append(BadRow(line, code or RowCode.TIME, value))
            return
        self._dates = is_date
        if item and (student, item, when) in self._met:
            self.repeated += 1
            if self._drop:
                return
        self._met.add((student, item, when))
        self.kept.append(Response(student, skill, item, correct, when, *group))


def _moment(text: str) -> tuple[float | None, bool]:
    """A number as it is, an ISO date or date and time as seconds (UTC where no zone is named); and whether a date."""
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        return (number, False) if isfinite(number) else (None, False)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), True


def write_log(log: Iterable[Response]) -> Iterator[list[str]]:
    """The rows of a CSV file that `read_log` reads back: the header, then one row a response."""
    yield [*COLUMNS, GROUP]
    for student, skill, item, correct, at, group in log:
        yield [student, skill, item, str(int(correct)), f"{at:.15g}", group]
