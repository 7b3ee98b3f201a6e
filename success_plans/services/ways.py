"""How a guardian wants to be reached, and the interpreter they need."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import RelationshipKind
from accounts.models import Relationship, Student
from accounts.permissions import Viewer, current
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import FamilyWays
from success_plans.services.plans import plan_of


def set_ways(
    *,
    by: Viewer,
    student: Student,
    guardian_id: int,
    best_way: str,
    best_time: str,
    interpreter_language: str,
    version: int = 0,
) -> FamilyWays:
    """Say it for one guardian: the guardian, or an adult at school for them. `version` 0: nothing was said before.

    Raises TextChangedError when it was said anew meanwhile, PlanError for somebody who is not family today.
    """
    with transaction.atomic():
        if not Relationship.objects.filter(
            current(by.today), student=student, person_id=guardian_id, kind=RelationshipKind.GUARDIAN
        ).exists():
            raise PlanError(_("Choose who of the family this is about."))
        plan = plan_of(by=by, student=student)
        row, is_new = FamilyWays.objects.select_for_update(of=("self",)).get_or_create(
            plan=plan,
            guardian_id=guardian_id,
            defaults={
                "best_way": best_way,
                "best_time": best_time.strip()[:200],
                "interpreter_language": interpreter_language,
                "author_id": by.actor_id,
            },
        )
        wanted = (best_way, best_time.strip()[:200], interpreter_language)
        if not is_new:
            if (row.best_way, row.best_time, row.interpreter_language) == wanted:
                return row
            if row.version != version:
                raise TextChangedError(current=row, theirs=described(row), mine=best_time)
            row.best_way, row.best_time, row.interpreter_language = wanted
            row.author_id = by.actor_id
            row.version += 1
            row.changed_at = timezone.now()
            row.save()
        audit.record(
            by=by.person_id,
            action="ways.set",
            subject_type="familyways",
            subject_id=row.public_id,
            students=[student.pk],
        )
    return row


def described(row: FamilyWays) -> str:
    """The row in one line."""
    parts = [str(row.get_best_way_display()) if row.best_way else "", row.best_time, row.interpreter_language]
    return " · ".join(part for part in parts if part)
