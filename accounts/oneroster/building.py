"""From a row to a record: which columns, which spellings, what may be blank."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from accounts.oneroster.issues import Code
from accounts.oneroster.records import (
    AgentClaim,
    Class,
    ClassType,
    Course,
    Enrollment,
    EnrollmentRole,
    Org,
    OrgType,
    Role,
    Session,
    SessionType,
    Status,
    User,
    UserRole,
)
from accounts.oneroster.values import ID_LENGTH, Row

_ORG_TYPES = {kind.value: kind for kind in OrgType if kind is not OrgType.OTHER}
_ORG_ALIASES = {
    "charterschool": OrgType.SCHOOL,
    "college": OrgType.SCHOOL,
    "university": OrgType.SCHOOL,
    "campus": OrgType.SCHOOL,
    "academy": OrgType.SCHOOL,
    "localeducationagency": OrgType.DISTRICT,
    "lea": OrgType.DISTRICT,
    "stateeducationagency": OrgType.STATE,
    "ministryofeducation": OrgType.NATIONAL,
}
_SESSION_TYPES = {kind.value: kind for kind in SessionType}
_SESSION_ALIASES = {
    "year": SessionType.SCHOOL_YEAR,
    "fullyear": SessionType.SCHOOL_YEAR,
    "quarter": SessionType.GRADING_PERIOD,
    "trimester": SessionType.TERM,
}
# A year of a weekend, or of a century, is a typing error; clocks are counted in school days of the year.
_SHORTEST = {kind: 14 if kind is SessionType.SCHOOL_YEAR else 1 for kind in SessionType}
LONGEST_SESSION = 800
_CLASS_TYPES = {kind.value: kind for kind in ClassType}
_ENROLLMENT_ROLES = {kind.value: kind for kind in EnrollmentRole}
_TEACHING_ALIASES = ("professor", "faculty", "instructor", "lecturer", "adjunct", "substituteteacher")
_ENROLLMENT_ALIASES = {
    **dict.fromkeys(_TEACHING_ALIASES, EnrollmentRole.TEACHER),
    "learner": EnrollmentRole.STUDENT,
    "pupil": EnrollmentRole.STUDENT,
    "teacherassistant": EnrollmentRole.AIDE,
    "paraprofessional": EnrollmentRole.AIDE,
}
_USER_ROLES = {kind.value: kind for kind in UserRole if kind is not UserRole.OTHER}
_USER_ROLE_ALIASES = {
    **dict.fromkeys(_TEACHING_ALIASES, UserRole.TEACHER),
    "learner": UserRole.STUDENT,
    "pupil": UserRole.STUDENT,
    "teacherassistant": UserRole.AIDE,
    "paraprofessional": UserRole.AIDE,
    "staff": UserRole.OTHER,
    "other": UserRole.OTHER,
}
RELATION_ROLES = {kind.value: kind for kind in (UserRole.GUARDIAN, UserRole.PARENT, UserRole.RELATIVE)}
_STATUSES = {Status.ACTIVE.value: Status.ACTIVE, Status.GONE.value: Status.GONE}
_STATUS_ALIASES = {"inactive": Status.GONE, "deleted": Status.GONE}


def read_status(row: Row, *, delta: bool) -> Status:
    """Whether the row's record exists. Blank is active; in a delta file that is warned of."""
    if not row.raw("status"):
        if delta:
            row.warn(Code.STATUS_BLANK_IN_DELTA, "status")
        return Status.ACTIVE
    status = row.choice("status", _STATUSES, aliases=_STATUS_ALIASES)
    if status is Status.GONE and not delta:
        row.warn(Code.STATUS_IN_BULK, "status", row.raw("status"))
    return status


def read_org(row: Row) -> Org:
    """A row of orgs.csv."""
    return Org(
        row.id("sourcedId", required=True),
        row.file,
        row.line,
        name=row.name("name", required=True),
        type=row.choice("type", _ORG_TYPES, aliases=_ORG_ALIASES, otherwise=OrgType.OTHER),
        parent_id=row.id("parentSourcedId"),
    )


def read_session(row: Row) -> Session:
    """A row of academicSessions.csv; dates must be in order."""
    starts_on, ends_on = row.needed_day("startDate"), row.needed_day("endDate")
    if ends_on <= starts_on:
        raise row.set_aside(Code.DATES_REVERSED, "endDate", ends_on.isoformat(), starts=starts_on.isoformat())
    kind = row.choice("type", _SESSION_TYPES, aliases=_SESSION_ALIASES, otherwise=SessionType.TERM)
    days = (ends_on - starts_on).days
    if not _SHORTEST[kind] <= days <= LONGEST_SESSION:
        raise row.set_aside(Code.SESSION_LENGTH, "endDate", ends_on.isoformat(), days=days)
    return Session(
        row.id("sourcedId", required=True),
        row.file,
        row.line,
        title=row.name("title", required=True),
        type=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        parent_id=row.id("parentSourcedId"),
        school_year=row.year("schoolYear"),
    )


def read_course(row: Row) -> Course:
    """A row of courses.csv."""
    return Course(
        row.id("sourcedId", required=True),
        row.file,
        row.line,
        title=row.name("title", required=True),
        code=row.text("courseCode", limit=60),
        grades=row.grades("grades"),
        subjects=_words(row, "subjects"),
        org_id=row.id("orgSourcedId"),
    )


