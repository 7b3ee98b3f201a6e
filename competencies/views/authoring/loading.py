"""What the pages of a working copy share: loading with authority, one way to save, texts of two people side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from accounts.http import ViewerRequest, require_sign_in
from competencies.errors import AuthoringError, WordsChangedError
from competencies.selectors import authoring as selectors

if TYPE_CHECKING:
    from competencies.models import WorkingCopy, WorkingItem

FORM = "competencies/working_form.html"


def page_language() -> str:
    """The language of this page, without region."""
    return (get_language() or "en").split("-")[0]


def number(text: str) -> int:
    """A small number of an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def words_of(request: ViewerRequest) -> str:
    """What to look for, as far as it makes sense."""
    return " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]


def uuid_of(text: str) -> UUID | None:
    """A public id somebody sent; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def load_copy(request: ViewerRequest, public_id: UUID, *, writing: bool = False) -> WorkingCopy:
    """The copy this viewer reads; Http404 otherwise. `writing`: PermissionDenied for whoever only reads."""
    viewer = require_sign_in(request)
    copy = selectors.working_copy(viewer=viewer, public_id=public_id)
    if copy is None:
        raise Http404
    if writing and not selectors.may_write(viewer):
        raise PermissionDenied
    return copy


def load_item(request: ViewerRequest, public_id: UUID, *, writing: bool = False) -> WorkingItem:
    """The item this viewer reads, with its copy; Http404 otherwise. `writing` as in `load_copy`."""
    viewer = require_sign_in(request)
    item = selectors.working_item(viewer=viewer, public_id=public_id)
    if item is None:
        raise Http404
    if writing and not selectors.may_write(viewer):
        raise PermissionDenied
    return item


def frame(request: ViewerRequest, copy: WorkingCopy) -> dict[str, Any]:
    """What every page of a copy shows around its own."""
    return {
        "copy": copy,
        "title": copy.head.get("title", ""),
        "language": copy.head.get("language", ""),
        "may_write": selectors.may_write(request.viewer) and copy.closed_at is None,
        "is_open": copy.closed_at is None,
    }


def copy_url(copy: WorkingCopy, anchor: str = "") -> str:
    """The page of a copy, perhaps at a place of it."""
    where = reverse("working_copy", args=[copy.public_id])
    return f"{where}#{anchor}" if anchor else where


def item_url(item: WorkingItem, anchor: str = "") -> str:
    """The page of an item, perhaps at a place of it."""
    where = reverse("working_item", args=[item.public_id])
    return f"{where}#{anchor}" if anchor else where


def place_url(item: WorkingItem, parent: WorkingItem | None) -> str:
    """Where an item is seen in the tree: the page of its branch, at the item."""
    where = reverse("working_copy", args=[item.copy.public_id])
    inside = f"?in={parent.public_id}" if parent is not None else ""
    return f"{where}{inside}#item-{item.public_id}"


def saving(
    request: ViewerRequest,
    form: forms.Form,
    *,
    copy: WorkingCopy,
    title: str,
    back: str,
    save: Callable[[], object],
    template: str = FORM,
    said: str = "",
    **extra: Any,
) -> HttpResponse:
    """Show the form, or save it: 422 with what to mend, 409 with both texts and the own one still typed, else back.

    `save` calls one service with the form's cleaned data.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
            except AuthoringError as error:
                form.add_error(None, str(error))
            except WordsChangedError as changed:
                status = 409
                data = request.POST.copy()
                data["seen"] = changed.seen
                form.data = data
                extra |= {
                    "conflict": changed,
                    "their_name": selectors.name_of_person(viewer=request.viewer, person_id=changed.by),
                }
            else:
                if said:
                    messages.success(request, said)
                return redirect(back)
    context = {**frame(request, copy), "form": form, "heading": title, "back": back, **extra}
    return render(request, template, context, status=status)
