"""Saving the calendar: days and years, each with its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import Source
from accounts.models import CalendarException, School, SchoolYear
from accounts.permissions import Permission, Viewer, can
from accounts.schooldays.lines import DayLine
from accounts.schooldays.selectors import Change, change_of

LONGEST_YEAR = timedelta(days=400)


class CalendarChangedError(Exception):
    """Somebody changed these days or this year meanwhile; nothing was written."""


class YearError(ValueError):
    """A school year that cannot be stored; the message says what to change."""


def _one_at_a_time() -> None:
    """Whoever writes the calendar waits for whoever is writing it. Held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('throughline.calendar'))")


def save_days(*, by: Viewer, school: School | None, lines: Sequence[DayLine], mark: str | None = None) -> Change:
    """Store what the lines say for the district (school None) or one school; what is so already is left alone.

    `mark` is that of the preview. Raises CalendarChangedError where these days changed since. One audit row.
    """
    _may(by)
    with transaction.atomic():
        _one_at_a_time()
        change = change_of(viewer=by, school=school, lines=lines)
        if mark is not None and change.mark != mark:
            raise CalendarChangedError
        if not change.changes:
            return change
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


def year_mark(year: SchoolYear | None) -> str:
    """How a year stood when a form was shown."""
    return f"{year.starts_on}/{year.ends_on}/{year.name}" if year is not None else ""


def check_year(*, year: SchoolYear | None, starts_on: date, ends_on: date) -> None:
    """Raises YearError for days that make no school year, or one that another year already covers."""
    if ends_on <= starts_on:
        raise YearError(_("The year ends after it begins. Choose a later last day."))
    if ends_on - starts_on > LONGEST_YEAR:
        raise YearError(_("A school year has at most 400 days. Look at the years of both dates."))
    others = SchoolYear.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    other = (others.exclude(pk=year.pk) if year is not None else others).first()
    if other is not None:
        raise YearError(_("These days belong to %(year)s already. Change that year instead.") % {"year": other.name})


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
