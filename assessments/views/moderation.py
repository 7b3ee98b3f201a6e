"""Works two people judged differently: the queue, and one with both judgements beside the work."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from assessments.errors import WorkChangedError, WorkError
from assessments.forms.work import DecisionForm
from assessments.selectors import moderation as selectors
from assessments.services.moderation import decide


def _language() -> str:
    return get_language() or "en"


@require_GET
def moderations(request: ViewerRequest) -> HttpResponse:
    """What waits for a talk, of one's own students."""
    viewer = require_sign_in(request)
    waiting = selectors.open_moderations(viewer=viewer, language=_language())
    return render(request, "assessments/moderations.html", {"waiting": waiting})


@require_http_methods(["GET", "POST"])
def moderation(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Both judgements with their words, the work, and one decision between them."""
    viewer = require_sign_in(request)
    row = selectors.moderation_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    student, _decision = load_student(
        request, row.submission.student.public_id, Permission.RECORD_EVIDENCE, block="work"
    )
    status, changed = 200, ""
    page = selectors.moderation_page(viewer=viewer, row=row, student=student, language=_language())
    form = DecisionForm(
        request.POST or None, choices=[(value, word) for value, _mark, word in page.choices], initial={}
    )
    if request.method == "POST":
        status = 422
        if row.decided_at is not None:
            status, changed = (
                409,
                _("Somebody decided this meanwhile. Here is what they decided; nothing was overwritten."),
            )
        elif form.is_valid():
            try:
                decide(by=viewer, moderation=row, level=form.cleaned_data["level"], reason=form.cleaned_data["reason"])
            except WorkChangedError as error:
                status, changed = 409, str(error)
            except WorkError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Decided. It stands beside both judgements, with its reason."))
                return redirect("moderation", row.public_id)
        if changed:
            fresh = selectors.moderation_by_id(viewer=viewer, public_id=public_id)
            assert fresh is not None
            row = fresh
            page = selectors.moderation_page(viewer=viewer, row=row, student=student, language=_language())
    context = {"row": row, "student": student, "page": page, "form": form, "changed": changed}
    return render(request, "assessments/moderation.html", context, status=status)
