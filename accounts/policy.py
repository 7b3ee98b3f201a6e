"""The tables of the access policy on one screen: every permission, what each circle and role has, in words for people.

`accounts.permissions` answers from them and is where they are imported from.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.choices import GuardianBlock, RelationshipKind, Role, SensitiveDomain


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
    INVITE_FAMILY = "invite_family"
    EDIT_TEMPLATES = "edit_templates"
    IMPORT_ROSTER = "import_roster"
    IMPORT_FRAMEWORK = "import_framework"
    IMPORT_EVIDENCE = "import_evidence"
    CHOOSE_METHOD = "choose_method"
    WRITE_INSTRUMENTS = "write_instruments"
    LINK_PEOPLE = "link_people"
    UNLOCK_ACCOUNTS = "unlock_accounts"
    KEEP_ACCOUNTS = "keep_accounts"
    SEE_OPERATIONS = "see_operations"
    SEE_STYLEGUIDE = "see_styleguide"
    CHOOSE_MESSAGES = "choose_messages"
    WRITE_FRAMEWORKS = "write_frameworks"
    REVIEW_FRAMEWORKS = "review_frameworks"
    PROPOSE_PATHWAYS = "propose_pathways"
    REVIEW_PATHWAYS = "review_pathways"
    MANAGE_PARTNERS = "manage_partners"
    SHOW_DISTRICT = "show_district"
    KEEP_CALENDAR = "keep_calendar"
    KEEP_CATALOGUE = "keep_catalogue"
    SEE_AS_PARTNER = "see_as_partner"
    OBSERVE_AS_PARTNER = "observe_as_partner"


class Circle(StrEnum):
    """The ground on which someone sees a student."""

    TEACHER = "teacher"
    COMING = "coming_teacher"
    NAVIGATOR = "navigator"
    TEAM = "team"
    GUARDIAN = "guardian"
    SELF = "self"
    SCHOOL = "school"
    RATER = "rater"
    PARTNER = "pathway_partner"


P = Permission
_READS = frozenset({P.SEE_STUDENT, P.READ_PLAN, P.READ_EVIDENCE})

_DAILY = frozenset(
    {P.READ_FLAGS, P.RECORD_EVIDENCE, P.SCORE_WORK, P.EDIT_PLAN, P.ACT_ON_FLAGS, P.CHECK_IN, P.CONTACT_FAMILY}
)

_IMPORTS = frozenset({P.IMPORT_ROSTER, P.IMPORT_FRAMEWORK, P.IMPORT_EVIDENCE})

CIRCLES: dict[Circle, frozenset[Permission]] = {
    Circle.TEACHER: _READS | _DAILY,
    # reads before the class begins, to prepare; the daily work stays with who teaches now
    Circle.COMING: _READS,
    # holding the plan: meetings, agreed versions, the family conversation
    Circle.NAVIGATOR: _READS | _DAILY | {P.HOLD_PLAN, P.INVITE_FAMILY},
    Circle.TEAM: frozenset({P.SEE_STUDENT, P.READ_PLAN, P.CHECK_IN, P.CONTACT_FAMILY}),
    Circle.GUARDIAN: _READS | {P.READ_FAMILY_PAGE, P.SPEAK_AS_FAMILY},
    Circle.SELF: _READS | {P.SPEAK_AS_STUDENT},
    # a school role reads for a named purpose, and each look is logged with it
    Circle.SCHOOL: _READS | {P.READ_FLAGS, P.INVITE_FAMILY},
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
    Role.PRINCIPAL: frozenset(
        {P.READ_SCHOOL, P.ASSIGN_NAVIGATORS, P.INVITE_FAMILY, P.UNLOCK_ACCOUNTS, P.REVIEW_PATHWAYS}
    ),
    Role.PLAN_LEAD: frozenset({P.READ_SCHOOL, P.LINK_PEOPLE, P.ASSIGN_NAVIGATORS, P.INVITE_FAMILY, P.TRANSFER_PLANS})
    | {P.UNLOCK_ACCOUNTS},
    Role.DISTRICT_ADMIN: _IMPORTS
    | {P.CHOOSE_METHOD, P.WRITE_INSTRUMENTS, P.LINK_PEOPLE, P.EDIT_TEMPLATES, P.UNLOCK_ACCOUNTS, P.KEEP_ACCOUNTS}
    | {P.WRITE_FRAMEWORKS, P.REVIEW_PATHWAYS, P.MANAGE_PARTNERS, P.SHOW_DISTRICT}
    | {P.KEEP_CALENDAR, P.KEEP_CATALOGUE},
    Role.PARTNER: frozenset({P.PROPOSE_PATHWAYS}),
    Role.OPERATOR: frozenset({P.SEE_OPERATIONS}),
}

SENTENCES: dict[Circle | Role, Any] = {
    Circle.TEACHER: gettext_lazy("Teachers see the students of their current classes, and for 15 school days after."),
    Circle.COMING: gettext_lazy(
        "Who will teach a class reads from 15 school days before its first day, and writes from that day on."
    ),
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

CIRCLE_OF_KIND: dict[str, Circle] = {
    RelationshipKind.SECTION: Circle.TEACHER,
    RelationshipKind.SUBSTITUTE: Circle.TEACHER,
    RelationshipKind.COMING: Circle.COMING,
    RelationshipKind.CASELOAD: Circle.NAVIGATOR,
    RelationshipKind.TEAM: Circle.TEAM,
    RelationshipKind.GUARDIAN: Circle.GUARDIAN,
    RelationshipKind.RATER: Circle.RATER,
    RelationshipKind.PARTNER: Circle.PARTNER,
}

# What everybody who works for the schools may do without holding a role for it.
OF_STAFF = frozenset({P.SEE_STYLEGUIDE, P.CHOOSE_MESSAGES, P.REVIEW_FRAMEWORKS, P.PROPOSE_PATHWAYS})

# What an API token with a scope may ask for; a token never gets more than its person has.
SCOPES: dict[str, frozenset[Permission]] = {
    "evidence:write": frozenset({P.SEE_STUDENT, P.RECORD_EVIDENCE, P.READ_SECTION, P.IMPORT_EVIDENCE}),
    "evidence:read": frozenset({P.SEE_STUDENT, P.READ_EVIDENCE, P.READ_SECTION}),
    "flags:read": frozenset({P.SEE_STUDENT, P.READ_FLAGS}),
}
