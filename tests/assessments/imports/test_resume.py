"""Killed in the middle, resumed: exactly once. Asked to stop: what is stored is said. A dry run changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import jobs, models
from accounts.choices import JobState
from accounts.models import AuditEvent, Job
from assessments.imports.mapping import ScoreColumn
from assessments.models import Evidence, EvidenceImport, ImportRow, RefreshRequest
from assessments.services.imports import (
    cancel_evidence_import,
    confirm_evidence_import,
    forget_stale_evidence_imports,
    map_evidence_import,
    merging,
    run_evidence_import,
    save_mapper,
    start_evidence_import,
)
from tests.assessments.imports.scene import bring, give_ids, look, mapping_for, table, upload, yes
from tests.cast import viewer_of
from tests.processes import eventually, run_command

pytestmark = pytest.mark.django_db
for_real = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by(world):
    give_ids(world)
    return viewer_of(world.people["district"])


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def many(world, rows):
    """So many rows of the eight students, a piece a day and column, four columns."""
    lines = []
    for n in range(rows // 4):
        day = world.today - timedelta(days=n // 8)
        lines.append(f"s{n % 8 + 1},{day.isoformat()},1,2,3,4")
    return table(*lines, header="student_id,date,q1,q2,q3,q4")


def mapped(world):
    return mapping_for(
        world,
        scores=tuple(ScoreColumn(f"q{n}") for n in (1, 2, 3, 4)),
        day_column="date",
        observed_on=None,
    )


def keys():
    return list(Evidence.objects.values_list("source_id", flat=True))


@for_real
@pytest.mark.worker
def test_a_worker_killed_in_the_middle_and_the_next_one_goes_on_exactly_once(by, world, start_worker, tmp_path):
    media = {"THROUGHLINE_MEDIA": str(tmp_path)}
    job = look(by, many(world, 20_000), mapped(world))
    assert (job.state, job.report["new"]) == (JobState.WAITING, 20_000), job.report
    first = start_worker(queues="bulk", **media)
    with connection.cursor() as cursor:  # so that chunks can be told apart: each student's last row waits a little
        cursor.execute(
            "CREATE FUNCTION test_slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;"
            "CREATE TRIGGER test_slowly AFTER INSERT ON assessments_evidence FOR EACH STATEMENT"
            " EXECUTE FUNCTION test_slowly()"
        )
    try:
        assert confirm_evidence_import(by=by, job=job)
        eventually(lambda: Evidence.objects.exists(), seconds=60, every=0.01)
        first.kill()
        eventually(lambda: not _busy(), seconds=30)
        stored = Evidence.objects.count()
        state = EvidenceImport.objects.get(job=job)
        assert 0 < stored < 20_000
        assert stored == state.cursor - state.first_row + 1  # the cursor and its rows are one transaction
        assert len(set(keys())) == stored
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER test_slowly ON assessments_evidence; DROP FUNCTION test_slowly()")
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    start_worker(queues="bulk", **media)
    for due in jobs.due_jobs():
        jobs.ring_job(due)
    eventually(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, seconds=60)
    job.refresh_from_db()
    assert job.report["written"] == {"new": 20_000, "changed": 0, "withdrawn": 0, "same": 0}
    assert Evidence.objects.count() == 20_000
    assert len(set(keys())) == 20_000
    assert ImportRow.objects.count() == 0
    assert AuditEvent.objects.filter(action="evidence.import").count() == 1
    assert RefreshRequest.objects.count() == 8
    assert set(RefreshRequest.objects.values_list("priority", flat=True)) == {1}


def _busy():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_asking_a_running_import_to_stop_keeps_whole_chunks_and_says_so(by, world, client_of):
    job = look(by, many(world, 800), mapped(world))
    confirm_evidence_import(by=by, job=job, ring=False)
    Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
    merging.write_chunk(by=by, job=job, chunk=100)
    cancel_evidence_import(by=by, job=Job.objects.get(pk=job.pk))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert Evidence.objects.count() == job.report["written"]["new"] == 100
    assert ImportRow.objects.count() == 0
    page = client_of(world.people["district"]).get(f"/imports/evidence/{job.public_id}").content.decode()
    assert "100 pieces had been written before; they stay." in page
    again = bring(by, many(world, 800), mapped(world))
    assert (again.report["same"], again.report["written"]["new"]) == (100, 700)
    assert Evidence.objects.count() == 800


@for_real
def test_a_stop_before_the_first_chunk_stores_nothing(by, world):
    job = look(by, many(world, 80), mapped(world))
    confirm_evidence_import(by=by, job=job, ring=False)
    Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
    run_evidence_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert (Evidence.objects.count(), RefreshRequest.objects.count()) == (0, 0)


def test_a_dry_run_changes_nothing(by, world):
    tables = [Evidence, RefreshRequest, models.ReadEvent]
    before = [model.objects.count() for model in tables]
    audited = AuditEvent.objects.exclude(subject_type="job").count()
    job = look(by, many(world, 80), mapped(world))
    assert job.report["new"] == 80
    assert [model.objects.count() for model in tables] == before
    assert AuditEvent.objects.exclude(subject_type="job").count() == audited
    cancel_evidence_import(by=by, job=job)
    assert ImportRow.objects.count() == 0
    assert [model.objects.count() for model in tables] == before


def test_what_nobody_answers_for_two_weeks_is_dropped_with_its_rows(by, world):
    old, new = look(by, many(world, 8), mapped(world)), look(by, many(world, 8), mapped(world))
    Job.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=15))
    assert forget_stale_evidence_imports() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (JobState.CANCELLED, JobState.WAITING)
    assert ImportRow.objects.filter(job=new).count() == 8
    assert not ImportRow.objects.filter(job=old).exists()


def test_two_imports_of_one_file_at_once_store_it_once(by, world):
    one, other = look(by, many(world, 80), mapped(world)), look(by, many(world, 80), mapped(world))
    assert yes(by, one).report["written"]["new"] == 80
    assert yes(by, other).report["written"] == {"new": 0, "changed": 0, "withdrawn": 0, "same": 80}
    assert Evidence.objects.count() == 80


def test_a_second_ring_while_it_runs_does_nothing(by, world):
    job = start_evidence_import(by=by, upload=upload(many(world, 8)), ring=False)
    map_evidence_import(by=by, job=job, mapping=mapped(world), ring=False)
    assert jobs.lease_job(job.pk) is not None
    assert jobs.lease_job(job.pk) is None


def test_whoever_lost_the_right_meanwhile_imports_nothing(by, world):
    job = look(by, many(world, 8), mapped(world))
    models.RoleAssignment.objects.filter(person=world.people["district"]).delete()
    yes(by, job)
    assert job.state == JobState.FAILED
    assert Evidence.objects.count() == 0


def test_a_person_s_correction_stays(by, world):
    data = many(world, 8)
    bring(by, data, mapped(world))
    piece = Evidence.objects.order_by("pk").first()
    Evidence.objects.filter(pk=piece.pk).update(
        withdrawn_at=timezone.now(), withdrawn_by=world.people["district"], withdrawal_reason="Wrong child"
    )
    job = bring(by, data.replace(b",1,2,3,4", b",2,2,3,4"), mapped(world))
    piece.refresh_from_db()
    assert piece.withdrawn_at is not None
    assert piece.superseded_at is None
    assert job.report["written"]["changed"] == 1
    assert {row["code"]: row["count"] for row in job.report["codes"]} == {"kept-by-hand": 1}


@for_real
def test_the_command_does_the_same_and_says_what_it_did(by, world, tmp_path):
    save_mapper(by=by, name="Quizzes", mapping=mapped(world))
    path = tmp_path / "quiz.csv"
    path.write_bytes(many(world, 80))
    media = {"THROUGHLINE_MEDIA": str(tmp_path)}
    dry = run_command("import_evidence", str(path), "--as", "district", "--mapper", "quizzes", "--dry-run", **media)
    assert "80 new" in dry.stdout, dry.stderr
    assert Evidence.objects.count() == 0
    done = run_command("import_evidence", str(path), "--as", "district", "--mapper", "quizzes", **media)
    assert done.returncode == 0, done.stderr
    assert Evidence.objects.count() == 80
    refused = run_command("import_evidence", str(path), "--as", "teacher", "--mapper", "quizzes", **media)
    assert refused.returncode == 1
    assert "may not import" in refused.stderr


def test_rows_of_an_import_whose_worker_was_lost_for_good_are_dropped(by, world):
    job = look(by, many(world, 8), mapped(world))
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, report={"error": "worker_lost"})

    assert forget_stale_evidence_imports() == 1
    assert forget_stale_evidence_imports() == 0

    job.refresh_from_db()
    assert (job.state, job.report["error"]) == (JobState.FAILED, "worker_lost")
    assert not ImportRow.objects.filter(job=job).exists()
