"""The class grid: students down, competencies in focus across, one of them open for entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)

from accounts.models import Enrolment, Section, Student
from accounts.permissions import Permission, Viewer, current, students_for
from assessments.choices import Shape
from assessments.models import MasterySummary
from assessments.selectors.cells import Rating, ratings, recent_tasks
from assessments.selectors.rubrics import Rubric, recordable, rubric_of, with_rubric
from assessments.services import class_task_key
from competencies.models import Competency
from supports.choices import FocusKind
from supports.models import Focus

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A worker's transaction that began earlier may commit later: what changed shortly before is sent once more.
OVERLAP_MICROSECONDS = 120 * 1_000_000
DEMONSTRATED = (Shape.SHOWN, Shape.DEEPER)


@dataclass(frozen=True, slots=True)
class Column:
    """A competency of the grid. `key` names it in the page; `kinds` say why it is in focus (empty: it is not)."""

    key: str
    rubric: Rubric
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A student of the class, in order of name. `key` names the student in the page."""

    key: str
    student_id: int
    public_id: UUID
    name: str
    short_name: str
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Levels:
    """What everything adds up to: shape by (student id, competency id), and the token of this state of things.

    A pair without a summary is *open*. `changed` are the pairs that moved since an older token.
    """

    shapes: Mapping[tuple[int, int], str]
    version: str
    changed: frozenset[tuple[int, int]] = frozenset()

    def shape(self, seat: Seat, column: Column) -> str:
        """The shape of one cell."""
        return self.shapes.get((seat.student_id, column.rubric.competency_id), Shape.OPEN.value)

    def shown(self, seats: Sequence[Seat], column: Column) -> int:
        """How many of the class have shown this competency."""
        return sum(self.shape(seat, column) in DEMONSTRATED for seat in seats)


@dataclass(frozen=True, slots=True)
class ClassGrid:
    """Everything on the page of a class. `open` is the column open for entry; None while nothing is in focus."""

    section: Section
    columns: tuple[Column, ...]
    seats: tuple[Seat, ...]
    levels: Levels
    open: Column | None
    task_key: str
    entries: Mapping[int, Sequence[Rating]]
    tasks: Sequence[str]

    @property
    def seen(self) -> int:
        """How many students have an entry for this work."""
        return sum(bool(self.entries.get(seat.student_id)) for seat in self.seats)

    def beside(self, step: int) -> Column | None:
        """The column `step` places from the open one, for going on to the next competency."""
        if self.open is None:
            return None
        place = self.columns.index(self.open) + step
        return self.columns[place] if 0 <= place < len(self.columns) else None


def short_key(public_id: UUID) -> str:
    """A short name for an element of the page: 48 bits of the public id."""
    return public_id.hex[:12]


def _focus(section_id: int, on: date) -> QuerySet[Focus]:
    return Focus.objects.filter(current(on), section=section_id)


def columns(*, viewer: Viewer, section: Section, chosen: UUID | None, language: str) -> tuple[Column, ...]:
    """Competencies in the section's focus today, and the chosen one where it is not among them. One query."""
    mine = _focus(section.pk, viewer.today).filter(competency=OuterRef("pk"))
    wanted = Q(Exists(mine))
    if chosen is not None:
        wanted |= Q(public_id=chosen)
    rows = (
        with_rubric(viewer=viewer, competencies=recordable(viewer=viewer), language=language)
        .filter(wanted)
        .annotate(focus_kinds=ArraySubquery(mine.order_by("kind").values("kind").distinct()))
        .order_by("framework_id", "position", "pk")
    )
    return tuple(
        Column(short_key(row.public_id), rubric_of(row, language=language), tuple(row.__dict__["focus_kinds"]))
        for row in rows
    )


def roster(*, viewer: Viewer, section: Section) -> tuple[Seat, ...]:
    """Who sits in the class today and may be read by this viewer, by name. One query."""
    return tuple(
        Seat(
            short_key(student.public_id),
            student.pk,
            student.public_id,
            student.person.display_name,
            student.person.short_name,
            student.person.short_name,
            student.person.family_name,
        )
        for student in _seated(viewer, section).select_related("person").order_by("person__sort_name", "pk")
    )


def _seated(viewer: Viewer, section: Section) -> QuerySet[Student]:
    seat = Enrolment.objects.filter(current(viewer.today), student=OuterRef("pk"), section=section, is_active=True)
    return students_for(viewer, Permission.READ_EVIDENCE).filter(Exists(seat))


def class_grid(
    *,
    viewer: Viewer,
    section: Section,
    chosen: UUID | None,
    title: str,
    observed_on: date,
    language: str,
) -> ClassGrid:
    """The whole page. Five queries, however many students and competencies."""
    across = columns(viewer=viewer, section=section, chosen=chosen, language=language)
    seats = roster(viewer=viewer, section=section)
    opened = next((c for c in across if c.rubric.public_id == chosen), across[0] if across else None)
    key = class_task_key(section.public_id, title=title, observed_on=observed_on)
    return ClassGrid(
        section=section,
        columns=across,
        seats=seats,
        levels=levels(viewer=viewer, seats=seats, across=across),
        open=opened,
        task_key=key,
        entries={}
        if opened is None
        else ratings(
            viewer=viewer,
            student_ids=[seat.student_id for seat in seats],
            competency_id=opened.rubric.competency_id,
            task_key=key,
        ),
        tasks=recent_tasks(viewer=viewer, section_id=section.pk, until=viewer.today),
    )


