"""What people read about imports of evidence: the list, the columns of a file, how far it is, what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Min, Value, When
from django.utils.translation import gettext as _

from accounts import demonstration
from accounts.choices import JobKind, JobState, Severity
from accounts.models import Job, JobIssue, PersonIdentifier
from accounts.permissions import Permission, Viewer, can
from accounts.sheets import BookLook, Findings, ImportUnreadableError, book_look_from, open_sheet
from assessments.imports.mapping import ColumnMapping, guess, mapping_from
from assessments.imports_wording import message
from assessments.models import ColumnMapper, EvidenceImport
from competencies.models import Competency, Framework

SHOWN = 20
ROWS_A_PAGE = 50
PREVIEW_ROWS = 5
PREVIEW_CELL = 40


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list."""

    public_id: UUID
    title: str
    state_word: str
    started_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MapperLine:
    """A saved mapping in a list."""

    public_id: UUID
    name: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, or all of one sort: where first, how often, what it is and what to do."""

    severity_word: str
    file: str
    line: int | None
    column: str
    value: str
    code: str
    count: int
    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: what it waits for, how far it is, what it would do or did."""

    line: ImportLine
    phase: str
    done: int
    total: int
    needs_mapping: bool
    may_map_anew: bool
    is_going: bool
    is_waiting: bool
    is_done: bool
    was_asked_to_stop: bool
    problem: str
    remedy: str
    counts: tuple[tuple[str, int], ...]
    given: int
    students: int
    writes: int
    zeros: int
    asks_zero: bool
    findings: tuple[Found, ...]
    errors: int
    sheet: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A file's columns with the cells of its first rows, never stored, and what they probably are.

    `sheets` are those of a workbook to choose from, `sheet` the chosen one.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guessed: dict[str, str]
    sheets: BookLook = field(default_factory=BookLook)
    sheet: str = ""
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person may choose from while mapping."""

    student_sources: tuple[str, ...]
    frameworks: tuple[tuple[str, str], ...]
    competencies: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    by_row: bool


def _may(viewer: Viewer) -> bool:
    return can(viewer, Permission.IMPORT_EVIDENCE).allowed


def import_job(*, viewer: Viewer, public_id: UUID) -> Job | None:
    """The job of an evidence import, for those who may import; None otherwise."""
    if not _may(viewer):
        return None
    return Job.objects.filter(public_id=public_id, kind=JobKind.IMPORT_EVIDENCE).select_related("created_by").first()


def evidence_imports(*, viewer: Viewer) -> list[ImportLine]:
    """The latest imports, newest first; none for those who may not import."""
    if not _may(viewer):
        return []
    jobs = Job.objects.filter(kind=JobKind.IMPORT_EVIDENCE).select_related("created_by").order_by("-created_at", "-pk")
    return [_line(job) for job in jobs[:SHOWN]]


def mappers(*, viewer: Viewer) -> list[MapperLine]:
    """The district's saved mappings, by name."""
    if not _may(viewer):
        return []
    return [MapperLine(one.public_id, one.name, one.changed_at) for one in ColumnMapper.objects.order_by("name")]


def mapper(*, viewer: Viewer, public_id: UUID) -> ColumnMapper | None:
    """One saved mapping."""
    return ColumnMapper.objects.filter(public_id=public_id).first() if _may(viewer) else None


def mapper_named(*, viewer: Viewer, name: str) -> ColumnMapper | None:
    """The saved mapping of this name."""
    return ColumnMapper.objects.filter(name__iexact=name.strip()).first() if _may(viewer) else None


def mapping_of(saved: ColumnMapper) -> ColumnMapping | None:
    """What a saved mapping says."""
    return mapping_from(saved.mapping)


def mapping_of_import(*, viewer: Viewer, public_id: str) -> ColumnMapping | None:
    """What was said about the columns of another import, for the same file again; None where nothing was."""
    try:
        job = import_job(viewer=viewer, public_id=UUID(public_id))
    except ValueError:
        return None
    return None if job is None or "mapping" not in job.parameters else mapping_from(job.parameters["mapping"])


