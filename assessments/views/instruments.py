"""The library of a school, the page of an instrument, and its life: begun, published, drafted anew, copied, shared."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, require_sign_in, wants_fragment
from accounts.permissions import Permission, can
from assessments.errors import InstrumentError
from assessments.forms.instruments import AddForm, CopyForm, LibraryForm, PublishForm, SayForm, TextsForm
from assessments.selectors import contributions as talk
from assessments.selectors import instrument_pages as pages
from assessments.selectors import instrument_parts as parts
from assessments.selectors import instruments as selectors
from assessments.services import instruments as services
from assessments.views.instrument_inplace import in_place, load_draft, load_instrument, page_url, saved


def _schools(request: ViewerRequest) -> dict[str, Any]:
    """The libraries this viewer writes in, by the word a form sends; "district" for the district's."""
    found: dict[str, Any] = {str(one.public_id): one for one in selectors.writing_schools(viewer=request.viewer)}
    if can(request.viewer, Permission.WRITE_INSTRUMENTS).allowed:
        found["district"] = None
    return found


def _named(schools: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, one.name if one is not None else _("The whole district")) for key, one in schools.items()]


@require_GET
def instruments(request: ViewerRequest) -> HttpResponse:
    """The library: what can be looked with at this school, by title."""
    viewer = require_sign_in(request)
    if not viewer.is_staff:
        raise Http404
    form = LibraryForm(request.GET, competencies=selectors.library_competencies(viewer=viewer))
    wanted = form.cleaned_data if form.is_valid() else {}
    competency = wanted.get("competency") or ""
    entries = selectors.library(
        viewer=viewer,
        kind=wanted.get("kind", ""),
        competency=UUID(competency) if competency else None,
        words=wanted.get("q", ""),
        with_retired=wanted.get("retired", False),
    )
    context = {
        "form": form,
        "entries": entries,
        "may_add": bool(_schools(request)),
        "is_filtered": any(wanted.values()),
    }
    name = "assessments/instrument_list.html"
    response = render(request, f"{name}#found" if wants_fragment(request) else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_http_methods(["GET", "POST"])
def instrument_add(request: ViewerRequest) -> HttpResponse:
    """Begin an instrument: a title and a kind; the rest is written on its page."""
    viewer = require_sign_in(request)
    schools = _schools(request)
    if not schools:
        raise Http404
    form = AddForm(request.POST if request.method == "POST" else None, schools=_named(schools))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = services.create_instrument(
                by=viewer,
                kind=data["kind"],
                title=data["title"],
                school=schools[data["school"]],
                language=data["language"],
            )
        except InstrumentError as error:
            form.add_error(None, str(error))
        else:
            return redirect(page_url(row))
    return render(request, "assessments/instrument_add.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def instrument(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One instrument (`?version=2` for an earlier one): what it is for, criteria, forms, versions, what was said."""
    row = load_instrument(request, public_id)
    number = request.GET.get("version", "")
    page = pages.page(
        viewer=request.viewer,
        instrument=row,
        language=get_language() or "en",
        number=int(number) if number.isdecimal() and len(number) < 9 else None,
    )
    if page is None:
        raise Http404
    schools = _schools(request)
    context = {
        "page": page,
        "thread": talk.thread(viewer=request.viewer, instrument=row),
        "say_form": SayForm(auto_id="say_%s"),
        "missing": services.missing(by=request.viewer, version=page.version) if page.may_edit else [],
        "copy_form": CopyForm(schools=_named(schools)) if schools and not page.is_draft else None,
    }
    return render(request, "assessments/instrument_detail.html", context)


@require_http_methods(["GET", "POST"])
def instrument_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What the draft says about itself."""
    row = load_draft(request, public_id)
    initial = {name: getattr(row, name) for name in services.TEXTS}
    initial |= {"edit": row.edit, "seen": services.texts_seen(row)}
    form = TextsForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.edit_texts(
            by=request.viewer,
            version=row,
            edit=data["edit"],
            seen=data["seen"],
            **{name: data[name] for name in services.TEXTS},
        )

    return in_place(
        request, form, version=row, title=_("What it is and what it is for"), back=page_url(row, "about"), save=save
    )


@require_http_methods(["GET", "POST"])
def instrument_publish(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Publish the draft. What is missing is said in sentences."""
    row = load_draft(request, public_id)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={"validity_note": row.validity_note, "source": row.source},
    )

    def save(data: dict[str, Any]) -> None:
        services.publish(by=request.viewer, version=row, **data)
        messages.success(request, _("Published. This version stays as it is; to change it, begin a new draft."))

    return in_place(
        request,
        form,
        version=row,
        title=_("Publish this version"),
        back=page_url(row),
        save=save,
        lede=_("From then on it stays as it is, so that what was judged with it can always be read."),
        verb=_("Publish"),
    )


@require_POST
def instrument_draft(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Begin a new draft from the newest version, or go to the one there is."""
    row = load_instrument(request, public_id, writing=True)
    try:
        draft = services.new_draft(by=request.viewer, instrument=row)
    except InstrumentError as error:
        messages.error(request, str(error))
        return redirect("instrument", public_id)
    return saved(request, page_url(draft))


@require_POST
def instrument_copy(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a copy of the newest published version (`version` for another) into one's own library."""
    row = load_instrument(request, public_id)
    schools = _schools(request)
    if not schools:
        raise Http404
    form = CopyForm(request.POST, schools=_named(schools))
    number = request.POST.get("version", "")
    version = parts.version_of(
        viewer=request.viewer,
        instrument=row,
        number=int(number) if number.isdecimal() and len(number) < 9 else None,
    )
    if version is None or not form.is_valid():
        messages.error(request, _("Choose into which library the copy is taken."))
        return redirect("instrument", public_id)
    school = form.cleaned_data["school"] or next(iter(schools))
    copy = services.copy_instrument(by=request.viewer, version=version, school=schools[school])
    messages.success(request, _("Copied. The copy is a draft of your own; change what you need, then publish it."))
    return redirect(page_url(copy))


@require_POST
def instrument_share(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Put it before the other schools (`share=yes`), or take it back."""
    row = load_instrument(request, public_id, writing=True)
    is_shared = request.POST.get("share") == "yes"
    try:
        services.share_instrument(by=request.viewer, instrument=row, is_shared=is_shared)
    except InstrumentError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Other schools find it now.")
            if is_shared
            else _("Other schools find it no longer; copies they took stay theirs."),
        )
    return redirect("instrument", public_id)


@require_POST
def instrument_retire(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take it out of the library (`retire=yes`), or bring it back."""
    row = load_instrument(request, public_id, writing=True)
    is_retired = request.POST.get("retire") == "yes"
    services.retire_instrument(by=request.viewer, instrument=row, is_retired=is_retired)
    messages.success(
        request,
        _("Retired. What was gathered with it stays.") if is_retired else _("It is back in the library."),
    )
    return redirect("instrument", public_id)
