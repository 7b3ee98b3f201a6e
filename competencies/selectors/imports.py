"""Imports of frameworks as the people who start them see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import JobKind, JobState
from accounts.choices import Severity as JobSeverity
from accounts.models import Job, JobIssue
from accounts.oneroster.issues import Code as FileCode
from accounts.permissions import Permission, Viewer, can
from accounts.sheet_messages import message as sheet_message
from accounts.sheets import BookLook, Findings, ImportUnreadableError, SheetCode, book_look_from, open_sheet
from competencies.case.wordings import UNREADABLE, WORDINGS, Severity, Unreadable, Wording
from competencies.models import ColumnMapper, Framework, Level
from competencies.spreadsheet_wording import mapping_message
from competencies.spreadsheets.findings import WORDINGS as ROW_WORDINGS
from competencies.spreadsheets.mapping import SheetMapping, guess, likely_heading, mapping_from
from competencies.spreadsheets.rows import top_rows

ISSUES_SHOWN = 100
CELL_SHOWN = 60
NO_COUNTS: dict[str, Any] = {
    "title": "",
    "changed": False,
    "was_titled": "",
    **dict.fromkeys(("new", "reworded", "moved", "returned", "retired", "unchanged", "associations"), 0),
    "resolved_elsewhere": 0,
    "examples": {},
}
IMPORTS_SHOWN = 20
_FILE_CODES = {*SheetCode, *FileCode}
_AS_IT_IS = {SheetCode.SHEET_HIDDEN.value, SheetCode.ROW_HIDDEN.value}
"""Said about a file in which nothing was corrected."""
_WORDINGS: dict[str, Wording] = {
    **{str(k): v for k, v in WORDINGS.items()},
    **{str(k): v for k, v in ROW_WORDINGS.items()},
}


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One finding in the reader's language. `severity` is error, warning or note; `where` a JSON Pointer."""

    severity: str
    severity_word: str
    where: str
    identifier: str
    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list."""

    public_id: UUID
    title: str
    state: str
    state_word: str
    started_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: how far it is, what it would change or changed, what was noticed.

    `problem` and `remedy` say why it stopped, when it did. `counts` holds the figures of the report.
    """

    line: ImportLine
    phase: str
    done: int
    total: int
    is_going: bool
    is_waiting: bool
    is_done: bool
    is_confirmed: bool
    was_asked_to_stop: bool
    problem: str
    remedy: str
    counts: dict[str, Any]
    framework_id: str
    issues: tuple[IssueLine, ...]
    more_issues: int
    refused: int
    needs_columns: bool
    may_change_columns: bool
    sheet: str


def framework_import_job(*, viewer: Viewer, public_id: UUID) -> Job | None:
    """The job of a framework import, for those who may import; None otherwise."""
    if not can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return None
    return Job.objects.filter(public_id=public_id, kind=JobKind.IMPORT_FRAMEWORK).select_related("created_by").first()


def framework_imports(*, viewer: Viewer) -> list[ImportLine]:
    """The latest imports, newest first; none for those who may not import. One query."""
    if not can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return []
    jobs = Job.objects.filter(kind=JobKind.IMPORT_FRAMEWORK).select_related("created_by").order_by("-created_at")
    return [_line(job) for job in jobs[:IMPORTS_SHOWN]]


def framework_import(*, viewer: Viewer, public_id: UUID) -> ImportPage | None:
    """One import with its first findings, gravest first. Three queries."""
    job = framework_import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    total = JobIssue.objects.filter(job=job).count()
    issues = [_issue_line(row) for row in JobIssue.objects.filter(job=job).order_by("severity", "pk")[:ISSUES_SHOWN]]
    issues.sort(key=lambda line: list(Severity).index(Severity(line.severity)))
    report = NO_COUNTS | job.report
    problem, remedy = _problem(job)
    return ImportPage(
        line=_line(job),
        phase=_phase(job),
        done=job.progress_done,
        total=job.progress_total,
        is_going=job.state in {JobState.QUEUED, JobState.RUNNING},
        is_waiting=job.state == JobState.WAITING and "title" in job.report,
        is_done=job.state == JobState.DONE,
        is_confirmed=bool(job.parameters.get("confirmed")),
        was_asked_to_stop=job.cancel_requested_at is not None,
        problem=problem,
        remedy=remedy,
        counts=report,
        framework_id=str(report.get("public_id") or ""),
        issues=tuple(issues),
        more_issues=max(0, total - len(issues)) + int(report.get("unlisted") or 0),
        refused=int(report.get("rows_refused") or 0),
        needs_columns=job.state == JobState.WAITING and "title" not in job.report,
        may_change_columns=job.state == JobState.WAITING and "title" in job.report and "top" in job.parameters,
        sheet=_sheet(job),
    )


