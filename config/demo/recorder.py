"""What gets written down about learning: the shapes, and the hand that writes them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from config.demo import growth
from config.demo.chance import some, stream
from config.demo.content import Content, Task
from config.demo.content.checks import BANDS
from config.demo.growth import Learner
from config.demo.people import Child, ClassPlan, District

DAY = timedelta(days=1)
MIDNIGHT = time(0)
WITH_NOTE = 0.28
WITH_OWN_VIEW = 0.05
SHOWN = Decimal(3)
ORDERS = 12
"""How many orders of the tasks of a competency there are to draw from."""


@dataclass(slots=True)
class PiecePlan:
    """One observation. `author` is a staff key, or a child's for the child's own view (`kind` "self")."""

    child: str
    code: str
    section: str
    day: date
    value: Decimal
    context: str
    task_key: str
    title: str
    note: str
    kind: str
    author: str
    recorded_at: datetime


@dataclass(slots=True)
class FocusPlan:
    """What a child or a class works on; exactly one of `child` and `section` is set. Half-open.

    `answers` names the competency whose "ready for next" this choice answered.
    """

    code: str
    kind: str
    starts_on: date
    after: date
    chosen_by: str
    chosen_at: datetime
    child: str | None = None
    section: str | None = None
    answers: str | None = None


@dataclass(slots=True)
class SupportPlan:
    """An action from the catalogue; `code` None where it is offered for interest, not for one competency."""

    child: str
    code: str | None
    entry: str
    owner: str
    starts_on: date
    after: date
    created_at: datetime


@dataclass(slots=True)
class Learning:
    """Everything planned, each list in the order it was recorded."""

    pieces: list[PiecePlan] = field(default_factory=list)
    focuses: list[FocusPlan] = field(default_factory=list)
    supports: list[SupportPlan] = field(default_factory=list)

    def sort(self) -> None:
        """Put each list into the order in which it was written down."""
        self.pieces.sort(key=lambda p: (p.recorded_at, p.child, p.code, p.kind, p.task_key))
        self.focuses.sort(key=lambda f: (f.chosen_at, f.section or "", f.child or "", f.code))
        self.supports.sort(key=lambda s: (s.created_at, s.child, s.entry))


def is_shown(pieces: Sequence[PiecePlan]) -> bool:
    """Roughly what the default method asks: three pieces, two of the last three at the target, two contexts."""
    if len(pieces) < 3 or pieces[-1].value < SHOWN - 1:
        return False
    if sum(p.value >= SHOWN for p in pieces[-3:]) < 2:
        return False
    return len({p.context for p in pieces if p.value >= SHOWN}) >= 2


class Recorder:
    """Writes pieces, and remembers by child and competency what a teacher wrote, in order of days."""

    def __init__(self, district: District, content: Content) -> None:
        self.district = district
        self.today = district.today
        self.yesterday = district.today - DAY
        self.zone = ZoneInfo(content.people.time_zone)
        self.learning = Learning()
        self.seen: dict[tuple[str, str], list[PiecePlan]] = defaultdict(list)
        strands = tuple(s.code for s in content.framework.strands)
        self.learners = {key: Learner.of(stream(district.seed, "growth", key), strands) for key in district.children}
        codes = [c.code for c in content.framework.competencies]
        self._tasks = content.work.tasks
        self._orders = {code: [self._shuffled(code, number) for number in range(ORDERS)] for code in codes}
        self._notes = {(code, band): content.work.notes_for(code, band) for code in codes for band in BANDS}

    def tasks(self, rng: Random, code: str) -> Sequence[Task]:
        """The tasks of a competency in some order, different contexts first."""
        return self._orders[code][int(rng.random() * ORDERS)]

    def _shuffled(self, code: str, number: int) -> tuple[Task, ...]:
        tasks = some(stream(self.district.seed, "tasks", code, number), self._tasks[code], 10)
        firsts: dict[str, Task] = {}
        for task in tasks:
            firsts.setdefault(task.context, task)
        return (*firsts.values(), *(t for t in tasks if t not in firsts.values()))

    def moment(self, rng: Random, day: date) -> datetime:
        """When it was written down: that afternoon or, now and then, the next morning; always before today."""
        second = int(rng.random() * 14_400)
        if second < 2000 and day < self.yesterday:
            day, second = day + DAY, second + 25_200
        else:
            second += 50_400
        return datetime.combine(min(day, self.yesterday), MIDNIGHT, self.zone) + timedelta(seconds=second)

    def piece(
        self,
        child: Child,
        code: str,
        section: ClassPlan,
        day: date,
        task: Task,
        level: float,
        name: str,
        *,
        value: Decimal | None = None,
    ) -> None:
        """A teacher saw something of true level `level`; `name` says which work it was. Nothing on or after today."""
        if not child.entered_on <= day < self.today:
            return
        rng = self.learners[child.key].rng
        found = growth.seen(rng, level) if value is None else value
        note = rng.choice(self._notes[code, growth.band(found)]) if rng.random() < WITH_NOTE else ""
        piece = PiecePlan(
            child=child.key,
            code=code,
            section=section.key,
            day=day,
            value=found,
            context=task.context,
            task_key=name,
            title=task.title,
            note=note,
            kind="teacher",
            author=section.teachers[0],
            recorded_at=self.moment(rng, day),
        )
        self.learning.pieces.append(piece)
        mine = self.seen[child.key, code]
        mine.append(piece)
        if len(mine) > 1 and mine[-2].day > day:
            mine.sort(key=lambda p: p.day)
        if rng.random() < WITH_OWN_VIEW:
            self._own_view(piece, growth.seen(rng, level + rng.gauss(0, 0.4)))

    def _own_view(self, piece: PiecePlan, value: Decimal) -> None:
        self.learning.pieces.append(
            PiecePlan(
                child=piece.child,
                code=piece.code,
                section=piece.section,
                day=piece.day,
                value=value,
                context=piece.context,
                task_key=piece.task_key,
                title=piece.title,
                note="",
                kind="self",
                author=piece.child,
                recorded_at=piece.recorded_at,
            )
        )
