"""What a row becomes: small frozen records with the columns the product uses and no others.

Passwords, places of birth, pronouns and vendors' columns about parents have no field here; the reader drops those
columns before a row is made. Dates are half-open: an end date is the first day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OrgType(StrEnum):
    """OneRoster OrgType; OTHER is anything else."""

    SCHOOL = "school"
    DEPARTMENT = "department"
    DISTRICT = "district"
    LOCAL = "local"
    STATE = "state"
    NATIONAL = "national"
    OTHER = "other"


class SessionType(StrEnum):
    """OneRoster SessionType."""

    SCHOOL_YEAR = "schoolYear"
    SEMESTER = "semester"
    TERM = "term"
    GRADING_PERIOD = "gradingPeriod"


class ClassType(StrEnum):
    """OneRoster ClassType."""

    HOMEROOM = "homeroom"
    SCHEDULED = "scheduled"


class EnrollmentRole(StrEnum):
    """OneRoster RoleEnum of an enrollment (1.0 to 1.2)."""

    STUDENT = "student"
    TEACHER = "teacher"
    ADMINISTRATOR = "administrator"
    AIDE = "aide"
    PROCTOR = "proctor"


class UserRole(StrEnum):
    """OneRoster roles of a user, 1.1 and 1.2; OTHER is staff of a kind the standard does not name."""

    STUDENT = "student"
    TEACHER = "teacher"
    AIDE = "aide"
    PROCTOR = "proctor"
    COUNSELOR = "counselor"
    PRINCIPAL = "principal"
    SITE_ADMINISTRATOR = "siteAdministrator"
    DISTRICT_ADMINISTRATOR = "districtAdministrator"
    SYSTEM_ADMINISTRATOR = "systemAdministrator"
    ADMINISTRATOR = "administrator"
    GUARDIAN = "guardian"
    PARENT = "parent"
    RELATIVE = "relative"
    OTHER = "other"


FAMILY_ROLES = frozenset({UserRole.GUARDIAN, UserRole.PARENT, UserRole.RELATIVE})
STAFF_ROLES = frozenset(UserRole) - FAMILY_ROLES - {UserRole.STUDENT}


class Status(StrEnum):
    """Whether a row says that its record exists or that it is gone."""

    ACTIVE = "active"
    GONE = "tobedeleted"


@dataclass(frozen=True, slots=True)
class Record:
    """Where every record came from, and the id it is known by in its source."""

    source_id: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Org(Record):
    """A school, department, district or anything above."""

    name: str
    type: OrgType
    parent_id: str


@dataclass(frozen=True, slots=True)
class Session(Record):
    """An academic session, `ends_on` exclusive. `school_year` is the year's last calendar year, where given."""

    title: str
    type: SessionType
    starts_on: date
    ends_on: date
    parent_id: str
    school_year: int | None


@dataclass(frozen=True, slots=True)
class Course(Record):
    """What is taught, apart from when and by whom."""

    title: str
    code: str
    grades: tuple[str, ...]
    subjects: tuple[str, ...]
    org_id: str


@dataclass(frozen=True, slots=True)
class Class(Record):
    """A class (section): who meets, in which terms. After resolution every id in it exists or was known before."""

    title: str
    code: str
    type: ClassType
    grades: tuple[str, ...]
    subjects: tuple[str, ...]
    course_id: str
    school_id: str
    term_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrollment(Record):
    """A user's part in a class, half-open; None is open-ended on that side."""

    class_id: str
    school_id: str
    user_id: str
    role: EnrollmentRole
    is_primary: bool
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class User(Record):
    """A person. Preferred names are blank unless the district asked for them."""

    enabled: bool
    username: str
    given_name: str
    family_name: str
    preferred_given_name: str
    preferred_family_name: str
    email: str
    phone: str
    grades: tuple[str, ...]
    agent_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role(Record):
    """What a user is at an org: the rows of roles.csv (1.2), or role and orgSourcedIds of users.csv (1.1)."""

    user_id: str
    role: UserRole
    org_id: str
    is_primary: bool
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class AgentClaim:
    """One side's statement that two users belong together; `relation` is None where the statement does not say."""

    user_id: str
    agent_id: str
    relation: UserRole | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class GuardianLink:
    """A family member of a student, stated from either side."""

    student_id: str
    person_id: str
    relation: UserRole
