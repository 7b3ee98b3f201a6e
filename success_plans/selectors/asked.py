"""What families and students asked for and nobody answered yet: a language, or a change of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language_info

from accounts.permissions import Viewer
from success_plans.models import Proposal
from success_plans.selectors.proposals import waiting_for_staff
from success_plans.selectors.texts import wishes
from supports.models import Showing
from supports.selectors.showings import waiting_for_a_day


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
    is_showing: bool = False

    @property
    def is_proposal(self) -> bool:
        """A proposed change, to be answered by its day."""
        return self.answer_by is not None and not self.is_showing


def asked(*, viewer: Viewer) -> list[Asked]:
    """What this viewer may answer: proposed changes and wishes to show something by their day, then wishes for a
    language. Three queries."""
    rows = wishes(viewer=viewer).filter(translated_at__isnull=True).select_related("asked_by").order_by("asked_at")[:50]
    found = [_proposed(viewer, row) for row in waiting_for_staff(viewer=viewer)]
    found += [_to_show(viewer, row) for row in waiting_for_a_day(viewer=viewer)]
    found.sort(key=lambda one: one.answer_by or date.max)
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


def _to_show(viewer: Viewer, row: Showing) -> Asked:
    name = row.student.person.display_name
    return Asked(
        public_id=row.public_id,
        student=row.student.public_id,
        name=name,
        asked_by=name,
        asked_at=datetime.combine(row.asked_on, time(), tzinfo=get_current_timezone()),
        language="",
        quote=row.how if len(row.how) < 120 else f"{row.how[:117]}…",
        answer_by=row.answer_by,
        is_late=row.answer_by < viewer.today,
        is_showing=True,
    )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
