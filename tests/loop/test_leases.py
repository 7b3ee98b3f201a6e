"""Leases, tokens and versions: whoever comes late writes nothing, whoever dies is noticed, nobody stops the others."""

from __future__ import annotations

import itertools
import random
import uuid
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.models import CalendarException
from assessments import recompute as evidence
from assessments.choices import Context, Priority
from assessments.models import MasterySummary, RefreshRequest
from assessments.services import request_refresh
from supports import recompute, review
from supports.models import Flag, RuleSetting
from tests import factories as make
from tests.cast import demonstrate, see
from tests.loop.oracle import expire_leases, in_line, nothing_lost

pytestmark = pytest.mark.django_db


def lease_one() -> evidence.Leased:
    leased = evidence.lease(60)
    assert leased is not None
    return leased


def write(leased: evidence.Leased, outcomes) -> int:
    with transaction.atomic():
        return recompute.write(leased, outcomes)


# ------------------------------------------------------------------ two workers
def test_summary_and_flag_never_disagree(world, teacher):
    """Take the token out of `hold` and this fails: the late worker's old summary stands beside the newer flag."""
    compare = world.idea["compare"]
    see(teacher, world.student, compare, 2, on=world.day(9))
    late = lease_one()
    old, _failed = recompute.reason(list(late.versions))
    expire_leases()
    demonstrate(teacher, world.student, compare, until=world.today)
    current = lease_one()  # a second worker takes the student over
    new, _failed = recompute.reason(list(current.versions))
    see(teacher, world.student, compare, 3)  # so that the request outlives the second worker's answer
    assert write(current, new) == 1

    assert write(late, old) == 0

    assert MasterySummary.objects.get().is_demonstrated
    assert Flag.objects.get(student=world.student).rule == "READY_NEXT"
    recompute.refresh_due()
    nothing_lost()


def test_who_waits_for_one_student_does_not_wait_for_an_import_in_the_same_batch(world, teacher):
    mine, *others = [student.pk for student in world.students]
    request_refresh(others, priority=Priority.IMPORT)
    request_refresh([mine])

    assert set(lease_one().versions) == {mine}
    assert set(lease_one().versions) == set(others)
    assert evidence.lease(60) is None


def test_a_worker_that_comes_late_does_not_settle_for_the_other(world, teacher):
    """Take the token out of `settle` and this fails: the second worker's request is gone before it wrote."""
    see(teacher, world.student, world.idea["compare"], 2)
    late = lease_one()
    expire_leases()
    current = lease_one()

    with transaction.atomic():
        evidence.settle(late, list(late.versions))

    request = RefreshRequest.objects.get()
    assert request.lease_token == current.token
    assert request.leased_until is not None
    assert request.attempts == 2


def test_a_worker_that_comes_late_gives_nothing_back(world, teacher):
    see(teacher, world.student, world.idea["compare"], 2)
    late = lease_one()
    expire_leases()
    current = lease_one()

    evidence.give_back(late, world.student.pk, "TooLate")

    request = RefreshRequest.objects.get()
    assert (request.lease_token, request.last_error) == (current.token, "")


def test_a_piece_that_arrives_while_others_are_counted_is_counted_next(world, teacher):
    see(teacher, world.student, world.idea["compare"], 2)
    leased = lease_one()
    outcomes, _failed = recompute.reason(list(leased.versions))
    see(teacher, world.student, world.idea["compare"], 3)

    assert write(leased, outcomes) == 1

    request = RefreshRequest.objects.get()
    assert (request.lease_token, request.leased_until, request.attempts) == (None, None, 0)
    assert recompute.refresh_due() == 1
    assert MasterySummary.objects.get().pieces == 2
    nothing_lost()


def test_a_request_that_was_answered_and_made_anew_is_not_taken_for_the_old_one(world, teacher):
    see(teacher, world.student, world.idea["compare"], 2)
    late = lease_one()
    old, _failed = recompute.reason(list(late.versions))
    expire_leases()
    recompute.refresh_due()
    see(teacher, world.student, world.idea["compare"], 3)

    assert write(late, old) == 0

    assert RefreshRequest.objects.get().version > late.versions[world.student.pk]
    recompute.refresh_due()
    nothing_lost()


