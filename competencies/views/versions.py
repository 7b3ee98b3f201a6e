"""The versions of a framework and what changed between any two: open to whoever reads the framework."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest
from competencies.selectors import versions as selectors
from competencies.views.authoring.loading import number, page_language


@require_GET
def framework_versions(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every version of a framework, what each changed in counts, and a choice of two to compare."""
    page = selectors.framework_versions(viewer=request.viewer, public_id=public_id, language=page_language())
    if page is None:
        raise Http404
    return render(request, "competencies/framework_versions.html", {"page": page})


@require_GET
def framework_diff(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What is different between two versions (`?from=1&to=3`, else the last two); `whole=yes` lists everything."""
    end = number(request.GET.get("to", "")) or 999_999
    start = number(request.GET.get("from", ""))
    whole = request.GET.get("whole") == "yes"
    page = selectors.framework_diff(
        viewer=request.viewer, public_id=public_id, start=start, end=end, language=page_language(), whole=whole
    )
    if page is not None and not start and page.end > 1:
        page = selectors.framework_diff(
            viewer=request.viewer,
            public_id=public_id,
            start=page.end - 1,
            end=page.end,
            language=page_language(),
            whole=whole,
        )
    if page is None:
        raise Http404
    return render(request, "competencies/framework_diff.html", {"page": page, "difference": page.difference})
