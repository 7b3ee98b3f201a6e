"""Transfer packets: a plan leaves with its student, a plan arrives with one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.choices import JobState, SensitiveDomain
from accounts.fresh import only_fresh
from accounts.http import ViewerRequest, load_school, load_student, require_sign_in
from accounts.names import grade_word
from accounts.permissions import Permission, can
from success_plans.errors import PlanError
from success_plans.forms.packets import PacketConfirmForm, PacketUploadForm, SendForm
from success_plans.selectors import sent_packets as selectors
from success_plans.services.packets import receiving, sending
from success_plans.transfer.packet import LARGEST_FILE
from success_plans.transfer.shape import TABLES, PacketError, Wrong

if TYPE_CHECKING:
    from accounts.models import School, Student


@require_http_methods(["GET", "POST"])
@only_fresh
def packet_export(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Send a plan: who receives it and why, then the file. The disclosure is recorded with the student.

    POST with `after`: the same once more, with the closed parts a second person opened.
    """
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="packet")
    if student.school is None or not can(request.viewer, Permission.TRANSFER_PLANS, student.school).allowed:
        raise PermissionDenied
    packets = selectors.packets_of(viewer=request.viewer, student=student)
    after = next((one for one in packets if str(one.public_id) == request.POST.get("after")), None)
    form = SendForm(request.POST if request.method == "POST" and after is None else None)
    refused = ""
    if after is not None or (request.method == "POST" and form.is_valid()):
        try:
            sent = sending.send_packet(
                by=request.viewer,
                student=student,
                other_party=after.other_party if after is not None else form.cleaned_data["other_party"],
                reason=after.reason if after is not None else form.cleaned_data["reason"],
                after=after,
            )
        except PlanError as error:
            refused = str(error)
            if after is None:
                form.add_error(None, refused)
        else:
            response = HttpResponse(sent.content, content_type="application/zip")
            # a file name says what it is, never who it is about
            response["Content-Disposition"] = f'attachment; filename="plan-{sent.row.public_id}.zip"'
            response["Cache-Control"] = "no-store"
            return response
    context = {
        "student": student,
        "form": form,
        "packets": [(one, check_words(one.digest), selectors.may_follow(one)) for one in packets],
        "refused": refused if after is not None else "",
    }
    return render(request, "success_plans/packet_send.html", context, status=422 if form.errors or refused else 200)


