"""Wording help: a suggestion while an adult types, and the page where a district keeps its own list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, require_duty, require_sign_in
from accounts.permissions import Permission
from success_plans.errors import PlanError
from success_plans.forms.wording import PhraseForm
from success_plans.selectors import wording as selectors
from success_plans.services import wording as services

LONGEST = 8000


@require_POST
def wording_check(request: ViewerRequest) -> HttpResponse:
    """What the text of one field could say another way. Reads what is typed, keeps nothing of it.

    `of` names the field of the form that is sent along; `language` says what it is written in.
    """
    viewer = require_sign_in(request)
    text = request.POST.get(request.POST.get("of", "text"), "")[:LONGEST]
    language = request.POST.get("language") or get_language() or "en"
    found = selectors.suggested(viewer=viewer, text=text, language=language)
    return render(request, "success_plans/_wording.html#wording-list", {"suggestions": found})


@require_http_methods(["GET", "POST"])
def phrases(request: ViewerRequest) -> HttpResponse:
    """The district's own list: what is on it, and a form to add to it."""
    require_duty(request, Permission.EDIT_TEMPLATES)
    viewer = request.viewer
    form = PhraseForm(request.POST or None, initial={"language": get_language()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.list_phrase(by=viewer, **form.cleaned_data)
            except PlanError as error:
                form.add_error("phrase", str(error))
            else:
                messages.success(request, _("On the list. It is suggested from now on, and never blocks anybody."))
                return redirect("phrases")
    context = {"form": form, "phrases": selectors.phrases(viewer=viewer)}
    return render(request, "success_plans/phrase_list.html", context, status=status)


@require_POST
def phrase_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a phrase off the list."""
    require_duty(request, Permission.EDIT_TEMPLATES)
    row = selectors.phrase_by_id(viewer=request.viewer, public_id=public_id)
    if row is None:
        raise Http404
    services.unlist_phrase(by=request.viewer, phrase=row)
    messages.success(request, _("Off the list."))
    return redirect("phrases")
