"""Imports of frameworks as the people who start them see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import JobKind, JobState
from accounts.models import Job, JobIssue
from accounts.permissions import Permission, Viewer, can
from competencies.case.wordings import UNREADABLE, WORDINGS, Code, Severity, Unreadable

ISSUES_SHOWN = 100
NO_COUNTS: dict[str, Any] = {
    "title": "",
    "changed": False,
    "was_titled": "",
    **dict.fromkeys(("new", "reworded", "moved", "returned", "retired", "unchanged", "associations"), 0),
    "resolved_elsewhere": 0,
    "examples": {},
}
IMPORTS_SHOWN = 20


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
        is_waiting=job.state == JobState.WAITING,
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
    )


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
    wording = WORDINGS[Code(row.code)]
    words = {Severity.ERROR: _("not imported"), Severity.WARNING: _("corrected"), Severity.NOTE: _("good to know")}
    return IssueLine(
        severity=wording.severity.value,
        severity_word=words[wording.severity],
        where=row.column,
        identifier=row.value,
        what=fill(wording.what, row.params),
        what_to_do=fill(wording.what_to_do, row.params),
    )
