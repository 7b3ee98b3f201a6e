"""Whether the people who judge with an instrument mean the same."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest, require_sign_in
from accounts.permissions import Permission, can
from assessments.selectors.agreement import agreement_page, instrument_by_id


@require_GET
def instrument_agreement(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Agreement per rubric and criterion, in words, for those who write instruments at its school."""
    viewer = require_sign_in(request)
    row = instrument_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    allowed = can(viewer, Permission.WRITE_INSTRUMENTS).allowed
    if row.school is not None:
        allowed = allowed or can(viewer, Permission.WRITE_INSTRUMENTS, row.school).allowed
    else:
        allowed = allowed or viewer.is_staff
    if not allowed:
        raise Http404
    page = agreement_page(viewer=viewer, instrument=row, language=get_language() or "en")
    if page is None:
        raise Http404
    return render(request, "assessments/instrument_agreement.html", {"instrument": row, "page": page})