def columns(*, viewer: Viewer, job: Job, sheets: Iterable[str] = ()) -> Columns | None:
    """The header and first rows of an uploaded table, read from the file itself; None when there is none any more.

    Of a workbook the first of `sheets` that it has, else the one that is read when nobody chooses.
    """
    if not _may(viewer) or not job.upload:
        return None
    look = book_look_from(job.parameters.get("sheets"))
    chosen = look.name_of(*sheets)
    try:
        with (
            job.upload.open("rb") as upload,
            open_sheet(cast("BinaryIO", upload.file), file=job.title, findings=Findings(), name=chosen) as sheet,
        ):
            rows = []
            for _line_number, cells, trusted in sheet.rows:
                if trusted:
                    rows.append(tuple(cell.strip()[:PREVIEW_CELL] for cell in cells[: len(sheet.header)]))
                if len(rows) == PREVIEW_ROWS:
                    break
            return Columns(tuple(sheet.header), tuple(rows), guess(sheet.header), look, sheet.name)
    except ImportUnreadableError as error:
        said = message(str(error.code), {"detail": error.detail})
        return Columns((), (), {}, look, chosen, said.what, said.what_to_do)
    except FileNotFoundError:
        return None


def choices(*, viewer: Viewer) -> Choices:
    """Systems that gave students ids, frameworks, and competencies that evidence may be about."""
    if not _may(viewer):
        return Choices((), (), (), by_row=False)
    sources = PersonIdentifier.objects.filter(person__student__isnull=False).values_list("source", flat=True)
    frameworks = Framework.objects.filter(retired_at=None).order_by("-is_in_use", "title", "pk")
    open_ones = Competency.objects.filter(retired_at=None, is_assessable=True, framework__in=frameworks)
    by_framework: dict[int, list[tuple[str, str]]] = {}
    rows = open_ones.order_by("framework_id", "position", "pk").values_list("framework_id", "public_id", "code", "name")
    for framework_id, public_id, code, name in rows[:5000]:
        by_framework.setdefault(framework_id, []).append((str(public_id), f"{code} {name}".strip()[:120]))
    return Choices(
        student_sources=tuple(sorted(set(sources.distinct()))),
        frameworks=tuple((str(one.public_id), one.title) for one in frameworks),
        competencies=tuple((one.title, tuple(by_framework[one.pk])) for one in frameworks if one.pk in by_framework),
        by_row=demonstration.is_marked(),
    )


def import_page(*, viewer: Viewer, public_id: UUID) -> ImportPage | None:
    """One import with its findings in groups, errors first."""
    job = import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    report = job.report
    looked = job.state in {JobState.WAITING, JobState.DONE} and "given" in report
    problem, remedy = _problem(job)
    written = report.get("written")
    state = EvidenceImport.objects.filter(job=job).first() if looked else None
    counted = written if written is not None and job.state == JobState.DONE else report
    names = (
        (_("new pieces"), "new"),
        (_("corrected"), "changed"),
        (_("taken back"), "withdrawn"),
        (_("as they were"), "same"),
    )
    return ImportPage(
        line=_line(job),
        phase=_phase(job),
        done=job.progress_done,
        total=job.progress_total,
        needs_mapping=job.state == JobState.WAITING and not looked,
        may_map_anew=job.state == JobState.WAITING and looked and "mapping" in job.parameters,
        is_going=job.state in {JobState.QUEUED, JobState.RUNNING},
        is_waiting=job.state == JobState.WAITING and looked,
        is_done=job.state == JobState.DONE,
        was_asked_to_stop=job.cancel_requested_at is not None,
        problem=problem,
        remedy=remedy,
        counts=tuple((str(word), int(counted.get(key, 0))) for word, key in names) if looked else (),
        given=int(report.get("given", 0)),
        students=int(report.get("students", 0)),
        writes=sum(int(report.get(key, 0)) for _word, key in names[:3]),
        zeros=int(report.get("zeros", 0)),
        asks_zero=bool(report.get("zeros")) and state is not None and not state.zero_is,
        findings=_groups(job) if looked else (),
        errors=int(report.get("errors", 0)),
        sheet=_sheet(job),
    )