def _sheet(job: Job) -> str:
    """The sheet a workbook is read from; "" where there is none to name."""
    look = book_look_from(job.parameters.get("top", {}).get("sheets"))
    mapping = mapping_from(job.parameters.get("mapping"))
    return look.name_of(mapping.sheet) if mapping is not None and look.is_choice else ""


def framework_import_issues(*, viewer: Viewer, public_id: UUID) -> Iterator[IssueLine] | None:
    """Every finding of an import, in the order of the file; None when it may not be read."""
    job = framework_import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    return (_issue_line(row) for row in JobIssue.objects.filter(job=job).order_by("pk").iterator(chunk_size=2000))


def _line(job: Job) -> ImportLine:
    return ImportLine(
        public_id=job.public_id,
        title=job.title,
        state=job.state,
        state_word=str(JobState(job.state).label),
        started_by=job.created_by.display_name,
        created_at=job.created_at,
    )


def _phase(job: Job) -> str:
    if job.state == JobState.QUEUED:
        return _("Waiting for a worker")
    return {"reading": _("Reading the file"), "writing": _("Writing what changed")}.get(job.phase, _("Working"))


def _problem(job: Job) -> tuple[str, str]:
    """Why it stopped and what to do, in the reader's language; empty when it did not stop."""
    if job.state == JobState.CANCELLED:
        return _("This import was stopped. Nothing was changed."), _("Start it again whenever you like.")
    if job.state != JobState.FAILED:
        return "", ""
    code, values = str(job.report.get("error", "")), job.report.get("values", {})
    if code in set(Unreadable):
        what, what_to_do = UNREADABLE[Unreadable(code)]
        return fill(what, values), fill(what_to_do, values)
    if said := mapping_message(code, str(values.get("detail", ""))):
        return said, _("Choose the file again and say what its columns are.")
    if code in _FILE_CODES:
        # a spreadsheet is a zip to its reader and a spreadsheet to everybody else
        damaged = code in {FileCode.NOT_AN_ARCHIVE, FileCode.ARCHIVE_DAMAGED}
        message = sheet_message(SheetCode.SHEET_DAMAGED if damaged else code, values)
        return message.what, message.what_to_do
    if code == "own_unreadable":
        return _("This framework file does not hold together."), str(values.get("why", ""))
    return (
        _("The import could not be finished. Nothing was changed."),
        _("Start it again; if it stops again, tell whoever runs this system the time it happened."),
    )


def fill(message: str, values: dict[str, str]) -> str:
    """A message of the reader, translated and filled in; what kind of value was found is translated too."""
    spoken = {name: _(value) if name in {"found", "expected"} and value else value for name, value in values.items()}
    return _(message) % spoken


def _issue_line(row: JobIssue) -> IssueLine:
    words = {Severity.ERROR: _("not imported"), Severity.WARNING: _("corrected"), Severity.NOTE: _("good to know")}
    wording = _WORDINGS.get(row.code)
    if wording is None:
        said = sheet_message(row.code, row.params, column=row.column)
        severity = Severity.ERROR if row.severity == JobSeverity.ERROR else Severity.WARNING
        severity = Severity.NOTE if row.code in _AS_IT_IS else severity
        what, what_to_do = said.what, said.what_to_do
    else:
        severity = wording.severity
        what, what_to_do = fill(wording.what, row.params), fill(wording.what_to_do, row.params)
    return IssueLine(
        severity=severity.value,
        severity_word=words[severity],
        where=_where(row),
        identifier=row.value,
        what=what,
        what_to_do=what_to_do,
    )


def _where(row: JobIssue) -> str:
    if row.line is None:
        return row.column
    if row.column:
        return _("row %(row)s, column “%(column)s”") % {"row": row.line, "column": row.column}
    return _("row %(row)s") % {"row": row.line}


