"""A piece that was acknowledged is there, once, whoever else writes and whatever the broker does."""

from __future__ import annotations

import signal
import socket
import time
import uuid
from decimal import Decimal
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import AuditEvent
from assessments import recompute as evidence
from assessments.errors import EvidenceError
from assessments.models import Evidence, MasterySummary, RefreshRequest
from assessments.services import NewPiece, record_evidence
from supports import recompute
from tests.cast import see, viewer_of
from tests.loop.fixtures import together
from tests.loop.oracle import in_line, nothing_lost


def attempts(caplog) -> int:
    """How often a ring was tried in vain: each try costs a second, so the count says what the person waited."""
    return sum("doorbell.unheard" in record.getMessage() for record in caplog.records)


@pytest.mark.django_db
def test_the_same_piece_sent_again_is_one_piece(world, teacher):
    key = uuid.uuid4()
    first = see(teacher, world.student, world.idea["add"], 3, key=key)
    version = RefreshRequest.objects.get().version

    again = see(teacher, world.student, world.idea["add"], 3, key=key)

    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert first.public_id == again.public_id
    assert Evidence.objects.count() == 1
    assert AuditEvent.objects.filter(action="evidence.record").count() == 1
    assert RefreshRequest.objects.get().version == version


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["value", "student", "competency", "day", "person"])
def test_a_key_never_comes_to_mean_something_else(world, teacher, co_teacher, change):
    key = uuid.uuid4()
    see(teacher, world.student, world.idea["add"], 3, key=key)
    other = {
        "value": partial(see, teacher, world.student, world.idea["add"], 2),
        "student": partial(see, teacher, world.students[1], world.idea["add"], 3),
        "competency": partial(see, teacher, world.student, world.idea["ratios"], 3),
        "day": partial(see, teacher, world.student, world.idea["add"], 3, on=world.day(1)),
        "person": partial(see, co_teacher, world.student, world.idea["add"], 3),
    }[change]

    with pytest.raises(EvidenceError):
        other(key=key)

    kept = Evidence.objects.get()
    assert (kept.student, kept.competency, kept.value) == (world.student, world.idea["add"], Decimal(3))


@pytest.mark.django_db
def test_a_batch_with_one_bad_piece_saves_nothing(world, teacher):
    good, bad = (
        NewPiece(uuid.uuid4(), s.public_id, world.idea["add"].public_id, Decimal(3), world.today)
        for s in (world.student, world.student_elsewhere)
    )

    with pytest.raises(EvidenceError) as caught:
        record_evidence(by=viewer_of(teacher), pieces=[good, bad])

    assert set(caught.value.problems) == {bad.key}
    assert not Evidence.objects.exists()
    assert not RefreshRequest.objects.exists()
    assert not AuditEvent.objects.filter(action="evidence.record").exists()


@pytest.mark.django_db(transaction=True)
def test_ten_impatient_clicks_are_one_piece(world, teacher):
    key = uuid.uuid4()

    answers = together(*[partial(see, teacher, world.student, world.idea["add"], 3, key=key)] * 10)

    assert len({answer.public_id for answer in answers}) == 1
    assert [answer.is_repeat for answer in answers].count(False) == 1
    recompute.refresh_due()
    nothing_lost([key])


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_several_workers_come_to_one_answer(world, teacher, co_teacher):
    keys = [uuid.uuid4() for _n in range(60)]
    ideas = list(world.idea.values())

    def write(person, mine):
        for number, key in mine:
            student = world.students[number % 3]
            see(person, student, ideas[number % 2], 1 + number % 4, key=key, on=world.day(number % 20))

    def work():
        stop = time.monotonic() + 5
        while time.monotonic() < stop and (in_line() or Evidence.objects.count() < len(keys)):
            recompute.refresh_due(limit=2, seconds=0.5)

    numbered = list(enumerate(keys))
    together(
        partial(write, teacher, numbered[:20]),
        partial(write, co_teacher, numbered[20:40]),
        partial(write, teacher, numbered[40:]),
        work,
        work,
    )
    recompute.refresh_due()

    nothing_lost(keys)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_write_in_opposite_orders_never_wait_in_a_circle(world, teacher, co_teacher):
    idea = world.idea["add"]

    def write(person, students):
        for _round in range(25):
            pieces = [NewPiece(uuid.uuid4(), s.public_id, idea.public_id, Decimal(3), world.today) for s in students]
            record_evidence(by=viewer_of(person), pieces=pieces)

    def work():
        for _round in range(25):
            recompute.refresh_due(limit=3, seconds=0.2)

    together(partial(write, teacher, world.students), partial(write, co_teacher, world.students[::-1]), work)
    recompute.refresh_due()

    assert Evidence.objects.count() == 2 * 25 * len(world.students)
    nothing_lost()


# ------------------------------------------------------------------ the doorbell is not the work
@pytest.mark.django_db(transaction=True)
def test_a_dead_broker_loses_nothing_and_costs_one_attempt(world, teacher, ring_at, caplog):
    ring_at("redis://127.0.0.1:1/0")
    keys = [uuid.uuid4() for _n in range(3)]

    for key in keys:
        see(teacher, world.student, world.idea["add"], 3, key=key)

    assert attempts(caplog) == 1
    assert in_line() == 1
    recompute.refresh_due()
    nothing_lost(keys)


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_costs_one_attempt_and_then_nothing(world, teacher, own_valkey, ring_at, caplog):
    ring_at(own_valkey.url)
    see(teacher, world.student, world.idea["add"], 3)  # the connections stand
    own_valkey.client().flushall()
    own_valkey.signal(signal.SIGSTOP)
    keys = [uuid.uuid4() for _n in range(3)]

    for key in keys:
        see(teacher, world.student, world.idea["add"], 3, key=key)

    assert attempts(caplog) == 1
    recompute.refresh_due()
    nothing_lost(keys)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_takes_the_call_and_says_nothing_costs_one_attempt(world, teacher, ring_at, caplog):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(64)
        ring_at(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        see(teacher, world.student, world.idea["add"], 3)
        see(teacher, world.student, world.idea["add"], 3)

    assert attempts(caplog) == 1
    recompute.refresh_due()
    nothing_lost()


# ------------------------------------------------------------------ nobody waits for a batch
@pytest.mark.django_db(transaction=True)
def test_a_write_never_waits_for_a_running_batch(world, teacher):
    for student in world.students:
        see(teacher, student, world.idea["add"], 2)
    leased = evidence.lease(60)
    outcomes, _failed = recompute.reason(list(leased.versions))  # the batch is on its way and not yet written

    def write_without_waiting():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1ms'")
            for student in world.students:
                see(teacher, student, world.idea["add"], 3)

    together(write_without_waiting)
    with transaction.atomic():
        assert recompute.write(leased, outcomes) == len(world.students)
    assert in_line() == len(world.students), "the newer pieces are still to be counted"
    recompute.refresh_due()
    assert set(MasterySummary.objects.values_list("pieces", flat=True)) == {2}
    nothing_lost()


@pytest.mark.django_db(transaction=True)
def test_the_test_above_would_notice_a_batch_that_holds_its_rows(world, teacher):
    see(teacher, world.student, world.idea["add"], 2)
    leased = evidence.lease(60)

    def write_without_waiting():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1ms'")
            see(teacher, world.student, world.idea["add"], 3)

    with transaction.atomic():
        evidence.hold(leased, leased.versions)
        with pytest.raises(OperationalError, match="lock timeout"):
            together(write_without_waiting)
