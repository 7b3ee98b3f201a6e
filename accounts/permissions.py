"""The whole access policy on one screen: what each circle may do, and why this viewer may or may not.

A *circle* is the ground on which someone sees a student: a current relationship, being that student, or a school
role. `can` answers for one subject with a reason people can read; `students_for` and `sections_for` answer for sets
from the same table. Pages and the API reach subjects only through the loaders of `accounts.http`, which call these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import (
    SCHOOL_ROLES,
    TEACHING_KINDS,
    GuardianBlock,
    RelationshipKind,
    Role,
    SensitiveDomain,
)
from accounts.models import GuardianLimit, Relationship, School, Section, Student, TeachingAssignment
from accounts.viewer import Viewer as Viewer


class Permission(StrEnum):
    """Everything anyone may be allowed to do. Reads first, then writes, then duties without a student."""

    SEE_STUDENT = "see_student"
    READ_PLAN = "read_plan"
    READ_EVIDENCE = "read_evidence"
    READ_FLAGS = "read_flags"
    READ_FAMILY_PAGE = "read_family_page"
    RECORD_EVIDENCE = "record_evidence"
    SCORE_WORK = "score_work"
    EDIT_PLAN = "edit_plan"
    CHECK_IN = "check_in"
    CONTACT_FAMILY = "contact_family"
    HOLD_PLAN = "hold_plan"
    SPEAK_AS_STUDENT = "speak_as_student"
    SPEAK_AS_FAMILY = "speak_as_family"
    ACT_ON_FLAGS = "act_on_flags"
    READ_SECTION = "read_section"
    REVIEW_CLASS = "review_class"
    READ_SCHOOL = "read_school"
    ASSIGN_NAVIGATORS = "assign_navigators"
    TRANSFER_PLANS = "transfer_plans"
    EDIT_TEMPLATES = "edit_templates"
    IMPORT_ROSTER = "import_roster"
    IMPORT_FRAMEWORK = "import_framework"
    IMPORT_EVIDENCE = "import_evidence"
    CHOOSE_METHOD = "choose_method"
    WRITE_INSTRUMENTS = "write_instruments"
    LINK_PEOPLE = "link_people"
    UNLOCK_ACCOUNTS = "unlock_accounts"
    SEE_OPERATIONS = "see_operations"
    SEE_STYLEGUIDE = "see_styleguide"
    CHOOSE_MESSAGES = "choose_messages"
    WRITE_FRAMEWORKS = "write_frameworks"
    REVIEW_FRAMEWORKS = "review_frameworks"
    PROPOSE_PATHWAYS = "propose_pathways"
    REVIEW_PATHWAYS = "review_pathways"
    MANAGE_PARTNERS = "manage_partners"
    SHOW_DISTRICT = "show_district"
    SEE_AS_PARTNER = "see_as_partner"
    OBSERVE_AS_PARTNER = "observe_as_partner"


class Circle(StrEnum):
    """The ground on which someone sees a student."""

    TEACHER = "teacher"
    NAVIGATOR = "navigator"
    TEAM = "team"
    GUARDIAN = "guardian"
    SELF = "self"
    SCHOOL = "school"
    RATER = "rater"
    PARTNER = "partner"


P = Permission
_READS = frozenset({P.SEE_STUDENT, P.READ_PLAN, P.READ_EVIDENCE})

_DAILY = frozenset(
    {P.READ_FLAGS, P.RECORD_EVIDENCE, P.SCORE_WORK, P.EDIT_PLAN, P.ACT_ON_FLAGS, P.CHECK_IN, P.CONTACT_FAMILY}
)

_IMPORTS = frozenset({P.IMPORT_ROSTER, P.IMPORT_FRAMEWORK, P.IMPORT_EVIDENCE})

CIRCLES: dict[Circle, frozenset[Permission]] = {
    Circle.TEACHER: _READS | _DAILY,
    # holding the plan: meetings, agreed versions, the family conversation
    Circle.NAVIGATOR: _READS | _DAILY | {P.HOLD_PLAN},
    Circle.TEAM: frozenset({P.SEE_STUDENT, P.READ_PLAN, P.CHECK_IN, P.CONTACT_FAMILY}),
    Circle.GUARDIAN: _READS | {P.READ_FAMILY_PAGE, P.SPEAK_AS_FAMILY},
    Circle.SELF: _READS | {P.SPEAK_AS_STUDENT},
    # a school role reads for a named purpose, and each look is logged with it
    Circle.SCHOOL: _READS | {P.READ_FLAGS},
    # a colleague who was asked to judge one work, without a name on it; the student stays unseen
    Circle.RATER: frozenset({P.SCORE_WORK}),
    # a partner of a pathway the student is on, while the family's consent to that partner is current
    Circle.PARTNER: frozenset({P.SEE_AS_PARTNER, P.OBSERVE_AS_PARTNER}),
}

# Sensitive domains are closed unless this opens them; a relationship may grant more (`Relationship.domains`).
DOMAINS: dict[Circle, frozenset[str]] = {
    Circle.NAVIGATOR: frozenset({SensitiveDomain.FAMILY}),
    Circle.GUARDIAN: frozenset(SensitiveDomain.values),
    Circle.SELF: frozenset(SensitiveDomain.values),
}

# What a legal document takes from one guardian's link while its dates hold (`GuardianLimit`); no other link loses.
# Without the whole page the child is not visible at all. Blocks that are not listed are withheld line by line
# (`accounts.households.limited_blocks`).
LIMITED: dict[str, frozenset[Permission]] = {
    GuardianBlock.EVERYTHING: CIRCLES[Circle.GUARDIAN],
    GuardianBlock.PLAN: frozenset({P.READ_PLAN, P.SPEAK_AS_FAMILY}),
    GuardianBlock.EVIDENCE: frozenset({P.READ_EVIDENCE}),
}
LIMITED_DOMAINS: dict[str, frozenset[str]] = {
    GuardianBlock.EVERYTHING: frozenset(SensitiveDomain.values),
    GuardianBlock.HEALTH: frozenset({SensitiveDomain.HEALTH, SensitiveDomain.WELLBEING}),
}

ROLES: dict[Role, frozenset[Permission]] = {
    Role.PRINCIPAL: frozenset({P.READ_SCHOOL, P.ASSIGN_NAVIGATORS, P.UNLOCK_ACCOUNTS, P.REVIEW_PATHWAYS}),
    Role.PLAN_LEAD: frozenset({P.READ_SCHOOL, P.LINK_PEOPLE, P.ASSIGN_NAVIGATORS, P.TRANSFER_PLANS, P.UNLOCK_ACCOUNTS}),
    Role.DISTRICT_ADMIN: _IMPORTS
    | {P.CHOOSE_METHOD, P.WRITE_INSTRUMENTS, P.LINK_PEOPLE, P.EDIT_TEMPLATES, P.UNLOCK_ACCOUNTS}
    | {P.WRITE_FRAMEWORKS, P.REVIEW_PATHWAYS, P.MANAGE_PARTNERS, P.SHOW_DISTRICT},
    Role.PARTNER: frozenset({P.PROPOSE_PATHWAYS}),
    Role.OPERATOR: frozenset({P.SEE_OPERATIONS}),
}

SENTENCES: dict[Circle | Role, Any] = {
    Circle.TEACHER: gettext_lazy("Teachers see the students of their current classes, and for 15 school days after."),
    Circle.NAVIGATOR: gettext_lazy("The navigator holds the plan and sees all of it but health and wellbeing."),
    Circle.TEAM: gettext_lazy("The support team sees the plan, and the closed parts each of them was granted."),
    Circle.GUARDIAN: gettext_lazy("Family sees its own child’s plan and who looked at it."),
    Circle.SELF: gettext_lazy("Students see their own plan."),
    Circle.SCHOOL: gettext_lazy("School leads may open a plan for a named purpose; the family sees that they did."),
    Circle.RATER: gettext_lazy("A colleague asked to judge one work sees that work, without a name."),
    Circle.PARTNER: gettext_lazy(
        "A partner sees who is on its pathway while the family’s signed consent to it holds; else only counts."
    ),
    Role.PARTNER: gettext_lazy("Partners design pathways; they see a student only with the family’s consent."),
    Role.PRINCIPAL: gettext_lazy("Principals see how their school is doing, in counts."),
    Role.PLAN_LEAD: gettext_lazy("Plan leads see that every student has a plan and an adult who holds it."),
    Role.DISTRICT_ADMIN: gettext_lazy(
        "District administrators bring in rosters, frameworks and results; they see no student."
    ),
    Role.OPERATOR: gettext_lazy("Operators see that the system is healthy; they see no student."),
}

_CIRCLE_OF_KIND: dict[str, Circle] = {
    RelationshipKind.SECTION: Circle.TEACHER,
    RelationshipKind.SUBSTITUTE: Circle.TEACHER,
    RelationshipKind.CASELOAD: Circle.NAVIGATOR,
    RelationshipKind.TEAM: Circle.TEAM,
    RelationshipKind.GUARDIAN: Circle.GUARDIAN,
    RelationshipKind.RATER: Circle.RATER,
    RelationshipKind.PARTNER: Circle.PARTNER,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: allowed or not, on which ground, in words. `visible` false means: say 404, not 403."""

    allowed: bool
    visible: bool
    reason: str
    circle: Circle | None = None
    needs_purpose: bool = False


