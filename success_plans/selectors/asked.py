"""What families and students asked for and nobody answered yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language_info

from accounts.permissions import Viewer
from success_plans.selectors.texts import wishes


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
    """Open wishes this viewer may answer, oldest first. One query."""
    rows = wishes(viewer=viewer).filter(translated_at__isnull=True).select_related("asked_by").order_by("asked_at")[:50]
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
