"""What a roster's reader has to say: issues with a code each, and the one exception it raises.

Pure: no sentences live here. `accounts/oneroster_messages.py` turns a code and its parameters into words.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN_VALUE_LENGTH = 80


class Severity(StrEnum):
    """A warning was read anyway. An error's row was set aside (or, without a line, its file)."""

    WARNING = "warning"
    ERROR = "error"


class Code(StrEnum):
    """Everything a report can say. The value is stable: reports are stored with it."""

    # the archive
    NOT_AN_ARCHIVE = "not-an-archive"
    ARCHIVE_DAMAGED = "archive-damaged"
    ARCHIVE_ENCRYPTED = "archive-encrypted"
    ARCHIVE_UNSAFE_PATH = "archive-unsafe-path"
    ARCHIVE_LINK = "archive-link"
    ARCHIVE_NESTED = "archive-nested"
    ARCHIVE_TOO_MANY_FILES = "archive-too-many-files"
    ARCHIVE_TOO_LARGE = "archive-too-large"
    ARCHIVE_BOMB = "archive-bomb"
    ARCHIVE_DUPLICATE_NAME = "archive-duplicate-name"
    SOURCE_MISSING = "source-missing"
    NO_ROSTER_FILES = "no-roster-files"
    # files
    FILE_IN_SUBFOLDER = "file-in-subfolder"
    FILE_NAME_CASE = "file-name-case"
    FILE_IGNORED = "file-ignored"
    FILE_NOT_USED = "file-not-used"
    FILE_MISSING = "file-missing"
    FILE_MARKED_ABSENT = "file-marked-absent"
    FILE_PROMISED = "file-promised"
    FILE_EMPTY = "file-empty"
    FILE_NO_ROWS = "file-no-rows"
    FILE_NOT_TEXT = "file-not-text"
    MANIFEST_MISSING = "manifest-missing"
    MANIFEST_VALUE = "manifest-value"
    VERSION_GUESSED = "version-guessed"
    VERSION_MISMATCH = "version-mismatch"
    # encoding and shape
    ENCODING_UTF16 = "encoding-utf16"
    ENCODING_NOT_UTF8 = "encoding-not-utf8"
    LINE_ENDS_CR = "line-ends-cr"
    DELIMITER = "delimiter"
    HEADER_DUPLICATE = "header-duplicate"
    HEADER_MISSING = "header-missing"
    HEADER_OPTIONAL_MISSING = "header-optional-missing"
    HEADER_UNKNOWN = "header-unknown"
    HEADER_CASE = "header-case"
    HEADER_ALIAS = "header-alias"
    COLUMN_NEVER_KEPT = "column-never-kept"
    ROW_TOO_LONG = "row-too-long"
    ROW_TOO_SHORT = "row-too-short"
    ROW_SHORT = "row-short"
    ROW_EXTRA_BLANKS = "row-extra-blanks"
    LINE_TOO_LONG = "line-too-long"
    FIELD_TOO_LONG = "field-too-long"
    NUL_CHARACTER = "nul-character"
    QUOTE_UNCLOSED = "quote-unclosed"
    QUOTE_STRAY = "quote-stray"
    # values
    REQUIRED_BLANK = "required-blank"
    ID_UNREADABLE = "id-unreadable"
    DAMAGED_CHARACTERS = "damaged-characters"
    INVISIBLE_CHARACTERS = "invisible-characters"
    FORMULA_LIKE = "formula-like"
    DATE_NOTATION = "date-notation"
    DATE_AMBIGUOUS = "date-ambiguous"
    DATE_INVALID = "date-invalid"
    DATES_REVERSED = "dates-reversed"
    SESSION_LENGTH = "session-length"
    DATES_SAME = "dates-same"
    BOOLEAN_NOTATION = "boolean-notation"
    BOOLEAN_UNKNOWN = "boolean-unknown"
    CHOICE_NOTATION = "choice-notation"
    CHOICE_UNKNOWN = "choice-unknown"
    CHOICE_OTHER = "choice-other"
    STATUS_IN_BULK = "status-in-bulk"
    STATUS_BLANK_IN_DELTA = "status-blank-in-delta"
    GRADE_NOTATION = "grade-notation"
    GRADE_UNKNOWN = "grade-unknown"
    EMAIL_INVALID = "email-invalid"
    YEAR_INVALID = "year-invalid"
    # between rows and files
    DUPLICATE_SAME = "duplicate-same"
    DUPLICATE_DIFFERENT = "duplicate-different"
    REFERENCE_MISSING = "reference-missing"
    REFERENCE_DROPPED = "reference-dropped"
    REFERENCE_SET_ASIDE = "reference-set-aside"
    REFERENCE_LEFT = "reference-left"
    CYCLE = "cycle"
    ORG_USED_AS_SCHOOL = "org-used-as-school"
    SCHOOL_MISMATCH = "school-mismatch"
    SCHOOL_FROM_CLASS = "school-from-class"
    STUDENT_WITHOUT_SCHOOL = "student-without-school"
    CLASS_WITHOUT_TERM = "class-without-term"
    USER_WITHOUT_ROLE = "user-without-role"
    ROLE_CONFLICT = "role-conflict"
    AGENT_MISSING = "agent-missing"
    AGENT_NOT_FAMILY = "agent-not-family"
    FAMILY_WITHOUT_STUDENT = "family-without-student"


