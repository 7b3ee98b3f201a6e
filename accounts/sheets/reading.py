"""A table from a file: a header and rows, one at a time. CSV in any encoding the districts send, and XLSX.

Memory does not grow with the file. What an archive may hold is checked before anything is unpacked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from accounts.oneroster.issues import Code as FileCode
from accounts.oneroster.issues import IssueLog
from accounts.oneroster.reading import open_rows
from accounts.sheets.findings import Findings, ImportUnreadableError, SheetCode
from accounts.sheets.looks import BookLook, default_of, look_at
from accounts.sheets.workbooks import MOST_COLUMNS, Unsaid, Workbook


@dataclass(slots=True)
class Sheet:
    """A header and the rows below it: (line, cells, whether the cells can be trusted). `rows` can be walked once.

    `line` of the header is `header_line`. Space before a cell's words is kept, and the indent a spreadsheet gave a
    cell stands there as tabs: it may say how deep a row stands. `name` is the sheet's in its workbook.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str], bool]]
    kind: str
    header_line: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A file as its sheets: `names` of a workbook's that are shown, in their order, and those of its `hidden` ones.

    Both are empty where the file is one table (CSV).
    """

    names: tuple[str, ...]
    hidden: tuple[str, ...]
    _open: Callable[[str], Sheet]
    _look: Callable[[], BookLook]

    def sheet(self, name: str = "") -> Sheet:
        """The sheet of this name; of none, the first that looks like a table.

        Raises ImportUnreadableError: there is no such sheet, or it cannot be read, also while its rows are walked.
        """
        return self._open(name)

    def look(self) -> BookLook:
        """What there is to choose from; nothing in a file that is one table."""
        return self._look()


@contextmanager
def open_sheet(stream: BinaryIO, *, file: str, findings: Findings, name: str = "") -> Iterator[Sheet]:
    """The table in a seekable file, as `Book.sheet` gives it. Raises ImportUnreadableError, also while it is walked."""
    with open_book(stream, file=file, findings=findings) as book:
        yield book.sheet(name)


@contextmanager
def open_book(stream: BinaryIO, *, file: str, findings: Findings) -> Iterator[Book]:
    """Every table in a seekable file, read when asked for. Raises ImportUnreadableError."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(b"PK"):
        workbook = Workbook(stream)
        for hidden in workbook.hidden:
            findings.warning(SheetCode.SHEET_HIDDEN, file=file, value=hidden)
        try:
            yield Book(
                workbook.names,
                workbook.hidden,
                partial(_workbook_sheet, workbook, file, findings),
                lambda: look_at(workbook.names, workbook.hidden, workbook.rows),
            )
        finally:
            workbook.close()
        return
    log = IssueLog(keep_warnings=20, keep_errors=2_000)
    try:
        yield Book((), (), lambda _name: _text_sheet(stream, file, log), BookLook)
    finally:
        findings.take(log)


def _text_sheet(stream: BinaryIO, file: str, log: IssueLog) -> Sheet:
    stream.seek(0)
    opened = open_rows(stream, file=file, log=log)
    if opened is None:
        codes = [issue.code for issue in log]
        raise ImportUnreadableError(codes[0] if codes else SheetCode.NOT_A_TABLE)
    header, rows = opened
    _check_width(header)
    return Sheet(header, rows, "csv")


def _check_width(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise ImportUnreadableError(SheetCode.TOO_MANY_COLUMNS, str(len(header)))


def _workbook_sheet(workbook: Workbook, file: str, findings: Findings, name: str) -> Sheet:
    if name and name not in workbook.names:
        raise ImportUnreadableError(SheetCode.SHEET_MISSING, name[:120])
    name = name or default_of(workbook.names, workbook.rows)
    rows = workbook.rows(name, file=file, findings=findings)
    at, header = next(((line, cells) for line, cells, _ok in rows if any(cells)), (0, None))
    if header is None:
        raise ImportUnreadableError(FileCode.FILE_EMPTY)
    header = [title.strip() for title in header]
    while header and not header[-1]:
        header.pop()
    return Sheet(header, _padded(rows, len(header)), "xlsx", at, name)


def _padded(rows: Iterator[tuple[int, list[str], bool]], width: int) -> Iterator[tuple[int, list[str], bool]]:
    """A sheet leaves out the empty cells at a row's end; rows of blanks are passed over."""
    for line, cells, trusted in rows:
        if not any(cells) and not any(isinstance(cell, Unsaid) for cell in cells):
            continue
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        yield line, cells, trusted and not any("\0" in cell for cell in cells)
