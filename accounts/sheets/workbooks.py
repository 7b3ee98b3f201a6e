"""XLSX: what an archive may hold, its sheets, and their rows as somebody sees them in a spreadsheet.

Memory does not grow with the number of rows. Formulas count by the value stored with them; nothing is ever computed.
What a spreadsheet shows and a table of plain cells would lose is kept: the indent of a cell, a percentage as such, and
the words of cells merged downwards, which stand in each of their rows. Hidden rows are read and named, hidden sheets
named and not read.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS

from accounts.oneroster.issues import Code as FileCode
from accounts.oneroster.issues import RosterUnreadable
from accounts.oneroster.source import Limits, look_through
from accounts.sheets.findings import Findings, ImportUnreadableError, SheetCode
from accounts.sheets.looks import Rows

MOST_COLUMNS: Final = 400
XLSX_LIMITS: Final = Limits(entries=500, entry_bytes=400 << 20, total_bytes=512 << 20)
MOST_WORDS: Final = 48 << 20
"""Bytes of an XLSX's table of words, which its reader holds in memory, whatever the file calls it."""
MOST_WHOLE: Final = 8 << 20
"""Bytes of each part that becomes a tree in memory: the list of parts, the workbook, its looks, who points to whom."""
MOST_MERGED: Final = 100_000
LAST_ROW: Final = 1_048_576
WORKBOOK = "xl/workbook.xml"
LONGEST_CELL: Final = 32_767
"""Characters a spreadsheet itself lets a cell have."""
_DAMAGE = (
    *(zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError),
    *(IndexError, OSError, EOFError, RuntimeError, OverflowError, NotImplementedError),
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*+<[A-Za-z_]", re.DOTALL)
_HEAD = 1 << 16
_PIECE = 1 << 20
_LONGEST_TAG = 400


class Unsaid(str):
    """A cell without a value, though something stands in it: blank, with what stood there in `shown`."""

    shown: str

    def __new__(cls, shown: str) -> Unsaid:
        """Blank as text."""
        made = super().__new__(cls, "")
        made.shown = shown[:80]
        return made


class Workbook:
    """An open XLSX. Raises ImportUnreadableError for what is none, and while rows are walked."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            sizes = look_through(stream, XLSX_LIMITS)
        except RosterUnreadable as error:
            raise ImportUnreadableError(error.code, error.detail) from error
        if not is_workbook(sizes):
            raise ImportUnreadableError(SheetCode.NOT_A_TABLE)
        if any(size > MOST_WORDS for name, size in sizes.items() if name.lower() == "xl/sharedstrings.xml"):
            raise ImportUnreadableError(FileCode.ARCHIVE_TOO_LARGE, "sharedStrings.xml")
        _check_parts(stream)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions nobody reads here
            try:
                self._book: Any = _Reader(stream, sizes).book()
                sheets = [(str(sheet.title), sheet.sheet_state == "visible") for sheet in self._book.worksheets]
                self._indents = _indents(self._book)
                self._percents = _percents(self._book)
            except _DAMAGE as damage:
                raise ImportUnreadableError(SheetCode.SHEET_DAMAGED) from damage
        self.names = tuple(name for name, is_shown in sheets if is_shown)
        self.hidden = tuple(name for name, is_shown in sheets if not is_shown)
        if not self.names:
            raise ImportUnreadableError(SheetCode.ALL_HIDDEN if self.hidden else FileCode.FILE_EMPTY)

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()

    def rows(self, name: str, *, file: str = "", findings: Findings | None = None) -> Rows:
        """One sheet, row by row; whatever dimensions it claims, only cells that are there are read.

        `findings` hears of hidden rows. Without it nothing is said, and merged cells stay as they are: a glance.
        """
        try:
            sheet = next(one for one in self._book.worksheets if one.title == name)
            merged = _merged(sheet._get_source()) if findings is not None else {}
            source = sheet._get_source()
        except _DAMAGE as damage:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED) from damage
        with source:
            parser = _Rows(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=self._book.epoch,
                date_formats=self._book._date_formats,
                timedelta_formats=self._book._timedelta_formats,
            )
            fill = _Filling(merged)
            line = 0
            for line, cells in _parsed(parser):
                row = self._row(cells)
                if findings is not None:
                    fill(line, row)
                    if parser.is_hidden and any(row):
                        findings.warning(SheetCode.ROW_HIDDEN, file=file, line=line)
                yield line, row, True

    def _row(self, cells: list[dict[str, Any]]) -> list[str]:
        row: list[str] = []
        for cell in cells:
            at = cell["column"]
            value = cell["value"]
            if cell["style_id"] in self._percents and type(value) in (int, float):
                text = f"{value * 100:.15g}%"
            else:
                text = _text(value)
            if not text and not isinstance(text, Unsaid):
                continue
            if at > MOST_COLUMNS:
                raise ImportUnreadableError(SheetCode.TOO_MANY_COLUMNS, str(at))
            row.extend([""] * (at - len(row)))
            deep = self._indents.get(cell["style_id"])
            row[at - 1] = f"{deep}{text}" if deep and text else text
        return row


def is_workbook(names: Any) -> bool:
    """Whether the names inside a zip are those of an XLSX."""
    return WORKBOOK in names


def _check_parts(stream: BinaryIO) -> None:
    """No part declares a document type: no spreadsheet writes one, and its entities could be a bomb in two lines.

    `_Archive` looks once more at whatever is opened, since a part may have any name.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            for name in archive.namelist():
                if name.lower().endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        _check_head(name, part.read(_HEAD))
    except _DAMAGE as damage:
        raise ImportUnreadableError(SheetCode.SHEET_DAMAGED) from damage
    stream.seek(0)


def _check_head(name: str, head: bytes) -> None:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", "ignore").encode()
    if not _PROLOG.match(head):
        raise ImportUnreadableError(SheetCode.SHEET_DAMAGED, name[:120])


class _Archive(zipfile.ZipFile):
    """An XLSX whose parts are measured and looked at as they are opened: what a part is called says nothing of what
    is in it, nor of who reads it."""

    def __init__(self, stream: BinaryIO, sizes: dict[str, int]) -> None:
        super().__init__(stream)
        self.sizes = sizes

    def open(self, name: Any, mode: Any = "r", pwd: Any = None, **more: Any) -> Any:
        """As the base does. Raises ImportUnreadableError for a part that was not measured or declares a type."""
        if str(name) not in self.sizes:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED, str(name)[:120])
        with super().open(name, mode, pwd, **more) as part:
            _check_head(name, part.read(_HEAD))
        return super().open(name, mode, pwd, **more)

    def read(self, name: Any, pwd: Any = None) -> bytes:
        """As the base does: whoever calls this makes a tree of it. Raises ImportUnreadableError for a large part."""
        if self.sizes.get(name, 0) > MOST_WHOLE:
            raise ImportUnreadableError(FileCode.ARCHIVE_TOO_LARGE, str(name)[:120])
        return super().read(name, pwd)


