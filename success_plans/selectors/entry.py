"""The first look as the adults of a student read it: step by step, what is there and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind, SensitiveDomain
from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, current, domains_for, students_for
from assessments.choices import Shape
from assessments.models import MasterySummary
from competencies import wording as words
from competencies.choices import AssociationKind, WordingKind
from competencies.models import Association, Competency
from success_plans.choices import (
    STUDENT_VOICE,
    ContactOutcome,
    ContactPurpose,
    FindingArea,
    FindingState,
    PointerKind,
    StatementKind,
    Voice,
)
from success_plans.models import ContactAttempt, EntryFinding, FamilyWays, PlanPointer, PlanStatement
from success_plans.selectors.consents import allowed_kinds
from success_plans.selectors.places import strands

STEPS = ("who", "can", "feel", "life", "pointers", "family", "summary")
AREA_OPENED_BY: dict[str, str] = {
    FindingArea.WELLBEING: SensitiveDomain.WELLBEING,
    FindingArea.BASIC: SensitiveDomain.FAMILY,
    FindingArea.HEALTH: SensitiveDomain.HEALTH,
}
"""The sensitive domain that opens an area of the first look; areas not listed are read by the whole circle."""
STEP_AREAS: dict[str, tuple[FindingArea, ...]] = {
    "can": (FindingArea.ACADEMIC,),
    "feel": (FindingArea.WELLBEING,),
    "life": (FindingArea.ATTENDANCE, FindingArea.BASIC, FindingArea.HEALTH),
}
MOST_PREFILLED = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the first look. `is_closed`: it is there, and this reader asks its owner."""

    public_id: UUID
    version: int
    area: str
    area_name: str
    state: str
    state_name: str
    competency: str
    tool: str
    on: date
    can_do: str
    next_step: str
    language: str
    by: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that is there already."""

    title: str
    text: str
    language: str
    by: str
    scribe: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What evidence says already about one competency: one tick takes it over."""

    competency: UUID
    name: str
    shape: str
    can_do: str
    next_step: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Pointer:
    """A plan kept elsewhere; `public_id` None: none is noted."""

    kind: str
    name: str
    version: int
    kept_where: str
    accommodations: str
    case_manager: int | None
    case_manager_name: str
    review_on: date | None
    is_there: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How one guardian is reached."""

    guardian: int
    name: str
    version: int
    best_way: str
    best_way_name: str
    best_time: str
    interpreter_language: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow. `state`: "there", "open", or "said" when an answer stands in place of a finding."""

    code: str
    title: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class IntakePage:
    """The whole first look."""

    steps: list[Step]
    said: list[Words]
    found: list[Found]
    pointers: list[Pointer]
    ways: list[Way]
    may_ask_feelings: bool
    may_keep_files: bool
    domains: frozenset[str]
    talked_on: date | None

    @property
    def done(self) -> int:
        """Steps with something in them."""
        return sum(step.state != "open" for step in self.steps)

    def of(self, *areas: str) -> list[Found]:
        """The findings of these areas."""
        return [f for f in self.found if f.area in areas]


def step_title(code: str) -> str:
    """What a step is called."""
    return {
        "who": _("Who I am"),
        "can": _("What I can do"),
        "feel": _("How I feel"),
        "life": _("Being here, home and health"),
        "pointers": _("Plans kept elsewhere"),
        "family": _("The family"),
        "summary": _("What is there"),
    }[code]


