"""Which pathways a student may join: one rule for the list, for one of them, and for the act of joining.

Read from what is published. Nothing a student has shown is part of it, and nothing can be: it sees a school, no more.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from accounts.models import Student
from competencies.choices import PathwayState
from competencies.models import PathwayVersion


def open_to(student: Student) -> Q:
    """Pathways this student may join: published, for the whole district or for the student's school. Nothing else."""
    newest = PathwayVersion.objects.filter(pathway=OuterRef("pk"), number=OuterRef("published_number"))
    here = Q(content__schools=[])
    if student.school is not None:
        here |= Q(content__schools__contains=[{"public_id": str(student.school.public_id)}])
    return Q(state=PathwayState.PUBLISHED) & Q(Exists(newest.filter(here)))
