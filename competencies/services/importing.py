"""Bringing a framework in from a file: read, preview, write, report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO, cast

from django.core.files import File
from django.db import transaction

from accounts import audit, jobs
from accounts.choices import JobKind, JobState
from accounts.choices import Severity as JobSeverity
from accounts.http import viewer_for
from accounts.models import Job, JobIssue
from accounts.permissions import Viewer
from accounts.sheets import ImportUnreadableError
from competencies.asn_draft import SOURCE as ASN
from competencies.asn_draft import draft_of_asn, is_asn
from competencies.case import Issue, PackageUnreadable, Severity
from competencies.case.limits import MAX_BYTES
from competencies.case.reader import load, load_json, package_of
from competencies.case_draft import PRIVATE_STATUSES, draft_of
from competencies.drafts import FrameworkDraft
from competencies.models import Framework
from competencies.own_draft import OwnFrameworkError, draft_of_own, is_own_framework
from competencies.services.publishing import Published, PublishingStopped, publish_draft
from competencies.services.spreadsheets import Looked, SheetIssue, layout_of, read_spreadsheet, start_parameters
from competencies.spreadsheets.findings import RowIssue
from competencies.spreadsheets.mapping import mapping_from

AnyIssue = Issue | RowIssue | SheetIssue
CANCELLED = "cancelled"
NOTHING_NEW = "nothing_new"
OWN_UNREADABLE = "own_unreadable"
OTHER_TITLE = "other_title"


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: the framework, what the reader noticed, and how many issues were too many to list."""

    draft: FrameworkDraft
    issues: tuple[AnyIssue, ...]
    unlisted: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do, and what was noticed on the way."""

    published: Published
    issues: tuple[AnyIssue, ...]
    unlisted: int
    was_titled: str
    rows_refused: int


def read_framework(data: bytes) -> Found:
    """A CASE package, an ASN tree or one of our own framework files as a draft.

    Raises PackageUnreadable or OwnFrameworkError: the file as a whole cannot be used, and nothing was written.
    """
    own = _own(data)
    if own is not None:
        return Found(draft=draft_of_own(own), issues=(), unlisted=0)
    if b'"asn_' in data and is_asn(tree := load_json(data)):
        found = draft_of_asn(tree)
        return Found(draft=_as_known(found.draft, found.roots), issues=found.issues, unlisted=found.unlisted)
    package = package_of(load(data))
    return Found(draft=draft_of(package), issues=package.issues, unlisted=package.unlisted)


def _as_known(draft: FrameworkDraft, roots: tuple[str, ...]) -> FrameworkDraft:
    """A tree under the key of the framework that holds one of its branches already: the file itself names none."""
    known = (
        Framework.objects.filter(source=ASN, competencies__source_id__in=roots, competencies__parent__isnull=True)
        .order_by("pk")
        .values_list("source_id", flat=True)
        .first()
    )
    if known is None or known == draft.source_id:
        return draft
    edges = tuple(
        replace(edge, destination=known) if edge.destination == draft.source_id else edge for edge in draft.edges
    )
    return replace(draft, source_id=known, edges=edges)


def _own(data: bytes) -> dict[str, Any] | None:
    if b'"competencies"' not in data or len(data) > MAX_BYTES:
        return None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return content if is_own_framework(content) else None


def import_framework(
    *,
    by: Viewer,
    data: bytes,
    dry_run: bool = False,
    publish: bool = True,
    in_use: bool | None = None,
    progress: jobs.Progress | None = None,
) -> Imported:
    """Read a framework file and publish what changed, in one transaction.

    `publish` and `in_use` as in `publish_draft`. Raises what `read_framework` raises, and PublishingStopped. A
    document marked as a private draft is stored but not shown to everyone.
    """
    return import_found(
        by=by, found=read_framework(data), dry_run=dry_run, publish=publish, in_use=in_use, progress=progress
    )


def import_found(
    *,
    by: Viewer,
    found: Found,
    dry_run: bool = False,
    publish: bool = True,
    in_use: bool | None = None,
    progress: jobs.Progress | None = None,
) -> Imported:
    """Publish what was read, in one transaction; everything else as in `import_framework`."""
    draft = found.draft
    before = Framework.objects.filter(source=draft.source, source_id=draft.source_id).first()
    published = publish_draft(
        by=by,
        draft=draft,
        dry_run=dry_run,
        publish=publish and draft.adoption_status.lower() not in PRIVATE_STATUSES,
        in_use=in_use,
        progress=progress,
    )
    return Imported(
        published=published,
        issues=found.issues,
        unlisted=found.unlisted,
        was_titled=before.title if before is not None and before.title != draft.title else "",
        rows_refused=sum(1 for issue in found.issues if issue.severity is Severity.ERROR),
    )


# ------------------------------------------------------------------ by page: upload, preview, write


def start_framework_import(*, by: Viewer, upload: File[bytes], publish: bool) -> Job:
    """Store an uploaded file and ring for a worker that reads it and says what would change."""
    name = (upload.name or "framework.json")[:150]
    return jobs.create_job(
        by=by,
        kind=JobKind.IMPORT_FRAMEWORK,
        title=name,
        parameters={
            "file": name,
            "publish": publish,
            "confirmed": False,
            **start_parameters(layout_of(cast("BinaryIO", upload), name)),
        },
        upload=upload,
    )


def confirm_framework_import(*, by: Viewer, job: Job) -> bool:
    """Say yes to a preview. False when it was not waiting (any more): somebody else answered, or it was cancelled."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING or "title" not in locked.report:
            return False
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**locked.parameters, "confirmed": True}
        locked.save(update_fields=["state", "attempts", "parameters"])
        audit.record(by=by.person_id, action="job.confirm", subject_type="job", subject_id=locked.public_id)
        jobs.ring_job(locked)
    return True