def intake_page(*, viewer: Viewer, student: Student) -> IntakePage:
    """Everything the steps show, for an adult who edits the plan. A constant number of queries."""
    domains = domains_for(viewer, student)
    said = [
        Words(
            str(StatementKind(row.kind).label),
            row.text or _("a picture or a recording"),
            row.language,
            row.author.display_name,
            row.scribe.display_name if row.scribe else "",
        )
        for row in PlanStatement.objects.filter(
            plan__student=student, withdrawn_at__isnull=True, voice=Voice.STUDENT, kind__in=STUDENT_VOICE
        )
        .select_related("author", "scribe")
        .order_by("said_on", "pk")
    ]
    found = findings(viewer=viewer, student=student, domains=domains)
    pointers = _pointers(student)
    ways = _ways(viewer, student)
    open_kinds = allowed_kinds(student)
    talked = (
        ContactAttempt.objects.filter(student=student, purpose=ContactPurpose.CONVERSATION, outcome=ContactOutcome.HELD)
        .order_by("-tried_at")
        .values_list("tried_at", flat=True)
        .first()
    )
    return IntakePage(
        steps=_steps(said, found, pointers, ways, talked),
        said=said,
        found=found,
        pointers=pointers,
        ways=ways,
        may_ask_feelings="wellbeing" in open_kinds,
        may_keep_files="media" in open_kinds,
        domains=domains,
        talked_on=timezone.localtime(talked).date() if talked else None,
    )


def findings(*, viewer: Viewer, student: Student, domains: frozenset[str]) -> list[Found]:
    """The parts of the first look; a closed one says only that it is there. At most four queries."""
    language = get_language() or "en"
    rows = list(
        EntryFinding.objects.filter(plan__student=student, withdrawn_at__isnull=True)
        .select_related("author")
        .order_by("area", "found_on", "pk")
    )
    names = words.names({r.competency_id for r in rows if r.competency_id}, language=language)
    found = []
    for row in rows:
        closed = (
            AREA_OPENED_BY.get(row.area, "") not in {"", *domains}
            and row.author_id != viewer.person_id
            and row.state == FindingState.FOUND
        )
        found.append(
            Found(
                public_id=row.public_id,
                version=row.version,
                area=row.area,
                area_name=str(row.get_area_display()),
                state=row.state,
                state_name=str(row.get_state_display()),
                competency="" if closed else names.get(row.competency_id or 0, ""),
                tool="" if closed else row.tool,
                on=row.found_on,
                can_do="" if closed else row.can_do,
                next_step="" if closed else row.next_step,
                language=row.language,
                by=row.author.display_name,
                is_closed=closed,
            )
        )
    return found


def finding_by_id(*, viewer: Viewer, public_id: UUID) -> EntryFinding | None:
    """A part of the first look this viewer may change: of a plan they edit, and open to them."""
    row = (
        EntryFinding.objects.select_related("plan__student__person", "plan__student__school", "author")
        .filter(
            public_id=public_id, withdrawn_at__isnull=True, plan__student__in=students_for(viewer, Permission.READ_PLAN)
        )
        .first()
    )
    if row is None or row.author_id == viewer.person_id or row.area not in AREA_OPENED_BY:
        return row
    return row if AREA_OPENED_BY[row.area] in domains_for(viewer, row.plan.student) else None


def prefilled(*, viewer: Viewer, student: Student) -> list[Prefilled]:
    """What evidence says already, in the framework's order: a first look nobody has to type. Five queries."""
    language = get_language() or "en"
    noted = EntryFinding.objects.filter(
        plan__student=student, withdrawn_at__isnull=True, competency=OuterRef("competency")
    )
    rows = list(
        MasterySummary.objects.filter(student=student, pieces__gt=0)
        .exclude(Exists(noted))
        .select_related("competency")
        .order_by("competency__framework_id", "competency__parent__position", "competency__position", "pk")[
            :MOST_PREFILLED
        ]
    )
    ids = {row.competency_id for row in rows}
    ahead = dict(
        Association.objects.filter(origin__in=ids, kind=AssociationKind.PRECEDES)
        .order_by("-destination__position")
        .values_list("origin_id", "destination_id")
    )
    names = words.names(ids | set(ahead.values()), language=language)
    said = words.sentences(ids, WordingKind.FAMILY, language=language)
    found = []
    for row in rows:
        name = names[row.competency_id]
        sentence = said.get((row.competency_id, row.held)) or said.get((row.competency_id, None)) or name
        shown = row.shape in {Shape.SHOWN, Shape.DEEPER}
        found.append(
            Prefilled(
                competency=row.competency.public_id,
                name=name,
                shape=row.shape,
                can_do=sentence if shown else "",
                next_step=names.get(ahead.get(row.competency_id, 0), "") if shown else name,
                on=row.last_observed_on,
            )
        )
    return found


