"""Asking for words in one's language, and answering that as a person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from success_plans.errors import PlanError
from success_plans.forms import TranslationForm
from success_plans.selectors import texts
from success_plans.services import plans as plan_services

LOOK_UP = {"statement": texts.statement_by_id, "goal": texts.goal_by_id, "need": texts.need_by_id}


@require_POST
def language_ask(request: ViewerRequest, noun: str, public_id: UUID) -> HttpResponse:
    """Ask for this text in the page's language; a person at school answers."""
    viewer = require_sign_in(request)
    look_up = LOOK_UP.get(noun)
    row = look_up(viewer=viewer, public_id=public_id) if look_up else None
    if row is None:
        raise Http404
    load_student(request, row.plan.student.public_id, Permission.READ_PLAN, block="plan")
    plan_services.ask_for_language(by=viewer, text=row, language=get_language() or "en")
    messages.info(request, _("Asked. A person at school will write it in your language; the original stays."))
    target = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = f"/students/{row.plan.student.public_id}/plan"
    return HttpResponseRedirect(target)


@require_http_methods(["GET", "POST"])
def translation_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Write the translation somebody asked for."""
    viewer = require_sign_in(request)
    wish = texts.wish_by_id(viewer=viewer, public_id=public_id)
    if wish is None:
        raise Http404
    original = wish.statement or wish.goal or wish.need
    assert original is not None
    load_student(request, original.plan.student.public_id, Permission.EDIT_PLAN, block="plan")
    form = TranslationForm(request.POST or None, initial={"text": wish.text})
    if request.method == "POST" and form.is_valid():
        try:
            plan_services.answer_translation(by=viewer, wish=wish, text=form.cleaned_data["text"])
        except PlanError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("Thank you. The family reads it now, with the original beside it."))
            return redirect("today")
    context = {"form": form, "wish": wish, "original": original, "student": original.plan.student}
    return render(request, "success_plans/translation_answer.html", context, status=422 if form.errors else 200)
