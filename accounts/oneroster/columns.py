"""Which files and columns are read, by dialect, and which are never kept.

A `FileSpec` names only the columns the product uses. Columns the standard has and the product has no use for are
listed so that a report does not call them unknown; their values are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The sort of record a row becomes."""

    ORG = "orgs"
    SESSION = "sessions"
    COURSE = "courses"
    CLASS = "classes"
    USER = "users"
    ROLE = "roles"
    ENROLLMENT = "enrollments"
    RELATIONSHIP = "relationships"
    LINE_ITEM = "lineItems"
    RESULT = "results"
    OBJECTIVE = "learningObjectiveIds"


class Dialect(StrEnum):
    """The layouts that can be read."""

    ONEROSTER_11 = "oneroster-1.1"
    ONEROSTER_12 = "oneroster-1.2"
    SDS_21 = "sds-2.1"
    CLEVER = "clever"


@dataclass(frozen=True, slots=True, eq=False)
class FileSpec:
    """One file of a dialect.

    `required` and `optional` are the headers read, as the dialect writes them; `renamed` gives the OneRoster name
    under which a row carries them; `aliases` are misspellings seen in the wild (lower case) and what they mean;
    `unused` are known headers nobody reads. `required_in_set` says whether a roster makes sense without the file,
    `every_column_expected` whether the dialect wants even its optional headers written.
    """

    name: str
    kind: Kind
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    required_in_set: bool = False
    every_column_expected: bool = False

    @property
    def file_name(self) -> str:
        """The name with its ending, as the dialect writes it."""
        return f"{self.name}.csv"


# Never read into memory as values, whatever file they stand in: secrets, places of birth, pronouns, and what a
# vendor says about a child's parents outside the guardian records.
_NEVER_KEPT = re.compile(
    r"password|passwd|passphrase|\bpwd\b|pronoun|(country|state|city|place)_?of_?birth|birth_?(city|state|country|place)"
    r"|(mother|father|parent|guardian|contact)s?_?(first|last|full|maiden|given|family)?_?name"
    r"|^contact_|ssn|social_?security",
    re.IGNORECASE,
)


def is_never_kept(header: str) -> bool:
    """Whether a column of this name is dropped unread."""
    return _NEVER_KEPT.search(header) is not None


_EVERY_ROW = ("status",)
_EVERY_ROW_UNUSED = ("dateLastModified",)
_EVERY_ALIAS = {"datalastmodified": "dateLastModified", "grade": "grades", "sourceid": "sourcedId"}

_ORGS = FileSpec(
    "orgs",
    Kind.ORG,
    required=("sourcedId", "name", "type"),
    optional=(*_EVERY_ROW, "parentSourcedId"),
    unused=(*_EVERY_ROW_UNUSED, "identifier"),
    aliases=_EVERY_ALIAS,
    required_in_set=True,
    every_column_expected=True,
)
_SESSIONS = FileSpec(
    "academicSessions",
    Kind.SESSION,
    required=("sourcedId", "title", "type", "startDate", "endDate"),
    optional=(*_EVERY_ROW, "parentSourcedId", "schoolYear"),
    unused=_EVERY_ROW_UNUSED,
    aliases=_EVERY_ALIAS,
    every_column_expected=True,
)
_COURSES = FileSpec(
    "courses",
    Kind.COURSE,
    required=("sourcedId", "title"),
    optional=(*_EVERY_ROW, "courseCode", "grades", "orgSourcedId", "subjects"),
    unused=(*_EVERY_ROW_UNUSED, "schoolYearSourcedId", "subjectCodes"),
    aliases={**_EVERY_ALIAS, "schoolyearid": "schoolYearSourcedId"},
    every_column_expected=True,
)
_CLASSES = FileSpec(
    "classes",
    Kind.CLASS,
    required=("sourcedId", "title", "schoolSourcedId"),
    optional=(
        *_EVERY_ROW,
        "grades",
        "courseSourcedId",
        "classCode",
        "classType",
        "termSourcedIds",
        "subjects",
    ),
    unused=(*_EVERY_ROW_UNUSED, "location", "subjectCodes", "periods"),
    aliases={**_EVERY_ALIAS, "termsourcedid": "termSourcedIds"},
    every_column_expected=True,
)
_ENROLLMENTS = FileSpec(
    "enrollments",
    Kind.ENROLLMENT,
    required=("sourcedId", "classSourcedId", "userSourcedId", "role"),
    optional=(*_EVERY_ROW, "schoolSourcedId", "primary", "beginDate", "endDate"),
    unused=_EVERY_ROW_UNUSED,
    aliases={**_EVERY_ALIAS, "startdate": "beginDate"},
    every_column_expected=True,
)
_USER_COLUMNS = (
    *_EVERY_ROW,
    "enabledUser",
    "username",
    "email",
    "sms",
    "phone",
    "agentSourcedIds",
    "grades",
)
_USER_ALIASES = {
    **_EVERY_ALIAS,
    "userid": "userIds",
    "agents": "agentSourcedIds",
    "agentsourcedid": "agentSourcedIds",
    "orgsourcedid": "orgSourcedIds",
}
_USERS_11 = FileSpec(
    "users",
    Kind.USER,
    required=("sourcedId", "role", "givenName", "familyName"),
    optional=(*_USER_COLUMNS, "orgSourcedIds"),
    unused=(*_EVERY_ROW_UNUSED, "userIds", "middleName", "identifier", "password"),
    aliases=_USER_ALIASES,
    required_in_set=True,
    every_column_expected=True,
)
_USERS_12 = FileSpec(
    "users",
    Kind.USER,
    required=("sourcedId", "givenName", "familyName"),
    optional=(
        *_USER_COLUMNS,
        "preferredGivenName",
        "preferredFamilyName",
    ),
    unused=(
        *_EVERY_ROW_UNUSED,
        "userMasterIdentifier",
        "userIds",
        "middleName",
        "identifier",
        "preferredMiddleName",
        "primaryOrgSourcedId",
        "password",
        "pronouns",
    ),
    aliases=_USER_ALIASES,
    required_in_set=True,
    every_column_expected=True,
)
_ROLES_12 = FileSpec(
    "roles",
    Kind.ROLE,
    required=("sourcedId", "userSourcedId", "role", "orgSourcedId"),
    optional=(*_EVERY_ROW, "roleType", "beginDate", "endDate"),
    unused=(*_EVERY_ROW_UNUSED, "userProfileSourcedId"),
    aliases={**_EVERY_ALIAS, "startdate": "beginDate"},
    required_in_set=True,
    every_column_expected=True,
)

