"""The plan on one page: what is said, where the student is, goals, who helps. A constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import Relationship, Student
from accounts.names import grade_word
from accounts.permissions import Permission, Viewer, current, domains_for, permissions_on
from assessments.models import Evidence
from competencies import wording as words
from success_plans.choices import (
    FAMILY_VOICE,
    OPENED_BY,
    STUDENT_VOICE,
    GoalState,
    NeedDomain,
    NeedState,
    StatementKind,
    Voice,
)
from success_plans.models import Goal, Need, Plan, PlanStatement, TranslationRequest
from success_plans.selectors.places import Place, Strand, strands
from supports.choices import SupportState
from supports.models import Support


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the plan with its language, and the reader's language where somebody translated it.

    `text` is what to show first; `original` is set when `text` is a translation. `can_ask`: it is in another
    language, and nobody has translated it yet. `asked`: somebody has asked.
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


@dataclass(frozen=True, slots=True)
class Block:
    """The sentences of one kind in one voice."""

    kind: str
    title: str
    voice: str
    said: list[Said]


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal with its texts; `is_goal` false: an intention."""

    public_id: UUID
    version: int
    said: Said
    why: str
    measure: str
    baseline: str
    target: str
    due_on: date | None
    steps: str
    helper: str
    competency: str
    competency_public_id: UUID | None
    is_goal: bool
    state: str
    state_name: str


@dataclass(frozen=True, slots=True)
class NeedView:
    """An entry of the record of needs; `said` None: it exists, and this reader asks its owner."""

    public_id: UUID
    domain: str
    said: Said | None
    opened_on: date
    review_on: date
    owner: str
    is_open: bool
    state_name: str
    state_reason: str


@dataclass(frozen=True, slots=True)
class Helper:
    """A support as it stands in the plan."""

    public_id: UUID
    title: str
    family: str
    home: str
    owner: str
    provider: str
    type: str
    setting: str
    minutes: int
    sessions_per_week: int
    starts_on: date
    ends_on: date
    is_running: bool


@dataclass(frozen=True, slots=True)
class Teammate:
    """An adult of the student's circle and why."""

    name: str
    why: str


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
    """Everything the plan page shows to this reader."""

    student: UUID
    name: str
    short_name: str
    grade: str
    school: str
    languages: list[str]
    student_blocks: list[Block]
    family_blocks: list[Block]
    staff_blocks: list[Block]
    goals: list[GoalView]
    past_goals: list[GoalView]
    needs: list[NeedView]
    helpers: list[Helper]
    past_helpers: list[Helper]
    strands: list[Strand]
    team: list[Teammate]
    record: list[Seen]
    changed_on: date | None
    may_edit: bool
    speaks_as: str
    next_places: list[Place] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing is said yet."""
        return not any(b.said for b in [*self.student_blocks, *self.family_blocks, *self.staff_blocks])


def plan_page(*, viewer: Viewer, student: Student) -> PlanPage:
    """The plan of a student this viewer was let in to by the loader."""
    language = get_language() or "en"
    plan = (
        Plan.objects.filter(student=student)
        .prefetch_related(
            Prefetch(
                "statements",
                PlanStatement.objects.filter(withdrawn_at__isnull=True)
                .select_related("author", "scribe")
                .prefetch_related("translations")
                .order_by("said_on", "pk"),
            ),
            Prefetch(
                "goals",
                Goal.objects.select_related("author", "helper", "competency")
                .prefetch_related("translations")
                .order_by("created_at", "pk"),
            ),
            Prefetch(
                "needs",
                Need.objects.select_related("author").prefetch_related("translations").order_by("opened_on", "pk"),
            ),
        )
        .first()
    )
    allowed = permissions_on(viewer, student)
    domains = domains_for(viewer, student)
    statements = list(plan.statements.all()) if plan else []
    rows = list(plan.goals.all()) if plan else []
    names = words.names({g.competency_id for g in rows if g.competency_id}, language=language)
    goals = [_goal(viewer, g, language, names) for g in rows]
    helpers = _helpers(student, viewer, language, is_staff=Permission.EDIT_PLAN in allowed)
    person = student.person
    return PlanPage(
        student=student.public_id,
        name=person.display_name,
        short_name=person.short_name,
        grade=grade_word(student.grade),
        school=student.school.name if student.school else "",
        languages=person.languages,
        student_blocks=_blocks(viewer, statements, STUDENT_VOICE, Voice.STUDENT, language),
        family_blocks=_blocks(viewer, statements, FAMILY_VOICE, Voice.FAMILY, language),
        staff_blocks=[b for b in _blocks(viewer, statements, tuple(StatementKind), Voice.STAFF, language) if b.said],
        goals=[g for g in goals if g.state in {GoalState.ACTIVE, GoalState.PAUSED}],
        past_goals=[g for g in goals if g.state not in {GoalState.ACTIVE, GoalState.PAUSED}],
        needs=[_need(viewer, n, language, domains) for n in (plan.needs.all() if plan else [])],
        helpers=[h for h in helpers if h.is_running],
        past_helpers=[h for h in helpers if not h.is_running],
        strands=strands(viewer=viewer, student=student),
        team=_team(viewer, student),
        record=_record(student, language),
        changed_on=plan.changed_at.date() if plan else None,
        may_edit=Permission.EDIT_PLAN in allowed,
        speaks_as=_speaks_as(allowed),
    )


def _speaks_as(allowed: frozenset[Permission]) -> str:
    if Permission.SPEAK_AS_STUDENT in allowed:
        return Voice.STUDENT
    if Permission.SPEAK_AS_FAMILY in allowed:
        return Voice.FAMILY
    return Voice.STAFF if Permission.EDIT_PLAN in allowed else ""


def _blocks(
    viewer: Viewer,
    statements: Sequence[PlanStatement],
    kinds: Sequence[StatementKind],
    voice: Voice,
    language: str,
) -> list[Block]:
    by_kind: dict[str, list[Said]] = defaultdict(list)
    for row in statements:
        if row.voice == voice:
            by_kind[row.kind].append(said(viewer, row, language, "statement"))
    return [Block(kind, str(StatementKind(kind).label), voice, by_kind.get(kind, [])) for kind in kinds]


def said(viewer: Viewer, row: PlanStatement | Goal | Need, language: str, noun: str) -> Said:
    """A text in the reader's language where a person translated it, with the original beside it."""
    wishes: list[TranslationRequest] = [t for t in row.translations.all() if t.language == language]
    wish = wishes[0] if wishes else None
    translated = wish is not None and wish.translated_at is not None
    scribe = row.scribe if isinstance(row, PlanStatement) else None
    foreign = row.language.split("-")[0] != language
    return Said(
        public_id=row.public_id,
        version=row.version,
        noun=noun,
        text=wish.text if wish is not None and translated else row.text,
        language=language if translated else row.language,
        original=row.text if translated else "",
        original_language=row.language if translated or foreign else "",
        author=row.author.display_name,
        scribe=scribe.display_name if scribe else "",
        on=row.said_on if isinstance(row, PlanStatement) else row.created_at.date(),
        is_mine=viewer.person_id in {row.author_id, scribe.pk if scribe else None},
        can_ask=foreign and not translated and language in dict(settings.LANGUAGES),
        asked=wish is not None and not translated,
        is_stale=wish is not None and translated and wish.of_version != row.version,
    )


