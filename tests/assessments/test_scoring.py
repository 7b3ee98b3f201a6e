"""Judging: one person or two blind, drafts, one piece for each competency, undo, and talking where two differ."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from accounts.permissions import Permission, can
from assessments.choices import ModerationReason
from assessments.errors import WorkChangedError, WorkError
from assessments.marking import level_of_points, lower_median
from assessments.mastery import Scale
from assessments.models import CriterionScore, Evidence, MasterySummary, Moderation, Scoring, Submission
from assessments.selectors.moderation import between
from assessments.selectors.scoring import scoring_page
from assessments.services import moderation, scoring
from assessments.services.checks import Line, record_answers
from assessments.services.evidence import correct_evidence
from supports import recompute
from tests import factories as make
from tests.assessments.works import ask, handed, judge, levels, work_of
from tests.cast import viewer_of


def page_of(world, person, work, student=None):
    return scoring_page(viewer=viewer_of(person), student=student or world.student, assignment=work, language="en")


def counted(world, idea):
    return Evidence.objects.filter(competency=world.idea[idea], withdrawn_at__isnull=True, kind="teacher")


def test_finishing_makes_one_piece_for_each_competency_with_the_lower_middle_level(world, teacher):
    work = work_of(world)
    handed(world, work)

    done = judge(world, teacher, work, 3, 4, 2, note="Clear drawing.")

    compare, shapes = counted(world, "compare").get(), counted(world, "shapes").get()
    assert (done.counts, compare.value, shapes.value) == (True, 3, 2)
    assert (compare.instrument, compare.context, compare.rater) == (work.version, "performance_task", teacher)
    assert compare.section == world.section
    assert compare.task_key == shapes.task_key == f"work:{work.public_id}"
    assert set(CriterionScore.objects.values_list("evidence", flat=True)) == {compare.pk, shapes.pk}


def test_what_was_not_seen_is_missing_and_not_zero(world, teacher):
    work = work_of(world)

    judge(world, teacher, work, None, 3, None)

    assert [e.value for e in Evidence.objects.all()] == [Decimal(3)]
    with pytest.raises(WorkError, match="one criterion"):
        judge(world, teacher, work_of(world, version=work.version))


def test_a_draft_is_ones_own_and_two_windows_never_overwrite_one_another(world, teacher, co_teacher):
    work = work_of(world)
    handed(world, work)

    draft = judge(world, teacher, work, 3, act=scoring.save_draft)

    assert not Evidence.objects.exists()
    assert page_of(world, teacher, work).mine
    assert page_of(world, co_teacher, work).mine == {}
    with pytest.raises(WorkChangedError):
        judge(world, teacher, work, 1, act=scoring.save_draft)
    judge(world, teacher, work, 2, version=draft.version)
    with pytest.raises(WorkChangedError):
        judge(world, teacher, work, 4, version=draft.version)
    assert counted(world, "compare").get().value == 2


def test_a_work_handed_in_anew_while_somebody_looks_is_looked_at_again(world, teacher):
    work = work_of(world)
    first = handed(world, work)
    seen = scoring.Judgement(levels=levels(work, 3), note="", language="en", version=0, seen=first.version)
    handed(world, work, text="Better.", version=first.version)

    with pytest.raises(WorkChangedError, match="anew"):
        scoring.finish(by=viewer_of(teacher), student=world.student, assignment=work, judgement=seen)


@pytest.mark.parametrize("value", ["0.25", "NaN", "-1", "1000000"])
def test_a_level_that_is_none_is_refused_and_nothing_is_written(world, teacher, value):
    with pytest.raises(WorkError):
        judge(world, teacher, work_of(world), value)
    assert not Scoring.objects.exists()


def test_undo_takes_the_piece_back_and_leaves_the_draft(world, teacher):
    work = work_of(world)
    judge(world, teacher, work, 3, 3)
    act = {"by": viewer_of(teacher), "student": world.student, "assignment": work}

    scoring.undo(**act)

    row = Scoring.objects.get()
    assert not counted(world, "compare").exists()
    assert (row.finished_at, row.scores.count()) == (None, 2)
    judge(world, teacher, work, 4, 4, version=row.version)
    Scoring.objects.update(finished_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(WorkError, match="ten minutes"):
        scoring.undo(**act)
    assert counted(world, "compare").get().value == 4


# ------------------------------------------------------------------ two people, blind
def test_of_a_blind_pair_nothing_is_evidence_before_both_are_done(world, teacher, co_teacher):
    work = work_of(world, is_blind=True)
    handed(world, work)

    first = judge(world, teacher, work, 3, 3, 2)
    assert (first.counts, Evidence.objects.count()) == (False, 0)
    assert page_of(world, teacher, work).waits
    assert page_of(world, co_teacher, work).others == []
    second = judge(world, co_teacher, work, 3, 3, 2)

    assert second.counts
    assert sorted(counted(world, "compare").values_list("rater", flat=True)) == sorted([teacher.pk, co_teacher.pk])
    assert set(counted(world, "compare").values_list("recorded_by", flat=True)) == {teacher.pk, co_teacher.pk}
    assert [one.by for one in page_of(world, teacher, work).others] == [co_teacher.display_name]
    assert not Moderation.objects.exists()
    with pytest.raises(WorkError, match="Both of you"):
        scoring.undo(by=viewer_of(teacher), student=world.student, assignment=work)


def test_two_who_differ_by_a_level_are_asked_to_talk_about_that_competency(world, teacher, co_teacher):
    work = work_of(world, is_blind=True)
    judge(world, teacher, work, 2, 2, 3)

    done = judge(world, co_teacher, work, 3, 3, "2.5")

    assert done.differing == 1
    assert Moderation.objects.get().competency == world.idea["compare"]
    assert Moderation.objects.get().because == ModerationReason.DIFFER


def test_a_third_judge_is_one_too_many(world, teacher, co_teacher, navigator):
    work = work_of(world)
    judge(world, teacher, work, 3)
    judge(world, co_teacher, work, 3)

    with pytest.raises(WorkError, match="Two people"):
        judge(world, navigator, work, 1)


def test_going_on_alone_makes_the_one_judgement_count_and_ends_the_invitation(
    world, teacher, teacher_next_door, co_teacher
):
    work = work_of(world, is_blind=True)
    handed(world, work)
    ask(world, work, teacher_next_door)
    act = {"by": viewer_of(teacher), "student": world.student, "assignment": work}
    with pytest.raises(WorkError, match="no finished judgement"):
        scoring.end_wait(**act)
    judge(world, teacher, work, 3, 3)

    scoring.end_wait(**act)

    assert counted(world, "compare").get().value == 3
    assert not Scoring.objects.filter(rater=teacher_next_door).exists()
    assert page_of(world, teacher, work).counts
    with pytest.raises(WorkError, match="without a second look"):
        judge(world, co_teacher, work, 1)


def test_a_colleague_of_the_school_is_asked_for_three_weeks_and_sees_no_student(world, teacher_next_door):
    work = work_of(world, is_blind=True)
    handed(world, work)

    assert ask(world, work, teacher_next_door) == 1
    assert ask(world, work, teacher_next_door) == 0

    viewer = viewer_of(teacher_next_door)
    assert can(viewer, Permission.SCORE_WORK, world.student).allowed
    assert not can(viewer, Permission.SEE_STUDENT, world.student).visible
    judge(world, teacher_next_door, work, 2, version=0)


def test_nobody_of_another_school_is_asked_and_no_work_of_one_judge(world, teacher_elsewhere, teacher_next_door):
    with pytest.raises(WorkError, match="teaches at this school"):
        ask(world, work_of(world, is_blind=True), teacher_elsewhere)
    with pytest.raises(WorkError, match="blind"):
        ask(world, work_of(world), teacher_next_door)


# ------------------------------------------------------------------ talking about it
@pytest.fixture
def differing(world, teacher, co_teacher):
    """A work two people judged 1 and 4 on *compare*, and the moderation it opened."""
    work = work_of(world, is_blind=True)
    judge(world, teacher, work, 1, 1)
    judge(world, co_teacher, work, 4, 4)
    return work, Moderation.objects.get()


def decide(person, row, level, reason="We looked again."):
    return moderation.decide(by=viewer_of(person), moderation=row, level=Decimal(level), reason=reason)


@pytest.mark.parametrize("who", ["teacher", "co_teacher", "navigator"])
@pytest.mark.parametrize("level", ["1", "2.5", "4"])
def test_what_is_decided_is_what_counts_whoever_writes_it_down(world, differing, who, level):
    _work, row = differing

    decide(world.people[who], row, level)
    recompute.refresh_due()

    values = list(counted(world, "compare").values_list("value", flat=True))
    assert lower_median(values) == Decimal(level)
    assert MasterySummary.objects.get(competency=world.idea["compare"]).pieces == 1
    assert counted(world, "compare").get(rater__isnull=True).source == "moderation"


def test_a_decision_outside_the_two_or_without_a_reason_is_refused(world, teacher, co_teacher, differing):
    work, row = differing
    for piece in counted(world, "compare").filter(rater=teacher):
        correct_evidence(by=viewer_of(teacher), evidence=piece, key=uuid.uuid4(), value=Decimal(2))
    for level, reason in (("1", "Why"), ("5", "Why"), ("NaN", "Why"), ("3", "  ")):
        with pytest.raises(WorkError):
            decide(teacher, row, level, reason)
    assert Moderation.objects.get().decided_at is None
    assert work.submissions.get().moderations.count() == 1


def test_either_of_the_two_asks_for_a_talk_once_both_are_done(world, teacher, co_teacher, navigator):
    work = work_of(world, is_blind=True)
    judge(world, teacher, work, 3, 3)
    mine = Scoring.objects.get(rater=teacher)
    about = world.idea["compare"].public_id
    with pytest.raises(WorkError, match="Two finished"):
        moderation.ask(by=viewer_of(teacher), scoring=mine, competency=about)
    judge(world, co_teacher, work, 3, 3)

    row = moderation.ask(by=viewer_of(teacher), scoring=mine, competency=about)

    assert moderation.ask(by=viewer_of(co_teacher), scoring=mine, competency=about) == row
    with pytest.raises(WorkError, match="Nobody judged"):
        moderation.ask(by=viewer_of(teacher), scoring=mine, competency=world.idea["ratios"].public_id)
    decide(navigator, row, "3")
    with pytest.raises(WorkError, match="decided"):
        moderation.ask(by=viewer_of(teacher), scoring=mine, competency=about)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(world, teacher, co_teacher):
    work = work_of(world, is_blind=True)
    judge(world, teacher, work, 1, 1)
    judge(world, co_teacher, work, 4, 4)
    row, told, gate = Moderation.objects.get(), [], threading.Barrier(2)

    def one(person, level):
        try:
            gate.wait(10)
            decide(person, row, level)
            told.append("decided")
        except WorkChangedError:
            told.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in ((teacher, "2"), (co_teacher, "3"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(told) == ["decided", "told"]
    assert counted(world, "compare").filter(rater__isnull=True).count() == 1


def test_levels_between_two_are_the_levels_and_half_steps_from_one_to_the_other():
    scale = [Decimal(n) for n in (1, 2, 3, 4)]

    assert between([Decimal("1.5"), Decimal(3)], scale) == [Decimal("1.5"), 2, Decimal("2.5"), 3]
    assert between([], scale) == []


# ------------------------------------------------------------------ groups and checks
def test_a_group_is_begun_with_the_same_levels_and_each_is_finished_by_itself(world, teacher):
    work = work_of(world)
    maya, ben, chloe = world.students[:3]
    for student, group in ((maya, "Bridge"), (ben, "Bridge"), (chloe, "Tower")):
        make.SubmissionFactory(assignment=work, student=student, group_name=group)
    judge(world, teacher, work, 3, 3)

    assert scoring.copy_to_group(by=viewer_of(teacher), student=maya, assignment=work) == 1

    assert set(Evidence.objects.values_list("student", flat=True)) == {maya.pk}
    draft = Scoring.objects.get(submission__student=ben)
    assert (draft.finished_at, draft.scores.count()) == (None, 2)
    assert not Scoring.objects.filter(submission__student=chloe).exists()


SCALE = Scale(tuple(Decimal(n) for n in (1, 2, 3, 4)), Decimal(3))


@pytest.mark.parametrize(
    ("points", "out_of", "level"),
    [("0", "5", 1), ("1", "3", 1), ("2", "5", 2), ("3.99", "5", 2), ("4", "5", 3), ("19", "20", 4), ("5", "5", 4)],
)
def test_a_share_of_points_is_a_level_and_never_rounded_up_to_one(points, out_of, level):
    assert level_of_points(Decimal(points), Decimal(out_of), SCALE) == level


def check(world):
    version = make.InstrumentVersionFactory(instrument__school=world.school)
    items = [make.ItemFactory(version=version, competency=world.idea["compare"], points=2, key=f"{n}") for n in (1, 2)]
    return work_of(world, version=version), items


def enter(person, work, student, points, version=0):
    line = {student.pk: Line(points, version)}
    return record_answers(by=viewer_of(person), assignment=work, students={student.pk: student}, lines=line)


def test_answers_of_a_check_become_one_piece_from_what_was_answered(world, teacher):
    work, (one, two) = check(world)

    enter(teacher, work, world.student, {one.pk: Decimal(2), two.pk: None})

    assert counted(world, "compare").get().value == 4, "two of two points: the other one is missing, not zero"
    enter(teacher, work, world.student, {one.pk: Decimal(2), two.pk: Decimal(0)}, version=1)
    assert counted(world, "compare").get().value == 2
    assert Evidence.objects.count() == 2


def test_points_entered_differently_meanwhile_are_not_overwritten(world, teacher, co_teacher):
    work, (one, two) = check(world)
    enter(co_teacher, work, world.student, {one.pk: Decimal(1)})

    done = enter(teacher, work, world.student, {one.pk: Decimal(2)})

    assert (done.saved, done.conflicts) == (frozenset(), {world.student.pk})
    assert Submission.objects.get().responses.get().points == 1
    with pytest.raises(WorkError, match="0 to 2"):
        enter(teacher, work, world.student, {two.pk: Decimal(3)}, version=1)
