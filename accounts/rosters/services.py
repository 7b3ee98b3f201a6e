"""Bringing a roster in: read, compare, write the difference in one transaction, report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts import audit, demonstration, jobs
from accounts.choices import JobKind, JobState, RelationshipKind
from accounts.choices import Severity as JobSeverity
from accounts.district import begin_district
from accounts.http import set_actor, viewer_for
from accounts.models import (
    District,
    Job,
    JobIssue,
    PersonIdentifier,
    Relationship,
    School,
    SchoolYear,
    Section,
    Student,
    Term,
)
from accounts.oneroster import Code, Issue, KnownRoster, RosterBundle, RosterUnreadable, Severity, read_roster
from accounts.oneroster.records import OrgType
from accounts.partner_circles import family_changed
from accounts.permissions import Viewer
from accounts.rosters import circles, doors, moved, people, places, seats
from accounts.rosters.ledger import Entity, Ledger, Note
from accounts.rosters.work import ImportCancelledError, Tell, TooManyLeaveError, Work, one_roster_change_at_a_time

SOURCE = "roster"
"""The name under which ids are kept where a district has one roster."""

CANCELLED = "cancelled"
TOO_LONG = "too_long"
STEPS = 12
STUDENTS_A_RING = 1000
STALE_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class RosterImported:
    """What an import did or, dry, would do: what the files said, and what was written."""

    bundle: RosterBundle
    ledger: Ledger
    dry_run: bool

    @property
    def changed(self) -> bool:
        """Whether anything was (would be) written."""
        return self.ledger.writes > 0

    @property
    def stopped(self) -> bool:
        """Whether it waits for somebody to confirm that so many leave."""
        return self.ledger.too_many_leave


def import_roster(
    *,
    by: Viewer,
    origin: Path | BinaryIO,
    source: str = SOURCE,
    dry_run: bool = False,
    confirm_leaving: bool = False,
    progress: jobs.Progress | None = None,
) -> RosterImported:
    """Read a roster (folder or zip) and make the stored one equal to it, in one transaction.

    Written is only what differs, so the same roster again writes nothing. `dry_run` does the same work and rolls it
    back. Raises RosterUnreadable (the source as a whole), TooManyLeaveError (more than 10 % of the students or the
    staff of a school would leave and `confirm_leaving` is false) and ImportCancelledError (`progress` said that a
    person asked to stop); after any of them nothing was written.
    """
    tell = _teller(progress)
    tell("reading", 0, 0)
    bundle = read_roster(
        origin,
        preferred_names=District.objects.filter(show_preferred_names=True).exists(),
        known=known_roster(source),
        on_progress=lambda _file, rows: tell("reading", rows, 0),
    )
    with transaction.atomic():
        set_actor(by.person_id)
        one_roster_change_at_a_time()
        work = Work(
            bundle=bundle,
            source=source,
            today=timezone.localdate(),
            by_person_id=by.person_id,
            tell=tell,
            confirmed=confirm_leaving or dry_run,
        )
        _apply(work)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _record(work, by, is_first=begin_district(name=_district_of(bundle)))
            _look_again(work)
    return RosterImported(bundle=bundle, ledger=work.ledger, dry_run=dry_run)


def _district_of(bundle: RosterBundle) -> str:
    """What the roster calls the district; the name of its school where there is but one."""
    named = [org.name for org in bundle.orgs.values() if org.type is OrgType.DISTRICT]
    schools = [org.name for org in bundle.schools.values()]
    return named[0] if named else schools[0] if len(schools) == 1 else ""


def known_roster(source: str) -> KnownRoster:
    """The ids that earlier imports of this source brought."""

    def ids(**which: Any) -> frozenset[str]:
        rows = PersonIdentifier.objects.filter(source=source, **which)
        return frozenset(rows.values_list("source_id", flat=True))

    family = Relationship.objects.filter(kind=RelationshipKind.GUARDIAN).values("person_id")
    students = ids(person__student__isnull=False)
    staff = ids(person__roles__isnull=False) | ids(person__teaching__isnull=False)
    sessions = {*SchoolYear.objects.filter(source=source).values_list("source_id", flat=True)}
    sessions |= {*Term.objects.filter(source=source).values_list("source_id", flat=True)}
    schools = School.objects.filter(source=source).values_list("source_id", flat=True)
    return KnownRoster(
        schools=frozenset(key for key in schools if key),
        sessions=frozenset(key for key in sessions if key),
        classes={
            key: school or ""
            for key, school in Section.objects.filter(source=source).values_list("source_id", "school__source_id")
            if key
        },
        students=students,
        staff=staff,
        family=(ids() - students - staff) | ids(person_id__in=family),
    )


def _teller(progress: jobs.Progress | None) -> Tell:
    def tell(phase: str, done: int, total: int) -> None:
        if progress is not None and not progress(phase, done, total):
            raise ImportCancelledError

    return tell


def _apply(work: Work) -> None:
    """Everything, in the order in which rows need each other; who leaves is counted before anyone does."""
    step = 0

    def next_step(phase: str) -> None:
        nonlocal step
        step += 1
        work.tell(phase, step, STEPS)

    work.ledger.note(Note.DEMONSTRATION, demonstration.is_marked())
    next_step("schools")
    places.write_schools(work)
    next_step("terms")
    places.write_sessions(work)
    next_step("classes")
    places.write_sections(work)
    next_step("people")
    before = people.load_population(work)
    people.write_leavers(work, before)
    if work.stopped:
        raise TooManyLeaveError(work.ledger)
    next_step("people")
    people.write_people(work, before)
    next_step("students")
    people.write_students(work, before)
    people.count_people(work)
    next_step("roles")
    doors.write_roles(work)
    next_step("accounts")
    doors.write_accounts(work)
    next_step("seats")
    seats.write_seats(work)
    next_step("family")
    circles.write_family_links(work)
    next_step("circles")
    circles.refresh_section_relationships(source=work.source, today=work.today, tally=work.ledger[Entity.CIRCLES])
    moved.end_what_was_outgrown(work)
    next_step("schools")
    places.close_schools(work)
    links = work.ledger[Entity.FAMILY_LINKS]
    if links.created or links.returned or links.left:
        family_changed(by=work.by_person_id, today=work.today)


def _record(work: Work, by: Viewer, *, is_first: bool) -> None:
    """One audit row for the whole import; the job's report and the history tables hold the rest."""
    audit.record(
        by=by.person_id,
        action="roster.import",
        subject_type="roster",
        subject_id=work.source,
        students=Student.objects.filter(person_id__in=work.leavers).values_list("pk", flat=True),
        details={
            "dialect": work.bundle.dialect.value,
            "written": {entity.value: asdict(tally) for entity, tally in work.ledger.tallies.items() if tally.writes},
            "errors": work.bundle.errors,
            "warnings": work.bundle.warnings,
            "leaving_confirmed": work.confirmed and work.ledger.too_many_leave,
            **({"district": "begun"} if is_first else {}),
        },
    )


