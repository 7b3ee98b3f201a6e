"""Judgements of people: which one stands, who said it and why, and those before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from accounts.models import Student
from accounts.permissions import Viewer
from assessments.models import TeacherJudgement
from competencies import wording as words
from competencies.models import Competency


@dataclass(frozen=True, slots=True)
class JudgementView:
    """One judgement as people read it; `ended_on` is set for one that does not stand any more."""

    pk: int
    public_id: UUID
    word: str
    level: Decimal
    reason: str
    language: str
    by: str
    on: date
    ended_on: datetime | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class JudgementPage:
    """What the form of a judgement needs: the competency, its levels lowest first, and what stands."""

    competency: Competency
    name: str
    levels: list[tuple[Decimal, str]]
    standing: JudgementView | None


def judgements_of(
    *, viewer: Viewer, student: Student, competency_id: int, before: datetime | None = None
) -> list[JudgementView]:
    """Every judgement of this student on a competency, the newest first; `before`: as known just before a moment."""
    language = get_language() or "en"
    scale = words.level_words([competency_id], language=language)[competency_id]
    rows = (
        TeacherJudgement.objects.filter(Q(student=student) | Q(student__alias_of=student), competency_id=competency_id)
        .select_related("judged_by")
        .order_by("-recorded_at", "-pk")
    )
    if before is not None:
        rows = rows.filter(recorded_at__lt=before)
    return [_view(row, scale, before) for row in rows]


def _view(row: TeacherJudgement, scale: words.LevelWords, before: datetime | None) -> JudgementView:
    has_ended = row.ended_at is not None and (before is None or row.ended_at < before)
    return JudgementView(
        pk=row.pk,
        public_id=row.public_id,
        word=scale.word(row.level),
        level=row.level,
        reason=row.reason,
        language=row.language,
        by=row.judged_by.display_name,
        on=row.judged_on,
        ended_on=row.ended_at if has_ended else None,
        end_reason=row.end_reason if has_ended else "",
    )


def judgement_page(*, viewer: Viewer, student: Student, competency: UUID) -> JudgementPage | None:
    """The competency with its levels and the judgement that stands; None for one that is not there."""
    row = Competency.objects.filter(public_id=competency).first()
    if row is None:
        return None
    language = get_language() or "en"
    scale = words.level_words([row.pk], language=language)[row.pk]
    found = judgements_of(viewer=viewer, student=student, competency_id=row.pk)
    return JudgementPage(
        competency=row,
        name=words.names([row.pk], language=language)[row.pk],
        levels=list(scale.words.items()),
        standing=next((one for one in found if one.ended_on is None), None),
    )


def judgement_student(*, viewer: Viewer, public_id: UUID) -> tuple[UUID, TeacherJudgement] | None:
    """The public id of the student a judgement is about, for the loader to decide, and the judgement itself."""
    row = TeacherJudgement.objects.select_related("student__alias_of", "competency").filter(public_id=public_id).first()
    return None if row is None else ((row.student.alias_of or row.student).public_id, row)
