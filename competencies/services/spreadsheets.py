"""Frameworks from spreadsheets: what a file looks like, reading it by what a person said, keeping what was said."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts import audit, jobs
from accounts.choices import JobKind, JobState
from accounts.models import Job
from accounts.oneroster.issues import Severity as FileSeverity
from accounts.permissions import Viewer
from accounts.sheets import Book, BookLook, Finding, Findings, ImportUnreadableError, open_book
from competencies.case import Issue, Severity
from competencies.case.reader import package_of
from competencies.case_draft import draft_of
from competencies.drafts import FrameworkDraft
from competencies.models import Association, ColumnMapper, Competency, Framework
from competencies.spreadsheets import opensalt
from competencies.spreadsheets.drafting import SOURCE, draft_of_sheet
from competencies.spreadsheets.findings import Code as RowCode
from competencies.spreadsheets.findings import RowIssue
from competencies.spreadsheets.mapping import SheetMapping, guess, likely_heading, mapping_from
from competencies.spreadsheets.rows import top_rows, with_heading

TABLE, JSON = "table", "json"
_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class SheetIssue:
    """Something noticed about the file itself: its encoding, its separator, a line that is no row."""

    code: str
    severity: Severity
    line: int | None = None
    column: str = ""
    value: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Nothing fills these wordings but what is stored with them."""
        return {}

    @property
    def pointer(self) -> str:
        """Where, in a few characters."""
        return f"row {self.line}" if self.line else ""

    @property
    def what(self) -> str:
        """The code: the sentence is the file reader's."""
        return self.code

    @property
    def what_to_do(self) -> str:
        """Said with the sentence."""
        return ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The first rows of a table nobody spoke about yet: (row number, cells), and what its columns probably are."""

    sheets: BookLook
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    heading: int
    mapping: SheetMapping

    def as_json(self) -> dict[str, Any]:
        """For the job's parameters."""
        return {
            "sheets": self.sheets.as_json(),
            "rows": [[line, list(cells)] for line, cells in self.rows],
            "heading": self.heading,
            "mapping": self.mapping.as_json(),
        }


Read = tuple[FrameworkDraft, tuple[Issue | RowIssue | SheetIssue, ...], int]


def layout_of(stream: BinaryIO, name: str) -> str:
    """Whether a file is a table or JSON, by its first bytes and its name. The stream is at its start again."""
    stream.seek(0)
    start = stream.read(64)
    stream.seek(0)
    if start.startswith(b"PK"):
        with suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError), zipfile.ZipFile(stream) as archive:
            layout = TABLE if "xl/workbook.xml" in archive.namelist()[:2_000] else JSON
            stream.seek(0)
            return layout
        stream.seek(0)
        return TABLE if name.lower().endswith(_TABLE_ENDINGS) else JSON
    first = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    return TABLE if name.lower().endswith(_TABLE_ENDINGS) and first not in (b"{", b"[", b"<") else JSON


def start_parameters(layout: str) -> dict[str, Any]:
    """What a job starts with: of a table the key its framework gets if it is a new one, the same on every run."""
    return {"layout": layout, **({"key": str(uuid4())} if layout == TABLE else {})}


def read_spreadsheet(
    stream: BinaryIO, *, file: str, mapping: SheetMapping | None, key: str, sheet: str = ""
) -> Read | Looked:
    """A table as a framework draft; without a mapping, and in no layout that is known, only its first rows.

    `sheet` of a workbook goes before the one the mapping names; "": that one, or the first that looks like a table.

    Raises ImportUnreadableError, and PackageUnreadable for a workbook of OpenSALT that names no document.
    """
    findings = Findings()
    with open_book(stream, file=file, findings=findings) as book:
        if opensalt.is_workbook(book.names):
            draft, issues, unlisted = _workbook(book)
            return draft, (*(_file_issue(one) for one in findings), *issues), unlisted
        if mapping is None:
            looked = _look(book, sheet, PurePath(file).stem[:200])
            if not isinstance(looked, SheetMapping):
                return looked
            mapping = looked
        table = with_heading(book.sheet(sheet or mapping.sheet), mapping.heading)
        problem = mapping.problem(table.header)
        if problem is not None:
            raise ImportUnreadableError(*problem)
        known = _known(mapping)
        drafted = draft_of_sheet(table, mapping, key=known.source_id if known else key)
    draft = _with_head_of(known, drafted.draft, is_whole=drafted.is_whole) if known else drafted.draft
    noticed: list[RowIssue | SheetIssue] = [_file_issue(one) for one in findings]
    if known and not drafted.is_whole:
        noticed.append(RowIssue(RowCode.NOTHING_IS_GONE, table.header_line))
    return draft, (*noticed, *drafted.issues), drafted.unlisted


def _file_issue(one: Finding) -> SheetIssue:
    severity = Severity.ERROR if one.severity is FileSeverity.ERROR else Severity.WARNING
    return SheetIssue(one.code, severity, one.line, one.column, one.value)


def _workbook(book: Book) -> Read:
    content, lines = opensalt.package_of_workbook(book)
    package = package_of(content)
    issues = tuple(_row_of(issue, lines) for issue in package.issues)
    return draft_of(package), issues, package.unlisted