def _look_again(work: Work) -> None:
    """Of students who left or came back, what the evidence adds up to and what is asked of adults changes."""
    students = sorted(work.left_students | work.returned_students)
    for start in range(0, len(students), STUDENTS_A_RING):
        ids = students[start : start + STUDENTS_A_RING]
        jobs.enqueue(settings.TASK_LOOK_AGAIN, queue="bulk", kwargs={"student_ids": ids})


# ------------------------------------------------------------------ by page: upload, dry run, yes, write


def start_roster_import(*, by: Viewer, upload: File[bytes]) -> Job:
    """Store an uploaded zip and ring for a worker that reads it and says what would change."""
    name = (upload.name or "roster.zip")[:150]
    return jobs.create_job(
        by=by,
        kind=JobKind.IMPORT_ROSTER,
        title=name,
        parameters={"file": name, "confirmed": False, "confirm_leaving": False},
        upload=upload,
    )


def confirm_roster_import(*, by: Viewer, job: Job, confirm_leaving: bool) -> bool:
    """Say yes to a dry run. False when it was not waiting (any more), or when so many would leave that this needs a
    yes of its own and did not get it."""
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING or locked.kind != JobKind.IMPORT_ROSTER:
            return False
        if locked.report.get("stopped") and not confirm_leaving:
            return False
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**locked.parameters, "confirmed": True, "confirm_leaving": confirm_leaving}
        locked.save(update_fields=["state", "attempts", "parameters"])
        audit.record(
            by=by.person_id,
            action="job.confirm",
            subject_type="job",
            subject_id=locked.public_id,
            details={"confirm_leaving": confirm_leaving},
        )
        jobs.ring_job(locked)
    return True


