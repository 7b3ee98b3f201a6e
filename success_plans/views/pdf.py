"""Pages of a student as tagged PDF: the same page, let in by the same policy, in the look for paper."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest
from success_plans import pdf
from success_plans.views import conferences, meetings, plans, records


@require_GET
def meeting_pdf(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A meeting, prepared for paper."""
    return _answer(request, meetings.meeting_print(request, public_id), f"meeting-{public_id}")


@require_GET
def plan_pdf(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The whole plan."""
    return _answer(request, plans.student_plan(request, public_id), f"plan-{public_id}")


@require_GET
def conference_pdf(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What a student prepared for the conference, on one page after the other."""
    return _answer(request, conferences.conference_show(request, public_id), f"conference-{public_id}")


@require_GET
def timeline_pdf(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The running record, whole unless a page or a kind of it was asked for."""
    asked = request.GET.copy()
    asked.setdefault("show", "whole")
    request.GET = asked  # type: ignore[assignment]
    return _answer(request, records.student_timeline(request, public_id), f"record-{public_id}")


def _answer(request: ViewerRequest, page: HttpResponse, name: str) -> HttpResponse:
    """The page as a file; where this server makes none, how to get one in words. The name of the file names nobody."""
    if page.status_code != 200:
        return page
    if not pdf.is_ready():
        return render(request, "success_plans/pdf_missing.html")
    made = pdf.pdf_of(page.content.decode())
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )
