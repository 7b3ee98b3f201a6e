"""Small forms that open in place: a fragment for htmx, a page of their own without JavaScript, and one way to save.

Two people at once: whoever saves second gets what differs side by side (409). What they typed is still in the form;
what they had not touched is as the other one saved it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from accounts.http import ViewerRequest, load_student, require_sign_in, wants_fragment
from accounts.merging import begin, merge
from accounts.permissions import Permission, can, permissions_on
from success_plans.choices import Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.selectors import texts
from success_plans.speaking import voice_with

if TYPE_CHECKING:
    from accounts.models import Student

TEMPLATE = "success_plans/text_form.html"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a form: 200 not sent, 422 with what to mend, 409 with both texts in `extra`, or saved."""

    status: int = 200
    extra: dict[str, Any] = field(default_factory=dict)
    is_saved: bool = False


def tried(
    request: ViewerRequest,
    form: forms.Form,
    *,
    save: Callable[[dict[str, Any]], object],
    student: Student,
    problem_at: str = "",
    their_name: Callable[[Any], str] | None = None,
) -> Attempt:
    """Save what was sent, if anything was. Errors stand in the form; it keeps what was typed, also beside a conflict.

    `save` gets the cleaned data and calls one service. `their_name` says who wrote the other text, where the audit
    does not.
    """
    begin(form)
    if request.method != "POST":
        return Attempt()
    if not form.is_valid():
        return Attempt(422)
    try:
        save(form.cleaned_data)
    except PlanError as error:
        form.add_error(problem_at if problem_at in form.fields else None, str(error))
        return Attempt(422)
    except TextChangedError as changed:
        merge(form, changed, request.POST)
        name = (
            their_name(changed.current)
            if their_name is not None
            else texts.last_writer(viewer=request.viewer, student=student, row=changed.current)
        )
        return Attempt(409, {"conflict": changed, "their_name": name})
    return Attempt(is_saved=True)


def in_place(
    request: ViewerRequest,
    form: forms.Form,
    *,
    student: Student,
    title: str,
    back: str,
    save: Callable[[dict[str, Any]], object],
    problem_at: str = "text",
    worded: tuple[str, ...] = (),
    **extra: Any,
) -> HttpResponse:
    """Show the form, or save it: 422 with what to mend, 409 with both texts, else back to the place of the change.

    `save` gets the cleaned data and calls one service. `worded` names the fields with wording help for adults.
    """
    mark = f"{zlib.crc32(request.get_full_path().encode()):08x}"
    if form.auto_id == "id_%s":  # several forms may stand open on one page: each has ids of its own
        form.auto_id = f"id_{mark}_%s"
    attempt = tried(request, form, student=student, save=save, problem_at=problem_at)
    if attempt.is_saved:
        return saved(request, back)
    if request.method == "GET" and wants_fragment(request) and form.visible_fields():
        form.visible_fields()[0].field.widget.attrs["data-focus"] = ""
    helped = worded if can(request.viewer, Permission.EDIT_PLAN, student).allowed else ()
    context = {
        "form": form, "title": title, "back": back, "student": student, "action": request.get_full_path(),
        "worded": helped, "mark": mark, **extra, **attempt.extra,
    }  # fmt: skip
    template = f"{TEMPLATE}#text-form" if wants_fragment(request) else TEMPLATE
    response = render(request, template, context, status=attempt.status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def saved(request: ViewerRequest, back: str) -> HttpResponse:
    """Back to the plan at the place of the change; htmx reloads the page there, so that every block agrees."""
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Location"] = back
        return response
    return redirect(back)


def plan_url(student: Student, anchor: str) -> str:
    """The place of a block on the plan page."""
    return f"/students/{student.public_id}/plan#{anchor}"


def after(request: ViewerRequest, student: Student, back: str) -> str:
    """Families come back to their own page."""
    if can(request.viewer, Permission.READ_FAMILY_PAGE, student).allowed:
        return f"/family/{student.public_id}#words"
    return back


def voice_of(request: ViewerRequest, student: Student) -> Voice | None:
    """In whose voice this viewer speaks in this plan; None for those who only read."""
    return voice_with(permissions_on(request.viewer, student))


def load_text(request: ViewerRequest, look_up: Callable[..., Any], public_id: UUID) -> tuple[Any, Student]:
    """A row of a plan this viewer reads, and its student; Http404 otherwise. Writes that somebody looked."""
    viewer = require_sign_in(request)
    row = look_up(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    owner = getattr(row, "plan", row).student
    student, _decision = load_student(request, owner.public_id, Permission.READ_PLAN, block="plan")
    return row, student
