"""What families see at home and students see of themselves; and the teacher's look at what a family sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from assessments.choices import Context
from assessments.errors import EvidenceChangedError, EvidenceError, NotYoursError
from assessments.selectors import observations as selectors
from assessments.selectors.rubrics import rubric
from assessments.services.observations import (
    Look,
    Observation,
    answer_observation,
    look_at_myself,
    observe_at_home,
)
from competencies.choices import WordingKind
from supports.forms.observations import AnswerForm
from supports.forms.voices import HomeForm, MyViewForm
from supports.selectors.next import in_focus_for_family
from supports.views.records import rubric_named


@require_http_methods(["GET", "POST"])
def family_observe(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What a guardian saw at home on something that is in class now; and what became of what they sent before."""
    student, _decision = load_student(request, public_id, Permission.SPEAK_AS_FAMILY, block="evidence")
    load_student(request, public_id, Permission.READ_EVIDENCE)  # a document may close what is seen at school
    viewer = request.viewer
    offered = in_focus_for_family(viewer=viewer, student=student, language=get_language() or "en")
    wanted = request.POST.get("competency") or request.GET.get("competency") or ""
    chosen = next((one for one in offered if str(one.public_id) == wanted), None)
    form, status = None, 200
    if chosen is not None:
        levels = selectors.can_dos(viewer=viewer, competency_id=chosen.pk, audience=WordingKind.FAMILY)
        form = HomeForm(request.POST or None, today=viewer.today, levels=levels)
        if request.method == "POST":
            status = 422
            if form.is_valid():
                data = form.cleaned_data
                seen = Observation(
                    key=data["key"],
                    competency=chosen.public_id,
                    observed_on=data["on"],
                    value=form.value(),
                    note=data["note"].strip(),
                )
                try:
                    observe_at_home(by=viewer, student=student, seen=seen)
                except EvidenceError as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, _("Thank you. A teacher looks at it and answers you here."))
                    return redirect("family_observe", student.public_id)
    elif request.method == "POST":
        messages.info(request, _("Choose what it is about first."))
        status = 422
    context = {
        "student": student,
        "offered": offered,
        "chosen": chosen,
        "form": form,
        "sent": selectors.sent_by_family(viewer=viewer, student=student),
    }
    return render(request, "supports/family_observe.html", context, status=status)


@require_http_methods(["GET", "POST"])
def my_view(request: ViewerRequest, public_id: UUID, competency: UUID) -> HttpResponse:
    """How sure am I? A student's own view of one competency: it stands beside the teacher's and is never counted."""
    student, _decision = load_student(request, public_id, Permission.SPEAK_AS_STUDENT, block="competency")
    viewer = request.viewer
    about = rubric(viewer=viewer, competency=competency, language=get_language() or "en", audience=WordingKind.STUDENT)
    if about is None:
        raise Http404
    levels = selectors.can_dos(viewer=viewer, competency_id=about.competency_id, audience=WordingKind.STUDENT)
    form = MyViewForm(request.POST or None, levels=levels)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        seen = Observation(
            key=data["key"],
            competency=about.public_id,
            observed_on=viewer.today,
            value=form.value(),
            context=Context.UNKNOWN,
            title=form.how_sure(),
            note=data["note"].strip(),
        )
        try:
            look_at_myself(by=viewer, student=student, seen=seen)
        except EvidenceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. It stands beside what your teachers see."))
            return redirect("student_competency", student.public_id, about.public_id)
    context = {"student": student, "rubric": about, "form": form}
    return render(request, "supports/my_view.html", context, status=422 if form.errors else 200)


@require_GET
def observations_waiting(request: ViewerRequest) -> HttpResponse:
    """What families and partners saw and nobody has looked at yet, of everyone this person records for."""
    viewer = require_sign_in(request)
    waiting = selectors.waiting_observations(viewer=viewer)
    answered = selectors.answered_lately(viewer=viewer)
    if waiting or answered:
        audit.record_read(
            viewer=viewer,
            subject="observations",
            students=sorted({one.student_pk for one in waiting} | {one.student_pk for one in answered}),
            block="evidence",
            reason=_("looks at what families saw"),
        )
    return render(request, "supports/observations_waiting.html", {"waiting": waiting, "answered": answered})


@require_http_methods(["GET", "POST"])
def observation_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One observation of a family: it counts from now on, perhaps with a level, or it stands beside; and a sentence."""
    viewer = require_sign_in(request)
    found = selectors.observation_to_answer(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    row, student_id = found
    student, _decision = load_student(request, student_id, Permission.RECORD_EVIDENCE, block="evidence")
    about = rubric_named(request, str(row.competency.public_id))
    chosen = "" if row.value is None else f"{row.value.normalize():f}"
    known = selectors.answer_of(viewer=viewer, evidence=row)
    initial = {}
    if known is not None:
        initial = {
            "decision": AnswerForm.ACCEPT if known.is_accepted else AnswerForm.BESIDE,
            "text": known.text,
            "instead_of": known.answered_at.isoformat(),
        }
    form = AnswerForm(request.POST or None, rubric=about, chosen=chosen, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer_observation(by=viewer, evidence=row, look=_look(form))
            except NotYoursError as error:
                raise PermissionDenied from error
            except EvidenceChangedError:
                messages.info(request, _("This was changed or answered meanwhile. Look at it again."))
                return redirect("student_competency", student.public_id, row.competency.public_id)
            except EvidenceError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Answered. Whoever sent it reads your sentence."))
                if form.cleaned_data["decision"] == AnswerForm.ACCEPT:
                    return redirect("student_next", student.public_id, row.competency.public_id)
                return redirect(reverse("observations_waiting"))
    context = {
        "student": student,
        "row": row,
        "rubric": about,
        "levels": list(zip(about.levels, list(form["level"])[1:], strict=False)) if about else [],
        "form": form,
        "is_waiting": selectors.is_waiting(viewer=viewer, evidence=row),
        "known": known,
    }
    return render(request, "supports/observation_answer.html", context, status=status)


def _look(form: Any) -> Look:
    data = form.cleaned_data
    is_accepted = data["decision"] == AnswerForm.ACCEPT
    value = form.value() if is_accepted else None
    return Look(is_accepted, value, data["text"], get_language() or "en", data["instead_of"])
