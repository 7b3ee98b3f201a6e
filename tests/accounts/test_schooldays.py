"""The school calendar as people write it: lines, files, what changes, what is saved."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, CalendarException, School, SchoolYear
from accounts.recompute import calendars
from accounts.schooldays import selectors, services
from accounts.schooldays.lines import DayLine, Kind, Wrong, read_text
from tests.cast import client_for, viewer_of

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


# ------------------------------------------------------------------ a year keeps a school day
@pytest.mark.parametrize("at", ["district", "school"])
def test_no_save_leaves_a_year_without_a_school_day(year, district, at):
    by, one = viewer_of(district), School.objects.order_by("pk")[0]
    CalendarException.objects.all().delete()
    school = one if at == "school" else None
    everything = [DayLine(year.starts_on, year.ends_on, Kind.CLOSED, "Closed")]
    with pytest.raises(services.YearError, match="Leave at least one"):
        services.save_days(by=by, school=school, lines=everything)
    assert not CalendarException.objects.exists()
    services.save_days(by=by, school=school, lines=[DayLine(year.starts_on, year.ends_on - timedelta(days=1))])
    with pytest.raises(services.YearError, match="The district" if school is None else one.name):
        services.save_days(by=by, school=school, lines=[DayLine(year.ends_on, year.ends_on)])
    key = school.pk if school else None
    assert calendars([key], today=MONDAY)[key].is_school_day(year.ends_on)


def test_what_a_school_closed_counts_when_the_district_closes_the_rest(year, district):
    by, one = viewer_of(district), School.objects.order_by("pk")[0]
    CalendarException.objects.all().delete()
    middle = year.starts_on + timedelta(days=100)
    services.save_days(by=by, school=one, lines=[DayLine(year.starts_on, middle)])
    rest = [DayLine(middle + timedelta(days=1), year.ends_on)]
    with pytest.raises(services.YearError, match=one.name):
        services.save_days(by=by, school=None, lines=rest)
    School.objects.filter(pk=one.pk).update(is_active=False)
    assert services.save_days(by=by, school=None, lines=rest).closed


def test_a_year_of_closed_days_is_not_begun_nor_made_of_one(year, district):
    by = viewer_of(district)
    CalendarException.objects.all().delete()
    july = (date(2027, 7, 5), date(2027, 7, 9))
    services.save_days(by=by, school=None, lines=[DayLine(*july, reason="Away")])
    with pytest.raises(services.YearError):
        services.save_year(by=by, year=None, name="July", starts_on=july[0], ends_on=july[1])
    with pytest.raises(services.YearError):
        services.save_year(by=by, year=year, name="2026-27", starts_on=july[0], ends_on=july[1])
    year.refresh_from_db()
    assert year.starts_on == date(2026, 8, 17)


def test_the_calendar_pages_say_so_before_anything_is_saved(world):
    client, at = client_for(world.people["district"]), {"school": str(world.school.public_id)}
    year = world.year
    body = at | {"way": "many", "lines": f"{year.starts_on}, {year.ends_on}, Closed"}
    for sure in ({}, {"sure": "yes"}):
        answer = client.post(reverse("school_calendar_days"), body | sure)
        assert answer.status_code == 422
        assert "Leave at least one" in answer.content.decode()
        assert "Riverside would have no school day" in answer.content.decode()
    one = {"way": "one", "first": year.starts_on, "last": year.ends_on, "kind": "closed", "reason": "x"}
    answer = client.post(reverse("school_calendar_days"), one)
    assert (answer.status_code, "Leave at least one" in answer.content.decode()) == (422, True)
    assert not CalendarException.objects.filter(is_school_day=False).exists()
    CalendarException.objects.create(day=year.ends_on + timedelta(days=8), is_school_day=False)
    days = {"name": "Later", "starts_on": year.ends_on + timedelta(days=8), "ends_on": year.ends_on + timedelta(days=9)}
    CalendarException.objects.create(day=days["ends_on"], is_school_day=False)
    answer = client.post(reverse("school_year_add"), days)
    assert (answer.status_code, "Leave at least one" in answer.content.decode()) == (422, True)
    assert client.get(reverse("school_calendar")).status_code == 200


@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["saved", "looked-at"])
def test_the_command_says_so_too(year, district, tmp_path, more):
    CalendarException.objects.all().delete()
    file = tmp_path / "days.csv"
    file.write_text(f"{year.starts_on}, {year.ends_on}, Closed\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Leave at least one"):
        call_command("import_calendar", str(file), *more)
    assert not CalendarException.objects.exists()


# ------------------------------------------------------------------ lines that are none
@pytest.mark.parametrize("sign", ["x", '"', "\t", "é"], ids=["letters", "quotes", "tabs", "accents"])
def test_a_line_longer_than_any_list_is_told_and_the_others_stand(sign):
    read = read_text(f"2026-11-26, Thanksgiving\n2026-11-27, {sign * 140_000}\n2026-12-24")
    assert [line.first for line in read.lines] == [date(2026, 11, 26), date(2026, 12, 24)]
    assert [(fault.line, fault.wrong) for fault in read.faults] == [(2, Wrong.NO_DATE)]
    assert len(read.faults[0].text) <= 120
