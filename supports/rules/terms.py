"""The terms of the flag rules: what decide() looks at and what it answers.

Pure: no Django, no clock, no I/O. Ids are plain integers of the caller; dates are school-local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from assessments.mastery import Judgement, Method, PersonsJudgement, Piece, Scale


class Rule(StrEnum):
    """The rules this module decides. Values are those of supports.choices.RuleName."""

    READY_NEXT = "READY_NEXT"
    READY_DEEPER = "READY_DEEPER"
    STALLED = "STALLED"
    PREREQ_GAP = "PREREQ_GAP"
    NOT_SEEN_YET = "NOT_SEEN_YET"
    NO_EVIDENCE = "NO_EVIDENCE"
    RATERS_DIFFER = "RATERS_DIFFER"


NEED_RULES: frozenset[Rule] = frozenset({Rule.STALLED, Rule.PREREQ_GAP})
"""Rules that speak of a need; only these can become a class notice."""
READY_RULES: frozenset[Rule] = frozenset({Rule.READY_NEXT, Rule.READY_DEEPER})
ADULT_RULES: frozenset[Rule] = frozenset({Rule.NOT_SEEN_YET, Rule.NO_EVIDENCE, Rule.RATERS_DIFFER})
"""Rules addressed to the adults: something is missing in what we looked at, never in the child."""


class RuleError(ValueError):
    """A rule setting or a picture that cannot be used; the message says which part and what is allowed."""


class State(StrEnum):
    """The life of a flag. Values are those of supports.choices.FlagState; open and acknowledged are live."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    LINKED = "linked"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"
    LAPSED = "lapsed"


LIVE_STATES: frozenset[State] = frozenset({State.OPEN, State.ACKNOWLEDGED})


class FocusKind(StrEnum):
    """Why a competency is in focus. Values are those of supports.choices.FocusKind."""

    LEARN = "learn"
    DEEPEN = "deepen"


class FocusScope(StrEnum):
    """Whose Focus it is."""

    STUDENT = "student"
    SECTION = "section"


class Subject(NamedTuple):
    """What a flag is about: a competency, (earlier, later) with the later one as `competency`, or one work on it."""

    competency: int
    earlier: int | None = None
    task: str = ""

    @property
    def key(self) -> str:
        """Canonical text, unique per subject: "12", "11>12" for (earlier, later), "12@essay" for a work (task_key)."""
        if self.task:
            return f"{self.competency}@{self.task}"
        return str(self.competency) if self.earlier is None else f"{self.earlier}>{self.competency}"

    @staticmethod
    def of(key: str, *, competency: int, earlier: int | None) -> Subject:
        """The subject that `key` was written of."""
        return Subject(competency, earlier, key.partition("@")[2])


class ReasonCode(StrEnum):
    """Every reason a rule can give; parameters are JSON as they stand, levels are plain decimal strings."""

    READY_NEXT = "ready_next"
    """pieces, days, held, next (ids of the direct successors, comma separated)"""
    READY_DEEPER = "ready_deeper"
    """level (the top one), pieces (at it), contexts (of those, count; 0: none of them says its context)"""
    STALLED = "stalled"
    """pieces, since, until (ISO dates of the run's first and last), school_days (between), value (first)"""
    PREREQ_GAP = "prereq_gap"
    """pieces, earlier_pieces"""
    NOT_SEEN_YET = "not_seen_yet"
    """pieces"""
    NO_EVIDENCE = "no_evidence"
    """since (ISO date the waiting is counted from), school_days (the threshold), seen (1 if ever, else 0)"""
    RATERS_DIFFER = "raters_differ"
    """raters (of the work, count), on (ISO date of the newest rating), low, high (the two farthest apart)"""


class Reason(NamedTuple):
    """One sentence of reason without a language."""

    code: ReasonCode
    params: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class CompetencyPicture:
    """One student on one competency: made by `look_at`.

    `ratings` are all counted pieces as recorded, `pieces` the independent ones in order. `judgement` is what counts:
    what was `computed`, or where a person's judgement stands (`said`) the person's. `carried` are keys of ratings that
    were recorded on another competency and count here too.
    """

    judgement: Judgement
    computed: Judgement
    said: PersonsJudgement | None
    ratings: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    recorded_through: datetime | None
    scale: Scale
    method: Method
    carried: frozenset[str] = frozenset()

    @property
    def is_all_from_elsewhere(self) -> bool:
        """Whether nothing was recorded or said here: everything counts by a crosswalk."""
        return bool(self.carried) and self.said is None and all(piece.key in self.carried for piece in self.ratings)


