"""Small forms that open in place: a fragment for htmx, a page of their own without JavaScript, and one way to save.

Two people at once: whoever saves second gets both wordings side by side (409), their own still in the form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from accounts.http import ViewerRequest, load_student, require_sign_in, wants_fragment
from accounts.permissions import Permission, can, permissions_on
from success_plans.choices import Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.selectors import texts
from success_plans.speaking import voice_with

if TYPE_CHECKING:
    from accounts.models import Student

TEMPLATE = "success_plans/text_form.html"


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
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save(form.cleaned_data)
            except PlanError as error:
                form.add_error(problem_at if problem_at in form.fields else None, str(error))
            except TextChangedError as changed:
                status = 409
                extra |= {
                    "conflict": changed,
                    "their_name": texts.last_writer(viewer=request.viewer, student=student, row=changed.current),
                }
                data = request.POST.copy()
                data["version"] = str(changed.current.version)
                form.data = data
            else:
                return saved(request, back)
    elif wants_fragment(request) and form.visible_fields():
        form.visible_fields()[0].field.widget.attrs["data-focus"] = ""
    helped = worded if can(request.viewer, Permission.EDIT_PLAN, student).allowed else ()
    context = {
        "form": form, "title": title, "back": back, "student": student, "action": request.get_full_path(),
        "worded": helped, **extra,
    }  # fmt: skip
    response = render(request, f"{TEMPLATE}#text-form" if wants_fragment(request) else TEMPLATE, context, status=status)
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
