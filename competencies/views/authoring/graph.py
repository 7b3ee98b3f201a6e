"""Connections of a working copy: chosen by searching, listed, taken out. Ties need no drawing to be made."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.http import ViewerRequest, wants_fragment
from competencies.choices import AssociationKind
from competencies.errors import AuthoringError
from competencies.selectors import authoring as selectors
from competencies.services import authoring as services
from competencies.views.authoring.loading import (
    frame,
    item_url,
    load_copy,
    load_item,
    number,
    uuid_of,
    words_of,
)

TIES = {
    "before": (AssociationKind.PRECEDES, True),
    "after": (AssociationKind.PRECEDES, False),
    "same": (AssociationKind.EXACT_MATCH, False),
    "related": (AssociationKind.RELATED_TO, False),
}
"""How a tie is asked for on an item's page: its kind, and whether the chosen one is the origin."""


def _tie_words() -> dict[str, str]:
    return {
        "before": _("Comes before it"),
        "after": _("Comes after it"),
        "same": _("Is the same as it"),
        "related": _("Is related to it"),
    }


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def working_item_tie(request: ViewerRequest, public_id: UUID, how: str) -> HttpResponse:
    """Tie an item to another one: search, choose. `how` is before, after, same or related."""
    item = load_item(request, public_id, writing=True)
    if how not in TIES:
        raise Http404
    kind, is_origin = TIES[how]
    problem = ""
    if request.method == "POST":
        wanted = uuid_of(request.POST.get("other", ""))
        other = (
            selectors.item_of(viewer=request.viewer, copy=item.copy, public_id=wanted)
            or selectors.competency_elsewhere(viewer=request.viewer, copy=item.copy, public_id=wanted)
            if wanted
            else None
        )
        try:
            if other is None:
                raise AuthoringError(_("Choose a competency first."))
            ends = (other, item) if is_origin else (item, other)
            services.add_edge(by=request.viewer, origin=ends[0], kind=kind, destination=ends[1])
        except AuthoringError as error:
            problem = str(error)
        else:
            messages.success(request, _("Connected."))
            return redirect(item_url(item, "ties"))
    words = words_of(request)
    found = (
        selectors.find_items(
            viewer=request.viewer,
            copy=item.copy,
            words=words,
            besides=[item.key],
            elsewhere=kind != AssociationKind.PRECEDES,
        )
        if words
        else None
    )
    name = "competencies/working_tie.html"
    context = {
        **frame(request, item.copy),
        "item": item,
        "how": how,
        "heading": _tie_words()[how],
        "words": words,
        "found": found,
        "problem": problem,
    }
    return render(
        request, f"{name}#found" if wants_fragment(request) else name, context, status=422 if problem else 200
    )


@require_GET
def working_graph(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every connection of a copy in a list, by kind and by word."""
    copy = load_copy(request, public_id)
    words, kind = words_of(request), request.GET.get("kind", "")
    kind = kind if kind in dict(AssociationKind.choices) else ""
    lines, more, count = selectors.edges_of(
        viewer=request.viewer, copy=copy, kind=kind, words=words, start=number(request.GET.get("start", ""))
    )
    kinds = [(one.value, one.label) for one in services.EDGE_KINDS]
    context = {**frame(request, copy), "lines": lines, "more": more, "count": count, "words": words}
    return render(request, "competencies/working_graph.html", {**context, "kind": kind, "kinds": kinds})


@require_POST
def working_edge_remove(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a connection (`edge`) out of the next version."""
    copy = load_copy(request, public_id, writing=True)
    wanted = uuid_of(request.POST.get("edge", ""))
    edge = selectors.edge_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
    back = request.POST.get("item", "")
    item = uuid_of(back)
    where = reverse("working_item", args=[item]) + "#ties" if item else reverse("working_graph", args=[copy.public_id])
    try:
        if edge is None:
            raise AuthoringError(_("This connection is no longer here."))
        services.remove_edge(by=request.viewer, edge=edge)
    except AuthoringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The connection is out of the next version."))
    return redirect(where)
