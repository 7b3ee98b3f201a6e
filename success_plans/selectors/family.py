"""My child, for families: what they can do now, what comes next, how we help, our words, who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import SCHOOL_ROLES, TEACHING_KINDS, GuardianBlock, ReadPurpose, RelationshipKind, Role
from accounts.households import limited_blocks
from accounts.models import ReadEvent, Relationship, RoleAssignment, Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.choices import Shape
from assessments.models import MasterySummary
from competencies import wording as words
from competencies.choices import WordingKind
from competencies.models import Competency
from success_plans.selectors.plans import PlanPage, plan_page
from supports.models import Focus

LOOKED_BACK = timedelta(days=365)


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
    """Everything the family page shows. `limited` holds the `GuardianBlock`s a document closes to this guardian."""

    plan: PlanPage
    cans: list[Can]
    edges: list[Can]
    nexts: list[Next]
    looks: list[Look]
    limited: frozenset[str] = frozenset()


def children(*, viewer: Viewer) -> list[Student]:
    """The viewer's children, by name."""
    return list(
        students_for(viewer, Permission.READ_FAMILY_PAGE)
        .select_related("person", "school")
        .order_by("person__sort_name", "pk")
    )


def family_page(*, viewer: Viewer, student: Student) -> FamilyPage:
    """The page of one child; a constant number of queries."""
    limited = limited_blocks(viewer, student)
    sees_evidence = GuardianBlock.EVIDENCE not in limited
    cans, edges = _cans(student) if sees_evidence else ([], [])
    return FamilyPage(
        plan=plan_page(viewer=viewer, student=student),
        cans=cans,
        edges=edges,
        nexts=_nexts(viewer, student) if sees_evidence else [],
        looks=looks(viewer=viewer, student=student),
        limited=limited,
    )


def _cans(student: Student) -> tuple[list[Can], list[Can]]:
    """What is shown, and what is at the edge; both in the framework's order."""
    language = get_language() or "en"
    rows = list(
        MasterySummary.objects.filter(student=student)
        .select_related("competency")
        .order_by("competency__framework_id", "competency__parent__position", "competency__position", "competency_id")
    )
    ids = {r.competency_id for r in rows}
    parents = {r.competency.parent_id for r in rows if r.competency.parent_id}
    names = words.names(ids | parents, language=language)
    sentences = words.sentences(ids, WordingKind.FAMILY, language=language)
    shown: list[Can] = []
    edges: list[Can] = []
    for row in rows:
        sentence = sentences.get((row.competency_id, row.held)) if row.held is not None else None
        can = Can(
            public_id=row.competency.public_id,
            sentence=sentence or sentences.get((row.competency_id, None)) or names[row.competency_id],
            shape=row.shape,
            strand=names.get(row.competency.parent_id or 0, ""),
            pieces=row.pieces,
            last_on=row.last_observed_on,
        )
        (shown if row.shape in {Shape.SHOWN, Shape.DEEPER} else edges).append(can)
    return shown, edges


