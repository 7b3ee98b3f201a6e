"""What a pathway is made of, part by part: experiences, ways in and on, competencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, require_sign_in
from accounts.partners.selectors import partner_choices
from competencies import selectors
from competencies.choices import WayKind
from competencies.forms import pathways as shapes
from competencies.pathway_content import token_of
from competencies.selectors import pathway_design
from competencies.services import pathways as services
from competencies.services.pathways.parts import plain_values
from competencies.views.pathway_design import back, chosen, design_url, in_place, load_design
from competencies.views.pathways import page_language

if TYPE_CHECKING:
    from competencies.models import Pathway, PathwayExperience, PathwayWay


# ------------------------------------------------------------------ experiences and ways
@require_http_methods(["GET", "POST"])
def pathway_experience_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One more experience."""
    row, _access = load_design(request, public_id)
    partners = partner_choices(viewer=request.viewer)
    form = shapes.ExperienceForm(request.POST if request.method == "POST" else None, partners=partners)

    def save(data: dict[str, Any]) -> None:
        data["partner"] = chosen(partners, data["partner"])
        services.add_experience(by=request.viewer, pathway=row, values=data)

    where = design_url(row, "part-experiences")
    return in_place(request, form, pathway=row, title=_("One more experience"), where=where, save=save)


@require_http_methods(["GET", "POST"])
def pathway_experience(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One experience: written anew, moved, or taken out."""
    one = _part(request, pathway_design.experience_of, public_id)
    partners = partner_choices(viewer=request.viewer)
    where = design_url(one.pathway, "part-experiences")
    if _moved(request, one, services.remove_experience, "experience"):
        return back(request, where)
    shown = {name: getattr(one, name) for name in ("kind", "title", "about", "place", "hours", "credit")}
    shown |= {"partner": str(one.partner.public_id) if one.partner else "", "token": token_of(plain_values(one))}
    form = shapes.ExperienceForm(request.POST if request.method == "POST" else None, initial=shown, partners=partners)

    def save(data: dict[str, Any]) -> None:
        data["partner"] = chosen(partners, data["partner"])
        services.edit_experience(by=request.viewer, experience=one, token=data["token"], values=data)

    return in_place(request, form, pathway=one.pathway, title=one.title, where=where, save=save, may_remove=True)


@require_http_methods(["GET", "POST"])
def pathway_way_add(request: ViewerRequest, public_id: UUID, kind: str) -> HttpResponse:
    """One more way in or on."""
    row, _access = load_design(request, public_id)
    if kind not in WayKind.values:
        raise Http404
    experiences = list(row.experiences.all())
    form = shapes.WayForm(
        request.POST if request.method == "POST" else None, experiences=experiences, is_on=kind == WayKind.ON
    )

    def save(data: dict[str, Any]) -> None:
        data["at"] = next((one for one in experiences if str(one.public_id) == data["at"]), None)
        services.add_way(by=request.viewer, pathway=row, kind=WayKind(kind), values=data)

    title = _("One more way on") if kind == WayKind.ON else _("One more way in")
    return in_place(request, form, pathway=row, title=title, where=design_url(row, "part-ways"), save=save)


@require_http_methods(["GET", "POST"])
def pathway_way(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One way: written anew, moved, or taken out."""
    one = _part(request, pathway_design.way_of, public_id)
    where = design_url(one.pathway, "part-ways")
    if _moved(request, one, services.remove_way, "way"):
        return back(request, where)
    experiences = list(one.pathway.experiences.all())
    at = str(one.at.public_id) if one.at is not None else ""
    shown = {"title": one.title, "about": one.about, "at": at, "token": token_of(plain_values(one))}
    form = shapes.WayForm(
        request.POST if request.method == "POST" else None,
        initial=shown,
        experiences=experiences,
        is_on=one.kind == WayKind.ON,
    )

    def save(data: dict[str, Any]) -> None:
        data["at"] = next((place for place in experiences if str(place.public_id) == data["at"]), None)
        services.edit_way(by=request.viewer, way=one, token=data["token"], values=data)

    return in_place(request, form, pathway=one.pathway, title=one.title, where=where, save=save, may_remove=True)


def _part(request: ViewerRequest, look_up: Callable[..., Any], public_id: UUID) -> Any:
    viewer = require_sign_in(request)
    found = look_up(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    return found[0]


def _moved(request: ViewerRequest, one: PathwayExperience | PathwayWay, remove: Callable[..., None], noun: str) -> bool:
    """Whether the request took this part out or moved it, instead of writing it."""
    act = request.POST.get("act", "")
    if act == "back":
        try:
            services.put_back(by=request.viewer, part=one)
        except services.PathwayError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("It is in the draft again."))
    elif one.removed_at is not None:
        raise Http404
    elif act == "remove":
        remove(by=request.viewer, **{noun: one})
        messages.success(request, _("It is not in the draft any more. What is published stays as it is."))
    elif act in {"earlier", "later"}:
        services.move_part(by=request.viewer, part=one, earlier=act == "earlier")
    else:
        return False
    return True


# ------------------------------------------------------------------ competencies
@require_http_methods(["GET", "POST"])
def pathway_competencies(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Which competencies it leads to: found in the public frameworks, put in, taken out."""
    row, _access = load_design(request, public_id)
    if request.method == "POST":
        return _name_competency(request, row)
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    found = None
    if words:
        found = selectors.find_competencies(viewer=request.viewer, text=words, language=page_language())
    page = pathway_design.design_page(viewer=request.viewer, public_id=public_id, language=page_language())
    context = {"pathway": row, "page": page, "words": words, "found": found}
    return render(request, "competencies/pathway_competencies.html", context)


def _name_competency(request: ViewerRequest, row: Pathway) -> HttpResponse:
    try:
        key = UUID(request.POST.get("competency", ""))
    except ValueError as error:
        raise Http404 from error
    competency = pathway_design.competency_to_name(viewer=request.viewer, public_id=key)
    if competency is None:
        raise Http404
    if request.POST.get("act") == "remove":
        services.remove_competency(by=request.viewer, pathway=row, competency=competency)
    else:
        where = request.POST.get("experience", "")
        place = next((one for one in row.experiences.all() if str(one.public_id) == where), None)
        try:
            services.add_competency(by=request.viewer, pathway=row, competency=competency, experience=place)
        except services.PathwayError as error:
            messages.warning(request, str(error))
    return redirect("pathway_competencies", row.public_id)
