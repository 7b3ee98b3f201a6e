"""An import of evidence as work: choose a file, say what it is, look, say yes, come back to it."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts import audit, demonstration, jobs
from accounts.choices import JobKind, JobState
from accounts.http import viewer_for
from accounts.models import Job, Person
from accounts.oneroster.issues import Code as FileCode
from accounts.permissions import Permission, Viewer, can
from accounts.sheets import Findings, ImportUnreadableError, open_book
from assessments.choices import Context
from assessments.imports.mapping import ColumnMapping, StudentBy, ZeroIs, mapping_from
from assessments.imports.oneroster import RESULTS
from assessments.imports.problems import Code
from assessments.models import ColumnMapper, EvidenceImport, ImportRow
from assessments.services.imports.merging import write_chunk
from assessments.services.imports.staging import ImportCancelledError, Staged, Tell, stage_results, stage_table

STALE_AFTER = timedelta(days=14)
TABLE, ONEROSTER = "table", "oneroster"
STUDENTS_A_TURN, MOST_TURNS = 2_000, 10
CANCELLED, NOT_ALLOWED = "cancelled", "not_allowed"


class NotHereError(Exception):
    """Rows joined by their number belong to demonstration students, and this database holds real ones."""


def layout_of(stream: BinaryIO) -> str:
    """Which of the two a file is, by its content: OneRoster results in a zip, else a table."""
    stream.seek(0)
    with suppress(zipfile.BadZipFile, OSError, ValueError, NotImplementedError), zipfile.ZipFile(stream) as archive:
        names = {name.rsplit("/", 1)[-1].lower() for name in archive.namelist()[:2000]}
        if RESULTS.file_name.lower() in names:
            stream.seek(0)
            return ONEROSTER
    stream.seek(0)
    return TABLE


def start_evidence_import(*, by: Viewer, upload: File[bytes], ring: bool = True) -> Job:
    """Store a file. OneRoster results are looked at at once; of a table a person says first what its columns are."""
    name = (upload.name or "results.csv")[:150]
    stream = cast("BinaryIO", upload)
    layout = layout_of(stream)
    return jobs.create_job(
        by=by,
        kind=JobKind.IMPORT_EVIDENCE,
        title=name,
        parameters={
            "file": name,
            "layout": layout,
            "confirmed": False,
            "sheets": _sheets(stream, name) if layout == TABLE else {},
        },
        upload=upload,
        state=JobState.QUEUED if layout == ONEROSTER and ring else JobState.WAITING,
    )


def _sheets(stream: BinaryIO, name: str) -> dict[str, Any]:
    """What a workbook has to choose from, kept with the job; nothing for a file that is one table or none."""
    try:
        with open_book(stream, file=name, findings=Findings()) as book:
            return book.look().as_json()
    except ImportUnreadableError:
        return {}
    finally:
        stream.seek(0)


def map_evidence_import(*, by: Viewer, job: Job, mapping: ColumnMapping, save_as: str = "", ring: bool = True) -> bool:
    """Say what the columns are, perhaps keep that for the next file, and ring for the dry run.

    False when the import was not waiting for that (any more). Raises NotHereError.
    """
    if mapping.student_by == StudentBy.ROW and not demonstration.is_marked():
        raise NotHereError
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING or locked.parameters.get("confirmed") or not locked.upload:
            return False
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**locked.parameters, "mapping": mapping.as_json()}
        locked.save(update_fields=["state", "attempts", "parameters"])
        if save_as.strip():
            save_mapper(by=by, name=save_as, mapping=mapping)
        if ring:
            jobs.ring_job(locked)
    return True


def queue_results(*, by: Viewer, job: Job) -> None:
    """OneRoster results that nobody rang for: this process looks at them itself."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, state=JobState.WAITING, created_by_id=by.actor_id).update(state=JobState.QUEUED)


