"""Bringing a framework in from a file: read, preview, write, report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files import File
from django.db import transaction

from accounts import audit, jobs
from accounts.choices import JobKind, JobState
from accounts.choices import Severity as JobSeverity
from accounts.http import viewer_for
from accounts.models import Job, JobIssue
from accounts.permissions import Viewer
from competencies.case import Issue, PackageUnreadable, Severity, read_package
from competencies.case.limits import MAX_BYTES
from competencies.case_draft import PRIVATE_STATUSES, draft_of
from competencies.drafts import FrameworkDraft
from competencies.models import Framework
from competencies.own_draft import OwnFrameworkError, draft_of_own, is_own_framework
from competencies.services.publishing import Published, PublishingStopped, publish_draft

CANCELLED = "cancelled"
NOTHING_NEW = "nothing_new"
OWN_UNREADABLE = "own_unreadable"
OTHER_TITLE = "other_title"


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: the framework, what the reader noticed, and how many issues were too many to list."""

    draft: FrameworkDraft
    issues: tuple[Issue, ...]
    unlisted: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do, and what was noticed on the way."""

    published: Published
    issues: tuple[Issue, ...]
    unlisted: int
    was_titled: str
    rows_refused: int


def read_framework(data: bytes) -> Found:
    """A CASE package or one of our own framework files as a draft.

    Raises PackageUnreadable or OwnFrameworkError: the file as a whole cannot be used, and nothing was written.
    """
    own = _own(data)
    if own is not None:
        return Found(draft=draft_of_own(own), issues=(), unlisted=0)
    package = read_package(data)
    return Found(draft=draft_of(package), issues=package.issues, unlisted=package.unlisted)


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
    found = read_framework(data)
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
        parameters={"file": name, "publish": publish, "confirmed": False},
        upload=upload,
    )


def confirm_framework_import(*, by: Viewer, job: Job) -> bool:
    """Say yes to a preview. False when it was not waiting (any more): somebody else answered, or it was cancelled."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING:
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
    with job.upload.open("rb") as upload:
        data = upload.read()
    try:
        with jobs.reporting(job) as progress:
            progress("reading", 0, 0)
            result = import_framework(
                by=by,
                data=data,
                dry_run=not confirmed,
                publish=bool(job.parameters.get("publish", True)),
                progress=progress,
            )
    except PackageUnreadable as error:
        _fail(job, {"error": error.code.value, "values": error.values})
        return
    except OwnFrameworkError as error:
        _fail(job, {"error": OWN_UNREADABLE, "values": {"why": str(error)}})
        return
    except PublishingStopped:
        jobs.finish_job(job, state=JobState.CANCELLED, report={**job.report, "error": CANCELLED})
        return
    if not confirmed:
        jobs.store_issues(job, _job_issues(job, result.issues))
    waits = not confirmed and result.published.changed
    jobs.finish_job(job, state=JobState.WAITING if waits else JobState.DONE, report=report_of(result))


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


def _job_issues(job: Job, issues: Iterable[Issue]) -> list[JobIssue]:
    """The reader's findings as rows of the job's report: `column` is the JSON Pointer, `value` the identifier."""
    return [
        JobIssue(
            job=job,
            severity=JobSeverity.ERROR if issue.severity is Severity.ERROR else JobSeverity.WARNING,
            file=str(job.parameters.get("file", ""))[:255],
            column=issue.pointer[:120],
            value=issue.identifier[:200],
            code=issue.code.value,
            params=issue.values,
        )
        for issue in issues
    ]
