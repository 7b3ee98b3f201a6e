"""The small forms of an instrument's page: opened in place, a page of their own without JavaScript, saved one way."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.files import FileError
from accounts.http import ViewerRequest, require_sign_in, wants_fragment
from assessments.errors import DraftChangedError, InstrumentError
from assessments.selectors import instrument_parts as parts
from assessments.selectors import instruments as selectors

if TYPE_CHECKING:
    from assessments.models import Instrument, InstrumentVersion

TEMPLATE = "assessments/instrument_form.html"


def load_instrument(request: ViewerRequest, public_id: UUID, *, writing: bool = False) -> Instrument:
    """The instrument this viewer reads; Http404 otherwise. `writing`: PermissionDenied for whoever is no author."""
    viewer = require_sign_in(request)
    row = selectors.instrument_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    if writing and not selectors.may_write(viewer, row):
        raise PermissionDenied
    return row


def load_draft(request: ViewerRequest, public_id: UUID) -> InstrumentVersion:
    """The draft of an instrument whose author this viewer is; Http404 where there is none.

    Somebody may have published it while another one wrote: what is sent then finds the version as it stands, and the
    service says in words why it stays so, with everything typed still in the form.
    """
    instrument = load_instrument(request, public_id, writing=True)
    row = parts.draft_of(viewer=request.viewer, instrument=instrument)
    if row is None and request.method == "POST":
        row = parts.version_of(viewer=request.viewer, instrument=instrument, number=None)
    if row is None:
        raise Http404
    return row


def load_part(request: ViewerRequest, look_up: Callable[..., Any], public_id: UUID, *, of_draft: bool = False) -> Any:
    """A part of a version (with `version`) whose author this viewer is; `of_draft`: one that can still be changed."""
    viewer = require_sign_in(request)
    row = look_up(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    if not selectors.may_write(viewer, row.version.instrument):
        raise PermissionDenied
    if of_draft and request.method == "GET" and not parts.is_draft(row.version):
        raise Http404
    return row


def page_url(version: InstrumentVersion, anchor: str = "") -> str:
    """The place of a part on the page of a version."""
    where = f"{reverse('instrument', args=[version.instrument.public_id])}?version={version.number}"
    return f"{where}#{anchor}" if anchor else where


def in_place(
    request: ViewerRequest,
    form: forms.Form,
    *,
    version: InstrumentVersion,
    title: str,
    back: str,
    save: Callable[[dict[str, Any]], object],
    template: str = TEMPLATE,
    **extra: Any,
) -> HttpResponse:
    """Show the form, or save it: 422 with what to mend, 409 with both wordings, else back to the place of the change.

    `save` gets the cleaned data and calls one service.
    """
    mark = f"{zlib.crc32(request.get_full_path().encode()):08x}"
    form.auto_id = f"id_{mark}_%s"  # several forms may stand open on one page: each has ids of its own
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save(form.cleaned_data)
            except InstrumentError as error:
                for problem in error.problems:
                    form.add_error(None, problem)
            except FileError as error:
                form.add_error("picture", str(error))
            except DraftChangedError as changed:
                status = 409
                extra |= {
                    "conflict": changed,
                    "their_name": parts.last_editor(viewer=request.viewer, version=version),
                }
                data = request.POST.copy()
                data["edit"], data["seen"] = str(changed.edit), changed.seen
                form.data = data
            else:
                return saved(request, back)
    elif wants_fragment(request) and form.visible_fields():
        form.visible_fields()[0].field.widget.attrs["data-focus"] = ""
    context = {
        "form": form, "title": title, "back": back, "version": version, "action": request.get_full_path(), "mark": mark,
        **extra,
    }  # fmt: skip
    name = f"{template}#text-form" if wants_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def saved(request: ViewerRequest, back: str) -> HttpResponse:
    """Back to the page at the place of the change; htmx reloads the page there, so that every part agrees."""
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Location"] = back
        return response
    return redirect(back)
