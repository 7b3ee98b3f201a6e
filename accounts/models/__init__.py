"""People, schools, access, jobs and the audit, one room each."""

from accounts.models.access import (
    ApiToken,
    CaseloadHandover,
    GuardianLimit,
    Relationship,
    RoleAssignment,
    User,
)
from accounts.models.audit import AuditEvent, AuditSeal, ReadEvent
from accounts.models.files import StoredFile
from accounts.models.jobs import Job, JobIssue
from accounts.models.partners import Partner, PartnerMember, PublicFace
from accounts.models.people import ComingOfAge, Person, PersonIdentifier, PersonMerge, Student
from accounts.models.schools import (
    CalendarException,
    District,
    Enrolment,
    School,
    SchoolYear,
    Section,
    TeachingAssignment,
    Term,
)

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "CalendarException",
    "CaseloadHandover",
    "ComingOfAge",
    "District",
    "Enrolment",
    "GuardianLimit",
    "Job",
    "JobIssue",
    "Partner",
    "PartnerMember",
    "Person",
    "PersonIdentifier",
    "PersonMerge",
    "PublicFace",
    "ReadEvent",
    "Relationship",
    "RoleAssignment",
    "School",
    "SchoolYear",
    "Section",
    "StoredFile",
    "Student",
    "TeachingAssignment",
    "Term",
    "User",
]
