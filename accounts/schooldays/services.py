"""Saving the calendar: days and years, each with its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.calendar import CalendarError, SchoolCalendar
from accounts.choices import Source
from accounts.models import CalendarException, School, SchoolYear
from accounts.permissions import Permission, Viewer, can
from accounts.schooldays.lines import DayLine
from accounts.schooldays.selectors import Change, change_of

LONGEST_YEAR = timedelta(days=400)


class CalendarChangedError(Exception):
    """Somebody changed these days or this year meanwhile; nothing was written."""


class YearError(ValueError):
    """A school year, or days in one, that cannot be stored; the message says what to change."""


def _one_at_a_time() -> None:
    """Whoever writes the calendar waits for whoever is writing it. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('throughline.calendar'))")


def save_days(*, by: Viewer, school: School | None, lines: Sequence[DayLine], mark: str | None = None) -> Change:
    """Store what the lines say for the district (school None) or one school; what is so already is left alone.

    `mark` is that of the preview. Raises CalendarChangedError where these days changed since, and YearError where
    a year would have no school day left. One audit row.
    """
    _may(by)
    with transaction.atomic():
        _one_at_a_time()
        change = change_of(viewer=by, school=school, lines=lines)
        if mark is not None and change.mark != mark:
            raise CalendarChangedError
        if not change.changes:
            return change
        check_days(school=school, change=change)
        CalendarException.objects.filter(school=school, day__in=[one.day for one in change.changes]).delete()
        CalendarException.objects.bulk_create(
            CalendarException(school=school, day=one.day, is_school_day=one.row, reason=one.reason)
            for one in change.changes
            if one.row is not None
        )
        audit.record(
            by=by.person_id,
            action="calendar.days",
            subject_type="school" if school is not None else "district",
            subject_id=school.public_id if school is not None else 1,
            details={
                "closed": [str(one.day) for one in change.changes if not one.is_open],
                "open": [str(one.day) for one in change.changes if one.is_open],
            },
        )
    return change


def check_days(*, school: School | None, change: Change) -> None:
    """Raises YearError where this change would leave a school year without a school day, at any school it is for."""
    if change.span is None:
        return
    first, last = change.span
    spans = [(row.starts_on, row.ends_on) for row in SchoolYear.objects.filter(starts_on__lte=last, ends_on__gte=first)]
    place = school.pk if school is not None else None
    for starts_on, ends_on in spans:
        said = _said(starts_on, ends_on)
        for one in change.changes:
            said.pop((place, one.day), None)
            if one.row is not None:
                said[place, one.day] = one.row
        _require_school_days(starts_on, ends_on, said, school)


def _said(first: date, last: date) -> dict[tuple[int | None, date], bool]:
    """By school (None: the district) and day, what the stored rows say."""
    rows = CalendarException.objects.filter(day__range=(first, last))
    return {(pk, day): is_open for pk, day, is_open in rows.values_list("school_id", "day", "is_school_day")}


def _require_school_days(
    first: date, last: date, said: dict[tuple[int | None, date], bool], school: School | None = None
) -> None:
    """For one school, or for the district and every open school that has days of its own."""
    of_district = {day: is_open for (pk, day), is_open in said.items() if pk is None}
    places: list[tuple[int | None, str]] = [(school.pk, school.name)] if school is not None else []
    if school is None:
        own = School.objects.filter(is_active=True, pk__in={pk for pk, _day in said if pk is not None})
        places = [(None, _("The district")), *own.order_by("name", "pk").values_list("pk", "name")]
    for place, name in places:
        days = of_district | {day: is_open for (pk, day), is_open in said.items() if pk is not None and pk == place}
        try:
            SchoolCalendar(
                first,
                last,
                closed=frozenset(day for day, is_open in days.items() if not is_open),
                extra=frozenset(day for day, is_open in days.items() if is_open),
            )
        except CalendarError as error:
            words = _("%(place)s would have no school day from %(first)s to %(last)s. Leave at least one.")
            told = {"place": name, "first": date_format(first), "last": date_format(last)}
            raise YearError(words % told) from error


def year_mark(year: SchoolYear | None) -> str:
    """How a year stood when a form was shown."""
    return f"{year.starts_on}/{year.ends_on}/{year.name}" if year is not None else ""


def check_year(*, year: SchoolYear | None, starts_on: date, ends_on: date) -> None:
    """Raises YearError for days that make no school year, among them no school day, and for one that another year
    covers already."""
    if ends_on <= starts_on:
        raise YearError(_("The year ends after it begins. Choose a later last day."))
    if ends_on - starts_on > LONGEST_YEAR:
        raise YearError(_("A school year has at most 400 days. Look at the years of both dates."))
    others = SchoolYear.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    other = (others.exclude(pk=year.pk) if year is not None else others).first()
    if other is not None:
        raise YearError(_("These days belong to %(year)s already. Change that year instead.") % {"year": other.name})
    _require_school_days(starts_on, ends_on, _said(starts_on, ends_on))


def save_year(
    *, by: Viewer, year: SchoolYear | None, name: str, starts_on: date, ends_on: date, mark: str = ""
) -> SchoolYear:
    """Begin a school year, or change the days of one. A year of the roster keeps these days from now on.

    Raises YearError, and CalendarChangedError where the year changed since `mark`.
    """
    _may(by)
    with transaction.atomic():
        _one_at_a_time()
        if year is not None:
            year = SchoolYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
            if mark and mark != year_mark(year):
                raise CalendarChangedError
        check_year(year=year, starts_on=starts_on, ends_on=ends_on)
        row = year or SchoolYear(source=Source.HAND)
        before = year_mark(year)
        row.name, row.starts_on, row.ends_on, row.kept_by_hand = name.strip()[:60], starts_on, ends_on, True
        row.save()
        audit.record(
            by=by.person_id,
            action="calendar.year",
            subject_type="school_year",
            subject_id=row.public_id,
            details={"before": before, "after": year_mark(row)},
        )
    return row


def _may(by: Viewer) -> None:
    """The command line acts as the system; a person needs the duty."""
    if by.is_known and not can(by, Permission.KEEP_CALENDAR).allowed:
        raise PermissionError
