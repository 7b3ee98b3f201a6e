"""The closed lists of the people side: roles, kinds of relationship, states of a job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is trusted with, beside the students they are related to."""

    TEACHER = "teacher", _("teacher")
    NAVIGATOR = "navigator", _("navigator")
    SPECIALIST = "specialist", _("specialist")
    PARTNER = "partner", _("community partner")
    PLAN_LEAD = "plan_lead", _("plan lead")
    PRINCIPAL = "principal", _("principal")
    DISTRICT_ADMIN = "district_admin", _("district administrator")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")
    OPERATOR = "operator", _("system operator")


STAFF_ROLES = frozenset(Role.values) - {Role.PARTNER}
SCHOOL_ROLES = frozenset({Role.PRINCIPAL, Role.PLAN_LEAD})


class Messages(models.TextChoices):
    """Which messages about what waits for somebody come to them."""

    DAILY = "daily", _("Reminders on school days when something falls due or has passed, and Monday’s message")
    WEEKLY = "weekly", _("Only Monday’s message")
    NONE = "none", _("No messages")


class RelationshipKind(models.TextChoices):
    """Why an adult belongs to a student's circle."""

    SECTION = "section", _("teaches")
    SUBSTITUTE = "substitute", _("teaches for now")
    COMING = "coming", _("will teach")
    CASELOAD = "caseload", _("is the navigator of")
    TEAM = "team", _("is in the support team of")
    GUARDIAN = "guardian", _("is family of")
    REFERRAL = "referral", _("provides a support to")
    RATER = "rater", _("was asked to judge a work of")
    PARTNER = "partner", _("works on a pathway with")


TEACHING_KINDS = frozenset({RelationshipKind.SECTION, RelationshipKind.SUBSTITUTE})
# Whoever works for the schools with at least one student.
STAFF_KINDS = TEACHING_KINDS | {RelationshipKind.COMING, RelationshipKind.CASELOAD, RelationshipKind.TEAM}


class Source(models.TextChoices):
    """Where a roster row came from."""

    ROSTER = "roster", _("roster")
    HAND = "hand", _("entered by hand")
    DEMONSTRATION = "demonstration", _("demonstration")


class PartnerKind(models.TextChoices):
    """What a partner outside the schools is."""

    EMPLOYER = "employer", _("employer")
    COLLEGE = "college", _("college or training place")
    COMMUNITY = "community", _("community group")
    PUBLIC = "public", _("public service")


class TermKind(models.TextChoices):
    """OneRoster's kinds of academic session below the school year."""

    SEMESTER = "semester", _("semester")
    TERM = "term", _("term")
    GRADING_PERIOD = "grading_period", _("grading period")


class JobKind(models.TextChoices):
    """Long work that people start and come back to."""

    IMPORT_ROSTER = "import_roster", _("roster import")
    IMPORT_FRAMEWORK = "import_framework", _("framework import")
    IMPORT_PACKET = "import_packet", _("transfer packet")
    RECOMPUTE = "recompute", _("recompute")
    IMPORT_EVIDENCE = "import_evidence", _("evidence import")
    CHANGE_METHOD = "change_method", _("change of method")
    CHANGE_CROSSWALK = "change_crosswalk", _("change of a crosswalk")


class JobState(models.TextChoices):
    """Queued, running, (waiting for a person), then one of three ends."""

    QUEUED = "queued", _("waiting for a worker")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting for your answer")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped with an error")
    CANCELLED = "cancelled", _("cancelled")


class Severity(models.TextChoices):
    """A warning was read anyway; an error's row was set aside."""

    WARNING = "warning", _("warning")
    ERROR = "error", _("error")


class ReadPurpose(models.TextChoices):
    """Why someone without a daily relationship opens a student's page."""

    CARE = "care", _("looking after this student’s plan")
    FAMILY_ASKED = "family_asked", _("the family asked")
    REVIEW = "review", _("whole-school review of plans")
    SAFETY = "safety", _("a question of safety")
    RECORDS = "records", _("a records request")


class SensitiveDomain(models.TextChoices):
    """Parts of a plan that stay closed unless a relationship opens them."""

    HEALTH = "health", _("health")
    WELLBEING = "wellbeing", _("wellbeing")
    FAMILY = "family", _("family and basic needs")


class GuardianBlock(models.TextChoices):
    """Parts of the family's page a court document may take from a guardian."""

    CONTACT = "contact", _("where and how the child and the other family members are reached")
    HEALTH = "health", _("health and wellbeing")
    NEEDS = "needs", _("needs")
    PLAN = "plan", _("the plan")
    EVIDENCE = "evidence", _("what was seen and how it stands")
    MEETINGS = "meetings", _("meetings")
    EVERYTHING = "everything", _("the whole page")


class HandoverState(models.TextChoices):
    """Where a handover stands."""

    WAITING = "waiting", _("waiting for the new navigator")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


class FileKind(models.TextChoices):
    """What a stored file is."""

    PICTURE = "picture", _("picture")
    AUDIO = "audio", _("recording")
    DOCUMENT = "document", _("document")


class AgeBasis(models.TextChoices):
    """How a school knows that a student signs alone."""

    RECORD = "record", _("birth record at the school")
    IDENTITY = "identity", _("identity document seen")
    COURT = "court", _("decision of a court")
