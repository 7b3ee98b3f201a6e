"""Agreed versions, what family and student answered, who has looked; the plan as it stood on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.households import same_household
from accounts.models import Person, ReadEvent, Relationship, Student
from accounts.permissions import Permission, Viewer, current, students_for
from success_plans.choices import AgreementAnswer, PlanState, Subject, TemplateKind
from success_plans.models import Agreement, Plan, PlanVersion
from success_plans.selectors.moments import snapshot
from success_plans.selectors.reading import Reader, readable, readable_pair, reader
from success_plans.selectors.telling import ChangeTold, Part, parts, told
from success_plans.versions.differences import differences
from success_plans.versions.snapshot import Snapshot, from_json

NOW = "now"


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What somebody answered to a version; the statement stays attached."""

    who: str
    voice: str
    answer: str
    word: str
    statement: str
    language: str
    scribe: str
    at: datetime
    is_current: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    public_id: UUID
    number: int
    reason: str
    author: str
    at: datetime
    answers: list[AnswerView]
    seen: list[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of a plan, newest first, and where the next one stands."""

    state: str
    state_name: str
    template: str
    template_name: str
    versions: list[VersionLine]
    may_hold: bool
    steps: list[tuple[str, str]]
    may_agree: bool
    is_portal: bool
    has_plan: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version as this reader sees it."""

    public_id: UUID
    number: int
    reason: str
    author: str
    at: datetime
    digest: str
    template_name: str
    template_number: int
    parts: list[Part]
    ask: tuple[str, ...]
    answers: list[AnswerView]
    seen: list[tuple[str, date]]
    is_newest: bool
    previous: int
    may_answer: bool
    may_scribe: bool
    mine: AnswerView | None


@dataclass(frozen=True, slots=True)
class AsOfPage:
    """The plan as it stood at the end of a day, and the version agreed on it."""

    on: date
    parts: list[Part]
    ask: tuple[str, ...]
    version: PlanVersion | None
    changed_after: bool


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What changed from one version to another, or to now."""

    one: str
    other: str
    numbers: list[int]
    changes: list[ChangeTold]


def version_by_id(*, viewer: Viewer, public_id: UUID) -> PlanVersion | None:
    """A version by its id, for the loader of its student; nobody is let in by this alone."""
    return (
        PlanVersion.objects.select_related("plan__student__person", "author").filter(public_id=public_id).first()
        if viewer.is_known
        else None
    )


def is_withheld(*, viewer: Viewer, student: Student, version: PlanVersion) -> bool:
    """Whether a hold or a document keeps this version from this reader."""
    who = reader(viewer=viewer, student=student)
    return not who.sees_the_plan or who.held.covers(Subject.VERSION, version.public_id)


def versions_page(*, viewer: Viewer, student: Student) -> VersionsPage:
    """Every version this reader may know of, with its answers and the days it was looked at."""
    plan = Plan.objects.filter(student=student).first()
    who = reader(viewer=viewer, student=student)
    rows = list(plan.versions.select_related("author").defer("content").order_by("-number")) if plan else []
    rows = [row for row in rows if who.sees_the_plan and not who.held.covers(Subject.VERSION, row.public_id)]
    answers = _answers(viewer, student, who, [row.pk for row in rows])
    seen = _seen(viewer, student, [row.pk for row in rows])
    state = plan.state if plan else PlanState.DRAFT
    may_hold = Permission.HOLD_PLAN in who.allowed
    template = plan.template if plan else TemplateKind.LIGHT
    return VersionsPage(
        state=state,
        state_name=str(PlanState(state).label),
        template=template,
        template_name=str(TemplateKind(template).label),
        versions=[
            VersionLine(
                public_id=row.public_id,
                number=row.number,
                reason=row.reason,
                author=row.author.display_name,
                at=row.as_of,
                answers=[a for a in answers.get(row.pk, []) if a.is_current],
                seen=seen.get(row.pk, []),
            )
            for row in rows
        ],
        may_hold=may_hold and plan is not None,
        steps=_steps(state) if may_hold and plan is not None else [],
        may_agree=may_hold and plan is not None and state in {PlanState.CONSULTATION, PlanState.REVIEW},
        is_portal=who.is_portal,
        has_plan=plan is not None,
    )


def version_page(*, viewer: Viewer, student: Student, version: PlanVersion) -> VersionPage:
    """One version through the eyes of this reader. The loader has let them in; `is_withheld` was asked."""
    who = reader(viewer=viewer, student=student)
    seen = readable(who, from_json(version.content))
    answers = _answers(viewer, student, who, [version.pk]).get(version.pk, [])
    newest = version.plan.versions.order_by("-number").values_list("number", flat=True)[0]
    kind = str(version.template.get("kind", ""))
    is_newest = newest == version.number
    return VersionPage(
        public_id=version.public_id,
        number=version.number,
        reason=version.reason,
        author=version.author.display_name,
        at=version.as_of,
        digest=version.digest,
        template_name=str(TemplateKind(kind).label) if kind in TemplateKind.values else "",
        template_number=int(version.template.get("number", 0)),
        parts=parts(seen.plan),
        ask=seen.ask,
        answers=answers,
        seen=_seen(viewer, student, [version.pk]).get(version.pk, []),
        is_newest=is_newest,
        previous=version.number - 1,
        may_answer=is_newest and who.is_portal,
        may_scribe=is_newest and Permission.EDIT_PLAN in who.allowed and not who.is_portal,
        mine=next((a for a in answers if a.is_mine and a.is_current), None),
    )


def as_of_page(*, viewer: Viewer, student: Student, on: date) -> AsOfPage:
    """The plan at the end of this school-local day (today: now), as this reader may see it."""
    start, end = day_bounds(on)
    at = None if on >= viewer.today else end - timedelta(microseconds=1)
    whole = snapshot(viewer=viewer, student=student, at=at)
    who = reader(viewer=viewer, student=student)
    seen = readable(who, whole)
    rows = PlanVersion.objects.filter(plan__student=student, as_of__gte=start, as_of__lt=end).order_by("-number")
    version = next((row for row in rows if not who.held.covers(Subject.VERSION, row.public_id)), None)
    agreed = readable(who, from_json(version.content)).plan if version is not None else None
    return AsOfPage(
        on=on,
        parts=parts(seen.plan),
        ask=seen.ask,
        version=version if who.sees_the_plan else None,
        changed_after=agreed is not None and bool(differences(agreed, seen.plan)),
    )


def compare_page(*, viewer: Viewer, student: Student, one: str, other: str) -> ComparePage | None:
    """What changed from one version to another (numbers, or "now"), for this reader; None for a version not there."""
    who = reader(viewer=viewer, student=student)
    rows = {
        row.number: row
        for row in PlanVersion.objects.filter(plan__student=student).defer("content").order_by("number")
        if who.sees_the_plan and not who.held.covers(Subject.VERSION, row.public_id)
    }
    before, after = _moment(viewer, student, rows, one), _moment(viewer, student, rows, other)
    if before is None or after is None:
        return None
    before, after = readable_pair(who, before, after)
    return ComparePage(one, other, sorted(rows), told(differences(before, after), before, after))


def voices(*, viewer: Viewer, student: Student) -> list[Person]:
    """Whose answer an adult may write down: the student and the guardians of today, by name."""
    guardians = Relationship.objects.filter(
        current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN, person__is_active=True
    ).values("person_id")
    found = list(Person.objects.filter(pk__in=guardians).order_by("sort_name", "pk"))
    return [student.person, *found]


@dataclass(frozen=True, slots=True)
class AnswerAsked:
    """A family or student who does not agree, or in part, with the plan that holds."""

    student: UUID
    version: UUID
    name: str
    number: int
    who: str
    answer: str
    word: str
    statement: str
    language: str
    at: datetime


def answers_waiting(*, viewer: Viewer) -> list[AnswerAsked]:
    """Answers that are not a plain yes, to plans this viewer holds, until the plan is opened for review. One query,
    none for who holds no plan."""
    if RelationshipKind.CASELOAD not in viewer.kinds:
        return []
    newer = Agreement.objects.filter(
        of_version=OuterRef("of_version"), person=OuterRef("person"), pk__gt=OuterRef("pk")
    )
    later = PlanVersion.objects.filter(plan=OuterRef("of_version__plan"), number__gt=OuterRef("of_version__number"))
    rows = (
        Agreement.objects.filter(
            ~Exists(newer),
            ~Exists(later),
            answer__in=[AgreementAnswer.PARTLY, AgreementAnswer.DISAGREE],
            of_version__plan__state=PlanState.AGREED,
            of_version__plan__student__in=students_for(viewer, Permission.HOLD_PLAN),
        )
        .select_related("person", "of_version__plan__student__person")
        .defer("of_version__content")
        .order_by("created_at", "pk")[:50]
    )
    return [
        AnswerAsked(
            student=row.of_version.plan.student.public_id,
            version=row.of_version.public_id,
            name=row.of_version.plan.student.person.display_name,
            number=row.of_version.number,
            who=row.person.display_name,
            answer=row.answer,
            word=str(row.get_answer_display()),
            statement=row.statement,
            language=row.language,
            at=row.created_at,
        )
        for row in rows
    ]


def newest_version(*, viewer: Viewer, student: Student) -> VersionLine | None:
    """The version that holds now, with this reader's own answer: for the family's page. A handful of queries."""
    page = versions_page(viewer=viewer, student=student)
    return page.versions[0] if page.versions else None


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """First moment of a day of the schools, and of the day after."""
    zone = timezone.get_current_timezone()
    return datetime.combine(on, time.min, zone), datetime.combine(on + timedelta(days=1), time.min, zone)


def _moment(viewer: Viewer, student: Student, rows: dict[int, PlanVersion], which: str) -> Snapshot | None:
    if which == NOW:
        return snapshot(viewer=viewer, student=student)
    if not (which.isascii() and which.isdigit() and len(which) < 6) or int(which) not in rows:
        return None
    return from_json(rows[int(which)].content)


def _steps(state: str) -> list[tuple[str, str]]:
    """Where the next version may go by itself: (state, the words of the button come from the page)."""
    following = {
        PlanState.DRAFT: [PlanState.CONSULTATION],
        PlanState.CONSULTATION: [PlanState.DRAFT],
        PlanState.AGREED: [PlanState.REVIEW],
        PlanState.REVIEW: [PlanState.CONSULTATION],
    }
    return [(str(to), str(to.label)) for to in following[PlanState(state)]]


def _answers(viewer: Viewer, student: Student, who: Reader, version_ids: Iterable[int]) -> dict[int, list[AnswerView]]:
    """Answers by version, newest first. A guardian sees those of their own household and the student's; a student
    only their own; adults at school all."""
    rows = list(
        Agreement.objects.filter(of_version_id__in=list(version_ids))
        .select_related("person", "scribe")
        .order_by("-created_at", "-pk")
    )
    mine = same_household(viewer, student, {row.person_id for row in rows})
    if viewer.own_student_id == student.pk:
        mine = {student.person_id}
    found: dict[int, list[AnswerView]] = {}
    told_of: set[tuple[int, int]] = set()
    for row in rows:
        if row.person_id not in mine:
            continue
        key = (row.of_version_id, row.person_id)
        found.setdefault(row.of_version_id, []).append(
            AnswerView(
                who=row.person.display_name,
                voice=row.voice,
                answer=row.answer,
                word=str(row.get_answer_display()),
                statement=row.statement,
                language=row.language,
                scribe=row.scribe.display_name if row.scribe else "",
                at=row.created_at,
                is_current=key not in told_of,
                is_mine=row.person_id == viewer.person_id,
            )
        )
        told_of.add(key)
    return found


def _seen(viewer: Viewer, student: Student, version_ids: Iterable[int]) -> dict[int, list[tuple[str, date]]]:
    """When each guardian, and the student, first opened a version; those this reader may be told of."""
    subjects = {f"version:{pk}": pk for pk in version_ids}
    if not subjects:
        return {}
    guardians = Relationship.objects.filter(student=student, kind=RelationshipKind.GUARDIAN).values("person_id")
    rows = (
        ReadEvent.objects.filter(student_ids__contains=[student.pk], subject__in=list(subjects), block="version")
        .order_by("occurred_at")
        .values_list("subject", "viewer_id", "occurred_at")
    )
    looked = list(rows)
    family = {row["person_id"] for row in guardians} | {student.person_id}
    if viewer.own_student_id == student.pk:
        family = {student.person_id}
    people = same_household(viewer, student, {person for _s, person, _at in looked} & family)
    names = {p.pk: p.display_name for p in Person.objects.filter(pk__in=people)}
    found: dict[int, dict[str, date]] = {}
    for subject, person, at in looked:
        if person in names:
            found.setdefault(subjects[subject], {}).setdefault(names[person], timezone.localtime(at).date())
    return {pk: list(days.items()) for pk, days in found.items()}


def me(*, viewer: Viewer) -> Person:
    """The person who asks."""
    return Person.objects.get(pk=viewer.actor_id)