@require_http_methods(["GET", "POST"])
@only_fresh
def packet_open(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Let what stayed of a packet go along: for a second person, who reads it here."""
    viewer = require_sign_in(request)
    packet = selectors.packet_by_id(viewer=viewer, public_id=public_id)
    if packet is None or packet.student is None:
        raise Http404
    student, _decision = load_student(request, packet.student.public_id, Permission.READ_PLAN, block="packet")
    if request.method == "POST":
        try:
            sending.open_packet(by=request.viewer, packet=packet)
        except PlanError as error:
            if not selectors.reads_closed(viewer=request.viewer, student=student, packet=packet):
                raise PermissionDenied from error
            messages.error(request, str(error))
        else:
            said = _("It may go along now. The plan lead makes the packet once more, with these parts.")
            messages.success(request, said)
        return redirect("plan_versions", student.public_id)
    domains = selectors.opens(viewer=request.viewer, student=student, packet=packet)
    if not domains:
        raise PermissionDenied
    words = [str(SensitiveDomain(one).label) for one in sorted(domains)]
    return render(request, "success_plans/packet_open.html", {"student": student, "packet": packet, "domains": words})


@require_http_methods(["GET", "POST"])
def packet_import(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Choose a packet that came; what it brings is shown before anything is written."""
    school, _decision = load_school(request, public_id, Permission.TRANSFER_PLANS)
    form = PacketUploadForm(request.POST, request.FILES) if request.method == "POST" else PacketUploadForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            if upload.size > LARGEST_FILE:
                raise PacketError(Wrong.TOO_LARGE)
            content = upload.read()
            seen = receiving.preview(by=request.viewer, school=school, content=content)
        except PacketError as error:
            form.add_error("file", wrong_words(error))
        else:
            if seen.before is not None:
                messages.info(request, _("This packet is here already. Nothing was written twice."))
                return redirect("packet_import", school.public_id)
            job = receiving.keep_upload(by=request.viewer, school=school, content=content)
            return redirect("packet_confirm", job.public_id)
    return render(
        request,
        "success_plans/packet_import.html",
        {"school": school, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def packet_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What a packet brings, in counts; whose plan it is; then all of it at once, or nothing."""
    viewer = require_sign_in(request)
    job = receiving.waiting_upload(by=viewer, public_id=public_id)
    if job is None:
        raise Http404
    school, _decision = load_school(request, UUID(job.parameters["school"]), Permission.TRANSFER_PLANS)
    if "no" in request.POST:
        receiving.close_upload(by=request.viewer, job=job, state=JobState.CANCELLED)
        messages.info(request, _("Nothing was written."))
        return redirect("packet_import", school.public_id)
    with job.upload.open("rb") as stream:
        content = stream.read()
    try:
        seen = receiving.preview(by=request.viewer, school=school, content=content)
    except PacketError as error:
        messages.error(request, wrong_words(error))
        return redirect("packet_import", school.public_id)
    found = _namesakes(request, school, seen)
    form = PacketConfirmForm(
        request.POST if request.method == "POST" else None,
        students=[(str(one.public_id), _called(one)) for one in found],
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["student"]
        student = next((s for s in found if str(s.public_id) == chosen), None)
        try:
            receiving.receive_packet(by=request.viewer, school=school, content=content, student=student)
        except PacketError as error:
            form.add_error(None, wrong_words(error))
        else:
            receiving.close_upload(by=request.viewer, job=job, state=JobState.DONE)
            messages.success(request, _("The plan is here now. Name a navigator next, so that somebody holds it."))
            return redirect("packet_import", school.public_id)
    context = {
        "school": school,
        "seen": seen,
        "form": form,
        "check": check_words(seen.digest),
        "lines": [(table_word(t.name), seen.counts.get(t.name, 0), seen.already_here.get(t.name, 0)) for t in TABLES],
    }
    return render(request, "success_plans/packet_confirm.html", context, status=422 if form.errors else 200)


def _namesakes(request: ViewerRequest, school: School, seen: receiving.Preview) -> list[Student]:
    facts = seen.packet.student
    return selectors.namesakes(
        viewer=request.viewer,
        school_id=school.pk,
        given_name=str(facts.get("given_name") or ""),
        family_name=str(facts.get("family_name") or ""),
    )


def check_words(digest: str) -> str:
    """The first letters of a packet's digest, for two people to compare by telephone."""
    return "-".join(digest[n : n + 4] for n in range(0, 16, 4))


def wrong_words(error: PacketError) -> str:
    """What is wrong with a packet, and what to do, in words."""
    words = {
        Wrong.NOT_A_ZIP: _("This file cannot be opened. Ask for it again; it may have been cut short on the way."),
        Wrong.TOO_LARGE: _("This file is too large for a transfer packet. Ask the sender to make it again."),
        Wrong.NOT_A_PACKET: _("This is not a transfer packet. Choose the zip file the other school made for you."),
        Wrong.NEWER: _("This packet was made by a newer version of the program. Ask your district to update first."),
        Wrong.CHANGED: _("This file is damaged: it does not hold what it says it holds. Ask for it again."),
        Wrong.MISSING: _("A part of this packet is missing. Ask the sender for a fresh one."),
        Wrong.BAD_VALUE: _("A part of this packet cannot be understood (%(where)s). Nothing was written."),
    }
    sentence: str = words[error.wrong]
    return sentence % {"where": error.where} if error.wrong is Wrong.BAD_VALUE else sentence


def _called(student: Student) -> str:
    grade = grade_word(student.grade)
    said = _("grade %(grade)s") % {"grade": grade}
    return f"{student.person.display_name}, {said}" if grade else student.person.display_name


def table_word(name: str) -> str:
    """What the rows of a table are called."""
    return {
        "statements": _("Sentences"),
        "findings": _("Parts of the first look"),
        "pointers": _("Plans kept elsewhere"),
        "needs": _("Needs"),
        "goals": _("Goals"),
        "pathways": _("Pathways"),
        "ways": _("Ways to reach the family"),
        "amendments": _("Statements added"),
        "proposals": _("Proposals with their answers"),
        "translations": _("Words in another language"),
        "consents": _("Consents given before"),
        "supports": _("Supports"),
        "sessions": _("Sessions"),
        "referral_steps": _("Steps of referrals"),
        "meetings": _("Meetings"),
        "attendees": _("People at meetings"),
        "decisions": _("Decisions"),
        "check_ins": _("Check-ins"),
        "contacts": _("Contacts"),
        "versions": _("Agreed versions"),
        "agreements": _("Answers to versions"),
        "evidence": _("Pieces of evidence"),
    }[name]