def save_mapper(*, by: Viewer, name: str, mapping: ColumnMapping) -> ColumnMapper:
    """Keep a mapping under a name; the same name again replaces what was kept. Days of one file are not kept."""
    plain = replace(
        mapping, observed_on=None, scores=tuple(replace(score, observed_on=None) for score in mapping.scores)
    )
    name = " ".join(name.split())[:120]
    with transaction.atomic():
        mapper = ColumnMapper.objects.select_for_update().filter(name__iexact=name).first()
        mapper = mapper or ColumnMapper(name=name)
        mapper.mapping = plain.as_json()
        mapper.created_by_id = by.actor_id
        mapper.changed_at = timezone.now()
        mapper.save()
        audit.record(by=by.person_id, action="mapper.save", subject_type="mapper", subject_id=mapper.public_id)
    return mapper


def forget_mapper(*, by: Viewer, mapper: ColumnMapper) -> None:
    """Drop a saved mapping."""
    with transaction.atomic():
        audit.record(by=by.person_id, action="mapper.forget", subject_type="mapper", subject_id=mapper.public_id)
        mapper.delete()


def confirm_evidence_import(*, by: Viewer, job: Job, zero_is: str = "", ring: bool = True) -> bool:
    """Say yes to a dry run, and what a 0 means where nobody has said. False when there was nothing to say yes to."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        state = EvidenceImport.objects.select_for_update().filter(job=locked).first()
        if locked.state != JobState.WAITING or locked.kind != JobKind.IMPORT_EVIDENCE or state is None:
            return False
        if locked.report.get("zeros") and not state.zero_is:
            if zero_is not in {ZeroIs.SCORE, ZeroIs.MISSING}:
                return False
            EvidenceImport.objects.filter(pk=state.pk).update(zero_is=zero_is)
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**locked.parameters, "confirmed": True}
        locked.save(update_fields=["state", "attempts", "parameters"])
        audit.record(
            by=by.person_id,
            action="job.confirm",
            subject_type="job",
            subject_id=locked.public_id,
            details={"zero_is": zero_is},
        )
        if ring:
            jobs.ring_job(locked)
    return True


def cancel_evidence_import(*, by: Viewer, job: Job) -> None:
    """Stop an import: one that waits at once, a running one behind the chunk it is writing. What is stored stays."""
    jobs.request_cancel(by=by, job=job)
    job.refresh_from_db()
    if job.state == JobState.CANCELLED:
        _end(job, JobState.CANCELLED, {**job.report, "error": CANCELLED, "written": _written(job)})


def run_evidence_import(*, job_id: int) -> None:
    """Do the next part of an import: check it and say what would change or, once confirmed, write it.

    Safe to ring twice. After a kill the next run goes on behind the last chunk that is durable.
    """
    job = jobs.lease_job(job_id)
    if job is None:
        return
    try:
        by = viewer_for(job.created_by_id)
    except Person.DoesNotExist:
        by = None
    if by is None or not can(by, Permission.IMPORT_EVIDENCE).allowed:
        _end(job, JobState.FAILED, {**job.report, "error": NOT_ALLOWED, "written": _written(job)})
        return
    try:
        if job.parameters.get("confirmed"):
            _write(by, job)
        else:
            _check(by, job)
    except ImportUnreadableError as error:
        _end(job, JobState.FAILED, {"error": str(error.code), "values": {"detail": error.detail}})
    except ImportCancelledError:
        _end(job, JobState.CANCELLED, {**job.report, "error": CANCELLED, "written": _written(job)})
    except FileNotFoundError:
        _end(job, JobState.FAILED, {"error": FileCode.SOURCE_MISSING.value, "values": {"detail": job.title}})
    except SoftTimeLimitExceeded:
        _go_on_later(job)


def _teller(progress: jobs.Progress) -> Tell:
    def tell(phase: str, done: int, total: int) -> None:
        if not progress(phase, done, total):
            raise ImportCancelledError

    return tell


def _check(by: Viewer, job: Job) -> None:
    mapping = mapping_from(job.parameters.get("mapping"))
    if job.parameters.get("layout") != ONEROSTER:
        if mapping is None:
            raise ImportUnreadableError(Code.MAPPING_MISSING)
        if mapping.student_by == StudentBy.ROW and not demonstration.is_marked():
            raise ImportUnreadableError(Code.MAPPING_MISSING)
    with job.upload.open("rb") as upload, jobs.reporting(job) as progress:
        tell = _teller(progress)
        tell("reading", 0, 0)
        if mapping is None:
            staged = stage_results(
                by=by,
                job=job,
                stream=upload.file,
                context=str(job.parameters.get("context", Context.UNKNOWN)),
                zero_is=str(job.parameters.get("zero_is", "")),
                tell=tell,
            )
        else:
            staged = stage_table(by=by, job=job, stream=upload.file, mapping=mapping, tell=tell)
    report = report_of(staged)
    if staged.writes:
        with transaction.atomic():
            jobs.forget_upload(job)  # the checked rows are all that is kept of it
            jobs.finish_job(job, state=JobState.WAITING, report=report)
    else:
        _end(job, JobState.DONE, report)


def _write(by: Viewer, job: Job) -> None:
    with jobs.reporting(job) as progress:
        tell = _teller(progress)
        went_on = job.phase == "writing"
        tell("writing", job.progress_done if went_on else 0, job.progress_total if went_on else 0)
        while True:
            merged = write_chunk(by=by, job=job)
            if merged.is_done:
                break
            _alive(job)
            tell("writing", merged.done, merged.total)
        tell("writing", merged.total, merged.total)
    _end(job, JobState.DONE, {**job.report, "dry_run": False, "written": merged.written})
    # This worker helps with what the import asked for, in turns, so that other long work gets its own in between.
    for _turn in range(min(MOST_TURNS, 1 + int(job.report.get("students", 0)) // STUDENTS_A_TURN)):
        jobs.enqueue(settings.TASK_REFRESH, queue="bulk")


def _alive(job: Job) -> None:
    """A run that wrote a chunk is no failed attempt: only three in a row without one end an import."""
    if job.attempts > 1:
        Job.objects.filter(pk=job.pk).update(attempts=1)
        job.attempts = 1


def _go_on_later(job: Job) -> None:
    """Out of time: what is written stays written, the rest is rung for again."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, leased_until=None)
        jobs.ring_job(job)


