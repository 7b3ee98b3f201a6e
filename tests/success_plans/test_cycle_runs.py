"""The run of a day: opens, closes, carries over, and changes nothing when it is run again."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import CalendarException, Relationship, SchoolYear, Student
from success_plans.choices import (
    ContactMode,
    ContactOutcome,
    MeetingKind,
    MeetingState,
    StatementKind,
    StepName,
    StepOutcome,
    Voice,
)
from success_plans.models import ClassReview, ContactAttempt, CycleRun, CycleStep, Meeting, ReviewEntry
from success_plans.recompute import EndedBecause, refresh_cycle, run_due, run_school
from success_plans.services import plans
from supports.models import SupportSession
from tests import factories as make
from tests.cast import add_student, relate, viewer_of

pytestmark = pytest.mark.django_db
S = StepName


@pytest.fixture
def school(world):
    """Riverside, whose year began 40 days ago; Maya has a navigator since then."""
    SchoolYear.objects.update(starts_on=world.day(40))
    Relationship.objects.update(starts_on=world.day(40))
    return world.school


def step(student, name, number=1):
    return CycleStep.objects.get(student=student, step=name, number=number)


def open_steps(student):
    return set(CycleStep.objects.filter(student=student, done_on__isnull=True).values_list("step", flat=True))


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def talk(world, by, ago, mode=ContactMode.PHONE, outcome=ContactOutcome.HELD):
    return ContactAttempt.objects.create(
        student=world.student, by=by, tried_at=at_noon(world.day(ago)), mode=mode, outcome=outcome, key=uuid.uuid4()
    )


def test_a_run_opens_what_is_asked_of_everyone(school, world, plan_lead, teacher, navigator):
    change = run_school(school, day=world.today)
    ben = world.students[1]
    assert open_steps(ben) == {S.NAVIGATOR, S.INTAKE, S.CONVERSATION, S.CLASS_REVIEW, S.MEETING}
    assert open_steps(world.student) == {S.INTAKE, S.CONVERSATION, S.CLASS_REVIEW, S.MEETING}
    assert step(ben, S.NAVIGATOR).owner == plan_lead
    assert step(ben, S.NAVIGATOR).due_on == world.day(35)
    assert step(world.student, S.MEETING).owner == navigator
    assert step(world.student, S.MEETING).due_on == world.today
    assert step(ben, S.CLASS_REVIEW).owner == teacher
    assert change.opened == CycleStep.objects.count() == 4 + 5 * len(world.students)
    assert not CycleStep.objects.filter(student=world.student_elsewhere).exists()


def test_a_second_run_changes_nothing(school, world):
    run_school(school, day=world.today)
    before = list(CycleStep.objects.order_by("pk").values())
    with CaptureQueriesContext(connection) as queries:
        assert run_school(school, day=world.today).is_nothing
    assert list(CycleStep.objects.order_by("pk").values()) == before
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", 'INSERT INTO "success_plans_cyclestep'))]
    assert CycleRun.objects.get().opened == len(before)


def test_each_school_is_gone_through_once_a_day_and_a_missed_day_is_caught_up(school, world):
    noon = at_noon(world.today)
    assert run_due(now=noon).opened
    assert CycleRun.objects.count() == 2
    assert run_due(now=noon + timedelta(minutes=10)).is_nothing
    assert CycleRun.objects.count() == 2
    run_due(now=noon + timedelta(days=3))
    assert set(CycleRun.objects.values_list("day", flat=True)) == {world.today, world.today + timedelta(days=3)}


def test_the_first_look_closes_itself_when_the_student_spoke_and_something_was_seen(school, world, student, teacher):
    run_school(school, day=world.today)
    say = {"kind": StatementKind.STRENGTH, "voice": Voice.STUDENT, "text": "I draw maps", "language": "en"}
    plans.say(by=viewer_of(student), student=world.student, **say)
    refresh_cycle([world.student.pk])
    assert step(world.student, S.INTAKE).done_on is None
    make.EvidenceFactory(student=world.student, competency=world.idea["compare"], recorded_by=teacher)
    refresh_cycle([world.student.pk])
    row = step(world.student, S.INTAKE)
    assert (row.done_on, row.outcome, row.done_by) == (world.today, StepOutcome.DONE, None)


def test_not_reached_is_not_done_and_may_still_become_a_talk(school, world, navigator):
    talk(world, navigator, 9, outcome=ContactOutcome.NO_ANSWER)
    talk(world, navigator, 8, outcome=ContactOutcome.NO_ANSWER)
    run_school(school, day=world.today)
    assert step(world.student, S.CONVERSATION).done_on is None
    talk(world, navigator, 7, mode=ContactMode.LETTER, outcome=ContactOutcome.LEFT_MESSAGE)
    refresh_cycle([world.student.pk])
    row = step(world.student, S.CONVERSATION)
    assert (row.outcome, row.done_on) == (StepOutcome.NOT_REACHED, world.day(7))
    talk(world, navigator, 1)
    refresh_cycle([world.student.pk])
    row.refresh_from_db()
    assert (row.outcome, row.done_on) == (StepOutcome.DONE, world.day(1))


def test_a_meeting_closes_with_an_aim_and_enrichment_considered(school, world, navigator, teacher):
    plan = make.PlanFactory(student=world.student)
    Meeting.objects.create(
        plan=plan, kind=MeetingKind.PLAN, state=MeetingState.HELD, starts_at=at_noon(world.day(5)),
        held_at=at_noon(world.day(5)), language="en", called_by=navigator,
    )  # fmt: skip
    make.GoalFactory(plan=plan, author=navigator)
    run_school(school, day=world.today)
    assert step(world.student, S.MEETING).done_on is None
    assert step(world.student, S.CONVERSATION).done_on == world.day(5)  # the light template: the conference is both
    review = ClassReview.objects.create(section=world.section, started_by=teacher, started_on=world.day(2))
    ReviewEntry.objects.create(
        review=review, student=world.student, strength="Asks good questions", enrichment_considered=True,
        language="en", by=teacher, discussed_on=world.day(2),
    )  # fmt: skip
    refresh_cycle([world.student.pk])
    assert step(world.student, S.CLASS_REVIEW).done_on == world.day(2)
    assert step(world.student, S.MEETING).done_on == world.today  # the aim was written today
    assert step(world.student, S.MEETING).outcome == StepOutcome.DONE


def test_a_support_has_ten_school_days_until_its_first_session(school, world, teacher):
    support = make.SupportFactory(student=world.student, owner=teacher, starts_on=world.today)
    run_school(school, day=world.today)
    row = step(world.student, S.SUPPORTS)
    assert (row.owner, row.due_on) == (teacher, world.today + timedelta(days=10))
    SupportSession.objects.create(support=support, held_on=world.today, minutes=20, by=teacher, key=uuid.uuid4())
    refresh_cycle([world.student.pk])
    row.refresh_from_db()
    assert row.outcome == StepOutcome.DONE


def test_a_support_that_stopped_asks_for_nothing_and_asks_again_when_it_goes_on(school, world, teacher):
    support = make.SupportFactory(student=world.student, owner=teacher, starts_on=world.today)
    run_school(school, day=world.today)
    support.state = "stopped"
    support.save()
    refresh_cycle([world.student.pk])
    row = step(world.student, S.SUPPORTS)
    assert (row.outcome, row.reason) == (StepOutcome.NOT_NEEDED, EndedBecause.NO_LONGER)
    support.state = "running"
    support.save()
    refresh_cycle([world.student.pk])
    row.refresh_from_db()
    assert (row.done_on, row.outcome, row.reason) == (None, "", "")


def test_a_new_navigator_takes_over_the_open_steps(school, world, navigator, co_teacher):
    run_school(school, day=world.today)
    Relationship.objects.filter(person=navigator).update(ends_on=world.today)
    relate(co_teacher, "caseload", [world.student], starts_on=world.today)
    refresh_cycle([world.student.pk])
    owners = set(
        CycleStep.objects.filter(student=world.student, step__in=[S.MEETING, S.CONVERSATION]).values_list("owner")
    )
    assert owners == {(co_teacher.pk,)}
    assert not CycleStep.objects.filter(student=world.student, step=S.NAVIGATOR).exists()


def test_what_a_person_closed_stays_as_they_left_it(school, world, navigator, teacher):
    run_school(school, day=world.today)
    row = step(world.student, S.CONVERSATION)
    CycleStep.objects.filter(pk=row.pk).update(
        done_on=world.today, outcome=StepOutcome.DECLINED, reason="They wrote us.", done_by=navigator
    )
    talk(world, navigator, 0)
    assert refresh_cycle([world.student.pk]).is_nothing
    row.refresh_from_db()
    assert (row.outcome, row.reason) == (StepOutcome.DECLINED, "They wrote us.")


# ------------------------------------------------------------------ moving, leaving, the next year
def test_a_move_starts_the_clocks_again_and_the_meeting_comes_within_ten_days(school, world):
    make.PlanFactory(student=world.student, created_at=at_noon(world.day(30)))
    run_school(school, day=world.day(20))
    Student.objects.filter(pk=world.student.pk).update(school=world.school_elsewhere, entered_on=world.day(3))
    run_school(world.school_elsewhere, day=world.today)
    old, new = step(world.student, S.MEETING, 1), step(world.student, S.MEETING, 2)
    assert (old.school, old.outcome, old.reason) == (school, StepOutcome.NOT_NEEDED, EndedBecause.MOVED)
    assert (new.school, new.opened_on, new.due_on) == (world.school_elsewhere, world.day(3), world.day(-7))
    assert refresh_cycle([world.student.pk]).is_nothing


def test_steps_of_who_left_end_and_the_plan_is_asked_to_follow(school, world, plan_lead):
    make.PlanFactory(student=world.student)
    run_school(school, day=world.today)
    Student.objects.filter(pk=world.student.pk).update(is_active=False, left_on=world.today)
    run_school(school, day=world.today)
    rows = CycleStep.objects.filter(student=world.student)
    assert open_steps(world.student) == {S.TRANSFER}
    assert rows.get(step=S.TRANSFER).owner == plan_lead
    assert set(rows.exclude(step=S.TRANSFER).values_list("reason", flat=True)) == {EndedBecause.LEFT}


def test_who_comes_back_is_asked_for_again(school, world):
    run_school(school, day=world.today)
    Student.objects.filter(pk=world.student.pk).update(is_active=False, left_on=world.today)
    run_school(school, day=world.today)
    Student.objects.filter(pk=world.student.pk).update(is_active=True, left_on=None, entered_on=world.today)
    run_school(school, day=world.today)
    assert open_steps(world.student) == {S.INTAKE, S.CONVERSATION, S.CLASS_REVIEW, S.MEETING}
    assert step(world.student, S.MEETING).due_on == world.day(-40)


def test_a_new_year_closes_the_old_ones_steps_and_opens_its_own_and_the_plan_is_as_it_was(school, world, student):
    plans.say(
        by=viewer_of(student), student=world.student, kind=StatementKind.HOPE, voice=Voice.STUDENT, text="To sail",
        language="en",
    )  # fmt: skip
    run_school(school, day=world.today)
    run_school(school, day=world.year.ends_on)
    plan = list(type(world.student.plan).objects.values())
    said = list(world.student.plan.statements.values())
    later = world.year.ends_on + timedelta(days=30)
    next_year = make.SchoolYearFactory(
        name="Next year", starts_on=later - timedelta(days=2), ends_on=later + timedelta(days=250)
    )
    days = [later + timedelta(days=n) for n in range(20)]
    CalendarException.objects.bulk_create(
        CalendarException(day=day, is_school_day=True) for day in days if day.weekday() > 4
    )
    # the summer: nothing of the old year ends, nothing opens
    summer = run_school(school, day=world.year.ends_on + timedelta(days=10))
    assert (summer.opened, summer.closed) == (0, 0)
    run_school(school, day=later)
    old = CycleStep.objects.filter(student=world.student, school_year=world.year)
    new = CycleStep.objects.filter(student=world.student, school_year=next_year)
    assert set(old.values_list("outcome", "reason")) == {(StepOutcome.NOT_NEEDED, EndedBecause.YEAR_OVER)}
    assert {S.CONVERSATION, S.MEETING} <= set(new.values_list("step", flat=True))
    assert list(type(world.student.plan).objects.values()) == plan
    assert list(world.student.plan.statements.values()) == said


# ------------------------------------------------------------------ cost, and two at once
def test_a_run_asks_the_database_as_often_for_many_students_as_for_few(school, world, teacher):
    run_school(school, day=world.today)
    with CaptureQueriesContext(connection) as few:
        run_school(school, day=world.today)
    more = [add_student(world.section, f"More{n}", f"Many{n}") for n in range(40)]
    relate(teacher, "section", more, section=world.section)
    run_school(school, day=world.today)
    with CaptureQueriesContext(connection) as many:
        run_school(school, day=world.today)
    assert len(many) == len(few) <= 40


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_each_step_once(school, world):
    def run(_n):
        try:
            return run_school(school, day=world.today)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        changes = list(two.map(run, range(2)))
    assert CycleStep.objects.count() == 4 + 5 * len(world.students)
    assert sum(change.opened for change in changes) >= CycleStep.objects.count()
    assert CycleRun.objects.count() == 1
