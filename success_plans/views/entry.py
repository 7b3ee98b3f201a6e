"""The first look, in steps that can be left and come back to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can
from success_plans.errors import TextChangedError
from success_plans.forms.entry import FindingForm
from success_plans.selectors import entry as selectors
from success_plans.services import entry as services
from success_plans.views import entry_steps
from success_plans.views.inplace import in_place


@require_http_methods(["GET", "POST"])
def intake(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One step at a time; each save keeps what it has, and nothing but a sentence is ever required."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN, block="plan")
    step = request.GET.get("step", selectors.STEPS[0])
    if step not in selectors.STEPS:
        raise Http404
    extra: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        wanted = request.POST.get("do", "")
        action = entry_steps.ACTIONS.get(wanted, entry_steps.nothing)
        try:
            form = action(request, student)
        except TextChangedError as changed:
            status = 409
            extra = entry_steps.merged_pointer(request, student, changed) if wanted == "pointer" else {}
            extra |= {"conflict": changed, "their_name": changed.current.author.display_name}
        else:
            if form is None:
                onward = request.POST.get("then") == "next"
                return redirect(
                    f"{reverse('intake', args=[student.public_id])}?step={_after(step) if onward else step}"
                )
            status = 422
            extra = entry_steps.shown_again(wanted, form)
    page = selectors.intake_page(viewer=request.viewer, student=student)
    context: dict[str, Any] = {
        "student": student,
        "page": page,
        "step": step,
        "title": selectors.step_title(step),
        "number": selectors.STEPS.index(step) + 1,
        "of": len(selectors.STEPS),
        "next": _after(step),
        "before": _before(step),
        **entry_steps.forms_of(request, student, step, page),
        **extra,
    }
    for area in context.get("areas", []):
        if area["code"] == extra.get("area"):
            area["form"] = extra["finding_form"]
    return render(request, "success_plans/intake.html", context, status=status)


def _after(step: str) -> str:
    at = selectors.STEPS.index(step)
    return selectors.STEPS[min(at + 1, len(selectors.STEPS) - 1)]


def _before(step: str) -> str:
    at = selectors.STEPS.index(step)
    return selectors.STEPS[at - 1] if at else ""


# ------------------------------------------------------------------ one finding
@require_http_methods(["GET", "POST"])
def finding_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """New words for a part of the first look; 409 shows both when somebody else was quicker."""
    viewer = require_sign_in(request)
    row = selectors.finding_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student = row.plan.student
    if not can(viewer, Permission.EDIT_PLAN, student).allowed:
        raise PermissionDenied
    step = next((code for code, areas in selectors.STEP_AREAS.items() if row.area in areas), "can")
    back = f"{reverse('intake', args=[student.public_id])}?step={step}"
    initial = {
        "can_do": row.can_do,
        "next_step": row.next_step,
        "tool": row.tool,
        "found_on": row.found_on,
        "language": row.language,
        "version": row.version,
    }
    form = FindingForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.change_finding(
            by=viewer,
            finding=row,
            can_do=data["can_do"],
            next_step=data["next_step"],
            tool=data["tool"],
            version=data["version"] or 0,
            language=data["language"],
        )

    title = _("A part of the first look")
    return in_place(request, form, student=student, title=title, back=back, save=save, problem_at="can_do")
