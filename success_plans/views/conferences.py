"""A student prepares and presents their own conference: one thing at a time, large, or one long page, or on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import ViewerRequest, load_student
from accounts.merging import begin, merge
from accounts.permissions import Permission, can
from success_plans import pdf
from success_plans.errors import MeetingChangedError, PlanError
from success_plans.forms.meetings import ConferenceForm
from success_plans.selectors import conferences, meetings
from success_plans.services import meetings as services

WORDS = ("proud", "edge", "next", "questions")


@require_http_methods(["GET", "POST"])
def conference(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Prepare my conference. The circle reads what I prepared; I write it."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    is_mine = can(request.viewer, Permission.SPEAK_AS_STUDENT, student).allowed
    if request.method == "POST" and not is_mine:
        raise PermissionDenied
    row = meetings.next_conference(viewer=request.viewer, student=student)
    if row is None:
        return render(
            request, "success_plans/conference.html", {"student": student, "conference": None, "is_mine": is_mine}
        )
    found = conferences.conference(viewer=request.viewer, student=student, meeting=row, with_choices=is_mine)
    form = _form(request, found) if is_mine and row.state in {"planned", "running"} else None
    status, conflict = 200, None
    if request.method == "POST" and form is not None:
        status = 422
        if form.is_valid():
            try:
                services.prepare(
                    by=request.viewer,
                    meeting=row,
                    words=form.cleaned_data["words"],
                    conference=_prepared(form),
                    version=form.cleaned_data["version"],
                )
            except PlanError as error:
                form.add_error(None, str(error))
            except MeetingChangedError as changed:
                status, conflict = 409, changed
                merge(form, changed, request.POST)
            else:
                return HttpResponseRedirect(reverse("conference_show", args=[student.public_id]))
    context = {"student": student, "conference": found, "form": form, "is_mine": is_mine, "conflict": conflict}
    return render(request, "success_plans/conference.html", context, status=status)


@require_GET
def conference_show(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Present it: one long page without JavaScript, one thing at a time with it."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    row = meetings.next_conference(viewer=request.viewer, student=student)
    found = (
        conferences.conference(viewer=request.viewer, student=student, meeting=row, with_choices=False)
        if row is not None
        else None
    )
    context = {
        "student": student,
        "conference": found,
        "is_mine": can(request.viewer, Permission.SPEAK_AS_STUDENT, student).allowed,
        "has_pdf": pdf.is_ready(),
    }
    return render(request, "success_plans/conference_show.html", context)


def _form(request: ViewerRequest, found: conferences.Conference) -> ConferenceForm:
    initial = {
        **found.words,
        "words": found.meeting.student_words,
        "strengths": [str(one.public_id) for one in found.chosen_strengths],
        "evidence": [str(one.public_id) for one in found.chosen_pieces],
        "language": found.language if found.is_prepared else get_language(),
        "version": found.meeting.version,
    }
    form = ConferenceForm(
        request.POST or None,
        initial=initial,
        strengths=[(str(one.public_id), Truncator(one.text).chars(160)) for one in found.strengths],
        pieces=[(str(one.public_id), f"{one.title} · {one.word}" if one.word else one.title) for one in found.pieces],
    )
    begin(form)
    return form


def _prepared(form: ConferenceForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "strengths": data.get("strengths", []),
        "evidence": data.get("evidence", []),
        "language": data["language"],
        **{name: data[name].replace("\x00", "").strip() for name in WORDS if data[name].strip()},
    }
