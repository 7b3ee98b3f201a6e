"""What evidence on one framework is for another: decided by the district after it saw what would change, in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import jobs
from accounts.http import ViewerRequest, require_duty, wants_fragment
from accounts.permissions import Permission
from assessments import services
from assessments.forms.crosswalks import CrosswalkForm
from assessments.selectors import crosswalks as selectors
from competencies.selectors.crosswalks import Direction, crosswalks_page

if TYPE_CHECKING:
    from accounts.models import Job


@require_http_methods(["GET", "POST"])
def framework_crosswalks(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every framework this one is tied to, and what holds each way. A POST counts what a decision would change.

    `?from=` and `?to=` (public ids) open the form of one direction.
    """
    require_duty(request, Permission.CHOOSE_METHOD)
    page = crosswalks_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    ways = {(str(way.origin), str(way.goal)): (way, tied.ties) for tied in page.tied for way in (tied.comes, tied.goes)}
    asked = (sent.get("from", ""), sent.get("to", ""))
    chosen, ties = ways.get(asked, (None, None))
    form, status = None, 200
    if chosen is not None:
        form = CrosswalkForm(request.POST if request.method == "POST" else None, initial={"counting": chosen.counting})
    if request.method == "POST":
        status = 422
        if form is not None and chosen is not None and form.is_valid():
            try:
                job = _start(request, chosen, form)
            except services.CrosswalkError as error:
                form.add_error("counting", str(error))
            else:
                return redirect("crosswalk_change", job.public_id)
    context = {"page": page, "chosen": chosen, "ties": ties, "form": form, "is_known": not any(asked) or chosen}
    return render(request, "assessments/framework_crosswalks.html", context, status=status)


def _start(request: ViewerRequest, chosen: Direction, form: CrosswalkForm) -> Job:
    return services.start_crosswalk_change(
        by=request.viewer,
        origin=chosen.origin,
        goal=chosen.goal,
        counting=form.cleaned_data["counting"],
        reason=form.cleaned_data["reason"],
    )


def _job(request: ViewerRequest, public_id: UUID) -> Job:
    job = selectors.change_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    return job


@require_GET
@vary_on_headers("HX-Request")
def crosswalk_change(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How far the counting is, then what would change, then that it was decided."""
    require_duty(request, Permission.CHOOSE_METHOD)
    page = selectors.change_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    template = "assessments/crosswalk_change.html"
    name = f"{template}#crosswalk-state" if wants_fragment(request) else template
    return render(request, name, {"page": page})


@require_POST
def crosswalk_change_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say yes to what was previewed."""
    require_duty(request, Permission.CHOOSE_METHOD)
    try:
        if not services.confirm_crosswalk_change(by=request.viewer, job=_job(request, public_id)):
            messages.info(request, _("This was already answered. Nothing was done twice."))
    except services.CrosswalkChangedError as error:
        page = selectors.change_page(viewer=request.viewer, public_id=public_id)
        context = {"page": page, "changed": str(error)}
        return render(request, "assessments/crosswalk_change.html", context, status=409)
    return redirect("crosswalk_change", public_id)


@require_POST
def crosswalk_change_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Stop the counting, or leave everything as it is."""
    require_duty(request, Permission.CHOOSE_METHOD)
    jobs.request_cancel(by=request.viewer, job=_job(request, public_id))
    return redirect("crosswalk_change", public_id)
