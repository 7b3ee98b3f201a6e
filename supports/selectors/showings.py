"""Wishes to show something: those of one student, and those that wait for an adult's day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import get_language

from accounts.models import Student
from accounts.permissions import Viewer
from competencies import wording as words
from competencies.models import Competency
from supports.choices import OPEN_SHOWINGS, ShowingState
from supports.models import Showing


@dataclass(frozen=True, slots=True)
class ShowingView:
    """A wish as people see it. `is_late`: the promised day of an answer is over, and it has no day yet."""

    public_id: UUID
    student: UUID
    student_name: str
    competency: UUID
    competency_name: str
    how: str
    when_suits: str
    language: str
    state: str
    state_word: str
    asked_on: date
    answer_by: date
    show_on: date | None
    place: str
    answer: str
    answer_language: str
    answered_by: str
    version: int
    is_open: bool
    is_late: bool


def showings_of(*, viewer: Viewer, student: Student) -> list[ShowingView]:
    """Every wish of a student, the open ones first, then the newest. Three queries."""
    rows = Showing.objects.filter(student=student).order_by("-asked_on", "-pk")
    found = _views(viewer, rows.select_related("student__person", "answered_by", "competency"))
    return sorted(found, key=lambda one: not one.is_open)


def showing_by_id(*, viewer: Viewer, public_id: UUID) -> Showing | None:
    """The wish, for the loader to decide about its student; None when there is none."""
    return Showing.objects.select_related("student", "competency").filter(public_id=public_id).first()


def open_wish(*, viewer: Viewer, student: Student, competency: Competency) -> ShowingView | None:
    """The wish of a student on this competency that is still open; None: there is none. Three queries at most."""
    rows = Showing.objects.filter(student=student, competency=competency, state__in=OPEN_SHOWINGS)
    return next(iter(_views(viewer, rows.select_related("student__person", "answered_by", "competency"))), None)


def showing_view(*, viewer: Viewer, showing: Showing) -> ShowingView:
    """One wish as people see it."""
    rows = Showing.objects.filter(pk=showing.pk).select_related("student__person", "answered_by", "competency")
    return _views(viewer, rows)[0]


def askable(*, viewer: Viewer, public_id: UUID) -> tuple[Competency, str] | None:
    """A competency that can be shown, with its name in the reader's language; None for any other. Two queries."""
    row = Competency.objects.filter(
        public_id=public_id, retired_at__isnull=True, is_assessable=True, framework__is_in_use=True
    ).first()
    if row is None:
        return None
    return row, words.names([row.pk], language=get_language() or "en")[row.pk]


def _views(viewer: Viewer, rows: Iterable[Showing]) -> list[ShowingView]:
    found = list(rows)
    names = words.names({row.competency_id for row in found}, language=get_language() or "en") if found else {}
    return [
        ShowingView(
            public_id=row.public_id,
            student=row.student.public_id,
            student_name=row.student.person.display_name,
            competency=row.competency.public_id,
            competency_name=names[row.competency_id],
            how=row.how,
            when_suits=row.when_suits,
            language=row.language,
            state=row.state,
            state_word=str(ShowingState(row.state).label),
            asked_on=row.asked_on,
            answer_by=row.answer_by,
            show_on=row.show_on,
            place=row.place,
            answer=row.answer,
            answer_language=row.answer_language,
            answered_by=row.answered_by.display_name if row.answered_by else "",
            version=row.version,
            is_open=row.state in OPEN_SHOWINGS,
            is_late=row.state == ShowingState.ASKED and row.answer_by < viewer.today,
        )
        for row in found
    ]
