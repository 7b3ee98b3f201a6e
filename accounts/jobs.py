"""Ringing workers, and long work that people come back to. PostgreSQL holds the truth; the broker is a doorbell."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.pools import producers

from accounts import audit
from accounts.choices import JobKind, JobState
from accounts.models import Job, JobIssue
from accounts.permissions import Viewer

log = logging.getLogger(__name__)

# After a failed ring this process stays silent for a while: the sweep finds the work, the teacher does not wait.
SILENCE_SECONDS = 10.0
# One attempt, a second for each step of it. Celery's own options would try for six seconds.
RING_OPTIONS = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
JOB_LEASE = timedelta(minutes=5)
JOB_ATTEMPTS = 3
PERSONAL = frozenset({JobKind.IMPORT_ROSTER, JobKind.IMPORT_PACKET, JobKind.IMPORT_EVIDENCE})
"""Kinds whose file holds what is known of people."""
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
PACKET_WAITS = timedelta(days=1)
_silent_until = 0.0


def enqueue(
    name: str, *, queue: str, kwargs: dict[str, Any] | None = None, once: bool = False, expires: int | None = None
) -> None:
    """Ring for the task of this name after commit, best effort: a broker that is down is not an error.

    `once` coalesces: while a rung task has not started yet, further rings are dropped (`heard` is called by the task
    before it looks for work, so whatever was committed earlier is found by it). A ring that failed counts for 15
    seconds, as long as the sweep takes to find the work. `expires`: seconds after which a ring nobody took is dropped.
    """
    transaction.on_commit(lambda: _ring(name, queue=queue, kwargs=kwargs, once=once, expires=expires))


def facts_changed(student_ids: Iterable[int]) -> None:
    """Ring after commit: the steps of these students' year may close now. The daily run finds what nobody heard."""
    enqueue(settings.TASK_CYCLE, queue="bulk", kwargs={"student_ids": sorted(student_ids)})


@contextmanager
def standing_apart(event: str, school: int) -> Iterator[None]:
    """Work on one school whose failure is told and holds up no other school: the next tick tries it again."""
    try:
        yield
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("%s school=%s", event, school)


def heard(name: str) -> None:
    """The task of this name has started: the next commit must ring again."""
    cache.delete(f"rung:{name}")


def _ring(name: str, *, queue: str, kwargs: dict[str, Any] | None, once: bool, expires: int | None = None) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    if once and not cache.add(f"rung:{name}", 1, timeout=15):
        return
    try:
        with producers[current_app.connection_for_write(transport_options=RING_OPTIONS)].acquire() as producer:
            current_app.send_task(
                name, kwargs=kwargs or {}, queue=queue, retry=False, producer=producer, expires=expires
            )
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises, the work is safe in the database
        _silent_until = time.monotonic() + SILENCE_SECONDS
        log.warning("doorbell.unheard task=%s error=%s", name, type(error).__name__)


class Progress(Protocol):
    """How long work tells how far it is; returns False when a person asked to stop."""

    def __call__(self, phase: str, done: int, total: int) -> bool: ...


@contextmanager
def reporting(job: Job) -> Iterator[Progress]:
    """How far this job is, told over a connection of its own: visible while the work's one transaction is still open.

    Writes at most twice a second, at once when the phase changes, and renews the lease. Nothing in the work's own
    transaction may lock the job's row before this ends.
    """
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    said = ("", 0.0)

    def tell(phase: str, done: int, total: int) -> bool:
        nonlocal said
        now = time.monotonic()
        if phase == said[0] and now - said[1] < 0.5 and done < total:
            return True
        said = (phase, now)
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_job SET phase = %s, progress_done = %s, progress_total = %s, leased_until = %s"
                " WHERE id = %s RETURNING cancel_requested_at IS NULL",
                [phase[:60], done, total, timezone.now() + JOB_LEASE, job.pk],
            )
            row = cursor.fetchone()
        return row is None or bool(row[0])

    try:
        yield tell
    finally:
        other.close()


def create_job(
    *,
    by: Viewer,
    kind: JobKind,
    title: str,
    parameters: dict[str, Any] | None = None,
    upload: File[bytes] | None = None,
    state: JobState = JobState.QUEUED,
) -> Job:
    """Store long work with its upload and ring for it. The task's name comes from settings.JOB_TASKS.

    With WAITING nobody is rung: a person has to say something first.
    """
    with transaction.atomic():
        job = Job(kind=kind, state=state, title=title[:200], parameters=parameters or {}, created_by_id=by.actor_id)
        if upload is not None:
            job.upload.save(f"{job.public_id}", upload, save=False)
        job.save()
        audit.record(
            by=by.person_id,
            action="job.create",
            subject_type="job",
            subject_id=job.public_id,
            details={"kind": kind},
        )
        if state == JobState.QUEUED:
            ring_job(job)
    return job