NO_ONE = Decision(allowed=False, visible=False, reason="")

# What everybody who works for the schools may do without holding a role for it.
_OF_STAFF = frozenset({P.SEE_STYLEGUIDE, P.CHOOSE_MESSAGES, P.REVIEW_FRAMEWORKS, P.PROPOSE_PATHWAYS})

# What an API token with a scope may ask for; a token never gets more than its person has.
SCOPES: dict[str, frozenset[Permission]] = {
    "evidence:write": frozenset({P.SEE_STUDENT, P.RECORD_EVIDENCE, P.READ_SECTION, P.IMPORT_EVIDENCE}),
    "evidence:read": frozenset({P.SEE_STUDENT, P.READ_EVIDENCE, P.READ_SECTION}),
    "flags:read": frozenset({P.SEE_STUDENT, P.READ_FLAGS}),
}


def _in_scope(viewer: Viewer, permission: Permission) -> bool:
    if viewer.scopes is None:
        return True
    return any(permission in SCOPES.get(scope, frozenset()) for scope in viewer.scopes)


def current(on: date) -> Q:
    """Rows of a half-open period (`starts_on`, `ends_on`) that hold on this date."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def _kinds_granting(permission: Permission) -> list[str]:
    return [kind for kind, circle in _CIRCLE_OF_KIND.items() if permission in CIRCLES[circle]]


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
    if permission in _OF_STAFF and viewer.is_staff:
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
        circle = _CIRCLE_OF_KIND.get(row.kind)
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
        granted = CIRCLES[Circle.SELF]
    else:
        granted = frozenset()
        rows = Relationship.objects.filter(current(viewer.today), student=student, person=viewer.person_id)
        for kind, limits in rows.annotate(limits=_limits_here(viewer, student)).values_list("kind", "limits"):
            circle = _CIRCLE_OF_KIND.get(kind)
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
    opened: set[str] = set()
    rows = Relationship.objects.filter(current(viewer.today), student=student, person=viewer.person_id).annotate(
        limits=_limits_here(viewer, student)
    )
    for kind, granted, limits in rows.values_list("kind", "domains", "limits"):
        circle = _CIRCLE_OF_KIND.get(kind)
        if circle is Circle.GUARDIAN:
            closed = {domain for block in limits for domain in LIMITED_DOMAINS.get(block, frozenset())}
            opened |= DOMAINS[circle] - closed
        elif circle is not None:
            opened |= DOMAINS.get(circle, frozenset()) | set(granted)
    return frozenset(opened)


def students_open_to(viewer: Viewer, domain: str) -> QuerySet[Student]:
    """The set twin of `domains_for`: the students of whom this viewer reads this sensitive domain."""
    if not viewer.is_known:
        return Student.objects.none()
    kinds = [kind for kind, circle in _CIRCLE_OF_KIND.items() if domain in DOMAINS.get(circle, frozenset())]
    granting = Relationship.objects.filter(
        current(viewer.today),
        Q(kind__in=kinds) | Q(kind__in=set(_CIRCLE_OF_KIND) - {RelationshipKind.GUARDIAN}, domains__contains=[domain]),
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
    return f"{row.get_kind_display()} {name}"
