"""Versions of a plan: the list, one version to read and print, what changed, the plan on a day, answers, agreeing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Decision, Permission, can
from success_plans.choices import AgreementAnswer, PlanState, TemplateKind
from success_plans.errors import PlanError
from success_plans.forms.versions import AnswerForm, AsOfForm, MoveForm, TemplateKindForm, VersionForm
from success_plans.selectors import versions as selectors
from success_plans.selectors.sent_packets import packets_sent
from success_plans.services import versions as services

if TYPE_CHECKING:
    from accounts.models import Student
    from success_plans.models import PlanVersion


@require_GET
def plan_versions(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every agreed version, what family and student said to it, and where the next one stands."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="versions")
    return _list(request, student, VersionForm())


def _list(request: ViewerRequest, student: Student, form: VersionForm, status: int = 200) -> HttpResponse:
    context = {
        "student": student,
        "page": selectors.versions_page(viewer=request.viewer, student=student),
        "form": form,
        "sent": packets_sent(viewer=request.viewer, student=student),
        "as_of_form": AsOfForm(initial={"on": request.viewer.today}),
        "may_transfer": student.school is not None
        and can(request.viewer, Permission.TRANSFER_PLANS, student.school).allowed,
    }
    return render(request, "success_plans/version_list.html", context, status=status)


@require_POST
def plan_move(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Share the plan with the family, take it back to write on, or open it for review."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _list(request, student, VersionForm(), 422)
    try:
        services.move(by=request.viewer, student=student, to=PlanState(form.cleaned_data["to"]))
    except PlanError as error:
        messages.info(request, str(error))
    return redirect("plan_versions", student.public_id)


@require_POST
def version_agree(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Write the plan down as agreed. It never changes again."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN)
    form = VersionForm(request.POST)
    if form.is_valid():
        try:
            row = services.agree_version(by=request.viewer, student=student, reason=form.cleaned_data["reason"])
        except PlanError as error:
            form.add_error("reason", str(error))
        else:
            return redirect("plan_version", row.public_id)
    return _list(request, student, form, 422)


@require_POST
def plan_template(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Ask with the light or the full template from now on; back to the plan when it was suggested there."""
    student, _decision = load_student(request, public_id, Permission.HOLD_PLAN)
    form = TemplateKindForm(request.POST)
    if not form.is_valid():
        return _list(request, student, VersionForm(), 422)
    try:
        services.use_template(by=request.viewer, student=student, kind=TemplateKind(form.cleaned_data["kind"]))
    except PlanError as error:
        messages.info(request, str(error))
    else:
        if "from_plan" in request.POST:
            messages.success(request, _("The plan is full from now on. What was agreed stays as it is."))
            return redirect("student_plan", student.public_id)
    return redirect("plan_versions", student.public_id)


@require_GET
def plan_version(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One version, to read and to print, with every statement attached to it."""
    version, student, decision = _load(request, public_id)
    audit.record_read(
        viewer=request.viewer,
        subject=f"version:{version.pk}",
        students=[student.pk],
        block="version",
        reason=decision.reason,
        purpose=request.viewer.purposes.get(str(student.public_id), "") if decision.needs_purpose else "",
    )
    page = selectors.version_page(viewer=request.viewer, student=student, version=version)
    return render(request, "success_plans/version_detail.html", {"student": student, "page": page})


@require_http_methods(["GET", "POST"])
def plan_agree(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Agree, agree in part or not, with a statement. An adult at school may write down what was said to them."""
    version, student, _decision = _load(request, public_id)
    viewer = request.viewer
    speaks = any(
        can(viewer, permission, student).allowed
        for permission in (Permission.SPEAK_AS_FAMILY, Permission.SPEAK_AS_STUDENT)
    )
    if not speaks and not can(viewer, Permission.EDIT_PLAN, student).allowed:
        raise PermissionDenied
    people = [] if speaks else selectors.voices(viewer=viewer, student=student)
    page = selectors.version_page(viewer=viewer, student=student, version=version)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        people=None if speaks else [(str(p.public_id), p.display_name) for p in people],
        initial={
            "language": get_language(),
            "answer": page.mine.answer if page.mine else None,
            "statement": page.mine.statement if page.mine else "",
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.answer(
                by=viewer,
                version=version,
                person=selectors.me(viewer=viewer)
                if speaks
                else next(p for p in people if str(p.public_id) == data["person"]),
                answer=AgreementAnswer(data["answer"]),
                statement=data["statement"],
                language=data["language"],
            )
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. The answer stands with this version."))
            return redirect("plan_version", version.public_id)
    context = {"student": student, "page": page, "form": form, "speaks": speaks}
    return render(request, "success_plans/version_answer.html", context, status=422 if form.errors else 200)


@require_GET
def plan_as_of(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The plan as it stood at the end of a day (`?on=2026-10-31`); today without one."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan_as_of")
    viewer = request.viewer
    form = AsOfForm(request.GET if "on" in request.GET else {"on": viewer.today.isoformat()})
    page = None
    if form.is_valid():
        on = form.cleaned_data["on"]
        if on > viewer.today:
            form.add_error("on", _("That day has not come yet."))
        elif on.year < 1990:
            form.add_error("on", _("No plan goes back that far."))
        else:
            page = selectors.as_of_page(viewer=viewer, student=student, on=on)
    return render(
        request,
        "success_plans/plan_as_of.html",
        {"student": student, "form": form, "page": page},
        status=422 if form.errors else 200,
    )


@require_GET
def plan_compare(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What changed from one version to another or to now (`?from=1&to=now`)."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="versions")
    one, other = request.GET.get("from", "1"), request.GET.get("to", selectors.NOW)
    page = selectors.compare_page(viewer=request.viewer, student=student, one=one, other=other)
    if page is None:
        raise Http404
    return render(request, "success_plans/version_compare.html", {"student": student, "page": page})


def _load(request: ViewerRequest, public_id: UUID) -> tuple[PlanVersion, Student, Decision]:
    """A version with its student, whom the loader answers for; a held version is not there for the family."""
    viewer = require_sign_in(request)
    version = selectors.version_by_id(viewer=viewer, public_id=public_id)
    if version is None:
        raise Http404
    student, decision = load_student(request, version.plan.student.public_id, Permission.READ_PLAN)
    if selectors.is_withheld(viewer=viewer, student=student, version=version):
        raise Http404
    return version, student, decision
