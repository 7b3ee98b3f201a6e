"""Answering a flag from wherever its card stands: seen, not right, a next step, a support."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, require_sign_in
from supports.choices import DismissReason, FocusKind
from supports.errors import FlagChangedError, SupportError
from supports.forms.flags import DismissForm, NextStepForm, SupportForm
from supports.selectors import catalogue
from supports.selectors import flags as flag_selectors
from supports.selectors.flags import FlagCard
from supports.services import flags as flag_services
from supports.services.flags import NewSupport


def _done(request: ViewerRequest, sentence: str, *, status: int = 204) -> HttpResponse:
    """Back to where the card stood, with a sentence; htmx is told to look again."""
    if request.htmx:
        response = HttpResponse(status=status)
        response["HX-Trigger"] = json.dumps({"board-changed": True, "say": sentence}, ensure_ascii=True)
        return response
    messages.info(request, sentence)
    target = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    return HttpResponseRedirect(target or reverse("today"))


def _looked(request: ViewerRequest, card: FlagCard) -> None:
    """The page shows one student's pieces: the family can see who looked."""
    audit.record_read(
        viewer=request.viewer,
        subject=f"student:{card.student_id}",
        students=[card.student_id],
        block="flags",
        reason=_("owns their flags"),
    )


@require_POST
def flag_acknowledge(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say "seen"."""
    viewer = require_sign_in(request)
    flag = flag_selectors.flag_by_id(viewer=viewer, public_id=public_id)
    if flag is None:
        raise Http404
    try:
        flag_services.acknowledge_flag(by=viewer, flag=flag)
    except FlagChangedError as changed:
        return _done(request, str(changed))
    return _done(request, _("Noted: you have seen it."))


@require_http_methods(["GET", "POST"])
def flag_dismiss(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say "this isn't right", with a reason. A page of its own without JavaScript."""
    viewer = require_sign_in(request)
    flag = flag_selectors.flag_by_id(viewer=viewer, public_id=public_id)
    if flag is None:
        raise Http404
    card = next(iter(flag_selectors.student_card(viewer=viewer, flag=flag)), None)
    form = DismissForm(request.POST or None, initial={"version": flag.version})
    if card is None:
        return _done(request, _("This ended meanwhile. Nothing was changed."))
    _looked(request, card)
    if request.method == "POST" and form.is_valid():
        try:
            flag_services.dismiss_flag(
                by=viewer,
                flag=flag,
                reason=DismissReason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                version=form.cleaned_data["version"],
            )
        except FlagChangedError as changed:
            return _done(request, str(changed))
        return _done(request, _("Thank you. It will not come back on the same evidence."))
    context = {"form": form, "card": card, "back": request.POST.get("back", "")}
    return render(request, "supports/flag_dismiss.html", context, status=422 if form.errors else 200)


@require_POST
def flags_next(request: ViewerRequest) -> HttpResponse:
    """One tap for a group: choose what comes next for every student of the card."""
    viewer = require_sign_in(request)
    form = NextStepForm(request.POST)
    if not form.is_valid():
        return _done(request, _("Choose a next step of the list. Nothing was changed."))
    flags = flag_selectors.flags_by_ids(viewer=viewer, public_ids=form.cleaned_data["flags"])
    competency = flag_selectors.next_competency(viewer=viewer, public_id=form.cleaned_data["competency"])
    if competency is None or not flags:
        return _done(request, _("This ended meanwhile. Nothing was changed."))
    chosen = flag_services.choose_next_step(
        by=viewer, flags=flags, competency=competency, kind=FocusKind(form.cleaned_data["kind"])
    )
    return _done(
        request,
        ngettext("Chosen for %(n)s student.", "Chosen for %(n)s students.", chosen) % {"n": chosen},
    )


@require_http_methods(["GET", "POST"])
def flag_support(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """From a flag to an action: an entry of the catalogue, prefilled, with the words the family will read."""
    viewer = require_sign_in(request)
    flag = flag_selectors.flag_by_id(viewer=viewer, public_id=public_id)
    if flag is None:
        raise Http404
    card = next(iter(flag_selectors.student_card(viewer=viewer, flag=flag)), None)
    if card is None:
        return _done(request, _("This ended meanwhile. Nothing was changed."))
    _looked(request, card)
    offers = catalogue.offers(viewer=viewer, schools=[flag.student.school_id], competency=flag.competency)
    if not offers:
        return render(request, "supports/flag_support.html", {"card": card, "offers": [], "form": None})
    wanted = request.POST.get("entry") or request.GET.get("entry") or ""
    offer = next((o for o in offers if str(o.public_id) == wanted), offers[0])
    form = SupportForm(
        request.POST or None,
        offer=offer,
        initial={
            "entry": offer.public_id,
            "version": flag.version,
            "starts_on": viewer.today,
            "ends_on": viewer.today + timedelta(weeks=min(offer.weeks, 12)),
        },
    )
    if request.method == "POST" and form.is_valid():
        entry = catalogue.entry_by_id(
            viewer=viewer, schools=[flag.student.school_id], public_id=form.cleaned_data["entry"]
        )
        if entry is None:
            raise Http404
        try:
            flag_services.start_support(
                by=viewer,
                flag=flag,
                entry=entry,
                version=form.cleaned_data["version"],
                support=NewSupport(
                    title=offer.title,
                    starts_on=form.cleaned_data["starts_on"],
                    ends_on=form.cleaned_data["ends_on"],
                    minutes=offer.minutes,
                    sessions_per_week=offer.sessions_per_week,
                    provider=offer.provider,
                    family_wordings=form.family_wordings(),
                    share=form.cleaned_data["share"],
                ),
            )
        except FlagChangedError as changed:
            return _done(request, str(changed))
        except SupportError as error:
            form.add_error("ends_on", str(error))
        else:
            messages.success(
                request,
                # kept in the session until the next page: nobody's name goes there
                _("%(support)s has started. It is yours until %(end)s.")
                % {
                    "support": offer.title,
                    "end": date_format(form.cleaned_data["ends_on"], "MONTH_DAY_FORMAT"),
                },
            )
            return redirect("today")
    context = {"card": card, "offers": offers, "offer": offer, "form": form}
    return render(request, "supports/flag_support.html", context, status=422 if form.errors else 200)
