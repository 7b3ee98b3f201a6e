"""What every finding about a framework's file has in common, whatever the file is: words, gravity, values. Pure.

Texts are message ids for gettext (marked with `gettext_noop`, so they are extracted); the caller translates `what` and
`what_to_do` and fills in `values`.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

F = TypeVar("F")
C = TypeVar("C", bound=StrEnum)


def gettext_noop(message: str) -> str:
    """Mark a message for translation and return it unchanged."""
    return message


class Severity(StrEnum):
    """error: the row was not imported. warning: imported, with a correction. note: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Wording:
    """What was found, and what to do about it; `%(name)s` stands for a value of the finding."""

    severity: Severity
    what: str
    what_to_do: str


class Worded:
    """A finding that says itself: `wording` is its code's, `values` fill it."""

    __slots__ = ()

    @property
    def wording(self) -> Wording:
        """The words of its code."""
        raise NotImplementedError

    @property
    def values(self) -> dict[str, str]:
        """What to fill into the (translated) wording."""
        raise NotImplementedError

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.wording.severity

    @property
    def what(self) -> str:
        """What was found, in English."""
        return self.wording.what % self.values

    @property
    def what_to_do(self) -> str:
        """What to do about it, in English."""
        return self.wording.what_to_do % self.values


class FindingLog(Generic[F, C]):
    """Findings in the order they were made; past `most` they are only counted, by code."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[F] = []
        self.counts: Counter[C] = Counter()

    def note(self, code: C, finding: F) -> None:
        """Count one, and list it while there is room."""
        self.counts[code] += 1
        if len(self._kept) < self._most:
            self._kept.append(finding)

    @property
    def listed(self) -> tuple[F, ...]:
        """Those that were listed."""
        return tuple(self._kept)

    @property
    def unlisted(self) -> int:
        """How many were only counted."""
        return self.counts.total() - len(self._kept)
