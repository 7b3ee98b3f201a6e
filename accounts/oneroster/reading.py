"""From bytes to rows: encodings, line ends, quotes and headers as they come, one physical line at a time.

Every fault costs one row, never the file: a quote that is not closed sets its own line aside and reading goes on
with the next.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from accounts.oneroster.columns import FileSpec, is_never_kept
from accounts.oneroster.issues import Code, IssueLog

MAX_LINE: Final = 1_000_000
MAX_FIELD: Final = 10_000
MAX_LINES_OF_A_ROW: Final = 50
_OVERLONG: Final = "\0overlong"
_NOT_TEXT = (
    b"PK\x03\x04",
    b"%PDF",
    b"MZ",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"\x7fELF",
    b"\x89PNG",
    b"\xff\xd8\xff",
)


# Where the row starts, its fields, and whether they can be trusted (else: a guess, its error is in the log).
_Fields = tuple[int, list[str], bool]


class Table:
    """A CSV file with a header that makes sense. `rows()` can be walked once."""

    def __init__(
        self,
        *,
        file: str,
        records: Iterator[_Fields],
        header: list[str],
        spec: FileSpec,
        log: IssueLog,
    ) -> None:
        self._file = file
        self._records = records
        self._log = log
        self._width = len(header)
        self._picks = _match_header(header, spec, log)
        self._never_kept = [(name, index) for index, name in enumerate(header) if is_never_kept(name)]
        self._needed = 1 + max(
            (index for name, index in self._picks if name in {spec.renamed.get(r, r) for r in spec.required}),
            default=0,
        )
        self._id_at = next((index for name, index in self._picks if name == "sourcedId"), None)
        self.rows_seen = 0
        self.unread_ids: set[str] = set()
        self.unread_without_id = 0

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(physical line number, values by OneRoster column name), without the rows set aside for their shape.

        The ids those rows seem to have are in `unread_ids`: what they speak of is not missing, only unread.
        """
        width, picks, file, never_kept = self._width, self._picks, self._file, self._never_kept
        told: set[str] = set()
        for line, fields, trusted in self._records:
            self.rows_seen += 1
            if not trusted or (len(fields) != width and not self._shape_is_clear(line, fields)):
                self._remember_unread(fields)
                continue
            for name, index in never_kept:
                if fields[index] and name not in told:
                    told.add(name)
                    self._log.warning(Code.COLUMN_NEVER_KEPT, file=file, column=name)
            yield line, {name: fields[index] for name, index in picks}
        if not self.rows_seen:
            self._log.warning(Code.FILE_NO_ROWS, file=file)

    def _remember_unread(self, fields: list[str]) -> None:
        found = fields[self._id_at].strip(' "') if self._id_at is not None and self._id_at < len(fields) else ""
        if found:
            self.unread_ids.add(found)
        else:
            self.unread_without_id += 1

    def _shape_is_clear(self, line: int, fields: list[str]) -> bool:
        """Whether a row of the wrong width can be read without guessing; a short one is filled with blanks.

        A missing or extra comma moves every later value one column over. Where a column must never be kept, its
        value could land in a kept one, so no ragged row of such a file is read.
        """
        width, found = self._width, len(fields)
        if found > width:
            if any(value.strip() for value in fields[width:]):
                self._log.error(Code.ROW_TOO_LONG, file=self._file, line=line, found=found, expected=width)
                return False
            self._log.warning(Code.ROW_EXTRA_BLANKS, file=self._file, line=line, found=found, expected=width)
            return True
        if self._never_kept or found < self._needed:
            self._log.error(Code.ROW_TOO_SHORT, file=self._file, line=line, found=found, expected=width)
            return False
        self._log.warning(Code.ROW_SHORT, file=self._file, line=line, found=found, expected=width)
        fields.extend([""] * (width - found))
        return True


def open_table(stream: BinaryIO, *, spec: FileSpec, log: IssueLog) -> Table | None:
    """The file as a table, or None (with an error in the log) where it has no usable header."""
    file = spec.file_name
    opened = _open_records(stream, file=file, log=log)
    if opened is None:
        return None
    header, records = opened
    if not _header_is_usable(header, spec, log):
        return None
    return Table(file=file, records=records, header=header, spec=spec, log=log)


def read_header(stream: BinaryIO) -> list[str]:
    """Only the header's names, stripped; empty where there is none. Nothing is reported: the file is read later."""
    opened = _open_records(stream, file="", log=IssueLog())
    return opened[0] if opened else []


