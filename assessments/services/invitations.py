"""Asking a colleague of the same school to judge works blind: the works and nothing else of the student."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship, Student
from accounts.permissions import Viewer
from assessments.choices import ScoringKind
from assessments.errors import WorkError
from assessments.models import Assignment, Scoring, Submission
from assessments.selectors.assignments import colleagues
from assessments.services.scoring import MOST_RATERS

LASTS = timedelta(days=21)


def invite(*, by: Viewer, assignment: Assignment, colleague: UUID, students: Collection[Student]) -> int:
    """Ask a colleague to judge these students' works, for three weeks. Returns how many works were new to them.

    They see each work without a name. Works that two people judge already are left out; asking twice changes
    nothing. Raises WorkError for somebody of another school, and where the work is not judged blind.
    """
    if not assignment.is_blind:
        raise WorkError(_("Only work that two people judge blind is given to a colleague."))
    if str(colleague) not in dict(colleagues(viewer=by, assignment=assignment)):
        raise WorkError(_("Choose a colleague who teaches at this school."))
    person = Person.objects.get(public_id=colleague)
    until = by.today + LASTS
    asked: list[int] = []
    with transaction.atomic():
        works = (
            Submission.objects.select_for_update()
            .filter(assignment=assignment, student__in=list(students), submitted_at__isnull=False)
            .order_by("pk")
        )
        for work in list(works):
            given = list(work.scorings.filter(kind=ScoringKind.TEACHER))
            settled = any(one.scores.filter(evidence__isnull=False).exists() for one in given)
            if settled or len(given) >= MOST_RATERS or any(one.rater_id == person.pk for one in given):
                continue
            if work.student.person_id == person.pk:
                continue
            Scoring.objects.create(
                submission=work, rater=person, invited_by_id=by.actor_id, invited_until=until, version=0
            )
            asked.append(work.student_id)
        there = set(
            Relationship.objects.filter(
                person=person, student_id__in=asked, kind=RelationshipKind.RATER, ends_on__gte=until
            ).values_list("student_id", flat=True)
        )
        Relationship.objects.bulk_create(
            Relationship(
                person=person,
                student_id=student,
                kind=RelationshipKind.RATER,
                starts_on=by.today,
                ends_on=until + timedelta(days=1),
            )
            for student in asked
            if student not in there
        )
        if asked:
            audit.record(
                by=by.person_id,
                action="scoring.invite",
                subject_type="assignment",
                subject_id=assignment.public_id,
                students=asked,
                details={"colleague": str(person.public_id), "until": until.isoformat()},
            )
    return len(asked)
