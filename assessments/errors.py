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


class InstrumentError(ValueError):
    """Nothing was written. `problems` are sentences that say what to change, the first of them the message."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0] if problems else "")
        self.problems = problems


class DraftChangedError(Exception):
    """Somebody changed this part of a draft meanwhile. Both wordings are here; nothing was overwritten.

    `edit` and `seen` are what a form has to send to save over what stands there now.
    """

    def __init__(self, *, edit: int, seen: str, theirs: str, mine: str) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.edit = edit
        self.seen = seen
        self.theirs = theirs
        self.mine = mine


class WorkError(ValueError):
    """Work, a judgement or a decision that cannot be stored; the message says what to change. Nothing was written."""


class WorkChangedError(Exception):
    """Somebody changed this work or judgement meanwhile; nothing was overwritten. `version`: what stands there now."""

    def __init__(self, words: str, *, version: int = 0) -> None:
        super().__init__(words)
        self.version = version
