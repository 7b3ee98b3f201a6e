"""The access policy: what each circle may do (`accounts.policy`), and why this viewer may or may not.

A *circle* is the ground on which someone sees a student: a current relationship, being that student, or a school
role. `can` answers for one subject with a reason people can read; `students_for` and `sections_for` answer for sets
from the same table. Pages and the API reach subjects only through the loaders of `accounts.http`, which call these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.choices import (
    SCHOOL_ROLES,
    TEACHING_KINDS,
    GuardianBlock,
    RelationshipKind,
    Role,
)
from accounts.models import GuardianLimit, Relationship, School, Section, Student, TeachingAssignment
from accounts.policy import CIRCLE_OF_KIND, LIMITED, LIMITED_DOMAINS, OF_STAFF
from accounts.policy import CIRCLES as CIRCLES
from accounts.policy import DOMAINS as DOMAINS
from accounts.policy import ROLES as ROLES
from accounts.policy import SCOPES as SCOPES
from accounts.policy import SENTENCES as SENTENCES
from accounts.policy import Circle as Circle
from accounts.policy import Permission as Permission
from accounts.viewer import Viewer as Viewer

P = Permission
_Tie = tuple[str, list[str], list[str]]
"""A relationship as the policy reads it: its kind, the domains opened by it, what documents take from it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: allowed or not, on which ground, in words. `visible` false means: say 404, not 403."""

    allowed: bool
    visible: bool
    reason: str
    circle: Circle | None = None
    needs_purpose: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What one viewer may do to one student (`permissions_on`), and the sensitive domains they read (`domains_for`)."""

    permissions: frozenset[Permission] = frozenset()
    domains: frozenset[str] = frozenset()


NO_ONE = Decision(allowed=False, visible=False, reason="")


def _in_scope(viewer: Viewer, permission: Permission) -> bool:
    if viewer.scopes is None:
        return True
    return any(permission in SCOPES.get(scope, frozenset()) for scope in viewer.scopes)


