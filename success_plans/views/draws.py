"""The places of a pathway for those who look after them, and draws for whoever wants to do them again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.downloads import csv_response
from accounts.http import ViewerRequest, require_sign_in
from success_plans.errors import PlanError
from success_plans.forms.pathways import CallForm
from success_plans.selectors import draws as selectors
from success_plans.services import draws as services


@require_http_methods(["GET", "POST"])
def pathway_places(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Places, who waits in counts, the draw that is announced, and those that were held."""
    viewer = require_sign_in(request)
    pathway = selectors.pathway_with_places(viewer=viewer, public_id=public_id)
    if pathway is None:
        raise Http404
    form = CallForm(request.POST or None, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        try:
            services.call_draw(by=viewer, pathway=pathway, draw_on=form.cleaned_data["draw_on"])
        except PlanError as error:
            form.add_error("draw_on", str(error))
        else:
            messages.success(request, _("The draw is announced. Whoever asks until then takes part in it."))
            return redirect("pathway_places", pathway.public_id)
    context = {
        "pathway": pathway,
        "places": selectors.places(viewer=viewer, pathway=pathway),
        "part": selectors.participation(viewer=viewer, pathway=pathway),
        "form": form,
        "today": viewer.today,
    }
    return render(request, "success_plans/pathway_places.html", context, status=422 if form.errors else 200)


@require_POST
def draw_hold(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Hold an announced draw."""
    viewer = require_sign_in(request)
    call = selectors.call_by_id(viewer=viewer, public_id=public_id)
    if call is None:
        raise Http404
    try:
        held = services.hold_draw(by=viewer, call=call)
    except PlanError as error:
        messages.warning(request, str(error))
        return redirect("pathway_places", call.pathway.public_id)
    messages.success(request, _("Drawn. Every place is kept for ten school days."))
    return redirect("draw", held.public_id)


@require_GET
def draw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Everything that is needed to do a draw again: the promise, the seed, every id and its number."""
    viewer = require_sign_in(request)
    page = selectors.draw_page(viewer=viewer, public_id=public_id)
    if page is None:
        raise Http404
    return render(request, "success_plans/draw.html", {"page": page})


@require_GET
def draw_csv(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The same as a table, to count after."""
    viewer = require_sign_in(request)
    page = selectors.draw_page(viewer=viewer, public_id=public_id)
    if page is None:
        raise Http404
    rows = [[line.place, str(line.lot.id), line.lot.number, page.seed] for line in page.lines]
    return csv_response("draw.csv", ["place", "id", "sha256_of_seed_and_id", "seed"], rows)
