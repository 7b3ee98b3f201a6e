"""An import as work that a person starts, looks at, says yes to, and comes back to."""

import os
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from accounts import jobs, models
from accounts.choices import JobKind, JobState
from accounts.http import viewer_for
from accounts.rosters.services import (
    cancel_roster_import,
    confirm_roster_import,
    forget_stale_imports,
    run_roster_import,
    start_roster_import,
)
from tests.accounts.oneroster.rosters import zipped
from tests.accounts.rosters.scene import changed, current_roster, everything, person, versions, without_row
from tests.factories import PersonFactory
from tests.processes import CHECKOUT, child_environment, eventually, run_command, test_database_url

pytestmark = pytest.mark.django_db
for_real = pytest.mark.django_db(transaction=True)  # other processes must see the rows


@pytest.fixture
def by(db):
    return viewer_for(PersonFactory(given_name="Odette").pk)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(files, name="roster.zip"):
    return ContentFile(zipped(files).getvalue(), name=name)


def start(by, files):
    job = start_roster_import(by=by, upload=upload(files))
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    return job


def confirm(by, job, *, leaving=False):
    assert confirm_roster_import(by=by, job=job, confirm_leaving=leaving)
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    return job


@for_real
def test_an_upload_is_looked_at_first_and_written_after_a_yes(by):
    before = everything()
    job = start(by, current_roster())
    assert job.state == JobState.WAITING
    assert everything() == before
    assert job.report["tallies"]["students"]["created"] == 3
    assert job.report["files"][0]["file"] == "orgs.csv"
    assert os.path.exists(job.upload.path)
    path = job.upload.path
    confirm(by, job)
    assert job.state == JobState.DONE
    assert job.report["dry_run"] is False
    assert job.report["tallies"]["students"]["created"] == 3
    assert models.Student.objects.count() == 3
    assert not job.upload
    assert not os.path.exists(path)


def test_a_roster_that_changes_nothing_asks_nothing(by):
    confirm(by, start(by, current_roster()))
    before = versions()
    job = start(by, current_roster())
    assert job.state == JobState.DONE
    assert job.report["writes"] == 0
    assert versions() == before


def test_so_many_leaving_needs_a_yes_of_its_own(by):
    confirm(by, start(by, current_roster()))
    job = start(by, without_row(current_roster(), "users.csv", "u3"))
    assert job.report["stopped"] is True
    assert not confirm_roster_import(by=by, job=job, confirm_leaving=False)
    assert person("u3").is_active
    confirm(by, job, leaving=True)
    assert job.state == JobState.DONE
    assert not person("u3").is_active


def test_what_changed_since_the_dry_run_is_asked_about_again(by):
    confirm(by, start(by, without_row(current_roster(), "users.csv", "u3")))
    job = start(by, changed(without_row(current_roster(), "users.csv", "u3"), "users.csv", "Maya", "Maia"))
    assert job.report["stopped"] is False
    confirm(by, start(by, current_roster()))
    confirm(by, job)
    assert job.state == JobState.WAITING
    assert job.report["stopped"] is True
    assert person("u3").is_active
    assert person("u1").given_name == "Maya"


def test_findings_are_kept_with_the_job_once_and_name_nobody(by):
    files = changed(current_roster(), "users.csv", "Jon,Reed", '=Jon,"Re\u200bed"')
    job = start(by, changed(files, "enrollments.csv", "k1,s1,u2", "k9,s1,u2"))
    found = {(issue.severity, issue.code, issue.line) for issue in job.issues.all()}
    assert found == {
        ("error", "reference-missing", 3),
        ("warning", "formula-like", 3),
        ("warning", "invisible-characters", 3),
    }
    assert not any("Jon" in issue.value or "Reed" in issue.value for issue in job.issues.all())
    confirm(by, job)
    assert job.issues.count() == 3


@for_real
def test_a_file_that_is_no_roster_fails_with_a_reason_and_is_not_kept(by):
    job = start_roster_import(by=by, upload=ContentFile(b"not a zip", name="x.zip"))
    path = job.upload.path
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["error"]) == (JobState.FAILED, "not-an-archive")
    assert not os.path.exists(path)


@for_real
def test_a_waiting_import_can_be_dropped_with_its_file(by):
    job = start(by, current_roster())
    path = job.upload.path
    cancel_roster_import(by=by, job=job)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not os.path.exists(path)
    assert not confirm_roster_import(by=by, job=job, confirm_leaving=True)


@for_real
def test_what_nobody_answers_for_two_weeks_is_dropped_with_its_file(by):
    old, new = start(by, current_roster()), start(by, current_roster())
    path = old.upload.path
    models.Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=15))
    assert forget_stale_imports() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (JobState.CANCELLED, JobState.WAITING)
    assert not os.path.exists(path)
    assert os.path.exists(new.upload.path)


@for_real
def test_asking_a_running_import_to_stop_leaves_nothing(by):
    job = start(by, current_roster())
    confirm_roster_import(by=by, job=job, confirm_leaving=False)
    models.Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
    before = everything()
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert everything() == before


def test_a_second_ring_while_it_runs_does_nothing(by):
    job = start_roster_import(by=by, upload=upload(current_roster()))
    leased = jobs.lease_job(job.pk)
    assert leased is not None
    run_roster_import(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)


# ------------------------------------------------------------------ killed midway


