"""Rules that hold for every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from config import views

# Whatever a proxy says about where a request came from.
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}

Handler = Callable[[HttpRequest], HttpResponse]


class DemonstrationGuard:
    """A demonstration answers this machine only: anything that came through a proxy or another name is not found."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """404 for forwarded requests and foreign hosts while the demonstration is on."""
        if settings.DEMO:
            host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0]
            if host not in LOCAL or any(name.startswith(FORWARDED) for name in request.META):
                return HttpResponseNotFound()
        return self.get_response(request)


class PrivateByDefault:
    """Pages about people are not stored anywhere; only what says otherwise may be."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add no-store unless the view set its own Cache-Control, and the headers every answer carries."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.setdefault("X-Robots-Tag", "noindex")
        return response


class Probes:
    """/healthz and /readyz answer whoever asks: a probe comes by address and in plain http, and knows no host name.

    Stands before everything that looks at the host, the session or the viewer.
    """

    ANSWERS: ClassVar[dict[str, Handler]] = {"/healthz": views.healthz, "/readyz": views.readyz}

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The probe's answer, or what comes next."""
        return self.ANSWERS.get(request.path_info, self.get_response)(request)
