"""A person's judgement of where a student stands: said with a reason, taken back with one, never ended by a machine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from assessments.models import TeacherJudgement
from assessments.services.evidence import HALF, date_problem, off_scale
from assessments.services.requests import request_refresh
from competencies.models import Competency, Level

LONGEST_REASON = 2000
LONGEST_END = 500


class JudgementError(ValueError):
    """Nothing was saved; the message says what to change."""


class JudgementStandsError(Exception):
    """Another judgement stands than the one this person saw. `current` is that one; None: none stands any more."""

    def __init__(self, current: TeacherJudgement | None) -> None:
        super().__init__(_("Somebody else judged this meanwhile."))
        self.current = current


def set_judgement(
    *,
    by: Viewer,
    student: Student,
    competency: Competency,
    key: UUID,
    level: Decimal,
    reason: str,
    language: str,
    judged_on: date,
    replaces: UUID | None = None,
) -> TeacherJudgement:
    """Say where this student stands. It leads what is computed until a person ends it; both are shown.

    The loader has decided that `by` may record evidence for the student. `replaces` is the public id of the judgement
    this person saw standing, None where none stood. The same `key` again answers with what it wrote the first time.
    Raises JudgementError for a level off the scale, a day that cannot be or no reason, JudgementStandsError where
    another judgement stands than the one seen.
    """
    said = reason.strip()
    with transaction.atomic():
        request_refresh([student.pk])  # first the student's place in line: one order for everybody who writes
        repeat = TeacherJudgement.objects.filter(key=key).first()
        if repeat is not None:
            if (repeat.student_id, repeat.competency_id, repeat.level, repeat.reason, repeat.judged_by_id) == (
                student.pk,
                competency.pk,
                level,
                said,
                by.person_id,
            ):
                return repeat
            raise JudgementError(_("This key was used for another judgement. Load the page again, then save."))
        if problem := _problem(competency, level, said, judged_on, by.today):
            raise JudgementError(problem)
        standing = list(
            TeacherJudgement.objects.select_for_update(of=("self",))
            .filter(Q(student=student) | Q(student__alias_of=student), competency=competency, ended_at__isnull=True)
            .order_by("-recorded_at", "-pk")
        )
        newest = standing[0] if standing else None
        if (newest.public_id if newest else None) != replaces:
            raise JudgementStandsError(newest)
        TeacherJudgement.objects.filter(pk__in=[row.pk for row in standing]).update(
            ended_at=timezone.now(), ended_by_id=by.person_id
        )
        new = TeacherJudgement.objects.create(
            key=key,
            student=student,
            competency=competency,
            level=level,
            reason=said,
            language=language,
            judged_on=judged_on,
            judged_by_id=by.actor_id,
        )
        audit.record(
            by=by.person_id,
            action="judgement.set",
            subject_type="judgement",
            subject_id=new.public_id,
            students=[student.pk],
            details={"replaces": str(replaces) if replaces else ""},
        )
    return new


def _problem(competency: Competency, level: Decimal, reason: str, judged_on: date, today: date) -> str:
    """The first thing wrong with a judgement, as a sentence; empty when nothing is."""
    if competency.retired_at is not None or not competency.is_assessable:
        return _("This competency is not in use. Choose one of the framework.")
    if not reason:
        return _("Say what you saw that leads you to this. The family reads it too.")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        return _("The reason holds up to 2,000 characters.")
    if problem := date_problem(judged_on, today):
        return problem
    levels = list(
        Level.objects.filter(scale__frameworks=competency.framework_id)
        .order_by("value")
        .values_list("value", flat=True)
    )
    if not levels or not level.is_finite() or not levels[0] <= level <= levels[-1] or level % HALF:
        return off_scale(levels)
    return ""


def end_judgement(*, by: Viewer, judgement: TeacherJudgement, reason: str) -> None:
    """Take a judgement back, with a reason: what is computed leads again. The row stays. Twice changes nothing.

    Raises JudgementError without a reason, JudgementStandsError when it was replaced meanwhile.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_END or "\x00" in said:
        raise JudgementError(_("Say in a few words why it should not lead any more."))
    with transaction.atomic():
        request_refresh([judgement.student_id])
        row = TeacherJudgement.objects.select_for_update(of=("self",)).get(pk=judgement.pk)
        if row.ended_at is not None:
            current = TeacherJudgement.objects.filter(
                student=row.student_id, competency=row.competency_id, ended_at__isnull=True
            ).first()
            if current is not None:
                raise JudgementStandsError(current)
            return
        TeacherJudgement.objects.filter(pk=row.pk).update(
            ended_at=timezone.now(), ended_by_id=by.person_id, end_reason=said
        )
        audit.record(
            by=by.person_id,
            action="judgement.end",
            subject_type="judgement",
            subject_id=row.public_id,
            students=[row.student_id],
            reason=said[:200],
        )
