"""Where pathways are proposed, designed together, reviewed and published."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, require_duty, require_sign_in, wants_fragment
from accounts.languages import language_name
from accounts.partners.selectors import my_partners
from accounts.permissions import Permission, can
from competencies.forms import pathways as shapes
from competencies.pathway_content import PATHWAY_TEXTS, token_of
from competencies.selectors import pathway_design, pathway_people
from competencies.services import pathways as services
from competencies.services.pathways.writing import texts_in, values_of
from competencies.views.pathways import page_language

if TYPE_CHECKING:
    from accounts.models import Partner
    from competencies.models import Pathway
    from competencies.pathway_access import Access

FORM = "competencies/pathway_form.html"
PARTS: dict[str, tuple[type[forms.Form], tuple[str, ...], Any]] = {
    "texts": (shapes.TextsForm, ("title", "promise", "about", "interests", "scene"), gettext_lazy("What it is")),
    "reach": (
        shapes.ReachForm,
        ("when_and_where", "languages", "schools", "capacity"),
        gettext_lazy("When, where and for whom"),
    ),
    "after": (shapes.AfterForm, ("after_school",), gettext_lazy("After school")),
}


@require_GET
def pathway_designs(request: ViewerRequest) -> HttpResponse:
    """The pathways that are being designed, as far as one may read them."""
    viewer = require_sign_in(request)
    lines = pathway_design.my_pathways(viewer=viewer)
    may_propose = can(viewer, Permission.PROPOSE_PATHWAYS).allowed
    if not lines and not may_propose:
        raise Http404
    return render(request, "competencies/pathway_designs.html", {"lines": lines, "may_propose": may_propose})


@require_http_methods(["GET", "POST"])
def pathway_propose(request: ViewerRequest) -> HttpResponse:
    """A new idea."""
    require_duty(request, Permission.PROPOSE_PATHWAYS)
    mine = my_partners(viewer=request.viewer)
    form = shapes.ProposeForm(request.POST if request.method == "POST" else None, partners=mine)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = services.propose_pathway(
            by=request.viewer,
            title=data["title"],
            promise=data["promise"],
            why=data["why"],
            interests=data["interests"],
            language=page_language(),
            partner=chosen(mine, data.get("partner", "")) or (mine[0] if mine else None),
        )
        return redirect("pathway_design", made.public_id)
    status = 422 if form.errors else 200
    return render(request, "competencies/pathway_propose.html", {"form": form, "partners": mine}, status=status)


def chosen(partners: list[Partner], public_id: str) -> Partner | None:
    """The partner of this public id among them."""
    return next((one for one in partners if str(one.public_id) == public_id), None)


@require_GET
def pathway_design_page(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The draft and everyone's place in it."""
    return design(request, public_id)


