"""Growth over time: each piece as a dot, and what was held after it; and what nobody has looked at yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from accounts.svg import Chart, Point, growth
from assessments.mastery import MasteryError, Piece, summarise
from assessments.models import Evidence, MasterySummary
from assessments.recompute import Ground, crossed, grounds, histories, read_crossings
from assessments.selectors.rubrics import recordable
from competencies import wording as words
from competencies.models import Competency


@dataclass(frozen=True, slots=True)
class Grown:
    """One competency: where it stands, and its picture from two pieces on."""

    competency: UUID
    name: str
    shape: str
    pieces: int
    last_on: date | None
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the framework that can be chosen: its parent's public id, its name, how many were seen in it."""

    key: str
    name: str
    seen: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class GrowthPage:
    """The branches that were touched, the open one in full, and what of it nobody has looked at yet."""

    branches: list[Branch]
    grown: list[Grown]
    unseen: list[tuple[UUID, str]]


ALONE = "alone"
"""The key of the competencies that stand in no branch."""


@dataclass(frozen=True, slots=True)
class BranchRows:
    """The competencies of each touched branch in the framework's order, by the parent's public id (or `ALONE`)."""

    members: Mapping[str, Sequence[int]]
    parents: Mapping[str, int]
    framework_of: Mapping[int, int]

    def name(self, key: str, known: Mapping[int, words.Known]) -> str:
        """What a branch is called; `known` holds the parents."""
        return known[self.parents[key]].name if key in self.parents else _("Other")


def branches_of(*, viewer: Viewer, competency_ids: Sequence[int]) -> BranchRows:
    """Every branch that holds one of these competencies, with all that can be seen in it. One query."""
    touched = Competency.objects.filter(pk__in=competency_ids)
    members: dict[str, list[int]] = defaultdict(list)
    parent_of: dict[str, int] = {}
    framework_of: dict[int, int] = {}
    for pk, parent, public_id, framework in (
        recordable(viewer=viewer)
        .filter(
            Q(parent__in=touched.filter(parent__isnull=False).values("parent_id"))
            | Q(parent__isnull=True, framework__in=touched.filter(parent__isnull=True).values("framework_id"))
        )
        .order_by("framework_id", "parent__position", "parent_id", "position", "pk")
        .values_list("pk", "parent_id", "parent__public_id", "framework_id")
    ):
        key = str(public_id) if public_id else ALONE
        members[key].append(pk)
        framework_of[pk] = framework
        if parent is not None:
            parent_of[key] = parent
    return BranchRows(members, parent_of, framework_of)


def growth_page(*, viewer: Viewer, student: Student, branch: str = "") -> GrowthPage:
    """One branch of a student's growth; `branch` is the public id of its parent, anything else the one seen last.

    Nothing is compared with anybody, and no line is drawn through single pieces. Constant queries.
    """
    language = get_language() or "en"
    summaries = {row.competency_id: row for row in MasterySummary.objects.filter(student=student)}
    rows = branches_of(viewer=viewer, competency_ids=list(summaries))
    seen = {pk for pk, summary in summaries.items() if summary.pieces}
    if branch not in rows.members:
        branch = _latest(rows.members, summaries)
    mine = rows.members.get(branch, [])
    known = words.known([*mine, *rows.parents.values()], language=language)
    grown = []
    if mine:
        judged = grounds()
        history = crossed(histories([student.pk])[student.pk], read_crossings(judged))
        titles = _titles(student, [pk for pk in history.pieces if pk in mine or history.carried])
        grown = [
            _grown(known[pk], summaries[pk], history.pieces.get(pk, ()), judged.get(rows.framework_of[pk]), titles)
            for pk in mine
            if pk in seen
        ]
    return GrowthPage(
        branches=[
            Branch(key, rows.name(key, known), sum(pk in seen for pk in ids), key == branch)
            for key, ids in rows.members.items()
        ],
        grown=grown,
        unseen=[(known[pk].public_id, known[pk].name) for pk in mine if pk not in seen],
    )


def _latest(members: Mapping[str, Sequence[int]], summaries: Mapping[int, MasterySummary]) -> str:
    """The branch with the newest piece; the first one where there is none."""

    def newest(key: str) -> date:
        days = [summaries[pk].last_observed_on for pk in members[key] if pk in summaries]
        return max((day for day in days if day), default=date.min)

    return max(members, key=newest, default="")


def _titles(student: Student, competency_ids: Sequence[int]) -> dict[str, str]:
    """What each piece was, by its place among the pieces. One query."""
    rows = Evidence.objects.filter(
        Q(student=student) | Q(student__alias_of=student), competency__in=competency_ids
    ).order_by("pk")
    return {
        str(row.order_key): row.task_title or str(row.get_context_display())
        for row in rows.only("order_key", "task_title", "context")
    }


def _grown(
    known: words.Known,
    summary: MasterySummary,
    pieces: Sequence[Piece],
    ground: Ground | None,
    titles: Mapping[str, str],
) -> Grown:
    return Grown(
        competency=known.public_id,
        name=known.name,
        shape=summary.shape,
        pieces=summary.pieces,
        last_on=summary.last_observed_on,
        chart=_chart(known, pieces, ground, titles),
    )


def _chart(
    known: words.Known, pieces: Sequence[Piece], ground: Ground | None, titles: Mapping[str, str]
) -> Chart | None:
    scale = list(known.levels.words)
    if len(pieces) < 2 or len(scale) < 2:
        return None
    ordered = sorted(pieces, key=lambda piece: (piece.observed_on, piece.key))
    return growth(
        f"grown-{known.pk}",
        title=_("%(competency)s over time") % {"competency": known.name},
        desc=_("Each dot is one piece. The line is the level that was held from that day on."),
        points=[
            Point(
                piece.observed_on,
                place(piece.value, scale),
                titles.get(piece.key, ""),
                known.levels.word(piece.value),
            )
            for piece in ordered
        ],
        levels=list(known.levels.words.values()),
        held=held_over_time(ordered, ground, scale) if ground else (),
        day=lambda on: date_format(on, "MONTH_DAY_FORMAT"),
        heads=(_("Day"), _("Piece"), _("Level")),
    )


def held_over_time(ordered: Sequence[Piece], ground: Ground, scale: Sequence[Decimal]) -> list[tuple[date, float]]:
    """(day, place of the level held from that day on), where it changed; days before anything was held are left out.

    Each day is judged by the pieces up to it with the method in use today: the same functions as everywhere.
    """
    steps: list[tuple[date, float]] = []
    for day in sorted({piece.observed_on for piece in ordered}):
        try:
            judgement = summarise(
                [piece for piece in ordered if piece.observed_on <= day], scale=ground.scale, method=ground.method
            )
        except MasteryError:
            return []
        if judgement.held is None:
            continue
        here = place(judgement.held, scale)
        if not steps or steps[-1][1] != here:
            steps.append((day, here))
    return steps


def place(value: Decimal, levels: Sequence[Decimal]) -> float:
    """Where a value stands among the levels: 0 is the lowest, half steps between two."""
    below = [n for n, level in enumerate(levels) if level <= value]
    here = below[-1] if below else 0
    return here + (0.5 if below and levels[here] != value else 0.0)
