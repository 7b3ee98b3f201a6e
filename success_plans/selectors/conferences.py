"""What a student prepared to lead their own conference, and what they can choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from accounts.households import no_other_household, other_household
from accounts.models import Student
from accounts.permissions import Permission, Viewer, permissions_on
from assessments.models import Evidence
from competencies import wording
from success_plans.choices import (
    StatementKind,
    Subject,
)
from success_plans.models import (
    Meeting,
    PlanStatement,
)
from success_plans.selectors.holds import withheld_from
from success_plans.selectors.meeting_words import Words, words_of


# ------------------------------------------------------------------ the student's conference
@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence the student can show."""

    public_id: UUID
    title: str
    word: str
    on: date


@dataclass(frozen=True, slots=True)
class Conference:
    """What a student prepared, and what they can choose from."""

    meeting: Meeting
    name: str
    language: str
    strengths: list[Words]
    chosen_strengths: list[Words]
    pieces: list[Piece]
    chosen_pieces: list[Piece]
    words: dict[str, str]
    is_prepared: bool


def conference(*, viewer: Viewer, student: Student, meeting: Meeting, with_choices: bool) -> Conference:
    """The student's conference of a meeting; `with_choices` also what can be chosen: own strengths, own evidence."""
    language = get_language() or "en"
    prepared: dict[str, Any] = meeting.conference
    held = withheld_from(viewer=viewer, student=student)
    strangers = other_household(viewer).get(student.pk, frozenset())
    rows = (
        PlanStatement.objects.filter(
            plan=meeting.plan, withdrawn_at__isnull=True, kind=StatementKind.STRENGTH, audience="circle"
        )
        .exclude(text="")
        .exclude(author__in=strangers)
        .select_related("author", "scribe")
        .prefetch_related("translations")
        .order_by("said_on", "pk")
    )
    strengths = [
        words_of(row, language, "statement") for row in rows if not held.covers(Subject.STATEMENT, row.public_id)
    ]
    wanted = set(prepared.get("strengths", []))
    shown = set(prepared.get("evidence", []))
    pieces = _pieces(viewer, student, shown, language, with_choices=with_choices)
    return Conference(
        meeting=meeting,
        name=student.person.short_name,
        language=str(prepared.get("language") or meeting.language),
        strengths=strengths if with_choices else [],
        chosen_strengths=[one for one in strengths if str(one.public_id) in wanted],
        pieces=pieces if with_choices else [],
        chosen_pieces=[one for one in pieces if str(one.public_id) in shown],
        words={name: str(prepared.get(name, "")) for name in ("proud", "edge", "next", "questions")},
        is_prepared=bool(prepared or meeting.student_words),
    )


def _pieces(viewer: Viewer, student: Student, shown: set[str], language: str, *, with_choices: bool) -> list[Piece]:
    if Permission.READ_EVIDENCE not in permissions_on(viewer, student):
        return []
    rows = Evidence.objects.filter(
        Q(student=student) | Q(student__alias_of=student),
        no_other_household(viewer, student="student", person="recorded_by"),
        withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    ).order_by("-observed_on", "-recorded_at")
    chosen = list(rows.filter(public_id__in=[UUID(one) for one in shown])) if shown else []
    newest = list(rows[:12]) if with_choices else []
    found = {row.pk: row for row in [*chosen, *newest]}
    ids = {row.competency_id for row in found.values()}
    names = wording.names(ids, language=language)
    levels = wording.level_words(ids, language=language)
    return [
        Piece(
            row.public_id,
            row.task_title or names[row.competency_id],
            levels[row.competency_id].word(row.value),
            row.observed_on,
        )
        for row in found.values()
    ]
