"""Pathways for everyone: what is open, one of them, its versions. No sign-in, nothing about any student."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts import brand
from accounts.http import ViewerRequest, wants_fragment
from accounts.languages import language_name
from accounts.permissions import Permission, can
from competencies.selectors import find_competencies, pathway_design, pathways
from competencies.views.kept import kept_by_visitors


def page_language() -> str:
    """The language of this page."""
    return (get_language() or "en").split("-")[0]


def language_names(codes: tuple[str, ...]) -> list[str]:
    """Languages by their name on this page; a code nobody knows stays one."""
    return [language_name(code) for code in codes]


@require_GET
@vary_on_headers("HX-Request")
@kept_by_visitors
def pathway_list(request: ViewerRequest) -> HttpResponse:
    """Every open pathway: by word, interest, language and school."""
    brand.face(viewer=request.viewer)
    asked = {
        name: request.GET.get(name, "").replace("\x00", "")[:100] for name in ("q", "interest", "spoken", "school")
    }
    number = request.GET.get("page", "")
    found = pathways.open_pathways(
        viewer=request.viewer,
        language=page_language(),
        words=asked["q"],
        interest=asked["interest"],
        spoken=asked["spoken"],
        school=asked["school"],
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )
    may_propose = can(request.viewer, Permission.PROPOSE_PATHWAYS).allowed
    template = "competencies/pathway_list.html"
    return render(
        request,
        f"{template}#found" if wants_fragment(request) else template,
        {
            "found": found,
            "asked": asked,
            "is_asked": any(asked.values()),
            "expected": _expected_too(request, asked["q"]),
            "languages": sorted((language_name(code), code) for code in found.languages),
            "may_propose": may_propose,
            "may_design": may_propose or pathway_design.designs_any(viewer=request.viewer),
        },
    )


def _expected_too(request: ViewerRequest, words: str) -> int:
    """How many competencies hold the same words: one search leads to both. Three queries; none without words."""
    if not words.strip():
        return 0
    return find_competencies(viewer=request.viewer, text=words, language=page_language()).page.paginator.count


@require_GET
@kept_by_visitors
def pathway_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One pathway."""
    return _page(request, public_id, None)


@require_GET
@kept_by_visitors
def pathway_version(request: ViewerRequest, public_id: UUID, number: int) -> HttpResponse:
    """One pathway as it stood when it was published."""
    return _page(request, public_id, number)


def _page(request: ViewerRequest, public_id: UUID, number: int | None) -> HttpResponse:
    brand.face(viewer=request.viewer)
    page = pathways.pathway_page(viewer=request.viewer, public_id=public_id, language=page_language(), number=number)
    if page is None:
        raise Http404
    return render(
        request,
        "competencies/pathway_detail.html",
        {
            "page": page,
            "told": page.telling,
            "spoken": language_names(page.telling.languages),
            "is_old": page.number != page.newest,
            "join_url": _join_url(request, public_id) if page.closed_at is None else "",
            "may_design": pathway_design.pathway_of(viewer=request.viewer, public_id=public_id) is not None,
        },
    )


def _join_url(request: ViewerRequest, public_id: UUID) -> str:
    """Where a student asks to join; for visitors where they sign in first. Empty for everybody else."""
    viewer = request.viewer
    if not viewer.is_known:
        return f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    if viewer.own_student_public_id is None:
        return ""
    return reverse("pathway_join", kwargs={"public_id": viewer.own_student_public_id, "pathway": public_id})


@require_GET
@kept_by_visitors
def pathway_versions(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every publication of one pathway."""
    brand.face(viewer=request.viewer)
    versions = pathways.pathway_versions(viewer=request.viewer, public_id=public_id)
    page = pathways.pathway_page(viewer=request.viewer, public_id=public_id, language=page_language())
    if not versions or page is None:
        raise Http404
    return render(request, "competencies/pathway_versions.html", {"page": page, "versions": versions})
