"""What people read about roster imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Min, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.choices import JobKind, JobState, Severity
from accounts.models import Job, JobIssue
from accounts.oneroster_messages import dialect_name, message
from accounts.permissions import Permission, Viewer, can
from accounts.rosters.reporting import COLUMNS, ENTITIES, note

IMPORTS_SHOWN = 20
ROWS_A_PAGE = 50
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list."""

    public_id: UUID
    title: str
    state: str
    state_word: str
    started_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TallyLine:
    """How many rows of one sort are new, changed, back and gone, and how many are as they were."""

    name: str
    counts: tuple[int, ...]
    unchanged: int

    @property
    def differs(self) -> bool:
        """Whether any row is (would be) written."""
        return any(self.counts)


@dataclass(frozen=True, slots=True)
class Finding:
    """Everything of one sort that was noticed in one column of one file."""

    severity: str
    severity_word: str
    file: str
    column: str
    count: int
    lines: tuple[int, ...]
    value: str
    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One finding at its place."""

    severity_word: str
    file: str
    line: int | None
    column: str
    value: str
    code: str
    what: str
    what_to_do: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: how far it is, what it would change or changed, what was noticed.

    `problem` and `remedy` say why it stopped, when it did. `leaving` are the schools some would leave, with their
    counts; `must_confirm` is true where that needs a yes of its own.
    """

    line: ImportLine
    phase: str
    done: int
    total: int
    is_going: bool
    is_waiting: bool
    is_done: bool
    was_asked_to_stop: bool
    problem: str
    remedy: str
    layout: str
    system: str
    files: tuple[Mapping[str, Any], ...]
    different: tuple[TallyLine, ...]
    same: tuple[TallyLine, ...]
    writes: int
    leaving: tuple[Mapping[str, Any], ...]
    must_confirm: bool
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    rows_set_aside: int


def roster_import_job(*, viewer: Viewer, public_id: UUID) -> Job | None:
    """The job of a roster import, for those who may import; None otherwise."""
    if not can(viewer, Permission.IMPORT_ROSTER).allowed:
        return None
    return Job.objects.filter(public_id=public_id, kind=JobKind.IMPORT_ROSTER).select_related("created_by").first()


def roster_imports(*, viewer: Viewer) -> list[ImportLine]:
    """The latest imports, newest first; none for those who may not import. One query."""
    if not can(viewer, Permission.IMPORT_ROSTER).allowed:
        return []
    jobs = Job.objects.filter(kind=JobKind.IMPORT_ROSTER).select_related("created_by").order_by("-created_at", "-pk")
    return [_line(job) for job in jobs[:IMPORTS_SHOWN]]


def roster_import_page(*, viewer: Viewer, public_id: UUID) -> ImportPage | None:
    """One import with its findings in groups, errors first. Three queries."""
    job = roster_import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    report = job.report
    problem, remedy = _problem(job)
    looked = job.state in {JobState.WAITING, JobState.DONE}
    findings = _findings(job) if looked else ()
    tallies = _tallies(report) if looked else ()
    return ImportPage(
        line=_line(job),
        phase=_phase(job),
        done=job.progress_done,
        total=job.progress_total,
        is_going=job.state in {JobState.QUEUED, JobState.RUNNING},
        is_waiting=job.state == JobState.WAITING,
        is_done=job.state == JobState.DONE,
        was_asked_to_stop=job.cancel_requested_at is not None,
        problem=problem,
        remedy=remedy,
        layout=dialect_name(report.get("dialect", "")),
        system=report.get("system", ""),
        files=tuple(report.get("files", ())) if looked else (),
        different=tuple(line for line in tallies if line.differs),
        same=tuple(line for line in tallies if line.unchanged and not line.differs),
        writes=report.get("writes", 0),
        leaving=tuple(report.get("leaving", ())) if looked else (),
        must_confirm=bool(report.get("stopped")),
        notes=tuple(note(name, count) for name, count in report.get("notes", {}).items()) if looked else (),
        findings=findings,
        rows_set_aside=sum(file.get("set_aside", 0) for file in report.get("files", ())) if looked else 0,
    )