_SDS = (
    FileSpec(
        "orgs",
        Kind.ORG,
        ("sourcedId", "name", "type"),
        ("parentSourcedId", "identifier"),
        required_in_set=True,
    ),
    FileSpec(
        "academicSessions",
        Kind.SESSION,
        ("sourcedId", "title", "type", "startDate", "endDate"),
        ("schoolYear", "parentSourcedId"),
    ),
    FileSpec(
        "courses",
        Kind.COURSE,
        ("sourcedId", "title"),
        ("orgSourcedId", "code", "grade", "subject"),
        unused=("schoolYearSourcedId",),
        renamed={"code": "courseCode", "grade": "grades", "subject": "subjects"},
    ),
    FileSpec(
        "users",
        Kind.USER,
        ("sourcedId", "username", "givenName", "familyName"),
        ("email", "phone", "sms", "enabledUser"),
        unused=("password", "activeDirectoryMatchId", "userNumber", "middleName", "preferredGivenName"),
        required_in_set=True,
    ),
    FileSpec(
        "roles",
        Kind.ROLE,
        ("userSourcedId", "orgSourcedId", "role"),
        ("grade", "isPrimary", "roleStartDate", "roleEndDate"),
        unused=("sessionSourcedId",),
        renamed={
            "grade": "grades",
            "isPrimary": "roleType",
            "roleStartDate": "beginDate",
            "roleEndDate": "endDate",
        },
        required_in_set=True,
    ),
    FileSpec(
        "classes",
        Kind.CLASS,
        ("sourcedId", "orgSourcedId", "title"),
        ("sessionSourcedIds", "courseSourcedId", "code"),
        renamed={
            "orgSourcedId": "schoolSourcedId",
            "sessionSourcedIds": "termSourcedIds",
            "code": "classCode",
        },
    ),
    FileSpec("enrollments", Kind.ENROLLMENT, ("classSourcedId", "userSourcedId", "role"), ("primary",)),
    FileSpec(
        "relationships",
        Kind.RELATIONSHIP,
        ("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
    ),
)

_CLEVER_PERSON = ("First_name", "Last_name")
_CLEVER = (
    FileSpec(
        "schools",
        Kind.ORG,
        ("School_id", "School_name"),
        unused=("School_number", "State_id", "Low_grade", "High_grade", "Principal", "Principal_email"),
        required_in_set=True,
    ),
    FileSpec(
        "students",
        Kind.USER,
        ("School_id", "Student_id", *_CLEVER_PERSON),
        ("Student_number", "Middle_name", "Grade", "Student_email", "Username"),
        unused=(
            "State_id",
            "Gender",
            "DOB",
            "Race",
            "Hispanic_Latino",
            "Ell_status",
            "Frl_status",
            "Iep_status",
        ),
        required_in_set=True,
    ),
    FileSpec(
        "teachers",
        Kind.USER,
        ("School_id", "Teacher_id", *_CLEVER_PERSON),
        ("Teacher_email", "Username"),
        unused=("Teacher_number", "Middle_name", "State_teacher_id", "Title"),
    ),
    FileSpec(
        "staff",
        Kind.USER,
        ("School_id", "Staff_id", *_CLEVER_PERSON),
        ("Staff_email", "Username", "Role"),
        unused=("Department", "Title"),
    ),
    FileSpec(
        "sections",
        Kind.CLASS,
        ("School_id", "Section_id", "Teacher_id"),
        (
            *(f"Teacher_{number}_id" for number in range(2, 11)),
            "Name",
            "Section_number",
            "Grade",
            "Course_name",
            "Course_number",
            "Subject",
            "Term_name",
            "Term_start",
            "Term_end",
        ),
        unused=("Course_description", "Period"),
    ),
    FileSpec("enrollments", Kind.ENROLLMENT, ("Section_id", "Student_id"), ("School_id",)),
)

# The order matters to nobody's ids (they are resolved at the end) but roles read better after users.
FILES: Mapping[Dialect, tuple[FileSpec, ...]] = {
    Dialect.ONEROSTER_11: (_ORGS, _SESSIONS, _COURSES, _CLASSES, _USERS_11, _ENROLLMENTS),
    Dialect.ONEROSTER_12: (_ORGS, _SESSIONS, _COURSES, _CLASSES, _USERS_12, _ROLES_12, _ENROLLMENTS),
    Dialect.SDS_21: _SDS,
    Dialect.CLEVER: _CLEVER,
}
# Known to the standard, read by other importers or by nobody.
NOT_USED = frozenset(
    {
        "demographics",
        "categories",
        "lineitems",
        "lineitemlearningobjectiveids",
        "lineitemscoresscales",
        "lineitemscorescales",
        "results",
        "resultlearningobjectiveids",
        "resultscorescales",
        "resources",
        "classresources",
        "courseresources",
        "userresources",
        "scorescales",
        "userprofiles",
        "userflags",
        "admins",
    }
)