def open_rows(stream: BinaryIO, *, file: str, log: IssueLog) -> tuple[list[str], Iterator[_Fields]] | None:
    """Any CSV as its header and its rows (line, cells, whether they can be trusted); None, with an error in the log,
    for what is no table. For tables that are not a roster's."""
    return _open_records(stream, file=file, log=log)


def _open_records(stream: BinaryIO, *, file: str, log: IssueLog) -> tuple[list[str], Iterator[_Fields]] | None:
    start = stream.read(4)
    if start.startswith(_NOT_TEXT):
        log.error(Code.FILE_NOT_TEXT, file=file)
        return None
    lines = _physical_lines(start, stream, file=file, log=log)
    first = next((text for _number, text in lines if text.strip()), None)
    if first is None:
        log.error(Code.FILE_EMPTY, file=file)
        return None
    delimiter = _delimiter(first)
    parsed = None if "\0" in first else _parse([first], delimiter, strict=False)
    if parsed is None:
        log.error(Code.FILE_NOT_TEXT, file=file)
        return None
    if delimiter != ",":
        log.warning(Code.DELIMITER, file=file, value={"\t": "tab"}.get(delimiter, delimiter))
    header = [name.strip().strip("\ufeff").strip() for name in parsed]
    return header, _records(lines, delimiter, file=file, log=log)


def _delimiter(header: str) -> str:
    others = [mark for mark in (";", "\t") if mark in header]
    return max(others, key=header.count) if others and "," not in header else ","


# ------------------------------------------------------------------ bytes to lines


