"""Connections of a working copy: chosen by searching, drawn in its picture, listed, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
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

if TYPE_CHECKING:
    from competencies.models import WorkingCopy, WorkingItem

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


# ------------------------------------------------------------------ the picture


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def working_picture(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What comes before what, drawn: all of a copy, `?branch=`, or `?around=` one with `&beside=` others.

    POST connects two (`do=tie`, `origin`, `destination`) or takes a connection off (`do=untie`, `edge`). With htmx the
    picture comes back changed, with a way to undo it; 422 with what was refused, in words.
    """
    copy = load_copy(request, public_id, writing=request.method == "POST")
    looked = _looked(request)
    problem, undo = "", None
    if request.method == "POST":
        try:
            undo = _change(request, copy)
        except AuthoringError as error:
            problem = str(error)
        if not wants_fragment(request):
            if problem:
                messages.error(request, problem)
            elif undo:
                messages.success(request, undo["said"])
            return redirect(_picture_url(copy, looked))
    around = frame(request, copy)
    page = selectors.working_picture(viewer=request.viewer, copy=copy, looked=looked, may_write=around["may_write"])
    if page is None:
        raise Http404
    words = words_of(request)
    context = {
        **around,
        "page": page,
        "svg": SafeString(page.svg),  # every text in it was escaped by accounts.svg
        "here": reverse("working_picture", args=[copy.public_id]),
        "address": _picture_url(copy, looked),
        "beside_query": "".join(f"&beside={one.public_id}" for one in page.beside),
        "problem": problem,
        "undo": undo,
        "words": words,
        "found": selectors.find_items(viewer=request.viewer, copy=copy, words=words) if words else None,
    }
    name = "competencies/working_picture.html"
    return render(
        request, f"{name}#picture-board" if wants_fragment(request) else name, context, status=422 if problem else 200
    )


def _looked(request: ViewerRequest) -> selectors.Looked:
    """What the address asks to look at; Http404 for an id that is none."""

    def key(text: str) -> UUID | None:
        found = uuid_of(text)
        if text and found is None:
            raise Http404
        return found

    return selectors.Looked(
        branch=key(request.GET.get("branch", "")),
        around=key(request.GET.get("around", "")),
        beside=tuple(one for one in dict.fromkeys(map(key, request.GET.getlist("beside"))) if one is not None),
        steps=number(request.GET.get("steps", "")),
        page=number(request.GET.get("page", "")),
    )


def _picture_url(copy: WorkingCopy, looked: selectors.Looked) -> str:
    """The address of a picture as it is looked at."""
    query: list[tuple[str, object]] = []
    if looked.around is not None:
        query = [("around", looked.around), ("steps", looked.steps or 1)]
        query += [("beside", one) for one in looked.beside]
    elif looked.branch is not None:
        query = [("branch", looked.branch)]
    if looked.page > 1:
        query.append(("page", looked.page))
    where = reverse("working_picture", args=[copy.public_id])
    return f"{where}?{urlencode(query)}" if query else where


def _change(request: ViewerRequest, copy: WorkingCopy) -> dict[str, Any]:
    """Make one change of the picture; what was done (`said`), and what would undo it as fields of a form."""

    def end(name: str) -> WorkingItem:
        wanted = uuid_of(request.POST.get(name, ""))
        item = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
        if item is None:
            raise AuthoringError(_("Choose a competency first."))
        return item

    if request.POST.get("do") == "untie":
        wanted = uuid_of(request.POST.get("edge", ""))
        edge = selectors.edge_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
        if edge is None:
            raise AuthoringError(_("This connection is no longer here."))
        ends = selectors.ends_of(viewer=request.viewer, edge=edge)
        services.remove_edge(by=request.viewer, edge=edge)
        said = _("The connection is out of the next version.")
        if len(ends) < 2:
            return {"said": said}
        return {"said": said, "do": "tie", "origin": ends[0].public_id, "destination": ends[1].public_id}
    origin, destination = end("origin"), end("destination")
    edge = services.add_edge(by=request.viewer, origin=origin, kind=AssociationKind.PRECEDES, destination=destination)
    said = _("“%(one)s” comes before “%(two)s” now.") % {"one": origin.name, "two": destination.name}
    return {"said": said, "do": "untie", "edge": edge.public_id}