class _Reader(ExcelReader):  # type: ignore[misc] # openpyxl has no types
    """openpyxl's reader of a workbook, for its words, looks and sheets. Charts, theme and properties are left shut."""

    def __init__(self, stream: BinaryIO, sizes: dict[str, int]) -> None:
        super().__init__(stream, read_only=True, data_only=True, keep_links=False)
        self.archive = _Archive(stream, sizes)

    def book(self) -> Any:
        """The workbook, open: its sheets are read when they are asked for."""
        self.read()
        return self.wb

    def read_strings(self) -> None:
        """As the base does, up to `MOST_WORDS`."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None and self.archive.sizes.get(part.PartName[1:], 0) > MOST_WORDS:
            raise ImportUnreadableError(FileCode.ARCHIVE_TOO_LARGE, "sharedStrings.xml")
        super().read_strings()

    def read_properties(self) -> None:
        """Nobody asks who wrote it."""

    def read_custom(self) -> None:
        """Nor for properties of their own."""

    def read_theme(self) -> None:
        """Nor for its colours."""

    def read_worksheets(self) -> None:
        """The sheets of cells; what hangs on them (charts, comments, tables) is not followed."""
        for sheet, rel in self.parser.find_sheets():
            if rel.target in self.valid_files and "chartsheet" not in rel.Type:
                found = ReadOnlyWorksheet(self.wb, sheet.name, rel.target, self.shared_strings)
                found.sheet_state = sheet.state
                self.wb._sheets.append(found)


def _parsed(parser: _Rows) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The rows of a worksheet in their order; a number that goes back or beyond what a spreadsheet has is damage."""
    walk = parser.parse()
    line = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = next(walk, None)
        except _DAMAGE as damage:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED, str(line)) from damage
        if found is None:
            return
        if not line < found[0] <= LAST_ROW:
            raise ImportUnreadableError(SheetCode.SHEET_DAMAGED, str(line))
        line = found[0]
        yield found


