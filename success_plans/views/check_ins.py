"""Check-ins: with one student in two taps, with a group in one submit, and without a connection."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.device_queue import read_queue
from accounts.http import ViewerRequest, load_section, load_student, require_sign_in
from accounts.permissions import Permission
from accounts.selectors import my_sections
from success_plans.choices import CheckInHow
from success_plans.errors import PlanError
from success_plans.forms.record import CheckInForm, GroupForm, WaitingForm
from success_plans.selectors import check_ins as selectors
from success_plans.services import check_ins as services
from success_plans.services import waiting as waiting_services

SHELL_FILES = (
    "css/throughline.css",
    "css/work.css",
    "css/record.css",
    "js/throughline.js",
    "js/waiting.js",
    "js/checkins.js",
)
MET = [choice for choice in CheckInHow if choice != CheckInHow.NOT_MET]


@require_http_methods(["GET", "POST"])
def check_in(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One student: tap how it went. With JavaScript it stays on the page, also without a connection."""
    student, _decision = load_student(request, public_id, Permission.CHECK_IN, block="check_in")
    form = CheckInForm(request.POST or None, initial={"key": uuid.uuid4()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            met = services.Met(
                form.cleaned_data["key"], note=form.cleaned_data["note"], language=get_language() or "en"
            )
            services.check_in(by=request.viewer, how={student: CheckInHow(form.cleaned_data["how"])}, met=met)
            return redirect("check_in", student.public_id)
    context = {
        "student": student,
        "form": form,
        "choices": CheckInHow,
        "person": request.viewer.public_id,
        "last": selectors.last_by_me(viewer=request.viewer, student=student),
        "key": form["key"].value(),
    }
    return render(request, "success_plans/check_in.html", context, status=status)


@require_http_methods(["GET", "POST"])
def check_in_group(request: ViewerRequest) -> HttpResponse:
    """My students by name, each with a check-in in two taps; or several together, with who could not be met."""
    viewer = require_sign_in(request)
    data: QueryDict = request.POST if request.method == "POST" else request.GET
    section_id = _uuid(data.get("section", ""))
    section = load_section(request, section_id, Permission.CHECK_IN)[0] if section_id else None
    picked = [found for text in data.getlist("student") if (found := _uuid(text))]
    chosen = selectors.chosen(viewer=viewer, public_ids=picked, section=section) if picked else {}
    names = [(str(public_id), student.person.display_name) for public_id, student in chosen.items()]
    form = GroupForm(request.POST or None, students=names, initial={"key": uuid.uuid4()})
    status = 200
    if request.method == "POST":
        status = 422
        if not chosen:
            messages.info(request, _("Choose at least one student."))
        elif form.is_valid():
            here = set(form.cleaned_data["here"])
            how = CheckInHow(form.cleaned_data["how"])
            met = services.Met(
                form.cleaned_data["key"], note=form.cleaned_data["note"], language=get_language() or "en"
            )
            each = {s: how if str(pk) in here else CheckInHow.NOT_MET for pk, s in chosen.items()}
            services.check_in(by=viewer, how=each, met=met)
            return redirect("check_in_group")
    by_date = data.get("order") == "waited"
    context = {
        "section": section,
        "sections": my_sections(viewer=viewer),
        "students": selectors.waiting(viewer=viewer, section=section, by_date=by_date),
        "by_date": by_date,
        "chosen": list(chosen.values()),
        "here": set(form["here"].value() or []) if form.is_bound else {pk for pk, _name in names},
        "form": form,
        "choices": CheckInHow,
        "met": MET,
        "person": viewer.public_id,
        "last": selectors.last_by_me(viewer=viewer),
        "key": form["key"].value(),
    }
    return render(request, "success_plans/check_in_group.html", context, status=status)


@require_POST
def check_in_undo(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take back what one wrote down in the last ten minutes: a check-in, or all of a group's."""
    viewer = require_sign_in(request)
    try:
        count = services.undo(by=viewer, public_id=public_id)
    except LookupError as error:
        raise Http404 from error
    except PlanError as error:
        messages.info(request, str(error))
    else:
        said = ngettext("One check-in was taken back.", "%(n)s check-ins were taken back.", count) % {"n": count}
        messages.success(request, said)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("check_in_group")
    return redirect(target)


@require_POST
def check_in_sync(request: ViewerRequest) -> HttpResponse:
    """What waited on a device: {"person": ..., "items": [...]} in, one answer for each item out.

    One that cannot be read is answered with why, and the others are written.
    409 when the device kept it for somebody else than who is signed in now: nothing is written.
    """
    viewer = require_sign_in(request)
    sent = read_queue(request.body, WaitingForm)
    if sent is None:
        return JsonResponse({"answers": [], "why": _("This could not be read.")}, status=400)
    if sent.person != str(viewer.public_id):
        return JsonResponse({"answers": [], "why": _("Somebody else is signed in now.")}, status=409)
    waited = [
        waiting_services.Waited(
            form.cleaned_data["key"],
            form.cleaned_data["student"],
            CheckInHow(form.cleaned_data["how"]),
            form.cleaned_data["met_at"],
            form.cleaned_data["note"],
        )
        for form in sent.readable()
    ]
    answers = waiting_services.take(by=viewer, waited=waited, language=get_language() or "en")
    return JsonResponse({"answers": sent.answers([_answer(one) for one in answers])})


def _answer(answer: waiting_services.Answer) -> dict[str, Any]:
    undo = reverse("check_in_undo", args=[answer.undo]) if answer.undo else ""
    return {"key": str(answer.key), "undo": undo, "why": answer.why}


# ------------------------------------------------------------------ without a connection
@require_GET
def check_in_shell(request: HttpRequest) -> HttpResponse:
    """The page a device shows without a connection. The same for everybody: it names nobody and asks nothing."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    response = HttpResponse(_shell(request, language))
    response["Cache-Control"] = "no-cache"
    return response


def _shell(request: HttpRequest | None, language: str) -> str:
    with translation.override(language):
        return render_to_string("success_plans/check_in_shell.html", {"choices": CheckInHow}, request)


def _shells() -> Iterator[bytes]:
    """What the shells say, whoever asks: a reworded one is another version of the worker."""
    for code, _name in settings.LANGUAGES:
        yield _shell(None, code).encode()


@require_GET
def check_in_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: keeps the shell and its files, and nothing about anybody."""
    shells = [f"{reverse('check_in_shell')}?language={code}" for code, _name in settings.LANGUAGES]
    files = [static(name) for name in SHELL_FILES]
    version = hashlib.sha256(b"\0".join([json.dumps([shells, files]).encode(), *_shells()])).hexdigest()[:12]
    context = {"files": json.dumps(files), "shells": json.dumps(shells), "version": version}
    response = render(request, "success_plans/check_in_worker.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
