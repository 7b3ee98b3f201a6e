"""A day of conferences: all of them written down as held and their plans as agreed, in one submit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import ViewerRequest, require_sign_in
from success_plans.errors import PlanError
from success_plans.forms.versions import ConferenceDayForm
from success_plans.selectors import conference_day as selectors
from success_plans.services.conferences import Closed, Line, close_conferences


@require_http_methods(["GET", "POST"])
def conference_day(request: ViewerRequest) -> HttpResponse:
    """Whose plan I hold, by name: tick whose conference was held, write an aim where there is none, agree them all."""
    viewer = require_sign_in(request)
    form = ConferenceDayForm(
        request.POST or None,
        initial={
            "held_on": viewer.today,
            "reason": _("Agreed at the family conference."),
            "language": get_language(),
        },
    )
    picked: set[str] = set()
    said: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        status = 422
        picked = set(request.POST.getlist("student"))
        if form.is_valid():
            closed = _close(request, form, picked)
            agreed = {str(one.student.public_id) for one in closed if one.version is not None}
            said = {str(one.student.public_id): one.words for one in closed if one.version is None}
            picked -= agreed
            if agreed:
                messages.success(request, _agreed(len(agreed)))
            if closed and not said:
                return redirect("conference_day")
    day = selectors.conference_day(viewer=viewer)
    if day.students:
        audit.record_read(
            viewer=viewer, subject="conferences", students=day.students, block="plan", reason=_("holds these plans")
        )
    rows = []
    for seat in day.seats:
        key = str(seat.student.public_id)
        rows.append((seat, key in picked, request.POST.get(f"aim-{key}", ""), said.get(key, "")))
    context = {"day": day, "rows": rows, "form": form}
    return render(request, "success_plans/conference_day.html", context, status=status)


def _close(request: ViewerRequest, form: ConferenceDayForm, picked: set[str]) -> list[Closed]:
    """What came of each line; none, with the form saying why, when nobody was chosen or the day is not one."""
    try:
        students = selectors.chosen(viewer=request.viewer, public_ids={UUID(text) for text in picked})
    except ValueError as error:
        raise Http404 from error
    if len(students) != len(picked):
        raise Http404
    if not students:
        form.add_error(None, _("Choose at least one student."))
        return []
    try:
        return close_conferences(
            by=request.viewer,
            lines=[Line(one, request.POST.get(f"aim-{one.public_id}", "")) for one in students],
            held_on=form.cleaned_data["held_on"],
            reason=form.cleaned_data["reason"],
            language=form.cleaned_data["language"],
        )
    except PlanError as error:
        form.add_error("held_on", str(error))
        return []


def _agreed(n: int) -> str:
    words = ngettext(
        "%(n)s plan is written down as agreed. The family and the student can read it and answer now.",
        "%(n)s plans are written down as agreed. The families and the students can read them and answer now.",
        n,
    )
    return words % {"n": n}
