"""The school calendar as people write it: lines, files, what changes, what is saved."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, CalendarException, School, SchoolYear
from accounts.recompute import calendars
from accounts.schooldays import selectors, services
from accounts.schooldays.lines import DayLine, Kind, Wrong, read_text
from tests.cast import viewer_of

MONDAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-26, Thanksgiving", DayLine(date(2026, 11, 26), date(2026, 11, 26), reason="Thanksgiving")),
        ("2026-11-26,2026-11-27,Thanksgiving", DayLine(date(2026, 11, 26), date(2026, 11, 27), reason="Thanksgiving")),
        ("11/26/2026 to 11/27/2026; Break", DayLine(date(2026, 11, 26), date(2026, 11, 27), reason="Break")),
        ("2026-11-07\tMake-up day\topen", DayLine(date(2026, 11, 7), date(2026, 11, 7), Kind.OPEN, "Make-up day")),
        ("2026-11-26, as usual", DayLine(date(2026, 11, 26), date(2026, 11, 26), Kind.USUAL)),
        (
            "2026-09-01,2026-09-30,Fridays,closed,only fri",
            DayLine(date(2026, 9, 1), date(2026, 9, 30), reason="Fridays", weekdays=frozenset({4})),
        ),
    ],
)
def test_a_line_is_read_as_it_is_meant(written, meant):
    read = read_text(f"date,last,name\n\n{written}\n")
    assert (read.lines, read.faults) == ((meant,), ())


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.integers(0, 399),
    st.sampled_from(Kind),
    st.frozensets(st.integers(0, 6)),
    st.sampled_from(["", "Winter break", 'The "long" weekend, again']),
)
def test_a_line_written_is_read_again_as_it_was(first, more, kind, weekdays, reason):
    line = DayLine(first, first + timedelta(days=more), kind, reason, weekdays)
    assert read_text(line.written()).lines == (line,)


def test_what_cannot_be_read_is_told_by_its_line_and_the_others_stand():
    read = read_text("2026-11-26, Thanksgiving\nnext Friday\n2026-12-24, 2026-12-20, Break\n2026-02-30, Never\n")
    assert len(read.lines) == 1
    assert [(fault.line, fault.wrong) for fault in read.faults] == [
        (2, Wrong.NO_DATE),
        (3, Wrong.BACKWARDS),
        (4, Wrong.NO_DATE),
    ]


def test_a_calendar_file_brings_its_whole_days_and_tells_what_repeats():
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261126\r\nDTEND;VALUE=DATE:20261128\r\n"
        "SUMMARY:Thanks\r\n giving\\, two days\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART:20261201T180000Z\r\nSUMMARY:Concert\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261204\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Early\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    read = read_text(text)
    assert read.lines == (DayLine(date(2026, 11, 26), date(2026, 11, 27), reason="Thanksgiving, two days"),)
    assert [fault.wrong for fault in read.faults] == [Wrong.REPEATS]


@pytest.fixture
def year(db):
    return SchoolYear.objects.create(name="2026-27", starts_on=date(2026, 8, 17), ends_on=date(2027, 6, 4))


def closed(day, reason="Break", kind=Kind.CLOSED, days=1):
    return [DayLine(day, day + timedelta(days=days - 1), kind, reason)]


def is_open(day, school=None):
    key = school.pk if school else None
    return calendars([key], today=MONDAY)[key].is_school_day(day)


def test_a_holiday_closes_every_school_and_a_schools_own_day_holds_there(year, district):
    by, one, other = viewer_of(district), *School.objects.order_by("pk")[:2]
    CalendarException.objects.all().delete()
    services.save_days(by=by, school=None, lines=closed(MONDAY))
    assert not is_open(MONDAY)
    assert not is_open(MONDAY, one)
    services.save_days(by=by, school=one, lines=closed(MONDAY, "We make it up", Kind.OPEN))
    assert is_open(MONDAY, one)
    assert not is_open(MONDAY, other)
    services.save_days(by=by, school=one, lines=closed(MONDAY, "", Kind.USUAL))
    assert not is_open(MONDAY, one)
    assert CalendarException.objects.count() == 1
    assert AuditEvent.objects.filter(action="calendar.days").count() == 3


def test_weekends_need_no_row_and_the_same_twice_writes_nothing(year, district):
    by = viewer_of(district)
    CalendarException.objects.all().delete()
    change = services.save_days(by=by, school=None, lines=closed(MONDAY, days=7))
    assert (change.closed, change.unchanged, CalendarException.objects.count()) == (5, 2, 5)
    assert services.save_days(by=by, school=None, lines=closed(MONDAY, days=7)).changes == ()
    assert AuditEvent.objects.filter(action="calendar.days").count() == 1


def test_who_saves_second_looks_once_more(year, district):
    by = viewer_of(district)
    CalendarException.objects.all().delete()
    seen = selectors.change_of(viewer=by, school=None, lines=closed(MONDAY))
    services.save_days(by=by, school=None, lines=closed(MONDAY, "Snow"))
    with pytest.raises(services.CalendarChangedError):
        services.save_days(by=by, school=None, lines=closed(MONDAY), mark=seen.mark)
    assert CalendarException.objects.get().reason == "Snow"


def test_nobody_else_writes_the_calendar(year, teacher):
    with pytest.raises(PermissionError):
        services.save_days(by=viewer_of(teacher), school=None, lines=closed(MONDAY))