# ------------------------------------------------------------------ the columns of a spreadsheet


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """A spreadsheet whose columns somebody is asked about: the row taken for headings, the rows below it, what is
    known or guessed, and what may be chosen. `tops` are the rows that could hold the headings, `sheets` the sheets of
    a workbook, `sheet` the one they are of."""

    title: str
    heading: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tops: tuple[tuple[int, str], ...]
    mapping: SheetMapping
    mappers: tuple[tuple[str, str], ...]
    frameworks: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    sheets: BookLook
    sheet: str


def columns_page(
    *, viewer: Viewer, job: Job, sheet: str = "", heading: int = 0, mapper: str = "", language: str = "en"
) -> ColumnsPage | None:
    """What a person is asked about a table; None where it is not waiting for that.

    `sheet` picks another sheet of a workbook, `heading` another row.
    """
    top = job.parameters.get("top")
    if not can(viewer, Permission.IMPORT_FRAMEWORK).allowed or job.state != JobState.WAITING or not top:
        return None
    look = book_look_from(top["sheets"])
    first = mapping_from(top.get("mapping"))
    known = mapping_from(job.parameters.get("mapping")) or first
    title = known.title if known else ""
    name = look.name_of(sheet, known.sheet if known else "")
    rows = [(int(line), tuple(str(cell) for cell in cells)) for line, cells in top["rows"]]
    if first is not None and name != first.sheet:
        rows = _rows_of(job, name)
    kept = {str(one.public_id): one for one in ColumnMapper.objects.order_by("name")}
    lines = [line for line, _cells in rows]
    if known is not None and known.sheet != name:
        known = first if first is not None and first.sheet == name else None
    at = heading if heading in lines else (known.heading if known else 0)
    at = at if at in lines else likely_heading(rows)
    header = tuple(cell.strip() for cell in next(cells for line, cells in rows if line == at))
    if known is None or known.heading != at:
        guessed = guess(header)
        known = replace(guessed, heading=at)
    known = replace(known, sheet=name, title=title)
    saved = mapping_from(kept[mapper].columns) if mapper in kept else None
    if saved is not None:
        known = replace(saved, heading=at, sheet=name, title=title, framework=known.framework)
    return ColumnsPage(
        title=job.title,
        heading=at,
        header=header,
        rows=tuple(tuple(cell[:CELL_SHOWN] for cell in cells) for line, cells in rows if line > at)[:5],
        tops=tuple((line, " · ".join(cell.strip() for cell in cells if cell.strip())[:120]) for line, cells in rows),
        mapping=known,
        mappers=tuple((key, one.name) for key, one in kept.items()),
        frameworks=tuple(
            (str(one.public_id), one.title)
            for one in Framework.objects.filter(source="sheet", retired_at__isnull=True).order_by("title", "pk")
        ),
        levels=_levels(language),
        sheets=look,
        sheet=name,
    )


def _rows_of(job: Job, sheet: str) -> list[tuple[int, tuple[str, ...]]]:
    """The first rows of another sheet of a job's workbook, from the file itself; one blank row if it is gone."""
    try:
        with (
            job.upload.open("rb") as upload,
            open_sheet(cast("BinaryIO", upload.file), file=job.title, findings=Findings(), name=sheet) as opened,
        ):
            return top_rows(opened)
    except (ImportUnreadableError, FileNotFoundError):
        return [(1, ())]


def _levels(language: str) -> tuple[tuple[str, str], ...]:
    """The levels of the scale a new framework gets here; four numbers where there is none yet."""
    leading = Framework.objects.filter(retired_at__isnull=True).order_by("-is_in_use", "pk").first()
    rows = list(Level.objects.filter(scale=leading.scale_id)) if leading is not None else []
    found = tuple(
        (f"{one.value.normalize():f}", str(one.names.get(language) or one.names.get("en") or one.value)) for one in rows
    )
    return found or tuple((str(value), str(value)) for value in range(1, 5))


def column_mapper(*, viewer: Viewer, public_id: UUID) -> ColumnMapper | None:
    """One kept mapping, for those who may import."""
    if not can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return None
    return ColumnMapper.objects.filter(public_id=public_id).first()


def column_mappers(*, viewer: Viewer) -> list[tuple[UUID, str]]:
    """Every kept mapping by name; none for those who may not import."""
    if not can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return []
    return list(ColumnMapper.objects.order_by("name").values_list("public_id", "name"))