def _nexts(viewer: Viewer, student: Student) -> list[Next]:
    """What is in focus and not shown yet: the child's own choices first, then the class's."""
    language = get_language() or "en"
    rows = list(
        Focus.objects.filter(starts_on__lte=viewer.today, ends_on__gt=viewer.today, student=student).select_related(
            "chosen_by"
        )
    )
    of_section = list(
        Focus.objects.filter(
            starts_on__lte=viewer.today,
            ends_on__gt=viewer.today,
            section__enrolments__student=student,
            section__enrolments__is_active=True,
            section__is_active=True,
        ).select_related("chosen_by")
    )
    chosen: dict[int, Focus] = {}
    for row in [*rows, *of_section]:
        chosen.setdefault(row.competency_id, row)
    summaries = {s.competency_id: s for s in MasterySummary.objects.filter(student=student, competency_id__in=chosen)}
    competencies = (
        Competency.objects.filter(pk__in=chosen)
        .select_related("parent")
        .order_by("framework_id", "parent__position", "position", "pk")
    )
    ids = set(chosen)
    listed = [
        c
        for c in competencies
        if c.pk not in summaries or not summaries[c.pk].is_demonstrated or chosen[c.pk].student_id
    ]
    names = words.names(ids | {c.parent_id for c in listed if c.parent_id}, language=language)
    family = words.sentences(ids, WordingKind.FAMILY, language=language)
    home = words.sentences(ids, WordingKind.HOME, language=language)
    found = [
        Next(
            public_id=c.public_id,
            name=names[c.pk],
            strand=names.get(c.parent_id or 0, ""),
            sentence=family.get((c.pk, None), ""),
            home=home.get((c.pk, None), ""),
            shape=summaries[c.pk].shape if c.pk in summaries else Shape.OPEN,
            is_own_choice=chosen[c.pk].student_id is not None,
            chosen_by=chosen[c.pk].chosen_by.display_name,
        )
        for c in listed
    ]
    return sorted(found, key=lambda n: not n.is_own_choice)


def looks(*, viewer: Viewer, student: Student, limit: int = 40) -> list[Look]:
    """Who at school looked in the last twelve months. Never the other household, never the child.

    Three queries. A person is shown by name and role; a school lead with the purpose that was given.
    """
    since = timezone.now() - LOOKED_BACK
    rows = list(
        ReadEvent.objects.filter(student_ids__contains=[student.pk], occurred_at__gte=since).order_by("-occurred_at")[
            : limit * 5
        ]
    )
    people = {r.viewer_id for r in rows}
    kinds: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for relation in Relationship.objects.filter(student=student, person_id__in=people).select_related("person"):
        kinds.setdefault(relation.person_id, set()).add(relation.kind)
        names[relation.person_id] = relation.person.display_name
    leads = [*SCHOOL_ROLES, Role.DISTRICT_ADMIN]
    for role in RoleAssignment.objects.filter(person_id__in=people, role__in=leads).select_related("person"):
        kinds.setdefault(role.person_id, set()).add(role.role)
        names[role.person_id] = role.person.display_name
    found: list[Look] = []
    seen: set[tuple[int, date, str]] = set()
    for row in rows:
        mine = kinds.get(row.viewer_id, set())
        if not mine or mine <= {RelationshipKind.GUARDIAN}:
            continue
        day = timezone.localtime(row.occurred_at).date()
        if (row.viewer_id, day, row.block) in seen:
            continue
        seen.add((row.viewer_id, day, row.block))
        found.append(
            Look(
                on=day,
                who=f"{names[row.viewer_id]}, {_role(mine)}",
                what=_block(row.block),
                why=str(ReadPurpose(row.purpose).label)
                if row.purpose in ReadPurpose.values
                else _("part of their work"),
            )
        )
    return found[:limit]


def _block(block: str) -> str:
    return {
        "plan": _("the plan"),
        "map": _("the map"),
        "evidence": _("a piece of work"),
        "competency": _("one competency"),
        "class_grid": _("the class page"),
        "flags": _("what waits for an adult"),
        "caseload": _("who holds the plan"),
        "circle": _("who belongs to the circle"),
    }.get(block, _("the record"))


def _role(kinds: set[str]) -> str:
    if RelationshipKind.CASELOAD in kinds:
        return _("navigator")
    if kinds & TEACHING_KINDS:
        return _("teacher")
    if RelationshipKind.TEAM in kinds:
        return _("support team")
    if RelationshipKind.REFERRAL in kinds:
        return _("community partner")
    return _("school lead") if kinds & SCHOOL_ROLES else str(Role.DISTRICT_ADMIN.label)


def _why(purpose: str) -> str:
    return str(ReadPurpose(purpose).label) if purpose in ReadPurpose.values else _("part of their work")
