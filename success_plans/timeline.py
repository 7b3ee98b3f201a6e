"""Parts of the running record one can ask for, and the mark where a page goes on. No Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

GROUPS = ("needs", "learning", "check_ins", "family", "supports", "meetings", "words", "versions")
PAGE = 40
WHOLE = 400
"""Entries of one page on the screen, and of one printed piece."""
CUT = 700
"""Letters of a text shown in the list; all of it stands on the entry's own page."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last entry of a page: the next page begins below it. Newest first; `branch` and `ref` settle a tie."""

    at: datetime
    branch: int
    ref: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.branch}~{self.ref}"

    @classmethod
    def read(cls, text: str) -> Mark | None:
        """The mark of an address; None for anything that is none."""
        at, _sep, rest = text.partition("~")
        branch, _sep, ref = rest.partition("~")
        if not (branch.isascii() and branch.isdigit() and ref.isascii() and ref.isdigit()):
            return None
        try:
            mark = cls(datetime.fromisoformat(at), int(branch), int(ref))
        except ValueError:
            return None
        # above these the database has no such number
        return mark if mark.at.tzinfo is not None and mark.branch < 1000 and mark.ref < 2**63 else None
