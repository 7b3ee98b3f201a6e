"""My child, for families: what they can do now, what comes next, how we help, our words, who looked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import SCHOOL_ROLES, TEACHING_KINDS, GuardianBlock, ReadPurpose, RelationshipKind, Role
from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.choices import Shape
from competencies.choices import WordingKind
from success_plans.selectors.around import Around, Event, Sibling
from success_plans.selectors.around import around as _around
from success_plans.selectors.plans import PlanPage, plan_page


@dataclass(frozen=True, slots=True)
class Can:
    """Something the child can do, in family words, with its level as shape and word."""

    public_id: UUID
    sentence: str
    shape: str
    strand: str
    pieces: int
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, and what home can try."""

    public_id: UUID
    name: str
    strand: str
    sentence: str
    home: str
    shape: str
    is_own_choice: bool
    chosen_by: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked: who as a role with a name where they work for the school, when, what, why."""

    on: date
    who: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """Everything the family page shows. `limited` holds the `GuardianBlock`s a document closes to this guardian.

    `siblings` are all children of this guardian, this one too. `to_answer`: suggestions of the school that wait for
    the family; `waits`: this guardian's own proposals the school has not answered yet.
    """

    plan: PlanPage
    cans: list[Can]
    edges: list[Can]
    nexts: list[Next]
    looks: list[Look]
    limited: frozenset[str] = frozenset()
    siblings: list[Sibling] = field(default_factory=list)
    to_answer: int = 0
    waits: int = 0
    has_ways: bool = False


def children(*, viewer: Viewer) -> list[Student]:
    """The viewer's children, by name."""
    return list(
        students_for(viewer, Permission.READ_FAMILY_PAGE)
        .select_related("person", "school")
        .order_by("person__sort_name", "pk")
    )


def family_page(*, viewer: Viewer, student: Student) -> FamilyPage:
    """The page of one child: the plan as family reads it, and one query more for everything around it."""
    plan = plan_page(viewer=viewer, student=student)
    around = _around(viewer=viewer, student=student, language=get_language() or "en")
    sees_evidence = GuardianBlock.EVIDENCE not in plan.limited
    cans, edges = _cans(plan, around) if sees_evidence else ([], [])
    return FamilyPage(
        plan=plan,
        cans=cans,
        edges=edges,
        nexts=_nexts(plan, around) if sees_evidence else [],
        looks=_told(around.events, around.kinds, around.names, 40),
        limited=plan.limited,
        siblings=around.siblings,
        to_answer=around.to_answer,
        waits=around.waits,
        has_ways=around.has_ways,
    )


def _cans(plan: PlanPage, around: Around) -> tuple[list[Can], list[Can]]:
    """What is shown, and what is at the edge; both in the framework's order."""
    shown: list[Can] = []
    edges: list[Can] = []
    for strand in plan.strands:
        for place in strand.places:
            if place.public_id not in around.held:
                continue
            held = around.held[place.public_id]
            sentence = around.said(place.public_id, WordingKind.FAMILY, held) if held is not None else ""
            can = Can(
                public_id=place.public_id,
                sentence=sentence or around.said(place.public_id, WordingKind.FAMILY) or place.name,
                shape=place.shape,
                strand=strand.name,
                pieces=place.pieces,
                last_on=place.last_on,
            )
            (shown if place.shape in {Shape.SHOWN, Shape.DEEPER} else edges).append(can)
    return shown, edges


def _nexts(plan: PlanPage, around: Around) -> list[Next]:
    """What is in focus and not shown yet: the child's own choices first, then the class's."""
    found = []
    for strand in plan.strands:
        for place in strand.places:
            chosen = around.chosen.get(place.public_id)
            if chosen is None or (place.public_id in around.demonstrated and not chosen.is_own):
                continue
            found.append(
                Next(
                    public_id=place.public_id,
                    name=place.name,
                    strand=strand.name,
                    sentence=around.said(place.public_id, WordingKind.FAMILY),
                    home=around.said(place.public_id, WordingKind.HOME),
                    shape=place.shape,
                    is_own_choice=chosen.is_own,
                    chosen_by=chosen.by,
                )
            )
    return sorted(found, key=lambda n: not n.is_own_choice)


def looks(*, viewer: Viewer, student: Student, limit: int = 40) -> list[Look]:
    """Who at school looked in the last twelve months. Never the other household, never the child. One query.

    A person is shown by name and role; a school lead with the purpose that was given.
    """
    around = _around(viewer=viewer, student=student, language=get_language() or "en")
    return _told(around.events, around.kinds, around.names, limit)


def _told(events: list[Event], kinds: dict[int, set[str]], names: dict[int, str], limit: int) -> list[Look]:
    found: list[Look] = []
    seen: set[tuple[int, date, str]] = set()
    for event in events:
        mine = kinds.get(event.viewer, set())
        if not mine or mine <= {RelationshipKind.GUARDIAN}:
            continue
        day = timezone.localtime(event.at).date()
        if (event.viewer, day, event.block) in seen:
            continue
        seen.add((event.viewer, day, event.block))
        found.append(
            Look(on=day, who=f"{names[event.viewer]}, {_role(mine)}", what=_block(event.block), why=_why(event.purpose))
        )
    return found[:limit]


def _block(block: str) -> str:
    return {
        "plan": _("the plan"),
        "map": _("the map"),
        "evidence": _("a piece of work"),
        "competency": _("one competency"),
        "class_grid": _("the class page"),
        "grades": _("took along what is shown, for grades"),
        "flags": _("what waits for an adult"),
        "caseload": _("who holds the plan"),
        "circle": _("who belongs to the circle"),
        "pathways": _("the pathways"),
        "partner": _("the name, the pathway and what comes next on it"),
    }.get(block, _("the record"))


def _role(kinds: set[str]) -> str:
    if RelationshipKind.CASELOAD in kinds:
        return _("navigator")
    if kinds & TEACHING_KINDS:
        return _("teacher")
    if RelationshipKind.COMING in kinds:
        return _("teacher of a class to come")
    if RelationshipKind.TEAM in kinds:
        return _("support team")
    if RelationshipKind.PARTNER in kinds:
        return _("partner of a pathway")
    if RelationshipKind.REFERRAL in kinds:
        return _("community partner")
    return _("school lead") if kinds & SCHOOL_ROLES else str(Role.DISTRICT_ADMIN.label)


def _why(purpose: str) -> str:
    return str(ReadPurpose(purpose).label) if purpose in ReadPurpose.values else _("part of their work")
