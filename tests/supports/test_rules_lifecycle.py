"""Flags over time: a school year played at random, and a second, naive reading of the rules."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assessments.mastery import Piece, independent, summarise
from supports.rules import (
    DEFAULT_SETTINGS,
    LIVE_STATES,
    Adults,
    ContinuumView,
    ExistingFlag,
    FlagPlan,
    FocusEntry,
    FocusKind,
    FocusScope,
    NewFlag,
    Rule,
    State,
    StudentPicture,
    Subject,
    SupportStart,
    decide,
    look_at,
)
from supports.rules.conditions import find_all
from tests.supports.pictures import (
    CALENDAR,
    COLLEAGUE,
    FIRST_DAY,
    LAST_SCHOOL_DAY,
    METHOD,
    NAVIGATOR,
    PLAN_LEAD,
    SCALE,
    TEACHER,
)

COMPETENCIES = (1, 2, 3, 4)
CONTINUUM = ContinuumView.of([(1, 2), (2, 3), (2, 4), (1, 4)])
VALUES = [Decimal(half) / 2 for half in range(2, 9)]
competencies = st.sampled_from(COMPETENCIES)


# -- a second reading of the rules, as slow and plain as it can be ----------------------------------------


def naive_demonstrated(ratings: list[Piece]) -> bool:
    return summarise(ratings, scale=SCALE, method=METHOD).demonstrated


def naive_deeper(ratings: list[Piece]) -> bool:
    top = [one for one in independent(ratings) if one.value >= 4]
    contexts = {one.context for one in top}
    return naive_demonstrated(ratings) and len(top) >= 2 and (len(contexts) >= 2 or contexts == {""})


def naive_crossing(ratings: list[Piece], test) -> datetime | None:
    """When `test` last became true, replaying everything from the very first record; None if it is not true."""
    crossing = None
    for moment in sorted({one.recorded_at for one in ratings}):
        is_true = test([one for one in ratings if one.recorded_at <= moment])
        crossing = (crossing or moment) if is_true else None
    return crossing


def naive_stalled(ratings: list[Piece], supports: list[SupportStart], competency: int, today: date) -> bool:
    pieces = independent(ratings)
    held = summarise(ratings, scale=SCALE, method=METHOD).held
    if not pieces or (held is not None and held >= 3):
        return False
    runs = [pieces[start:] for start in range(len(pieces))]
    runs = [
        run
        for run in runs
        if len(run) >= 3 and CALENDAR.school_days_between(run[0].observed_on, run[-1].observed_on) >= 15
    ]
    if not runs:
        return False
    run = min(runs, key=len)
    begun = [one.started_on for one in supports if one.competency == competency and one.started_on <= today]
    return max(one.value for one in run) == run[0].value and all(run[0].observed_on >= day for day in begun)


def naive_findings(
    evidence: dict[int, list[Piece]], focus: list[FocusEntry], supports: list[SupportStart], today: date
) -> set[tuple[Rule, Subject]]:
    """Every (rule, subject) that is true."""
    found = set()
    for competency in COMPETENCIES:
        ratings = evidence.get(competency, [])
        pieces = independent(ratings)
        after = CONTINUUM.successors.get(competency, ())

        def open_for(entries: list[FocusEntry], crossing: datetime | None) -> bool:
            going = [one for one in entries if one.ends_on is None or one.ends_on > today]
            return crossing is not None and not going and all(one.chosen_at < crossing for one in entries)

        crossing = naive_crossing(ratings, naive_demonstrated)
        nothing_shown = not any(naive_demonstrated(evidence.get(one, [])) for one in after)
        chosen = [one for one in focus if one.competency in after]
        if after and nothing_shown and open_for(chosen, crossing):
            found.add((Rule.READY_NEXT, Subject(competency)))
        deepened = [one for one in focus if one.competency == competency and one.kind is FocusKind.DEEPEN]
        if open_for(deepened, naive_crossing(ratings, naive_deeper)):
            found.add((Rule.READY_DEEPER, Subject(competency)))
        if naive_stalled(ratings, supports, competency, today):
            found.add((Rule.STALLED, Subject(competency)))
        for task in {one.task_key for one in ratings if one.task_key}:
            of_task = sorted((one for one in ratings if one.task_key == task), key=lambda p: (p.observed_on, p.key))
            last = {one.rater: one.value for one in of_task}
            if 0 not in last and len(last) > 1 and max(last.values()) - min(last.values()) >= 2:
                found.add((Rule.RATERS_DIFFER, Subject(competency, task=task)))
        for earlier in CONTINUUM.predecessors.get(competency, ()):
            before = evidence.get(earlier, [])
            if len(pieces) >= 2 and not naive_demonstrated(ratings):
                if not before:
                    found.add((Rule.NOT_SEEN_YET, Subject(competency, earlier)))
                elif len(independent(before)) >= 2 and not naive_demonstrated(before):
                    found.add((Rule.PREREQ_GAP, Subject(competency, earlier)))
        in_force = [
            one.starts_on
            for one in focus
            if one.competency == competency and one.starts_on <= today and (one.ends_on is None or today < one.ends_on)
        ]
        if in_force:
            since = max([min(in_force), *[one.observed_on for one in pieces]])
            if CALENDAR.school_days_between(since, today) >= 20:
                found.add((Rule.NO_EVIDENCE, Subject(competency)))
    return found


# -- random students --------------------------------------------------------------------------------------


@st.composite
def students(draw: st.DrawFn):
    """(evidence, focus, supports, today) of a student somewhere in the year."""
    moments = st.integers(0, 60)
    at = datetime.combine(FIRST_DAY, datetime.min.time())
    evidence: dict[int, list[Piece]] = {}
    keys = iter(draw(st.permutations(range(40))))
    for competency in COMPETENCIES:
        for _ in range(draw(st.integers(0, 7))):
            key = next(keys)
            evidence.setdefault(competency, []).append(
                Piece(
                    key=f"k{key:02}",
                    observed_on=FIRST_DAY + timedelta(days=draw(moments)),
                    value=draw(st.sampled_from([*VALUES, Decimal(3), Decimal(4), Decimal(4)])),
                    context=draw(st.sampled_from(["", "quiz", "project"])),
                    task_key=draw(st.sampled_from(["essay", f"t{key}", f"t{key}", f"t{key}"])),
                    rater=draw(st.sampled_from([0, TEACHER, COLLEAGUE])),
                    recorded_at=at + timedelta(days=draw(moments)),
                )
            )
    focus = [
        FocusEntry(
            competency=draw(competencies),
            kind=draw(st.sampled_from(FocusKind)),
            scope=draw(st.sampled_from(FocusScope)),
            chosen_at=at + timedelta(days=start),
            starts_on=FIRST_DAY + timedelta(days=start),
            ends_on=draw(st.sampled_from([None, FIRST_DAY + timedelta(days=start + 5)])),
        )
        for start in draw(st.lists(moments, max_size=4))
    ]
    supports = [
        SupportStart(draw(competencies), FIRST_DAY + timedelta(days=start))
        for start in draw(st.lists(moments, max_size=2))
    ]
    return evidence, focus, supports, FIRST_DAY + timedelta(days=draw(st.integers(20, 70)))


def see(evidence, focus, supports, flags=(), adults=None) -> StudentPicture:
    return StudentPicture(
        student=1,
        competencies={
            competency: look_at(ratings, scale=SCALE, method=METHOD)
            for competency, ratings in evidence.items()
            if ratings
        },
        continuum=CONTINUUM,
        adults=adults or Adults(frozenset({TEACHER, COLLEAGUE}), {}, NAVIGATOR, PLAN_LEAD),
        focus=tuple(focus),
        supports=tuple(supports),
        flags=tuple(flags),
    )


@settings(deadline=None, max_examples=300)
@given(students())
def test_every_rule_agrees_with_a_naive_reading(student):
    evidence, focus, supports, today = student
    found = find_all(see(evidence, focus, supports), today=today, calendar=CALENDAR, settings=DEFAULT_SETTINGS)
    assert set(found) == naive_findings(evidence, focus, supports, today)


@settings(deadline=None, max_examples=100)
@given(students(), st.integers(0, 2**32 - 1))
def test_the_order_in_which_things_are_read_changes_nothing(student, seed: int):
    evidence, focus, supports, today = student
    chance = random.Random(seed)  # one number: a draw for each step of the shuffling can overrun what may be drawn
    expected = decide(see(evidence, focus, supports), today=today, calendar=CALENDAR)
    mixed = {
        competency: chance.sample(evidence[competency], len(evidence[competency]))
        for competency in chance.sample(list(evidence), len(evidence))
    }
    again = see(mixed, chance.sample(focus, len(focus)), chance.sample(supports, len(supports)))
    assert decide(again, today=today, calendar=CALENDAR) == expected


# -- applying plans ---------------------------------------------------------------------------------------


def apply(flags: dict[int, ExistingFlag], plan: FlagPlan) -> list[ExistingFlag]:
    """The stored flags after a plan, written in the order the plan asks for; what was opened is returned."""
    for renewal in plan.renew:
        flags[renewal.flag.id] = replace(
            renewal.flag,
            evidence=renewal.evidence,
            evidence_through=renewal.evidence_through,
            since=renewal.since,
        )
    for flag in plan.resolve:
        flags[flag.id] = replace(flags[flag.id], state=State.RESOLVED)
    for flag in plan.lapse:
        flags[flag.id] = replace(flags[flag.id], state=State.LAPSED)
    for move in plan.hand_over:
        flags[move.flag.id] = replace(flags[move.flag.id], owner=move.owner)
    fresh = [as_stored(max(flags, default=0) + 1 + number, new) for number, new in enumerate(plan.open)]
    flags.update({flag.id: flag for flag in fresh})
    return fresh


def as_stored(number: int, new: NewFlag) -> ExistingFlag:
    return ExistingFlag(
        id=number,
        rule=new.rule,
        subject=new.subject,
        state=State.OPEN,
        owner=new.owner,
        opened_on=new.opened_on,
        lapse_on=new.lapse_on,
        evidence=new.evidence,
        evidence_through=new.evidence_through,
        since=new.since,
    )


class SchoolYear(RuleBasedStateMachine):
    """One student through a school year: whatever people do in whatever order, the flags stay in order."""

    def __init__(self) -> None:
        super().__init__()
        self.today = FIRST_DAY
        self.clock = datetime.combine(FIRST_DAY, datetime.min.time())
        self.evidence: dict[int, list[Piece]] = {}
        self.focus: list[FocusEntry] = []
        self.supports: list[SupportStart] = []
        self.flags: dict[int, ExistingFlag] = {}
        self.related = {TEACHER, COLLEAGUE}
        self.navigator: int | None = NAVIGATOR
        self.made = 0

    # what happens

    def tick(self) -> datetime:
        self.clock = max(self.clock + timedelta(seconds=1), datetime.combine(self.today, datetime.min.time()))
        return self.clock

    @rule(
        competency=competencies,
        value=st.sampled_from([*VALUES, Decimal(3), Decimal(4)]),
        context=st.sampled_from(["", "quiz", "project"]),
        days_ago=st.sampled_from([0, 0, 0, 1, 7, 30]),
        task=st.sampled_from(["", "", "essay"]),
        rater=st.sampled_from([0, TEACHER, COLLEAGUE]),
    )
    def record(self, competency, value, context, days_ago, task, rater) -> None:
        self.made += 1
        self.evidence.setdefault(competency, []).append(
            Piece(
                key=f"k{self.made:04}",
                observed_on=max(FIRST_DAY, self.today - timedelta(days=days_ago)),
                value=value,
                context=context,
                task_key=task or f"t{self.made}",
                rater=rater,
                recorded_at=self.tick(),
            )
        )
        self.refresh()

    @rule(competency=competencies, low=st.booleans())
    def record_a_class_set(self, competency, low) -> None:
        """Three pieces over three weeks: enough to demonstrate, or to stay at one level."""
        for number in range(3):
            self.made += 1
            self.evidence.setdefault(competency, []).append(
                Piece(
                    key=f"k{self.made:04}",
                    observed_on=self.today - timedelta(days=11 * (2 - number)),
                    value=Decimal(2 if low else 3),
                    context=("quiz", "project", "quiz")[number],
                    task_key=f"t{self.made}",
                    rater=TEACHER,
                    recorded_at=self.tick(),
                )
            )
        self.refresh()

    @precondition(lambda self: any(self.evidence.values()))
    @rule(data=st.data())
    def withdraw(self, data) -> None:
        ratings = data.draw(st.sampled_from([one for one in self.evidence.values() if one]))
        ratings.remove(data.draw(st.sampled_from(ratings)))
        self.refresh()

    @precondition(lambda self: any(self.evidence.values()))
    @rule(data=st.data(), value=st.sampled_from(VALUES))
    def correct(self, data, value) -> None:
        ratings = data.draw(st.sampled_from([one for one in self.evidence.values() if one]))
        index = data.draw(st.integers(0, len(ratings) - 1))
        ratings[index] = ratings[index]._replace(value=value, recorded_at=self.tick())
        self.refresh()

    @rule(competency=competencies, kind=st.sampled_from(FocusKind), days=st.sampled_from([None, 10, 60]))
    def choose_a_focus(self, competency, kind, days) -> None:
        self.focus.append(
            FocusEntry(
                competency=competency,
                kind=kind,
                scope=FocusScope.STUDENT,
                chosen_at=self.tick(),
                starts_on=self.today,
                ends_on=None if days is None else self.today + timedelta(days=days),
            )
        )
        self.refresh()

    @precondition(lambda self: self.focus)
    @rule(data=st.data())
    def end_a_focus(self, data) -> None:
        index = data.draw(st.integers(0, len(self.focus) - 1))
        self.focus[index] = replace(self.focus[index], ends_on=self.today)
        self.refresh()

    @rule(competency=competencies)
    def start_a_support(self, competency) -> None:
        self.supports.append(SupportStart(competency, self.today))
        self.refresh()

    @rule(days=st.sampled_from([1, 3, 10, 25, 60]))
    def days_pass(self, days) -> None:
        self.today += timedelta(days=days)
        self.refresh()

    @rule()
    def the_teacher_leaves_or_comes_back(self) -> None:
        self.related ^= {TEACHER}
        self.refresh()

    @rule()
    def the_navigator_leaves_or_comes_back(self) -> None:
        self.navigator = None if self.navigator else NAVIGATOR
        self.refresh()

    def live(self) -> list[ExistingFlag]:
        return [flag for flag in self.flags.values() if flag.state in LIVE_STATES]

    @precondition(lambda self: self.live())
    @rule(data=st.data(), state=st.sampled_from([State.ACKNOWLEDGED, State.DISMISSED, State.LINKED]))
    def act_on_a_flag(self, data, state) -> None:
        flag = data.draw(st.sampled_from(self.live()))
        until = self.today + timedelta(days=40) if state is State.LINKED else None
        self.flags[flag.id] = replace(flag, state=state, action_until=until)
        self.refresh()

    # what the worker does

    def picture(self) -> StudentPicture:
        adults = Adults(frozenset(self.related), {}, self.navigator, PLAN_LEAD)
        return see(self.evidence, self.focus, self.supports, self.flags.values(), adults)

    def refresh(self) -> None:
        before = [flag for flag in self.flags.values() if flag.state not in LIVE_STATES]
        fresh = apply(self.flags, decide(self.picture(), today=self.today, calendar=CALENDAR))
        assert not fresh or FIRST_DAY <= self.today < LAST_SCHOOL_DAY
        for flag in fresh:
            assert flag.opened_on == self.today < flag.lapse_on <= self.today + timedelta(days=84)
            assert flag.lapse_on <= LAST_SCHOOL_DAY
            for old in before:
                if (old.rule, old.subject) != (flag.rule, flag.subject) or old.state is State.RESOLVED:
                    continue
                assert old.action_until is None or old.action_until <= self.today
                if flag.evidence_through is None:
                    assert flag.since > old.since
                else:
                    assert flag.evidence_through > old.evidence_through

    # what is always true

    @invariant()
    def asking_again_changes_nothing(self) -> None:
        plan = decide(self.picture(), today=self.today, calendar=CALENDAR)
        assert not plan.changes, plan
        assert {flag.id for flag in plan.keep} == {flag.id for flag in self.live()}

    @invariant()
    def there_is_one_live_flag_of_a_rule_and_subject(self) -> None:
        keys = [(flag.rule, flag.subject) for flag in self.live()]
        assert len(keys) == len(set(keys))

    @invariant()
    def live_flags_are_true_and_true_rules_have_a_live_flag_or_a_reason_not_to(self) -> None:
        true = naive_findings(self.evidence, self.focus, self.supports, self.today)
        live = {(flag.rule, flag.subject) for flag in self.live()}
        assert live <= true
        ended = {
            (flag.rule, flag.subject)
            for flag in self.flags.values()
            if flag.state in (State.DISMISSED, State.LAPSED, State.LINKED)
        }
        if self.today < LAST_SCHOOL_DAY:
            assert true - live <= ended

    @invariant()
    def no_live_flag_is_past_its_day_or_without_an_owner_who_answers(self) -> None:
        for flag in self.live():
            assert self.today < flag.lapse_on
            assert flag.owner in self.related | {self.navigator} or (flag.owner == PLAN_LEAD and self.navigator is None)


TestASchoolYear = SchoolYear.TestCase
TestASchoolYear.settings = settings(deadline=None, max_examples=60, stateful_step_count=40)
