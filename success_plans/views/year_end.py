"""The year end of one student: student and family sign off, the next year gets its navigator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission
from success_plans.choices import AgreementAnswer
from success_plans.errors import PlanError
from success_plans.forms.cycle import NextYearForm, SignOffForm
from success_plans.selectors import caseloads as caseload_selectors
from success_plans.selectors import cycle as selectors
from success_plans.services import caseloads as caseload_services
from success_plans.services import cycle as services
from success_plans.services import versions as version_services


@require_http_methods(["GET", "POST"])
def year_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What is still to do until the year is closed. POST writes down what somebody says to the newest version."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN, block="year_end")
    viewer = request.viewer
    page = selectors.year_end(viewer=viewer, student=student)
    form = SignOffForm(
        request.POST or None,
        people=[(str(signer.person.public_id), signer.person.display_name) for signer in page.signers],
        initial={"language": get_language()},
    )
    if request.method == "POST" and form.is_valid():
        signers = {str(signer.person.public_id): signer for signer in page.signers}
        data = form.cleaned_data
        if page.version is None:
            form.add_error(None, _("There is no version of the plan to sign off yet."))
        else:
            try:
                version_services.answer(
                    by=viewer,
                    version=page.version,
                    person=signers[data["person"]].person,
                    answer=AgreementAnswer(data["answer"]),
                    statement=data["statement"],
                    language=data["language"],
                )
            except PlanError as error:
                form.add_error(None, str(error))
            else:
                services.look_again(by=viewer, student=student)
                messages.success(request, _("Kept. What was said stays with the plan."))
                return redirect("year_end", student.public_id)
    context = _context(request, student, page) | {"form": form}
    return render(request, "success_plans/year_end.html", context, status=422 if form.errors else 200)


def _context(request: ViewerRequest, student: Any, page: selectors.YearEnd) -> dict[str, Any]:
    people = []
    if student.school is not None:
        adults = caseload_selectors.adults_of(viewer=request.viewer, school=student.school)
        people = [(str(a.public_id), a.display_name) for a in adults if a.pk != request.viewer.person_id]
    return {"student": student, "page": page, "next_form": NextYearForm(people=people)}


@require_POST
def year_end_next(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who holds the plan next year: the navigator stays, or another adult is asked and says yes or no."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN)
    viewer = request.viewer
    if student.school is None:
        raise PermissionDenied
    adults = {
        str(a.public_id): a
        for a in caseload_selectors.adults_of(viewer=viewer, school=student.school)
        if a.pk != viewer.person_id
    }
    form = NextYearForm(request.POST, people=[(key, a.display_name) for key, a in adults.items()])
    if form.is_valid():
        chosen = form.cleaned_data["to"]
        try:
            if chosen:
                caseload_services.offer_handover(
                    by=viewer, student=student, to=adults[chosen], note=form.cleaned_data["note"]
                )
                messages.success(request, _("Asked. Nothing changes until they say yes."))
            else:
                services.stay_next_year(by=viewer, student=student)
                messages.success(request, _("Kept: you hold the plan next year too."))
        except (PlanError, caseload_services.CaseloadError) as error:
            form.add_error(None, str(error))
        else:
            return redirect("year_end", student.public_id)
    page = selectors.year_end(viewer=viewer, student=student)
    context = _context(request, student, page) | {
        "form": SignOffForm(
            people=[(str(s.person.public_id), s.person.display_name) for s in page.signers],
            initial={"language": get_language()},
        ),
        "next_form": form,
    }
    return render(request, "success_plans/year_end.html", context, status=422)
