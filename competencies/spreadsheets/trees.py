"""Who belongs under whom, by each way a spreadsheet can say it. Pure.

Every way gives, for each row, the place of the row it belongs under: None at the top, MISSING where it cannot be told
(said in the log). Loops are found afterwards, in one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from competencies.case import key_of
from competencies.spreadsheets.findings import Code, RowLog
from competencies.spreadsheets.mapping import ParentBy, Role
from competencies.spreadsheets.rows import SheetRow

MISSING = -1
DEEPEST = 30
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.\-][0-9]{1,6}){0,29}\.?")
_LAST_PART = re.compile(r"^(.*[^.\-_:/ ])[.\-_:/ ]+[^.\-_:/ ]+$", re.DOTALL)

Parents = list[int | None]


def parents_of(rows: Sequence[SheetRow], way: str, headings: dict[str, str], log: RowLog) -> Parents:
    """The place of each row's parent. `headings` are the columns by role, for the log."""
    ways: dict[str, Callable[[Sequence[SheetRow], dict[str, str], RowLog], Parents]] = {
        ParentBy.PARENT: _by_parent,
        ParentBy.INDENT: lambda found, _headings, said: _by_depth(
            [_steps_in(found)[row.indent] for row in found], found, said
        ),
        ParentBy.DEPTH: _by_column,
        ParentBy.NUMBER: _by_number,
        ParentBy.CODE: _by_code,
    }
    found: Parents = [None] * len(rows)
    if way in ways:
        found = ways[way](rows, headings, log)
    return _without_loops(rows, found, headings, log)


def _steps_in(rows: Sequence[SheetRow]) -> dict[int, int]:
    """Depths of the indents that occur: 0, 2 and 6 spaces are depths 1, 2 and 3."""
    return {indent: depth for depth, indent in enumerate(sorted({row.indent for row in rows}), 1)}


def _by_depth(depths: Sequence[int | None], rows: Sequence[SheetRow], log: RowLog) -> Parents:
    path: list[int] = []
    found: Parents = []
    for at, depth in enumerate(depths):
        if depth is None:
            found.append(MISSING)
            continue
        if depth > len(path) + 1:
            if path or depth > 1:
                log.add(Code.DEPTH_JUMPS, rows[at].line, "", str(depth))
            depth = len(path) + 1
        del path[depth - 1 :]
        found.append(path[-1] if path else None)
        path.append(at)
    return found


def _by_column(rows: Sequence[SheetRow], headings: dict[str, str], log: RowLog) -> Parents:
    depths: list[int | None] = []
    for row in rows:
        text = row.get(Role.DEPTH)
        depth = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
        if not 0 < depth <= DEEPEST:
            log.add(Code.DEPTH_UNREADABLE, row.line, headings.get(Role.DEPTH, ""), text)
        depths.append(depth if 0 < depth <= DEEPEST else None)
    return _by_depth(depths, rows, log)


def _by_number(rows: Sequence[SheetRow], headings: dict[str, str], log: RowLog) -> Parents:
    column = headings.get(Role.NUMBER, "")
    places: dict[tuple[int, ...], int] = {}
    numbers: list[tuple[int, ...] | None] = []
    for at, row in enumerate(rows):
        text = row.get(Role.NUMBER)
        number = tuple(int(part) for part in re.split(r"[.\-]", text.rstrip("."))) if _NUMBER.fullmatch(text) else None
        if number is None:
            log.add(Code.NUMBER_UNREADABLE, row.line, column, text)
        elif number in places:
            log.add(Code.NUMBER_REPEATED, row.line, column, text, other=rows[places[number]].line)
            number = None
        else:
            places[number] = at
        numbers.append(number)
    found: Parents = []
    for at, number in enumerate(numbers):
        if number is None:
            found.append(MISSING)
        elif len(number) == 1:
            found.append(None)
        else:
            found.append(places.get(number[:-1], MISSING))
            if found[-1] == MISSING:
                log.add(Code.PARENT_UNKNOWN, rows[at].line, column, rows[at].get(Role.NUMBER))
    return found


def places_by_code(rows: Sequence[SheetRow]) -> dict[str, int]:
    """The first row of each code and of each identifier, without regard to case."""
    found: dict[str, int] = {}
    for at, row in enumerate(rows):
        for text in (row.get(Role.CODE), row.get(Role.ID)):
            if text:
                found.setdefault(key_of(text), at)
    return found


def _by_parent(rows: Sequence[SheetRow], headings: dict[str, str], log: RowLog) -> Parents:
    places = places_by_code(rows)
    found: Parents = []
    for row in rows:
        text = row.get(Role.PARENT)
        found.append(places.get(key_of(text), MISSING) if text else None)
        if found[-1] == MISSING:
            log.add(Code.PARENT_UNKNOWN, row.line, headings.get(Role.PARENT, ""), text)
    return found


def _by_code(rows: Sequence[SheetRow], headings: dict[str, str], log: RowLog) -> Parents:
    """A.1.b under A.1, or under A where there is no A.1; a parent written in a column of its own goes first."""
    places = places_by_code(rows)
    found: Parents = []
    for at, row in enumerate(rows):
        text = row.get(Role.PARENT)
        if text:
            found.append(places.get(key_of(text), MISSING))
            if found[-1] == MISSING:
                log.add(Code.PARENT_UNKNOWN, row.line, headings.get(Role.PARENT, ""), text)
            continue
        code, parent = key_of(row.get(Role.CODE)), None
        while parent is None and (shorter := _LAST_PART.match(code)):
            code = shorter[1]
            parent = places.get(code)
        found.append(None if parent == at else parent)
    return found


def _without_loops(rows: Sequence[SheetRow], found: Parents, headings: dict[str, str], log: RowLog) -> Parents:
    """Rows that belong under themselves in the end are set aside. Linear, iterative."""
    state = [0] * len(found)
    for start in range(len(found)):
        path: list[int] = []
        at: int | None = start
        while at is not None and at != MISSING and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = found[at]
        if at is not None and at != MISSING and state[at] == 1 and at in path:
            for one in path[path.index(at) :]:
                column = headings.get(Role.PARENT, "")
                log.add(Code.PARENT_CIRCULAR, rows[one].line, column, rows[one].get(Role.PARENT))
                found[one] = MISSING
        for one in path:
            state[one] = 2
    return found
