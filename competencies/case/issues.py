"""Findings about a CASE package: one dataclass per finding, one exception for the whole file. Pure."""

from dataclasses import dataclass

from competencies.case.limits import MAX_ISSUES
from competencies.case.wordings import UNREADABLE, WORDINGS, Code, Unreadable
from competencies.findings import FindingLog, Worded, Wording


@dataclass(frozen=True, slots=True)
class Issue(Worded):
    """One finding.

    `pointer` is the JSON Pointer (RFC 6901) into the file; `identifier` the item's or association's own
    identifier where it has one; `params` fill the wording.
    """

    code: Code
    pointer: str
    identifier: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def wording(self) -> Wording:
        """The words of its code."""
        return WORDINGS[self.code]

    @property
    def values(self) -> dict[str, str]:
        """What to fill into the (translated) wording."""
        return dict(self.params)


class IssueLog(FindingLog[Issue, Code]):
    """Collects issues in file order; past `MAX_ISSUES` it only counts."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(MAX_ISSUES)

    def add(self, code: Code, pointer: str, identifier: str = "", **params: object) -> None:
        """Note one finding; values are shown as text."""
        said = tuple((name, str(value)) for name, value in params.items())
        self.note(code, Issue(code, pointer, identifier, said))


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
