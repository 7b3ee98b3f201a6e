"""The running record, statements added to its entries, and safety holds."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in, wants_fragment
from accounts.permissions import Permission, permissions_on
from success_plans import pdf
from success_plans.choices import Audience, Subject
from success_plans.errors import PlanError
from success_plans.forms.record import AmendForm, HoldForm
from success_plans.selectors import holds as hold_selectors
from success_plans.selectors import timeline as selectors
from success_plans.services import amendments as amendment_services
from success_plans.services import holds as hold_services
from success_plans.speaking import voice_with
from success_plans.timeline import GROUPS, Mark

GROUP_NAMES = {
    "needs": gettext_lazy("What would help"),
    "learning": gettext_lazy("What was seen"),
    "check_ins": gettext_lazy("Check-ins"),
    "family": gettext_lazy("Talks with the family"),
    "supports": gettext_lazy("Supports"),
    "meetings": gettext_lazy("Meetings"),
    "words": gettext_lazy("Words and goals"),
    "versions": gettext_lazy("Agreed versions"),
}


@require_GET
def student_timeline(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Everything everybody does for this student, newest first, by school year."""
    student, decision = load_student(request, public_id, Permission.READ_PLAN, block="timeline")
    group = request.GET.get("kind", "")
    if group and group not in GROUPS:
        raise Http404
    is_whole = request.GET.get("show") == "whole"
    record = selectors.timeline(
        viewer=request.viewer,
        student=student,
        group=group,
        before=Mark.read(request.GET.get("before", "")),
        is_whole=is_whole,
    )
    kept = {"kind": group} if group else {}
    if is_whole:
        kept["show"] = "whole"
    context = {
        "student": student,
        "record": record,
        "kinds": [(key, GROUP_NAMES[key]) for key in GROUPS],
        "is_whole": is_whole,
        "is_later": "before" in request.GET,
        "earlier": urlencode(kept | {"before": str(record.earlier)}) if record.earlier else "",
        "reason": decision.reason,
        "has_pdf": pdf.is_ready(),
    }
    name = "success_plans/student_timeline.html"
    response = render(request, f"{name}#record-page" if wants_fragment(request) else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(["GET", "POST"])
def timeline_entry(request: ViewerRequest, public_id: UUID, about: str, entry: UUID) -> HttpResponse:
    """One entry, whole, with all that was added to it; whoever speaks in the plan adds a statement here."""
    if about not in Subject.values:
        raise Http404
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="timeline")
    viewer = request.viewer
    found = selectors.entry_of(viewer=viewer, student=student, subject=about, public_id=entry)
    if found is None:
        raise Http404
    voice = voice_with(permissions_on(viewer, student))
    form = AmendForm(request.POST or None, initial={"language": get_language(), "audience": Audience.CIRCLE})
    status = 200
    if request.method == "POST":
        if not voice:
            raise PermissionDenied
        status = 422
        if form.is_valid():
            try:
                amendment_services.amend(
                    by=viewer,
                    student=student,
                    about=Subject(about),
                    about_id=entry,
                    voice=voice,
                    text=form.cleaned_data["text"],
                    language=form.cleaned_data["language"],
                    audience=Audience(form.cleaned_data["audience"]),
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                messages.success(request, _("It stands with the entry now."))
                return redirect("timeline_entry", student.public_id, about, entry)
    context = {
        "student": student,
        "entry": found,
        "form": form if voice else None,
        "may_hold": hold_selectors.may_hold(viewer=viewer, student=student),
        "hold_query": urlencode({"about": about, "entry": entry}),
    }
    return render(request, "success_plans/timeline_entry.html", context, status=status)


# ------------------------------------------------------------------ holds
@require_http_methods(["GET", "POST"])
def holds(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Holds of a student; placing one on the whole plan, or on the entry the address names."""
    # told to the family as a look at the plan: that there is a hold is not theirs to read
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    viewer = request.viewer
    if not hold_selectors.may_hold(viewer=viewer, student=student):
        raise PermissionDenied
    about, entry = _about(request)
    found = None
    if entry is not None:
        found = selectors.entry_of(viewer=viewer, student=student, subject=about, public_id=entry)
        if found is None:
            raise Http404
    form = HoldForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            hold_services.place_hold(
                by=viewer, student=student, about=about, about_id=entry, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("It is not shown to the family and the student any more."))
            return redirect("holds", student.public_id)
    context = {
        "student": student,
        "form": form,
        "entry": found,
        "holds": hold_selectors.holds_of(viewer=viewer, student=student),
    }
    return render(request, "success_plans/hold_list.html", context, status=status)


def _about(request: ViewerRequest) -> tuple[Subject, UUID | None]:
    about, entry = request.GET.get("about", ""), request.GET.get("entry", "")
    if not about and not entry:
        return Subject.PLAN, None
    try:
        return Subject(about), UUID(entry)
    except ValueError as error:
        raise Http404 from error


@require_POST
def hold_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """End a hold: from now on it is shown again."""
    viewer = require_sign_in(request)
    hold = hold_selectors.hold_by_id(viewer=viewer, public_id=public_id)
    if hold is None:
        raise Http404
    student, _decision = load_student(request, hold.student.public_id, Permission.READ_PLAN)
    if not hold_selectors.may_hold(viewer=viewer, student=student):
        raise PermissionDenied
    hold_services.end_hold(by=viewer, hold=hold)
    messages.success(request, _("It is shown again."))
    return redirect(reverse("holds", args=[student.public_id]))
