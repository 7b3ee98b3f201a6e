"""The school calendar, by hand and by properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.calendar import CalendarError, SchoolCalendar

# 2025-09-01 is a Monday.
MONDAY = date(2025, 9, 1)
LABOR_DAY = MONDAY
YEAR = SchoolCalendar(
    first_day=date(2025, 8, 28),
    last_day=date(2026, 6, 12),
    closed=frozenset({LABOR_DAY, date(2025, 11, 27), date(2025, 11, 28)}),
)


def day(month: int, number: int) -> date:
    return date(2025 if month >= 7 else 2026, month, number)


# -- which days -------------------------------------------------------------------------------------------


def test_a_weekday_inside_the_year_is_a_school_day():
    assert YEAR.is_school_day(day(9, 2))


@pytest.mark.parametrize(
    ("closed_day", "why"),
    [
        (LABOR_DAY, "a named exception"),
        (day(9, 6), "a Saturday"),
        (day(9, 7), "a Sunday"),
        (day(8, 27), "the day before the year begins"),
        (date(2026, 6, 15), "the Monday after the year ended"),
    ],
)
def test_the_school_is_closed_on(closed_day: date, why: str):
    assert not YEAR.is_school_day(closed_day), why


def test_a_saturday_made_up_for_snow_is_a_school_day_unless_it_is_closed_too():
    saturday = day(2, 7)
    assert SchoolCalendar(YEAR.first_day, YEAR.last_day, extra=frozenset({saturday})).is_school_day(saturday)
    assert not SchoolCalendar(
        YEAR.first_day, YEAR.last_day, closed=frozenset({saturday}), extra=frozenset({saturday})
    ).is_school_day(saturday)


def test_a_school_may_have_other_weekdays():
    sunday_to_thursday = SchoolCalendar(YEAR.first_day, YEAR.last_day, weekdays=frozenset({6, 0, 1, 2, 3}))
    assert sunday_to_thursday.is_school_day(day(9, 7))
    assert not sunday_to_thursday.is_school_day(day(9, 5))


def test_the_last_school_day_is_not_the_last_day_when_that_is_a_sunday():
    assert SchoolCalendar(date(2026, 1, 5), date(2026, 6, 14)).last_school_day == date(2026, 6, 12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SchoolCalendar(date(2026, 1, 5), date(2026, 1, 4)), "before it begins"),
        (lambda: SchoolCalendar(date(2026, 1, 3), date(2026, 1, 4)), "no school day"),
        (lambda: SchoolCalendar(date(2026, 1, 5), date(2026, 2, 4), weekdays=frozenset({7})), "Weekdays are"),
        (lambda: SchoolCalendar(date(2026, 6, 12), date(2027, 6, 11), previous=YEAR), "the one before it"),
    ],
)
def test_a_calendar_that_makes_no_sense_says_which_part(make, words: str):
    with pytest.raises(CalendarError, match=words):
        make()


# -- counting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (day(9, 2), day(9, 2), 0),
        (day(9, 2), day(9, 3), 1),
        (day(9, 5), day(9, 8), 1),  # Friday to Monday
        (day(9, 6), day(9, 8), 0),  # Saturday to Monday
        (day(9, 8), day(9, 15), 5),  # a week
        (day(9, 8), day(9, 29), 15),  # three weeks
        (day(8, 29), day(9, 2), 1),  # over Labor Day
        (day(11, 24), day(12, 1), 3),  # over Thanksgiving
        (day(9, 3), day(9, 2), 0),  # backwards
        (date(2020, 1, 1), day(9, 2), 2),  # from before the year: its first two days
    ],
)
def test_school_days_between_counts_the_start_and_not_the_end(start: date, end: date, count: int):
    assert YEAR.school_days_between(start, end) == count


@pytest.mark.parametrize(
    ("start", "count", "result"),
    [
        (day(9, 2), 0, day(9, 2)),
        (day(9, 6), 0, day(9, 6)),
        (day(9, 2), 1, day(9, 3)),
        (day(9, 5), 1, day(9, 8)),
        (day(9, 6), 1, day(9, 8)),
        (day(9, 8), 10, day(9, 22)),
        (day(9, 8), -1, day(9, 5)),
        (day(9, 6), -1, day(9, 5)),
        (day(9, 2), -2, day(8, 28)),
        (day(9, 2), -3, None),
        (date(2026, 6, 11), 1, date(2026, 6, 12)),
        (date(2026, 6, 11), 2, None),
    ],
)
def test_stepping_by_school_days(start: date, count: int, result: date | None):
    assert YEAR.add_school_days(start, count) == result


def test_with_the_year_before_school_days_are_counted_across_the_summer():
    next_year = SchoolCalendar(date(2026, 8, 27), date(2027, 6, 11), previous=YEAR)
    assert next_year.school_days_between(date(2026, 6, 10), date(2026, 8, 28)) == 4
    assert next_year.add_school_days(date(2026, 6, 12), 1) == date(2026, 8, 27)
    assert next_year.is_school_day(date(2026, 6, 12))
    assert next_year.last_school_day == date(2027, 6, 11)


# -- the clocks of a flag ---------------------------------------------------------------------------------


def test_a_flag_lapses_after_45_school_days():
    # 45 school days from Tuesday, September 2 without a holiday in between: nine weeks.
    assert YEAR.lapse_on(day(9, 2)) == day(11, 4)


def test_a_flag_lapses_after_84_days_when_breaks_make_45_school_days_longer():
    closed = frozenset(day(10, 1) + timedelta(days=number) for number in range(40))
    assert SchoolCalendar(YEAR.first_day, YEAR.last_day, closed).lapse_on(day(9, 2)) == day(11, 25)


def test_a_flag_lapses_on_the_last_school_day_of_the_year_at_the_latest():
    assert YEAR.lapse_on(date(2026, 6, 11)) == date(2026, 6, 12)
    assert YEAR.lapse_on(date(2026, 5, 1)) == date(2026, 6, 12)


def test_the_last_school_day_is_the_end_even_where_the_year_runs_on_into_the_summer():
    calendar = SchoolCalendar(
        YEAR.first_day,
        date(2026, 7, 31),
        closed=frozenset(date(2026, 6, 13) + timedelta(days=number) for number in range(49)),
    )
    assert calendar.lapse_on(date(2026, 6, 1)) == date(2026, 6, 12)


@pytest.mark.parametrize("opened_on", [date(2026, 6, 12), date(2026, 6, 13), date(2026, 8, 1)])
def test_from_the_last_school_day_on_there_is_no_day_to_lapse(opened_on: date):
    assert not YEAR.flags_may_open(opened_on)
    with pytest.raises(CalendarError, match="last school day"):
        YEAR.lapse_on(opened_on)


def test_flags_may_open_from_the_first_day_of_the_year():
    assert not YEAR.flags_may_open(day(8, 27))
    assert YEAR.flags_may_open(day(8, 28))
    assert YEAR.flags_may_open(date(2026, 6, 11))


def test_a_flag_is_reviewed_after_ten_school_days_and_never_after_it_lapsed():
    assert YEAR.review_on(day(9, 2)) == day(9, 16)
    assert YEAR.review_on(day(9, 2), school_days=3) == day(9, 5)
    assert YEAR.review_on(date(2026, 6, 11)) == date(2026, 6, 12)
    assert YEAR.review_on(day(9, 2), school_days=200) == YEAR.lapse_on(day(9, 2))


def test_a_review_on_the_day_of_the_opening_is_refused():
    with pytest.raises(CalendarError, match="at least 1 school day"):
        YEAR.review_on(day(9, 2), school_days=0)


# -- properties -------------------------------------------------------------------------------------------


@st.composite
def calendars(draw: st.DrawFn) -> SchoolCalendar:
    first = date(2025, 8, 1) + timedelta(days=draw(st.integers(0, 60)))
    length = draw(st.integers(7, 320))
    days = st.integers(0, length).map(lambda number: first + timedelta(days=number))
    weekdays = frozenset(range(7)) if draw(st.booleans()) else frozenset(range(5))
    closed = draw(st.frozensets(days, max_size=40))
    try:
        return SchoolCalendar(first, first + timedelta(days=length), closed, weekdays=weekdays)
    except CalendarError:
        return SchoolCalendar(first, first + timedelta(days=length), weekdays=weekdays)


around = st.integers(-10, 340).map(lambda number: date(2025, 8, 1) + timedelta(days=number))


@settings(deadline=None, max_examples=150)
@given(calendars(), around, around)
def test_counting_agrees_with_looking_at_every_day(calendar: SchoolCalendar, start: date, end: date):
    span = [start + timedelta(days=number) for number in range(max(0, (end - start).days))]
    assert calendar.school_days_between(start, end) == sum(map(calendar.is_school_day, span))


@settings(deadline=None, max_examples=150)
@given(calendars(), around, st.integers(1, 60))
def test_stepping_lands_on_the_school_day_that_counting_says(calendar: SchoolCalendar, start: date, count: int):
    result = calendar.add_school_days(start, count)
    if result is None:
        left = calendar.school_days_between(start + timedelta(days=1), date(2027, 1, 1))
        assert left < count
    else:
        assert result > start
        assert calendar.is_school_day(result)
        assert calendar.school_days_between(start + timedelta(days=1), result) == count - 1


@settings(deadline=None, max_examples=150)
@given(calendars(), around, st.integers(1, 30))
def test_every_flag_that_may_open_has_dates_the_database_can_store(
    calendar: SchoolCalendar, opened_on: date, school_days: int
):
    if not calendar.flags_may_open(opened_on):
        return
    review, lapse = calendar.review_on(opened_on, school_days=school_days), calendar.lapse_on(opened_on)
    assert opened_on < review <= lapse <= opened_on + timedelta(days=84)
    assert lapse <= calendar.last_school_day
