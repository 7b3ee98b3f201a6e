"""Ready to show it now: the student's wish, the adult's day, and what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, permissions_on
from supports.errors import ShowingChangedError, ShowingError
from supports.forms.showings import DayForm, DoneForm, ShowingForm
from supports.selectors import showings as selectors
from supports.services import showings as services


@require_http_methods(["GET", "POST"])
def showing_ask(request: ViewerRequest, public_id: UUID, competency: UUID) -> HttpResponse:
    """A student says: I am ready to show this, in this form."""
    student, _decision = load_student(request, public_id, Permission.SPEAK_AS_STUDENT)
    found = selectors.askable(viewer=request.viewer, public_id=competency)
    if found is None:
        raise Http404
    row, name = found
    waiting = selectors.open_wish(viewer=request.viewer, student=student, competency=row)
    if waiting is not None and request.method == "GET":
        _tell_of(request, waiting)
        return redirect("showings", student.public_id)
    form = ShowingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wish = services.Wish(data["key"], data["how"], data["when_suits"], get_language() or "en")
        try:
            sent = services.ask_to_show(by=request.viewer, student=student, competency=row, wish=wish)
        except ShowingError as error:
            form.add_error("how", str(error))
        else:
            if sent.key == data["key"]:
                day = date_format(sent.answer_by, "MONTH_DAY_FORMAT")
                messages.success(request, _("Sent. You get a day by %(day)s.") % {"day": day})
            elif waiting is not None:
                _tell_of(request, waiting)
            return redirect("showings", student.public_id)
    context = {"student": student, "competency": row, "name": name, "form": form}
    return render(request, "supports/showing_ask.html", context, status=422 if form.errors else 200)


def _tell_of(request: ViewerRequest, waiting: selectors.ShowingView) -> None:
    """One wish at a time on one thing: say where it is, and how to say it differently."""
    day = date_format(waiting.asked_on, "MONTH_DAY_FORMAT")
    text = _("You asked to show “%(name)s” on %(day)s already. Take it back here if you want to show it another way.")
    messages.info(request, text % {"name": waiting.competency_name, "day": day})


@require_GET
def showings(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every wish of a student with its day: for the student, the family and the adults around them."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="showings")
    allowed = permissions_on(request.viewer, student)
    context = {
        "student": student,
        "rows": selectors.showings_of(viewer=request.viewer, student=student),
        "is_own": Permission.SPEAK_AS_STUDENT in allowed,
        "may_answer": Permission.RECORD_EVIDENCE in allowed,
    }
    return render(request, "supports/showings.html", context)


@require_http_methods(["GET", "POST"])
def showing_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """An adult gives a wish its day, or moves it."""
    viewer = require_sign_in(request)
    row = selectors.showing_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, _decision = load_student(request, row.student.public_id, Permission.RECORD_EVIDENCE, block="showings")
    last = services.last_day(showing=row, today=viewer.today)
    start = {"version": row.version, "on": row.show_on or "", "place": row.place, "text": row.answer}
    form = DayForm(request.POST or None, today=viewer.today, last=last, initial=start)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        day = services.Day(data["on"], data["place"], data["text"], get_language() or "en")
        try:
            services.give_day(by=viewer, showing=row, version=data["version"], day=day)
        except ShowingError as error:
            form.add_error("on", str(error))
        except ShowingChangedError as changed:
            status = 409
            form.add_error(None, str(changed))
        else:
            messages.success(request, _("The day stands. The student and the family see it."))
            return redirect("showings", student.public_id)
    context = {
        "student": student,
        "row": selectors.showing_view(viewer=viewer, showing=row),
        "form": form,
        "last": last,
    }
    return render(request, "supports/showing_answer.html", context, status=status)


@require_POST
def showing_done(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """It was shown: on to writing down what was seen."""
    viewer = require_sign_in(request)
    row = selectors.showing_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, _decision = load_student(request, row.student.public_id, Permission.RECORD_EVIDENCE)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return redirect("showings", student.public_id)
    try:
        services.finish_showing(by=viewer, showing=row, version=form.cleaned_data["version"])
    except (ShowingError, ShowingChangedError) as error:
        messages.warning(request, str(error))
        return redirect("showings", student.public_id)
    messages.success(request, _("Shown. Write down what you saw."))
    address = reverse("student_record", args=[student.public_id])
    return redirect(f"{address}?competency={row.competency.public_id}")


@require_POST
def showing_take_back(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The student takes it back; another one can be sent any time."""
    viewer = require_sign_in(request)
    row = selectors.showing_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, _decision = load_student(request, row.student.public_id, Permission.SPEAK_AS_STUDENT)
    services.take_back(by=viewer, showing=row)
    messages.success(request, _("Taken back. You can ask again any time."))
    return redirect("showings", student.public_id)