def ring_job(job: Job) -> None:
    """Ring for a queued job."""
    enqueue(settings.JOB_TASKS[job.kind], queue="bulk", kwargs={"job_id": job.pk})


def lease_job(job_id: int) -> Job | None:
    """Take a job that is due: queued, or running with a lease that ran out. None when somebody else has it.

    Committed before the work starts, so that `attempts` survives a kill. After three attempts it fails for good.
    """
    now = timezone.now()
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(pk=job_id)
            .filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=now))
            .first()
        )
        if job is None:
            return None
        if job.attempts >= JOB_ATTEMPTS:
            job.state = JobState.FAILED
            job.finished_at = now
            job.report = {**job.report, "error": "worker_lost"}
            job.save(update_fields=["state", "finished_at", "report"])
            if job.kind in PERSONAL:
                forget_upload(job)
            return None
        job.state = JobState.RUNNING
        job.started_at = job.started_at or now
        job.leased_until = now + JOB_LEASE
        job.attempts += 1
        job.save(update_fields=["state", "started_at", "leased_until", "attempts"])
        return job


def due_jobs() -> list[Job]:
    """Jobs that no worker has: queued for a while, or whose worker was lost. The sweep rings for them again."""
    now = timezone.now()
    return list(
        Job.objects.filter(
            Q(state=JobState.QUEUED, created_at__lt=now - timedelta(seconds=10))
            | Q(state=JobState.RUNNING, leased_until__lt=now)
        ).order_by("created_at")[:50]
    )


def finish_job(job: Job, *, state: JobState, report: dict[str, Any]) -> None:
    """End (or, with WAITING, pause) a job with its report."""
    Job.objects.filter(pk=job.pk).update(
        state=state,
        report=report,
        leased_until=None,
        finished_at=None if state == JobState.WAITING else timezone.now(),
        progress_done=F("progress_total") if state == JobState.DONE else F("progress_done"),
    )


def forget_upload(job: Job) -> None:
    """Remove the file of a job: it holds more than was kept, so it goes as soon as nobody needs it."""
    if job.upload:
        storage, name = job.upload.storage, str(job.upload.name)
        Job.objects.filter(pk=job.pk).update(upload="")
        job.upload = ""
        transaction.on_commit(lambda: storage.delete(name))


def forget_uploads(*, by: None = None, now: datetime | None = None) -> int:
    """Remove files about people that no job needs any more. Returns how many.

    A transfer packet nobody answered for a day is put away; so is the file of every job that ended, however it ended.
    Rosters and results that wait have their own two weeks (`forget_stale_imports`, `forget_stale_evidence_imports`).
    """
    at = now or timezone.now()
    waits = Q(kind=JobKind.IMPORT_PACKET, state=JobState.WAITING, created_at__lt=at - PACKET_WAITS)
    over = Q(kind__in=PERSONAL, state__in=ENDED) & ~Q(upload="")
    count = 0
    for pk in Job.objects.filter(waits | over).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            job = Job.objects.select_for_update().filter(waits | over, pk=pk).first()
            if job is None:
                continue
            if job.state == JobState.WAITING:
                Job.objects.filter(pk=pk).update(state=JobState.CANCELLED, finished_at=at)
            audit.record(by=by, action="job.forget", subject_type="job", subject_id=job.public_id)
            forget_upload(job)
            count += 1
    return count


def store_issues(job: Job, issues: list[JobIssue]) -> None:
    """Replace the job's issues with these: a retried job reports once."""
    with transaction.atomic():
        JobIssue.objects.filter(job=job).delete()
        JobIssue.objects.bulk_create(issues, batch_size=2000)


def request_cancel(*, by: Viewer, job: Job) -> None:
    """Ask a job to stop at its next safe place. A queued or waiting job ends at once."""
    now = timezone.now()
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        locked.cancel_requested_at = now
        if locked.state in {JobState.QUEUED, JobState.WAITING}:
            locked.state = JobState.CANCELLED
            locked.finished_at = now
        locked.save(update_fields=["cancel_requested_at", "state", "finished_at"])
        audit.record(by=by.person_id, action="job.cancel", subject_type="job", subject_id=job.public_id)