def rows_set_aside(*, viewer: Viewer, public_id: UUID, page: int) -> Page[FoundRow] | None:
    """A page of the rows that were set aside (the quarantine), in the order of the files; None when it may not be
    read."""
    job = roster_import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    rows = JobIssue.objects.filter(job=job, severity=Severity.ERROR).order_by("file", "line", "pk")
    found: Page[Any] = Paginator(rows, ROWS_A_PAGE).get_page(page)
    found.object_list = [_row(issue) for issue in found.object_list]
    return found


def every_finding(*, viewer: Viewer, public_id: UUID) -> Iterator[FoundRow] | None:
    """Every finding of an import, errors first, in the order of the files; None when it may not be read."""
    job = roster_import_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    return (_row(issue) for issue in _gravest_first(JobIssue.objects.filter(job=job)).iterator(chunk_size=2000))


def _gravest_first(issues: QuerySet[JobIssue]) -> QuerySet[JobIssue]:
    grave = Case(When(severity=Severity.ERROR, then=Value(0)), default=Value(1), output_field=IntegerField())
    return issues.order_by(grave, "file", "line", "pk")


def _findings(job: Job) -> tuple[Finding, ...]:
    sorts = ("severity", "code", "file", "column")
    groups = list(JobIssue.objects.filter(job=job).values(*sorts).annotate(count=Count("pk"), first=Min("pk")))
    first = {issue.pk: issue for issue in JobIssue.objects.filter(pk__in=[group["first"] for group in groups])}
    findings = []
    for group in groups:
        issue = first[group["first"]]
        said = message(issue.code, issue.params, column=issue.column)
        findings.append(
            Finding(
                severity=issue.severity,
                severity_word=_severity(issue.severity),
                file=issue.file,
                column=issue.column,
                count=group["count"],
                lines=(issue.line,) if issue.line is not None else (),
                value=issue.value,
                what=said.what,
                what_to_do=said.what_to_do,
            )
        )
    return tuple(
        sorted(findings, key=lambda found: (found.severity != Severity.ERROR, -found.count, found.file, found.column))
    )


def _row(issue: JobIssue) -> FoundRow:
    said = message(issue.code, issue.params, column=issue.column)
    return FoundRow(
        severity_word=_severity(issue.severity),
        file=issue.file,
        line=issue.line,
        column=issue.column,
        value=issue.value,
        code=issue.code,
        what=said.what,
        what_to_do=said.what_to_do,
    )


def _severity(severity: str) -> str:
    return _("set aside") if severity == Severity.ERROR else _("read anyway")


def _tallies(report: Mapping[str, Any]) -> tuple[TallyLine, ...]:
    tallies = report.get("tallies", {})
    lines = []
    for name, words in ENTITIES.items():
        counts = tallies.get(str(name), {})
        numbers = tuple(int(counts.get(column, 0)) for column in COLUMNS)
        if any(numbers):
            lines.append(TallyLine(str(words), numbers[:-1], numbers[-1]))
    return tuple(lines)


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
    phases = {
        "reading": _("Reading the files"),
        "schools": _("Schools"),
        "terms": _("Years and terms"),
        "classes": _("Classes"),
        "people": _("People"),
        "students": _("Students"),
        "roles": _("Roles"),
        "accounts": _("Accounts"),
        "seats": _("Who sits in which class"),
        "family": _("Families"),
        "circles": _("Who sees whom"),
    }
    return phases.get(job.phase, _("Working"))


def _problem(job: Job) -> tuple[str, str]:
    """Why it stopped and what to do, in the reader's language; empty when it did not stop."""
    if job.state == JobState.CANCELLED:
        return _("This import was stopped. Nothing was changed."), _("Start it again whenever you like.")
    if job.state != JobState.FAILED:
        return "", ""
    code = str(job.report.get("error", ""))
    if code == "too_long":
        return (
            _("The import took longer than it may. Nothing was changed."),
            _("Try again when the system is less busy, or import the files of fewer schools at a time."),
        )
    if code in {"", "worker_lost"}:
        return (
            _("The import could not be finished. Nothing was changed."),
            _("Start it again; if it stops again, tell whoever runs this system the time it happened."),
        )
    said = message(code, job.report.get("values", {}))
    return _("%(what)s Nothing was changed.") % {"what": said.what}, said.what_to_do
