"""Who I am, by text, picture or voice; and a goal of my own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission, permissions_on
from success_plans.choices import FAMILY_VOICE, STUDENT_VOICE, Audience, ConsentKind, StatementKind, Voice
from success_plans.errors import PlanError
from success_plans.forms.entry import VoiceForm, WishForm
from success_plans.selectors import consents as consent_selectors
from success_plans.selectors import texts
from success_plans.selectors import voices as selectors
from success_plans.services import voices as services
from success_plans.services.voices import Spoken, Wish
from success_plans.speaking import voice_with

if TYPE_CHECKING:
    from accounts.models import Student

MICROPHONE = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


@require_http_methods(["GET", "POST"])
def voice(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who I am, a question at a time: in words, with a picture or a recording; adults write down for others."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    allowed = permissions_on(request.viewer, student)
    speaks = voice_with(allowed)
    if speaks is None:
        raise PermissionDenied
    kinds = FAMILY_VOICE if speaks == Voice.FAMILY else STUDENT_VOICE
    wanted = request.POST.get("kind") or request.GET.get("kind") or kinds[0]
    if wanted not in kinds:
        raise Http404
    speakers = _speakers(request, student) if speaks == Voice.STAFF else []
    form = VoiceForm(
        request.POST or None,
        request.FILES or None,
        speakers=speakers,
        initial={"kind": wanted, "language": get_language(), "said_by": str(student.person_id)},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _speak(request, student, speaks, form)
            except PlanError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Kept. It stands in the plan in these words."))
                return redirect(f"{reverse('voice', args=[student.public_id])}?kind={wanted}")
    context = {
        "student": student,
        "form": form,
        "speaks_as": speaks,
        "chosen": wanted,
        "prompts": selectors.prompts(
            viewer=request.viewer,
            student=student,
            kinds=kinds,
            voice=Voice.FAMILY if speaks == Voice.FAMILY else Voice.STUDENT,
        ),
        "may_keep_files": consent_selectors.may(student, ConsentKind.MEDIA),
    }
    response = render(request, "success_plans/voice.html", context, status=status)
    response["Permissions-Policy"] = MICROPHONE
    return response


def _speakers(request: ViewerRequest, student: Student) -> list[tuple[str, str]]:
    """Whose words an adult at school writes down: the student first, then family."""
    family = consent_selectors.guardians(viewer=request.viewer, student=student)
    return [(str(student.person_id), student.person.display_name), *((str(pk), name) for pk, name in family)]


def _speak(request: ViewerRequest, student: Student, speaks: Voice, form: VoiceForm) -> None:
    data = form.cleaned_data
    author = int(data["said_by"]) if data.get("said_by") else None
    if speaks == Voice.STAFF:
        author = author or student.person_id
        said_as = Voice.STUDENT if author == student.person_id else Voice.FAMILY
    else:
        said_as = speaks
    services.speak(
        by=request.viewer,
        student=student,
        voice=said_as,
        author_id=author,
        spoken=Spoken(
            kind=StatementKind(data["kind"]),
            text=data["text"],
            language=data["language"],
            upload=data.get("picture") or data.get("recording"),
            shows=data["shows"],
            audience=Audience.CLOSE if data["is_close"] else Audience.CIRCLE,
        ),
    )


@require_http_methods(["GET", "POST"])
def my_goal(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A goal in the student's own words, with small questions that help it along."""
    student, _decision = load_student(request, public_id, Permission.SPEAK_AS_STUDENT)
    helpers = texts.helpers_for_goal(viewer=request.viewer, student=student)
    form = WishForm(request.POST or None, helpers=helpers, grade=student.grade, initial={"language": get_language()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                services.wish(
                    by=request.viewer,
                    student=student,
                    language=data["language"],
                    goal=Wish(
                        text=data["text"],
                        why=data["why"],
                        first_step=data["first_step"],
                        helper_id=int(data["helper"]) if data["helper"] else None,
                        is_for_later=data.get("is_for_later", False),
                    ),
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                messages.success(request, _("Your goal stands in your plan, in your words."))
                return redirect(f"{reverse('student_plan', args=[student.public_id])}#going")
    return render(request, "success_plans/my_goal.html", {"form": form, "student": student}, status=status)
