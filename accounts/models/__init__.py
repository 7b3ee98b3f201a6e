"""People, schools, access, jobs and the audit, one room each."""

from accounts.models.access import (
    AccountClosure,
    ApiToken,
    CaseloadHandover,
    GuardianLimit,
    Relationship,
    RoleAssignment,
    User,
)
from accounts.models.audit import AuditEvent, AuditSeal, ReadEvent
from accounts.models.files import StoredFile
from accounts.models.invitations import FamilyInvitation
from accounts.models.jobs import Job, JobIssue
from accounts.models.joining import JoinRequest
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
    "AccountClosure",
    "ApiToken",
    "AuditEvent",
    "AuditSeal",
    "CalendarException",
    "CaseloadHandover",
    "ComingOfAge",
    "District",
    "Enrolment",
    "FamilyInvitation",
    "GuardianLimit",
    "Job",
    "JobIssue",
    "JoinRequest",
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
