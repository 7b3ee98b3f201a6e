"""What families and students asked for and nobody answered yet: a language, or a change of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language_info

from accounts.permissions import Viewer
from success_plans.models import Proposal
from success_plans.selectors.proposals import waiting_for_staff
from success_plans.selectors.texts import wishes


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish for words of a plan in another language, or (with `answer_by`) a change somebody proposes."""

    public_id: UUID
    student: UUID
    name: str
    asked_by: str
    asked_at: datetime
    language: str  # in the reader's own words
    quote: str
    answer_by: date | None = None
    is_late: bool = False

    @property
    def is_proposal(self) -> bool:
        """A proposed change, to be answered by its day."""
        return self.answer_by is not None


def asked(*, viewer: Viewer) -> list[Asked]:
    """What this viewer may answer: proposed changes by their day, then wishes for a language. Two queries."""
    rows = wishes(viewer=viewer).filter(translated_at__isnull=True).select_related("asked_by").order_by("asked_at")[:50]
    found = [_proposed(viewer, row) for row in waiting_for_staff(viewer=viewer)]
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


def _proposed(viewer: Viewer, row: Proposal) -> Asked:
    student = row.plan.student
    return Asked(
        public_id=row.public_id,
        student=student.public_id,
        name=student.person.display_name,
        asked_by=row.author.display_name,
        asked_at=row.created_at,
        language="",
        quote=row.text if len(row.text) < 120 else f"{row.text[:117]}…",
        answer_by=row.answer_by,
        is_late=row.answer_by < viewer.today,
    )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
