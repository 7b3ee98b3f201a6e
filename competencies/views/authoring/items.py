"""Items of a working copy: read, added, pasted, worded anew, moved, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.http import ViewerRequest, wants_fragment
from competencies.errors import AuthoringError
from competencies.forms.authoring import AddForm, CommentForm, ItemForm, PasteForm, WordsForm
from competencies.outline_words import fault_sentence
from competencies.outlines import read_outline
from competencies.selectors import authoring as selectors
from competencies.services import authoring as services
from competencies.services.authoring.items import seen_of, seen_of_words, values_of
from competencies.services.authoring.places import HOWS
from competencies.views.authoring.loading import (
    copy_url,
    frame,
    item_url,
    load_copy,
    load_item,
    page_language,
    place_url,
    saving,
    uuid_of,
    words_of,
)

if TYPE_CHECKING:
    from competencies.models import WorkingCopy, WorkingItem


@require_GET
def working_item(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One item: what it says in each language, where it stands, what it is tied to, what readers say."""
    item = load_item(request, public_id)
    page = selectors.item_page(viewer=request.viewer, item=item, language=page_language())
    context = {
        **frame(request, item.copy),
        "page": page,
        "item": item,
        "comment_form": CommentForm(auto_id="comment_%s"),
    }
    return render(request, "competencies/working_item.html", context)


def _under(request: ViewerRequest, copy: WorkingCopy) -> WorkingItem | None:
    """The branch a new item goes into (`?in=`); None for the top. Http404 for one that is not here."""
    if not request.GET.get("in"):
        return None
    wanted = uuid_of(request.GET["in"])
    item = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
    if item is None:
        raise Http404
    return item


def _tree_url(copy: WorkingCopy, branch: WorkingItem | None) -> str:
    return copy_url(copy) + (f"?in={branch.public_id}" if branch is not None else "")


@require_http_methods(["GET", "POST"])
def working_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A new competency or branch."""
    copy = load_copy(request, public_id, writing=True)
    under = _under(request, copy)
    form = AddForm(request.POST if request.method == "POST" else None)
    made: list[WorkingItem] = []

    def save() -> None:
        made.append(services.add_item(by=request.viewer, copy=copy, under=under, **form.cleaned_data))

    response = saving(
        request,
        form,
        copy=copy,
        title=_("Add to “%(name)s”") % {"name": under.name} if under else _("Add at the top"),
        back=_tree_url(copy, under),
        save=save,
        said=_("Added."),
    )
    return redirect(item_url(made[0])) if made else response


@require_http_methods(["GET", "POST"])
def working_paste(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Many at once from an outline: looked at first, written when it is right."""
    copy = load_copy(request, public_id, writing=True)
    under = _under(request, copy)
    form = PasteForm(request.POST if request.method == "POST" else None)
    outline = None
    faults: list[dict[str, Any]] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            taken = selectors.codes_of(viewer=request.viewer, copy=copy)
            outline = read_outline(form.cleaned_data["text"], taken=taken)
            faults = [{"line": one.line, "what": fault_sentence(one.fault), "text": one.text} for one in outline.faults]
            if not faults and outline.lines:
                status = 200
                if request.POST.get("do") == "write":
                    try:
                        services.write_outline(by=request.viewer, copy=copy, under=under, lines=outline.lines)
                    except AuthoringError as error:
                        form.add_error(None, str(error))
                        status = 422
                    else:
                        messages.success(request, _("%(n)s added.") % {"n": len(outline.lines)})
                        return redirect(_tree_url(copy, under))
    context = {
        **frame(request, copy),
        "form": form,
        "outline": outline,
        "faults": faults,
        "under": under,
        "back": _tree_url(copy, under),
    }
    return render(request, "competencies/working_paste.html", context, status=status)


