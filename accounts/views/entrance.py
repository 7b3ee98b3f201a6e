"""Pages of the people side: the demonstration's door, the purpose a school role states, messages to oneself."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import demonstration, selectors, services
from accounts import styleguide as style_page
from accounts.choices import Messages, ReadPurpose
from accounts.forms import PurposeForm
from accounts.http import (
    PurposeNeededError,
    ViewerRequest,
    declare_purpose,
    load_student,
    require_duty,
    require_sign_in,
)
from accounts.message_forms import MessagesForm
from accounts.permissions import Permission


@require_GET
def demo_sign_in(request: ViewerRequest) -> HttpResponse:
    """The people a visitor of the demonstration can be. Not there outside a demonstration."""
    if not demonstration.is_on():
        raise Http404
    people = selectors.demonstration_people(viewer=request.viewer)
    return render(request, "accounts/demo_signin.html", {"people": people})


@require_POST
def demo_sign_in_as(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Sign in as one of them, with one click."""
    if not demonstration.is_on():
        raise Http404
    person = next((p for p in selectors.demonstration_people(viewer=request.viewer) if p.public_id == public_id), None)
    if person is None:
        raise Http404
    user = services.demonstration_user(by=request.viewer, person=person)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@require_http_methods(["GET", "POST"])
def student_purpose(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Ask a school role why it opens this student's page; the family sees the answer."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    try:
        student, _decision = load_student(request, public_id, Permission.SEE_STUDENT)
    except PurposeNeededError as needed:
        student = needed.student
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        declare_purpose(request, student, ReadPurpose(form.cleaned_data["purpose"]))
        return HttpResponseRedirect(target or reverse("home"))
    status = 422 if form.errors else 200
    return render(request, "accounts/student_purpose.html", {"form": form, "next": target}, status=status)


@require_http_methods(["GET", "POST"])
def sign_in_again(request: ViewerRequest) -> HttpResponse:
    """Before what decides who can come in, or takes a whole record away: sign in once more, then go on there."""
    require_sign_in(request)
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    if request.method == "POST":
        logout(request)
        return redirect_to_login(target or reverse("home"))
    return render(request, "accounts/sign_in_again.html", {"next": target})


@require_http_methods(["GET", "POST"])
def my_messages(request: ViewerRequest) -> HttpResponse:
    """What is sent to me, and what is not: for people who work for the schools. Nobody sees another's choice."""
    require_duty(request, Permission.CHOOSE_MESSAGES)
    form = MessagesForm(
        request.POST if request.method == "POST" else None,
        initial={"messages": selectors.messages_of(viewer=request.viewer)},
    )
    if request.method == "POST" and form.is_valid():
        services.choose_messages(by=request.viewer, messages=Messages(form.cleaned_data["messages"]))
        messages.success(request, _("Saved."))
        return redirect("my_messages")
    return render(request, "accounts/my_messages.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def styleguide(request: ViewerRequest) -> HttpResponse:
    """Every component in every state, for the people who build pages."""
    require_duty(request, Permission.SEE_STYLEGUIDE)
    return render(request, "accounts/styleguide.html", style_page.context())
