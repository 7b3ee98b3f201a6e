"""Meetings: plan one, prepare it, run it live, print it. What is typed is kept, also when the session ran out."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, wants_fragment
from accounts.merging import BEGAN, begin, merge
from accounts.permissions import Permission, can
from success_plans import pdf
from success_plans.choices import AttendeeRole, Interpreter, MeetingKind
from success_plans.errors import MeetingChangedError, PlanError
from success_plans.forms.meetings import DecisionForm, MeetingForm, OutcomeForm, QuickGoalForm, suggested_start
from success_plans.selectors import meetings as selectors
from success_plans.selectors.meetings import MeetingPage
from success_plans.services import meetings as services
from success_plans.services import plans as plan_services
from success_plans.services.meetings import Guest, MeetingFacts
from success_plans.services.plans import GoalText
from success_plans.views.decisions import decision_text, load_meeting

KEPT = "kept_for_meeting"
"""Where the session keeps what somebody typed whose sign-in had run out, until they are back."""
KEPT_FOR = 60 * 60


# ------------------------------------------------------------------ the list and planning
@require_GET
def meetings(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The meetings of a student, the next and newest first."""
    student, decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    context = {
        "student": student,
        "meetings": selectors.meetings_of(viewer=request.viewer, student=student),
        "may_plan": can(request.viewer, Permission.EDIT_PLAN, student).allowed,
        "reason": decision.reason,
    }
    return render(request, "success_plans/meeting_list.html", context)


