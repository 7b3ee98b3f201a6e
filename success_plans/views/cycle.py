"""What waits for me, one step of it, and how a school stands in counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.http import ViewerRequest, load_school, load_student, require_sign_in
from accounts.permissions import Permission, can
from success_plans.choices import StepName, StepOutcome
from success_plans.errors import PlanError
from success_plans.forms.cycle import StepEndForm
from success_plans.selectors import cycle as selectors
from success_plans.services import cycle as services


@dataclass(frozen=True, slots=True)
class Act:
    """The one link that does a step: where it goes, and its words."""

    url: str
    words: str


def _act(line: selectors.StepLine) -> Act:
    """The page that closes a step; the plan where that page does not exist."""
    student = (line.student,)
    acts: dict[str, tuple[str, tuple[object, ...], str]] = {
        StepName.INTAKE: ("intake", student, _("Take the first look")),
        StepName.CONVERSATION: ("contact_add", student, _("Write down a talk or a try")),
        StepName.MEETING: ("meeting_plan", student, _("Prepare the meeting")),
        StepName.SUPPORTS: ("session_add", (), _("Log a session")),
        StepName.REVIEW: ("cycle_step", (line.public_id,), _("Say how it goes on")),
        StepName.YEAR_END: ("year_end", student, _("Close the year")),
        StepName.TRANSFER: ("packet_export", student, _("Send the plan along")),
    }
    if line.step == StepName.CLASS_REVIEW and line.section is not None:
        query = urlencode({"student": line.student})
        return Act(f"{reverse('class_review', args=[line.section])}?{query}", _("Talk about them"))
    route, args, words = acts.get(line.step, ("student_plan", student, _("Open the plan")))
    try:
        return Act(reverse(route, args=args), words)
    except NoReverseMatch:
        return Act(reverse("student_plan", args=student), _("Open the plan"))


@require_GET
def work_list(request: ViewerRequest) -> HttpResponse:
    """What waits for me: step by step, student by student, each with the one link that does it."""
    viewer = require_sign_in(request)
    wanted = request.GET.get("step", "")
    found = selectors.work_list(viewer=viewer, step=wanted if wanted in StepName.values else "")
    if found.student_ids:
        audit.record_read(
            viewer=viewer, subject="work", students=found.student_ids, block="work", reason=_("owns these steps")
        )
    groups = [(group, [(line, _act(line)) for line in group.lines]) for group in found.groups]
    context = {"work": found, "groups": groups, "wanted": wanted}
    return render(request, "success_plans/work_list.html", context)


@require_http_methods(["GET", "POST"])
def cycle_step(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One step: what closes it, and the form to end it with a reason. Its owner, or who holds the plan, ends it."""
    viewer = require_sign_in(request)
    step = selectors.step_by_id(viewer=viewer, public_id=public_id)
    if step is None:
        raise Http404
    load_student(request, step.student.public_id, Permission.READ_PLAN, block="cycle")
    holds = can(viewer, Permission.HOLD_PLAN, step.student).allowed
    if not holds and not (
        step.owner_id == viewer.person_id and can(viewer, Permission.EDIT_PLAN, step.student).allowed
    ):
        raise PermissionDenied
    form = StepEndForm(request.POST or None, outcomes=services.ENDS[step.step])
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                services.end_step(
                    by=viewer,
                    step=step,
                    outcome=StepOutcome(form.cleaned_data["outcome"]),
                    reason=form.cleaned_data["reason"],
                )
            except services.StepEndedError as ended:
                step, status = ended.current, 409
            except PlanError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Kept, with your reason."))
                return redirect("work_list")
        status = 422 if form.errors else status
    context: dict[str, Any] = {
        "page": selectors.step_page(viewer=viewer, step=step),
        "step": step,
        "form": form,
        "is_conflict": status == 409,
    }
    return render(request, "success_plans/cycle_step.html", context, status=status)


@require_GET
def school_cycle(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How the year's steps stand at a school: counts per step and per adult, no student's name."""
    school, _decision = load_school(request, public_id, Permission.READ_SCHOOL)
    page = selectors.school_cycle(viewer=request.viewer, school=school)
    context: dict[str, Any] = {"page": page, "school": school}
    if can(request.viewer, Permission.ASSIGN_NAVIGATORS, school).allowed:
        try:
            context["caseloads"] = reverse("caseload", args=[school.public_id])
        except NoReverseMatch:
            context["caseloads"] = ""
    return render(request, "success_plans/school_cycle.html", context)
