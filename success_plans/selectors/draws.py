"""Draws as people check them, and the places of a pathway as those who look after it see them: counts and ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from accounts.permissions import Permission, Viewer, can, current, students_for
from competencies.choices import DesignerVoice
from competencies.models import Pathway, PathwayDesigner
from success_plans.choices import MembershipState
from success_plans.coarse import FEWEST, count_words, quarter_start
from success_plans.draw import Lot, is_seed_of, lots
from success_plans.models import PathwayDraw, PathwayDrawCall, PathwayMembership
from success_plans.recompute.places import capacity_of


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a pathway, in counts. `undrawn`: who waits and was in no draw yet."""

    taken: int
    offered: int
    waiting: int
    undrawn: int
    free: int | None
    call: PathwayDrawCall | None
    draws: list[PathwayDraw]


@dataclass(frozen=True, slots=True)
class Participation:
    """Who took part on the first day of the quarter, per school, in words. `lines` empty while `is_hidden`: a school
    with one to nine students hides every school, since the others would tell its number."""

    as_of: date
    is_hidden: bool
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """One id of a draw with its number. `is_mine`: that of the reader's own membership, or of their child's."""

    place: int
    lot: Lot
    is_offered: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class DrawPage:
    """A draw with everything that is needed to do it again."""

    public_id: UUID
    pathway: UUID
    title: str
    language: str
    called_at: datetime
    draw_on: date
    held_at: datetime
    places: int
    seed: str
    digest: str
    is_as_promised: bool
    lines: list[DrawnLine]


def may_draw(*, viewer: Viewer, pathway: Pathway) -> bool:
    """Whether this viewer looks after the places: the contact, an educator who designs it, or who reviews pathways of
    its schools. At most three queries."""
    if not viewer.is_known or not viewer.is_staff:
        return False
    if pathway.contact_id == viewer.person_id:
        return True
    if can(viewer, Permission.REVIEW_PATHWAYS).allowed:
        mine, its = viewer.school_ids(), set(pathway.schools.values_list("pk", flat=True))
        if not mine or not its or mine & its:
            return True
    return PathwayDesigner.objects.filter(
        current(viewer.today), pathway=pathway, person=viewer.person_id, voice=DesignerVoice.EDUCATOR
    ).exists()


def pathway_with_places(*, viewer: Viewer, public_id: UUID) -> Pathway | None:
    """The pathway, for whoever looks after its places; None for everybody else."""
    row = Pathway.objects.filter(public_id=public_id).first()
    return row if row is not None and may_draw(viewer=viewer, pathway=row) else None


def call_by_id(*, viewer: Viewer, public_id: UUID) -> PathwayDrawCall | None:
    """An announced draw, for whoever looks after the places of its pathway."""
    row = PathwayDrawCall.objects.select_related("pathway").filter(public_id=public_id).first()
    return row if row is not None and may_draw(viewer=viewer, pathway=row.pathway) else None


def places(*, viewer: Viewer, pathway: Pathway) -> Places:
    """The places in counts, without a name. Five queries."""
    rows = PathwayMembership.objects.filter(pathway=pathway)
    held = list(PathwayDraw.objects.filter(pathway=pathway).order_by("-pk"))
    drawn = {one for row in held for one in row.drawn_from}
    counts = rows.aggregate(
        taken=Count("pk", filter=Q(state=MembershipState.IN)),
        offered=Count("pk", filter=Q(state=MembershipState.OFFERED)),
    )
    limit = capacity_of(pathway)
    waiting = set(rows.filter(state=MembershipState.WAITING).values_list("public_id", flat=True))
    return Places(
        taken=counts["taken"],
        offered=counts["offered"],
        waiting=len(waiting),
        undrawn=len(waiting - drawn),
        free=None if limit is None else max(limit - counts["taken"] - counts["offered"], 0),
        call=PathwayDrawCall.objects.filter(pathway=pathway, draw__isnull=True).order_by("-pk").first(),
        draws=held,
    )


def participation(*, viewer: Viewer, pathway: Pathway) -> Participation:
    """How many students of each school take part: of the first day of the quarter, nothing under ten, in steps of
    five (docs/privacy.md). Never by a level or a group. Two queries; nobody's for who does not look after the places.
    """
    as_of = quarter_start(viewer.today)
    if not may_draw(viewer=viewer, pathway=pathway):
        return Participation(as_of, True, [])
    then = Q(starts_on__lte=as_of) & (Q(ended_on__isnull=True) | Q(ended_on__gt=as_of))
    rows = (
        PathwayMembership.objects.filter(then, pathway=pathway, student__school__isnull=False)
        .values_list("student__school__name")
        .annotate(n=Count("student", distinct=True))
        .order_by("student__school__name")
    )
    found = list(rows)
    is_hidden = any(count < FEWEST for _school, count in found)
    return Participation(as_of, is_hidden, [] if is_hidden else [(name, count_words(n)) for name, n in found])


def draw_page(*, viewer: Viewer, public_id: UUID) -> DrawPage | None:
    """A draw, for who took part in it (the student, the family, adults who read that plan) and who looks after the
    places; None for everybody else. Ids only, never a name."""
    row = PathwayDraw.objects.select_related("pathway", "call").filter(public_id=public_id).first()
    if row is None or not viewer.is_known:
        return None
    drawn = PathwayMembership.objects.filter(public_id__in=row.drawn_from)
    readable = drawn.filter(student__in=students_for(viewer, Permission.READ_PLAN))
    if not readable.exists() and not may_draw(viewer=viewer, pathway=row.pathway):
        return None
    family = [Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY]
    mine = {
        one
        for permission in family
        for one in drawn.filter(student__in=students_for(viewer, permission)).values_list("public_id", flat=True)
    }
    offered = set(row.offered_to)
    return DrawPage(
        public_id=row.public_id,
        pathway=row.pathway.public_id,
        title=row.pathway.title,
        language=row.pathway.language,
        called_at=row.call.called_at,
        draw_on=row.call.draw_on,
        held_at=row.held_at,
        places=row.places,
        seed=row.seed,
        digest=row.digest,
        is_as_promised=is_seed_of(row.call.digest, row.seed),
        lines=[
            DrawnLine(place, lot, lot.id in offered, lot.id in mine)
            for place, lot in enumerate(lots(row.seed, row.drawn_from), start=1)
        ],
    )