@require_http_methods(["GET", "POST"])
def working_item_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What an item says: name, code, statement, grades, keywords, notes."""
    item = load_item(request, public_id, writing=True)
    values = values_of(item)
    initial = values | {
        "grades": ", ".join(values["grades"]),
        "concepts": ", ".join(values["concepts"]),
        "seen": seen_of(item),
    }
    form = ItemForm(request.POST if request.method == "POST" else None, initial=initial)
    labels = {name: str(field.label) for name, field in form.fields.items()}
    return saving(
        request,
        form,
        copy=item.copy,
        title=_("What it says"),
        back=item_url(item),
        save=lambda: services.edit_item(
            by=request.viewer,
            item=item,
            seen=form.cleaned_data["seen"],
            values={name: value for name, value in form.cleaned_data.items() if name != "seen"},
            labels=labels,
        ),
        item=item,
        said=_("Saved in the working copy."),
    )


@require_http_methods(["GET", "POST"])
def working_item_words(request: ViewerRequest, public_id: UUID, code: str) -> HttpResponse:
    """What an item says in one language, level by level, to students and families."""
    item = load_item(request, public_id, writing=True)
    if code not in dict(settings.LANGUAGES):
        raise Http404
    slots = selectors.level_slots(viewer=request.viewer, copy=item.copy, language=page_language())
    said = selectors.spoken(item, code, slots)
    initial: dict[str, str] = {"name": said.name, "statement": said.statement, "family": said.family}
    initial |= {"home": said.home, "seen": seen_of_words(item, code)}
    for row in said.levels:
        initial |= {f"student__{row.level.value}": row.student, f"family__{row.level.value}": row.family}
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        levels=[(slot.value, slot.word) for slot in slots],
        is_own=said.is_own,
        language=code,
    )
    return saving(
        request,
        form,
        copy=item.copy,
        title=_("In plain words: %(language)s") % {"language": _(said.language)},
        back=item_url(item, f"words-{code}"),
        save=lambda: services.edit_words(
            by=request.viewer,
            item=item,
            language=code,
            seen=form.cleaned_data["seen"],
            words=form.words(),
            labels=form.labels(),
        ),
        template="competencies/working_words.html",
        item=item,
        said=_("Saved in the working copy."),
    )


# ------------------------------------------------------------------ places
@require_POST
def working_place(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Move an item: `place` is "up:id", "down:id", "into:id" or "out:id"; or `item` goes under `under`, after `after`.

    A script asks for JSON and moves the row itself; a form comes back to the place in the tree.
    """
    copy = load_copy(request, public_id, writing=True)
    how, _sep, named = request.POST.get("place", "").partition(":")
    wanted = uuid_of(named or request.POST.get("item", ""))
    item = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
    if item is None:
        return _placed(request, copy_url(copy), problem=_("This one is no longer here. Load the page again."))
    try:
        if how in HOWS:
            row = services.move_item(by=request.viewer, item=item, how=how)
        else:
            row = _dropped(request, copy, item)
    except AuthoringError as error:
        return _placed(request, place_url(item, _branch(request, item)), problem=str(error))
    row.copy = copy
    branch = _branch(request, row)
    said = (
        _("“%(name)s” now stands in “%(branch)s”.") % {"name": row.name, "branch": branch.name}
        if branch is not None and how not in {"up", "down"}
        else _("“%(name)s” was moved.") % {"name": row.name}
    )
    return _placed(request, place_url(row, branch), said=said)


def _dropped(request: ViewerRequest, copy: WorkingCopy, item: WorkingItem) -> WorkingItem:
    """Put an item where it was dropped, or into the branch that was chosen."""
    ends: dict[str, WorkingItem | None] = {}
    for name in ("under", "after"):
        wanted = uuid_of(request.POST.get(name, ""))
        ends[name] = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
        if wanted and ends[name] is None:
            raise AuthoringError(_("This one is no longer here. Load the page again."))
    return services.place_item(
        by=request.viewer,
        item=item,
        under=ends["under"],
        after=ends["after"],
        first=request.POST.get("first") == "yes",
    )


def _branch(request: ViewerRequest, item: WorkingItem) -> WorkingItem | None:
    above = selectors.parents_of(viewer=request.viewer, item=item)
    return above[-1] if above else None


def _placed(request: ViewerRequest, where: str, *, said: str = "", problem: str = "") -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"said": said, "problem": problem}, status=422 if problem else 200)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, said)
    return redirect(where)


@require_GET
@vary_on_headers("HX-Request")
def working_item_move(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Choose another branch for an item; the choice is sent to `working_place`."""
    item = load_item(request, public_id, writing=True)
    words = words_of(request)
    found = (
        selectors.find_items(viewer=request.viewer, copy=item.copy, words=words, besides=[item.key]) if words else None
    )
    name = "competencies/working_move.html"
    context = {
        **frame(request, item.copy),
        "item": item,
        "words": words,
        "found": found,
        "branch": _branch(request, item),
    }
    return render(request, f"{name}#found" if wants_fragment(request) else name, context)


@require_POST
def working_item_state(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take an item out of the next version with everything in it (`state=out`), or take it back."""
    item = load_item(request, public_id, writing=True)
    try:
        if request.POST.get("state") == "out":
            count = services.retire_item(by=request.viewer, item=item)
            messages.success(
                request,
                _("Taken out of the next version: %(n)s. Nothing is deleted; it can be taken back below.")
                % {"n": count},
            )
            return redirect(copy_url(item.copy, "out"))
        services.take_back(by=request.viewer, item=item)
        messages.success(request, _("“%(name)s” is part of the next version again.") % {"name": item.name})
    except AuthoringError as error:
        messages.error(request, str(error))
    return redirect(item_url(item))