class _Rows(WorkSheetParser):  # type: ignore[misc] # openpyxl has no types
    """openpyxl's reader of a worksheet, which would keep every row's looks and give up at one bad cell."""

    is_hidden = False

    def parse_row(self, row: Any) -> Any:
        """As the base does; whether the row is hidden is said by `is_hidden`."""
        found = super().parse_row(row)
        self.row_dimensions.clear()
        self.is_hidden = row.get("hidden") in {"1", "true"}
        return found

    def parse_cell(self, element: Any) -> Any:
        """As the base does; an error, a formula without a value and a value that makes no sense are `Unsaid`."""
        try:
            found = super().parse_cell(element)
        except (ValueError, IndexError, TypeError, OverflowError):
            shown = str(element.findtext("{*}v") or "?")
            return {"column": self.col_counter, "value": Unsaid(shown), "style_id": 0}
        if found["data_type"] == "e":
            found["value"] = Unsaid(str(found["value"]))
        elif found["value"] is None and element.find(FORMULA_TAG) is not None:
            found["value"] = Unsaid(f"={element.findtext(FORMULA_TAG) or ''}")
        return found


class _Filling:
    """Writes the words of cells merged downwards into each row below that says anything of its own."""

    def __init__(self, merged: dict[int, list[tuple[int, int]]]) -> None:
        self._merged = merged
        self._words: dict[int, tuple[int, str]] = {}

    def __call__(self, line: int, row: list[str]) -> None:
        """Fill one row; rows come in their order."""
        if self._words:
            self._words = {at: said for at, said in self._words.items() if said[0] >= line}
            if any(row):
                for at, (_last, words) in self._words.items():
                    row.extend([""] * (at - len(row)))
                    row[at - 1] = row[at - 1] or words
        for at, last in self._merged.get(line, ()):
            if at <= len(row) and row[at - 1]:
                self._words[at] = (last, row[at - 1])


def _merged(source: Any) -> dict[int, list[tuple[int, int]]]:
    """Merged cells that go over several rows: by their first row, the column they begin in and their last row.

    They are written behind all rows, so the sheet is looked through once for them, without reading it as XML.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    count = 0
    rest = b""
    with source:
        while piece := source.read(_PIECE):
            piece = rest + piece
            end = 0
            for match in _MERGED.finditer(piece):
                end = match.end()
                column, first, last = column_index_from_string(match[1].decode()), int(match[2]), int(match[3])
                if last > first and column <= MOST_COLUMNS:
                    found.setdefault(first, []).append((column, last))
                    count += 1
                    if count > MOST_MERGED:
                        raise ImportUnreadableError(FileCode.ARCHIVE_TOO_LARGE, "mergeCells")
            rest = piece[max(end, len(piece) - _LONGEST_TAG) :]
    return found


def _indents(book: Any) -> dict[int, str]:
    """The styles whose cells are indented, as the tabs that stand for it."""
    deep = [int(one.indent or 0) for one in book._alignments]
    return {
        style: "\t" * deep[one.alignmentId]
        for style, one in enumerate(book._cell_styles)
        if 0 <= one.alignmentId < len(deep) and deep[one.alignmentId]
    }


def _percents(book: Any) -> frozenset[int]:
    """The styles that show a number as a percentage."""
    formats = [re.sub(r'"[^"]*"|\\\\.', "", str(one)) for one in book._number_formats]
    return frozenset(
        style
        for style, one in enumerate(book._cell_styles)
        if one.numFmtId in {9, 10} or (0 <= one.numFmtId - 164 < len(formats) and "%" in formats[one.numFmtId - 164])
    )


def _text(cell: Any) -> str:
    """A cell as the text a CSV would hold. Formulas are read by the value stored with them."""
    if cell is None:
        return ""
    if isinstance(cell, Unsaid):
        return cell
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
