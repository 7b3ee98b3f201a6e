"""Taking grades along is a disclosure: who took them, of which class, of whom."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from accounts.models import Section
from accounts.permissions import Viewer


def note_grades_taken(*, by: Viewer, section: Section, students: Sequence[int], lines: int, reason: str) -> None:
    """Write down that the mastery of these students left the product, and for what."""
    with transaction.atomic():
        audit.record(
            by=by.person_id,
            action="grades.export",
            subject_type="section",
            subject_id=section.public_id,
            students=sorted(students),
            reason=reason.replace("\x00", "").strip()[:500],
            details={"lines": lines},
        )
