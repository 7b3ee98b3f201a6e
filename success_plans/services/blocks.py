"""Interests that are followed, and pointers to plans that are kept elsewhere. Earlier wordings stay in the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import MembershipState, PointerKind
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import PathwayChoice, Plan, PlanPointer
from success_plans.services.changes import note_change
from success_plans.services.plans import LONGEST_TEXT, plan_of

POINTER_FIELDS = ("kept_where", "case_manager_id", "accommodations", "review_on")


@dataclass(frozen=True, slots=True)
class Followed:
    """An interest as written: only the interest is needed."""

    interest: str
    pathway: str = ""
    entry_point: str = ""
    next_experience: str = ""


@dataclass(frozen=True, slots=True)
class Pointed:
    """Where a plan is kept, who manages it, and what adults who teach do. Never the plan itself."""

    kept_where: str = ""
    case_manager_id: int | None = None
    accommodations: str = ""
    review_on: date | None = None


def follow(*, by: Viewer, student: Student, choice: Followed, language: str) -> PathwayChoice:
    """Follow an interest; several at once are fine, and none closes another."""
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        row = PathwayChoice(plan=plan, language=language, author_id=by.actor_id)
        _fill(row, choice)
        row.save()
        note_change(by=by, plan=plan, action="pathway.add", row=row)
    return row


def change_pathway(
    *, by: Viewer, pathway: PathwayChoice, to: Followed, version: int, has_ended: bool = False
) -> PathwayChoice:
    """Change what is followed, or end it; TextChangedError when it was changed meanwhile. Nothing is lost by moving."""
    with transaction.atomic():
        row = PathwayChoice.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pathway.pk)
        if row.memberships.exclude(state=MembershipState.LEFT).exists():
            raise PlanError(_("This is a pathway of its own. Change it, or leave it, on the page of that pathway."))
        if row.version != version:
            raise TextChangedError(current=row, theirs=_said(row), mine=_said(_fill(PathwayChoice(), to)))
        _fill(row, to)
        row.ended_on = by.today if has_ended else None
        row.version += 1
        row.changed_at = timezone.now()
        row.save()
        note_change(by=by, plan=row.plan, action="pathway.end" if has_ended else "pathway.change", row=row)
    return row


def point_to(*, by: Viewer, student: Student, kind: PointerKind, pointer: Pointed, language: str) -> PlanPointer:
    """Point to a plan that is kept elsewhere; one of a kind at a time."""
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        Plan.objects.select_for_update().get(pk=plan.pk)
        if PlanPointer.objects.filter(plan=plan, kind=kind, ended_on__isnull=True).exists():
            raise PlanError(_("There is one of this kind already. Change that one."))
        row = PlanPointer(plan=plan, kind=kind, language=language, author_id=by.actor_id)
        _fill_pointer(row, pointer)
        row.save()
        note_change(by=by, plan=plan, action="pointer.add", row=row)
    return row


def change_pointer(
    *, by: Viewer, pointer: PlanPointer, to: Pointed, version: int, has_ended: bool = False
) -> PlanPointer:
    """Change a pointer, or end it; TextChangedError when it was changed meanwhile."""
    with transaction.atomic():
        row = PlanPointer.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pointer.pk)
        if row.version != version:
            raise TextChangedError(current=row, theirs=row.accommodations, mine=to.accommodations)
        _fill_pointer(row, to)
        row.ended_on = by.today if has_ended else None
        row.version += 1
        row.changed_at = timezone.now()
        row.save()
        note_change(by=by, plan=row.plan, action="pointer.end" if has_ended else "pointer.change", row=row)
    return row


def _plain(text: str, longest: int = 300) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]


def _fill(row: PathwayChoice, choice: Followed) -> PathwayChoice:
    row.interest = _plain(choice.interest)
    if not row.interest:
        raise PlanError(_("Name the interest first."))
    row.pathway = _plain(choice.pathway)
    row.entry_point = _plain(choice.entry_point)
    row.next_experience = _plain(choice.next_experience)
    return row


def _said(row: PathwayChoice) -> str:
    return "\n".join(part for part in (row.interest, row.pathway, row.entry_point, row.next_experience) if part)


def says(row: PlanPointer, pointer: Pointed) -> bool:
    """Whether the row says this already."""
    said = PlanPointer()
    _fill_pointer(said, pointer)
    return all(getattr(row, name) == getattr(said, name) for name in POINTER_FIELDS)


def _fill_pointer(row: PlanPointer, pointer: Pointed) -> None:
    row.kept_where = _plain(pointer.kept_where, 200)
    row.case_manager_id = pointer.case_manager_id
    row.accommodations = _plain(pointer.accommodations, LONGEST_TEXT)
    row.review_on = pointer.review_on
