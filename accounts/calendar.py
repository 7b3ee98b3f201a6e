"""The school calendar: weekdays of one school year, minus the days the school is closed.

Pure: no Django, no clock, no I/O. Days go in, days come out; all of them are school-local dates.
A calendar is built once per school and shared by every student of a run, so all questions are answered from
a sorted tuple of school days: O(1) or O(log n).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

MONDAY_TO_FRIDAY: frozenset[int] = frozenset(range(5))
"""Weekday numbers as `date.weekday` gives them: Monday is 0."""

FLAG_SCHOOL_DAYS = 45
FLAG_CALENDAR_DAYS = 84
REVIEW_SCHOOL_DAYS = 10


class CalendarError(ValueError):
    """A calendar, or a question to it, that makes no sense; the message says which part."""


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The school days of one school year.

    `first_day` and `last_day` are both inside the year. `closed` holds the days without school, `extra` the days
    with school that the weekdays do not have (a Saturday made up for snow); both change nothing outside the
    year, and `closed` wins over `extra`. `weekdays` are the numbers of `date.weekday` on which the school is
    open. `previous` is the calendar of the year before, if there is one: counting and stepping then work
    across the summer, while everything that speaks of *the* year (`last_school_day`, `flags_may_open`,
    `lapse_on`, `review_on`) speaks of this one.

    Raises CalendarError for a year that ends before it begins, has no school day, names a weekday outside
    0..6, or begins before the year given as `previous` has ended.
    """

    first_day: date
    last_day: date
    closed: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    previous: SchoolCalendar | None = None
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _day_set: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise CalendarError(f"The year ends on {self.last_day}, before it begins on {self.first_day}.")
        if not self.weekdays <= frozenset(range(7)):
            raise CalendarError(f"Weekdays are 0 (Monday) to 6 (Sunday), not {sorted(self.weekdays)}.")
        if self.previous is not None and self.previous.last_day >= self.first_day:
            raise CalendarError(
                f"The year begins on {self.first_day}, the one before it ends on {self.previous.last_day}."
            )
        own = tuple(self._open_days())
        if not own:
            raise CalendarError(f"There is no school day between {self.first_day} and {self.last_day}.")
        days = own if self.previous is None else self.previous._days + own
        object.__setattr__(self, "_days", days)
        object.__setattr__(self, "_day_set", frozenset(days))

    def _open_days(self) -> Iterator[date]:
        for number in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=number)
            if day not in self.closed and (day.weekday() in self.weekdays or day in self.extra):
                yield day

    def is_school_day(self, day: date) -> bool:
        """Whether the school is open on `day`; false outside the years this calendar knows."""
        return day in self._day_set

    def school_days_between(self, start: date, end: date) -> int:
        """How many school days d have `start <= d < end`; 0 when `end <= start`.

        For two school days this is the number of steps from one to the next that lead from `start` to `end`:
        Monday to Tuesday is 1, Monday to the Monday after is 5, Friday to Monday is 1, a day to itself 0.
        "At least 15 school days apart" and "for 20 school days" are measured with it.
        """
        if end <= start:
            return 0
        return bisect_left(self._days, end) - bisect_left(self._days, start)

    def add_school_days(self, day: date, count: int) -> date | None:
        """The `count`-th school day strictly after `day`; for a negative count, strictly before it.

        0 gives `day` itself, school day or not. None where the known years hold no such day, so that the
        caller has to say what the end of the year means for its clock.
        """
        if count == 0:
            return day
        start = bisect_right(self._days, day) - 1 if count > 0 else bisect_left(self._days, day)
        index = start + count
        return self._days[index] if 0 <= index < len(self._days) else None

    @property
    def last_school_day(self) -> date:
        """The last day of this year on which the school is open."""
        return self._days[-1]

    def flags_may_open(self, day: date) -> bool:
        """Whether a flag may open on `day`: from the first day of the year up to, not including, its last
        school day.

        On the last school day and through the summer nothing opens; the first daily run of the next year
        decides.
        """
        return self.first_day <= day < self._days[-1]

    def lapse_on(self, opened_on: date) -> date:
        """The day a flag opened on `opened_on` ends by itself: the earliest of 45 school days later, 84 days
        later, and the last school day of the year.

        Always after `opened_on` and at most 84 days after it. Raises CalendarError on or after the last
        school day of the year, where no flag may open.
        """
        last = self._days[-1]
        if opened_on >= last:
            raise CalendarError(f"No flag opens on {opened_on}: the last school day of the year is {last}.")
        limit = min(opened_on + timedelta(days=FLAG_CALENDAR_DAYS), last)
        counted = self.add_school_days(opened_on, FLAG_SCHOOL_DAYS)
        return limit if counted is None else min(counted, limit)

    def review_on(self, opened_on: date, *, school_days: int = REVIEW_SCHOOL_DAYS) -> date:
        """The day to look at a flag again: `school_days` after it opened, but never later than it lapses.

        Always after `opened_on`. Raises CalendarError for fewer than 1 school day, and where `lapse_on` does.
        """
        if school_days < 1:
            raise CalendarError(f"A review comes at least 1 school day after the opening, not {school_days}.")
        lapse = self.lapse_on(opened_on)
        review = self.add_school_days(opened_on, school_days)
        return lapse if review is None else min(review, lapse)


def comes_of_age(born: date, *, years: int = 18) -> date:
    """The birthday from whose first minute, at the school, somebody signs alone. Born on 29 February: on 1 March in a
    year without that day (34 CFR 99.5: rights pass when a student reaches 18 years of age)."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
