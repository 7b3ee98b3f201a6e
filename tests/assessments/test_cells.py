"""Quick entry: one work of a class, cell by cell; nothing is ever silently overwritten."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import AuditEvent
from assessments.choices import Context
from assessments.errors import EvidenceError
from assessments.models import Evidence, MasterySummary, RefreshRequest
from assessments.selectors.cells import ratings, recent_tasks
from assessments.selectors.rubrics import Rubric, rubric
from assessments.services import CellEntry, CellState, Work, class_task_key, record_cells
from supports import recompute
from tests.cast import World, viewer_of


def rubric_for(world: World, idea: str = "compare") -> Rubric:
    found = rubric(viewer=viewer_of(world.people["teacher"]), competency=world.idea[idea].public_id, language="en")
    assert found is not None
    return found


def work_of(world: World, *, title: str = "Bridge lengths", context: str = Context.CLASSWORK, ago: int = 0) -> Work:
    day = world.day(ago)
    key = class_task_key(world.section.public_id, title=title, observed_on=day)
    return Work(world.section.pk, key, title, day, context)


def enter(world: World, by: str, value: Any, *, student: int = 0, expected: Any = None, **more: Any) -> Any:
    """One entry by one person for one student; the result."""
    key = more.pop("key", None) or uuid.uuid4()
    take_back = more.pop("take_back", False)
    entry = CellEntry(
        student_id=world.students[student].pk,
        key=key,
        value=None if value is None else Decimal(str(value)),
        expected=expected,
        take_back=take_back,
    )
    viewer = viewer_of(world.people[by])
    return record_cells(by=viewer, rubric=rubric_for(world), work=work_of(world, **more), entries=[entry])[0]


def test_an_entry_is_one_piece_of_the_class_its_task_and_its_day(world: World) -> None:
    result = enter(world, "teacher", 3)

    piece = Evidence.objects.get()
    assert result.state is CellState.SAVED
    assert [r.public_id for r in result.ratings] == [piece.public_id]
    assert (piece.value, piece.context, piece.task_title) == (Decimal(3), "classwork", "Bridge lengths")
    assert (piece.section_id, piece.student_id, piece.observed_on) == (world.section.pk, world.student.pk, world.today)
    assert piece.recorded_by_id == piece.rater_id == world.people["teacher"].pk
    assert RefreshRequest.objects.filter(student=world.student).exists()
    event = AuditEvent.objects.get(action="evidence.record")
    assert event.student_ids == [world.student.pk]
    assert event.details == {"keys": [str(piece.key)]}


def test_seen_without_a_level_is_a_piece_and_never_a_zero(world: World) -> None:
    result = enter(world, "teacher", None)

    assert result.state is CellState.SAVED
    assert Evidence.objects.get().value is None
    recompute.refresh_due()
    assert not MasterySummary.objects.exists()


def test_the_same_key_twice_is_one_piece(world: World) -> None:
    key = uuid.uuid4()
    first = enter(world, "teacher", 3, key=key)

    again = enter(world, "teacher", 3, key=key)

    assert again.state is CellState.SAME
    assert again.ratings[-1].public_id == first.ratings[-1].public_id
    assert Evidence.objects.count() == 1
    assert AuditEvent.objects.filter(action="evidence.record").count() == 1


def test_another_value_corrects_ones_own_piece_and_keeps_its_place(world: World) -> None:
    first = enter(world, "teacher", 2).ratings[-1]
    Evidence.objects.filter(pk=first.evidence_id).update()

    result = enter(world, "teacher", 3, expected=first.public_id)

    assert result.state is CellState.SAVED
    old, new = Evidence.objects.order_by("pk")
    assert old.superseded_at is not None
    assert (new.supersedes_id, new.order_key, new.value) == (old.pk, old.order_key, Decimal(3))
    assert AuditEvent.objects.filter(action="evidence.correct").get().subject_id == str(old.public_id)
    recompute.refresh_due()
    assert MasterySummary.objects.get().evidence_ids == [new.pk]


def test_the_same_value_again_writes_nothing(world: World) -> None:
    first = enter(world, "teacher", 2).ratings[-1]

    result = enter(world, "teacher", 2, expected=first.public_id)

    assert result.state is CellState.SAME
    assert Evidence.objects.count() == 1


def test_the_same_value_in_another_context_corrects_the_context(world: World) -> None:
    first = enter(world, "teacher", 2, context=Context.UNKNOWN).ratings[-1]

    enter(world, "teacher", 2, expected=first.public_id, context=Context.QUIZ)

    assert Evidence.objects.get(superseded_at__isnull=True).context == Context.QUIZ


def test_what_a_colleague_entered_meanwhile_is_shown_and_not_overwritten(world: World) -> None:
    theirs = enter(world, "co_teacher", 3).ratings[-1]

    result = enter(world, "teacher", 2)  # the cell was empty when the page was opened

    assert result.state is CellState.CONFLICT
    assert [(r.rater, r.value) for r in result.ratings] == [(theirs.rater, Decimal(3))]
    assert Evidence.objects.count() == 1


def test_beside_a_colleagues_rating_ones_own_is_a_second_rating_of_one_work(world: World) -> None:
    theirs = enter(world, "co_teacher", 3).ratings[-1]

    result = enter(world, "teacher", 2, expected=theirs.public_id)

    assert result.state is CellState.SAVED
    assert [r.value for r in result.ratings] == [Decimal(3), Decimal(2)]
    recompute.refresh_due()
    summary = MasterySummary.objects.get()
    assert (summary.pieces, len(summary.evidence_ids)) == (1, 2)


def test_ones_own_entry_in_another_window_is_a_conflict_too(world: World) -> None:
    first = enter(world, "teacher", 2).ratings[-1]
    enter(world, "teacher", 3, expected=first.public_id)

    result = enter(world, "teacher", 4, expected=first.public_id)  # the second window still shows the first value

    assert result.state is CellState.CONFLICT
    assert [r.value for r in result.ratings] == [Decimal(3)]
    assert not Evidence.objects.filter(value=4).exists()


def test_two_windows_that_say_the_same_do_not_disagree(world: World) -> None:
    enter(world, "teacher", 2)

    assert enter(world, "teacher", 2).state is CellState.SAME


def test_taking_back_withdraws_ones_own_rating_and_leaves_the_colleagues(world: World) -> None:
    theirs = enter(world, "co_teacher", 3).ratings[-1]
    mine = enter(world, "teacher", 2, expected=theirs.public_id).ratings[-1]

    result = enter(world, "teacher", None, expected=mine.public_id, take_back=True)

    assert result.state is CellState.TAKEN_BACK
    assert [r.public_id for r in result.ratings] == [theirs.public_id]
    withdrawn = Evidence.objects.get(withdrawn_at__isnull=False)
    assert (withdrawn.public_id, withdrawn.withdrawn_by_id) == (mine.public_id, world.people["teacher"].pk)
    assert withdrawn.withdrawal_reason
    assert AuditEvent.objects.filter(action="evidence.withdraw").count() == 1


def test_taking_back_what_a_colleague_entered_is_not_possible(world: World) -> None:
    theirs = enter(world, "co_teacher", 3).ratings[-1]

    result = enter(world, "teacher", None, expected=theirs.public_id, take_back=True)

    assert result.state is CellState.SAME
    assert not Evidence.objects.filter(withdrawn_at__isnull=False).exists()


def test_after_taking_back_a_new_value_is_a_new_piece(world: World) -> None:
    first = enter(world, "teacher", 2).ratings[-1]
    enter(world, "teacher", None, expected=first.public_id, take_back=True)

    result = enter(world, "teacher", 3)

    assert result.state is CellState.SAVED
    assert Evidence.objects.filter(withdrawn_at__isnull=True).get().value == Decimal(3)


def test_a_key_that_belongs_to_another_student_is_refused(world: World) -> None:
    key = uuid.uuid4()
    enter(world, "teacher", 2, key=key)

    result = enter(world, "teacher", 3, key=key, student=1)

    assert result.state is CellState.REFUSED
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("value", "more"),
    [
        (5, {}),
        ("2.25", {}),
        ("NaN", {}),
        ("0.5", {}),
        (3, {"context": "thin air"}),
        (3, {"ago": -1}),
        (3, {"ago": 4 * 366}),
        (3, {"title": "x" * 201}),
        (3, {"title": "a\x00b"}),
    ],
)
def test_what_does_not_fit_saves_nothing_and_says_why(world: World, value: Any, more: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError) as caught:
        enter(world, "teacher", value, **more)

    assert all(caught.value.problems.values())
    assert not Evidence.objects.exists()
    assert not RefreshRequest.objects.exists()


def test_half_steps_are_on_the_scale(world: World) -> None:
    assert enter(world, "teacher", "2.5").state is CellState.SAVED


def test_one_wrong_entry_of_a_class_saves_none(world: World) -> None:
    entries = [CellEntry(s.pk, uuid.uuid4(), Decimal(n)) for n, s in enumerate(world.students[:4], start=2)]

    with pytest.raises(EvidenceError) as caught:
        record_cells(
            by=viewer_of(world.people["teacher"]), rubric=rubric_for(world), work=work_of(world), entries=entries
        )

    assert list(caught.value.problems) == [entries[-1].key]
    assert not Evidence.objects.exists()


def test_a_whole_class_takes_as_many_statements_as_one_student(world: World, django_assert_num_queries: Any) -> None:
    viewer, expected, work = viewer_of(world.people["teacher"]), rubric_for(world), work_of(world)

    for students in (world.students[:1], world.students[1:]):
        entries = [CellEntry(s.pk, uuid.uuid4(), Decimal(3)) for s in students]
        with django_assert_num_queries(4):
            record_cells(by=viewer, rubric=expected, work=work, entries=entries)

    assert Evidence.objects.count() == len(world.students)


def test_a_class_with_new_corrected_and_taken_back_entries_takes_five(
    world: World, django_assert_num_queries: Any
) -> None:
    one, two = enter(world, "teacher", 2).ratings[-1], enter(world, "teacher", 2, student=1).ratings[-1]
    entries = [
        CellEntry(world.students[0].pk, uuid.uuid4(), Decimal(3), one.public_id),
        CellEntry(world.students[1].pk, uuid.uuid4(), None, two.public_id, take_back=True),
        CellEntry(world.students[2].pk, uuid.uuid4(), Decimal(4)),
    ]
    viewer, expected = viewer_of(world.people["teacher"]), rubric_for(world)

    with django_assert_num_queries(5):
        results = record_cells(by=viewer, rubric=expected, work=work_of(world), entries=entries)

    assert [r.state for r in results] == [CellState.SAVED, CellState.TAKEN_BACK, CellState.SAVED]


def test_one_work_has_one_key_however_its_name_is_typed(world: World) -> None:
    section, day = world.section.public_id, world.today

    key = class_task_key(section, title="Bridge lengths", observed_on=day)

    assert class_task_key(section, title="  bridge   LENGTHS ", observed_on=day) == key
    assert class_task_key(section, title="Bridge pieces", observed_on=day) != key
    assert class_task_key(section, title="Bridge lengths", observed_on=day - timedelta(days=1)) != key
    assert class_task_key(world.next_door.public_id, title="Bridge lengths", observed_on=day) != key
    assert len(key) <= 120


def test_pieces_of_a_merged_record_stand_under_the_student_that_stayed(world: World) -> None:
    kept, absorbed = world.students[0], world.students[1]
    enter(world, "teacher", 2, student=1)
    absorbed.alias_of = kept
    absorbed.save(update_fields=["alias_of"])

    found = ratings(
        viewer=viewer_of(world.people["teacher"]),
        student_ids=[kept.pk],
        competency_id=world.idea["compare"].pk,
        task_key=work_of(world).task_key,
    )

    assert [r.value for r in found[kept.pk]] == [Decimal(2)]


def test_recent_tasks_are_offered_once_each_newest_first(world: World) -> None:
    enter(world, "teacher", 2, title="Old work", ago=40)
    enter(world, "teacher", 2, title="Last week", ago=7)
    enter(world, "teacher", 2, title="Today's", student=1)
    enter(world, "teacher", 3, title="Today's", student=2)

    found = recent_tasks(viewer=viewer_of(world.people["teacher"]), section_id=world.section.pk, until=world.today)

    assert found == ["Today's", "Last week"]


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_the_same_moment_never_both_believe_the_cell_was_empty(world: World) -> None:
    """One is saved, the other hears of it; without the student's place in line as a lock both would be saved."""
    start = threading.Barrier(2)
    states: dict[str, CellState] = {}

    def one(name: str, value: int) -> None:
        try:
            start.wait(timeout=10)
            with transaction.atomic():
                states[name] = enter(world, name, value).state
        finally:
            connection.close()

    for _round in range(4):
        Evidence.objects.filter(withdrawn_at__isnull=True).update(withdrawn_at="2026-01-01T00:00:00Z")
        threads = [threading.Thread(target=one, args=pair) for pair in (("teacher", 2), ("co_teacher", 3))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)

        assert sorted(states.values()) == [CellState.CONFLICT, CellState.SAVED]


def test_a_context_that_is_not_said_never_replaces_one_that_was(world: World) -> None:
    first = enter(world, "teacher", 2, context=Context.QUIZ).ratings[-1]

    same = enter(world, "teacher", 2, expected=first.public_id, context=Context.UNKNOWN)
    changed = enter(world, "teacher", 3, expected=first.public_id, context=Context.UNKNOWN)

    assert (same.state, changed.state) == (CellState.SAME, CellState.SAVED)
    assert Evidence.objects.get(superseded_at__isnull=True).context == changed.ratings[-1].context == Context.QUIZ


def test_two_lines_with_one_key_are_refused_and_nothing_is_saved(world: World) -> None:
    key = uuid.uuid4()
    entries = [CellEntry(student_id=s.pk, key=key, value=Decimal(3)) for s in world.students[:2]]
    with pytest.raises(EvidenceError):
        record_cells(
            by=viewer_of(world.people["teacher"]), rubric=rubric_for(world), work=work_of(world), entries=entries
        )
    assert not Evidence.objects.exists()
