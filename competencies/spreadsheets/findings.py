"""What is said about a row of a framework's spreadsheet: a code, the row, the column, what stood there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from competencies.findings import FindingLog, Severity, Worded, Wording, gettext_noop

MOST_LISTED = 5_000


class Code(StrEnum):
    """Every finding about a row. Stored with reports: stable."""

    ROW_UNREADABLE = "row-unreadable"
    STATEMENT_BLANK = "statement-blank"
    STATEMENT_TOO_LONG = "statement-too-long"
    TEXT_CUT = "text-cut"
    CODE_REPEATED = "code-repeated"
    IDENTIFIER_REPEATED = "identifier-repeated"
    IDENTIFIER_UNUSABLE = "identifier-unusable"
    SAME_TWICE = "same-twice"
    PARENT_UNKNOWN = "parent-unknown"
    PARENT_SET_ASIDE = "parent-set-aside"
    PARENT_CIRCULAR = "parent-circular"
    DEPTH_UNREADABLE = "depth-unreadable"
    DEPTH_JUMPS = "depth-jumps"
    NUMBER_UNREADABLE = "number-unreadable"
    NUMBER_REPEATED = "number-repeated"
    GRADE_UNKNOWN = "grade-unknown"
    LINK_UNKNOWN = "link-unknown"
    LINK_TO_ITSELF = "link-to-itself"
    LINK_LOOP = "link-loop"
    TOO_MANY_ROWS = "too-many-rows"
    CELL_WITHOUT_VALUE = "cell-without-value"
    NOTHING_IS_GONE = "nothing-is-gone"


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_MEND = gettext_noop("Correct this row in the spreadsheet and bring the file in again; every other row was read.")
_NOTHING = gettext_noop("Nothing to do, unless it is a slip.")

WORDINGS: Mapping[Code, Wording] = {
    Code.ROW_UNREADABLE: Wording(_E, gettext_noop("This row cannot be read as a row of the table."), _MEND),
    Code.STATEMENT_BLANK: Wording(_E, gettext_noop("This row says nothing that could be learned."), _MEND),
    Code.STATEMENT_TOO_LONG: Wording(
        _E, gettext_noop("The statement has more characters than can be kept (%(limit)s)."), _MEND
    ),
    Code.TEXT_CUT: Wording(
        _W,
        gettext_noop("This text is longer than %(limit)s characters; its beginning was kept."),
        gettext_noop("Shorten it in the spreadsheet if the end matters."),
    ),
    Code.CODE_REPEATED: Wording(
        _E,
        gettext_noop("The same code also stands in row %(other)s, so nobody could tell the two apart."),
        gettext_noop("Give each row a code of its own, or choose a column with identifiers."),
    ),
    Code.IDENTIFIER_REPEATED: Wording(
        _E, gettext_noop("The same identifier also stands in row %(other)s; that row was kept."), _MEND
    ),
    Code.IDENTIFIER_UNUSABLE: Wording(
        _E, gettext_noop("The identifier is longer than 255 characters or holds control characters."), _MEND
    ),
    Code.SAME_TWICE: Wording(
        _E,
        gettext_noop("The same statement stands in row %(other)s in the same place; that row was kept."),
        gettext_noop("Give the two a code each if they are different, or remove one."),
    ),
    Code.PARENT_UNKNOWN: Wording(_E, gettext_noop("What this row belongs under is not in the file."), _MEND),
    Code.PARENT_SET_ASIDE: Wording(
        _E,
        gettext_noop("What this row belongs under was set aside (row %(other)s)."),
        gettext_noop("Correct that row first; this one then comes along."),
    ),
    Code.PARENT_CIRCULAR: Wording(
        _E, gettext_noop("By what the file says, this row belongs under itself in the end."), _MEND
    ),
    Code.DEPTH_UNREADABLE: Wording(
        _E,
        gettext_noop("This is not a depth: a whole number from 1 to 30."),
        gettext_noop("Write 1 for the outermost rows, 2 for those inside them, and so on."),
    ),
    Code.DEPTH_JUMPS: Wording(
        _W,
        gettext_noop("This row is more than one step deeper than the one above; it was put right below it."),
        _NOTHING,
    ),
    Code.NUMBER_UNREADABLE: Wording(_E, gettext_noop("This is not an outline number such as 1.2.3."), _MEND),
    Code.NUMBER_REPEATED: Wording(_E, gettext_noop("The same outline number also stands in row %(other)s."), _MEND),
    Code.GRADE_UNKNOWN: Wording(
        _W, gettext_noop("This is no grade that is known here; it was kept as it is written."), _NOTHING
    ),
    Code.LINK_UNKNOWN: Wording(
        _W,
        gettext_noop("No row of the file has this code; the link was left out."),
        gettext_noop("Write the code as it stands in the column of codes."),
    ),
    Code.LINK_TO_ITSELF: Wording(_W, gettext_noop("This row links to itself; the link was left out."), _NOTHING),
    Code.LINK_LOOP: Wording(
        _W,
        gettext_noop("What comes before what runs in a circle here (%(path)s); one link is left out of the order."),
        gettext_noop("Remove one link of the circle."),
    ),
    Code.TOO_MANY_ROWS: Wording(
        _E,
        gettext_noop("The file has more rows than can be read (%(limit)s); this row and all below it were not."),
        gettext_noop("Split the framework into several files."),
    ),
    Code.CELL_WITHOUT_VALUE: Wording(
        _W,
        gettext_noop("This cell holds a formula without a result, or an error; it was read as blank."),
        gettext_noop("Open the file in a spreadsheet, let it calculate, save it and bring it in again."),
    ),
    Code.NOTHING_IS_GONE: Wording(
        _N,
        gettext_noop("Not every row could be read, so nothing that is missing here is taken for gone."),
        gettext_noop("Correct those rows and bring the file in again, if something should be retired."),
    ),
}


@dataclass(frozen=True, slots=True)
class RowIssue(Worded):
    """One finding. `line` is the row of the sheet as a spreadsheet counts it, `column` the heading above the cell."""

    code: Code
    line: int
    column: str = ""
    value: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def wording(self) -> Wording:
        """The words of its code."""
        return WORDINGS[self.code]

    @property
    def values(self) -> dict[str, str]:
        """What fills the wording."""
        return dict(self.params)

    @property
    def pointer(self) -> str:
        """Where, in a few characters."""
        return f"row {self.line}{f', {self.column}' if self.column else ''}"


class RowLog(FindingLog[RowIssue, Code]):
    """Collects findings about rows, the first `MOST_LISTED` of them; the rest is counted."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(MOST_LISTED)

    def add(self, code: Code, line: int, column: str = "", value: str = "", **params: object) -> None:
        """Note one finding."""
        shown = " ".join(value.split())[:80]
        said = tuple((name, str(one)) for name, one in params.items())
        self.note(code, RowIssue(code, line, column[:120], shown, said))