# ------------------------------------------------------------------ levels, and whether they moved
def levels(*, viewer: Viewer, seats: Sequence[Seat], across: Sequence[Column], since: str = "") -> Levels:
    """The levels of these students in these columns; with `since`, what moved after that token. One query."""
    shapes: dict[tuple[int, int], str] = {}
    moments: dict[tuple[int, int], int] = {}
    for student, competency, shape, changed_at in MasterySummary.objects.filter(
        student_id__in=[seat.student_id for seat in seats],
        competency_id__in=[column.rubric.competency_id for column in across],
    ).values_list("student_id", "competency_id", "shape", "changed_at"):
        shapes[student, competency] = shape
        moments[student, competency] = (changed_at - EPOCH) // timedelta(microseconds=1)
    before, newest = _read(since)
    changed = frozenset(pair for pair, at in moments.items() if at > newest - OVERLAP_MICROSECONDS)
    if before > len(shapes):  # summaries went away with their last piece: nothing tells which, so all are sent
        changed = frozenset((s.student_id, c.rubric.competency_id) for s in seats for c in across)
    return Levels(shapes, _version(len(moments), max(moments.values(), default=0), sum(moments.values())), changed)


def levels_version(*, viewer: Viewer, section: Section, chosen: UUID | None) -> str:
    """The token of the levels as they stand: cheap enough to ask every four seconds. One query."""
    wanted = Q(competency__in=_focus(section.pk, viewer.today).values("competency"))
    if chosen is not None:
        wanted |= Q(competency__in=Competency.objects.filter(public_id=chosen).values("pk"))
    facts = (
        MasterySummary.objects.filter(wanted, student__in=_seated(viewer, section))
        .filter(competency__in=recordable(viewer=viewer))
        .annotate(moment=Microseconds("changed_at"))
        .aggregate(count=Count("pk"), newest=Max("moment"), total=Sum("moment"))
    )
    return _version(facts["count"], facts["newest"] or 0, int(facts["total"] or 0))


class Microseconds(Func):
    """A moment as microseconds since 1970, exact."""

    template = "(extract(epoch FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()
    arity = 1


def _version(count: int, newest: int, total: int) -> str:
    return f"{count}.{newest}.{total % 999_999_937}"


def _read(token: str) -> tuple[int, int]:
    """How many summaries there were, and when the newest of them changed; (0, 0) for anything else."""
    parts = token.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 20 for part in parts):
        return 0, 0
    return int(parts[0]), int(parts[1])


# ------------------------------------------------------------------ what the class works on
@dataclass(frozen=True, slots=True)
class FocusLine:
    """One choice of what a class works on: the competency, why, since when, until when, and who chose it."""

    public_id: UUID
    competency: UUID
    name: str
    strand: str
    kind: str
    starts_on: date
    last_day: date
    chosen_by: str


def focus_lines(*, viewer: Viewer, section: Section, language: str) -> list[FocusLine]:
    """What the class works on today, in the framework's order. Two queries."""
    rows = list(
        _focus(section.pk, viewer.today)
        .select_related("chosen_by")
        .order_by("competency__framework_id", "competency__position", "pk")
    )
    rubrics = {
        row.pk: rubric_of(row, language=language)
        for row in with_rubric(
            viewer=viewer,
            competencies=Competency.objects.filter(pk__in=[focus.competency_id for focus in rows]),
            language=language,
        )
    }
    return [
        FocusLine(
            public_id=row.public_id,
            competency=rubrics[row.competency_id].public_id,
            name=rubrics[row.competency_id].name,
            strand=rubrics[row.competency_id].strand,
            kind=str(FocusKind(row.kind).label),
            starts_on=row.starts_on,
            last_day=row.ends_on - timedelta(days=1),
            chosen_by=row.chosen_by.display_name,
        )
        for row in rows
    ]


def section_focus(*, viewer: Viewer, section: Section, public_id: UUID) -> Focus | None:
    """A focus of this class that has not ended; None when there is none."""
    return _focus(section.pk, viewer.today).filter(public_id=public_id).first()


def competency_to_choose(*, viewer: Viewer, public_id: UUID) -> Competency | None:
    """A competency that can be put in focus, or None."""
    return recordable(viewer=viewer).filter(public_id=public_id).first()


def focus_of_student(*, viewer: Viewer, student: Student) -> list[int]:
    """What a student works on now, by competency id: their own focus and that of today's classes. One query."""
    sections = Enrolment.objects.filter(current(viewer.today), student=student, is_active=True).values("section")
    found = (
        Focus.objects.filter(current(viewer.today))
        .filter(Q(student=student) | Q(section__in=sections))
        .order_by("competency__framework_id", "competency__position", "pk")
        .values_list("competency_id", flat=True)
    )
    return list(dict.fromkeys(found))
