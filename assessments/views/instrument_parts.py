"""What a draft is made of: its competencies, criteria, items and forms, each changed in its place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, wants_fragment
from assessments.choices import AccommodationFor, Depth
from assessments.errors import InstrumentError
from assessments.forms.instruments import AlignForm, CriterionForm, ItemsForm, TaskFormForm, level_name
from assessments.instrument_words import criterion_words, fingerprint, form_words
from assessments.selectors import instrument_pages as pages
from assessments.selectors import instrument_parts as parts
from assessments.selectors import rubrics
from assessments.services import instrument_items as items
from assessments.services import instrument_parts as services
from assessments.services.instrument_parts import CriterionWords, FormWords
from assessments.views.instrument_inplace import in_place, load_draft, load_part, page_url, saved

MOST_FOUND = 40


@require_http_methods(["GET", "POST"])
def instrument_competencies(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Choose what it gives evidence on: search, add with a depth, take off."""
    row = load_draft(request, public_id)
    viewer, language = request.viewer, get_language() or "en"
    status, problem = 200, ""
    if request.method == "POST":
        form = AlignForm(request.POST)
        chosen = parts.competency_by_id(
            viewer=viewer, version=row, public_id=form.cleaned_data["competency"] if form.is_valid() else None
        )
        try:
            if chosen is None:
                raise InstrumentError(_("Choose a competency from the list."))
            if request.POST.get("action") == "remove":
                services.unalign(by=viewer, version=row, competency=chosen)
            else:
                services.align(by=viewer, version=row, competency=chosen, depth=form.cleaned_data["depth"])
        except InstrumentError as error:
            status, problem = 422, str(error)
        else:
            if not wants_fragment(request):
                return redirect(request.get_full_path())
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    aligned = parts.aligned_of(viewer=viewer, version=row, language=language)
    there = {one.rubric.public_id for one in aligned}
    found = rubrics.choices(viewer=viewer, language=language, query=words, limit=MOST_FOUND) if words else []
    context = {
        "version": row,
        "aligned": aligned,
        "found": [one for one in found if one.public_id not in there],
        "words": words,
        "depths": Depth.choices,
        "problem": problem,
        "back": page_url(row, "competencies"),
        "action": request.get_full_path(),
    }
    name = "assessments/instrument_competencies.html"
    response = render(request, f"{name}#chosen" if wants_fragment(request) else name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


# ------------------------------------------------------------------ criteria
def _criterion_form(request: ViewerRequest, row: Any, initial: dict[str, Any]) -> tuple[CriterionForm, dict[str, Any]]:
    """The form for a criterion of a draft, and the competencies it may be about."""
    found = pages.rubrics_of(viewer=request.viewer, version=row, language=get_language() or "en")
    levels = {value: word for one in found.values() for value, word, _mark in pages.whole_levels(one)}
    competencies = {str(one.public_id): pk for pk, one in found.items()}
    form = CriterionForm(
        request.POST if request.method == "POST" else None,
        initial={"edit": row.edit} | initial,
        competencies=[(str(one.public_id), one.name) for one in found.values()],
        levels=sorted(levels.items()),
    )
    return form, competencies


def _words(form: CriterionForm, data: dict[str, Any]) -> CriterionWords:
    return CriterionWords(data["name"], data["look_for"], form.levels())


@require_http_methods(["GET", "POST"])
def criterion_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One more criterion, with what each level looks like."""
    row = load_draft(request, public_id)
    form, competencies = _criterion_form(request, row, {})
    if not competencies:
        messages.info(request, _("Choose its competencies first; each criterion is about one of them."))
        return saved(request, page_url(row, "competencies"))

    def save(data: dict[str, Any]) -> None:
        competency = parts.competency_by_id(viewer=request.viewer, version=row, public_id=UUID(data["competency"]))
        assert competency is not None  # the form offers no other
        services.add_criterion(by=request.viewer, version=row, competency=competency, words=_words(form, data))

    return in_place(
        request, form, version=row, title=_("Add a criterion"), back=page_url(row, "criteria"), save=save, roomy=True
    )


@require_http_methods(["GET", "POST"])
def criterion_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Reword a criterion of a draft."""
    criterion = load_part(request, parts.criterion_by_id, public_id, of_draft=True)
    row = criterion.version
    initial = {
        "seen": fingerprint(criterion_words(criterion)),
        "name": criterion.name,
        "look_for": criterion.look_for,
        "competency": str(criterion.competency.public_id),
        **{level_name(level.value): level.text for level in criterion.levels.all()},
    }
    form, _competencies = _criterion_form(request, row, initial)

    def save(data: dict[str, Any]) -> None:
        competency = parts.competency_by_id(viewer=request.viewer, version=row, public_id=UUID(data["competency"]))
        assert competency is not None  # the form offers no other
        services.edit_criterion(
            by=request.viewer,
            criterion=criterion,
            competency=competency,
            words=_words(form, data),
            edit=data["edit"],
            seen=data["seen"],
        )

    return in_place(
        request, form, version=row, title=_("Change this criterion"), back=page_url(row, "criteria"), save=save,
        roomy=True,
    )  # fmt: skip


@require_POST
def criterion_change(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Move a criterion (`do=up`, `do=down`) or remove it (`do=remove`)."""
    criterion = load_part(request, parts.criterion_by_id, public_id)
    do = request.POST.get("do", "")
    try:
        if do in {"up", "down"}:
            services.move_criterion(by=request.viewer, criterion=criterion, step=-1 if do == "up" else 1)
        elif do == "remove":
            services.remove_criterion(by=request.viewer, criterion=criterion)
    except InstrumentError as error:
        messages.error(request, str(error))
    return saved(request, page_url(criterion.version, "criteria"))


# ------------------------------------------------------------------ items
@require_http_methods(["GET", "POST"])
def instrument_items(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Items, pasted line by line; `remove` takes the named ones out."""
    row = load_draft(request, public_id)
    if request.method == "POST" and "remove" in request.POST:
        try:
            items.remove_items(by=request.viewer, version=row, keys=request.POST.getlist("remove")[:300])
        except InstrumentError as error:
            messages.error(request, str(error))
        return saved(request, page_url(row, "items"))
    form = ItemsForm(request.POST if request.method == "POST" else None)

    def save(data: dict[str, Any]) -> None:
        items.paste_items(by=request.viewer, version=row, text=data["text"])

    codes = [
        (one.rubric.name, code)
        for one, code in parts.codes_of(viewer=request.viewer, version=row, language=get_language() or "en")
    ]
    return in_place(
        request, form, version=row, title=_("Add items"), back=page_url(row, "items"), save=save, codes=codes
    )


# ------------------------------------------------------------------ forms of the task
FIELDS = {
    AccommodationFor.EVERYONE: "everyone",
    AccommodationFor.LANGUAGE: "helps_language",
    AccommodationFor.DISABILITY: "disability",
}


def _form_words(form: TaskFormForm, data: dict[str, Any]) -> FormWords:
    return FormWords(data["title"], data["instructions"], data["language"], form.accommodations())


@require_http_methods(["GET", "POST"])
def instrument_form_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The same task in one more form."""
    row = load_draft(request, public_id)
    form = TaskFormForm(request.POST if request.method == "POST" else None, initial={"edit": row.edit})

    def save(data: dict[str, Any]) -> None:
        services.save_form(by=request.viewer, version=row, words=_form_words(form, data))

    return in_place(
        request, form, version=row, title=_("Add a form of the task"), back=page_url(row, "forms"), save=save
    )


@require_http_methods(["GET", "POST"])
def instrument_form_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Reword a form of the task of a draft."""
    part = load_part(request, parts.form_by_id, public_id, of_draft=True)
    row = part.version
    initial: dict[str, Any] = {
        "edit": row.edit,
        "seen": fingerprint(form_words(part)),
        "title": part.title,
        "instructions": part.instructions,
        "language": part.language,
    }
    for who, name in FIELDS.items():
        initial[name] = "\n".join(one.text for one in part.accommodations.all() if one.helps == who)
    form = TaskFormForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.save_form(
            by=request.viewer,
            version=row,
            form=part,
            words=_form_words(form, data),
            edit=data["edit"],
            seen=data["seen"],
        )

    return in_place(request, form, version=row, title=_("Change this form"), back=page_url(row, "forms"), save=save)


@require_POST
def instrument_form_remove(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Remove a form of the task from a draft."""
    part = load_part(request, parts.form_by_id, public_id)
    try:
        services.remove_form(by=request.viewer, form=part)
    except InstrumentError as error:
        messages.error(request, str(error))
    return saved(request, page_url(part.version, "forms"))