def _written(job: Job) -> dict[str, Any]:
    state = EvidenceImport.objects.filter(job=job).first()
    return dict(state.written) if state is not None else {}


def _end(job: Job, state: JobState, report: dict[str, Any]) -> None:
    """Nothing of the file is left behind but the report."""
    with transaction.atomic():
        known = EvidenceImport.objects.filter(job=job).first()
        if known is not None and known.first_row:
            rows = ImportRow.objects.filter(pk__gte=known.first_row, pk__lte=known.last_row, job=job)
            rows._raw_delete(rows.db)
        EvidenceImport.objects.filter(job=job).update(first_row=0, last_row=0, cursor=0)
        jobs.forget_upload(job)
        jobs.finish_job(job, state=state, report=report)


def forget_stale_evidence_imports(*, by: None = None, now: datetime | None = None) -> int:
    """Cancel imports that nobody answered for two weeks, with their files and rows, and drop the rows of those whose
    worker was lost for good. Returns how many."""
    before = (now or timezone.now()) - STALE_AFTER
    ours = Job.objects.filter(kind=JobKind.IMPORT_EVIDENCE)
    count = 0
    for job in ours.filter(state__in=jobs.ENDED, evidence_import__first_row__gt=0).order_by("pk"):
        _end(job, JobState(job.state), {**job.report, "written": _written(job)})
        count += 1
    stale = ours.filter(state=JobState.WAITING, created_at__lt=before)
    for job in stale.order_by("pk"):
        with transaction.atomic():
            locked = Job.objects.select_for_update().get(pk=job.pk)
            if locked.state != JobState.WAITING:
                continue
            audit.record(by=by, action="job.forget", subject_type="job", subject_id=locked.public_id)
            _end(locked, JobState.CANCELLED, {**locked.report, "error": CANCELLED})
            count += 1
    return count


def report_of(staged: Staged) -> dict[str, Any]:
    """What people read: counts only; nobody's name."""
    return {
        "dry_run": True,
        "kind": staged.kind,
        "given": staged.given,
        **staged.counts,
        "zeros": staged.zeros,
        "students": staged.students,
        "errors": staged.findings.errors,
        "warnings": staged.findings.warnings,
        "codes": [
            {"severity": severity.value, "code": code, "count": count}
            for (severity, code), count in sorted(staged.findings.counts.items())
        ],
    }