@contextmanager
def nobody_may_write(table):
    """Holds the table so that an import gets to it and stops there."""
    with psycopg.connect(test_database_url(), autocommit=False) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield
        other.rollback()


def waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@for_real
@pytest.mark.parametrize(
    "table", ["accounts_section", "accounts_student", "accounts_enrolment", "accounts_relationship"]
)
def test_a_kill_midway_changes_nothing_and_the_next_run_does_it_all(table, tmp_path):
    archive = tmp_path / "roster.zip"
    archive.write_bytes(zipped(current_roster()).getvalue())
    before = everything()
    with nobody_may_write(table):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_roster", str(archive)],
            cwd=CHECKOUT,
            env=child_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(waits_for_a_lock, seconds=60)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    eventually(lambda: not waits_for_a_lock(), seconds=30)
    assert everything() == before
    assert models.AuditEvent.objects.count() == 0
    answer = run_command("import_roster", str(archive))
    assert answer.returncode == 0, answer.stderr
    assert models.Student.objects.count() == 3
    assert models.Relationship.objects.count() == 5


@for_real
@pytest.mark.worker
def test_a_worker_killed_in_an_import_leaves_nothing_and_the_sweep_finishes_it(by, start_worker, tmp_path):
    media = {"THROUGHLINE_MEDIA": str(tmp_path)}
    job = start(by, current_roster())
    before = everything()
    with nobody_may_write("accounts_enrolment"):
        first = start_worker(queues="bulk", **media)
        assert confirm_roster_import(by=by, job=job, confirm_leaving=False)
        eventually(waits_for_a_lock, seconds=60)
        first.kill()
    eventually(lambda: not waits_for_a_lock(), seconds=30)
    assert everything() == before
    models.Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    start_worker(queues="bulk", **media)
    for due in jobs.due_jobs():
        jobs.ring_job(due)
    eventually(lambda: models.Job.objects.get(pk=job.pk).state == JobState.DONE, seconds=60)
    job.refresh_from_db()
    assert job.attempts == 2
    assert models.Student.objects.count() == 3


# ------------------------------------------------------------------ the command


@for_real
def test_the_command_says_what_it_did_and_stops_where_somebody_must_confirm(tmp_path):
    archive = tmp_path / "roster.zip"
    archive.write_bytes(zipped(current_roster()).getvalue())
    dry = run_command("import_roster", str(archive), "--dry-run")
    assert "Students: 3 created" in dry.stdout
    assert "nothing written" in dry.stdout
    assert models.Student.objects.count() == 0
    assert run_command("import_roster", str(archive)).returncode == 0
    again = run_command("import_roster", str(archive))
    assert "nothing changed, nothing written" in again.stdout
    archive.write_bytes(zipped(without_row(current_roster(), "users.csv", "u3")).getvalue())
    stopped = run_command("import_roster", str(archive))
    assert stopped.returncode == 1
    assert "Harbor School: 1 of 1 students" in stopped.stderr
    assert person("u3").is_active
    assert run_command("import_roster", str(archive), "--confirm-deactivations").returncode == 0
    assert not person("u3").is_active


@for_real
def test_the_command_names_what_it_cannot_read(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no")
    answer = run_command("import_roster", str(tmp_path / "x.zip"))
    assert answer.returncode == 1
    assert "This is not a zip archive." in answer.stderr
    assert "Traceback" not in answer.stderr
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("../users.csv", "x")
    assert "leads out of the archive" in run_command("import_roster", str(tmp_path / "y.zip")).stderr


@for_real
def test_a_roster_whose_worker_was_lost_for_good_leaves_no_file(by):
    job = start_roster_import(by=by, upload=upload(current_roster()))
    path = job.upload.path
    models.Job.objects.filter(pk=job.pk).update(attempts=jobs.JOB_ATTEMPTS)

    assert jobs.lease_job(job.pk) is None

    job.refresh_from_db()
    assert (job.state, job.report["error"], job.upload.name) == (JobState.FAILED, "worker_lost", "")
    assert not os.path.exists(path)


@for_real
def test_a_packet_nobody_answered_for_a_day_and_files_of_ended_jobs_are_dropped(by):
    def job(kind, state, hours):
        row = models.Job(kind=kind, state=state, title="t", created_by_id=by.actor_id)
        row.upload.save("kept", ContentFile(b"about a child"), save=False)
        row.save()
        models.Job.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=hours))
        return row

    old = job(JobKind.IMPORT_PACKET, JobState.WAITING, 25)
    new = job(JobKind.IMPORT_PACKET, JobState.WAITING, 23)
    failed = job(JobKind.IMPORT_EVIDENCE, JobState.FAILED, 1)
    running = job(JobKind.IMPORT_ROSTER, JobState.RUNNING, 1)
    framework = job(JobKind.IMPORT_FRAMEWORK, JobState.DONE, 1)  # about nobody

    assert jobs.forget_uploads() == 2
    assert jobs.forget_uploads() == 0

    old.refresh_from_db()
    assert old.state == JobState.CANCELLED
    gone = {row.pk: os.path.exists(row.upload.path) for row in (new, running, framework)}
    assert all(gone.values())
    assert set(models.Job.objects.filter(upload="").values_list("pk", flat=True)) >= {old.pk, failed.pk}
    assert models.AuditEvent.objects.filter(action="job.forget").count() == 2