class RosterUnreadable(Exception):
    """The whole source cannot be used. `code` says why; `detail` is a file name or a number, never personal data."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `line` counts physical lines, 1 is the header; None speaks of the whole file.

    `value` is what stood there, printable and cut to 80 characters; blank for columns that are never kept.
    `params` are the words a sentence needs (numbers and names of columns or files).
    """

    severity: Severity
    code: Code
    file: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


def shown(value: str, limit: int = SHOWN_VALUE_LENGTH) -> str:
    """`value` made safe to print: controls and direction marks become ·, and it ends in … where cut."""
    text = value[: limit + 1]
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if ch in "\n\t" else "·" if _is_unprintable(ch) else ch for ch in text)
    return text if len(value) <= limit else text[: limit - 1] + "…"


def _is_unprintable(ch: str) -> bool:
    return unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class IssueLog:
    """Collects issues, counts every one exactly, and keeps the first so many of each sort.

    A file of a million rows with the same small fault stays a short report. Rows set aside are remembered by
    (file, line), so that a row with two errors counts once.
    """

    def __init__(self, *, keep_warnings: int = 100, keep_errors: int = 10_000) -> None:
        self._keep = {Severity.WARNING: keep_warnings, Severity.ERROR: keep_errors}
        self._kept: list[Issue] = []
        self._by_sort: Counter[tuple[Severity, str, str, Code]] = Counter()
        self._set_aside: dict[str, set[int]] = {}

    def warning(
        self,
        code: Code,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        value: str = "",
        **params: str | int,
    ) -> None:
        """Something was read although it was not as the standard says."""
        self._add(Severity.WARNING, code, file, line, column, value, params)

    def error(
        self,
        code: Code,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        value: str = "",
        **params: str | int,
    ) -> None:
        """A row (or, without a line, a file) was set aside."""
        self._add(Severity.ERROR, code, file, line, column, value, params)
        if line is not None:
            self._set_aside.setdefault(file, set()).add(line)

    def _add(
        self,
        severity: Severity,
        code: Code,
        file: str,
        line: int | None,
        column: str,
        value: str,
        params: Mapping[str, str | int],
    ) -> None:
        sort = (severity, file, column, code)
        self._by_sort[sort] += 1
        if self._by_sort[sort] <= self._keep[severity]:
            self._kept.append(Issue(severity, code, file, line, column, shown(value), params))

    def __iter__(self) -> Iterator[Issue]:
        return iter(self._kept)

    def issues(self) -> tuple[Issue, ...]:
        """What was kept, by file and line; findings about a whole file first."""
        return tuple(sorted(self._kept, key=lambda issue: (issue.file, issue.line or 0)))

    def counts(self) -> dict[tuple[Severity, Code], int]:
        """How often each code was found, including what was not kept."""
        totals: Counter[tuple[Severity, Code]] = Counter()
        for (severity, _file, _column, code), count in self._by_sort.items():
            totals[severity, code] += count
        return dict(totals)

    def count(self, severity: Severity) -> int:
        """How many issues of this severity were found, kept or not."""
        return sum(count for (found, *_), count in self._by_sort.items() if found is severity)

    def rows_set_aside(self, file: str) -> int:
        """How many rows of the file have at least one error."""
        return len(self._set_aside.get(file, ()))
