"""A class that begins its plans together: who sits in it, and what it works on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Section, Student
from accounts.permissions import Permission, Viewer, current, students_for
from assessments.models import Evidence
from competencies import wording as words
from competencies.models import Competency
from success_plans.models import EntryFinding, PlanStatement


@dataclass(frozen=True, slots=True)
class Seat:
    """A student of the class screen: by name, with how much is there."""

    student: Student
    sentences: int
    findings: int


def class_seats(*, viewer: Viewer, section: Section) -> list[Seat]:
    """Everyone who sits in this section and whose plan this viewer edits, by name. Three queries."""
    students = list(
        students_for(viewer, Permission.EDIT_PLAN)
        .filter(
            Q(enrolments__in=section.enrolments.filter(current(viewer.today), is_active=True)),
        )
        .distinct()
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    said = _counts(PlanStatement.objects.filter(plan__student__in=students, withdrawn_at__isnull=True))
    found = _counts(EntryFinding.objects.filter(plan__student__in=students, withdrawn_at__isnull=True))
    return [Seat(s, said.get(s.pk, 0), found.get(s.pk, 0)) for s in students]


def _counts(rows: QuerySet[PlanStatement] | QuerySet[EntryFinding]) -> dict[int, int]:
    return dict(rows.order_by().values("plan__student").annotate(n=Count("pk")).values_list("plan__student", "n"))


def class_competencies(*, viewer: Viewer, section: Section) -> list[tuple[str, str]]:
    """What this class works on now or was seen doing lately: (public id, name)."""
    language = get_language() or "en"
    ids = set(section.focuses.filter(current(viewer.today)).values_list("competency_id", flat=True))
    ids |= set(
        Evidence.objects.filter(section=section).order_by().values_list("competency_id", flat=True).distinct()[:30]
    )
    rows = Competency.objects.filter(pk__in=ids).order_by("framework_id", "parent__position", "position", "pk")
    names = words.names(ids, language=language)
    return [(str(row.public_id), names[row.pk]) for row in rows]
