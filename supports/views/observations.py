"""Quick observations: of one student with a picture or a voice, of several at once, and those of a device."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.device_queue import read_queue
from accounts.http import ViewerRequest, load_seats, load_section, load_student, require_sign_in, wants_fragment
from accounts.media import family_allows_media
from accounts.permissions import Permission
from assessments.choices import EvidenceKind
from assessments.errors import EvidenceError
from assessments.selectors.rubrics import Rubric
from assessments.services.observations import Observation, Shown, observe, undo_observation
from supports.forms.observations import GroupObservationForm, ObservationForm, WaitingForm
from supports.selectors import grid, records
from supports.services import observations as services
from supports.views.records import rubric_named

MICROPHONE = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


@require_http_methods(["GET", "POST"])
def student_observe(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Something seen in passing: words, a photo or a recording, today, as an observation; a level can wait."""
    student, _decision = load_student(request, public_id, Permission.RECORD_EVIDENCE)
    viewer = request.viewer
    offer = records.offered(viewer=viewer, student=student, language=get_language() or "en")
    first = str(offer.first[0].public_id) if offer.first else ""
    chosen = rubric_named(request, request.POST.get("competency") or request.GET.get("competency") or first)
    form = ObservationForm(
        request.POST or None,
        request.FILES or None,
        offered=offer.options,
        rubric=chosen,
        address=request.path,
        initial={"competency": chosen.public_id if chosen else ""},
    )
    if request.method == "POST" and form.is_valid() and chosen is not None:
        data = form.cleaned_data
        seen = Observation(
            key=data["key"],
            competency=chosen.public_id,
            observed_on=viewer.today,
            value=form.value(),
            context=form.where(),
            note=data["note"].strip(),
            kind=data["who"] or EvidenceKind.TEACHER,
        )
        section = records.section_of(viewer=viewer, student=student, competency_id=chosen.competency_id)
        try:
            observe(
                by=viewer,
                students=[student],
                seen=seen,
                shown=[Shown(upload, data["shows"]) for upload in form.uploads()],
                section_id=section,
                language=get_language() or "en",
            )
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted."))
            address = reverse("student_next", args=[student.public_id, chosen.public_id])
            return redirect(f"{address}?saved={seen.key}")
    elif request.method == "POST" and chosen is None and "competency" not in form.errors:
        form.add_error("competency", _("This competency is not in use. Choose one of the framework."))
    context = {
        "student": student,
        "form": form,
        "rubric": chosen,
        "may_keep_media": family_allows_media(student),
        "section": records.class_of(viewer=viewer, student=student),
        "person": viewer.public_id,
        "levels": _levels(form, chosen),
        "files_were_sent": bool(request.FILES) and bool(form.errors),
    }
    template = "supports/observation_record.html"
    if wants_fragment(request) and request.method == "GET":
        template += "#observe-levels"
    response = render(request, template, context, status=422 if form.errors else 200)
    response["Permissions-Policy"] = MICROPHONE
    return response


def _levels(form: Any, chosen: Rubric | None) -> list[tuple[Any, Any]]:
    """Each level of the rubric with its radio button; "without a level" stands in front of them in the form."""
    return list(zip(chosen.levels, list(form["level"])[1:], strict=False)) if chosen else []


@require_http_methods(["GET", "POST"])
def class_observe(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Several of a class at once: names, the same words, one piece each, one submit."""
    section, decision = load_section(request, public_id, Permission.RECORD_EVIDENCE)
    viewer = request.viewer
    seats = grid.roster(viewer=viewer, section=section)
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[seat.student_id for seat in seats],
        block="class_grid",
        reason=decision.reason,
    )
    offer = records.offered_to_class(viewer=viewer, section=section, language=get_language() or "en")
    first = str(offer.first[0].public_id) if offer.first else ""
    chosen = rubric_named(request, request.POST.get("competency") or request.GET.get("competency") or first)
    form = GroupObservationForm(
        request.POST or None,
        offered=offer.options,
        rubric=chosen,
        address=request.path,
        students=[(str(seat.public_id), seat.name) for seat in seats],
        initial={"competency": chosen.public_id if chosen else ""},
    )
    if request.method == "POST" and form.is_valid() and chosen is not None:
        data = form.cleaned_data
        wanted = [UUID(text) for text in data["students"]]
        section_id, students = load_seats(request, public_id, wanted, Permission.RECORD_EVIDENCE)
        seen = Observation(
            key=data["key"],
            competency=chosen.public_id,
            observed_on=viewer.today,
            value=form.value(),
            context=form.where(),
            note=data["note"].strip(),
        )
        try:
            saved = observe(
                by=viewer,
                students=[students[one] for one in wanted if one in students],
                seen=seen,
                section_id=section_id,
                of_several=True,
            )
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("Noted for one student.", "Noted for %(n)s students.", len(saved)) % {"n": len(saved)}
            messages.success(request, said)
            address = reverse("class_next", args=[section.public_id])
            return redirect(f"{address}?competency={chosen.public_id}&saved={seen.key}")
    elif request.method == "POST" and chosen is None and "competency" not in form.errors:
        form.add_error("competency", _("This competency is not in use. Choose one of the framework."))
    context = {
        "section": section,
        "form": form,
        "rubric": chosen,
        "levels": _levels(form, chosen),
        "has_seats": bool(seats),
    }
    template = "supports/class_observe.html"
    if wants_fragment(request) and request.method == "GET":
        template += "#observe-levels"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def observation_undo(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Take back what one wrote down in the last ten minutes: one piece, or all of a group's."""
    viewer = require_sign_in(request)
    try:
        count = undo_observation(by=viewer, key=key)
    except LookupError as error:
        raise Http404 from error
    except EvidenceError as error:
        messages.info(request, str(error))
    else:
        said = ngettext("One piece was taken back.", "%(n)s pieces were taken back.", count) % {"n": count}
        messages.success(request, said)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("today")
    return redirect(target)


@require_POST
def observation_sync(request: ViewerRequest) -> HttpResponse:
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
        services.WaitedObservation(
            key=form.cleaned_data["key"],
            student=form.cleaned_data["student"],
            competency=form.cleaned_data["competency"],
            value=form.cleaned_data["level"],
            context=form.cleaned_data["context"],
            seen_at=form.cleaned_data["seen_at"],
        )
        for form in sent.readable()
    ]
    answers = services.take_waiting(by=viewer, waited=waited)
    return JsonResponse({"answers": sent.answers([{"key": str(one.key), "why": one.why} for one in answers])})