def _goal(viewer: Viewer, row: Goal, language: str, names: dict[int, str]) -> GoalView:
    return GoalView(
        public_id=row.public_id,
        version=row.version,
        said=said(viewer, row, language, "goal"),
        why=row.why,
        measure=row.measure,
        baseline=row.baseline,
        target=row.target,
        due_on=row.due_on,
        steps=row.steps,
        helper=row.helper.display_name if row.helper else "",
        competency=names.get(row.competency_id or 0, ""),
        competency_public_id=row.competency.public_id if row.competency else None,
        is_goal=bool(row.measure and row.baseline and row.target and row.due_on and row.helper_id),
        state=row.state,
        state_name=row.get_state_display(),
    )


def _need(viewer: Viewer, row: Need, language: str, domains: frozenset[str]) -> NeedView:
    closed = OPENED_BY.get(row.domain, "") not in {"", *domains} and row.author_id != viewer.person_id
    return NeedView(
        public_id=row.public_id,
        domain="" if closed else str(NeedDomain(row.domain).label),
        said=None if closed else said(viewer, row, language, "need"),
        opened_on=row.opened_on,
        review_on=row.review_on,
        owner=row.author.display_name,
        is_open=row.state == NeedState.OPEN,
        state_name=row.get_state_display(),
        state_reason="" if closed else row.state_reason,
    )


def _helpers(student: Student, viewer: Viewer, language: str, *, is_staff: bool) -> list[Helper]:
    rows = Support.objects.filter(student=student).select_related("owner").order_by("-starts_on", "pk")
    if not is_staff:
        rows = rows.filter(shared_at__isnull=False)
    found = []
    for row in rows:
        wording = row.family_wordings.get(language) or row.family_wordings.get("en") or {}
        found.append(
            Helper(
                public_id=row.public_id,
                title=wording.get("title") or row.title,
                family=wording.get("family", ""),
                home=wording.get("home", ""),
                owner=row.owner.display_name,
                provider=row.provider,
                type=row.get_type_display(),
                setting=row.setting,
                minutes=row.minutes,
                sessions_per_week=row.sessions_per_week,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                is_running=row.state in {SupportState.RUNNING, SupportState.PLANNED} and row.ends_on > viewer.today,
            )
        )
    return found


def _team(viewer: Viewer, student: Student) -> list[Teammate]:
    """The adults at school around this student. Other households are never listed."""
    rows = (
        Relationship.objects.filter(
            current(viewer.today),
            student=student,
            kind__in=[
                RelationshipKind.CASELOAD,
                RelationshipKind.SECTION,
                RelationshipKind.SUBSTITUTE,
                RelationshipKind.TEAM,
            ],
            person__is_active=True,
        )
        .select_related("person", "section")
        .order_by("person__sort_name", "pk")
    )
    found: dict[int, Teammate] = {}
    for row in rows:
        why = _("navigator") if row.kind == RelationshipKind.CASELOAD else (row.section.title if row.section else "")
        earlier = found.get(row.person_id)
        if earlier is None:
            found[row.person_id] = Teammate(row.person.display_name, why)
        elif why and why not in earlier.why:
            found[row.person_id] = Teammate(earlier.name, f"{earlier.why}, {why}")
    return list(found.values())


def _record(student: Student, language: str) -> list[Seen]:
    rows = list(
        Evidence.objects.filter(
            Q(student=student) | Q(student__alias_of=student), withdrawn_at__isnull=True, superseded_at__isnull=True
        )
        .select_related("recorded_by")
        .order_by("-observed_on", "-recorded_at")[:12]
    )
    ids = {r.competency_id for r in rows}
    names = words.names(ids, language=language)
    levels = words.level_words(ids, language=language)
    return [
        Seen(
            public_id=row.public_id,
            on=row.observed_on,
            task=row.task_title,
            competency=names[row.competency_id],
            mark=levels[row.competency_id].mark(row.value),
            word=levels[row.competency_id].word(row.value),
            note=row.note,
            by=row.recorded_by.display_name,
        )
        for row in rows
    ]