def design(request: ViewerRequest, public_id: UUID, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The design page, perhaps with a form that has to be mended."""
    viewer = require_sign_in(request)
    page = pathway_design.design_page(viewer=viewer, public_id=public_id, language=page_language())
    if page is None:
        raise Http404
    own = page.pathway.language
    context = {
        "page": page,
        "row": page.pathway,
        "told": page.telling,
        "spoken": [language_name(code) for code in page.pathway.languages],
        "written_in": language_name(own),
        "translations": [
            (code, language_name(code), code in page.languages) for code, _name in shapes.further_languages(own)[:1]
        ]
        + [
            (code, language_name(code), True)
            for code in page.languages
            if code not in {own, shapes.further_languages(own)[0][0]}
        ],
        "more_languages": [
            (code, name) for code, name in shapes.further_languages(own)[1:] if code not in page.languages
        ],
        "comment_form": shapes.CommentForm(),
        **extra,
    }
    return render(request, "competencies/pathway_design.html", context, status=status)


def load_design(request: ViewerRequest, public_id: UUID, *, to_change: bool = True) -> tuple[Pathway, Access]:
    """A pathway this viewer designs (or, without `to_change`, reads). Http404 for everybody else."""
    viewer = require_sign_in(request)
    found = pathway_design.pathway_of(viewer=viewer, public_id=public_id)
    if found is None or (to_change and not found[1].designs):
        raise Http404
    return found


def design_url(pathway: Pathway, anchor: str = "") -> str:
    """The place of a part on the design page."""
    where = reverse("pathway_design", args=[pathway.public_id])
    return f"{where}#{anchor}" if anchor else where


def back(request: ViewerRequest, where: str) -> HttpResponse:
    """To the place of the change; htmx loads the page there, so that every block agrees."""
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Location"] = where
        return response
    return redirect(where)


def in_place(
    request: ViewerRequest,
    form: forms.Form,
    *,
    pathway: Pathway,
    title: str,
    where: str,
    save: Callable[[dict[str, Any]], object],
    **extra: Any,
) -> HttpResponse:
    """A form that opens in place, or on a page of its own: 422 with what to mend, 409 with both texts, else back."""
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except services.PathwayError as error:
            form.add_error(None, str(error))
        except services.PathwayChangedError as changed:
            data = request.POST.copy()
            data["token"] = changed.token
            form.data, conflict = data, changed
        else:
            return back(request, where)
    status = 409 if conflict else 422 if form.errors else 200
    context = {
        "form": form,
        "pathway": pathway,
        "title": title,
        "back": where,
        "conflict": conflict,
        "action": request.get_full_path(),
        **extra,
    }
    template = f"{FORM}#pathway-form" if wants_fragment(request) else FORM
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


# ------------------------------------------------------------------ texts
@require_http_methods(["GET", "POST"])
def pathway_part(request: ViewerRequest, public_id: UUID, part: str) -> HttpResponse:
    """One block of the draft's own texts."""
    if part not in PARTS:
        raise Http404
    row, _access = load_design(request, public_id)
    shape, fields, title = PARTS[part]
    values = values_of(row, fields)
    schools = pathway_people.school_choices(viewer=request.viewer) if part == "reach" else []
    more: dict[str, Any] = {"schools": schools} if part == "reach" else {}
    form = shape(
        request.POST if request.method == "POST" else None, initial={**values, "token": token_of(values)}, **more
    )

    def save(data: dict[str, Any]) -> None:
        after = {name: data[name] for name in fields}
        if "schools" in after:
            after["schools"] = [one for one in schools if str(one.public_id) in after["schools"]]
        services.edit_pathway(by=request.viewer, pathway=row, token=data["token"], values=after)

    return in_place(request, form, pathway=row, title=str(title), where=design_url(row, f"part-{part}"), save=save)


@require_http_methods(["GET", "POST"])
def pathway_translation(request: ViewerRequest, public_id: UUID, language: str) -> HttpResponse:
    """Every public text in a further language, beside the one it was written in."""
    row, _access = load_design(request, public_id)
    known = dict(shapes.further_languages(row.language))
    if language not in known:
        raise Http404
    there = texts_in(row, language)
    original = _originals(row)
    form = forms.Form(request.POST if request.method == "POST" else None, initial={"token": token_of(there)})
    form.fields["token"] = forms.CharField(widget=forms.HiddenInput, required=False)
    for key, (label, text) in original.items():
        long = len(text) > 90
        form.fields[key] = forms.CharField(
            label=label,
            help_text=text,
            required=False,
            max_length=8000,
            initial=there.get(key, ""),
            widget=forms.Textarea(attrs={"rows": 4 if len(text) > 300 else 2, "lang": language})
            if long
            else forms.TextInput(attrs={"lang": language}),
        )

    def save(data: dict[str, Any]) -> None:
        services.translate_pathway(
            by=request.viewer,
            pathway=row,
            language=language,
            token=data["token"],
            texts={key: data[key] for key in original if key != "interests"},
            interests=str(data.get("interests", "")).split(","),
        )

    return in_place(
        request,
        form,
        pathway=row,
        title=_("In %(language)s") % {"language": language_name(language)},
        where=design_url(row, "part-languages"),
        save=save,
        lede=_("The text as it was written stands above each field. What you leave empty is shown as it was written."),
    )


def _originals(row: Pathway) -> dict[str, tuple[str, str]]:
    """Label and text of everything that can be told in another language; only what says something."""
    labels = {
        "title": _("Name"),
        "promise": _("In a sentence"),
        "about": _("What it is about"),
        "after_school": _("What it opens after school"),
        "when_and_where": _("When and where"),
        "place": _("Where"),
        "credit": _("Credit or certificate"),
    }
    found = {name: (labels[name], str(getattr(row, name))) for name in PATHWAY_TEXTS}
    found["interests"] = (_("Interests it starts from"), ", ".join(row.interests))
    for one in row.experiences.all():
        for name in ("title", "about", "place", "credit"):
            found[f"{one.public_id}:{name}"] = (f"{one.title}: {labels[name]}", str(getattr(one, name)))
    for way in row.ways.all():
        for name in ("title", "about"):
            found[f"{way.public_id}:{name}"] = (f"{way.title}: {labels[name]}", str(getattr(way, name)))
    return {key: pair for key, pair in found.items() if pair[1]}


# ------------------------------------------------------------------ stages
@require_POST
def pathway_stage(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Ask for a review; open it to everyone; close it."""
    row, _access = load_design(request, public_id, to_change=False)
    act, number = request.POST.get("act", ""), request.POST.get("of_version", "")
    try:
        if act == "ask":
            services.ask_for_review(by=request.viewer, pathway=row)
        elif act == "publish":
            version = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
            services.publish_pathway(by=request.viewer, pathway=row, of_version=version)
            messages.success(request, _("It is open to everyone now."))
        elif act == "close":
            services.close_pathway(by=request.viewer, pathway=row)
        else:
            raise Http404
    except services.PathwayError as error:
        messages.warning(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    return redirect("pathway_design", public_id)
