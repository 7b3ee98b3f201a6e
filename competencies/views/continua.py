"""The continuum of a framework, open to everyone: from all of it down to one competency, and the loops in it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts import brand
from accounts.http import ViewerRequest
from competencies.selectors import continua as selectors
from competencies.selectors.cycles import cycles_page


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _key(text: str) -> UUID | None:
    """A public id of the address; 404 for anything else."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@require_GET
def framework_continuum(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The whole of it, `?branch=` one branch, or `?around=` one competency with `?steps=` 1 or 2."""
    brand.face(viewer=request.viewer)
    page = selectors.continuum_page(
        viewer=request.viewer,
        public_id=public_id,
        language=_language(),
        branch=_key(request.GET.get("branch", "")),
        around=_key(request.GET.get("around", "")),
        steps=_number(request.GET.get("steps", "")),
        page=_number(request.GET.get("page", "")),
    )
    if page is None:
        raise Http404
    context = {"page": page, "svg": SafeString(page.svg)}  # every text in it was escaped by accounts.svg
    return render(request, "competencies/framework_continuum.html", context)


@require_GET
def framework_cycles(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Which competencies lead back to themselves, what was left out of each loop, and what to do."""
    brand.face(viewer=request.viewer)
    page = cycles_page(viewer=request.viewer, public_id=public_id, language=_language())
    if page is None:
        raise Http404
    return render(request, "competencies/framework_cycles.html", {"page": page})