def current(on: date) -> Q:
    """Rows of a half-open period (`starts_on`, `ends_on`) that hold on this date."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def _kinds_granting(permission: Permission) -> list[str]:
    return [kind for kind, circle in CIRCLE_OF_KIND.items() if permission in CIRCLES[circle]]


def _limits(viewer: Viewer) -> QuerySet[GuardianLimit]:
    """What legal documents take from this viewer today."""
    return GuardianLimit.objects.filter(current(viewer.today), guardian=viewer.person_id)


def _not_limited(viewer: Viewer, blocks: list[str]) -> Q:
    """Relationships of this viewer but the family links from which a document takes one of these blocks."""
    if not blocks or RelationshipKind.GUARDIAN not in viewer.kinds:
        return Q()
    taken = _limits(viewer).filter(block__in=blocks).values("student_id")
    return ~Q(kind=RelationshipKind.GUARDIAN, student_id__in=taken)


def _taken(limits: list[str]) -> frozenset[Permission]:
    return frozenset(permission for block in limits for permission in LIMITED.get(block, frozenset()))


def students_for(viewer: Viewer, permission: Permission = P.SEE_STUDENT) -> QuerySet[Student]:
    """The students this viewer has the permission for, without those that need a named purpose."""
    if not viewer.is_known or not _in_scope(viewer, permission):
        return Student.objects.none()
    # not correlated: read once and hashed, whatever the planner believes about the sizes of the tables
    related = Relationship.objects.filter(
        current(viewer.today),
        _not_limited(viewer, [block for block, taken in LIMITED.items() if permission in taken]),
        person=viewer.person_id,
        kind__in=_kinds_granting(permission),
    ).values("student_id")
    ground = Q(pk__in=related)
    if permission in CIRCLES[Circle.SELF] and viewer.own_student_id is not None:
        ground |= Q(pk=viewer.own_student_id)
    return Student.objects.filter(ground, is_active=True, alias_of__isnull=True)


def students_of_schools(viewer: Viewer) -> QuerySet[Student]:
    """The active students of the schools this viewer leads: for counts, never for names without a purpose."""
    return Student.objects.filter(school_id__in=viewer.school_ids(), is_active=True, alias_of__isnull=True)


def sections_for(viewer: Viewer) -> QuerySet[Section]:
    """The sections this viewer teaches now (substitutes while they substitute)."""
    if not viewer.is_known or not _in_scope(viewer, P.READ_SECTION):
        return Section.objects.none()
    teaching = TeachingAssignment.objects.filter(
        current(viewer.today), section=OuterRef("pk"), person=viewer.person_id, is_active=True
    )
    return Section.objects.filter(Exists(teaching), is_active=True)


def schools_for(viewer: Viewer) -> QuerySet[School]:
    """The schools whose pages this viewer reads."""
    return School.objects.filter(pk__in=viewer.school_ids(), is_active=True)


def can(viewer: Viewer, permission: Permission, subject: Student | Section | School | None = None) -> Decision:
    """May this viewer do this to this subject? Always answers with a reason; never raises.

    `subject` None asks for a duty without a student, such as importing a roster.
    """
    if not viewer.is_known or not _in_scope(viewer, permission):
        return NO_ONE
    if isinstance(subject, Student):
        return _can_student(viewer, permission, subject)
    if isinstance(subject, Section):
        return _can_section(viewer, permission, subject)
    if isinstance(subject, School):
        if _held_at(viewer, permission, subject.pk):
            return Decision(allowed=True, visible=True, reason=_("leads %(school)s") % {"school": subject.name})
        if permission is P.WRITE_INSTRUMENTS and sections_for(viewer).filter(school=subject).exists():
            return Decision(allowed=True, visible=True, reason=_("teaches at %(school)s") % {"school": subject.name})
        return NO_ONE
    if permission in OF_STAFF and viewer.is_staff:
        return Decision(allowed=True, visible=True, reason=_("works for the schools"))
    if _held(viewer, permission):
        return Decision(allowed=True, visible=True, reason=_("holds a role that does this"))
    return NO_ONE


def _held(viewer: Viewer, permission: Permission) -> bool:
    return any(permission in ROLES.get(Role(role), frozenset()) for role in viewer.role_names)


def _held_at(viewer: Viewer, permission: Permission, school_id: int) -> bool:
    """A role at one school says nothing about another one."""
    return any(
        permission in ROLES.get(Role(role), frozenset())
        for role, school in viewer.roles
        if school == school_id and role in SCHOOL_ROLES
    )


def _can_section(viewer: Viewer, permission: Permission, section: Section) -> Decision:
    if (
        permission in {P.READ_SECTION, P.RECORD_EVIDENCE, P.REVIEW_CLASS, P.CHECK_IN}
        and sections_for(viewer).filter(pk=section.pk).exists()
    ):
        return Decision(
            allowed=True,
            visible=True,
            reason=_("teaches %(section)s") % {"section": section.title},
            circle=Circle.TEACHER,
        )
    return NO_ONE


def _can_student(viewer: Viewer, permission: Permission, student: Student) -> Decision:
    """One query: the current relationships of this viewer to this student, strongest ground first."""
    if viewer.own_student_id == student.pk:
        allowed = permission in CIRCLES[Circle.SELF]
        return Decision(allowed=allowed, visible=True, reason=_("is this student"), circle=Circle.SELF)
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person=viewer.person_id)
        .annotate(limits=_limits_here(viewer, student))
        .select_related("section")
        .order_by("pk")
    )
    seen: Decision | None = None
    for row in rows:
        circle = CIRCLE_OF_KIND.get(row.kind)
        limits = row.limits if circle is Circle.GUARDIAN else []
        if circle is None or GuardianBlock.EVERYTHING in limits:
            continue
        reason = _reason(row, student)
        if permission in CIRCLES[circle] - _taken(limits):
            return Decision(allowed=True, visible=True, reason=reason, circle=circle)
        if P.SEE_STUDENT in CIRCLES[circle]:
            seen = Decision(allowed=False, visible=True, reason=reason, circle=circle)
    if student.school_id in viewer.school_ids():
        allowed = permission in CIRCLES[Circle.SCHOOL]
        return Decision(
            allowed=allowed,
            visible=True,
            reason=_("leads the student’s school"),
            circle=Circle.SCHOOL,
            needs_purpose=allowed,
        )
    return seen or NO_ONE


def _limits_here(viewer: Viewer, student: Student) -> ArraySubquery:
    return ArraySubquery(_limits(viewer).filter(student=student).values("block"))


def permissions_on(viewer: Viewer, student: Student) -> frozenset[Permission]:
    """Everything this viewer may do to this student, in one query: for pages that ask several times.

    What a school role may read is included once its purpose was said: who came in on another ground, a support team
    say, gets no more than that ground gives.
    """
    if not viewer.is_known:
        return frozenset()
    if viewer.own_student_id == student.pk:
        return _granted(viewer, student, [])
    rows = Relationship.objects.filter(current(viewer.today), student=student, person=viewer.person_id)
    return _granted(
        viewer, student, rows.annotate(limits=_limits_here(viewer, student)).values_list("kind", "domains", "limits")
    )


def _granted(viewer: Viewer, student: Student, rows: Iterable[_Tie]) -> frozenset[Permission]:
    if viewer.own_student_id == student.pk:
        granted = CIRCLES[Circle.SELF]
    else:
        granted = frozenset()
        for kind, _domains, limits in rows:
            circle = CIRCLE_OF_KIND.get(kind)
            if circle is not None:
                granted |= CIRCLES[circle] - (_taken(limits) if circle is Circle.GUARDIAN else frozenset())
        if student.school_id in viewer.school_ids() and viewer.purposes.get(str(student.public_id)):
            granted |= CIRCLES[Circle.SCHOOL]
    return frozenset(p for p in granted if _in_scope(viewer, p))


def domains_for(viewer: Viewer, student: Student) -> frozenset[str]:
    """The sensitive domains (`SensitiveDomain`) this viewer reads of this student, in one query.

    What stays closed is shown as "a support exists, ask its owner". Purposes of school roles open none.
    """
    if not viewer.is_known:
        return frozenset()
    if viewer.own_student_id == student.pk:
        return DOMAINS[Circle.SELF]
    rows = Relationship.objects.filter(current(viewer.today), student=student, person=viewer.person_id).annotate(
        limits=_limits_here(viewer, student)
    )
    return _opened(viewer, student, rows.values_list("kind", "domains", "limits"))


def _opened(viewer: Viewer, student: Student, rows: Iterable[_Tie]) -> frozenset[str]:
    if viewer.own_student_id == student.pk:
        return DOMAINS[Circle.SELF]
    opened: set[str] = set()
    for kind, granted, limits in rows:
        circle = CIRCLE_OF_KIND.get(kind)
        if circle is Circle.GUARDIAN:
            closed = {domain for block in limits for domain in LIMITED_DOMAINS.get(block, frozenset())}
            opened |= DOMAINS[circle] - closed
        elif circle is not None:
            opened |= DOMAINS.get(circle, frozenset()) | set(granted)
    return frozenset(opened)


def reaches(pairs: Collection[tuple[Viewer, Student]], *, on: date) -> dict[tuple[int, int], Reach]:
    """The twin of `permissions_on` and `domains_for` for several people and students on one day, in one query at most.

    By (person, student), for every pair asked for but those of somebody unknown.
    """
    known = {(viewer.actor_id, student.pk): (viewer, student) for viewer, student in pairs if viewer.is_known}
    asked = {key for key, (viewer, student) in known.items() if viewer.own_student_id != student.pk}
    limits = GuardianLimit.objects.filter(
        current(on), guardian=OuterRef("person_id"), student=OuterRef("student_id")
    ).values("block")
    rows = Relationship.objects.filter(
        current(on), student__in={student for _person, student in asked}, person__in={person for person, _s in asked}
    ).annotate(limits=ArraySubquery(limits))
    ties: dict[tuple[int, int], list[_Tie]] = {}
    for person, student_id, kind, domains, taken in rows.values_list(
        "person_id", "student_id", "kind", "domains", "limits"
    ):
        ties.setdefault((person, student_id), []).append((kind, domains, taken))
    return {
        key: Reach(_granted(viewer, student, ties.get(key, [])), _opened(viewer, student, ties.get(key, [])))
        for key, (viewer, student) in known.items()
    }


def students_open_to(viewer: Viewer, domain: str) -> QuerySet[Student]:
    """The set twin of `domains_for`: the students of whom this viewer reads this sensitive domain."""
    if not viewer.is_known:
        return Student.objects.none()
    kinds = [kind for kind, circle in CIRCLE_OF_KIND.items() if domain in DOMAINS.get(circle, frozenset())]
    granting = Relationship.objects.filter(
        current(viewer.today),
        Q(kind__in=kinds) | Q(kind__in=set(CIRCLE_OF_KIND) - {RelationshipKind.GUARDIAN}, domains__contains=[domain]),
        _not_limited(viewer, [block for block, closed in LIMITED_DOMAINS.items() if domain in closed]),
        person=viewer.person_id,
    ).values("student_id")
    ground = Q(pk__in=granting)
    if viewer.own_student_id is not None and domain in DOMAINS[Circle.SELF]:
        ground |= Q(pk=viewer.own_student_id)
    return Student.objects.filter(ground, is_active=True, alias_of__isnull=True)


def _reason(row: Relationship, student: Student) -> str:
    name = student.person.short_name
    if row.kind in TEACHING_KINDS and row.section is not None:
        return _("teaches %(student)s in %(section)s") % {"student": name, "section": row.section.title}
    if row.kind == RelationshipKind.COMING and row.section is not None:
        return _("will teach %(student)s in %(section)s from %(day)s") % {
            "student": name,
            "section": row.section.title,
            "day": date_format(row.section.starts_on),
        }
    return f"{row.get_kind_display()} {name}"
