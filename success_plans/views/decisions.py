"""One decision of a meeting: changed or taken back; its action follows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.merging import begin, merge
from accounts.permissions import Permission
from success_plans.errors import MeetingChangedError, PlanError
from success_plans.forms.meetings import DecisionForm
from success_plans.selectors import meetings as selectors
from success_plans.services import meetings as services
from success_plans.services.meetings import DecisionText, NewAction
from supports.choices import SupportType


def load_meeting(
    request: ViewerRequest, public_id: UUID, permission: Permission, *, block: str = ""
) -> tuple[Any, Any]:
    """Student and meeting, by the policy: 404 where the meeting or its student is not visible."""
    viewer = require_sign_in(request)
    about = selectors.meeting_student(viewer=viewer, public_id=public_id)
    if about is None:
        raise Http404
    student, _decision = load_student(request, about, permission, block=block)
    row = selectors.meeting_by_id(viewer=viewer, student=student, public_id=public_id)
    if row is None:
        raise Http404
    return student, row


def decision_text(form: forms.Form) -> DecisionText:
    """What a valid decision form says."""
    data = form.cleaned_data
    return DecisionText(
        text=data["text"],
        owner_id=int(data["owner"]) if data["owner"] else None,
        due_on=data["due_on"],
        action=NewAction(
            type=SupportType(data["type"] or SupportType.CORE),
            minutes=data["minutes"] or 20,
            per_week=data["per_week"] or 0,
        ),
    )


@require_http_methods(["GET", "POST"])
def decision_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a decision, or take it back; its action follows. 409 shows both wordings."""
    viewer = require_sign_in(request)
    row = selectors.decision_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, found = load_meeting(request, row.meeting.public_id, Permission.EDIT_PLAN)
    back = reverse("meeting_run", args=[found.public_id]) + "#decisions"
    people = selectors.circle_roles(viewer=viewer, student=student)
    initial = {
        "text": row.text,
        "owner": str(row.owner_id or ""),
        "due_on": row.due_on,
        "version": row.version,
    }
    if row.support is not None:
        support = row.support
        initial |= {"type": support.type, "per_week": support.sessions_per_week, "minutes": support.minutes}
    form = DecisionForm(request.POST or None, people=people, initial=initial)
    begin(form)
    status, conflict = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            if "withdraw" in request.POST:
                services.withdraw_decision(by=viewer, decision=row, version=form.cleaned_data["version"] or 0)
            else:
                services.change_decision(
                    by=viewer, decision=row, to=decision_text(form), version=form.cleaned_data["version"] or 0
                )
        except PlanError as error:
            form.add_error(None, str(error))
        except MeetingChangedError as changed:
            status, conflict = 409, changed
            merge(form, changed, request.POST)
        else:
            return HttpResponseRedirect(back)
    context = {"form": form, "student": student, "back": back, "conflict": conflict, "row": row}
    return render(
        request, "success_plans/decision_edit.html", context, status=422 if form.errors and status == 200 else status
    )
