"""Single texts of a plan, for editing and answering, and the lists their forms need."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.households import limited_blocks, no_other_household, other_household
from accounts.models import AuditEvent, Person, Relationship, Student
from accounts.permissions import (
    Permission,
    Viewer,
    current,
    domains_for,
    permissions_on,
    students_for,
    students_open_to,
)
from success_plans.choices import GOAL_OPENED_BY, OPENED_BY, Audience, Subject
from success_plans.models import Goal, Need, PathwayChoice, PlanPointer, PlanStatement, TranslationRequest
from success_plans.selectors.closeness import goal_is_closed, reads_close
from success_plans.selectors.holds import withheld_from
from success_plans.selectors.places import strands
from success_plans.selectors.plans.blocks import SUPPORT_OPENED_BY
from supports.models import Support


def _theirs(viewer: Viewer) -> Q:
    """Nothing of another household of a guardian's child."""
    return no_other_household(viewer, student="plan__student", person="author")


def pathway_by_id(*, viewer: Viewer, public_id: UUID) -> PathwayChoice | None:
    """An interest that is followed, of a plan this viewer reads."""
    return (
        PathwayChoice.objects.select_related("plan__student__person", "author")
        .filter(
            _theirs(viewer),
            public_id=public_id,
            ended_on__isnull=True,
            plan__student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )


def pointer_by_id(*, viewer: Viewer, public_id: UUID) -> PlanPointer | None:
    """A pointer of a plan this viewer edits."""
    return (
        PlanPointer.objects.select_related("plan__student__person", "case_manager")
        .filter(
            public_id=public_id,
            ended_on__isnull=True,
            plan__student__in=students_for(viewer, Permission.EDIT_PLAN),
        )
        .first()
    )


def action_by_id(*, viewer: Viewer, public_id: UUID) -> Support | None:
    """A support of a student whose plan this viewer edits; a closed one only for its people and those granted it."""
    row = (
        Support.objects.select_related("student__person", "student__school", "owner", "entry")
        .filter(public_id=public_id, student__in=students_for(viewer, Permission.EDIT_PLAN))
        .first()
    )
    if row is None or row.type not in SUPPORT_OPENED_BY or viewer.person_id in {row.owner_id, row.provider_person_id}:
        return row
    return row if SUPPORT_OPENED_BY[row.type] in domains_for(viewer, row.student) else None


def last_writer(*, viewer: Viewer, student: Student, row: Model) -> str:
    """Who saved this row last, as this viewer may know it: the other household is family, and no more."""
    event = (
        AuditEvent.objects.filter(subject_type=row._meta.model_name, subject_id=str(getattr(row, "public_id", "")))
        .order_by("-pk")
        .first()
    )
    person = Person.objects.filter(pk=event.actor_id).first() if event is not None and event.actor_id else None
    if person is None:
        return _("somebody else")
    return named(viewer=viewer, student=student, person=person)


def named(*, viewer: Viewer, student: Student, person: Person) -> str:
    """The name of somebody in this plan, as this viewer may know it."""
    is_other = person.pk in other_household(viewer).get(student.pk, frozenset())
    return _("family") if is_other else person.display_name


def adults(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Adults at school who could own something for this student, the viewer first, then by name."""
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .exclude(kind__in=[RelationshipKind.GUARDIAN, RelationshipKind.REFERRAL, RelationshipKind.COMING])
        .select_related("person")
        .order_by("person__sort_name")
    )
    found = {r.person_id: r.person.display_name for r in rows}
    mine = {viewer.actor_id: viewer.name} if viewer.person_id in found else {}
    return list({**mine, **found}.items())


def statement_by_id(*, viewer: Viewer, public_id: UUID) -> PlanStatement | None:
    """A sentence of a plan this viewer reads, of no other household than theirs."""
    row = (
        PlanStatement.objects.select_related("plan__student__person", "author")
        .filter(
            no_other_household(viewer, student="plan__student", person="author"),
            public_id=public_id,
            plan__student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )
    if row is not None and _is_held(viewer, row.plan.student, Subject.STATEMENT, public_id):
        return None
    if row is None or row.audience != Audience.CLOSE or viewer.person_id in {row.author_id, row.scribe_id}:
        return row
    return row if _is_close(viewer, row.plan.student) else None


def goal_by_id(*, viewer: Viewer, public_id: UUID) -> Goal | None:
    """A goal of a plan this viewer reads, of no other household than theirs."""
    row = (
        Goal.objects.select_related("plan__student__person", "author", "helper", "competency")
        .filter(
            no_other_household(viewer, student="plan__student", person="author"),
            public_id=public_id,
            plan__student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )
    if row is not None and _is_held(viewer, row.plan.student, Subject.GOAL, public_id):
        return None
    if row is None or row.measure_kind not in GOAL_OPENED_BY:
        return row
    domains = domains_for(viewer, row.plan.student)
    is_closed = goal_is_closed(row.measure_kind, domains, viewer.person_id, row.author_id, row.helper_id)
    return None if is_closed else row


def need_by_id(*, viewer: Viewer, public_id: UUID) -> Need | None:
    """A need this viewer may read; a closed one only for its author and those with the domain."""
    row = (
        Need.objects.select_related("plan__student__person", "plan__student__school", "author")
        .filter(
            no_other_household(viewer, student="plan__student", person="author"),
            public_id=public_id,
            plan__student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )
    if row is not None and _is_held(viewer, row.plan.student, Subject.NEED, public_id):
        return None
    if row is not None and GuardianBlock.NEEDS in limited_blocks(viewer, row.plan.student):
        return None
    if row is None or row.author_id == viewer.person_id:
        return row
    if row.audience == Audience.CLOSE and not _is_close(viewer, row.plan.student):
        return None
    if row.domain not in OPENED_BY:
        return row
    return row if OPENED_BY[row.domain] in domains_for(viewer, row.plan.student) else None


def _is_held(viewer: Viewer, student: Student, subject: Subject, public_id: UUID) -> bool:
    """On hold, and the reader is the student or family."""
    return withheld_from(viewer=viewer, student=student).covers(subject, public_id)


def _is_close(viewer: Viewer, student: Student) -> bool:
    return reads_close(permissions_on(viewer, student), domains_for(viewer, student))


def wishes(*, viewer: Viewer) -> QuerySet[TranslationRequest]:
    """Wishes for a language this viewer may answer: about plans they edit, closed needs only as in `need_by_id`."""
    mine = students_for(viewer, Permission.EDIT_PLAN)
    may_read_need = ~Q(need__domain__in=list(OPENED_BY)) | Q(need__author=viewer.person_id)
    for domain, opener in OPENED_BY.items():
        may_read_need |= Q(need__domain=domain, need__plan__student__in=students_open_to(viewer, opener))
    may_read_goal = ~Q(goal__measure_kind__in=list(GOAL_OPENED_BY)) | Q(goal__author=viewer.person_id)
    may_read_goal |= Q(goal__helper__isnull=False, goal__helper=viewer.person_id)
    for kind, opener in GOAL_OPENED_BY.items():
        may_read_goal |= Q(goal__measure_kind=kind, goal__plan__student__in=students_open_to(viewer, opener))
    return TranslationRequest.objects.select_related(
        "statement__plan__student__person", "goal__plan__student__person", "need__plan__student__person"
    ).filter(
        Q(statement__plan__student__in=mine)
        | (Q(goal__plan__student__in=mine) & may_read_goal)
        | (Q(need__plan__student__in=mine) & may_read_need)
    )


def wish_by_id(*, viewer: Viewer, public_id: UUID) -> TranslationRequest | None:
    """A wish for a language, about a plan this viewer edits and a text of it they may read."""
    return wishes(viewer=viewer).filter(public_id=public_id).first()


def helpers_for_goal(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Adults who could help with a goal: the circle at school and the family, by name. (person id, name)."""
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .select_related("person")
        .order_by("person__sort_name")
    )
    others = other_household(viewer).get(student.pk, frozenset())
    return list({r.person_id: r.person.display_name for r in rows if r.person_id not in others}.items())


def focus_choices(*, viewer: Viewer, student: Student) -> list[tuple[str, str]]:
    """Competencies a goal can be about: those in focus or seen. (public id, name)."""
    return [(str(p.public_id), p.name) for s in strands(viewer=viewer, student=student) for p in s.places]
