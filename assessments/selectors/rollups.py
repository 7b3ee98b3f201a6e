"""Where parents stand: how many of their leaves are shown, building, not seen yet, and whether their rule is met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import get_language

from accounts.permissions import Viewer
from accounts.statements import run
from assessments.choices import RollupRule
from assessments.mastery import MasteryError, Shape
from assessments.mastery.rollup import Child, Parent, Rule, Standing, roll_up
from assessments.models import MasterySummary, Rollup, RollupChild
from competencies import wording as words
from competencies.models import Competency


def rolled_up(
    *, viewer: Viewer, student_ids: Collection[int], parents: Collection[int]
) -> dict[tuple[int, int], Standing]:
    """The standing of each of these parents for each of these students, by (student, parent). Three queries.

    The caller has decided that the viewer may read the evidence of these students. A competency without children is
    no parent and not in the answer. Nothing is stored: a child that is no longer shown re-opens what is above it.
    """
    if not parents:
        return {}
    tree = parents_below(viewer=viewer, parents=parents)
    leaves = {int(child.key) for parent in tree for child in parent.children}
    shapes: dict[int, dict[str, Shape]] = defaultdict(dict)
    for student, competency, shape in MasterySummary.objects.filter(
        student_id__in=list(student_ids), competency_id__in=leaves
    ).values_list("student_id", "competency_id", "shape"):
        shapes[student][str(competency)] = Shape(shape)
    asked = {str(parent) for parent in parents}
    return {
        (student, int(key)): standing
        for student in student_ids
        for key, standing in roll_up(tree, shapes.get(student, {})).items()
        if key in asked
    }


def rolled_up_from(
    *, viewer: Viewer, summaries: Iterable[MasterySummary], parents: Collection[int]
) -> dict[int, Standing]:
    """As `rolled_up` for one student whose summaries are at hand, those of a past day too. Two queries."""
    if not parents:
        return {}
    shapes = {str(row.competency_id): Shape(row.shape) for row in summaries}
    asked = {str(parent) for parent in parents}
    tree = parents_below(viewer=viewer, parents=parents)
    return {int(key): standing for key, standing in roll_up(tree, shapes).items() if key in asked}


def parents_below(*, viewer: Viewer, parents: Collection[int]) -> list[Parent]:
    """These parents and every parent below them with their rules, leaves left out. Two queries.

    Retired competencies count for nothing. A rule that cannot be met any more, because children are gone, is read as
    one that asks for all of them.
    """
    children: dict[int, list[int]] = defaultdict(list)
    for parent, child in run(
        """
        WITH RECURSIVE below AS (
            SELECT c.parent_id, c.id, c.position FROM competencies_competency c
            WHERE c.parent_id = ANY(%s::bigint[]) AND c.retired_at IS NULL
            UNION
            SELECT c.parent_id, c.id, c.position FROM competencies_competency c
            JOIN below b ON c.parent_id = b.id WHERE c.retired_at IS NULL)
        SELECT parent_id, id FROM below ORDER BY parent_id, position, id
        """,
        [sorted(parents)],
    ):
        children[parent].append(child)
    rules = run(
        """
        SELECT r.parent_id, r.rule, r.needed, c.competency_id, c.points, c.is_required
        FROM assessments_rollup r LEFT JOIN assessments_rollupchild c ON c.rollup_id = r.id
        WHERE r.parent_id = ANY(%s::bigint[])
        """,
        [sorted(children)],
    )
    chosen: dict[int, tuple[str, Decimal | None]] = {row[0]: (row[1], row[2]) for row in rules}
    weights = {(row[0], row[3]): (row[4], row[5]) for row in rules if row[3] is not None}
    return [_parent(key, below, chosen.get(key), weights) for key, below in children.items()]


def _parent(
    key: int,
    below: list[int],
    chosen: tuple[str, Decimal | None] | None,
    weights: Mapping[tuple[int, int], tuple[Decimal, bool]],
) -> Parent:
    if chosen is not None and chosen[0] == RollupRule.POINTS:
        # a child that came later carries nothing until somebody says what it counts
        children = tuple(Child(str(c), *weights.get((key, c), (Decimal(0), False))) for c in below)
        try:
            return Parent(str(key), children, Rule.POINTS, chosen[1])
        except MasteryError:
            pass
    return Parent(str(key), tuple(Child(str(c)) for c in below))


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A child on the page of its parent's rule."""

    public_id: UUID
    name: str
    points: Decimal
    is_required: bool


@dataclass(frozen=True, slots=True)
class RollupPage:
    """The rule of a parent as its page shows it; `version` 0: nobody chose one, so all children are asked for."""

    competency: Competency
    name: str
    rule: str
    needed: Decimal | None
    version: int
    chosen_by: str
    children: list[ChildLine]


def rollup_page(*, viewer: Viewer, competency: UUID) -> RollupPage | None:
    """The rule of a parent; None for what is not there or has no children."""
    row = Competency.objects.filter(public_id=competency, retired_at__isnull=True).first()
    below = (
        list(Competency.objects.filter(parent=row, retired_at__isnull=True).order_by("position", "pk")) if row else []
    )
    if row is None or not below:
        return None
    rule = Rollup.objects.filter(parent=row).select_related("chosen_by").first()
    weights = {child.competency_id: child for child in RollupChild.objects.filter(rollup=rule)} if rule else {}
    names = words.names([row.pk, *(child.pk for child in below)], language=get_language() or "en")
    return RollupPage(
        competency=row,
        name=names[row.pk],
        rule=rule.rule if rule else RollupRule.ALL,
        needed=rule.needed if rule else None,
        version=rule.version if rule else 0,
        chosen_by=rule.chosen_by.display_name if rule else "",
        children=[
            ChildLine(
                child.public_id,
                names[child.pk],
                weights[child.pk].points if child.pk in weights else Decimal(1),
                child.pk in weights and weights[child.pk].is_required,
            )
            for child in below
        ],
    )
