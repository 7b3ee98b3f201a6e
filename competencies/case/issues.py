"""Findings about a CASE package: one dataclass per finding, one exception for the whole file. Pure."""

from collections import Counter
from dataclasses import dataclass

from competencies.case.limits import MAX_ISSUES
from competencies.case.wordings import UNREADABLE, WORDINGS, Code, Severity, Unreadable


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding.

    `pointer` is the JSON Pointer (RFC 6901) into the file; `identifier` the item's or association's own
    identifier where it has one; `params` fill the wording.
    """

    code: Code
    pointer: str
    identifier: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return WORDINGS[self.code].severity

    @property
    def values(self) -> dict[str, str]:
        """What to fill into the (translated) wording."""
        return dict(self.params)

    @property
    def what(self) -> str:
        """What was found, in English."""
        return WORDINGS[self.code].what % self.values

    @property
    def what_to_do(self) -> str:
        """What to do about it, in English."""
        return WORDINGS[self.code].what_to_do % self.values


class IssueLog:
    """Collects issues in file order; past `MAX_ISSUES` it only counts."""

    def __init__(self) -> None:
        """Start empty."""
        self._issues: list[Issue] = []
        self.counts: Counter[Code] = Counter()

    def add(self, code: Code, pointer: str, identifier: str = "", **params: object) -> None:
        """Note one finding; values are shown as text."""
        self.counts[code] += 1
        if len(self._issues) < MAX_ISSUES:
            self._issues.append(
                Issue(code, pointer, identifier, tuple((name, str(value)) for name, value in params.items()))
            )

    def issues(self) -> tuple[Issue, ...]:
        """What was listed, in the order it was found."""
        return tuple(self._issues)


class PackageUnreadable(Exception):
    """The file as a whole cannot be read; nothing of it was used.

    `code` says why, `values` fill the wording; `what` and `what_to_do` give it in English.
    """

    def __init__(self, code: Unreadable, **params: object) -> None:
        """Remember why, with the values to show."""
        self.code = code
        self.values = {name: str(value) for name, value in params.items()}
        super().__init__(f"{self.what} {self.what_to_do}")

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return UNREADABLE[self.code][0] % self.values

    @property
    def what_to_do(self) -> str:
        """What to do, in English."""
        return UNREADABLE[self.code][1] % self.values