def test_a_leased_student_is_nobody_elses_until_the_lease_ends(world, teacher):
    see(teacher, world.student, world.idea["compare"], 2)
    lease_one()

    assert evidence.lease(60) is None

    expire_leases()
    assert evidence.lease(60) is not None


# ------------------------------------------------------------------ again and again, in any order
def test_delivering_everything_five_times_changes_nothing(world, teacher):
    for name in ("equal parts", "compare"):
        demonstrate(teacher, world.student, world.idea[name], until=world.today)
    recompute.refresh_due()

    def stored():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, ctid::text FROM assessments_masterysummary ORDER BY id")
            summaries = cursor.fetchall()
            cursor.execute("SELECT id, ctid::text FROM supports_flag ORDER BY id")
            return summaries, cursor.fetchall()

    before = stored()
    for _time in range(5):
        review.request_refresh([world.student.pk])
        assert recompute.refresh_due() == 1

    assert stored() == before, "rows were written again"


def test_pieces_add_up_to_the_same_in_whatever_order_they_arrive(world, teacher):
    pieces = [
        (uuid.uuid4(), value, world.day(ago), context)
        for value, ago, context in (
            (2, 9, Context.QUIZ),
            (3, 9, Context.CLASSWORK),
            (3, 4, Context.QUIZ),
            (4, 2, Context.PROJECT),
            (3, 0, Context.OBSERVATION),
        )
    ]
    orders = list(itertools.permutations(pieces))
    found = set()
    for order in random.Random(5).sample(orders, 8):
        with transaction.atomic():
            for key, value, day, context in order:
                see(teacher, world.student, world.idea["compare"], value, key=key, on=day, context=context)
                recompute.refresh_due()
            row = MasterySummary.objects.get()
            found.add((row.held, row.value, row.is_demonstrated, row.pieces, row.days, str(row.explanation)))
            found.add(tuple(Flag.objects.filter(state="open").values_list("rule", "subject").order_by("rule")))
            nothing_lost()
            transaction.set_rollback(True)

    assert len(found) == 2, found


def test_a_piece_dated_back_is_counted_in_its_place(world, teacher):
    for ago in (6, 3, 1):
        see(teacher, world.student, world.idea["compare"], 3, on=world.day(ago), context=Context.QUIZ)
    recompute.refresh_due()
    before = MasterySummary.objects.get()

    see(teacher, world.student, world.idea["compare"], 1, on=world.day(40), context=Context.QUIZ)
    recompute.refresh_due()

    after = MasterySummary.objects.get()
    assert after.pieces == before.pieces + 1
    assert after.last_observed_on == before.last_observed_on
    assert after.held == before.held
    nothing_lost()


# ------------------------------------------------------------------ who dies, who raises
def test_a_worker_that_dies_leaves_its_attempt_behind(world, teacher):
    for student in world.students:
        see(teacher, student, world.idea["compare"], 2)
    lease_one()  # and it was never heard of again
    assert set(RefreshRequest.objects.values_list("attempts", flat=True)) == {1}

    expire_leases()

    sizes = []
    while (leased := evidence.lease(60)) is not None:
        sizes.append(len(leased.versions))
        outcomes, _failed = recompute.reason(list(leased.versions))
        write(leased, outcomes)
    assert sizes == [1] * len(world.students), "after a death everybody is worked on alone"
    nothing_lost()


def test_five_deaths_in_a_row_set_a_student_aside(world, teacher):
    see(teacher, world.student, world.idea["compare"], 2)
    for _death in range(evidence.MAX_ATTEMPTS):
        assert lease_one()
        expire_leases()

    assert evidence.lease(60) is None

    request = RefreshRequest.objects.get()
    assert request.quarantined_at is not None
    assert request.attempts == evidence.MAX_ATTEMPTS


@contextmanager
def refused_by_the_database(student):
    """While this lasts, PostgreSQL refuses every summary of this student."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF NEW.student_id = {student.pk} THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse_one BEFORE INSERT OR UPDATE ON assessments_masterysummary
                FOR EACH ROW EXECUTE FUNCTION refuse_one();
            """
        )
        yield
        cursor.execute("DROP FUNCTION refuse_one CASCADE")


