"""How far the estimates can be trusted: for whoever answers for them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest, require_sign_in
from accounts.permissions import Permission, can
from assessments.selectors import fits


@require_GET
def calibration(request: ViewerRequest) -> HttpResponse:
    """The report of the newest fit, in words and as tables, and how to make it again."""
    viewer = require_sign_in(request)
    if not any(can(viewer, duty).allowed for duty in (Permission.SEE_OPERATIONS, Permission.CHOOSE_METHOD)):
        raise Http404
    return render(request, "assessments/calibration.html", {"page": fits.calibration_page(viewer=viewer)})
