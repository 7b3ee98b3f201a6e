"""The support team of one student, and the substitutes of a school."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.circles import staff, substitutes, team
from accounts.circles.forms import SubstituteForm, TeamForm
from accounts.circles.services import CircleError
from accounts.http import ViewerRequest, load_school
from accounts.permissions import Permission
from accounts.views.circles import load_circle

if TYPE_CHECKING:
    from accounts.models import Person


@require_http_methods(["GET", "POST"])
def circle_team(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who is in the support team; somebody joins it: found by name (by POST), then chosen."""
    student = load_circle(request, public_id)
    is_post = request.method == "POST"
    found = staff.staff_named(viewer=request.viewer, words=request.POST.get("who", "")) if is_post else []
    form = TeamForm(request.POST if is_post else None, found=found)
    if is_post and form.is_valid():
        person = _chosen(request, form)
        if person is not None:
            try:
                team.join_team(
                    by=request.viewer,
                    student=student,
                    person=person,
                    until=form.until,
                    domains=form.cleaned_data["domains"],
                )
            except CircleError as error:
                form.add_error(None, str(error))
            else:
                said = _("%(name)s is in the support team now, and sees it from their next page on.")
                messages.success(request, said % {"name": person.display_name})
                return redirect("circle_team", student.public_id)
    context = {"student": student, "form": form, "lines": team.team_of(viewer=request.viewer, student=student)}
    return render(request, "accounts/circle_team.html", context, status=422 if form.errors else 200)


@require_POST
def circle_team_leave(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Somebody is in the team no longer."""
    student = load_circle(request, public_id)
    key = _uuid(request.POST.get("member", ""))
    person = team.member(viewer=request.viewer, student=student, public_id=key) if key is not None else None
    if person is None:
        raise Http404
    team.leave_team(by=request.viewer, student=student, person=person)
    messages.success(request, _("%(name)s is in the team no longer.") % {"name": person.display_name})
    return redirect("circle_team", student.public_id)


@require_http_methods(["GET", "POST"])
def school_substitutes(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who teaches for a while; somebody new: found by name (by POST), then chosen."""
    school, _decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    sections = {str(one.public_id): one for one in substitutes.classes_of(viewer=request.viewer, school=school)}
    is_post = request.method == "POST"
    found = staff.staff_named(viewer=request.viewer, words=request.POST.get("who", "")) if is_post else []
    form = SubstituteForm(
        request.POST if is_post else None,
        found=found,
        sections=[(key, one.title) for key, one in sections.items()],
        initial={"starts_on": request.viewer.today},
    )
    if is_post and form.is_valid():
        person = _chosen(request, form)
        if person is not None:
            try:
                substitutes.begin_substitute(
                    by=request.viewer,
                    section=sections[form.cleaned_data["section"]],
                    person=person,
                    starts_on=form.cleaned_data["starts_on"],
                    ends_on=form.cleaned_data["last_day"] + timedelta(days=1),
                )
            except CircleError as error:
                form.add_error(None, str(error))
            else:
                said = _("Saved. %(name)s sees this class on these days.")
                messages.success(request, said % {"name": person.display_name})
                return redirect("school_substitutes", school.public_id)
    lines = substitutes.substitutes(viewer=request.viewer, school=school)
    context = {"school": school, "form": form, "lines": lines}
    return render(request, "accounts/school_substitutes.html", context, status=422 if form.errors else 200)


@require_POST
def substitute_end(request: ViewerRequest, public_id: UUID, pk: int) -> HttpResponse:
    """They teach it no longer."""
    school, _decision = load_school(request, public_id, Permission.ASSIGN_NAVIGATORS)
    row = substitutes.substitute_by_key(viewer=request.viewer, school=school, pk=pk)
    if row is None:
        raise Http404
    substitutes.end_substitute(by=request.viewer, substitute=row)
    messages.success(request, _("Ended. They see this class no longer."))
    return redirect("school_substitutes", school.public_id)


def _chosen(request: ViewerRequest, form: TeamForm | SubstituteForm) -> Person | None:
    """Who was chosen among the found; None where nobody was yet, with a complaint if the found stood there already."""
    key = _uuid(form.cleaned_data.get("person", ""))
    person = staff.colleague(viewer=request.viewer, public_id=key) if key is not None else None
    if person is not None:
        return person
    if form.found:
        if "found" in request.POST:
            form.add_error("person", _("Choose who it is."))
    else:
        form.add_error("who", _("Nobody who works for the schools has a name that begins like this."))
    return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