def keep_trying(rounds: int = evidence.MAX_ATTEMPTS) -> None:
    for _round in range(rounds):
        recompute.refresh_due()
        expire_leases()


def only_one_is_set_aside(world, student, error: str) -> None:
    others = [s for s in world.students if s != student]
    aside = RefreshRequest.objects.get()
    assert aside.student == student
    assert aside.quarantined_at is not None
    assert aside.last_error == error
    assert {s.pk for s in others} <= set(MasterySummary.objects.values_list("student_id", flat=True))
    assert recompute.compare([s.pk for s in others]) == []


def test_a_student_that_cannot_be_judged_is_set_aside_and_the_others_go_on(world, teacher):
    strange = make.FrameworkFactory(title="Strange")
    make.MethodChoiceFactory(framework=strange, parameters={"of_last": "a few"})
    poisoned = world.students[2]
    see(teacher, poisoned, make.CompetencyFactory(framework=strange), 2)
    for student in world.students:
        see(teacher, student, world.idea["compare"], 2)

    assert recompute.refresh_due() == len(world.students) - 1, "nobody waits even for the first attempt"
    keep_trying()

    only_one_is_set_aside(world, poisoned, "UnusableGroundError")


def test_a_student_the_database_refuses_is_set_aside_and_the_others_go_on(world, teacher):
    poisoned = world.students[2]
    for student in world.students:
        see(teacher, student, world.idea["compare"], 2)

    with refused_by_the_database(poisoned):
        assert recompute.refresh_due() == len(world.students) - 1
        keep_trying()

    only_one_is_set_aside(world, poisoned, "ProgrammingError")


def test_a_school_without_a_single_day_stops_its_own_students_only(world, teacher, teacher_elsewhere):
    days = (world.year.starts_on + timedelta(days=n) for n in range(301))
    CalendarException.objects.bulk_create(CalendarException(school=world.school_elsewhere, day=day) for day in days)
    see(teacher_elsewhere, world.student_elsewhere, world.idea["compare"], 2)
    for student in world.students:
        see(teacher, student, world.idea["compare"], 2)

    assert recompute.refresh_due() == len(world.students)
    keep_trying()

    only_one_is_set_aside(world, world.student_elsewhere, "CalendarError")


def test_a_threshold_out_of_its_range_stops_nobody(world, teacher):
    RuleSetting.objects.create(rule="NO_EVIDENCE", version=1, parameters={"school_days": 15})
    RuleSetting.objects.create(rule="NO_EVIDENCE", version=2, parameters={"school_days": "soon"})
    see(teacher, world.student, world.idea["compare"], 2)

    assert recompute.refresh_due() == 1
    nothing_lost()


def test_a_released_student_is_worked_on_again(world, teacher):
    poisoned = world.students[2]
    see(teacher, poisoned, world.idea["compare"], 2)
    with refused_by_the_database(poisoned):
        keep_trying()
    see(teacher, poisoned, world.idea["compare"], 3)
    assert recompute.refresh_due() == 0, "set aside until somebody has looked"

    RefreshRequest.objects.update(quarantined_at=None, attempts=0)

    assert recompute.refresh_due() == 1
    nothing_lost()


# ------------------------------------------------------------------ days without evidence
def test_the_daily_run_sends_every_student_down_the_same_path_once(world, teacher):
    assert review.run_school(world.school, day=world.today) == len(world.students) + 1
    assert review.run_school(world.school, day=world.today) == 0

    assert in_line() == len(world.students) + 1
    recompute.refresh_due()
    nothing_lost()


def test_what_was_changed_behind_our_back_is_found_and_healed(world, teacher):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    MasterySummary.objects.update(held=1, is_demonstrated=False)
    Flag.objects.all().delete()

    found = review.reconcile()

    assert {drift.student_id for drift in found} == {world.student.pk}
    assert len(found) == 2
    recompute.refresh_due()
    nothing_lost()
