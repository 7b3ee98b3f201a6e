"""Public pages that a visitor's browser keeps, and asks about before it shows them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from accounts import brand
from accounts.http import ViewerRequest
from competencies.selectors.public import public_state

View = Callable[..., HttpResponse]
PARTS = frozenset({"templates", "locale", "static", "config", "dashboards", "competencies", "accounts"})
"""Folders of the checkout that a public page comes from."""
MADE_OF = frozenset({".py", ".html", ".mo", ".css", ".js", ".svg"})
VARIES = ("Cookie", "Accept-Language", "HX-Request")


def kept_by_visitors(view: View) -> View:
    """A page everyone may read: visitors' browsers keep it and ask whether it changed (304, two queries at most).

    Never a shared cache, since a page holds the visitor's own protection of forms; the mark holds the cookies, so that
    language, look and that protection are those of the page. Whoever signed in, or left with a message still to read,
    gets an answer nothing keeps.
    """

    @wraps(view)
    def answer(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_visitor = not request.viewer.is_known and settings.SESSION_COOKIE_NAME not in request.COOKIES
        if not is_visitor or request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        mark = _mark(request)
        kept = get_conditional_response(request, etag=mark)
        response = kept if kept is not None else view(request, *args, **kwargs)
        if response.status_code in {200, 304}:
            response["ETag"] = mark
            response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, VARIES)
        return response

    return answer


def _mark(request: ViewerRequest) -> str:
    asked = [
        _edition(),
        request.get_full_path(),
        get_language() or "",
        request.headers.get("Cookie", ""),
        *(request.headers.get(name, "") for name in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")),
        repr(brand.face(viewer=request.viewer)),
        public_state(viewer=request.viewer),
    ]
    return f'W/"{sha256(chr(0).join(asked).encode()).hexdigest()[:32]}"'


@cache
def _edition() -> str:
    """This release, read once."""
    return edition_of(Path(settings.BASE_DIR))


def edition_of(root: Path) -> str:
    """A mark of everything pages are made of: programs, templates, words in every language, styles and scripts."""
    found = sha256()
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and path.name in PARTS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in MADE_OF:
                found.update(f"{path.relative_to(root)}\0".encode() + sha256(path.read_bytes()).digest())
    return found.hexdigest()