def run_framework_import(*, job_id: int) -> None:
    """Do the next part of an import: read and preview it, or, once confirmed, write it. Safe to ring twice."""
    job = jobs.lease_job(job_id)
    if job is None:
        return
    confirmed = bool(job.parameters.get("confirmed"))
    by = viewer_for(job.created_by_id)
    try:
        with jobs.reporting(job) as progress:
            progress("reading", 0, 0)
            found = _read(job)
            result = (
                found
                if isinstance(found, Looked)
                else import_found(
                    by=by,
                    found=found,
                    dry_run=not confirmed,
                    publish=bool(job.parameters.get("publish", True)),
                    progress=progress,
                )
            )
    except PackageUnreadable as error:
        _fail(job, {"error": error.code.value, "values": error.values})
        return
    except OwnFrameworkError as error:
        _fail(job, {"error": OWN_UNREADABLE, "values": {"why": str(error)}})
        return
    except ImportUnreadableError as error:
        _fail(job, {"error": str(error.code), "values": {"detail": error.detail}})
        return
    except PublishingStopped:
        jobs.finish_job(job, state=JobState.CANCELLED, report={**job.report, "error": CANCELLED})
        return
    if isinstance(result, Looked):
        _ask(job, result)
        return
    if not confirmed:
        jobs.store_issues(job, _job_issues(job, result.issues))
    waits = not confirmed and result.published.changed
    jobs.finish_job(job, state=JobState.WAITING if waits else JobState.DONE, report=report_of(result))


def _ask(job: Job, looked: Looked) -> None:
    """Wait for a person to say what the columns of a table are."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(parameters={**job.parameters, "top": looked.as_json()})
        jobs.finish_job(job, state=JobState.WAITING, report={})


def _read(job: Job) -> Found | Looked:
    """The framework in a job's upload; of a table nobody spoke about yet, only its first rows."""
    with job.upload.open("rb") as upload:
        if job.parameters.get("layout") != "table":
            return read_framework(upload.read())
        read = read_spreadsheet(
            cast("BinaryIO", upload.file),
            file=str(job.parameters.get("file", "")),
            mapping=mapping_from(job.parameters.get("mapping")),
            key=str(job.parameters.get("key", "")),
        )
    return read if isinstance(read, Looked) else Found(*read)


def _fail(job: Job, report: dict[str, Any]) -> None:
    jobs.finish_job(job, state=JobState.FAILED, report=report)


def report_of(result: Imported) -> dict[str, Any]:
    """The report people read: counts, first names, what was noticed."""
    counts = asdict(result.published)
    counts.pop("framework_id")
    counts["public_id"] = str(result.published.public_id) if result.published.public_id else None
    return {
        **counts,
        "was_titled": result.was_titled,
        "rows_refused": result.rows_refused,
        "issues": len(result.issues) + result.unlisted,
        "unlisted": result.unlisted,
    }


def _job_issues(job: Job, issues: Iterable[AnyIssue]) -> list[JobIssue]:
    """What was noticed as rows of the job's report. Of a package `column` is the JSON Pointer, `value` the identifier;
    of a table they are the heading and what stood there, and `line` is the row."""
    name = str(job.parameters.get("file", ""))[:255]
    return [
        JobIssue(
            job=job,
            severity=JobSeverity.ERROR if issue.severity is Severity.ERROR else JobSeverity.WARNING,
            file=name,
            line=None if isinstance(issue, Issue) else issue.line,
            column=(issue.pointer if isinstance(issue, Issue) else issue.column)[:120],
            value=(issue.identifier if isinstance(issue, Issue) else issue.value)[:200],
            code=str(issue.code),
            params=issue.values,
        )
        for issue in issues
    ]