@dataclass(frozen=True, slots=True)
class ContinuumView:
    """The direct `precedes` edges of what is in use, shared by all students. Made by `ContinuumView.of`."""

    successors: Mapping[int, tuple[int, ...]]
    predecessors: Mapping[int, tuple[int, ...]]

    @classmethod
    def of(cls, edges: Iterable[tuple[int, int]]) -> ContinuumView:
        """From (earlier, later) pairs; duplicates and an edge to itself are dropped."""
        after: dict[int, set[int]] = {}
        before: dict[int, set[int]] = {}
        for earlier, later in edges:
            if earlier != later:
                after.setdefault(earlier, set()).add(later)
                before.setdefault(later, set()).add(earlier)
        return cls(
            successors={key: tuple(sorted(value)) for key, value in after.items()},
            predecessors={key: tuple(sorted(value)) for key, value in before.items()},
        )


@dataclass(frozen=True, slots=True)
class FocusEntry:
    """A choice of what to work on, the student's own or of a section the student sits in; past ones included.

    In force on the days d with `starts_on <= d < ends_on` (None: no end yet). For a section's Focus the caller
    gives no earlier `starts_on` than the day the student joined.
    """

    competency: int
    kind: FocusKind
    scope: FocusScope
    chosen_at: datetime
    starts_on: date
    ends_on: date | None = None

    def is_active(self, day: date) -> bool:
        """Whether this Focus is in force on `day`."""
        return self.starts_on <= day and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Whether this Focus is over on `day`."""
        return self.ends_on is not None and self.ends_on <= day


@dataclass(frozen=True, slots=True)
class SupportStart:
    """A support of this student for a competency that began (a planned one that never began is left out)."""

    competency: int
    started_on: date


@dataclass(frozen=True, slots=True)
class ExistingFlag:
    """A flag as stored. All live, linked, dismissed and lapsed ones have to be in the picture, of one subject at
    least the live one and the ended ones with the newest `evidence_through` or `since` and, if linked, the
    latest `action_until`. Resolved ones have no say.

    `evidence_through` as stored when the flag last changed. `since` is NO_EVIDENCE's reason parameter of that
    name. `action_until`: of a linked flag, the first day after its last action (None: none is left).
    """

    id: int
    rule: Rule
    subject: Subject
    state: State
    owner: int
    opened_on: date
    lapse_on: date
    evidence: tuple[str, ...] = ()
    evidence_through: datetime | None = None
    since: date | None = None
    action_until: date | None = None


@dataclass(frozen=True, slots=True)
class Adults:
    """Who could own a flag of this student.

    related         adults with a relationship to the student today
    focus_teachers  per competency, teachers of the student's sections whose Focus holds it
    navigator       the student's navigator, if there is one
    plan_lead       always somebody: an owner is never null
    """

    related: frozenset[int]
    focus_teachers: Mapping[int, tuple[int, ...]]
    navigator: int | None
    plan_lead: int


@dataclass(frozen=True, slots=True)
class StudentPicture:
    """Everything the rules may look at. No demographic fact fits in here, on purpose."""

    student: int
    competencies: Mapping[int, CompetencyPicture]
    continuum: ContinuumView
    adults: Adults
    focus: tuple[FocusEntry, ...] = ()
    supports: tuple[SupportStart, ...] = ()
    flags: tuple[ExistingFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFlag:
    """A flag to open. `since` is the date NO_EVIDENCE counts from, None for the other rules."""

    rule: Rule
    rule_version: int
    subject: Subject
    reason: Reason
    evidence: tuple[str, ...]
    evidence_through: datetime | None
    owner: int
    opened_on: date
    review_on: date
    lapse_on: date
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """New evidence under a live flag whose reason still holds; dates, owner and rule version stay."""

    flag: ExistingFlag
    reason: Reason
    evidence: tuple[str, ...]
    evidence_through: datetime | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """A live flag whose owner no longer answers for the student."""

    flag: ExistingFlag
    owner: int


@dataclass(frozen=True, slots=True)
class FlagPlan:
    """What to write. Apply in this order: renew, resolve, lapse, hand over, open.

    `keep` are the live flags that stay; those in `renew` or `hand_over` are among them unless they lapse now.
    A flag may be in `renew` and in `lapse`: it ends with the evidence it saw last.
    """

    open: tuple[NewFlag, ...] = ()
    keep: tuple[ExistingFlag, ...] = ()
    renew: tuple[Renewal, ...] = ()
    resolve: tuple[ExistingFlag, ...] = ()
    lapse: tuple[ExistingFlag, ...] = ()
    hand_over: tuple[Handover, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything has to be written."""
        return bool(self.open or self.renew or self.resolve or self.lapse or self.hand_over)
