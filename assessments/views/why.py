"""Why this level? From any shape to its pieces, its method and its formula; and one piece with its history."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can
from assessments.errors import EvidenceChangedError, EvidenceError, NotYoursError
from assessments.forms import CorrectForm, WithdrawForm
from assessments.forms.engine import OnForm
from assessments.selectors import observations
from assessments.selectors import why as selectors
from assessments.services import correct_evidence, withdraw_evidence


@require_GET
def student_competency(request: ViewerRequest, public_id: UUID, competency: UUID) -> HttpResponse:
    """Where a student stands on one competency, and exactly why. Families and students read it in plain words."""
    student, decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="competency")
    viewer = request.viewer
    on_form = OnForm(request.GET if request.GET.get("on") else None, today=viewer.today)
    on = on_form.cleaned_data["on"] if on_form.is_bound and on_form.is_valid() else None
    why = selectors.why(viewer=viewer, student=student, competency=competency, on=on)
    if why is None:
        raise Http404
    may_judge = can(viewer, Permission.RECORD_EVIDENCE, student).allowed
    waiting = observations.waiting_observations(viewer=viewer, student=student) if may_judge else []
    context = {
        "student": student,
        "why": why,
        "waiting": [one for one in waiting if one.competency == why.competency],
        "is_own": viewer.own_student_id == student.pk,
        "circle": decision.circle,
        "is_adult_at_school": viewer.is_staff,
        "may_judge": may_judge,
        "on_form": on_form,
    }
    status = 422 if on_form.errors else 200
    return render(request, "assessments/student_competency.html", context, status=status)


def _load(request: ViewerRequest, public_id: UUID) -> selectors.EvidenceDetail:
    viewer = require_sign_in(request)
    student_id = selectors.evidence_student(viewer=viewer, public_id=public_id)
    if student_id is None:
        raise Http404
    student, _decision = load_student(request, student_id, Permission.READ_EVIDENCE, block="evidence")
    detail = selectors.evidence_detail(viewer=viewer, student=student, public_id=public_id)
    if detail is None:
        raise Http404
    return detail


def _require_own(request: ViewerRequest, detail: selectors.EvidenceDetail) -> None:
    """Only who recorded a piece changes it, and is told so before anything that was sent is looked at."""
    if detail.evidence.recorded_by_id != request.viewer.person_id:
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def evidence(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One piece with its history. A POST corrects it: a new entry, the old one stays."""
    detail = _load(request, public_id)
    row = detail.evidence
    if request.method == "POST":
        _require_own(request, detail)
    form = CorrectForm(
        request.POST or None,
        levels=detail.levels,
        initial={
            "key": uuid.uuid4(),
            "value": "" if row.value is None else f"{row.value.normalize():f}",
            "context": row.context,
            "observed_on": row.observed_on,
            "note": row.note,
        },
    )
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                new = correct_evidence(
                    by=request.viewer,
                    evidence=row,
                    key=data["key"],
                    value=data["value"],
                    context=data["context"],
                    observed_on=data["observed_on"],
                    note=data["note"],
                )
            except NotYoursError as error:
                raise PermissionDenied from error
            except EvidenceChangedError as changed:
                status, conflict = 409, changed
            except EvidenceError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Corrected. The earlier entry stays in the history."))
                return redirect("evidence", new.public_id)
    context = {"detail": detail, "form": form, "withdraw_form": WithdrawForm(), "conflict": conflict}
    return render(request, "assessments/evidence.html", context, status=status)


@require_POST
def evidence_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a piece out of the count, with a reason. The row stays."""
    detail = _load(request, public_id)
    _require_own(request, detail)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        levels = CorrectForm(levels=detail.levels, initial={"key": uuid.uuid4()})
        context = {"detail": detail, "form": levels, "withdraw_form": form, "conflict": None}
        return render(request, "assessments/evidence.html", context, status=422)
    try:
        withdraw_evidence(by=request.viewer, evidence=detail.evidence, reason=form.cleaned_data["reason"])
    except NotYoursError as error:
        raise PermissionDenied from error
    except EvidenceChangedError:
        messages.warning(request, _("This piece was corrected meanwhile. Look at the newest entry first."))
    else:
        messages.success(request, _("Withdrawn. It counts no longer, and stays in the history."))
    return redirect("evidence", public_id)