def read_class(row: Row) -> Class:
    """A row of classes.csv."""
    return Class(
        row.id("sourcedId", required=True),
        row.file,
        row.line,
        title=row.name("title", required=True),
        code=row.text("classCode", limit=60),
        type=row.choice("classType", _CLASS_TYPES, otherwise=ClassType.SCHEDULED, blank=ClassType.SCHEDULED),
        grades=row.grades("grades"),
        subjects=_words(row, "subjects"),
        course_id=row.id("courseSourcedId"),
        school_id=row.id("schoolSourcedId", required=True),
        term_ids=row.ids("termSourcedIds"),
    )


def read_enrollment(row: Row) -> Enrollment:
    """A row of enrollments.csv; a row without an id of its own (SDS) is known by class, user and role."""
    class_id = row.id("classSourcedId", required=True)
    user_id = row.id("userSourcedId", required=True)
    role = row.choice("role", _ENROLLMENT_ROLES, aliases=_ENROLLMENT_ALIASES)
    begins_on, ends_on = _period(row)
    return Enrollment(
        row.id("sourcedId", shared=False) or _made_up_id(class_id, user_id, role),
        row.file,
        row.line,
        class_id=class_id,
        school_id=row.id("schoolSourcedId"),
        user_id=user_id,
        role=role,
        is_primary=row.boolean("primary", default=False),
        begins_on=begins_on,
        ends_on=ends_on,
    )


def _made_up_id(class_id: str, user_id: str, role: EnrollmentRole) -> str:
    """An id that is the same in every import; of parts too long for one, their digest."""
    plain = f"{class_id}:{user_id}:{role}"
    return plain if len(plain) <= ID_LENGTH else f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def read_user(row: Row, *, preferred_names: bool) -> User:
    """A row of users.csv. Preferred names are looked at only where the district keeps them.

    People with a single name may have it in either column.
    """
    given, family = row.name("givenName"), row.name("familyName")
    if not (given or family):
        raise row.set_aside(Code.REQUIRED_BLANK, "givenName")
    return User(
        row.id("sourcedId", required=True),
        row.file,
        row.line,
        enabled=row.boolean("enabledUser", default=True),
        username=row.text("username", limit=150),
        given_name=given or family,
        family_name=family if given else "",
        preferred_given_name=row.name("preferredGivenName") if preferred_names else "",
        preferred_family_name=row.name("preferredFamilyName") if preferred_names else "",
        email=row.email("email"),
        phone=row.text("phone", limit=60) or row.text("sms", limit=60),
        grades=row.grades("grades"),
        agent_ids=row.ids("agentSourcedIds"),
    )


def read_user_roles(row: Row, user_id: str) -> tuple[Role, ...]:
    """The roles a 1.1 users row states: its one role at each of its orgs (once without an org where it has none)."""
    role = row.choice("role", _USER_ROLES, aliases=_USER_ROLE_ALIASES)
    orgs = row.ids("orgSourcedIds") or ("",)
    return tuple(
        Role(user_id, row.file, row.line, user_id, role, org, index == 0, None, None) for index, org in enumerate(orgs)
    )


def read_role(row: Row) -> Role:
    """A row of roles.csv (1.2 or SDS). An extension role (`ext:...`) is staff of another kind."""
    role = row.choice(
        "role",
        _USER_ROLES,
        aliases=_USER_ROLE_ALIASES,
        otherwise=UserRole.OTHER if row.raw("role").lower().startswith("ext:") else None,
    )
    user_id = row.id("userSourcedId", required=True)
    org_id = row.id("orgSourcedId", required=True)
    begins_on, ends_on = _period(row)
    return Role(
        row.id("sourcedId") or f"{user_id}:{role}:{org_id}",
        row.file,
        row.line,
        user_id=user_id,
        role=role,
        org_id=org_id,
        is_primary=row.raw("roleType").lower() in {"primary", "true"},
        begins_on=begins_on,
        ends_on=ends_on,
    )


def read_relationship(row: Row) -> AgentClaim:
    """A row of SDS relationships.csv: a student, an adult, and what the adult is to the student."""
    return AgentClaim(
        user_id=row.id("userSourcedId", required=True),
        agent_id=row.id("relationshipUserSourcedId", required=True),
        relation=row.choice("relationshipRole", RELATION_ROLES),
        file=row.file,
        line=row.line,
    )


def _period(row: Row) -> tuple[date | None, date | None]:
    begins_on, ends_on = row.day("beginDate"), row.day("endDate")
    if begins_on and ends_on and ends_on < begins_on:
        raise row.set_aside(Code.DATES_REVERSED, "endDate", ends_on.isoformat(), starts=begins_on.isoformat())
    return begins_on, ends_on


def _words(row: Row, column: str) -> tuple[str, ...]:
    text = row.text(column, limit=2000)
    if not text:
        return ()
    words: Mapping[str, None] = dict.fromkeys(part.strip()[:120] for part in text.split(",") if part.strip())
    return tuple(row.pooled(word) for word in words)
