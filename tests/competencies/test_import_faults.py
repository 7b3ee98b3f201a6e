"""Imports of frameworks that are killed, doubled or overtaken: nothing is half there, nothing is there twice."""

import json
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections
from django.utils import timezone

from accounts import jobs
from accounts.choices import JobState, Role
from accounts.http import anonymous
from accounts.models import AuditEvent, Job
from bench.frameworks import a_package
from competencies import services
from competencies.errors import MovedOnError
from competencies.models import Association, Competency, Framework, FrameworkVersion
from competencies.services import authoring
from tests.cast import viewer_of
from tests.factories import accounts as make
from tests.processes import eventually

ITEMS, EDGES = 400, 900
for_real = pytest.mark.django_db(transaction=True)


def package(items=ITEMS, edges=EDGES):
    return json.dumps(a_package(items, edges)).encode()


def counts():
    mine = Framework.objects.filter(source="case")
    return (
        mine.count(),
        Competency.objects.filter(framework__in=mine).count(),
        Association.objects.filter(framework__in=mine).count(),
        FrameworkVersion.objects.filter(framework__in=mine).count(),
    )


@for_real
@pytest.mark.worker
def test_a_worker_killed_while_it_writes_leaves_nothing_and_the_next_one_brings_all(start_worker, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    person = make.RoleAssignmentFactory(person=make.UserFactory().person, role=Role.DISTRICT_ADMIN).person
    by = viewer_of(person)
    job = services.start_framework_import(by=by, upload=ContentFile(package(), name="big.json"), publish=True)
    services.run_framework_import(job_id=job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING
    with connection.cursor() as cursor:  # so that there is a middle to be killed in
        cursor.execute(
            "CREATE FUNCTION test_slowly() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;"
            "CREATE TRIGGER test_slowly AFTER INSERT ON competencies_association FOR EACH STATEMENT"
            " EXECUTE FUNCTION test_slowly()"
        )
    try:
        first = start_worker(queues="bulk", THROUGHLINE_MEDIA=str(tmp_path))
        assert services.confirm_framework_import(by=by, job=job)
        eventually(_is_writing, seconds=60, every=0.05)
        first.kill()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event = 'PgSleep'"
            )
        eventually(lambda: not _is_writing(), seconds=30)
        assert counts() == (0, 0, 0, 0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER test_slowly ON competencies_association; DROP FUNCTION test_slowly()")
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    assert job.pk in {due.pk for due in jobs.due_jobs()}
    services.run_framework_import(job_id=job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    assert counts() == (1, ITEMS, EDGES, 1)
    assert AuditEvent.objects.filter(action="framework.publish").count() == 1


def _is_writing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        )
        return cursor.fetchone()[0] > 0


@for_real
def test_two_imports_of_one_package_at_once_bring_it_once(transactional_db):
    """The second waits for the first, finds everything there, and changes nothing."""
    together = threading.Barrier(2)
    done, failed = [], []

    def bring():
        try:
            together.wait(timeout=30)
            done.append(services.import_framework(by=anonymous(), data=package()).published.changed)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failed == []
    assert sorted(done) == [False, True]
    assert counts() == (1, ITEMS, EDGES, 1)


@pytest.mark.django_db
def test_an_import_under_an_open_working_copy_is_written_and_the_copy_has_to_take_it_in(world, district):
    by = viewer_of(district)
    services.import_framework(by=by, data=package(20, 30))
    framework = Framework.objects.get(source="case")
    copy = authoring.open_copy(by=by, framework=framework)
    changed = a_package(20, 30)
    changed["CFItems"][5]["fullStatement"] = "Worded by the publisher meanwhile"
    assert services.import_framework(by=by, data=json.dumps(changed).encode()).published.reworded == 1

    assert not copy.items.filter(statement="Worded by the publisher meanwhile").exists()
    assert Competency.objects.filter(framework=framework, statement="Worded by the publisher meanwhile").exists()
    authoring.ask_review(by=by, copy=copy)
    with pytest.raises(MovedOnError):
        authoring.publish_copy(by=by, copy=copy)
    framework.refresh_from_db()
    assert framework.version == 2


@pytest.mark.django_db
def test_an_end_that_waited_is_tied_when_its_package_arrives_and_only_then(world):
    one, other = a_package(5, 8), a_package(5, 8)
    other["CFDocument"]["identifier"] = "ffffffff-0000-4000-8000-000000000001"
    rename = {row["identifier"]: f"eeeeeeee-0000-4000-8000-{n:012d}" for n, row in enumerate(other["CFItems"])}
    text = json.dumps(other)
    for old, new in rename.items():
        text = text.replace(old, new)
    for n, edge in enumerate(json.loads(text)["CFAssociations"]):
        text = text.replace(edge["identifier"], f"dddddddd-0000-4000-8000-{n:012d}")
    target = next(iter(rename.values()))
    waiting = {
        **one["CFAssociations"][-1],
        "identifier": "cccccccc-0000-4000-8000-00000000abcd",
        "associationType": "exactMatchOf",
        "originNodeURI": {"identifier": one["CFItems"][-1]["identifier"], "uri": "", "title": ""},
        "destinationNodeURI": {"identifier": target, "uri": "", "title": ""},
    }
    one["CFAssociations"].append(waiting)
    services.import_framework(by=anonymous(), data=json.dumps(one).encode())
    tie = Association.objects.get(source_id=waiting["identifier"])
    assert (tie.destination_id, tie.destination_source_id) == (None, target)
    brought = services.import_framework(by=anonymous(), data=text.encode())
    assert brought.published.resolved_elsewhere == 1
    tie.refresh_from_db()
    assert tie.destination.source_id == target


@pytest.mark.django_db
def test_what_cannot_be_read_of_a_package_costs_itself_and_nothing_else(world):
    """One package with a fault of each sort: errors by item, everything else is there."""
    whole = a_package(12, 12)
    items, edges = whole["CFItems"], whole["CFAssociations"]
    items.append({**items[3], "fullStatement": "The same identifier again"})
    items.append({"fullStatement": "Nobody knows which one this is"})
    items.append("no item at all")
    items.append({**items[4], "identifier": "x" * 300})
    first, second = (edge["originNodeURI"] for edge in edges[-2:])
    for n, kind in enumerate(("frobnicates", "precedes", "isTranslationOf")):
        missing = {"identifier": "00000000-0000-4000-8000-00000000dead", "uri": "", "title": ""}
        edges.append(
            {
                **edges[-1],
                "identifier": f"99999999-0000-4000-8000-{n:012d}",
                "associationType": kind,
                "originNodeURI": first,
                "destinationNodeURI": missing if kind == "precedes" else second,
            }
        )
    edges.append({"associationType": "isChildOf"})
    brought = services.import_framework(by=anonymous(), data=json.dumps(whole).encode())
    assert brought.published.new == 12
    pointers = {"/".join(issue.pointer.split("/")[:3]) for issue in brought.issues}
    assert {f"/CFItems/{n}" for n in range(12, 16)} <= pointers
    assert f"/CFAssociations/{len(edges) - 4}" in pointers
    assert f"/CFAssociations/{len(edges) - 1}" in pointers
    assert counts()[:3] == (1, 12, 14)