@require_http_methods(["GET", "POST"])
def meeting_plan(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Plan a meeting: the circle to tick, the interpreter need as the family told it; students lead from grade 3."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN)
    known = selectors.inviting(viewer=request.viewer, student=student)
    form = MeetingForm(
        request.POST or None,
        people=known.people,
        initial={
            "kind": MeetingKind.CONFERENCE if known.leads else MeetingKind.PLAN,
            "starts_at": suggested_start(request.viewer.today),
            "is_student_led": known.leads,
            "people": [str(pk) for pk, _name, role in known.people if role != AttendeeRole.TEACHER],
            "interpreter": Interpreter.MISSING if known.interpreter_language else Interpreter.NOT_NEEDED,
            "interpreter_language": known.interpreter_language,
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = services.plan_meeting(
                    by=request.viewer, student=student, facts=_facts(form), language=get_language() or "en"
                )
            except PlanError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The meeting is planned. Its agenda builds itself from what changed."))
                return redirect("meeting", public_id=row.public_id)
    context = {"form": form, "student": student, "title": _("Plan a meeting"), "back": _list_url(student)}
    return render(request, "success_plans/meeting_plan.html", context, status=status)


@require_http_methods(["GET", "POST"])
def meeting_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a meeting that has not been held; 409 when somebody else did meanwhile, with everything typed kept."""
    student, row = load_meeting(request, public_id, Permission.EDIT_PLAN)
    known = selectors.inviting(viewer=request.viewer, student=student)
    asked = selectors.guests_for_form(viewer=request.viewer, meeting=row)
    initial = {
        "kind": row.kind,
        "starts_at": row.starts_at,
        "place": row.place,
        "is_student_led": row.is_student_led,
        "people": asked.people,
        "interpreter": row.interpreter,
        "interpreter_language": row.interpreter_language,
        "agenda_extra": row.agenda_extra,
        "version": row.version,
        **asked.others,
    }
    form = MeetingForm(request.POST or None, people=known.people, initial=initial)
    begin(form)
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.change_meeting(
                    by=request.viewer, meeting=row, facts=_facts(form), version=form.cleaned_data["version"] or 0
                )
            except PlanError as error:
                form.add_error(None, str(error))
            except MeetingChangedError as changed:
                status, conflict = 409, changed
                merge(form, changed, request.POST)
            else:
                return redirect("meeting", public_id=public_id)
    context = {
        "form": form,
        "student": student,
        "title": _("Change this meeting"),
        "back": reverse("meeting", args=[public_id]),
        "meeting": row,
        "conflict": conflict,
    }
    return render(request, "success_plans/meeting_plan.html", context, status=status)


@require_POST
def meeting_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Call a planned meeting off."""
    student, row = load_meeting(request, public_id, Permission.EDIT_PLAN)
    try:
        services.cancel_meeting(by=request.viewer, meeting=row, version=row.version)
    except (PlanError, MeetingChangedError) as error:
        messages.info(request, str(error))
        return redirect("meeting", public_id=public_id)
    messages.success(request, _("The meeting is called off. It stays in the list."))
    return HttpResponseRedirect(_list_url(student))


# ------------------------------------------------------------------ reading
@require_GET
def meeting(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Prepare: one page with the agenda, the student's own words first; prints on two sides."""
    student, row = load_meeting(request, public_id, Permission.READ_PLAN, block="plan")
    page = selectors.meeting_page(viewer=request.viewer, student=student, meeting=row)
    return render(request, "success_plans/meeting.html", {"page": page, "student": student, "has_pdf": pdf.is_ready()})


@require_GET
def meeting_print(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The same on paper: two sides, with room to write."""
    student, row = load_meeting(request, public_id, Permission.READ_PLAN, block="plan")
    page = selectors.meeting_page(viewer=request.viewer, student=student, meeting=row)
    return render(request, "success_plans/meeting_print.html", {"page": page, "student": student})


# ------------------------------------------------------------------ running
@require_http_methods(["GET", "POST"])
def meeting_run(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Run it live: who is here, decisions typed once, a goal on the spot, what people say to it, the next date.

    POST carries `what`: start, attendance, decision, goal, save or finish. Somebody whose session ran out signs in
    and finds what they typed in the form again.
    """
    if request.method == "POST" and not request.viewer.is_known:
        return _keep(request)
    student, row = load_meeting(request, public_id, Permission.EDIT_PLAN, block="plan")
    page = selectors.meeting_page(viewer=request.viewer, student=student, meeting=row)
    if request.method == "GET":
        return _run_page(request, page, kept=_kept(request))
    what = request.POST.get("what", "")
    if what in {"start", "finish"} and not page.may_hold:
        raise PermissionDenied
    if what == "start":
        return _start(request, row)
    if what == "attendance":
        return _attendance(request, page, row)
    if what == "decision":
        return _decision(request, page, row)
    if what == "goal":
        return _goal(request, page, student)
    if what in {"save", "finish"}:
        return _outcome(request, page, row, is_over=what == "finish")
    return _run_page(request, page, status=422)


def _start(request: ViewerRequest, row: Any) -> HttpResponse:
    try:
        services.start_meeting(by=request.viewer, meeting=row)
    except PlanError as error:
        messages.info(request, str(error))
    return redirect("meeting_run", public_id=row.public_id)


def _attendance(request: ViewerRequest, page: MeetingPage, row: Any) -> HttpResponse:
    asked = {guest.pk for guest in page.guests}
    ticked = set(request.POST.getlist("there"))
    there = {pk for pk in asked if str(pk) in ticked}
    try:
        services.set_attendance(by=request.viewer, meeting=row, there=there, asked=asked)
    except PlanError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Kept who is here."))
    return redirect("meeting_run", public_id=row.public_id)


def _decision(request: ViewerRequest, page: MeetingPage, row: Any) -> HttpResponse:
    people = selectors.circle_roles(viewer=request.viewer, student=row.plan.student)
    form = DecisionForm(request.POST, people=people)
    if not form.is_valid():
        return _run_page(request, page, decision=form, status=422)
    try:
        made = services.decide(
            by=request.viewer,
            meeting=row,
            decision=decision_text(form),
            language=get_language() or "en",
            key=form.cleaned_data["key"] or uuid4(),
        )
    except PlanError as error:
        form.add_error(None, str(error))
        return _run_page(request, page, decision=form, status=422)
    if wants_fragment(request):
        fresh = selectors.meeting_page(viewer=request.viewer, student=row.plan.student, meeting=row)
        context = {
            "page": fresh,
            "decision": DecisionForm(people=people),
            "said": _("It is an action now.") if made.support_id else _("Kept as a decision."),
            "writer": _writer(request),
        }
        return render(request, "success_plans/meeting_run.html#decisions", context)
    return HttpResponseRedirect(reverse("meeting_run", args=[row.public_id]) + "#decisions")


def _goal(request: ViewerRequest, page: MeetingPage, student: Any) -> HttpResponse:
    form = QuickGoalForm(request.POST, prefix="goal")
    if not page.is_running or not form.is_valid():
        return _run_page(request, page, goal=form, status=422)
    try:
        plan_services.set_goal(
            by=request.viewer,
            student=student,
            goal=GoalText(text=form.cleaned_data["text"], due_on=form.cleaned_data["due_on"]),
            language=get_language() or "en",
        )
    except PlanError as error:
        form.add_error("text", str(error))
        return _run_page(request, page, goal=form, status=422)
    return HttpResponseRedirect(reverse("meeting_run", args=[page.public_id]) + "#goals")


def _outcome(request: ViewerRequest, page: MeetingPage, row: Any, *, is_over: bool) -> HttpResponse:
    form = _outcome_form(page.meeting, data=request.POST)
    if not form.is_valid():
        return _run_page(request, page, outcome=form, status=422)
    try:
        services.finish_meeting(
            by=request.viewer,
            meeting=row,
            assent=form.cleaned_data["assent"],
            next_on=form.cleaned_data["next_on"],
            version=form.cleaned_data["version"],
            is_over=is_over,
        )
    except PlanError as error:
        form.add_error(None, str(error))
        return _run_page(request, page, outcome=form, status=422)
    except MeetingChangedError as changed:
        form = _outcome_form(changed.current, data=request.POST)
        merge(form, changed, request.POST)
        return _run_page(request, page, outcome=form, conflict=changed, status=409)
    if is_over:
        messages.success(request, _("The meeting was held. Here is what was decided."))
        return redirect("meeting", public_id=page.public_id)
    messages.success(request, _("Kept."))
    return redirect("meeting_run", public_id=page.public_id)


def _outcome_form(row: Any, *, data: QueryDict | None = None) -> OutcomeForm:
    form = OutcomeForm(data, initial={"assent": row.assent, "next_on": row.next_on, "version": row.version})
    begin(form)
    return form


def _run_page(
    request: ViewerRequest,
    page: MeetingPage,
    *,
    decision: DecisionForm | None = None,
    goal: QuickGoalForm | None = None,
    outcome: OutcomeForm | None = None,
    conflict: MeetingChangedError | None = None,
    kept: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    people = selectors.circle_roles(viewer=request.viewer, student=page.meeting.plan.student)
    first = _outcome_form(page.meeting)
    if kept is not None:
        what = kept.get("what")
        if what == "decision":
            decision = DecisionForm(initial=kept.dict(), people=people)
        elif what == "goal":
            typed = {"text": kept.get("goal-text", ""), "due_on": kept.get("goal-due_on", "")}
            goal = QuickGoalForm(prefix="goal", initial=typed)
        elif what in {"save", "finish"}:
            # as the page was when this was typed: what a colleague saved meanwhile is met, not written over
            first.initial.update({name: kept.get(name, "") for name in ("assent", "next_on", "version", BEGAN)})
    context = {
        "page": page,
        "decision": decision or DecisionForm(people=people),
        "goal": goal or QuickGoalForm(prefix="goal"),
        "outcome": outcome or first,
        "conflict": conflict,
        "was_kept": kept is not None,
        "writer": _writer(request),
    }
    name = "success_plans/meeting_run.html"
    is_part = wants_fragment(request) and decision is not None
    return render(request, f"{name}#decisions" if is_part else name, context, status=status)


# ------------------------------------------------------------------ helpers
def _list_url(student: Any) -> str:
    return reverse("meetings", args=[student.public_id])


def _facts(form: MeetingForm) -> MeetingFacts:
    data = form.cleaned_data
    guests = [Guest(AttendeeRole(form.circle[pk]), person_id=int(pk)) for pk in data["people"]]
    for name, role in form.others():
        if data[name.name].strip():
            guests.append(Guest(AttendeeRole(data[role.name] or AttendeeRole.OTHER), name=data[name.name]))
    return MeetingFacts(
        kind=MeetingKind(data["kind"]),
        starts_at=data["starts_at"],
        place=data["place"],
        is_student_led=data["is_student_led"],
        interpreter=Interpreter(data["interpreter"]),
        interpreter_language=data["interpreter_language"],
        agenda_extra=data["agenda_extra"],
        guests=guests,
    )


def _keep(request: ViewerRequest) -> HttpResponse:
    """To the sign-in and back; what was typed waits in this browser's session and nowhere else, for whom the page was
    made. Without their signature on it, or after an hour, it is nobody's."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    writer = str(typed.pop("writer", [""])[-1])
    kept = typed.urlencode()
    if len(kept) < 20_000 and writer:
        request.session[KEPT] = [request.path, kept, writer, timezone.now().timestamp()]
    where = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = where
        return response
    return HttpResponseRedirect(where)


def _kept(request: ViewerRequest) -> QueryDict | None:
    """What this person typed here before the session ran out, once. What somebody else typed on the same machine is
    forgotten unseen as soon as another person comes."""
    path, typed, writer, at = request.session.get(KEPT, ["", "", "", 0])
    if not typed:
        return None
    is_mine = _name_in(writer) == str(request.viewer.public_id)
    is_late = timezone.now().timestamp() - at > KEPT_FOR
    if is_mine and not is_late and path != request.path:
        return None
    del request.session[KEPT]
    return QueryDict(typed) if is_mine and not is_late else None


def _writer(request: ViewerRequest) -> str:
    """Whose words a form of this page will hold, signed: the session may be somebody else's when it arrives."""
    return signing.Signer(salt=KEPT).sign(str(request.viewer.public_id))


def _name_in(writer: str) -> str:
    try:
        return signing.Signer(salt=KEPT).unsign(writer)
    except signing.BadSignature:
        return ""
