"""The school calendar: a list by month, days and years changed after a preview of what the change moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, require_duty
from accounts.permissions import Permission
from accounts.schooldays import selectors, services
from accounts.schooldays.lines import Fault, Read, Wrong, read_text
from accounts.schooldays.tables import read_file
from accounts.sheet_messages import message
from accounts.sheets import ImportUnreadableError
from dashboards.forms import DayListForm, DaysForm, YearForm
from dashboards.moving import moved


@require_GET
def school_calendar(request: ViewerRequest) -> HttpResponse:
    """The year by month, for the district or (`?school=`) one school; `?year=` another year."""
    require_duty(request, Permission.KEEP_CALENDAR)
    return _calendar(request, _school(request, request.GET.get("school", "")))


@require_POST
def school_calendar_days(request: ViewerRequest) -> HttpResponse:
    """Days as they were typed, pasted or uploaded: first what they change and move, then (`sure`) saved."""
    require_duty(request, Permission.KEEP_CALENDAR)
    school = _school(request, request.POST.get("school", ""))
    one = many = None
    read = Read()
    if request.POST.get("way") == "one":
        one = DaysForm(request.POST)
        if one.is_valid():
            read = Read((one.line(),))
    else:
        many = DayListForm(request.POST, request.FILES)
        if many.is_valid():
            read = _read(many)
    if (one or many or DaysForm()).errors:
        return _calendar(request, school, one=one, many=many)
    if not read.lines:
        assert many is not None
        many.add_error("lines", _("There is no day in this that can be read."))
        return _calendar(request, school, one=one, many=many, faults=read.faults)
    try:
        return _preview_or_save(request, school, read)
    except services.YearError as error:
        if one is not None:
            one.add_error("first", str(error))
        elif many is not None:
            many.add_error("lines", str(error))
        return _calendar(request, school, one=one, many=many)


def _preview_or_save(request: ViewerRequest, school: Any, read: Read) -> HttpResponse:
    if request.POST.get("sure") != "yes" or read.faults:
        return _preview(request, school, read)
    try:
        done = services.save_days(by=request.viewer, school=school, lines=read.lines, mark=request.POST.get("mark", ""))
    except services.CalendarChangedError:
        return _preview(request, school, read, is_late=True)
    said = ngettext("%(n)s day is different now.", "%(n)s days are different now.", len(done.changes))
    messages.success(request, said % {"n": len(done.changes)})
    return redirect(_address(school))


def _read(form: DayListForm) -> Read:
    upload = form.cleaned_data["file"]
    if upload is None:
        return read_text(form.cleaned_data["lines"])
    try:
        return read_file(upload, upload.name or "")
    except ImportUnreadableError as error:
        said = message(error.code, {"detail": error.detail})
        form.add_error("file", f"{said.what} {said.what_to_do}")
        return Read()


def _preview(request: ViewerRequest, school: Any, read: Read, *, is_late: bool = False) -> HttpResponse:
    change = selectors.change_of(viewer=request.viewer, school=school, lines=read.lines)
    services.check_days(school=school, change=change)
    context = {
        "school": school,
        "back": _address(school),
        "change": change,
        "faults": _told(read.faults),
        "lines": "\n".join(line.written() for line in read.lines),
        "moved": moved(viewer=request.viewer, school=school, first=change.span[0], last=change.span[1])
        if change.span
        else [],
        "is_late": is_late,
    }
    return render(request, "dashboards/calendar_preview.html", context, status=409 if is_late else 200)


def _calendar(
    request: ViewerRequest,
    school: Any,
    *,
    one: DaysForm | None = None,
    many: DayListForm | None = None,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    viewer = request.viewer
    years = selectors.years(viewer=viewer)
    wanted = request.GET.get("year", "")
    running = next((row for row in years if row.starts_on <= viewer.today <= row.ends_on), None)
    year = next((row for row in years if str(row.public_id) == wanted), running or (years[0] if years else None))
    bad = bool((one is not None and one.errors) or (many is not None and many.errors))
    context = {
        "schools": selectors.schools(viewer=viewer),
        "school": school,
        "years": years,
        "year": year,
        "months": selectors.months(viewer=viewer, year=year, school=school) if year is not None else [],
        "one": one or DaysForm(),
        "many": many or DayListForm(),
        "faults": _told(faults),
    }
    return render(request, "dashboards/calendar.html", context, status=422 if bad else 200)


@require_http_methods(["GET", "POST"])
def school_year_add(request: ViewerRequest) -> HttpResponse:
    """Begin a school year."""
    require_duty(request, Permission.KEEP_CALENDAR)
    return _year(request, None)


@require_http_methods(["GET", "POST"])
def school_year_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change the days of a school year; what that moves is shown before it is saved."""
    require_duty(request, Permission.KEEP_CALENDAR)
    year = selectors.year_of(viewer=request.viewer, public_id=public_id)
    if year is None:
        raise Http404
    return _year(request, year)


def _year(request: ViewerRequest, year: Any) -> HttpResponse:
    mark = services.year_mark(year)
    shown = {"mark": mark}
    if year is not None:
        shown |= {"name": year.name, "starts_on": year.starts_on, "ends_on": year.ends_on}
    form = YearForm(request.POST if request.method == "POST" else None, initial=shown)
    is_late, rows = False, None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        days = {"starts_on": data["starts_on"], "ends_on": data["ends_on"]}
        try:
            services.check_year(year=year, **days)
            if request.POST.get("sure") == "yes":
                services.save_year(by=request.viewer, year=year, name=data["name"], mark=data["mark"], **days)
                messages.success(request, _("Saved. School days are counted by it from now on."))
                return redirect("school_calendar")
            first = min(data["starts_on"], year.starts_on) if year is not None else data["starts_on"]
            last = max(data["ends_on"], year.ends_on) if year is not None else data["ends_on"]
            rows = moved(viewer=request.viewer, school=None, first=first, last=last)
        except services.YearError as error:
            form.add_error("ends_on", str(error))
        except services.CalendarChangedError:
            is_late = True
            again = request.POST.copy()
            again["mark"] = mark
            form.data = again
    context = {"form": form, "year": year, "moved": rows, "is_late": is_late}
    status = 409 if is_late else 422 if form.errors else 200
    return render(request, "dashboards/school_year.html", context, status=status)


def _school(request: ViewerRequest, public_id: str) -> Any:
    """The school a page is about, None for the district."""
    if not public_id:
        return None
    found = next((row for row in selectors.schools(viewer=request.viewer) if str(row.public_id) == public_id), None)
    if found is None:
        raise Http404
    return found


def _address(school: Any) -> str:
    return reverse("school_calendar") + (f"?school={school.public_id}" if school is not None else "")


def _told(faults: tuple[Fault, ...]) -> list[tuple[int, str, str]]:
    said = {
        Wrong.NO_DATE: _("This line does not begin with a date. Write it as 2026-11-26 or 11/26/2026."),
        Wrong.BACKWARDS: _("The last day is before the first."),
        Wrong.TOO_LONG: _("At most 400 days at once."),
        Wrong.TOO_MANY: _("More than 1,000 lines. Cut the list in two."),
        Wrong.LONG_REASON: _("What people call it has at most 120 characters."),
        Wrong.REPEATS: _("An entry that repeats. Write each of its days."),
        Wrong.NO_CALENDAR: _("This calendar has no entry for a whole day."),
    }
    return [(fault.line, fault.text, said[fault.wrong]) for fault in faults]
