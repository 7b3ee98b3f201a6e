"""Judging where a student stands, with a reason, and taking that back."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from assessments import services
from assessments.forms.engine import EndJudgementForm, JudgementForm
from assessments.selectors import judgements as selectors


@require_http_methods(["GET", "POST"])
def judgement(request: ViewerRequest, public_id: UUID, competency: UUID) -> HttpResponse:
    """The form of a judgement. 409 shows the judgement that stands now, with one's own still in the form."""
    student, _decision = load_student(request, public_id, Permission.RECORD_EVIDENCE, block="competency")
    page = selectors.judgement_page(viewer=request.viewer, student=student, competency=competency)
    if page is None:
        raise Http404
    stands = page.standing
    form = JudgementForm(
        request.POST or None,
        levels=page.levels,
        initial={
            "key": uuid.uuid4(),
            "replaces": stands.public_id if stands else "",
            "judged_on": request.viewer.today,
            "language": (get_language() or "en").split("-")[0],
        },
    )
    status, conflict = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                services.set_judgement(
                    by=request.viewer,
                    student=student,
                    competency=page.competency,
                    key=data["key"],
                    level=data["level"],
                    reason=data["reason"],
                    language=data["language"],
                    judged_on=data["judged_on"],
                    replaces=data["replaces"],
                )
            except services.JudgementError as error:
                form.add_error(None, str(error))
            except services.JudgementStandsError as stands_now:
                status, conflict = 409, True
                sent = request.POST.copy()
                sent["replaces"] = str(stands_now.current.public_id) if stands_now.current else ""
                form = JudgementForm(sent, levels=page.levels)
            else:
                messages.success(request, _("Saved. Your judgement leads, and what is computed stands beside it."))
                return redirect("student_competency", public_id, competency)
    context = {"student": student, "page": page, "form": form, "conflict": conflict, "end_form": EndJudgementForm()}
    return render(request, "assessments/judgement.html", context, status=status)


@require_POST
def judgement_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a judgement back, with a reason."""
    viewer = require_sign_in(request)
    found = selectors.judgement_student(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    student, _decision = load_student(request, found[0], Permission.RECORD_EVIDENCE, block="competency")
    row = found[1]
    form = EndJudgementForm(request.POST)
    status, problem = 422, False
    if form.is_valid():
        try:
            services.end_judgement(by=viewer, judgement=row, reason=form.cleaned_data["end_reason"])
        except services.JudgementError as error:
            form.add_error("end_reason", str(error))
        except services.JudgementStandsError:
            status, problem = 409, True
        else:
            messages.success(
                request, _("Taken back. What is computed leads again; the judgement stays in the history.")
            )
            return redirect("student_competency", student.public_id, row.competency.public_id)
    page = selectors.judgement_page(viewer=viewer, student=student, competency=row.competency.public_id)
    if page is None:
        raise Http404
    fresh = JudgementForm(
        levels=page.levels,
        initial={
            "key": uuid.uuid4(),
            "replaces": page.standing.public_id if page.standing else "",
            "judged_on": viewer.today,
            "language": (get_language() or "en").split("-")[0],
        },
    )
    context = {"student": student, "page": page, "form": fresh, "conflict": problem, "end_form": form}
    return render(request, "assessments/judgement.html", context, status=status)
