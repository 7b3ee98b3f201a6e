"""A person's judgement: said with a reason, leading, beside what is computed, ended by a person only."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from assessments import services
from assessments.choices import Shape
from assessments.models import MasterySummary, TeacherJudgement
from supports import recompute
from supports.models import Flag
from tests.cast import demonstrate, see, viewer_of
from tests.factories.supports import FocusFactory


def judge(by, student, competency, level=3, *, key=None, replaces=None, reason="Explained it to the class."):
    """A judgement of this person, said today."""
    viewer = viewer_of(by)
    return services.set_judgement(
        by=viewer,
        student=student,
        competency=competency,
        key=key or uuid.uuid4(),
        level=Decimal(str(level)),
        reason=reason,
        language="en",
        judged_on=viewer.today,
        replaces=replaces,
    )


def summary_of(student, competency):
    """What is stored."""
    return MasterySummary.objects.get(student=student, competency=competency)


@pytest.fixture
def idea(world):
    """The competency that is judged."""
    return world.idea["compare"]


def test_a_judgement_leads_and_what_was_computed_stays_beside_it(world, teacher, idea):
    see(teacher, world.student, idea, 2)
    mine = judge(teacher, world.student, idea, 4)
    recompute.refresh_due()

    row = summary_of(world.student, idea)
    assert (row.shape, row.held, row.is_demonstrated, row.judgement_id) == (Shape.DEEPER, 4, True, mine.pk)
    assert row.pieces == 1
    assert row.explanation["code"] == "judged"
    assert row.explanation["computed"]["shape"] == "building"
    assert row.explanation["computed"]["is_demonstrated"] is False
    assert row.explanation["why_not_yet"] == []
    assert recompute.compare(recompute.students_to_check()) == []


@pytest.mark.parametrize(
    ("level", "shape", "held", "shown"),
    [(1, "building", 1, False), ("2.5", "building", 2, False), (3, "shown", 3, True), ("3.5", "deeper", 3, True)],
)
def test_a_judgement_without_any_evidence_makes_a_summary(world, teacher, idea, level, shape, held, shown):
    judge(teacher, world.student, idea, level)
    recompute.refresh_due()

    row = summary_of(world.student, idea)
    assert (row.shape, row.held, row.is_demonstrated) == (shape, held, shown)
    assert (row.pieces, row.last_observed_on, row.estimate) == (0, None, None)


def test_new_evidence_never_ends_a_judgement(world, teacher, idea):
    judge(teacher, world.student, idea, 2)
    demonstrate(teacher, world.student, idea, until=world.today)
    recompute.refresh_due()

    row = summary_of(world.student, idea)
    assert (row.shape, row.held, row.is_demonstrated) == (Shape.BUILDING, 2, False)
    assert row.explanation["computed"]["is_demonstrated"] is True
    assert TeacherJudgement.objects.filter(ended_at__isnull=True).count() == 1


def test_ending_a_judgement_lets_what_is_computed_lead_again(world, teacher, co_teacher, idea):
    see(teacher, world.student, idea, 2)
    row = judge(teacher, world.student, idea, 4)
    recompute.refresh_due()
    services.end_judgement(by=viewer_of(co_teacher), judgement=row, reason="It was another child.")
    services.end_judgement(by=viewer_of(co_teacher), judgement=row, reason="again")
    recompute.refresh_due()

    stored = summary_of(world.student, idea)
    assert (stored.shape, stored.judgement_id, "computed" in stored.explanation) == (Shape.BUILDING, None, False)
    row.refresh_from_db()
    assert (row.end_reason, row.ended_by) == ("It was another child.", co_teacher)
    assert AuditEvent.objects.filter(action="judgement.end").count() == 1


def test_ending_the_only_thing_said_leaves_no_summary(world, teacher, idea):
    row = judge(teacher, world.student, idea)
    recompute.refresh_due()
    services.end_judgement(by=viewer_of(teacher), judgement=row, reason="mistaken")
    recompute.refresh_due()

    assert not MasterySummary.objects.filter(student=world.student, competency=idea).exists()


def test_the_same_key_says_the_same_once(world, teacher, idea):
    key = uuid.uuid4()
    first = judge(teacher, world.student, idea, key=key)

    assert judge(teacher, world.student, idea, key=key) == first
    with pytest.raises(services.JudgementError):
        judge(teacher, world.student, idea, 4, key=key)
    assert TeacherJudgement.objects.count() == 1


def test_who_did_not_see_the_standing_judgement_is_shown_it(world, teacher, co_teacher, idea):
    first = judge(teacher, world.student, idea, 3)
    with pytest.raises(services.JudgementStandsError) as stands:
        judge(co_teacher, world.student, idea, 2)
    assert stands.value.current == first

    second = judge(co_teacher, world.student, idea, 2, replaces=first.public_id)
    assert list(TeacherJudgement.objects.filter(ended_at__isnull=True)) == [second]
    with pytest.raises(services.JudgementStandsError):
        services.end_judgement(by=viewer_of(teacher), judgement=first, reason="late")


@pytest.mark.parametrize("level", ["0.5", "4.5", "2.25", "NaN"])
def test_a_level_off_the_scale_is_refused(world, teacher, idea, level):
    with pytest.raises(services.JudgementError):
        judge(teacher, world.student, idea, level)
    assert not TeacherJudgement.objects.exists()


def test_a_judgement_wants_a_reason(world, teacher, idea):
    with pytest.raises(services.JudgementError):
        judge(teacher, world.student, idea, reason="  ")


def test_flags_follow_the_judgement(world, teacher, idea):
    judge(teacher, world.student, idea, 3)
    recompute.refresh_due()

    flag = Flag.objects.get(student=world.student, rule="READY_NEXT", competency=idea)
    assert flag.owner == teacher
    assert flag.evidence_ids == []
    services.end_judgement(by=viewer_of(teacher), judgement=TeacherJudgement.objects.get(), reason="mistaken")
    recompute.refresh_due()
    flag.refresh_from_db()
    assert flag.state == "resolved"
    assert recompute.compare(recompute.students_to_check()) == []


def test_a_step_chosen_before_the_judgement_is_open_again_and_one_chosen_after_is_answered(world, teacher, idea):
    following = world.idea["equivalent"]
    now = timezone.now()
    over = {"section": world.section, "competency": following, "chosen_by": teacher, "ends_on": world.today}
    FocusFactory(**over, starts_on=world.day(9), chosen_at=now - timedelta(days=9))
    judge(teacher, world.student, idea, 3)
    recompute.refresh_due()
    ready = Flag.objects.filter(student=world.student, rule="READY_NEXT", competency=idea, state="open")
    assert ready.exists()

    FocusFactory(**over, starts_on=world.day(1), chosen_at=now + timedelta(minutes=1))
    services.request_refresh([world.student.pk])
    recompute.refresh_due()
    assert not ready.exists()


def test_a_judged_step_is_seen_before_the_next_one(world, teacher, idea):
    for ago in (3, 1):
        see(teacher, world.student, idea, 2, on=world.day(ago))
    recompute.refresh_due()
    assert Flag.objects.filter(rule="NOT_SEEN_YET", student=world.student).exists()

    judge(teacher, world.student, world.idea["equal parts"], 3)
    recompute.refresh_due()
    assert not Flag.objects.filter(rule="NOT_SEEN_YET", student=world.student, state="open").exists()


def test_the_judgement_of_a_merged_record_counts_for_the_one_that_stayed(world, teacher, idea):
    first, second = world.students[:2]
    judge(teacher, first, idea, 2)
    newer = judge(teacher, second, idea, 4)
    type(first).objects.filter(pk=first.pk).update(alias_of=second)
    services.request_refresh([first.pk, second.pk])
    from_both = recompute.refresh_due()

    assert from_both
    assert summary_of(second, idea).judgement == newer
    assert recompute.compare(recompute.students_to_check()) == []
    third = judge(teacher, second, idea, 3, replaces=newer.public_id)
    assert list(TeacherJudgement.objects.filter(ended_at__isnull=True)) == [third]


# ------------------------------------------------------------------ pages
def address(world, idea):
    return reverse("judgement", args=[world.student.public_id, idea.public_id])


def body(**more):
    return {
        "key": str(uuid.uuid4()),
        "replaces": "",
        "level": "4",
        "reason": "Taught it to a friend.",
        "judged_on": "",
        "language": "en",
        **more,
    }


def test_a_teacher_judges_on_the_page_and_the_family_reads_it(world, teacher, guardian, idea, client_of):
    see(teacher, world.student, idea, 2)
    client = client_of(teacher)
    assert client.get(address(world, idea)).status_code == 200
    sent = body(judged_on=world.today.isoformat())
    answer = client.post(address(world, idea), sent)
    assert answer.status_code == 302
    page = reverse("student_competency", args=[world.student.public_id, idea.public_id])
    assert "Taught it to a friend." in client.get(page).content.decode()  # before any worker saw it
    recompute.refresh_due()

    page = reverse("student_competency", args=[world.student.public_id, idea.public_id])
    staff, family = client.get(page).content.decode(), client_of(guardian).get(page).content.decode()
    for html in (staff, family):
        assert "Taught it to a friend." in html
        assert "What the pieces add up to stands beside it" in html
    assert "Maya has shown this and goes beyond it. A teacher says so" in family
    assert address(world, idea) in staff
    assert address(world, idea) not in family


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"level": "9"}, {"level": ""}, {"judged_on": "2999-01-01"}, {"key": "x"}]
)
def test_a_judgement_that_cannot_be_is_said_so(world, teacher, idea, client_of, wrong):
    answer = client_of(teacher).post(address(world, idea), body(**{"judged_on": world.today.isoformat(), **wrong}))

    assert answer.status_code == 422
    assert not TeacherJudgement.objects.exists()


def test_two_teachers_judging_at_once_see_each_other(world, teacher, co_teacher, idea, client_of):
    judge(teacher, world.student, idea, 2, reason="Needs the picture still.")
    client = client_of(co_teacher)
    answer = client.post(address(world, idea), body(judged_on=world.today.isoformat()))

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Needs the picture still." in html
    assert "Taught it to a friend." in html
    standing = TeacherJudgement.objects.get()
    assert str(standing.public_id) in html
    sent = body(judged_on=world.today.isoformat(), replaces=str(standing.public_id))
    assert client.post(address(world, idea), sent).status_code == 302
    assert TeacherJudgement.objects.get(ended_at__isnull=True).judged_by == co_teacher


def test_ending_wants_a_reason_on_the_page(world, teacher, idea, client_of):
    row = judge(teacher, world.student, idea)
    end = reverse("judgement_end", args=[row.public_id])
    client = client_of(teacher)

    assert client.post(end, {"end_reason": " "}).status_code == 422
    assert client.post(end, {"end_reason": "mistaken"}).status_code == 302
    row.refresh_from_db()
    assert row.end_reason == "mistaken"
    newer = judge(teacher, world.student, idea, 4)
    assert client.post(end, {"end_reason": "late"}).status_code == 409
    newer.refresh_from_db()
    assert newer.ended_at is None
