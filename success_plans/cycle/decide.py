"""Which steps are open, whose they are, until when, and how they ended: domain.md section 3, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from accounts.calendar import SchoolCalendar
from success_plans.cycle.terms import Clock, Facts, Given, Line, Missing, Outcome, Step, Template
from success_plans.cycle.tries import conversation

SHORTEST_RHYTHM = 10
"""School days between two reviews of the light template, at least; less is too near the end of the year to ask."""

CLOCK = Clock()


def decide(facts: Facts, calendar: SchoolCalendar, *, today: date, clock: Clock = CLOCK) -> list[Line]:
    """The steps that have opened by `today`, in the order of the year. Pure: the same facts give the same lines.

    Nothing opens after the year's last school day. Who left has one step at most: the plan follows the student.
    """
    lines = list(_steps(facts, calendar, today, clock)) if facts.is_active else []
    lines += _transfer(facts, today)
    return [
        line
        for line in lines
        if line.opened_on <= today and (line.opened_on <= calendar.last_school_day or line.step is Step.TRANSFER)
    ]


def _steps(facts: Facts, calendar: SchoolCalendar, today: date, clock: Clock) -> Iterator[Line]:
    yield from _navigator(facts, calendar, today, clock)
    yield from _intake(facts, calendar, clock)
    yield _conversation(facts, calendar, clock)
    yield from _class_review(facts, calendar, clock)
    meeting = _meeting(facts, calendar, clock)
    yield meeting
    yield from _supports(facts, calendar, clock)
    yield from _review(facts, calendar, clock, meeting)
    yield from _year_end(facts, calendar, clock)


# ------------------------------------------------------------------ days
def due_day(calendar: SchoolCalendar, start: date, school_days: int) -> date:
    """The `school_days`-th school day after `start`, at most the year's last school day, never before `start`."""
    last = calendar.last_school_day
    counted = calendar.add_school_days(start, school_days)
    return max(start, last if counted is None else min(counted, last))


def school_day_by(calendar: SchoolCalendar, day: date) -> date:
    """This day when school is open, else the last school day before it."""
    if calendar.is_school_day(day):
        return day
    return calendar.add_school_days(day, -1) or day


def _all(start: date, wanted: tuple[tuple[Missing, date | None], ...]) -> tuple[date | None, tuple[Missing, ...]]:
    """The day the last of these became true (not before `start`), or what is missing."""
    missing = tuple(name for name, day in wanted if day is None)
    if missing:
        return None, missing
    return max([start, *(day for _name, day in wanted if day is not None)]), ()


def _line(step: Step, owner: int | None, opened: date, due: date, done: date | None, missing: tuple[Missing, ...],
          *, number: int = 1, outcome: Outcome = Outcome.DONE) -> Line:  # fmt: skip
    return Line(step, number, owner, opened, due, done, outcome if done is not None else None, missing)


# ------------------------------------------------------------------ the beginning of the year
def _navigator(facts: Facts, calendar: SchoolCalendar, today: date, clock: Clock) -> Iterator[Line]:
    """One step for each time without a navigator; a change from one to the next without a gap opens none."""
    day: date | None = facts.starts_on
    gaps: list[tuple[date, date | None]] = []
    for held in sorted(facts.navigators, key=lambda one: one.starts_on):
        if day is None or (held.ends_on is not None and held.ends_on <= day):
            continue
        if held.starts_on > day:
            gaps.append((day, held.starts_on))
        day = held.ends_on
    if day is not None:
        gaps.append((day, None))
    for number, (start, end) in enumerate(gaps, 1):
        done = end if end is not None and end <= today else None
        missing = () if done else (Missing.NAVIGATOR,)
        due = due_day(calendar, start, clock.navigator)
        yield _line(Step.NAVIGATOR, facts.plan_lead, start, due, done, missing, number=number)


def _holder(facts: Facts) -> int | None:
    return facts.navigator or facts.plan_lead


