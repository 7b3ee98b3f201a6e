"""Real workers that are killed, brokers that forget, connections that break: nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from contextlib import closing

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts import jobs
from assessments.models import Evidence, MasterySummary, RefreshRequest
from supports import recompute
from tests.cast import demonstrate, see
from tests.loop.oracle import expire_leases, in_line, nothing_lost
from tests.processes import eventually, test_database_url

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def sweep() -> None:
    """What beat does every 15 seconds."""
    jobs._silent_until = 0.0
    jobs._ring(settings.TASK_REFRESH, queue="now", kwargs=None, once=False)


def all_done() -> bool:
    """Whether no student is in line any more."""
    return in_line() == 0


def enter(world, teacher, count: int, start: int = 0, *, quietly: bool = False) -> list[uuid.UUID]:
    """That many pieces for the class, as a person enters them; `quietly` without ringing for a worker."""
    jobs._silent_until = time.monotonic() + 60 if quietly else 0.0
    keys = [uuid.uuid4() for _n in range(count)]
    for number, key in enumerate(keys, start):
        student = world.students[number % len(world.students)]
        idea = world.idea["compare" if number % 2 else "equal parts"]
        see(teacher, student, idea, 1 + number % 4, key=key, on=world.day(number % 15))
    return keys


class Stuck:
    """While this lasts, whoever writes the summary of this student waits for us: a worker held in mid-batch."""

    def __init__(self, student, competency) -> None:
        self.row = [student.pk, competency.pk]
        self.line = psycopg.connect(test_database_url())

    def __enter__(self) -> Stuck:
        self.line.execute("DELETE FROM assessments_masterysummary WHERE student_id = %s", self.row[:1])
        self.line.execute(
            """
            INSERT INTO assessments_masterysummary (student_id, competency_id, shape, is_demonstrated, pieces, days,
                evidence_ids, explanation, method, method_version, parameters, framework_version)
            VALUES (%s, %s, 'open', false, 0, 0, '{}', '{}', 'criterion', 0, '{}', 1)
            """,
            self.row,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        self.line.rollback()
        self.line.close()

    def has_caught_somebody(self) -> bool:
        """Whether a worker waits."""
        with closing(psycopg.connect(test_database_url(), autocommit=True)) as line:
            blocked = line.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))",
                [self.line.info.backend_pid],
            ).fetchone()
        return bool(blocked and blocked[0])


def test_a_broker_that_forgets_everything_loses_nothing(world, teacher, own_valkey, ring_at, start_worker):
    ring_at(own_valkey.url)
    keys = enter(world, teacher, 40)
    own_valkey.client().flushall()
    worker = start_worker(**own_valkey.environment)
    keys += enter(world, teacher, 20, start=40)
    own_valkey.client().flushall()

    eventually(lambda: sweep() or all_done(), every=1.0)

    nothing_lost(keys)
    assert "Traceback" not in worker.text()


def test_a_broker_that_dies_and_comes_back_empty_loses_nothing(world, teacher, own_valkey, ring_at, start_worker):
    ring_at(own_valkey.url)
    worker = start_worker(**own_valkey.environment)
    keys = enter(world, teacher, 10)
    own_valkey.kill()
    began = time.monotonic()
    keys += enter(world, teacher, 10, start=10)
    assert time.monotonic() - began < 5, "nobody waits for a broker that is not there"
    own_valkey.start()

    eventually(lambda: sweep() or all_done(), seconds=60, every=2.0)

    assert worker.process.poll() is None, "the worker found its way back by itself"
    nothing_lost(keys)


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing_and_its_attempt_is_kept(world, teacher, start_worker):
    keys = enter(world, teacher, 30)
    with Stuck(world.students[3], world.idea["compare"]) as stuck:
        first = start_worker()
        sweep()
        eventually(stuck.has_caught_somebody)
        first.kill()

    assert set(RefreshRequest.objects.values_list("attempts", flat=True)) == {1}
    assert not MasterySummary.objects.exists(), "half a batch was written"
    expire_leases()  # 30 seconds later
    start_worker()
    sweep()
    eventually(all_done)
    nothing_lost(keys)


def test_a_child_of_the_pool_killed_in_the_middle_is_replaced_and_loses_nothing(world, teacher, worker):
    keys = enter(world, teacher, 12)
    eventually(all_done)
    keys += enter(world, teacher, 12, start=12, quietly=True)
    with Stuck(world.students[3], world.idea["compare"]) as stuck:
        sweep()
        eventually(stuck.has_caught_somebody)
        before = set(worker.children())
        for child in before:
            os.kill(child, signal.SIGKILL)
        eventually(lambda: set(worker.children()) - before)

    expire_leases()
    eventually(lambda: sweep() or all_done(), every=1.0)
    assert worker.process.poll() is None
    nothing_lost(keys)


def test_a_worker_asked_to_stop_finishes_what_it_holds(world, teacher, start_worker):
    worker = start_worker()
    keys = enter(world, teacher, 12, quietly=True)
    with Stuck(world.students[3], world.idea["compare"]) as stuck:
        sweep()
        eventually(stuck.has_caught_somebody)
        worker.process.terminate()
        time.sleep(0.5)
    worker.process.wait(timeout=30)
    worker.stopped = True

    expire_leases()
    recompute.refresh_due()
    nothing_lost(keys)


@pytest.mark.slow
def test_a_student_that_kills_every_worker_is_set_aside_while_the_others_go_on(world, teacher, start_worker):
    """Each time the worker is in the middle of this student it dies, as it would of memory or of a crash below it."""
    poisoned = world.students[3]
    keys = enter(world, teacher, 12)
    others = [s.pk for s in world.students if s != poisoned]
    with Stuck(poisoned, world.idea["compare"]) as stuck:
        for death in range(1, 6):
            worker = start_worker(queues="now")
            sweep()
            eventually(stuck.has_caught_somebody)
            worker.kill()
            assert RefreshRequest.objects.get(student=poisoned).attempts == death
            expire_leases()
        start_worker(queues="now")
        sweep()
        eventually(lambda: RefreshRequest.objects.filter(student=poisoned, quarantined_at__isnull=False).exists())
        eventually(all_done)

    assert recompute.compare(others) == []
    assert set(Evidence.objects.values_list("key", flat=True)) == set(keys)


@pytest.mark.slow
def test_connections_that_break_every_moment_lose_nothing(world, teacher, start_worker):
    start_worker()
    stop = threading.Event()

    def break_connections() -> None:
        with closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as line:
            while not stop.wait(0.3):
                line.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
                    [connection.settings_dict["NAME"], ours],
                )

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]
    breaker = threading.Thread(target=break_connections)
    breaker.start()
    try:
        keys = enter(world, teacher, 60)
        demonstrate(teacher, world.student, world.idea["equivalent"], until=world.today)
        for _moment in range(5):
            sweep()
            time.sleep(0.5)
    finally:
        stop.set()
        breaker.join()

    assert not RefreshRequest.objects.filter(quarantined_at__isnull=False).exists(), "nobody is blamed for the server"
    expire_leases()
    eventually(lambda: sweep() or all_done(), seconds=40, every=1.0)
    nothing_lost(keys)


def test_a_task_delivered_five_times_does_its_work_once(world, teacher, worker):
    keys = enter(world, teacher, 12)
    for _time in range(5):
        sweep()

    eventually(all_done)

    stored = set(MasterySummary.objects.values_list("pk", "changed_at"))
    for _time in range(5):
        sweep()
    with transaction.atomic():
        pass
    time.sleep(1)
    assert set(MasterySummary.objects.values_list("pk", "changed_at")) == stored
    nothing_lost(keys)
