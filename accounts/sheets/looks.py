"""What a workbook holds at first sight: its sheets, what each begins with, how many rows it has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from accounts.sheets.findings import ImportUnreadableError

TOP_ROWS: Final = 12
"""Rows that decide whether a sheet looks like a table."""
SHOWN_CELLS: Final = 8
SHOWN_CELL: Final = 40
MOST_CELLS: Final = 100_000
"""Cells of a workbook that are counted through; of what lies beyond them only the first rows are looked at."""

Rows = Iterator[tuple[int, list[str], bool]]


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet at first sight. `rows` counts those with words; where `is_counted` is false there are more of them."""

    name: str
    first: tuple[str, ...] = ()
    rows: int = 0
    is_counted: bool = True
    is_table: bool = False
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class BookLook:
    """The sheets of a workbook that can be chosen, and the names of those that are hidden and left out."""

    sheets: tuple[SheetLook, ...] = ()
    hidden: tuple[str, ...] = ()

    def name_of(self, *asked: str) -> str:
        """The first of these that can be read, else the one read when nobody chooses; "" for a plain table."""
        names = {one.name for one in self.sheets if one.is_readable}
        return next((name for name in asked if name in names), self.default)

    @property
    def default(self) -> str:
        """The first sheet that looks like a table, else the first with rows, else the first."""
        tables = [one for one in self.sheets if one.is_table] or [one for one in self.sheets if one.rows]
        return next((one.name for one in tables or self.sheets), "")

    @property
    def is_choice(self) -> bool:
        """Whether there is anything to choose, or anything left out that should be said."""
        return len(self.sheets) > 1 or bool(self.hidden)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types, kept with a job."""
        return {"sheets": [asdict(one) for one in self.sheets], "hidden": list(self.hidden)}


def book_look_from(content: Any) -> BookLook:
    """What `as_json` gave; nothing to choose from for anything else."""
    if not isinstance(content, Mapping):
        return BookLook()
    try:
        sheets = tuple(SheetLook(**{**one, "first": tuple(one["first"])}) for one in content["sheets"])
        return BookLook(sheets, tuple(str(name) for name in content["hidden"]))
    except (KeyError, TypeError):
        return BookLook()


def is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether first rows look like a table: two of them have words in two columns or more."""
    return sum(1 for cells in rows if sum(1 for cell in cells if cell) > 1) > 1


def look_at(names: Sequence[str], hidden: Sequence[str], walk: Callable[[str], Rows]) -> BookLook:
    """Every sheet that is shown, counted as far as that costs little. A sheet that is damaged is said to be so."""
    left = MOST_CELLS
    found: list[SheetLook] = []
    for name in names:
        top: list[list[str]] = []
        count = 0
        is_counted = is_readable = True
        try:
            for _line, cells, _trusted in walk(name):
                left -= len(cells) or 1
                if any(cells):
                    count += 1
                    if len(top) < TOP_ROWS:
                        top.append(cells)
                if left < 0 and len(top) == TOP_ROWS:
                    is_counted = False
                    break
        except ImportUnreadableError:
            is_readable = False
        first = [cell.strip()[:SHOWN_CELL] for cell in (top[0] if top else ()) if cell.strip()]
        found.append(SheetLook(name, tuple(first[:SHOWN_CELLS]), count, is_counted, is_table(top), is_readable))
    return BookLook(tuple(found), tuple(hidden))


def default_of(names: Sequence[str], walk: Callable[[str], Rows]) -> str:
    """The name `BookLook.default` gives, reading no more than the first rows of each sheet, and often of one only."""
    filled = ""
    for name in names:
        top: list[list[str]] = []
        try:
            for _line, cells, _trusted in walk(name):
                if any(cells):
                    top.append(cells)
                if len(top) == TOP_ROWS:
                    break
        except ImportUnreadableError:
            continue
        if is_table(top):
            return name
        filled = filled or (name if top else "")
    return filled or next(iter(names), "")