def _intake(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Iterator[Line]:
    """Asked once: who had a first look before the clocks started has no such step."""
    wanted: tuple[tuple[Missing, date | None], ...] = (
        (Missing.WHO_I_AM, facts.who_i_am_on),
        (Missing.ACADEMIC, facts.academic_on),
    )
    if facts.wellbeing_consent:
        wanted += ((Missing.WELLBEING, facts.wellbeing_on),)
    if all(day is not None and day < facts.starts_on for _name, day in wanted):
        return
    done, missing = _all(facts.starts_on, wanted)
    owner = facts.navigator or facts.teacher or facts.plan_lead
    due = due_day(calendar, facts.starts_on, clock.intake)
    yield _line(Step.INTAKE, owner, facts.starts_on, due, done, missing)


def _conversation(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Line:
    """In the light template the family conference is the conversation too."""
    ended = conversation(one for one in facts.tries if one.at.date() >= facts.starts_on)
    met = [day for day in (facts.family_meeting_on, _light(facts, facts.meeting_on)) if day is not None]
    if met and (ended is None or ended[1] is not Outcome.DONE):
        ended = min(met), Outcome.DONE
    due = due_day(calendar, facts.starts_on, clock.conversation)
    owner, start = _holder(facts), facts.starts_on
    if ended is None:
        return _line(Step.CONVERSATION, owner, start, due, None, (Missing.TALK,))
    return _line(Step.CONVERSATION, owner, start, due, max(start, ended[0]), (), outcome=ended[1])


def _light(facts: Facts, day: date | None) -> date | None:
    return day if facts.template is Template.LIGHT else None


def _class_review(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Iterator[Line]:
    """Only a student who sits in a class is talked through with it."""
    if facts.teacher is None and facts.discussed_on is None:
        return
    done, missing = _all(facts.starts_on, ((Missing.DISCUSSED, facts.discussed_on),))
    owner = facts.teacher or facts.plan_lead
    due = due_day(calendar, facts.starts_on, clock.class_review)
    yield _line(Step.CLASS_REVIEW, owner, facts.starts_on, due, done, missing)


def _meeting(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Line:
    """Held, with something to work towards, and with enrichment considered. In the light template a goal may stay an
    intention; in the full one it has measure, baseline, target, date and a person."""
    aim = facts.aim_on if facts.template is Template.LIGHT else facts.goal_on
    done, missing = _all(
        facts.starts_on,
        (
            (Missing.MEETING, facts.meeting_on),
            (Missing.AIM, aim),
            (Missing.ENRICHMENT, facts.enrichment_on),
        ),
    )
    days = clock.meeting_after_move if facts.moved_here else clock.meeting
    due = due_day(calendar, facts.starts_on, days)
    return _line(Step.MEETING, _holder(facts), facts.starts_on, due, done, missing)


# ------------------------------------------------------------------ along the year
def _supports(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Iterator[Line]:
    """One step for each support; one that ended without a session asks for nothing any more."""
    for number, given in enumerate(facts.supports, 1):
        if given.first_session_on is None and not given.is_live:
            continue
        yield _support(given, number, calendar, clock)


def _support(given: Given, number: int, calendar: SchoolCalendar, clock: Clock) -> Line:
    done, missing = _all(given.from_on, ((Missing.SESSION, given.first_session_on),))
    due = due_day(calendar, given.from_on, clock.first_session)
    return _line(Step.SUPPORTS, given.owner, given.from_on, due, done, missing, number=number)


def _review(facts: Facts, calendar: SchoolCalendar, clock: Clock, meeting: Line) -> Iterator[Line]:
    """The next review; those before it were ended by a person with a reason, and stand in `facts.ended`.

    Full: eight weeks after the meeting or the last review, asked from six weeks on. Light: the school days between
    the meeting and the end of the year in three equal parts, a review at the end of the first and of the second.
    """
    begun = _agreed(facts, meeting)
    if begun is None:
        return
    before = sorted(one.on for (step, _number), one in facts.ended.items() if step is Step.REVIEW)
    number = 1 + max((n for step, n in facts.ended if step is Step.REVIEW), default=0)
    last = calendar.last_school_day
    if facts.template is Template.FULL:
        since = max([begun, *before])
        opened = since + timedelta(weeks=clock.review_from_weeks)
        due = school_day_by(calendar, since + timedelta(weeks=clock.review_by_weeks))
        if opened > last:
            return
        due = max(opened, min(due, last))
    else:
        part = calendar.school_days_between(begun, last) // (clock.reviews_a_year + 1)
        if len(before) >= clock.reviews_a_year or part < SHORTEST_RHYTHM:
            return
        due = due_day(calendar, begun, part * (len(before) + 1))
        opened = calendar.add_school_days(due, -clock.review_notice) or begun
        opened = max([opened, begun, *before])
        due = max(due, opened)
    yield _line(Step.REVIEW, _holder(facts), opened, due, None, (Missing.DECISION,), number=number)


def _agreed(facts: Facts, meeting: Line) -> date | None:
    """When this year's plan began: the meeting, a version agreed this year, or a meeting a person said was done."""
    by_hand = [
        one.on for (step, _n), one in facts.ended.items() if step is Step.MEETING and one.outcome is Outcome.DONE
    ]
    agreed = facts.agreed_on if facts.agreed_on is not None and facts.agreed_on >= facts.starts_on else None
    days = [day for day in (meeting.done_on, agreed, *by_hand) if day is not None]
    return min(days) if days else None


def year_end_from(calendar: SchoolCalendar, *, clock: Clock = CLOCK) -> date:
    """The day from which sign-offs of the year are asked for."""
    return calendar.add_school_days(calendar.last_school_day, -clock.year_end_notice) or calendar.first_day


def _year_end(facts: Facts, calendar: SchoolCalendar, clock: Clock) -> Iterator[Line]:
    """Student and family sign off, and the next navigator is named. No answer is no signature."""
    last = calendar.last_school_day
    opened = max(year_end_from(calendar, clock=clock), facts.starts_on)
    done, missing = _all(
        opened,
        (
            (Missing.STUDENT, facts.student_signed_on),
            (Missing.FAMILY, facts.family_signed_on),
            (Missing.NEXT, facts.handed_on),
        ),
    )
    yield _line(Step.YEAR_END, _holder(facts), opened, max(opened, last), done, missing)


def _transfer(facts: Facts, today: date) -> list[Line]:
    """The plan of a student who leaves goes along, before the first day elsewhere."""
    if facts.leaving_on is None or not facts.has_plan:
        return []
    opened = min(today, facts.leaving_on)
    done = None if facts.packet_on is None else max(opened, facts.packet_on)
    missing = () if done else (Missing.PACKET,)
    return [_line(Step.TRANSFER, facts.plan_lead, opened, max(opened, facts.leaving_on), done, missing)]
