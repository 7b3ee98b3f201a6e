"""The steps of a plan's year: worked by hand on one calendar, and properties that hold for every mixture of facts.

The year: Monday 17 August 2026 to Friday 28 May 2027, closed on 7 September (Labor Day) and 23 to 27 November. Counted
on paper: the 5th school day after 17 August is Monday 24 August, the 10th 31 August, the 20th 15 September, the 30th
29 September, the 35th 6 October, the 40th 13 October.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.calendar import SchoolCalendar
from success_plans import choices
from success_plans.contacts import Attempt
from success_plans.cycle import Ended, Facts, Given, Missing, Outcome, Step, Stretch, Template, decide

FIRST, LAST = date(2026, 8, 17), date(2027, 5, 28)
CLOSED = frozenset({date(2026, 9, 7), *(date(2026, 11, n) for n in range(23, 28))})
CALENDAR = SchoolCalendar(FIRST, LAST, closed=CLOSED)
NAVIGATOR, TEACHER, LEAD, OWNER = 1, 2, 3, 4
NEW = Facts(starts_on=FIRST, plan_lead=LEAD, teacher=TEACHER)
HELD = replace(NEW, navigator=NAVIGATOR, navigators=(Stretch(FIRST),))
OCTOBER = date(2026, 10, 1)


def steps(facts, today=OCTOBER):
    return {(line.step, line.number): line for line in decide(facts, CALENDAR, today=today)}


def one(facts, step, today=OCTOBER, number=1):
    return steps(facts, today).get((step, number))


def test_the_words_of_the_cycle_are_those_of_the_database():
    assert set(Step) == set(choices.StepName.values)
    assert set(Outcome) == set(choices.StepOutcome.values)
    assert set(Template) == set(choices.TemplateKind.values)


@pytest.mark.parametrize(
    ("step", "due", "owner"),
    [
        (Step.NAVIGATOR, date(2026, 8, 24), LEAD),
        (Step.INTAKE, date(2026, 9, 15), TEACHER),
        (Step.CONVERSATION, date(2026, 9, 29), LEAD),
        (Step.CLASS_REVIEW, date(2026, 10, 6), TEACHER),
        (Step.MEETING, date(2026, 10, 13), LEAD),
    ],
)
def test_a_new_student_has_five_steps_with_these_days(step, due, owner):
    line = one(NEW, step, today=FIRST)
    assert (line.opened_on, line.due_on, line.owner, line.done_on) == (FIRST, due, owner, None)
    assert {line.step for line in decide(NEW, CALENDAR, today=FIRST)} == {
        Step.NAVIGATOR, Step.INTAKE, Step.CONVERSATION, Step.CLASS_REVIEW, Step.MEETING,
    }  # fmt: skip


def test_a_navigator_takes_what_is_the_navigators():
    owners = {step: line.owner for (step, _n), line in steps(HELD).items()}
    assert owners == {
        Step.INTAKE: NAVIGATOR,
        Step.CONVERSATION: NAVIGATOR,
        Step.CLASS_REVIEW: TEACHER,
        Step.MEETING: NAVIGATOR,
    }


# ------------------------------------------------------------------ a navigator
@pytest.mark.parametrize(
    ("navigators", "expected"),
    [
        ((), [(FIRST, None)]),
        ((Stretch(FIRST),), []),
        ((Stretch(date(2026, 8, 20)),), [(FIRST, date(2026, 8, 20))]),
        ((Stretch(FIRST, date(2026, 9, 10)), Stretch(date(2026, 9, 10))), []),
        ((Stretch(FIRST, date(2026, 9, 10)),), [(date(2026, 9, 10), None)]),
        (
            (Stretch(date(2026, 8, 20), date(2026, 9, 10)), Stretch(date(2026, 9, 14))),
            [(FIRST, date(2026, 8, 20)), (date(2026, 9, 10), date(2026, 9, 14))],
        ),
        ((Stretch(date(2020, 1, 1)), Stretch(date(2026, 9, 1), date(2026, 9, 5))), []),
    ],
)
def test_each_time_without_a_navigator_is_a_step(navigators, expected):
    lines = [x for x in decide(replace(NEW, navigators=navigators), CALENDAR, today=OCTOBER) if x.step == "navigator"]
    assert [(line.opened_on, line.done_on) for line in lines] == expected
    assert [line.number for line in lines] == list(range(1, len(expected) + 1))


# ------------------------------------------------------------------ intake
def test_the_first_look_needs_the_students_voice_and_something_academic():
    said = replace(HELD, who_i_am_on=date(2026, 8, 25))
    assert one(said, Step.INTAKE).missing == (Missing.ACADEMIC,)
    both = replace(said, academic_on=date(2026, 9, 2))
    assert one(both, Step.INTAKE).done_on == date(2026, 9, 2)
    assert one(both, Step.INTAKE).outcome is Outcome.DONE


def test_wellbeing_is_asked_for_only_with_consent():
    facts = replace(HELD, who_i_am_on=date(2026, 8, 25), academic_on=date(2026, 9, 2), wellbeing_consent=True)
    assert one(facts, Step.INTAKE).missing == (Missing.WELLBEING,)
    assert one(replace(facts, wellbeing_on=date(2026, 9, 9)), Step.INTAKE).done_on == date(2026, 9, 9)


def test_who_was_looked_at_before_has_no_first_look():
    before = FIRST - timedelta(days=200)
    assert one(replace(HELD, who_i_am_on=before, academic_on=before), Step.INTAKE) is None


# ------------------------------------------------------------------ the family
def tries(*given):
    return tuple(Attempt(datetime(2026, 9, day, 15, tzinfo=UTC), mode, outcome) for day, mode, outcome in given)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ((), None),
        (((1, "phone", "held"),), (date(2026, 9, 1), Outcome.DONE)),
        (((1, "phone", "no_answer"), (2, "phone", "no_answer"), (3, "phone", "no_answer")), None),
        (
            ((1, "phone", "no_answer"), (2, "phone", "no_answer"), (3, "letter", "left_message")),
            (date(2026, 9, 3), Outcome.NOT_REACHED),
        ),
        (
            (
                (1, "phone", "no_answer"),
                (2, "phone", "no_answer"),
                (3, "phone", "no_answer"),
                (8, "visit", "no_answer"),
            ),
            (date(2026, 9, 8), Outcome.NOT_REACHED),
        ),
        (((1, "phone", "declined"), (9, "phone", "held")), (date(2026, 9, 9), Outcome.DONE)),
        (((1, "phone", "declined"),), (date(2026, 9, 1), Outcome.DECLINED)),
    ],
)
def test_a_conversation_is_held_declined_or_not_reached(attempts, expected):
    line = one(replace(HELD, tries=tries(*attempts)), Step.CONVERSATION)
    assert ((line.done_on, line.outcome) if line.done_on else None) == expected


def test_tries_of_last_year_say_nothing_about_this_one():
    old = Attempt(datetime(2026, 5, 4, 15, tzinfo=UTC), "phone", "held")
    assert one(replace(HELD, tries=(old,)), Step.CONVERSATION).done_on is None


def test_in_the_light_template_the_conference_is_the_conversation_too():
    met = replace(HELD, meeting_on=date(2026, 9, 17))
    assert one(met, Step.CONVERSATION).done_on == date(2026, 9, 17)
    assert one(replace(met, template=Template.FULL), Step.CONVERSATION).done_on is None
    full = replace(met, template=Template.FULL, family_meeting_on=date(2026, 9, 3))
    assert one(full, Step.CONVERSATION).done_on == date(2026, 9, 3)


# ------------------------------------------------------------------ review of the class, meeting
def test_who_sits_in_no_class_is_not_asked_for_in_a_review():
    assert one(replace(HELD, teacher=None), Step.CLASS_REVIEW) is None
    assert one(replace(HELD, discussed_on=date(2026, 9, 9)), Step.CLASS_REVIEW).done_on == date(2026, 9, 9)


MET = replace(HELD, meeting_on=date(2026, 9, 17), aim_on=date(2026, 9, 17), enrichment_on=date(2026, 9, 21))


def test_a_meeting_is_done_when_it_was_held_with_an_aim_and_enrichment_was_considered():
    assert one(MET, Step.MEETING).done_on == date(2026, 9, 21)
    assert one(replace(MET, enrichment_on=None), Step.MEETING).missing == (Missing.ENRICHMENT,)
    assert one(replace(MET, aim_on=None, meeting_on=None), Step.MEETING).missing == (Missing.MEETING, Missing.AIM)


def test_an_intention_is_enough_in_the_light_template_and_not_in_the_full_one():
    full = replace(MET, template=Template.FULL)
    assert one(full, Step.MEETING).missing == (Missing.AIM,)
    assert one(replace(full, goal_on=date(2026, 9, 17)), Step.MEETING).done_on == date(2026, 9, 21)


def test_after_a_move_the_meeting_comes_within_ten_school_days():
    came = replace(HELD, starts_on=date(2026, 11, 16), moved_here=True)
    line = one(came, Step.MEETING, today=date(2026, 11, 16))
    assert line.due_on == date(2026, 12, 7)  # 17-20 Nov, a week closed, 30 Nov-4 Dec, 7 Dec
    assert one(replace(came, moved_here=False), Step.MEETING, today=date(2026, 11, 16)).due_on == date(2027, 1, 18)


# ------------------------------------------------------------------ supports
def test_each_support_begins_within_ten_school_days_and_one_that_stopped_asks_nothing():
    running = Given(OWNER, date(2026, 9, 14), is_live=True)
    begun = Given(OWNER, date(2026, 9, 14), is_live=True, first_session_on=date(2026, 9, 16))
    stopped = Given(OWNER, date(2026, 9, 14), is_live=False)
    facts = replace(HELD, supports=(stopped, running, begun))
    assert one(facts, Step.SUPPORTS) is None
    assert (one(facts, Step.SUPPORTS, number=2).due_on, one(facts, Step.SUPPORTS, number=2).owner) == (
        date(2026, 9, 28),
        OWNER,
    )
    assert one(facts, Step.SUPPORTS, number=3).done_on == date(2026, 9, 16)


# ------------------------------------------------------------------ reviews
def test_a_full_plan_is_looked_at_every_six_to_eight_weeks():
    full = replace(MET, template=Template.FULL, goal_on=date(2026, 9, 17))  # the plan begins on 21 September
    assert one(full, Step.REVIEW, today=date(2026, 11, 1)) is None
    first = one(full, Step.REVIEW, today=date(2026, 11, 2))
    assert (first.opened_on, first.due_on) == (date(2026, 11, 2), date(2026, 11, 16))
    ended = {(Step.REVIEW, 1): Ended(date(2026, 11, 9), Outcome.CHANGE)}
    second = one(replace(full, ended=ended), Step.REVIEW, today=date(2027, 1, 4), number=2)
    assert (second.opened_on, second.due_on) == (date(2026, 12, 21), date(2027, 1, 4))


def test_a_light_plan_is_looked_at_twice_a_year_in_even_steps():
    whole = CALENDAR.school_days_between(date(2026, 9, 21), LAST)
    assert whole == 174  # 36 weeks less one closed one are 175 days; the last of them is not counted
    first = one(MET, Step.REVIEW, today=LAST)
    assert first.due_on == CALENDAR.add_school_days(date(2026, 9, 21), 58) == date(2026, 12, 17)
    assert first.opened_on == date(2026, 12, 3)
    ended = {(Step.REVIEW, 1): Ended(date(2026, 12, 10), Outcome.CONTINUE)}
    second = one(replace(MET, ended=ended), Step.REVIEW, today=LAST, number=2)
    assert second.due_on == CALENDAR.add_school_days(date(2026, 9, 21), 116)
    ended[(Step.REVIEW, 2)] = Ended(date(2027, 3, 10), Outcome.CONTINUE)
    assert one(replace(MET, ended=ended), Step.REVIEW, today=LAST, number=3) is None


def test_nothing_is_reviewed_before_there_is_a_plan():
    assert one(HELD, Step.REVIEW, today=LAST) is None
    assert one(replace(HELD, agreed_on=FIRST - timedelta(days=90)), Step.REVIEW, today=LAST) is None
    assert one(replace(HELD, agreed_on=date(2026, 9, 1)), Step.REVIEW, today=LAST) is not None
    by_hand = {(Step.MEETING, 1): Ended(date(2026, 9, 1), Outcome.DONE)}
    assert one(replace(HELD, ended=by_hand), Step.REVIEW, today=LAST) is not None
    declined = {(Step.MEETING, 1): Ended(date(2026, 9, 1), Outcome.DECLINED)}
    assert one(replace(HELD, ended=declined), Step.REVIEW, today=LAST) is None


# ------------------------------------------------------------------ the end of the year, and leaving
def test_the_year_ends_with_two_signatures_and_the_next_navigator():
    assert one(HELD, Step.YEAR_END, today=date(2027, 4, 15)) is None
    line = one(HELD, Step.YEAR_END, today=date(2027, 4, 16))
    assert (line.opened_on, line.due_on) == (date(2027, 4, 16), LAST)
    assert line.missing == (Missing.STUDENT, Missing.FAMILY, Missing.NEXT)
    may = date(2027, 5, 10)
    signed = replace(HELD, student_signed_on=may, family_signed_on=may)
    assert one(signed, Step.YEAR_END, today=may).missing == (Missing.NEXT,)
    handed = replace(signed, handed_on=date(2027, 5, 12))
    assert one(handed, Step.YEAR_END, today=LAST).done_on == date(2027, 5, 12)


def test_the_plan_of_a_student_who_leaves_goes_along():
    gone = replace(HELD, is_active=False, leaving_on=date(2026, 10, 9))
    assert decide(gone, CALENDAR, today=OCTOBER) == []
    (line,) = decide(replace(gone, has_plan=True), CALENDAR, today=OCTOBER)
    assert (line.step, line.due_on, line.owner, line.done_on) == (Step.TRANSFER, date(2026, 10, 9), LEAD, None)
    (sent,) = decide(replace(gone, has_plan=True, packet_on=OCTOBER), CALENDAR, today=OCTOBER)
    assert sent.done_on == OCTOBER


def test_nothing_opens_after_the_last_school_day():
    late = replace(HELD, starts_on=LAST + timedelta(days=4), supports=(Given(OWNER, LAST + timedelta(days=4), True),))
    assert decide(late, CALENDAR, today=LAST + timedelta(days=30)) == []


# ------------------------------------------------------------------ properties
DAYS = st.dates(FIRST - timedelta(days=60), LAST + timedelta(days=40))
MAYBE = st.none() | DAYS
PEOPLE = st.none() | st.integers(1, 9)
STRETCHES = st.lists(
    st.tuples(DAYS, st.none() | st.integers(1, 200)).map(
        lambda pair: Stretch(pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
    ),
    max_size=4,
).map(tuple)
SUPPORTS = st.lists(st.builds(Given, st.integers(1, 9), DAYS, st.booleans(), MAYBE), max_size=3).map(tuple)
REVIEWS = st.lists(DAYS, max_size=3).map(
    lambda days: {(Step.REVIEW, n): Ended(day, Outcome.CONTINUE) for n, day in enumerate(sorted(days), 1)}
)
FACTS = st.builds(
    Facts,
    starts_on=DAYS, is_active=st.booleans(), moved_here=st.booleans(), template=st.sampled_from(Template),
    navigator=PEOPLE, navigators=STRETCHES, teacher=PEOPLE, plan_lead=PEOPLE, who_i_am_on=MAYBE, academic_on=MAYBE,
    wellbeing_consent=st.booleans(), wellbeing_on=MAYBE, family_meeting_on=MAYBE, discussed_on=MAYBE,
    meeting_on=MAYBE, aim_on=MAYBE, goal_on=MAYBE, enrichment_on=MAYBE, agreed_on=MAYBE, supports=SUPPORTS,
    student_signed_on=MAYBE, family_signed_on=MAYBE, handed_on=MAYBE, has_plan=st.booleans(), leaving_on=MAYBE,
    packet_on=MAYBE, ended=REVIEWS,
)  # fmt: skip


@given(FACTS, DAYS)
def test_every_step_is_well_formed(facts, today):
    lines = decide(facts, CALENDAR, today=today)
    assert len({(line.step, line.number) for line in lines}) == len(lines)
    for line in lines:
        assert line.opened_on <= line.due_on
        assert line.opened_on <= today
        assert (line.done_on is None) == (line.outcome is None)
        assert line.done_on is None or not line.missing
        assert line.done_on is not None or line.missing
        assert line.done_on is None or line.done_on >= line.opened_on


@given(FACTS, DAYS, st.integers(0, 30))
def test_waiting_a_while_takes_no_step_away(facts, today, more):
    before = {(line.step, line.number) for line in decide(facts, CALENDAR, today=today)}
    after = {(line.step, line.number) for line in decide(facts, CALENDAR, today=today + timedelta(days=more))}
    assert before <= after
