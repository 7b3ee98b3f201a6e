"""Days as people write them: a line each, from a form, a pasted list, a table or a calendar file (ICS).

    2026-11-26, Thanksgiving
    2026-12-21, 2027-01-01, Winter break
    11/7/2026, Make-up day, open
    2026-08-17, 2027-06-04, No school on Fridays, closed, only fri

First day, last day where there is one, the reason, then words that say what it is: closed (left out: closed), open, as
usual; `only` with weekdays takes those of the days. Dates are year-month-day or month/day/year. Pure.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
MOST_LINES = 1_000
LONGEST = 400
"""Days one line may speak of: a year and a bit."""
LONGEST_REASON = 120
LONGEST_LINE = 2_000
"""Characters; whatever is longer is no list of days, and its cells are not looked for."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOSED = {"closed", "no school", "holiday", "cerrado", "sin clases", "feriado"}
_OPEN = {"open", "school", "school day", "abierto", "con clases"}
_USUAL = {"usual", "as usual", "como siempre"}
_HEADINGS = {"date", "day", "first day", "start", "start date", "from", "fecha", "día", "desde"}
_BETWEEN = re.compile(r"\s*(?:–|—|\bto\b|\bthrough\b|\bal?\b|\bhasta\b)\s*", re.IGNORECASE)


class Kind(StrEnum):
    """What a line says of its days."""

    CLOSED = "closed"
    OPEN = "open"
    USUAL = "usual"


class Wrong(StrEnum):
    """Why a line cannot be read."""

    NO_DATE = "no-date"
    BACKWARDS = "backwards"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    LONG_REASON = "long-reason"
    REPEATS = "repeats"
    NO_CALENDAR = "no-calendar"


