"""What becomes of each table that says something of a person when two records of one person are joined.

Every model with a foreign key to Student and every column that names a Person stands here; a guard says so for the
next one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction


class OnJoin(StrEnum):
    """How the rows of the record that goes follow."""

    SEATS = "seats"  # services moves them itself, with rules of their own
    MOVES = "moves"  # they change hands, and go back when the two are taken apart
    READ = "read"  # append-only: they stay where they were written and are read under both records
    ANEW = "anew"  # computed: made anew for the one that stays, ended for the other
    STAYS = "stays"  # of one moment; nobody reads them under a student


FOLLOWS = {
    "accounts.Student": OnJoin.SEATS,
    "accounts.Enrolment": OnJoin.SEATS,
    "accounts.Relationship": OnJoin.SEATS,
    "accounts.CaseloadHandover": OnJoin.MOVES,
    "accounts.ComingOfAge": OnJoin.MOVES,
    "accounts.GuardianLimit": OnJoin.MOVES,
    "accounts.StoredFile": OnJoin.MOVES,
    "assessments.Evidence": OnJoin.READ,
    "assessments.ImportRow": OnJoin.STAYS,
    "assessments.ItemEstimate": OnJoin.ANEW,
    "assessments.MasterySummary": OnJoin.ANEW,
    "assessments.RefreshRequest": OnJoin.ANEW,
    "assessments.Submission": OnJoin.MOVES,
    "assessments.TeacherJudgement": OnJoin.READ,
    "success_plans.CheckIn": OnJoin.MOVES,
    "success_plans.Consent": OnJoin.MOVES,
    "success_plans.ContactAttempt": OnJoin.MOVES,
    "success_plans.CycleStep": OnJoin.ANEW,
    "success_plans.PathwayMembership": OnJoin.MOVES,
    "success_plans.Plan": OnJoin.MOVES,
    "success_plans.ReviewEntry": OnJoin.MOVES,
    "success_plans.SafetyHold": OnJoin.MOVES,
    "success_plans.TransferPacket": OnJoin.MOVES,
    "success_plans.WorkingNote": OnJoin.MOVES,
    "supports.Flag": OnJoin.ANEW,
    "supports.Focus": OnJoin.MOVES,
    "supports.Showing": OnJoin.MOVES,
    "supports.Support": OnJoin.MOVES,
}


STANDING = frozenset(
    {
        "accounts.CaseloadHandover.from_person",
        "accounts.CaseloadHandover.to_person",
        "accounts.FamilyInvitation.guardian",
        "accounts.GuardianLimit.guardian",
        "accounts.PartnerMember.person",
        "assessments.CalibrationTry.person",
        "assessments.Scoring.rater",
        "competencies.Pathway.contact",
        "competencies.PathwayDesigner.person",
        "success_plans.Consent.given_by",
        "success_plans.ContactAttempt.guardian",
        "success_plans.CycleStep.owner",
        "success_plans.Decision.owner",
        "success_plans.Digest.person",
        "success_plans.FamilyWays.guardian",
        "success_plans.Goal.helper",
        "success_plans.MeetingAttendee.person",
        "success_plans.PlanPointer.case_manager",
        "success_plans.Proposal.author",
        "success_plans.Reminder.person",
        "success_plans.WorkingNote.author",
        "supports.Flag.owner",
        "supports.Support.owner",
        "supports.Support.provider_person",
    }
)
"""Columns that say what somebody holds, owes, may do or may not do now: they follow the person who stays."""

HELD_BY_SERVICES = frozenset(
    {
        "accounts.PersonIdentifier.person",
        "accounts.Relationship.person",
        "accounts.RoleAssignment.person",
        "accounts.Student.person",
        "accounts.TeachingAssignment.person",
        "accounts.User.person",
    }
)
"""Columns that `services` moves itself, with rules of their own."""

# Every other column that names a person says who wrote or did something once. It stays as it was written; who reads
# by it reads both records of the person (`accounts.households.other_household`).


def move_rows_of(old: int, new: int) -> dict[str, list[int]]:
    """Give the rows that move to the other student; which, by model. Must run inside a transaction.

    A row stays where the other record has one in its place already (one plan, one open wish about a competency).
    """
    moved = {}
    for label, how in FOLLOWS.items():
        if how == OnJoin.MOVES and (keys := _moved(apps.get_model(label), "student", old, new)):
            moved[label] = keys
    return moved


def give_rows_back(moved: dict[str, list[int]], *, kept: int, absorbed: int) -> None:
    """What `move_rows_of` moved goes back, where it is still with the one that was kept."""
    for label, keys in moved.items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=keys, student=kept)
        rows.update(student_id=absorbed)


def move_standing_of(old: int, new: int) -> dict[str, list[int]]:
    """Give what a person holds, owes and may not do to the record that stays; which rows, by column of `STANDING`.

    Must run inside a transaction. A row stays where the other record has one in its place already.
    """
    moved = {}
    for name in sorted(STANDING):
        label, _, column = name.rpartition(".")
        if keys := _moved(apps.get_model(label), column, old, new):
            moved[name] = keys
    return moved


def give_standing_back(moved: dict[str, list[int]], *, kept: int, absorbed: int) -> None:
    """What `move_standing_of` moved goes back, where it is still with the record that was kept."""
    for name, keys in moved.items():
        label, _, column = name.rpartition(".")
        rows = apps.get_model(label)._default_manager.filter(pk__in=keys, **{column: kept})
        rows.update(**{f"{column}_id": absorbed})


def _moved(model: type[Any], column: str, old: int, new: int) -> list[int]:
    rows: models.QuerySet[Any] = model._default_manager.filter(**{column: old})
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if not keys or _moves(rows, column, new):
        return keys
    return [key for key in keys if _moves(rows.filter(pk=key), column, new)]


def _moves(rows: models.QuerySet[Any], column: str, new: int) -> bool:
    try:
        with transaction.atomic():
            rows.update(**{f"{column}_id": new})
    except IntegrityError:
        return False
    return True
