"""How the district shows itself: the page where it is written, its pen as a stylesheet, its logo."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET, require_http_methods

from accounts import brand
from accounts.files import FileError
from accounts.forms import FaceForm
from accounts.http import ViewerRequest, require_duty
from accounts.permissions import Permission


@require_http_methods(["GET", "POST"])
def district_site(request: ViewerRequest) -> HttpResponse:
    """Name, greeting, pen and logo of the public pages."""
    require_duty(request, Permission.SHOW_DISTRICT)
    row = brand.face_to_edit(viewer=request.viewer)
    if row is None:
        raise Http404
    shown: dict[str, Any] = {
        "shown_name": row.shown_name,
        "hue": row.hue or brand.HUES[0],
        "website": row.website,
        "logo_says": row.logo_says,
        "version": row.version,
    }
    for code, said in row.words.items():
        shown |= {f"{kind}_{code}": text for kind, text in said.items()}
    form = FaceForm(request.POST or None, request.FILES or None, initial=shown)
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            brand.show_district(
                by=request.viewer,
                version=form.cleaned_data["version"] or 0,
                shown_name=form.cleaned_data["shown_name"],
                hue=form.cleaned_data["hue"],
                words=form.words(),
                website=form.cleaned_data["website"],
                logo=form.cleaned_data["logo"],
                logo_says=form.cleaned_data["logo_says"],
                without_logo=form.cleaned_data["without_logo"],
            )
        except FileError as error:
            form.add_error("logo", str(error))
        except brand.FaceChangedError as changed:
            conflict, row = True, changed.current
            data = request.POST.copy()
            data["version"] = str(row.version)
            form.data = data
        else:
            messages.success(request, _("Saved. The public pages show it now."))
            return redirect("district_site")
    words = [(form[f"greeting_{code}"], form[f"about_{code}"]) for code in form.words_in]
    status = 409 if conflict else 422 if form.errors else 200
    context = {"form": form, "row": row, "words": words, "conflict": conflict}
    return render(request, "accounts/site_face.html", context, status=status)


def _mark_of_pen(request: HttpRequest) -> str:
    hue = _hue(request)
    return f'"{hashlib.sha256(brand.stylesheet(hue).encode()).hexdigest()[:16]}"'


def _hue(request: HttpRequest) -> str:
    return brand.face(viewer=request.viewer).hue  # type: ignore[attr-defined]


@require_GET
@condition(etag_func=_mark_of_pen)
def brand_css(request: ViewerRequest) -> HttpResponse:
    """The pen of the public pages. Kept by browsers for ten minutes."""
    response = HttpResponse(brand.stylesheet(_hue(request)), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=600"
    return response


@require_GET
def brand_logo(request: ViewerRequest) -> HttpResponse:
    """The logo as it was drawn anew; its address changes with it, so browsers keep it."""
    found = brand.logo_file(viewer=request.viewer)
    if found is None:
        raise Http404
    content, content_type = found
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = "public, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