def competency_choices(*, viewer: Viewer, student: Student) -> list[tuple[str, str]]:
    """Competencies a finding can be about: in focus or seen. (public id, name)."""
    return [(str(p.public_id), p.name) for s in strands(viewer=viewer, student=student) for p in s.places]


def competencies_by_id(*, viewer: Viewer, public_ids: set[UUID]) -> dict[UUID, Competency]:
    """Competencies by their public ids; frameworks are open to everyone."""
    return {row.public_id: row for row in Competency.objects.filter(public_id__in=public_ids)}


def adults(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Adults at school around the student, by name: (person id, name). One query."""
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .exclude(kind__in=[RelationshipKind.GUARDIAN, RelationshipKind.COMING])
        .select_related("person")
        .order_by("person__sort_name", "person_id")
    )
    return list({row.person_id: row.person.display_name for row in rows}.items())


def _pointers(student: Student) -> list[Pointer]:
    rows = {
        row.kind: row
        for row in PlanPointer.objects.filter(plan__student=student, ended_on__isnull=True).select_related(
            "case_manager"
        )
    }
    found = []
    for kind in PointerKind:
        row = rows.get(kind)
        found.append(
            Pointer(
                kind=kind,
                name=str(kind.label),
                version=row.version if row else 0,
                kept_where=row.kept_where if row else "",
                accommodations=row.accommodations if row else "",
                case_manager=row.case_manager_id if row else None,
                case_manager_name=row.case_manager.display_name if row and row.case_manager else "",
                review_on=row.review_on if row else None,
                is_there=row is not None,
            )
        )
    return found


def _ways(viewer: Viewer, student: Student) -> list[Way]:
    rows = {row.guardian_id: row for row in FamilyWays.objects.filter(plan__student=student)}
    links = (
        Relationship.objects.filter(current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN)
        .select_related("person")
        .order_by("person__sort_name", "person_id")
    )
    people = {link.person_id: link.person.display_name for link in links}
    return [way(rows.get(pk), pk, name) for pk, name in people.items()]


def way(row: FamilyWays | None, guardian: int, name: str) -> Way:
    """How a guardian is reached, or that nobody has said it yet. Pure."""
    return Way(
        guardian=guardian,
        name=name,
        version=row.version if row else 0,
        best_way=row.best_way if row else "",
        best_way_name=str(row.get_best_way_display()) if row and row.best_way else "",
        best_time=row.best_time if row else "",
        interpreter_language=row.interpreter_language if row else "",
    )


def my_way(*, viewer: Viewer, student: Student) -> Way:
    """How this guardian is reached. One query."""
    guardian = viewer.actor_id
    row = FamilyWays.objects.filter(plan__student=student, guardian_id=guardian).first()
    return way(row, guardian, viewer.name)


def _steps(
    said: list[Words], found: list[Found], pointers: list[Pointer], ways: list[Way], talked: datetime | None
) -> list[Step]:
    def of(code: str) -> tuple[str, str]:
        rows = [f for f in found if f.area in STEP_AREAS[code]]
        there = [f for f in rows if f.state == FindingState.FOUND]
        if there:
            return "there", str(len(there))
        return ("said", rows[-1].state_name) if rows else ("open", "")

    states: dict[str, tuple[str, str]] = {
        "who": ("there" if said else "open", str(len(said)) if said else ""),
        "can": of("can"),
        "feel": of("feel"),
        "life": of("life"),
        "pointers": ("there" if any(p.is_there for p in pointers) else "said", ""),
        "family": ("there" if talked or any(w.version for w in ways) else "open", ""),
    }
    return [Step(code, step_title(code), *states[code]) for code in STEPS if code != "summary"]
