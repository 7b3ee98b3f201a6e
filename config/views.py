"""The front door, health, language, and pages for when something went wrong."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts import brand
from accounts.choices import RelationshipKind, Role
from accounts.http import ViewerRequest
from competencies.selectors import framework_cards
from competencies.selectors.pathways import open_pathways


@require_GET
def home(request: ViewerRequest) -> HttpResponse:
    """Send each person to the page they come for; visitors see what this is, what is public, where to sign in."""
    viewer = request.viewer
    if not viewer.is_known:
        return _welcome(request)
    if viewer.kinds & {RelationshipKind.SECTION, RelationshipKind.SUBSTITUTE, RelationshipKind.CASELOAD}:
        return redirect("today")
    if RelationshipKind.COMING in viewer.kinds:
        return redirect("classes")
    if viewer.own_student_public_id is not None:
        return redirect("student_plan", viewer.own_student_public_id)
    if RelationshipKind.GUARDIAN in viewer.kinds:
        return redirect("family")
    if viewer.school_ids():
        return redirect("schools")
    if Role.DISTRICT_ADMIN in viewer.role_names:
        return redirect("district_setup")
    if Role.OPERATOR in viewer.role_names:
        return redirect("operations")
    if Role.PARTNER in viewer.role_names:
        return redirect("pathway_designs")
    return redirect("frameworks")


def _welcome(request: ViewerRequest) -> HttpResponse:
    """The front door for people without an account."""
    language = (translation.get_language() or "en").split("-")[0]
    face = brand.face(viewer=request.viewer)
    cards = framework_cards(viewer=request.viewer, language=language)
    return render(
        request,
        "welcome.html",
        {
            "face": face,
            "greeting": face.greeting(language),
            "about": face.about(language),
            "cards": [card for card in cards if card.is_in_use][:4],
            "open": open_pathways(viewer=request.viewer, language=language).cards[:6],
        },
    )


def no_such_page(request: HttpRequest, **_names: str) -> HttpResponse:
    """Addresses the sign-in library would answer and the product does not."""
    raise Http404


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and cache answer too; 503 with the part that does not. Never more than part names."""
    parts = {"database": True, "cache": True}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - any failure means not ready
        parts["database"] = False
    cache.set("readyz", 1, timeout=5)
    parts["cache"] = cache.get("readyz") == 1
    return JsonResponse(parts, status=200 if parts["database"] else 503)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page it was chosen on."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)  # not redirect(): it would take a bare word for the name of a view
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _problem(request: HttpRequest, status: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        titles = {400: "Bad request", 403: "Not allowed", 404: "Not found", 500: "Something went wrong"}
        return JsonResponse(
            {"type": "about:blank", "title": titles[status], "status": status},
            status=status,
            content_type="application/problem+json",
        )
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _problem(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: visible, but not for this person to do."""
    return _problem(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not visible; the answer is the same."""
    return _problem(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake; nothing was written."""
    return _problem(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or in another window: nothing was written, try again."""
    if request.path_info.startswith("/api/"):
        return _problem(request, 403)
    return render(request, "403_csrf.html", status=403)
