"""What families and students asked for and nobody answered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language_info

from accounts.permissions import Permission, Viewer, students_for
from success_plans.models import TranslationRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish for words of a plan in another language."""

    public_id: UUID
    student: UUID
    name: str
    asked_by: str
    asked_at: datetime
    language: str  # in the reader's own words
    quote: str


def asked(*, viewer: Viewer) -> list[Asked]:
    """Open wishes about students whose plans this viewer edits, oldest first. One query."""
    mine = students_for(viewer, Permission.EDIT_PLAN)
    rows = (
        TranslationRequest.objects.filter(translated_at__isnull=True)
        .filter(
            Q(statement__plan__student__in=mine) | Q(goal__plan__student__in=mine) | Q(need__plan__student__in=mine)
        )
        .select_related(
            "statement__plan__student__person", "goal__plan__student__person", "need__plan__student__person", "asked_by"
        )
        .order_by("asked_at")[:50]
    )
    found = []
    for row in rows:
        text = row.statement or row.goal or row.need
        assert text is not None
        student = text.plan.student
        found.append(
            Asked(
                public_id=row.public_id,
                student=student.public_id,
                name=student.person.display_name,
                asked_by=row.asked_by.display_name,
                asked_at=row.asked_at,
                language=_language(row.language),
                quote=text.text if len(text.text) < 120 else f"{text.text[:117]}…",
            )
        )
    return found


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