def cancel_roster_import(*, by: Viewer, job: Job) -> None:
    """Stop an import: a waiting one at once and with its file, a running one at its next step, before anything is
    written."""
    jobs.request_cancel(by=by, job=job)
    job.refresh_from_db()
    if job.state == JobState.CANCELLED:
        jobs.forget_upload(job)


def run_roster_import(*, job_id: int) -> None:
    """Do the next part of an import: read it and say what would change or, once confirmed, write it.

    Safe to ring twice, and to run again after a kill: the write is one transaction and writes differences only.
    """
    job = jobs.lease_job(job_id)
    if job is None:
        return
    confirmed = bool(job.parameters.get("confirmed"))
    try:
        with job.upload.open("rb") as upload, jobs.reporting(job) as progress:
            result = import_roster(
                by=viewer_for(job.created_by_id),
                origin=upload.file,
                dry_run=not confirmed,
                confirm_leaving=bool(job.parameters.get("confirm_leaving")),
                progress=progress,
            )
    except RosterUnreadable as error:
        _end(job, JobState.FAILED, {"error": error.code.value, "values": {"detail": error.detail}})
    except ImportCancelledError:
        _end(job, JobState.CANCELLED, {**job.report, "error": CANCELLED})
    except SoftTimeLimitExceeded:
        _end(job, JobState.FAILED, {**job.report, "error": TOO_LONG})
    except FileNotFoundError:
        _end(job, JobState.FAILED, {"error": Code.SOURCE_MISSING.value, "values": {"detail": job.title}})
    except TooManyLeaveError as stop:
        # More would leave than the dry run had said: what is stored changed in between. Ask again.
        job.parameters = {**job.parameters, "confirmed": False}
        job.save(update_fields=["parameters"])
        report = {**job.report, **stop.ledger.as_json(), "stopped": True, "dry_run": True}
        jobs.finish_job(job, state=JobState.WAITING, report=report)
    else:
        jobs.store_issues(job, _job_issues(job, result.bundle.issues))
        if result.dry_run and result.changed:
            jobs.finish_job(job, state=JobState.WAITING, report=report_of(result))
        else:
            _end(job, JobState.DONE, report_of(result))


def forget_stale_imports(*, by: None = None, now: datetime | None = None) -> int:
    """Cancel imports that nobody answered for two weeks, and remove their files. Returns how many."""
    before = (now or timezone.now()) - STALE_AFTER
    stale = Job.objects.filter(kind=JobKind.IMPORT_ROSTER, state=JobState.WAITING, created_at__lt=before)
    count = 0
    for job in stale.order_by("pk"):
        with transaction.atomic():
            locked = Job.objects.select_for_update().get(pk=job.pk)
            if locked.state != JobState.WAITING:
                continue
            audit.record(by=by, action="job.forget", subject_type="job", subject_id=locked.public_id)
            _end(locked, JobState.CANCELLED, {**locked.report, "error": CANCELLED})
            count += 1
    return count


def _end(job: Job, state: JobState, report: dict[str, Any]) -> None:
    jobs.finish_job(job, state=state, report=report)
    jobs.forget_upload(job)


def report_of(result: RosterImported) -> dict[str, Any]:
    """The report people read afterwards. Counts and file names; nobody's name."""
    bundle = result.bundle
    return {
        **result.ledger.as_json(),
        "dry_run": result.dry_run,
        "stopped": result.stopped and result.dry_run,
        "dialect": bundle.dialect.value,
        "system": bundle.system,
        "files": [{**asdict(count), "mode": count.mode.value} for count in bundle.files],
        "errors": bundle.errors,
        "warnings": bundle.warnings,
        "codes": [
            {"severity": severity.value, "code": code.value, "count": count}
            for (severity, code), count in sorted(bundle.issue_counts.items())
        ],
    }


def _job_issues(job: Job, issues: Iterable[Issue]) -> list[JobIssue]:
    return [
        JobIssue(
            job=job,
            severity=JobSeverity.ERROR if issue.severity is Severity.ERROR else JobSeverity.WARNING,
            file=issue.file[:255],
            line=issue.line,
            column=issue.column[:120],
            value=issue.value[:200],
            code=issue.code.value,
            params=dict(issue.params),
        )
        for issue in issues
    ]
