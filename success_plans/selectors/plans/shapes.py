"""What the plan page shows, as plain values: every name, word and date is already the reader's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from accounts.permissions import Permission
from success_plans.selectors.files import FileView
from success_plans.selectors.places import Place, Strand
from success_plans.wording import Suggestion
from supports.selectors.flags import FlagCard


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the plan with its language, and the reader's language where somebody translated it.

    `text` is what to show first; `original` is set when `text` is a translation. `can_ask`: it is in another
    language, and nobody has translated it yet. `asked`: somebody has asked. `suggestions`: another way to say it,
    for the adult who wrote it. `file`: a picture or recording. `is_close`: not
    every adult of the circle reads it.
    """

    public_id: UUID
    version: int
    noun: str
    text: str
    language: str
    original: str
    original_language: str
    author: str
    scribe: str
    on: date
    is_mine: bool
    can_ask: bool
    asked: bool
    is_stale: bool
    is_close: bool = False
    suggestions: list[Suggestion] = field(default_factory=list)
    file: FileView | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A statement added to an entry that is never overwritten."""

    text: str
    language: str
    author: str
    on: date


@dataclass(frozen=True, slots=True)
class Block:
    """The sentences of one kind in one voice; `asks` are the owners of those this reader may not read."""

    kind: str
    title: str
    voice: str
    said: list[Said]
    asks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with its texts; `is_goal` false: an intention, and `missing` says what would make it a goal."""

    public_id: UUID
    version: int
    said: Said
    why: str
    horizon: str
    voice: str
    measure_kind: str
    measure: str
    baseline: str
    target: str
    due_on: date | None
    steps: str
    how_where: str
    helper: str
    competency: str
    competency_public_id: UUID | None
    is_goal: bool
    missing: list[str]
    state: str
    state_name: str
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class NeedView:
    """An entry of the record of needs; `said` None: it exists, and this reader asks its owner."""

    public_id: UUID
    domain: str
    outside: str
    referral: str
    source: str
    said: Said | None
    opened_on: date
    review_on: date
    owner: str
    is_open: bool
    is_due: bool
    state_name: str
    state_reason: str
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Action:
    """A support as it stands in the plan. `is_closed`: it exists, and this reader asks its `owner`.

    `held` of `due`: sessions that took place of those the dose asked for up to today.
    """

    public_id: UUID
    version: int
    title: str
    family: str
    home: str
    owner: str
    provider: str
    type: str
    setting: str
    setting_name: str
    minutes: int
    sessions_per_week: int
    starts_on: date
    ends_on: date
    is_running: bool
    state_name: str
    end_reason: str
    consent_on: date | None
    referral: str
    held: int
    due: int
    absent: int
    is_shared: bool
    is_closed: bool
    may_change: bool
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Teammate:
    """An adult of the student's circle and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Guardian:
    """Family as far as this reader may know: a name where it is theirs to see, else the relation alone."""

    name: str
    languages: list[str]
    is_me: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """How one guardian wants to be reached."""

    public_id: UUID
    guardian: str
    best_way: str
    best_time: str
    interpreter_language: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of the first look; `is_closed`: it exists, and this reader asks its `owner`."""

    public_id: UUID
    area: str
    state: str
    state_name: str
    tool: str
    on: date
    can_do: str
    next_step: str
    language: str
    competency: str
    owner: str
    is_closed: bool
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A plan that lives elsewhere, and what the adults who teach the student do because of it."""

    public_id: UUID
    kind: str
    kept_where: str
    case_manager: str
    accommodations: str
    language: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class PathwayView:
    """An interest that is followed."""

    public_id: UUID
    interest: str
    pathway: str
    entry_point: str
    next_experience: str
    language: str
    author: str


@dataclass(frozen=True, slots=True)
class OnPathway:
    """A pathway the student is on or waits for, with what comes next. `state_word`: empty while they take part;
    `gone`: what was to come next and is no part of the pathway any more."""

    public_id: UUID
    interest: str
    title: str
    next_experience: str
    gone: str
    language: str
    state_word: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece of evidence for the record."""

    public_id: UUID
    on: date
    task: str
    competency: str
    mark: str
    word: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything the plan page shows to this reader.

    `suggests_full`: to whoever holds a light plan in which needs or supports have come up.
    """

    student: UUID
    name: str
    short_name: str
    grade: str
    school: str
    languages: list[str]
    student_blocks: list[Block]
    after_block: Block | None
    family_blocks: list[Block]
    staff_blocks: list[Block]
    goals: list[GoalView]
    after_goals: list[GoalView]
    past_goals: list[GoalView]
    goal_asks: list[str]
    needs: list[NeedView]
    past_needs: list[NeedView]
    helpers: list[Action]
    past_helpers: list[Action]
    findings: list[Finding]
    pointers: list[Pointer]
    pathways: list[PathwayView]
    memberships: list[OnPathway]
    ways: list[Ways]
    strands: list[Strand]
    team: list[Teammate]
    navigator: str
    guardians: list[Guardian]
    record: list[Seen]
    check_ins: int
    last_check_in: datetime | None
    flags: list[FlagCard]
    changed_on: date | None
    state_name: str
    template_name: str
    suggests_full: bool
    allowed: frozenset[Permission]
    limited: frozenset[str]
    may_edit: bool
    may_amend: bool
    may_reach: bool
    speaks_as: str
    next_places: list[Place] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing is said yet."""
        return not any(b.said or b.asks for b in [*self.student_blocks, *self.family_blocks, *self.staff_blocks])
