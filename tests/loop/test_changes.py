"""Corrections, withdrawals and merged records: old rows stay, what is stored is always what the rest adds up to."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from accounts.models import AuditEvent, Student
from assessments.errors import EvidenceChangedError, EvidenceError, NotYoursError
from assessments.models import Evidence, MasterySummary, RefreshRequest
from assessments.services import correct_evidence, request_refresh, withdraw_evidence
from supports import recompute
from supports.models import Flag
from tests.cast import demonstrate, see, viewer_of
from tests.loop.oracle import in_line, nothing_lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(world, teacher) -> list[Evidence]:
    """Maya has shown `compare`: three pieces, a summary, a flag."""
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    assert Flag.objects.filter(state="open").exists()
    return list(Evidence.objects.order_by("observed_on"))


def test_a_correction_replaces_the_piece_in_its_place_and_ends_what_it_no_longer_carries(world, teacher, shown):
    key = uuid.uuid4()
    new = correct_evidence(by=viewer_of(teacher), evidence=shown[-1], key=key, value=Decimal(1))
    recompute.refresh_due()

    old = Evidence.objects.get(pk=shown[-1].pk)
    assert (old.value, old.superseded_at is not None) == (Decimal(3), True)
    assert (new.order_key, new.observed_on, new.supersedes) == (old.order_key, old.observed_on, old)
    assert not MasterySummary.objects.get().is_demonstrated
    assert not Flag.objects.filter(state="open", rule="READY_NEXT").exists()
    assert correct_evidence(by=viewer_of(teacher), evidence=shown[-1], key=key, value=Decimal(1)) == new
    recompute.refresh_due()
    nothing_lost(row.key for row in shown)
    assert AuditEvent.objects.filter(action="evidence.correct").count() == 1


def test_a_withdrawal_takes_the_piece_out_of_everything_but_the_record(world, teacher, shown):
    withdraw_evidence(by=viewer_of(teacher), evidence=shown[0], reason="Wrong child")
    withdraw_evidence(by=viewer_of(teacher), evidence=shown[0], reason="Once more")
    recompute.refresh_due()

    assert Evidence.objects.count() == 3
    summary = MasterySummary.objects.get()
    assert summary.pieces == 2
    assert shown[0].pk not in summary.evidence_ids
    assert AuditEvent.objects.filter(action="evidence.withdraw").count() == 1
    nothing_lost(row.key for row in shown)


def test_with_its_last_piece_the_summary_goes(world, teacher, shown):
    for row in shown:
        withdraw_evidence(by=viewer_of(teacher), evidence=row, reason="All of it")
    recompute.refresh_due()

    assert not MasterySummary.objects.exists()
    assert not Flag.objects.filter(state="open").exists()
    nothing_lost()


def test_only_who_recorded_a_piece_changes_it_and_only_as_it_stands(world, teacher, co_teacher, shown):
    new = correct_evidence(by=viewer_of(teacher), evidence=shown[0], key=uuid.uuid4(), value=Decimal(2))

    with pytest.raises(NotYoursError):
        withdraw_evidence(by=viewer_of(co_teacher), evidence=shown[1], reason="Mine is better")
    with pytest.raises(EvidenceChangedError) as changed:
        correct_evidence(by=viewer_of(teacher), evidence=shown[0], key=uuid.uuid4(), value=Decimal(4))
    assert changed.value.current == new
    with pytest.raises(EvidenceError):
        correct_evidence(by=viewer_of(teacher), evidence=new, key=shown[1].key, value=Decimal(4))
    assert Evidence.objects.count() == 4


# ------------------------------------------------------------------ one child, two records
def merge(absorbed: Student, kept: Student) -> None:
    """What linking two people does to the students, without its preview."""
    Student.objects.filter(pk=absorbed.pk).update(alias_of=kept)
    request_refresh([absorbed.pk])


def test_a_merged_record_counts_under_the_one_that_stayed_and_keeps_nothing(world, teacher, shown):
    kept = world.students[1]
    see(teacher, kept, world.idea["compare"], 2)
    recompute.refresh_due()

    merge(world.student, kept)
    assert in_line() == 2
    recompute.refresh_due()

    assert MasterySummary.objects.get().student == kept
    assert MasterySummary.objects.get().pieces == 4
    assert not Flag.objects.filter(student=world.student, state__in=["open", "acknowledged"]).exists()
    nothing_lost(row.key for row in shown)


def test_a_piece_recorded_while_two_records_are_merged_is_counted(world, teacher, shown):
    kept = world.students[1]
    merge(world.student, kept)
    recompute.refresh_due()
    # The writer had looked before the merge was committed: its request is of the record that went.
    Student.objects.filter(pk=world.student.pk).update(alias_of=None)
    late = see(teacher, world.student, world.idea["compare"], 4)
    Student.objects.filter(pk=world.student.pk).update(alias_of=kept)
    assert list(RefreshRequest.objects.values_list("student_id", flat=True)) == [world.student.pk]

    recompute.refresh_due()

    assert MasterySummary.objects.get().student == kept
    assert MasterySummary.objects.get().pieces == 4
    nothing_lost([late.key])


def test_undoing_a_merge_gives_each_its_own_again(world, teacher, shown):
    kept = world.students[1]
    merge(world.student, kept)
    recompute.refresh_due()

    Student.objects.filter(pk=world.student.pk).update(alias_of=None)
    request_refresh([world.student.pk, kept.pk])
    recompute.refresh_due()

    assert MasterySummary.objects.get().student == world.student
    assert Flag.objects.get(state="open").student == world.student
    nothing_lost()


def test_the_flags_of_a_student_who_left_end(world, teacher, shown):
    Student.objects.filter(pk=world.student.pk).update(is_active=False)
    assert recompute.compare(recompute.students_to_check()), "the check sees who left with a live flag"

    request_refresh([world.student.pk])
    recompute.refresh_due()

    assert not Flag.objects.filter(state="open").exists()
    assert recompute.compare(recompute.students_to_check()) == []
