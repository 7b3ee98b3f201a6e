"""Light, dark and contrast without JavaScript: a button, a cookie, back to the same page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from config.context_processors import CONTRASTS, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def set_look(request: HttpRequest) -> HttpResponse:
    """Keep `theme` (light, dark, device) or `contrast` (more, standard, device) in a cookie; other words do nothing."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)  # not redirect(): it would take a bare word for the name of a view
    for name, allowed in (("theme", THEMES), ("contrast", CONTRASTS)):
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
        elif value == "device":
            response.delete_cookie(name, samesite="Lax")
    return response
