"""The student's plan: one calm page, and small forms that open in place (a page of their own without JavaScript)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in, wants_fragment
from accounts.permissions import Permission, can
from success_plans.choices import GoalState, NeedDomain, NeedState, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.forms import GoalEndForm, GoalForm, NeedEndForm, NeedForm, RewordForm, StatementForm
from success_plans.selectors import plans as plan_selectors
from success_plans.selectors import texts
from success_plans.services import plans as plan_services
from success_plans.services.plans import GoalText
from supports.selectors import flags as flag_selectors

if TYPE_CHECKING:
    from success_plans.models import Goal


@require_GET
def students(request: ViewerRequest) -> HttpResponse:
    """My students, by name and by nothing else."""
    viewer = require_sign_in(request)
    wanted = request.GET.get("q", "").strip()
    found = texts.my_students(viewer=viewer)
    if wanted:
        found = [s for s in found if wanted.casefold() in s.person.display_name.casefold()]
    return render(request, "success_plans/student_list.html", {"students": found, "q": wanted})


@require_GET
def student_plan(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who I am, where I am, where I'm going, who helps, the record; beside it what waits."""
    student, decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    context = {
        "plan": plan_selectors.plan_page(viewer=request.viewer, student=student),
        "flags": flag_selectors.student_flags(viewer=request.viewer, student_id=student.pk),
        "reason": decision.reason,
    }
    return render(request, "success_plans/student_plan.html", context)


