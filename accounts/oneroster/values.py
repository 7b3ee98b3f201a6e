"""From text to values: dates, flags, closed lists, grades, names. What is clear is read with a warning where it is
not as the standard writes it; what is not clear sets its row aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from accounts.oneroster.issues import Code, IssueLog

ID_LENGTH: Final = 255
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: .*)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\"]{2,}")
_GRADE_WORDS = re.compile(r"(?:GRADE\s*)?0*(\d{1,2})(?:ST|ND|RD|TH)?(?:\s*GRADE)?", re.ASCII)
_GRADES = frozenset(
    {
        "IT",
        "PR",
        "PK",
        "TK",
        "KG",
        *(f"{year:02d}" for year in range(1, 14)),
        "PS",
        "PS1",
        "PS2",
        "PS3",
        "PS4",
        "UG",
    }
)
_GRADE_ALIASES = {"K": "KG", "KINDERGARTEN": "KG", "PREK": "PK", "PRE-K": "PK", "P": "PK", "OTHER": "UG"}
_TRUE = frozenset({"true", "t", "1", "yes", "y"})
_FALSE = frozenset({"false", "f", "0", "no", "n"})
# Marks that change the reading direction, and characters of no width. Joiners inside words stay: Persian and
# several Indic scripts need them.
_INVISIBLE = {
    ord(ch): None
    for ch in "\u200b\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
# Who someone is does not belong in a report: place and column are enough for whoever holds the file.
_UNQUOTED = frozenset(
    {"givenName", "familyName", "preferredGivenName", "preferredFamilyName", "email", "phone", "sms", "username"}
)

Choice = TypeVar("Choice", bound=StrEnum)


class RowSetAside(Exception):
    """This row cannot be read; the reason is in the log already."""


@lru_cache(maxsize=4096)
def parse_date(text: str) -> tuple[date | None, Code | None]:
    """The day and, where it is not written YYYY-MM-DD, what was odd. No day: the code says why.

    Accepted beside ISO 8601: a time after the day (dropped), YYYYMMDD, and month/day/year or day/month/year where
    one of the two numbers is above 12 or both are equal. 3/4/2025 is two different days, so it is refused.
    """
    if match := _ISO.fullmatch(text):
        plain = len(text) == 10
        return _day(match[1], match[2], match[3], None if plain else Code.DATE_NOTATION)
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3], Code.DATE_NOTATION)
    if match := _SLASHED.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        if first <= 12 and second <= 12 and first != second:
            return None, Code.DATE_AMBIGUOUS
        month, day = (match[1], match[2]) if first <= 12 else (match[2], match[1])
        return _day(match[3], month, day, Code.DATE_NOTATION)
    return None, Code.DATE_INVALID


def _day(year: str, month: str, day: str, odd: Code | None) -> tuple[date | None, Code | None]:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None, Code.DATE_INVALID
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None, Code.DATE_INVALID
    return found, odd


def parse_boolean(text: str) -> tuple[bool | None, bool]:
    """(value or None, whether it was written as the standard writes it: true or false)."""
    lower = text.lower()
    if lower in _TRUE:
        return True, text == "true"
    if lower in _FALSE:
        return False, text == "false"
    return None, False


def parse_grade(text: str) -> tuple[str | None, bool]:
    """(CEDS grade code or None, whether it was written so): 2, "2nd" and "Grade 2" are 02, K is KG."""
    if text in _GRADES:
        return text, True
    upper = text.upper()
    upper = _GRADE_ALIASES.get(upper, upper)
    if upper in _GRADES:
        return upper, False
    if (match := _GRADE_WORDS.fullmatch(upper)) and f"{int(match[1]):02d}" in _GRADES:
        return f"{int(match[1]):02d}", False
    return None, False


def clean_text(text: str) -> tuple[str, bool]:
    """(text in NFC without controls, direction marks and characters of no width; whether any had to go)."""
    if text.isascii() and text.isprintable():
        return text.strip(), False
    spaced = "".join(" " if ch in "\t\r\n\x0b\x0c\u2028\u2029" else ch for ch in text)
    kept = "".join(ch for ch in spaced.translate(_INVISIBLE) if unicodedata.category(ch) not in {"Cc", "Cs", "Cn"})
    return " ".join(unicodedata.normalize("NFC", kept).split()), len(kept) != len(spaced)


class Row:
    """One row being read: typed access by column, every oddity told to the log with its place.

    A method that cannot make sense of a value it needs logs the error and raises RowSetAside.
    """

    __slots__ = ("_values", "file", "line", "log", "pool")

    def __init__(self, values: Mapping[str, str], *, file: str, line: int, log: IssueLog, pool: dict[str, str]) -> None:
        self._values = values
        self.file = file
        self.line = line
        self.log = log
        self.pool = pool

    def raw(self, column: str) -> str:
        """The value without surrounding spaces; blank where the column is absent."""
        return self._values.get(column, "").strip()

    def warn(self, code: Code, column: str = "", value: str = "", **params: str | int) -> None:
        """A warning at this row."""
        shown = "" if column in _UNQUOTED else value
        self.log.warning(code, file=self.file, line=self.line, column=column, value=shown, **params)

    def set_aside(self, code: Code, column: str = "", value: str = "", **params: str | int) -> RowSetAside:
        """Logs the error and returns the exception to raise."""
        shown = "" if column in _UNQUOTED else value
        self.log.error(code, file=self.file, line=self.line, column=column, value=shown, **params)
        return RowSetAside()

    def pooled(self, text: str) -> str:
        """One object per distinct text, so that a million rows share their ids."""
        return self.pool.setdefault(text, text)

    def text(self, column: str, *, limit: int, required: bool = False) -> str:
        """Cleaned text of at most `limit` characters. Longer: the row is set aside."""
        raw = self._values.get(column, "")
        if not raw:
            if required:
                raise self.set_aside(Code.REQUIRED_BLANK, column)
            return ""
        text, changed = clean_text(raw)
        if changed:
            self.warn(Code.INVISIBLE_CHARACTERS, column, text)
        if "\ufffd" in text:
            self.warn(Code.DAMAGED_CHARACTERS, column, text)
        if len(text) > limit:
            raise self.set_aside(Code.FIELD_TOO_LONG, column, text, limit=limit)
        if required and not text:
            raise self.set_aside(Code.REQUIRED_BLANK, column)
        return text

    def name(self, column: str, *, limit: int = 200, required: bool = False) -> str:
        """Text people will read. A value that a spreadsheet would run is kept as text and warned of."""
        text = self.text(column, limit=limit, required=required)
        if text and text[0] in "=+-@" and len(text) > 1:
            self.warn(Code.FORMULA_LIKE, column, text)
        return text

    def id(self, column: str, *, required: bool = False, shared: bool = True) -> str:
        """An identifier, compared exactly. Too long or with unprintable characters: the row is set aside.

        `shared` ids are pooled because other rows repeat them.
        """
        value = self._values.get(column, "").strip()
        if not value:
            if required:
                raise self.set_aside(Code.REQUIRED_BLANK, column)
            return ""
        if (same := self.pool.get(value)) is not None:
            return same
        self._check_id(column, value)
        return self.pool.setdefault(value, value) if shared else value

    def ids(self, column: str) -> tuple[str, ...]:
        """Comma-separated identifiers, each once, in order."""
        raw = self.raw(column)
        if not raw:
            return ()
        if "," not in raw:
            self._check_id(column, raw)
            return (self.pooled(raw),)
        values = dict.fromkeys(part.strip() for part in raw.split(",") if part.strip())
        for value in values:
            self._check_id(column, value)
        return tuple(self.pooled(value) for value in values)

    def _check_id(self, column: str, value: str) -> None:
        if len(value) > ID_LENGTH or not value.isprintable():
            raise self.set_aside(Code.ID_UNREADABLE, column, value, limit=ID_LENGTH)

    def day(self, column: str, *, required: bool = False) -> date | None:
        """A day, or None where the column is blank."""
        raw = self.raw(column)
        if not raw:
            if required:
                raise self.set_aside(Code.REQUIRED_BLANK, column)
            return None
        day, odd = parse_date(raw)
        if day is None:
            raise self.set_aside(odd or Code.DATE_INVALID, column, raw)
        if odd:
            self.warn(odd, column, raw, read_as=day.isoformat())
        return day

    def needed_day(self, column: str) -> date:
        """A day that must be there."""
        day = self.day(column, required=True)
        if day is None:  # pragma: no cover - required raises
            raise RowSetAside
        return day

    def boolean(self, column: str, *, default: bool) -> bool:
        """A flag; blank is the default, anything unknown is the default with a warning."""
        raw = self.raw(column)
        if not raw:
            return default
        value, standard = parse_boolean(raw)
        if value is None:
            self.warn(Code.BOOLEAN_UNKNOWN, column, raw)
            return default
        if not standard:
            self.warn(Code.BOOLEAN_NOTATION, column, raw, read_as=str(value).lower())
        return value

    def choice(
        self,
        column: str,
        choices: Mapping[str, Choice],
        *,
        aliases: Mapping[str, Choice] | None = None,
        otherwise: Choice | None = None,
        blank: Choice | None = None,
    ) -> Choice:
        """One of a closed list, matched in any case.

        `choices` maps the standard's spelling, `aliases` (lower case) what other systems write. Unknown:
        `otherwise` with a warning or, without one, the row is set aside; blank likewise with `blank`.
        """
        raw = self.raw(column)
        if not raw:
            if blank is not None:
                return blank
            raise self.set_aside(Code.REQUIRED_BLANK, column)
        if raw in choices:
            return choices[raw]
        squeezed = re.sub(r"[\s_\-]", "", raw.lower())
        for spelling, meaning in choices.items():
            if spelling.lower() == squeezed:
                self.warn(Code.CHOICE_NOTATION, column, raw, read_as=spelling)
                return meaning
        if aliases and squeezed in aliases:
            self.warn(Code.CHOICE_NOTATION, column, raw, read_as=str(aliases[squeezed]))
            return aliases[squeezed]
        if otherwise is None:
            raise self.set_aside(Code.CHOICE_UNKNOWN, column, raw, known=", ".join(choices))
        self.warn(Code.CHOICE_OTHER, column, raw)
        return otherwise

    def grades(self, column: str) -> tuple[str, ...]:
        """CEDS grade codes; an unknown one is dropped with a warning."""
        raw = self.raw(column)
        if not raw:
            return ()
        found: dict[str, None] = {}
        for part in (piece.strip() for piece in raw.split(",")):
            if not part:
                continue
            grade, standard = parse_grade(part)
            if grade is None:
                self.warn(Code.GRADE_UNKNOWN, column, part)
                continue
            if not standard:
                self.warn(Code.GRADE_NOTATION, column, part, read_as=grade)
            found[grade] = None
        return tuple(self.pooled(grade) for grade in found)

    def email(self, column: str) -> str:
        """An e-mail address, lower case in its domain; one that cannot work is dropped with a warning."""
        raw = self.raw(column)
        if not raw:
            return ""
        if len(raw) > 254 or not raw.isprintable() or not _EMAIL.fullmatch(raw):
            self.warn(Code.EMAIL_INVALID, column, raw)
            return ""
        local, _at, domain = raw.rpartition("@")
        return f"{local}@{domain.lower()}"

    def year(self, column: str) -> int | None:
        """A school year as its last calendar year (2025 or 2024-2025)."""
        raw = self.raw(column)
        if not raw:
            return None
        match = re.fullmatch(r"(?:(\d{4})\s*[-/]\s*)?(\d{4}|\d{2})", raw, re.ASCII)
        if match and (match[1] or len(match[2]) == 4):
            end = int(match[2]) if len(match[2]) == 4 else int(match[1][:2] + match[2])
            if _FIRST_YEAR <= end <= _LAST_YEAR and (not match[1] or end == int(match[1]) + 1):
                return end
        self.warn(Code.YEAR_INVALID, column, raw)
        return None
