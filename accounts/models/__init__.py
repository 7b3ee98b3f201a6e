"""People, schools, access, jobs and the audit, one room each."""

from accounts.models.access import ApiToken, Relationship, RoleAssignment, User
from accounts.models.audit import AuditEvent, AuditSeal, ReadEvent
from accounts.models.jobs import Job, JobIssue
from accounts.models.people import Person, PersonIdentifier, PersonMerge, Student
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
    "District",
    "Enrolment",
    "Job",
    "JobIssue",
    "Person",
    "PersonIdentifier",
    "PersonMerge",
    "ReadEvent",
    "Relationship",
    "RoleAssignment",
    "School",
    "SchoolYear",
    "Section",
    "Student",
    "TeachingAssignment",
    "Term",
    "User",
]
