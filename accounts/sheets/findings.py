"""What is said about a table: a code each, a place, a value. Sentences live with who imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from accounts.oneroster.issues import IssueLog, Severity, shown


class SheetCode(StrEnum):
    """Why a file is no table that can be read, and what its reader noticed, beside what the readers of text and of
    archives say. Stored: stable."""

    NOT_A_TABLE = "not-a-table"
    SHEET_DAMAGED = "sheet-damaged"
    TOO_MANY_COLUMNS = "too-many-columns"
    ALL_HIDDEN = "all-sheets-hidden"
    SHEET_MISSING = "sheet-missing"
    SHEET_HIDDEN = "sheet-hidden"
    ROW_HIDDEN = "row-hidden"


class ImportUnreadableError(Exception):
    """The file as a whole cannot be used. `code` says why (ours, or the archive reader's); `detail` names no person."""

    def __init__(self, code: StrEnum, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed. `line` counts physical lines or rows of the sheet, 1 is the header."""

    severity: Severity
    code: str
    file: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""


class Findings:
    """Counts everything, keeps the first so many of each sort: a million rows with one fault stay a short report."""

    def __init__(self, *, keep_errors: int = 2_000, keep_warnings: int = 50) -> None:
        self._keep = {Severity.ERROR: keep_errors, Severity.WARNING: keep_warnings}
        self._kept: list[Finding] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()

    def error(
        self, code: StrEnum, *, file: str = "", line: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """A row or one score of it was set aside."""
        self._add(Severity.ERROR, code, file, line, column, value)

    def warning(
        self, code: StrEnum, *, file: str = "", line: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """Something was read although it was not clear at first sight."""
        self._add(Severity.WARNING, code, file, line, column, value)

    def _add(self, severity: Severity, code: str, file: str, line: int | None, column: str, value: str) -> None:
        sort = (severity, str(code))
        self.counts[sort] += 1
        if self.counts[sort] <= self._keep[severity]:
            self._kept.append(Finding(severity, str(code), file, line, column[:120], shown(value)))

    def add_counted(self, severity: Severity, code: str, count: int) -> None:
        """Count what was found elsewhere (in the database) and is listed there."""
        self.counts[severity, code] += count

    def take(self, log: IssueLog) -> None:
        """Everything the reader of files noticed. Values of unread rows are never among it: they may be anything."""
        for issue in log.issues():
            self._kept.append(
                Finding(issue.severity, issue.code.value, issue.file, issue.line, issue.column[:120], issue.value)
            )
        for (severity, code), count in log.counts().items():
            self.counts[severity, code.value] += count

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._kept)

    @property
    def errors(self) -> int:
        """How many errors were counted."""
        return sum(count for (severity, _code), count in self.counts.items() if severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many warnings were counted."""
        return sum(count for (severity, _code), count in self.counts.items() if severity is Severity.WARNING)
