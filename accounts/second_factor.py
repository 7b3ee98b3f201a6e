"""Staff reach students' pages only with a second factor set up; until then every page leads to where it is set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from accounts.permissions import Viewer

# What stays open: setting it up, proving who one is for that, a better password, going away, language and look.
OPEN_NAMES = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "account_set_password",
        "sign_in_again",
        "set_language",
        "set_look",
    }
)
OPEN_PREFIX = "mfa_"
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # backup codes alone are none


class StaffSecondFactor:
    """Stands behind `ActorMiddleware`, which knows the viewer. Asks only while STAFF_MFA_REQUIRED is on.

    That a factor which is set up is also used is the sign-in's matter: allauth lets nobody in without it. A token of
    the API has its own scope and end, and passes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own; see `process_view`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The way to the set-up page for staff without a second factor; 403 for the API; None for everyone else."""
        if not settings.STAFF_MFA_REQUIRED:
            return None
        viewer: Viewer | None = getattr(request, "viewer", None)
        if viewer is None or not viewer.is_staff or _is_open(request) or _has_factor(viewer):
            return None
        if request.path_info.startswith("/api/"):
            return JsonResponse(
                {"type": "about:blank", "title": "A second factor is needed", "status": 403},
                status=403,
                content_type="application/problem+json",
            )
        where = f"{reverse('mfa_index')}?{urlencode({'next': request.path})}"
        if getattr(request, "htmx", False):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = where
            return response
        return HttpResponseRedirect(where)


def _is_open(request: HttpRequest) -> bool:
    name = (request.resolver_match.url_name if request.resolver_match else "") or ""
    return name in OPEN_NAMES or name.startswith(OPEN_PREFIX)


def _has_factor(viewer: Viewer) -> bool:
    return bool(Authenticator.objects.filter(user_id=viewer.user_id, type__in=SECOND_FACTORS).exists())
