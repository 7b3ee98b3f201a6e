"""Anchor work: added by authors, practised on by every teacher who reads the instrument, seen by no student."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseGone
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.downloads import private_file
from accounts.http import ViewerRequest, require_sign_in
from assessments.errors import InstrumentError
from assessments.forms.instruments import AnchorForm, TryForm
from assessments.selectors import anchors as selectors
from assessments.selectors import instrument_parts as parts
from assessments.services import anchors as services
from assessments.services.anchors import AnchorWords
from assessments.views.instrument_inplace import in_place, load_instrument, load_part, page_url


@require_http_methods(["GET", "POST"])
def anchor_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Add a piece of work without a name, with the levels it shows and why."""
    instrument = load_instrument(request, public_id, writing=True)
    version = parts.version_of(viewer=request.viewer, instrument=instrument, number=None)
    if version is None:
        raise Http404
    asked = selectors.criteria_of(viewer=request.viewer, version=version, language=get_language() or "en")
    form = AnchorForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        criteria=[(one.pk, one.name, [(cell.value, cell.word) for cell in one.cells]) for one in asked],
    )

    def save(data: dict[str, Any]) -> None:
        services.add_anchor(
            by=request.viewer,
            version=version,
            words=AnchorWords(data["title"], data["text"], data["picture"], data["description"], data["language"]),
            levels={pk: (value, form.reasons()[pk]) for pk, value in form.levels().items()},
        )
        messages.success(request, _("Added. Colleagues can practise on it now."))

    return in_place(
        request,
        form,
        version=version,
        title=_("Add anchor work"),
        back=page_url(version, "anchors"),
        save=save,
        template="assessments/instrument_anchor.html",
    )


@require_POST
def anchor_retire(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take an anchor out of practice."""
    row = load_part(request, selectors.anchor_by_id, public_id)
    services.retire_anchor(by=request.viewer, anchor=row)
    messages.success(request, _("It is no longer used for practice."))
    return redirect(page_url(row.version, "anchors"))


@require_GET
def anchor_picture(request: ViewerRequest, public_id: UUID) -> HttpResponseBase:
    """The picture of an anchor, with the type its bytes were found to be."""
    viewer = require_sign_in(request)
    row = selectors.anchor_by_id(viewer=viewer, public_id=public_id)
    if row is None or not row.picture:
        raise Http404
    try:
        content = selectors.open_picture(viewer=viewer, anchor=row)
    except FileNotFoundError:
        return HttpResponseGone()
    return private_file(content, content_type=row.content_type, name="anchor")


@require_http_methods(["GET", "POST"])
def calibrate(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Choose levels for an anchor, then see its own with their reasons beside (`?try=`). Only you see your tries."""
    viewer = require_sign_in(request)
    row = selectors.anchor_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    language = get_language() or "en"
    asked = selectors.asked(viewer=viewer, anchor=row, language=language)
    form = TryForm(
        request.POST if request.method == "POST" else None,
        criteria=[(one.pk, one.name, [(cell.value, cell.word) for cell in one.cells]) for one in asked],
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.try_anchor(by=viewer, key=form.cleaned_data["key"], anchor=row, levels=form.levels())
        except InstrumentError as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('calibrate', args=[public_id])}?try={form.cleaned_data['key']}")
    outcome = None
    if request.method == "GET" and request.GET.get("try"):
        try:
            key = UUID(request.GET["try"])
        except ValueError as wrong:
            raise Http404 from wrong
        outcome = selectors.outcome(viewer=viewer, anchor=row, key=key, language=language)
        if outcome is None:
            raise Http404
    context = {
        "anchor": row,
        "form": form,
        "lines": [(one, form[f"level-{one.pk}"]) for one in asked],
        "outcome": outcome,
        "tries": selectors.tries(viewer=viewer, anchor=row),
        "back": page_url(row.version, "anchors"),
    }
    return render(request, "assessments/instrument_calibrate.html", context, status=422 if form.errors else 200)