def _physical_lines(start: bytes, stream: BinaryIO, *, file: str, log: IssueLog) -> Iterator[tuple[int, str]]:
    r"""Lines without their end, whatever ended them (\n, \r\n, \r), numbered from 1. `start` was already read.

    The bytes are read as Latin-1, which never fails and splits nowhere else; a line with anything above ASCII is
    then decoded as UTF-8 and, where it is not that, as Windows-1252. Deciding per line keeps one stray byte from
    spoiling a million good names.
    """
    joined: BinaryIO = io.BufferedReader(_Rejoined(start, stream))
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if wide:
        log.warning(Code.ENCODING_UTF16, file=file)
        text = io.TextIOWrapper(joined, encoding="utf-16", errors="replace", newline=None)
    else:
        if start.startswith(b"\xef\xbb\xbf"):
            joined.read(3)
        text = io.TextIOWrapper(joined, encoding="latin-1", newline=None)
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE and not line.endswith("\n"):
            log.error(Code.LINE_TOO_LONG, file=file, line=number, limit=MAX_LINE)
            while (rest := text.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass
            yield number, _OVERLONG
            continue
        if line.endswith("\n"):
            line = line[:-1]
        if not (line.isascii() or wide):
            line = _decoded(line, file=file, number=number, log=log)
        yield number, line
    ends = text.newlines
    if "\r" in ((ends,) if isinstance(ends, str) else ends or ()):
        log.warning(Code.LINE_ENDS_CR, file=file)


def _decoded(line: str, *, file: str, number: int, log: IssueLog) -> str:
    data = line.encode("latin-1")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        log.warning(Code.ENCODING_NOT_UTF8, file=file, line=number)
        return data.decode("cp1252", errors="replace")


class _Rejoined(io.RawIOBase):
    """The first bytes, put back in front of the rest."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """First the put-back bytes, then the rest."""
        data = self._start or self._rest.read(len(buffer))
        self._start = b""
        buffer[: len(data)] = data
        return len(data)


# ------------------------------------------------------------------ lines to fields


def _records(lines: Iterator[tuple[int, str]], delimiter: str, *, file: str, log: IssueLog) -> Iterator[_Fields]:
    """Rows as they come. Blank lines and rows of blanks only are passed over."""
    waiting: deque[tuple[int, str]] = deque()
    while True:
        number, text = waiting.popleft() if waiting else next(lines, (0, ""))
        if not number:
            return
        if not text or text.isspace():
            continue
        if "\0" in text:
            if text is not _OVERLONG:
                log.error(Code.NUL_CHARACTER, file=file, line=number)
            yield number, text.split(delimiter) if text is not _OVERLONG else [], False
            continue
        if '"' in text:
            parsed = _quoted(number, text, lines, waiting, delimiter, file=file, log=log)
            if parsed is None:
                yield number, text[:MAX_FIELD].split(delimiter), False
                continue
            fields = parsed
        else:
            fields = text.split(delimiter)
        if len(text) > MAX_FIELD and any(len(value) > MAX_FIELD for value in fields):
            log.error(Code.FIELD_TOO_LONG, file=file, line=number, limit=MAX_FIELD)
            yield number, fields, False
            continue
        if not any(value.strip() for value in fields):
            continue
        yield number, fields, True


def _quoted(
    number: int,
    text: str,
    lines: Iterator[tuple[int, str]],
    waiting: deque[tuple[int, str]],
    delimiter: str,
    *,
    file: str,
    log: IssueLog,
) -> list[str] | None:
    """A row with quotes in it, which may go on over the next lines.

    Where the quote is never closed (or closing it would swallow another row's start), only this line is set aside
    and the ones looked at are given back.
    """
    chunk = [text]
    taken: list[tuple[int, str]] = []
    while True:
        try:
            rows = list(csv.reader([part + "\n" for part in chunk[:-1]] + chunk[-1:], delimiter=delimiter, strict=True))
        except csv.Error as error:
            still_open = "unexpected end" in str(error)
        else:
            if len(rows) == 1:
                if taken and any(len(value) > MAX_FIELD for value in rows[0]):
                    log.error(Code.FIELD_TOO_LONG, file=file, line=number, limit=MAX_FIELD)
                    return None
                return rows[0]
            still_open = False
        if not still_open and not taken:
            lenient = _parse(chunk, delimiter, strict=False)
            if lenient is None:
                log.error(Code.FIELD_TOO_LONG, file=file, line=number, limit=MAX_FIELD)
                return None
            log.warning(Code.QUOTE_STRAY, file=file, line=number)
            return lenient
        following = None
        while still_open and len(taken) < MAX_LINES_OF_A_ROW:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                break
            taken.append(following)
            chunk.append(following[1])
            if '"' in following[1]:
                break
            following = None
        if following is None:
            waiting.extendleft(reversed(taken))
            log.error(Code.QUOTE_UNCLOSED, file=file, line=number)
            return None


def _parse(chunk: list[str], delimiter: str, *, strict: bool) -> list[str] | None:
    try:
        rows = list(csv.reader(chunk, delimiter=delimiter, strict=strict))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


# ------------------------------------------------------------------ headers


def _resolve_header(header: list[str], spec: FileSpec) -> list[tuple[str, str, str]]:
    """(as written, what it means or blank, how it was recognised: exact, case, alias)."""
    known = {name.lower(): name for name in (*spec.required, *spec.optional, *spec.unused)}
    exact = set(known.values())
    plain = {known.get(written.lower()) for written in header}
    resolved = []
    for written in header:
        lower = written.lower()
        if written in exact:
            resolved.append((written, written, "exact"))
        elif lower in known:
            resolved.append((written, known[lower], "case"))
        elif lower in spec.aliases and spec.aliases[lower] in exact - plain:
            resolved.append((written, spec.aliases[lower], "alias"))
        else:
            resolved.append((written, "", ""))
    return resolved


def _header_is_usable(header: list[str], spec: FileSpec, log: IssueLog) -> bool:
    found = [meaning for _written, meaning, _how in _resolve_header(header, spec) if meaning]
    read = {*spec.required, *spec.optional}
    doubled = sorted({name for name in found if found.count(name) > 1 and name in read})
    missing = [name for name in spec.required if name not in found]
    if doubled:
        log.error(Code.HEADER_DUPLICATE, file=spec.file_name, columns=", ".join(doubled))
    if missing:
        log.error(Code.HEADER_MISSING, file=spec.file_name, columns=", ".join(missing))
    return not (doubled or missing)


def _match_header(header: list[str], spec: FileSpec, log: IssueLog) -> list[tuple[str, int]]:
    """Which field becomes which OneRoster column; warns of what was guessed or unknown."""
    file = spec.file_name
    read = {*spec.required, *spec.optional}
    picks: list[tuple[str, int]] = []
    unknown: list[str] = []
    found = set()
    for index, (written, meaning, how) in enumerate(_resolve_header(header, spec)):
        found.add(meaning)
        if is_never_kept(written):
            continue
        if not meaning:
            if written and not written.lower().startswith("metadata."):
                unknown.append(written)
            continue
        if how == "case":
            log.warning(Code.HEADER_CASE, file=file, column=meaning, value=written)
        elif how == "alias":
            log.warning(Code.HEADER_ALIAS, file=file, column=meaning, value=written)
        if meaning in read:
            picks.append((spec.renamed.get(meaning, meaning), index))
    absent = [name for name in spec.optional if name not in found]
    if absent and spec.every_column_expected:
        log.warning(Code.HEADER_OPTIONAL_MISSING, file=file, columns=", ".join(absent))
    if unknown:
        log.warning(Code.HEADER_UNKNOWN, file=file, columns=", ".join(unknown[:20]), count=len(unknown))
    return picks