def _row_of(issue: Issue, lines: dict[str, list[int]]) -> Issue:
    """A finding about an entry of the package, with the sheet, row and column it came from."""
    parts = issue.pointer.split("/")
    sheet = opensalt.SHEETS.get(parts[1]) if len(parts) > 1 else None
    if sheet is None:
        return issue
    at = lines.get(parts[1], [])
    row = f" {at[int(parts[2])]}" if len(parts) > 2 and parts[2].isdigit() and int(parts[2]) < len(at) else ""
    return replace(issue, pointer=" ".join(one for one in (f"{sheet}{row}", *parts[3:]) if one))


def _look(book: Book, name: str, title: str) -> Looked | SheetMapping:
    sheet = book.sheet(name)
    known = opensalt.table_mapping(sheet.header, title=title)
    if known is not None:
        return replace(known, sheet=sheet.name)
    rows = top_rows(sheet)
    heading = likely_heading(rows)
    header = next(cells for line, cells in rows if line == heading)
    mapping = replace(guess([cell.strip() for cell in header]), heading=heading, title=title, sheet=sheet.name)
    return Looked(book.look(), tuple(rows), heading, _kept_earlier([c.strip() for c in header], mapping))


def _kept_earlier(header: list[str], guessed: SheetMapping) -> SheetMapping:
    """What somebody kept for exactly these headings goes before any guess."""
    row = (
        ColumnMapper.objects.filter(headings=sorted({one[:200] for one in header if one})).order_by("-saved_at").first()
    )
    kept = mapping_from(row.columns) if row is not None else None
    return guessed if kept is None else replace(kept, heading=guessed.heading, title=guessed.title, sheet=guessed.sheet)


def _known(mapping: SheetMapping) -> Framework | None:
    if not mapping.framework:
        return None
    try:
        return Framework.objects.filter(public_id=UUID(mapping.framework), source=SOURCE).first()
    except ValueError:
        return None


def _with_head_of(known: Framework, draft: FrameworkDraft, *, is_whole: bool) -> FrameworkDraft:
    """What the table does not say about the framework stays as it was; of a table not wholly read nothing is gone."""
    if not is_whole:
        here = Competency.objects.filter(framework=known).values_list("source_id", flat=True)
        tied = Association.objects.filter(framework=known).values_list("source_id", flat=True)
        draft = replace(draft, keep_competencies=draft.keep_competencies | set(here), keep_edges=frozenset(tied))
    return replace(
        draft,
        title=known.title,
        description=known.description,
        creator=draft.creator or known.creator,
        publisher=known.publisher,
        adoption_status=known.adoption_status,
        license_text=draft.license_text or known.license_text,
        source_uri=known.source_uri,
        source_changed_at=known.source_changed_at,
        translations=known.translations,
        details=known.details,
    )


# ------------------------------------------------------------------ what people say about columns


def map_framework_import(*, by: Viewer, job: Job, mapping: SheetMapping, header: list[str], save_as: str = "") -> bool:
    """Say what the columns are, perhaps keep that for the next file, and ring for the preview.

    May be said again after a preview. False when the import is not waiting (any more).
    """
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        waits = locked.state == JobState.WAITING and not locked.parameters.get("confirmed")
        if locked.kind != JobKind.IMPORT_FRAMEWORK or not waits or locked.parameters.get("layout") != TABLE:
            return False
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.report = {}
        locked.parameters = {**locked.parameters, "mapping": mapping.as_json()}
        locked.save(update_fields=["state", "attempts", "report", "parameters"])
        if save_as.strip():
            keep_mapper(by=by, name=save_as, mapping=mapping, header=header)
        jobs.ring_job(locked)
    return True


def keep_mapper(*, by: Viewer, name: str, mapping: SheetMapping, header: list[str]) -> ColumnMapper:
    """Keep a mapping under a name for files with the same headings; the same name again replaces it."""
    name = " ".join(name.split())[:120]
    with transaction.atomic():
        mapper = ColumnMapper.objects.select_for_update().filter(name__iexact=name).first() or ColumnMapper(name=name)
        mapper.columns = mapping.kept().as_json()
        mapper.headings = sorted({one[:200] for one in header if one})
        mapper.saved_by_id = by.actor_id
        mapper.saved_at = timezone.now()
        mapper.save()
        audit.record(by=by.person_id, action="mapper.save", subject_type="mapper", subject_id=mapper.public_id)
    return mapper


def kept_mapping(*, by: Viewer, name: str) -> SheetMapping | None:
    """What was kept under a name; None where nothing was."""
    row = ColumnMapper.objects.filter(name__iexact=" ".join(name.split())).order_by("-saved_at").first()
    return mapping_from(row.columns) if row is not None else None


def forget_mapper(*, by: Viewer, mapper: ColumnMapper) -> None:
    """Drop a kept mapping."""
    with transaction.atomic():
        audit.record(by=by.person_id, action="mapper.forget", subject_type="mapper", subject_id=mapper.public_id)
        mapper.delete()