def _sheet(job: Job) -> str:
    """The sheet a workbook is read from; "" where there is none to name."""
    mapping = mapping_from(job.parameters.get("mapping"))
    look = book_look_from(job.parameters.get("sheets"))
    return look.name_of(mapping.sheet) if mapping is not None and look.is_choice else ""


def rows_set_aside(*, viewer: Viewer, public_id: UUID, page: int) -> Page[Found] | None:
    """A page of what was set aside, in the order of the file; None when it may not be read."""
    job = import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    rows = JobIssue.objects.filter(job=job, severity=Severity.ERROR).order_by("file", "line", "pk")
    found: Page[Any] = Paginator(rows, ROWS_A_PAGE).get_page(page)
    found.object_list = [_found(issue) for issue in found.object_list]
    return found


def every_finding(*, viewer: Viewer, public_id: UUID) -> Iterator[Found] | None:
    """Every finding that was kept, errors first; None when it may not be read."""
    job = import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    grave = Case(When(severity=Severity.ERROR, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = JobIssue.objects.filter(job=job).order_by(grave, "file", "line", "pk")
    return (_found(issue) for issue in rows.iterator(chunk_size=2000))


def _groups(job: Job) -> tuple[Found, ...]:
    groups = list(JobIssue.objects.filter(job=job).values("severity", "code").annotate(n=Count("pk"), first=Min("pk")))
    first = {issue.pk: issue for issue in JobIssue.objects.filter(pk__in=[group["first"] for group in groups])}
    counts = {(row["severity"], row["code"]): row["count"] for row in job.report.get("codes", ())}
    found = [
        _found(first[group["first"]], counts.get((group["severity"], group["code"]), group["n"])) for group in groups
    ]
    graver = {first[group["first"]].code: group["severity"] != Severity.ERROR for group in groups}
    return tuple(sorted(found, key=lambda one: (graver[one.code], -one.count, one.code)))


def _found(issue: JobIssue, count: int = 1) -> Found:
    said = message(issue.code, dict(issue.params), column=issue.column)
    return Found(
        severity_word=_("set aside") if issue.severity == Severity.ERROR else _("read anyway"),
        file=issue.file,
        line=issue.line,
        column=issue.column,
        value=issue.value,
        code=issue.code,
        count=count,
        what=said.what,
        what_to_do=said.what_to_do,
    )


def _line(job: Job) -> ImportLine:
    return ImportLine(
        public_id=job.public_id,
        title=job.title,
        state_word=str(JobState(job.state).label),
        started_by=job.created_by.display_name,
        created_at=job.created_at,
    )


def _phase(job: Job) -> str:
    if job.state == JobState.QUEUED:
        return _("Waiting for a worker")
    phases = {
        "reading": _("Reading the file"),
        "checking": _("Checking every row"),
        "writing": _("Writing pieces of evidence"),
    }
    return phases.get(job.phase, _("Working"))


def _problem(job: Job) -> tuple[str, str]:
    """Why it stopped, what is stored of it, and what to do; empty when it did not stop."""
    if job.state not in {JobState.CANCELLED, JobState.FAILED}:
        return "", ""
    written = job.report.get("written") or {}
    stored = sum(int(written.get(key, 0)) for key in ("new", "changed", "withdrawn"))
    kept = (
        _("%(count)s pieces had been written before; they stay.") % {"count": stored}
        if stored
        else _("Nothing was written.")
    )
    again = _("Import the file again whenever you like: what is stored already is not stored twice.")
    if job.state == JobState.CANCELLED:
        return _("This import was stopped. %(kept)s") % {"kept": kept}, again
    code = str(job.report.get("error", ""))
    if code in {"", "worker_lost"}:
        return _("The import could not be finished. %(kept)s") % {"kept": kept}, again
    if code == "not_allowed":
        return (
            _("Whoever started this import may no longer import evidence. %(kept)s") % {"kept": kept},
            _("Somebody who may can import the file."),
        )
    said = message(code, job.report.get("values", {}))
    return f"{said.what} {kept}", said.what_to_do
