"""P4: how long after a commit another session sees the flag, through a real worker, beside an empty round trip."""

from __future__ import annotations

import time
import uuid
from decimal import Decimal

import psycopg
from celery import current_app
from django.db import connection, transaction
from kombu.pools import producers

from accounts.http import viewer_for
from accounts.jobs import RING_OPTIONS
from accounts.permissions import Viewer
from assessments.choices import Context
from assessments.services import NewPiece, record_evidence, request_refresh
from bench import echo
from bench.measure import Rounds, load
from bench.town import Town, write_evidence
from competencies.models import Competency
from supports.recompute import refresh_due

PAUSE = 0.03


def prepare(town: Town, samples: int) -> list[tuple[int, Competency]]:
    """A full history (4 pieces on 25 competencies) for every student; `samples` pairs stand one piece short of shown.

    Returns the pairs: place of the student, competency.
    """
    per_student = -(-samples // len(town.students))
    short = town.competencies[3 : 3 + 3 * per_student : 3]
    others = [idea for idea in town.competencies if idea not in short]
    write_evidence(town, town.students, others, [1, 2, 2, 2])
    write_evidence(town, town.students, short, [3, 3])
    with transaction.atomic():
        request_refresh([student.pk for student in town.students])
    drain()
    return [(place, idea) for idea in short for place in range(len(town.students))][:samples]


def drain(seconds: float = 120.0) -> None:
    """Wait until nothing is in line: the worker may be faster than we are, so we only help when it is not there."""
    deadline = time.monotonic() + seconds
    while _in_line():
        refresh_due(seconds=1)
        if time.monotonic() > deadline:
            raise RuntimeError("The backlog does not end.")
        time.sleep(0.01)


def wait_for_worker(seconds: float = 60.0) -> None:
    """Wait until a worker has emptied the line."""
    deadline = time.monotonic() + seconds
    while _in_line():
        if time.monotonic() > deadline:
            raise RuntimeError("The worker does not work.")
        time.sleep(0.002)


def _in_line() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM assessments_refreshrequest WHERE quarantined_at IS NULL)")
        return bool(cursor.fetchone()[0])


def piece_for(by: Viewer, town: Town, place: int, competency: Competency) -> NewPiece:
    """The piece that makes this competency shown."""
    return NewPiece(
        key=uuid.uuid4(),
        student=town.students[place].public_id,
        competency=competency.public_id,
        value=Decimal(3),
        observed_on=by.today,
        context=Context.CONVERSATION,
    )


def evidence_to_flag(town: Town, pairs: list[tuple[int, Competency]], url: str, *, alone: bool = True) -> Rounds:
    """From the moment after commit until another session's SELECT finds the flag, for each pair.

    `alone` waits between two until nothing is in line; while others fill the line it would never be empty.
    """
    by = viewer_for(town.teacher.pk)
    taken = []
    with psycopg.connect(url, autocommit=True) as other:
        for place, competency in pairs:
            committed = 0.0

            def note() -> None:
                nonlocal committed
                committed = time.perf_counter()

            with transaction.atomic():
                transaction.on_commit(note)
                record_evidence(by=by, pieces=[piece_for(by, town, place, competency)], section_id=town.section.pk)
            wanted = (town.students[place].pk, competency.pk)
            deadline = time.perf_counter() + 30
            while not other.execute(
                "SELECT 1 FROM supports_flag WHERE student_id = %s AND competency_id = %s AND rule = 'READY_NEXT'",
                wanted,
            ).fetchone():
                if time.perf_counter() > deadline:
                    raise RuntimeError(f"No flag for {wanted} within 30 s.")
                time.sleep(0.0002)
            taken.append(time.perf_counter() - committed)
            if alone:
                wait_for_worker()
            time.sleep(PAUSE)
    return Rounds(tuple(taken), load())


def round_trip(samples: int) -> Rounds:
    """An empty task to the same worker and a word back, `samples` times."""
    taken = []
    line = echo.client()
    for _n in range(samples):
        key = f"bench:{uuid.uuid4().hex}"
        started = time.perf_counter()
        with producers[current_app.connection_for_write(transport_options=RING_OPTIONS)].acquire() as producer:
            current_app.send_task(echo.NAME, kwargs={"key": key}, queue="now", retry=False, producer=producer)
        if line.blpop([key], timeout=30) is None:
            raise RuntimeError("No answer within 30 s.")
        taken.append(time.perf_counter() - started)
        time.sleep(PAUSE)
    return Rounds(tuple(taken), load())
