"""Pictures of students for the tests of the flag rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from accounts.calendar import SchoolCalendar
from assessments.mastery import Method, Piece, Scale
from supports.rules import (
    Adults,
    ContinuumView,
    ExistingFlag,
    FlagPlan,
    FocusEntry,
    FocusKind,
    FocusScope,
    Rule,
    State,
    StudentPicture,
    Subject,
    decide,
    look_at,
)

SCALE = Scale(tuple(map(Decimal, (1, 2, 3, 4))), Decimal(3))
METHOD = Method()
# No holidays: five school days are a week. September 1, 2025 is a Monday.
FIRST_DAY = date(2025, 9, 1)
CALENDAR = SchoolCalendar(FIRST_DAY, date(2026, 6, 12))
LAST_SCHOOL_DAY = date(2026, 6, 12)

TEACHER, COLLEAGUE, NAVIGATOR, PLAN_LEAD, STRANGER = 1, 2, 3, 4, 9
ADULTS = Adults(
    related=frozenset({TEACHER, COLLEAGUE, NAVIGATOR}),
    focus_teachers={},
    navigator=NAVIGATOR,
    plan_lead=PLAN_LEAD,
)

COUNTING, FRACTIONS, DECIMALS, RATIOS = 11, 12, 13, 14
NO_EDGES = ContinuumView.of([])
LINE = ContinuumView.of([(COUNTING, FRACTIONS), (FRACTIONS, DECIMALS), (FRACTIONS, RATIOS)])


def school_day(number: int) -> date:
    """School day `number` of the year; 0 is the first Monday."""
    return FIRST_DAY if not number else CALENDAR.add_school_days(FIRST_DAY, number)


def noon(day: date) -> datetime:
    """The middle of a day: when things are recorded unless a test says otherwise."""
    return datetime.combine(day, time(12))


def seen(
    scores: str,
    days: str | None = None,
    *,
    contexts: str = "quiz project",
    rater: int = TEACHER,
    name: str = "e",
    recorded: list[datetime] | None = None,
) -> list[Piece]:
    """Pieces with these scores on these school days (0, 1, 2 ... by default), each recorded at noon of its day."""
    values = scores.split()
    numbers = list(map(int, days.split())) if days is not None else list(range(len(values)))
    names = ["" if context == "-" else context for context in contexts.split()]
    return [
        Piece(
            key=f"{name}{number:03}.{position}",
            observed_on=school_day(number),
            value=Decimal(value),
            context=names[position % len(names)],
            task_key=f"{name}{number}.{position}",
            rater=rater,
            recorded_at=recorded[position] if recorded else noon(school_day(number)),
        )
        for position, (value, number) in enumerate(zip(values, numbers, strict=True))
    ]


def focus_on(
    competency: int,
    chosen: int,
    ended: int | None = None,
    *,
    kind: FocusKind = FocusKind.LEARN,
    scope: FocusScope = FocusScope.STUDENT,
    at: datetime | None = None,
) -> FocusEntry:
    """A Focus chosen on the afternoon of a school day, in force from that day."""
    return FocusEntry(
        competency=competency,
        kind=kind,
        scope=scope,
        chosen_at=at or noon(school_day(chosen)) + timedelta(hours=2),
        starts_on=school_day(chosen),
        ends_on=None if ended is None else school_day(ended),
    )


def picture(evidence: dict[int, list[Piece]], continuum: ContinuumView = LINE, **more) -> StudentPicture:
    """A student with this evidence; everything else empty unless given."""
    return StudentPicture(
        student=1,
        competencies={
            competency: look_at(pieces, scale=SCALE, method=METHOD) for competency, pieces in evidence.items()
        },
        continuum=continuum,
        adults=more.pop("adults", ADULTS),
        **more,
    )


def plan(evidence: dict[int, list[Piece]], day: int | date = 60, *, settings=None, **more) -> FlagPlan:
    """What is decided about such a student on a day (a school day's number, or a date)."""
    today = school_day(day) if isinstance(day, int) else day
    calendar = more.pop("calendar", CALENDAR)
    return decide(picture(evidence, **more), today=today, calendar=calendar, settings=settings or {})


def opened(plan: FlagPlan, *rules: Rule) -> set[tuple[str, str]]:
    """(rule, subject) of what a plan opens, of these rules only where some are named."""
    return {(flag.rule.value, flag.subject.key) for flag in plan.open if not rules or flag.rule in rules}


def stored(
    rule: Rule,
    subject: Subject,
    state: State = State.OPEN,
    *,
    on: int = 0,
    evidence: list[Piece] | None = None,
    owner: int = TEACHER,
    **more,
) -> ExistingFlag:
    """A flag as stored, opened on a school day, with what it saw."""
    pieces = sorted(evidence or [], key=lambda piece: (piece.observed_on, piece.key))
    return ExistingFlag(
        id=more.pop("id", 1),
        rule=rule,
        subject=subject,
        state=state,
        owner=owner,
        opened_on=school_day(on),
        lapse_on=more.pop("lapse_on", CALENDAR.lapse_on(school_day(on))),
        evidence=tuple(piece.key for piece in pieces),
        evidence_through=max((piece.recorded_at for piece in pieces), default=None),
        **more,
    )
