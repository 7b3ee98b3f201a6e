"""A table from a file: a header and rows, one at a time. CSV in any encoding the districts send, and XLSX.

Memory does not grow with the file. What an archive may hold is checked before anything is unpacked.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accounts.oneroster.issues import Code as FileCode
from accounts.oneroster.issues import IssueLog, RosterUnreadable
from accounts.oneroster.reading import open_rows
from accounts.oneroster.source import Limits, look_through
from accounts.sheets.findings import Findings, ImportUnreadableError, SheetCode

MOST_COLUMNS: Final = 400
XLSX_LIMITS: Final = Limits(entries=500, entry_bytes=400 << 20, total_bytes=512 << 20)
MOST_WORDS: Final = 48 << 20
"""Bytes of an XLSX's table of words: the one part its reader holds in memory."""
_DAMAGE = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError),
    *(IndexError, OSError, EOFError, RuntimeError, OverflowError, NotImplementedError),
)
WORKBOOK = "xl/workbook.xml"
LONGEST_CELL: Final = 32_767
"""Characters a spreadsheet itself lets a cell have."""


@dataclass(slots=True)
class Sheet:
    """A header and the rows below it: (line, cells, whether the cells can be trusted). `rows` can be walked once.

    `line` of the header is `header_line`. Space before a cell's words is kept: it may say how deep a row stands.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str], bool]]
    kind: str
    header_line: int = 1


@dataclass(frozen=True, slots=True)
class Book:
    """A file as its sheets: `names` of a workbook's, in their order; none where the file is one table (CSV)."""

    names: tuple[str, ...]
    _open: Callable[[str], Sheet]

    def sheet(self, name: str = "") -> Sheet:
        """The sheet of this name, else the first. Raises ImportUnreadableError, also while its rows are walked."""
        return self._open(name)


@contextmanager
def open_sheet(stream: BinaryIO, *, file: str, findings: Findings) -> Iterator[Sheet]:
    """The table in a seekable file, of a workbook its first. Raises ImportUnreadableError, also while it is walked."""
    with open_book(stream, file=file, findings=findings) as book:
        yield book.sheet()


@contextmanager
def open_book(stream: BinaryIO, *, file: str, findings: Findings) -> Iterator[Book]:
    """Every table in a seekable file, read when asked for. Raises ImportUnreadableError."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start.startswith(b"PK"):
        yield from _workbook(stream)
        return
    log = IssueLog(keep_warnings=20, keep_errors=2_000)
    try:
        yield Book((), lambda _name: _text_sheet(stream, file, log))
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


def is_workbook(names: Any) -> bool:
    """Whether the names inside a zip are those of an XLSX."""
    return WORKBOOK in names


def _workbook(stream: BinaryIO) -> Iterator[Book]:
    try:
        sizes = look_through(stream, XLSX_LIMITS)
    except RosterUnreadable as error:
        raise ImportUnreadableError(error.code, error.detail) from error
    if not is_workbook(sizes):
        raise ImportUnreadableError(SheetCode.NOT_A_TABLE)
    if any(size > MOST_WORDS for name, size in sizes.items() if name.lower() == "xl/sharedstrings.xml"):
        raise ImportUnreadableError(FileCode.ARCHIVE_TOO_LARGE, "sharedStrings.xml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions nobody reads here
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            names = tuple(str(sheet.title) for sheet in book.worksheets)
        except _DAMAGE as damage:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED) from damage
    if not names:
        raise ImportUnreadableError(FileCode.FILE_EMPTY)
    try:
        yield Book(names, lambda name: _sheet(book, names.index(name) if name in names else 0))
    finally:
        book.close()


def _sheet(book: Any, place: int) -> Sheet:
    rows = _cells(book, place)
    at, header = next(((line, cells) for line, cells, _ok in rows if any(cells)), (0, None))
    if header is None:
        raise ImportUnreadableError(FileCode.FILE_EMPTY)
    header = [name.strip() for name in header]
    while header and not header[-1]:
        header.pop()
    _check_width(header)
    return Sheet(header, _padded(rows, len(header)), "xlsx", at)


def _cells(book: Any, place: int) -> Iterator[tuple[int, list[str], bool]]:
    """One worksheet, row by row; whatever dimensions it claims, only cells that are there are read."""
    try:
        sheet = book.worksheets[place]
        sheet.reset_dimensions()
        walk = sheet.iter_rows(values_only=True)
    except _DAMAGE as damage:
        raise ImportUnreadableError(SheetCode.SHEET_DAMAGED) from damage
    line = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                row = next(walk, None)
        except _DAMAGE as damage:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED, str(line)) from damage
        if row is None:
            return
        line += 1
        if len(row) > MOST_COLUMNS and any(cell is not None for cell in row[MOST_COLUMNS:]):
            raise ImportUnreadableError(SheetCode.TOO_MANY_COLUMNS, str(len(row)))
        yield line, [_text(cell) for cell in row[:MOST_COLUMNS]], True


def _padded(rows: Iterator[tuple[int, list[str], bool]], width: int) -> Iterator[tuple[int, list[str], bool]]:
    """A sheet leaves out the empty cells at a row's end; rows of blanks are passed over."""
    for line, cells, trusted in rows:
        if not any(cells):
            continue
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        yield line, cells, trusted and not any("\0" in cell for cell in cells)


def _text(cell: Any) -> str:
    """A cell as the text a CSV would hold. Formulas are read by the value stored with them."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.rstrip()[:LONGEST_CELL]
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell) if -(10**18) < cell < 10**18 else f"{cell:e}"[:30]
    if isinstance(cell, float):
        return f"{cell:.15g}"  # as a spreadsheet shows it, without the noise of binary fractions
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat()
    return str(cell)[:100]
