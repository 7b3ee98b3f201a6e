"""The calendar as it stands, and what a change to it would change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.calendar import MONDAY_TO_FRIDAY
from accounts.models import CalendarException, School, SchoolYear
from accounts.permissions import Permission, Viewer, can
from accounts.recompute import calendars
from accounts.schooldays.lines import DayLine, Kind

DAY = timedelta(days=1)


def schools(*, viewer: Viewer) -> list[School]:
    """Every open school, by name, for whoever keeps the calendar."""
    if not can(viewer, Permission.KEEP_CALENDAR).allowed:
        return []
    return list(School.objects.filter(is_active=True).order_by("name", "pk"))


def years(*, viewer: Viewer) -> list[SchoolYear]:
    """Every school year, newest first."""
    return list(SchoolYear.objects.order_by("-starts_on", "-pk"))


def year_of(*, viewer: Viewer, public_id: UUID) -> SchoolYear | None:
    """One school year."""
    return SchoolYear.objects.filter(public_id=public_id).first()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that are different for one reason; weekends between them count as in a row.

    `count` days differ. `is_own`: entered for the school that is looked at, not for the district.
    """

    first: date
    last: date
    count: int
    is_open: bool
    reason: str
    is_own: bool

    @property
    def line(self) -> str:
        """What to send so that these days are as usual again."""
        return DayLine(self.first, self.last, Kind.USUAL).written()


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year and what is different in it; `school_days` are those that are left."""

    first: date
    school_days: int
    stretches: tuple[Stretch, ...]


def months(*, viewer: Viewer, year: SchoolYear, school: School | None) -> list[Month]:
    """The months of a school year. Three queries, however many days."""
    key = school.pk if school is not None else None
    calendar = calendars([key], today=max(year.starts_on, min(viewer.today, year.ends_on)))[key]
    found = _stretches(year, school)
    listed = []
    first = year.starts_on.replace(day=1)
    while first <= year.ends_on:
        after = (first + 31 * DAY).replace(day=1)
        listed.append(
            Month(
                first,
                calendar.school_days_between(max(first, year.starts_on), min(after, year.ends_on + DAY)),
                tuple(one for one in found if first <= one.first < after),
            )
        )
        first = after
    return listed


def _stretches(year: SchoolYear, school: School | None) -> list[Stretch]:
    rows = list(
        CalendarException.objects.filter(
            Q(school=None) | Q(school=school), day__range=(year.starts_on, year.ends_on)
        ).order_by("day", "school_id")
    )
    own = {row.day for row in rows if row.school_id is not None}
    found: list[Stretch] = []
    for row in rows:
        if row.school_id is None and row.day in own:
            continue
        is_own = school is not None and row.school_id is not None
        last = next(
            (
                one
                for one in reversed(found)
                if one.is_own == is_own and one.is_open == row.is_school_day and one.reason == row.reason
            ),
            None,
        )
        if last is not None and _only_weekend_between(last.last, row.day):
            found[found.index(last)] = Stretch(
                last.first, row.day, last.count + 1, last.is_open, last.reason, last.is_own
            )
        else:
            found.append(Stretch(row.day, row.day, 1, row.is_school_day, row.reason, is_own))
    return found


def _only_weekend_between(before: date, day: date) -> bool:
    return all((before + number * DAY).weekday() not in MONDAY_TO_FRIDAY for number in range(1, (day - before).days))


# ------------------------------------------------------------------ what would change
@dataclass(frozen=True, slots=True)
class DayChange:
    """One day as it stands and as it would be. `row` is what is to be stored: None for as it is without a row."""

    day: date
    was_open: bool
    is_open: bool
    reason: str
    row: bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """What lines would change at one place. `unchanged` days are so already; `mark`: from which rows."""

    changes: tuple[DayChange, ...]
    unchanged: int
    mark: str

    @property
    def opened(self) -> int:
        """School days that would be added."""
        return sum(one.is_open and not one.was_open for one in self.changes)

    @property
    def closed(self) -> int:
        """School days that would be taken away."""
        return sum(one.was_open and not one.is_open for one in self.changes)

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day that would change."""
        return (self.changes[0].day, self.changes[-1].day) if self.changes else None


def change_of(*, viewer: Viewer, school: School | None, lines: Sequence[DayLine]) -> Change:
    """What these lines would change for the district (school None) or one school. Later lines win. One query."""
    said: dict[date, tuple[Kind, str]] = {}
    for line in lines:
        for day in line.days():
            said[day] = (line.kind, line.reason)
    if not said:
        return Change((), 0, mark_of([]))
    rows = list(CalendarException.objects.filter(Q(school=None) | Q(school=school), day__range=(min(said), max(said))))
    of_district = {row.day: row for row in rows if row.school_id is None}
    own = {row.day: row for row in rows if row.school_id is not None} if school is not None else of_district
    changes, unchanged = [], 0
    for day, (kind, reason) in sorted(said.items()):
        without = day.weekday() in MONDAY_TO_FRIDAY
        if school is not None and day in of_district:
            without = of_district[day].is_school_day
        before = own.get(day)
        was_open = before.is_school_day if before is not None else without
        wanted = without if kind is Kind.USUAL else kind is Kind.OPEN
        row = None if wanted == without else wanted
        same_row = (before.is_school_day if before is not None else None) == row
        if same_row and (row is None or before is None or before.reason == reason):
            unchanged += 1
        else:
            changes.append(DayChange(day, was_open, wanted, reason if row is not None else "", row))
    return Change(tuple(changes), unchanged, mark_of(rows))


def mark_of(rows: Iterable[CalendarException]) -> str:
    """A fingerprint of rows, to see whether somebody changed them meanwhile."""
    told = sorted((str(row.day), row.school_id or 0, row.is_school_day, row.reason) for row in rows)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]
