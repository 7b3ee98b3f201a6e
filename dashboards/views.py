"""Pages for administrators and operators: counts, clocks, health. Never a list of children by anything but a name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import ViewerRequest, load_school, require_duty, require_sign_in
from accounts.permissions import Permission, can
from dashboards import selectors, services


@require_GET
def schools(request: ViewerRequest) -> HttpResponse:
    """The schools this viewer leads; with one, straight to it."""
    viewer = require_sign_in(request)
    found = selectors.my_schools(viewer=viewer)
    if len(found) == 1:
        return redirect("school", found[0].public_id)
    return render(request, "dashboards/school_list.html", {"schools": found})


@require_GET
def school(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How the school is doing: coverage, flags by rule, evidence recency."""
    found, _decision = load_school(request, public_id, Permission.READ_SCHOOL)
    page = selectors.school_page(viewer=request.viewer, school=found)
    context = {
        "page": page,
        "school": found,
        "may_transfer": can(request.viewer, Permission.TRANSFER_PLANS, found).allowed,
    }
    return render(request, "dashboards/school.html", context)


@require_GET
def operations(request: ViewerRequest) -> HttpResponse:
    """Is the system keeping up? Backlog, lag, quarantine, jobs. No student data."""
    require_duty(request, Permission.SEE_OPERATIONS)
    return render(request, "dashboards/operations.html", {"page": selectors.operations(viewer=request.viewer)})


@require_POST
def quarantine_release(request: ViewerRequest) -> HttpResponse:
    """Put every quarantined request back in line."""
    require_duty(request, Permission.SEE_OPERATIONS)
    released = services.release_quarantine(by=request.viewer)
    messages.info(request, _("%(n)s put back in line.") % {"n": released})
    return redirect("operations")
