"""Single texts of a plan, for editing and answering, and the lists their forms need."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, current, domains_for, students_for, students_open_to
from success_plans.choices import OPENED_BY
from success_plans.models import Goal, Need, PlanStatement, TranslationRequest
from success_plans.selectors.places import strands


def statement_by_id(*, viewer: Viewer, public_id: UUID) -> PlanStatement | None:
    """A sentence of a plan this viewer reads."""
    return (
        PlanStatement.objects.select_related("plan__student__person", "author")
        .filter(public_id=public_id, plan__student__in=students_for(viewer, Permission.READ_PLAN))
        .first()
    )


def goal_by_id(*, viewer: Viewer, public_id: UUID) -> Goal | None:
    """A goal of a plan this viewer reads."""
    return (
        Goal.objects.select_related("plan__student__person", "author", "helper", "competency")
        .filter(public_id=public_id, plan__student__in=students_for(viewer, Permission.READ_PLAN))
        .first()
    )


def need_by_id(*, viewer: Viewer, public_id: UUID) -> Need | None:
    """A need this viewer may read; a closed one only for its author and those with the domain."""
    row = (
        Need.objects.select_related("plan__student__person", "plan__student__school", "author")
        .filter(public_id=public_id, plan__student__in=students_for(viewer, Permission.READ_PLAN))
        .first()
    )
    if row is None or row.author_id == viewer.person_id or row.domain not in OPENED_BY:
        return row
    return row if OPENED_BY[row.domain] in domains_for(viewer, row.plan.student) else None


def wishes(*, viewer: Viewer) -> QuerySet[TranslationRequest]:
    """Wishes for a language this viewer may answer: about plans they edit, closed needs only as in `need_by_id`."""
    mine = students_for(viewer, Permission.EDIT_PLAN)
    may_read_need = ~Q(need__domain__in=list(OPENED_BY)) | Q(need__author=viewer.person_id)
    for domain, opener in OPENED_BY.items():
        may_read_need |= Q(need__domain=domain, need__plan__student__in=students_open_to(viewer, opener))
    return TranslationRequest.objects.select_related(
        "statement__plan__student__person", "goal__plan__student__person", "need__plan__student__person"
    ).filter(
        Q(statement__plan__student__in=mine)
        | Q(goal__plan__student__in=mine)
        | (Q(need__plan__student__in=mine) & may_read_need)
    )


def wish_by_id(*, viewer: Viewer, public_id: UUID) -> TranslationRequest | None:
    """A wish for a language, about a plan this viewer edits and a text of it they may read."""
    return wishes(viewer=viewer).filter(public_id=public_id).first()


def my_students(*, viewer: Viewer) -> list[Student]:
    """The students of this viewer's circle, by name: one list, no other order."""
    return list(
        students_for(viewer, Permission.READ_PLAN)
        .select_related("person", "school")
        .order_by("person__sort_name", "pk")
    )


def helpers_for_goal(*, viewer: Viewer, student: Student) -> list[tuple[int, str]]:
    """Adults who could help with a goal: the circle at school and the family, by name. (person id, name)."""
    rows = (
        Relationship.objects.filter(current(viewer.today), student=student, person__is_active=True)
        .select_related("person")
        .order_by("person__sort_name")
    )
    return list({r.person_id: r.person.display_name for r in rows}.items())


def focus_choices(*, viewer: Viewer, student: Student) -> list[tuple[str, str]]:
    """Competencies a goal can be about: those in focus or seen. (public id, name)."""
    return [(str(p.public_id), p.name) for s in strands(viewer=viewer, student=student) for p in s.places]
