"""What can be wrong with a piece of evidence, in words for the person who entered it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from assessments.models import Evidence


class EvidenceError(ValueError):
    """Nothing was saved. `problems` maps the key of each piece to a sentence that says what to change."""

    def __init__(self, problems: dict[UUID, str]) -> None:
        super().__init__(next(iter(problems.values()), ""))
        self.problems = problems


class EvidenceChangedError(Exception):
    """Someone else changed this piece meanwhile. `current` is how it stands now; None when it was withdrawn."""

    def __init__(self, current: Evidence | None) -> None:
        super().__init__(_("This piece was changed by someone else meanwhile."))
        self.current = current


class NotYoursError(PermissionError):
    """Only the person who recorded a piece corrects or withdraws it."""
