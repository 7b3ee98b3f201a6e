"""What the cycle speaks of: its steps and ends, its clocks, and the facts about one student in one school year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from success_plans.contacts import Attempt


class Step(StrEnum):
    """The steps of a plan's year; the same values as `success_plans.choices.StepName`."""

    NAVIGATOR = "navigator"
    INTAKE = "intake"
    CONVERSATION = "conversation"
    CLASS_REVIEW = "class_review"
    MEETING = "meeting"
    SUPPORTS = "supports"
    REVIEW = "review"
    YEAR_END = "year_end"
    TRANSFER = "transfer"


class Outcome(StrEnum):
    """How a step ends; the same values as `success_plans.choices.StepOutcome`."""

    DONE = "done"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    CONTINUE = "continue"
    CHANGE = "change"
    FINISH = "finish"
    NOT_NEEDED = "not_needed"


class Template(StrEnum):
    """Light for everyone; full where needs or supports exist."""

    LIGHT = "light"
    FULL = "full"


class Missing(StrEnum):
    """What a step still waits for."""

    NAVIGATOR = "navigator"
    WHO_I_AM = "who_i_am"
    ACADEMIC = "academic"
    WELLBEING = "wellbeing"
    TALK = "talk"
    DISCUSSED = "discussed"
    MEETING = "meeting"
    AIM = "aim"
    ENRICHMENT = "enrichment"
    SESSION = "session"
    DECISION = "decision"
    STUDENT = "student"
    FAMILY = "family"
    NEXT = "next"
    PACKET = "packet"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long each step has. Counts are school days unless they say weeks; defaults of domain.md section 3.

    The class review and the opening of the year end have no number there: 35 comes before the plan meeting, which asks
    what the review asks; 30 gives six weeks for sign-offs. Somebody is reminded `remind_before` a step falls due, and
    once after it has passed, not later than `remind_after`: what waits longer is Monday's to say.
    """

    navigator: int = 5
    intake: int = 20
    conversation: int = 30
    class_review: int = 35
    meeting: int = 40
    meeting_after_move: int = 10
    first_session: int = 10
    review_from_weeks: int = 6
    review_by_weeks: int = 8
    reviews_a_year: int = 2
    review_notice: int = 10
    year_end_notice: int = 30
    remind_before: int = 3
    remind_after: int = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which somebody was the navigator; half-open, `ends_on` None while it lasts."""

    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A support: who owns it, the day its clock starts, whether it still runs, and its first session."""

    owner: int
    from_on: date
    is_live: bool
    first_session_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A step that is closed already: when, and how."""

    on: date
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one student in one school year at one school.

    `starts_on` is the day the clocks start: the first day of the year, or the day the student came. Days that lie
    before it are things that carried over. People are ids. `ended` holds the steps a person closed, by step and number.
    """

    starts_on: date
    is_active: bool = True
    moved_here: bool = False
    template: Template = Template.LIGHT
    navigator: int | None = None
    navigators: tuple[Stretch, ...] = ()
    teacher: int | None = None
    plan_lead: int | None = None
    who_i_am_on: date | None = None
    academic_on: date | None = None
    wellbeing_consent: bool = False
    wellbeing_on: date | None = None
    tries: tuple[Attempt, ...] = ()
    family_meeting_on: date | None = None
    discussed_on: date | None = None
    meeting_on: date | None = None
    aim_on: date | None = None
    goal_on: date | None = None
    enrichment_on: date | None = None
    agreed_on: date | None = None
    supports: tuple[Given, ...] = ()
    student_signed_on: date | None = None
    family_signed_on: date | None = None
    handed_on: date | None = None
    has_plan: bool = False
    leaving_on: date | None = None
    packet_on: date | None = None
    ended: Mapping[tuple[Step, int], Ended] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it should stand: whose it is, its dates, how it ended, or what it still waits for."""

    step: Step
    number: int
    owner: int | None
    opened_on: date
    due_on: date
    done_on: date | None = None
    outcome: Outcome | None = None
    missing: tuple[Missing, ...] = ()
