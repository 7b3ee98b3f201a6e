"""The living plan: what is said, found, agreed and done for a student. Supports are its actions."""

from __future__ import annotations

from success_plans.models.contacts import CheckIn, ContactAttempt, WorkingNote
from success_plans.models.entries import (
    Amendment,
    Consent,
    EntryFinding,
    FamilyWays,
    PathwayChoice,
    PlanPointer,
    Proposal,
    SafetyHold,
)
from success_plans.models.meetings import ClassReview, Decision, Meeting, MeetingAttendee, ReviewEntry
from success_plans.models.pathways import PathwayDraw, PathwayDrawCall, PathwayMembership
from success_plans.models.plans import Goal, Need, Plan, PlanStatement, TranslationRequest
from success_plans.models.reminders import Reminder
from success_plans.models.versions import (
    Agreement,
    CycleRun,
    CycleStep,
    Digest,
    DistrictPhrase,
    PlanTemplate,
    PlanVersion,
    TransferPacket,
)

__all__ = [
    "Agreement",
    "Amendment",
    "CheckIn",
    "ClassReview",
    "Consent",
    "ContactAttempt",
    "CycleRun",
    "CycleStep",
    "Decision",
    "Digest",
    "DistrictPhrase",
    "EntryFinding",
    "FamilyWays",
    "Goal",
    "Meeting",
    "MeetingAttendee",
    "Need",
    "PathwayChoice",
    "PathwayDraw",
    "PathwayDrawCall",
    "PathwayMembership",
    "Plan",
    "PlanPointer",
    "PlanStatement",
    "PlanTemplate",
    "PlanVersion",
    "Proposal",
    "Reminder",
    "ReviewEntry",
    "SafetyHold",
    "TransferPacket",
    "TranslationRequest",
    "WorkingNote",
]