# ------------------------------------------------------------------ the small forms
def _form(
    request: ViewerRequest,
    form: forms.Form,
    *,
    title: str,
    back: str,
    student: Any,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """The form in place for htmx, on a page of its own otherwise."""
    context = {"form": form, "title": title, "back": back, "student": student, "action": request.path, **extra}
    name = "success_plans/text_form.html"
    response = render(request, f"{name}#text-form" if wants_fragment(request) else name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _saved(request: ViewerRequest, back: str) -> HttpResponse:
    """Back to the plan at the place of the change; htmx reloads the page there, so that every block agrees."""
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Location"] = back
        return response
    return redirect(back)


def _plan_url(student: Any, anchor: str) -> str:
    return f"/students/{student.public_id}/plan#{anchor}"


@require_http_methods(["GET", "POST"])
def statement_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Add a sentence: students and families in their own voice, staff in theirs or as a scribe."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    viewer = request.viewer
    kind = request.POST.get("kind") or request.GET.get("kind") or StatementKind.STRENGTH
    if kind not in StatementKind.values:
        raise Http404
    is_student = can(viewer, Permission.SPEAK_AS_STUDENT, student).allowed
    is_family = can(viewer, Permission.SPEAK_AS_FAMILY, student).allowed
    is_staff = can(viewer, Permission.EDIT_PLAN, student).allowed
    if not (is_student or is_family or is_staff):
        raise PermissionDenied
    form = StatementForm(
        request.POST or None,
        may_scribe=is_staff,
        initial={"kind": kind, "language": get_language(), "said_by_student": True},
    )
    back = _plan_url(student, f"{kind}")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            scribed = is_staff and form.cleaned_data.get("said_by_student", False)
            voice = Voice.STUDENT if is_student or scribed else Voice.FAMILY if is_family else Voice.STAFF
            try:
                plan_services.say(
                    by=viewer,
                    student=student,
                    kind=StatementKind(kind),
                    voice=voice,
                    text=form.cleaned_data["text"],
                    language=form.cleaned_data["language"],
                    author_id=student.person_id if scribed else None,
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                target = _after(request, student, back)
                return _saved(request, target)
    title = str(StatementKind(kind).label)
    return _form(request, form, title=title, back=_after(request, student, back), student=student, status=status)


def _after(request: ViewerRequest, student: Any, back: str) -> str:
    """Families come back to their own page."""
    if can(request.viewer, Permission.READ_FAMILY_PAGE, student).allowed:
        return f"/family/{student.public_id}#words"
    return back


@require_http_methods(["GET", "POST"])
def statement_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Reword one's own sentence. When somebody else did meanwhile, both wordings are shown and nothing is lost."""
    viewer = require_sign_in(request)
    row = texts.statement_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student = row.plan.student
    if viewer.person_id not in {row.author_id, row.scribe_id}:
        raise PermissionDenied
    form = RewordForm(request.POST or None, initial={"text": row.text, "version": row.version})
    back = _after(request, student, _plan_url(student, row.kind))
    title = _("Reword")
    extra: dict[str, Any] = {"withdraw": row}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_services.reword(
                    by=viewer, statement=row, text=form.cleaned_data["text"], version=form.cleaned_data["version"]
                )
            except PlanError as error:
                form.add_error("text", str(error))
            except TextChangedError as changed:
                status = 409
                extra["conflict"] = changed
                extra["their_name"] = changed.current.author.display_name
                form = RewordForm(initial={"text": changed.mine, "version": changed.current.version})
            else:
                return _saved(request, back)
    return _form(request, form, title=title, back=back, student=student, status=status, **extra)


@require_POST
def statement_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take one's own sentence off the plan; it stays in the history."""
    viewer = require_sign_in(request)
    row = texts.statement_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    try:
        plan_services.withdraw(by=viewer, statement=row, version=row.version)
    except PermissionError as error:
        raise PermissionDenied from error
    except TextChangedError:
        messages.info(request, _("This changed meanwhile. Look again before you decide."))
    student = row.plan.student
    return _saved(request, _after(request, student, _plan_url(student, row.kind)))


@require_http_methods(["GET", "POST"])
def need_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Add to the record of needs."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN)
    form = NeedForm(request.POST or None, initial={"language": get_language()})
    back = _plan_url(student, "needs")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_services.note_need(
                    by=request.viewer,
                    student=student,
                    domain=NeedDomain(form.cleaned_data["domain"]),
                    text=form.cleaned_data["text"],
                    language=form.cleaned_data["language"],
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                return _saved(request, back)
    return _form(request, form, title=_("A need"), back=back, student=student, status=status)


@require_http_methods(["GET", "POST"])
def need_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A need is met or no longer true."""
    viewer = require_sign_in(request)
    row = texts.need_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student = row.plan.student
    if not can(viewer, Permission.EDIT_PLAN, student).allowed:
        raise PermissionDenied
    form = NeedEndForm(request.POST or None, initial={"version": row.version})
    back = _plan_url(student, "needs")
    extra: dict[str, Any] = {"about": row.text}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_services.end_need(
                    by=viewer,
                    need=row,
                    state=NeedState(form.cleaned_data["state"]),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"],
                )
            except TextChangedError as changed:
                status = 409
                extra |= {"conflict": changed, "their_name": changed.current.author.display_name}
            else:
                return _saved(request, back)
    return _form(request, form, title=_("What happened?"), back=back, student=student, status=status, **extra)


@require_http_methods(["GET", "POST"])
def goal_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A goal or an intention; students and families propose theirs the same way."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    _require_voice(request, student)
    form = _goal_form(request, student, initial={"language": get_language()})
    back = _after(request, student, _plan_url(student, "going"))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_services.set_goal(
                    by=request.viewer,
                    student=student,
                    goal=_goal_text(request, form),
                    language=form.cleaned_data["language"],
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                return _saved(request, back)
    return _form(request, form, title=_("What comes next"), back=back, student=student, status=status, is_goal=True)


@require_http_methods(["GET", "POST"])
def goal_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a goal; 409 shows both wordings."""
    viewer = require_sign_in(request)
    row = texts.goal_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student = row.plan.student
    if not (can(viewer, Permission.EDIT_PLAN, student).allowed or viewer.person_id == row.author_id):
        raise PermissionDenied
    initial = {
        "text": row.text,
        "why": row.why,
        "measure": row.measure,
        "baseline": row.baseline,
        "target": row.target,
        "due_on": row.due_on,
        "steps": row.steps,
        "helper": str(row.helper_id or ""),
        "competency": str(row.competency.public_id) if row.competency else "",
        "language": row.language,
        "version": row.version,
    }
    form = _goal_form(request, student, initial=initial, goal=row)
    back = _after(request, student, _plan_url(student, "going"))
    extra: dict[str, Any] = {"is_goal": True}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            try:
                plan_services.change_goal(by=viewer, goal=row, to=_goal_text(request, form), version=version)
            except PlanError as error:
                form.add_error("text", str(error))
            except TextChangedError as changed:
                status = 409
                extra |= {"conflict": changed, "their_name": changed.current.author.display_name}
                data = request.POST.copy()
                data["version"] = str(changed.current.version)
                form = _goal_form(request, student, initial=initial, data=data, goal=row)
            else:
                return _saved(request, back)
    return _form(request, form, title=_("Change this goal"), back=back, student=student, status=status, **extra)


@require_http_methods(["GET", "POST"])
def goal_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What became of a goal."""
    viewer = require_sign_in(request)
    row = texts.goal_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student = row.plan.student
    if not (can(viewer, Permission.EDIT_PLAN, student).allowed or viewer.person_id == row.author_id):
        raise PermissionDenied
    form = GoalEndForm(request.POST or None, initial={"version": row.version, "state": row.state})
    back = _after(request, student, _plan_url(student, "going"))
    extra: dict[str, Any] = {"about": row.text}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan_services.end_goal(
                    by=viewer,
                    goal=row,
                    state=GoalState(form.cleaned_data["state"]),
                    version=form.cleaned_data["version"],
                )
            except TextChangedError as changed:
                status = 409
                extra |= {"conflict": changed, "their_name": changed.current.author.display_name}
            else:
                return _saved(request, back)
    return _form(request, form, title=_("What became of it?"), back=back, student=student, status=status, **extra)


def _require_voice(request: ViewerRequest, student: Any) -> None:
    wanted = (Permission.EDIT_PLAN, Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY)
    if not any(can(request.viewer, permission, student).allowed for permission in wanted):
        raise PermissionDenied


def _goal_form(
    request: ViewerRequest, student: Any, *, initial: dict[str, Any], data: Any = None, goal: Goal | None = None
) -> GoalForm:
    """The form; what a goal names already can always be kept, by a family and after the circle has changed too."""
    viewer = request.viewer
    may_name = can(viewer, Permission.EDIT_PLAN, student).allowed
    helpers = dict(texts.helpers_for_goal(viewer=viewer, student=student) if may_name else [])
    competencies = dict(texts.focus_choices(viewer=viewer, student=student))
    if goal is not None and goal.helper is not None:
        helpers.setdefault(goal.helper.pk, goal.helper.display_name)
    if goal is not None and goal.competency is not None:
        competencies.setdefault(str(goal.competency.public_id), goal.competency.name)
    return GoalForm(
        data or request.POST or None,
        initial=initial,
        helpers=list(helpers.items()),
        competencies=list(competencies.items()),
    )


def _goal_text(request: ViewerRequest, form: GoalForm) -> GoalText:
    data = form.cleaned_data
    chosen = data["competency"]
    competency = flag_selectors.next_competency(viewer=request.viewer, public_id=UUID(chosen)) if chosen else None
    return GoalText(
        text=data["text"],
        why=data["why"],
        measure=data["measure"],
        baseline=data["baseline"],
        target=data["target"],
        due_on=data["due_on"],
        steps=data["steps"],
        helper_id=int(data["helper"]) if data["helper"] else None,
        competency=competency,
    )
