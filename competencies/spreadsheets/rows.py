"""Rows of a mapped spreadsheet, cell by cell. Only mapped columns are looked at. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.sheets import Sheet, Unsaid
from competencies.case.limits import MAX_IDENTIFIER, MAX_STATEMENT
from competencies.spreadsheets.findings import Code, RowLog
from competencies.spreadsheets.mapping import LEVELLED, LINKS, Role, SheetMapping

MOST_ROWS = 60_000
TOP_ROWS = 12
LONGEST_HEADING = 200
TAB = 4
_LIMITS = {Role.CODE: 255, Role.NAME: 500, Role.KIND: 255, Role.LANGUAGE: 35, Role.NOTES: 100_000}
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SEVERAL = re.compile(r"[;,|\n]+")


@dataclass(slots=True)
class SheetRow:
    """One row as read. `indent` counts spaces before its first words; `links` are (kind, written, column).

    `is_refused`: it cannot be used, for a reason the log holds; what it is known by is all that is left of it.
    """

    line: int
    cells: dict[str, str]
    steps: tuple[str, ...] = ()
    indent: int = 0
    words: dict[tuple[str, str, str], str] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    is_refused: bool = False

    def get(self, role: Role) -> str:
        """What stands in the column of this role; blank where there is none."""
        return self.cells.get(role, "")


def with_heading(sheet: Sheet, line: int) -> Sheet:
    """The sheet read from another row of headings on; the rows above are passed over."""
    if line <= sheet.header_line or sheet.header_line == 0:
        return sheet
    for at, cells, _trusted in sheet.rows:
        if at >= line:
            header = [cell.strip() for cell in cells]
            while header and not header[-1]:
                header.pop()
            return Sheet(header, sheet.rows, sheet.kind, at, sheet.name)
    return Sheet([], iter(()), sheet.kind, line, sheet.name)


def top_rows(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    """The first rows of a sheet, the one taken for headings first: (row number, cells cut short)."""
    rows = [(sheet.header_line, tuple(cell[:LONGEST_HEADING] for cell in sheet.header))]
    for line, cells, trusted in sheet.rows:
        if trusted:
            rows.append((line, tuple(cell[:LONGEST_HEADING] for cell in cells)))
        if len(rows) == TOP_ROWS:
            break
    return rows


def mapped_rows(sheet: Sheet, mapping: SheetMapping, log: RowLog) -> Iterator[SheetRow]:
    """Every row that says something, in order. The sheet already stands below its headings."""
    at = {name: index for index, name in enumerate(sheet.header)}
    columns = [(column, at[column.name]) for column in mapping.columns if column.name in at]
    heading = {column.role: column.name for column in reversed(mapping.columns)}
    count = 0
    for line, cells, trusted in sheet.rows:
        count += 1
        if count > MOST_ROWS:
            log.add(Code.TOO_MANY_ROWS, line, limit=MOST_ROWS)
            return
        if not trusted:
            log.add(Code.ROW_UNREADABLE, line)
            continue
        row = SheetRow(line, {})
        steps: list[str] = []
        for column, index in columns:
            cell = cells[index] if index < len(cells) else ""
            if isinstance(cell, Unsaid):
                log.add(Code.CELL_WITHOUT_VALUE, line, column.name, cell.shown)
            raw = _UNSTORABLE.sub("", cell)
            text = raw.strip()
            role = Role(column.role)
            if role in {Role.STATEMENT, Role.CODE} and text:
                row.indent = max(row.indent, _indent(raw))
            if role is Role.STEP:
                steps.append(text)
            elif role in LINKS:
                row.links += [(role.value, one.strip(), column.name) for one in _SEVERAL.split(text) if one.strip()]
            elif text:
                _put(row, column.language, column.level, role, text, column.name, mapping, log)
        row.steps = tuple(steps)
        identifier = row.get(Role.ID)
        if len(identifier) > MAX_IDENTIFIER or _CONTROL.search(identifier):
            log.add(Code.IDENTIFIER_UNUSABLE, line, heading.get(Role.ID, ""), identifier)
            row.cells.pop(Role.ID)
            row.is_refused = True
        elif len(row.get(Role.STATEMENT)) > MAX_STATEMENT:
            log.add(Code.STATEMENT_TOO_LONG, line, heading.get(Role.STATEMENT, ""), limit=MAX_STATEMENT)
            row.is_refused = True
        if row.cells or any(steps):
            yield row


def _put(
    row: SheetRow, language: str, level: str, role: Role, text: str, name: str, mapping: SheetMapping, log: RowLog
) -> None:
    limit = _LIMITS.get(role)
    if limit and len(text) > limit:
        log.add(Code.TEXT_CUT, row.line, name, text, limit=limit)
        text = text[:limit].rstrip()
    own = language in {"", mapping.language}
    if role in {Role.NAME, Role.STATEMENT} and own:
        row.cells[role] = text
    elif role in {Role.NAME, Role.STATEMENT, Role.STUDENT, Role.FAMILY, Role.HOME}:
        row.words[role.value, language or mapping.language, level if role in LEVELLED else ""] = text
    else:
        row.cells[role] = text


def _indent(text: str) -> int:
    before = text[: len(text) - len(text.lstrip())]
    return sum(TAB if mark == "\t" else 1 for mark in before)