@dataclass(frozen=True, slots=True)
class DayLine:
    """Days from `first` to `last`, both of them too; only those `weekdays` (as `date.weekday`), all where empty."""

    first: date
    last: date
    kind: Kind = Kind.CLOSED
    reason: str = ""
    weekdays: frozenset[int] = frozenset()

    def days(self) -> Iterator[date]:
        """Every day it speaks of, in order."""
        for number in range((self.last - self.first).days + 1):
            day = self.first + number * DAY
            if not self.weekdays or day.weekday() in self.weekdays:
                yield day

    def written(self) -> str:
        """The line as it is read again."""
        only = "only " + " ".join(WEEKDAYS[day] for day in sorted(self.weekdays)) if self.weekdays else ""
        reason = '"' + self.reason.replace('"', '""') + '"'
        return ",".join(part for part in (str(self.first), str(self.last), reason, self.kind.value, only) if part)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that says nothing we understand: its number, why, and its words as they stand there."""

    line: int
    wrong: Wrong
    text: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood and what was not."""

    lines: tuple[DayLine, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_text(text: str) -> Read:
    """A pasted list, or the text of a calendar file."""
    if text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR"):
        return read_calendar(text)
    rows: list[tuple[int, list[str]]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if len(raw) > LONGEST_LINE:
            rows.append((number, [f"{raw.strip()[:100]}…"]))  # one cell that is no date
            continue
        apart = "\t" if "\t" in raw else ";" if ";" in raw and "," not in raw else ","
        rows.append((number, next(iter(csv.reader([raw.strip()], delimiter=apart, skipinitialspace=True)), [])))
    return read_rows(rows)


def read_rows(rows: Iterable[tuple[int, Sequence[str]]]) -> Read:
    """Rows of cells with their numbers; empty ones and a heading are passed over."""
    lines: list[DayLine] = []
    faults: list[Fault] = []
    for number, cells in rows:
        words = [" ".join(cell.replace("\x00", " ").split()) for cell in cells]
        if not any(words) or (words[0].casefold() in _HEADINGS and not lines):
            continue
        if len(lines) == MOST_LINES:
            faults.append(Fault(number, Wrong.TOO_MANY))
            break
        found = _line(words)
        if isinstance(found, Wrong):
            faults.append(Fault(number, found, ", ".join(word for word in words if word)[:120]))
        else:
            lines.append(found)
    return Read(tuple(lines), tuple(faults))


def _line(words: list[str]) -> DayLine | Wrong:
    ends = _BETWEEN.split(words[0], maxsplit=1)
    first, rest = _day(ends[0]), words[1:]
    if first is None:
        return Wrong.NO_DATE
    last = first
    if len(ends) > 1:
        until = _day(ends[1])
        if until is None:
            return Wrong.NO_DATE
        last = until
    elif rest and (until := _day(rest[0])) is not None:
        last, rest = until, rest[1:]
    kind, weekdays, reasons = Kind.CLOSED, frozenset[int](), list[str]()
    for word in rest:
        said = word.casefold()
        if said in _CLOSED and not (said == "holiday" and not reasons):
            kind = Kind.CLOSED
        elif said in _OPEN:
            kind = Kind.OPEN
        elif said in _USUAL:
            kind = Kind.USUAL
        elif said.startswith("only ") and (named := _weekdays(said[5:])):
            weekdays = named
        elif word:
            reasons.append(word)
    return _checked(DayLine(first, last, kind, ", ".join(reasons), weekdays))


def _checked(line: DayLine) -> DayLine | Wrong:
    if line.last < line.first:
        return Wrong.BACKWARDS
    if (line.last - line.first).days >= LONGEST:
        return Wrong.TOO_LONG
    if len(line.reason) > LONGEST_REASON:
        return Wrong.LONG_REASON
    return line


def _weekdays(words: str) -> frozenset[int]:
    named = [word[:3] for word in words.split()]
    return frozenset(WEEKDAYS.index(name) for name in named) if set(named) <= set(WEEKDAYS) else frozenset()


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?\Z", re.ASCII)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z", re.ASCII)


def _day(word: str) -> date | None:
    word = word.strip()
    try:
        if found := _ISO.match(word):
            year, month, day = (int(part) for part in found.groups())
        elif found := _US.match(word):
            month, day, year = (int(part) for part in found.groups())
        else:
            return None
        return date(year, month, day) if 1990 <= year <= 2100 else None
    except ValueError:
        return None


# ------------------------------------------------------------------ calendar files
_EVENT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(T\d{6}Z?)?\Z", re.ASCII)


def read_calendar(text: str) -> Read:
    """The whole-day entries of an ICS file (RFC 5545) as closed days. DTEND is the first day after, as the format says.

    What happens at an hour (a concert, a meeting) is no day without school and is passed over; a repeating entry
    cannot be told from its rule alone and is a fault.
    """
    lines: list[DayLine] = []
    faults: list[Fault] = []
    event: dict[str, str] | None = None
    began = 0
    for number, row in _unfolded(text):
        name, _colon, value = row.partition(":")
        key = name.partition(";")[0].upper()
        if row.upper() == "BEGIN:VEVENT":
            event, began = {}, number
        elif row.upper() == "END:VEVENT" and event is not None:
            found = _event(event)
            if isinstance(found, Wrong):
                faults.append(Fault(began, found, _unescaped(event.get("SUMMARY", ""))[:120]))
            elif found is not None:
                lines.append(found)
            event = None
            if len(lines) == MOST_LINES:
                faults.append(Fault(number, Wrong.TOO_MANY))
                break
        elif event is not None:
            event.setdefault(key, value.strip())
    if not lines and not faults:
        faults.append(Fault(1, Wrong.NO_CALENDAR))
    return Read(tuple(lines), tuple(faults))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    held, at = "", 0
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if raw[:1] in (" ", "\t"):
            held += raw[1:]
            continue
        if held:
            yield at, held
        held, at = raw.rstrip(), number
    if held:
        yield at, held


def _event(event: dict[str, str]) -> DayLine | Wrong | None:
    first, at_an_hour = _stamp(event.get("DTSTART", ""))
    if first is None:
        return Wrong.NO_DATE
    if at_an_hour:
        return None
    if "RRULE" in event:
        return Wrong.REPEATS
    after, _hour = _stamp(event.get("DTEND", ""))
    last = after - DAY if after is not None and after > first else first
    reason = " ".join(_unescaped(event.get("SUMMARY", "")).split())[:LONGEST_REASON]
    return _checked(DayLine(first, last, Kind.CLOSED, reason))


def _stamp(value: str) -> tuple[date | None, bool]:
    found = _EVENT_DAY.match(value)
    if found is None:
        return None, False
    try:
        return date(int(found[1]), int(found[2]), int(found[3])), found[4] is not None
    except ValueError:
        return None, False


def _unescaped(text: str) -> str:
    return re.sub(r"\\([,;\\nN])", lambda found: " " if found[1] in "nN" else found[1], text)
