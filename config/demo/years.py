"""The two school years of the demonstration, with holidays and terms, from `today` alone. Pure.

The usual year runs from August to May. A demonstration opened in summer, in the first weeks or in the last ones
would be asleep, so the district then keeps a balanced calendar in which today falls well inside the year.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.calendar import SchoolCalendar

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
YEAR_WEEKS = 40
EARLIEST, LATEST = 8 * WEEK, 6 * WEEK
"""Today is at least this long after the first day, and this long before the last."""
BALANCED_START = 15 * WEEK


@dataclass(frozen=True, slots=True)
class Closure:
    """A weekday without school; `school` is a school's code, or None for all of them."""

    day: date
    reason: str
    school: str | None = None


@dataclass(frozen=True, slots=True)
class TermPlan:
    """A quarter; both days inclusive."""

    title: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A school year; both days inclusive. `days` are its school days, in order."""

    key: str
    name: str
    starts_on: date
    ends_on: date
    terms: tuple[TermPlan, ...]
    closures: tuple[Closure, ...]
    days: tuple[date, ...]

    @property
    def after(self) -> date:
        """The first day after the year: the half-open end."""
        return self.ends_on + DAY

    def school_day(self, day: date) -> date:
        """`day`, or the last school day before it; the first school day of the year if there is none."""
        return self.days[max(0, bisect_right(self.days, day) - 1)]


@dataclass(frozen=True, slots=True)
class Years:
    """Last year and this year, and the calendar that knows both."""

    previous: YearPlan
    current: YearPlan
    calendar: SchoolCalendar


def plan_years(today: date, schools: tuple[str, ...] = ()) -> Years:
    """Both years as seen from `today`; each of `schools` has two days of its own without school."""
    start = _usual_start(today)
    if not start + EARLIEST <= today <= start + YEAR_WEEKS * WEEK - LATEST:
        start = _monday(today - BALANCED_START)
    current = _year("current", start, schools)
    previous = _year("previous", _monday(start - 52 * WEEK), schools)
    before = SchoolCalendar(previous.starts_on, previous.ends_on, closed=_district(previous))
    calendar = SchoolCalendar(current.starts_on, current.ends_on, closed=_district(current), previous=before)
    return Years(previous, current, calendar)


def _usual_start(today: date) -> date:
    """The first Monday after August 6 of the school year `today` is in or comes after."""
    start = _monday(date(today.year, 8, 12))
    return start if today >= start else _monday(date(today.year - 1, 8, 12))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _district(year: YearPlan) -> frozenset[date]:
    return frozenset(closure.day for closure in year.closures if closure.school is None)


def _year(key: str, starts_on: date, schools: tuple[str, ...]) -> YearPlan:
    ends_on = starts_on + YEAR_WEEKS * WEEK - 3 * DAY
    closures = [c for c in _holidays(starts_on, ends_on) if starts_on < c.day < ends_on]
    closed = {c.day for c in closures}
    number = (ends_on - starts_on).days + 1
    days = [d for n in range(number) if (d := starts_on + n * DAY).weekday() < 5 and d not in closed]
    for place, school in enumerate(schools):
        for share in (0.3, 0.7):
            day = days[int(len(days) * share) + 3 * place]
            closures.append(Closure(day, "Teachers learn together", school))
    own = {c.day for c in closures if c.school is not None}
    days = [d for d in days if d not in own]
    closures.sort(key=lambda c: (c.day, c.school or ""))
    span = f"{starts_on.year}-{ends_on.year % 100:02}" if ends_on.year != starts_on.year else str(starts_on.year)
    return YearPlan(key, span, starts_on, ends_on, _terms(starts_on, ends_on), tuple(closures), tuple(days))


def _terms(starts_on: date, ends_on: date) -> tuple[TermPlan, ...]:
    starts = [starts_on + n * (YEAR_WEEKS // 4) * WEEK for n in range(4)]
    ends = [following - DAY for following in starts[1:]] + [ends_on]
    return tuple(TermPlan(f"Quarter {n + 1}", *pair) for n, pair in enumerate(zip(starts, ends, strict=True)))


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`-th weekday of a month; counted from the end if negative."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _holidays(starts_on: date, ends_on: date) -> list[Closure]:
    found: list[Closure] = []
    for year in range(starts_on.year, ends_on.year + 1):
        thanks = _nth(year, 11, 3, 4)
        spring = _nth(year, 3, 0, 3)
        fall = _nth(year, 10, 3, 2)
        found += [
            Closure(_nth(year, 1, 0, 3), "Martin Luther King Jr. Day"),
            Closure(_nth(year, 2, 0, 3), "Presidents’ Day"),
            *(Closure(spring + n * DAY, "Spring break") for n in range(5)),
            Closure(_nth(year, 5, 0, -1), "Memorial Day"),
            Closure(date(year, 6, 19), "Juneteenth"),
            *(Closure(date(year, 7, n), "Summer pause") for n in range(1, 15)),
            Closure(_nth(year, 9, 0, 1), "Labor Day"),
            *(Closure(fall + n * DAY, "Fall break") for n in range(2)),
            Closure(date(year, 11, 11), "Veterans Day"),
            *(Closure(thanks + n * DAY, "Thanksgiving") for n in range(-1, 2)),
            *(Closure(date(year, 12, n), "Winter break") for n in range(21, 32)),
            *(Closure(date(year, 1, n), "Winter break") for n in range(1, 4)),
        ]
    return [c for c in found if c.day.weekday() < 5]
