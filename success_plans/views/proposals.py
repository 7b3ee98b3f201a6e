"""Proposed changes: asked, answered with words, within ten school days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, permissions_on
from success_plans.choices import ProposalState, Voice
from success_plans.errors import TextChangedError
from success_plans.forms.entry import AnswerForm, ProposalForm
from success_plans.selectors import proposals as selectors
from success_plans.selectors import texts
from success_plans.services import proposals as services
from success_plans.speaking import voice_with
from success_plans.views.inplace import tried

if TYPE_CHECKING:
    from accounts.models import Student
    from success_plans.models import Proposal


@require_http_methods(["GET", "POST"])
def proposals(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What was proposed about this plan, with its clocks, and a form to propose something."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    viewer = request.viewer
    allowed = permissions_on(viewer, student)
    voice = voice_with(allowed)
    if voice is None:
        raise PermissionDenied
    goals = selectors.goal_choices(viewer=viewer, student=student)
    asked: list[tuple[str, Any]] | None = None
    if voice == Voice.STAFF:
        asked = [(Voice.STUDENT, _("the student")), (Voice.FAMILY, _("the family"))]
    form = ProposalForm(
        request.POST or None,
        asked=asked,
        goals=goals,
        initial={"language": get_language(), "goal": request.GET.get("goal", "")},
    )
    attempt = tried(
        request, form, student=student, save=lambda data: _propose(request, student, voice, data), problem_at="text"
    )
    if attempt.is_saved:
        messages.success(request, _("Sent. The answer comes within 10 school days and stands here."))
        return redirect("proposals", student.public_id)
    context = {
        "student": student,
        "form": form,
        "speaks_as": voice,
        "proposals": selectors.proposals(viewer=viewer, student=student, allowed=allowed),
    }
    return render(request, "success_plans/proposals.html", context, status=attempt.status)


def _propose(request: ViewerRequest, student: Student, voice: Voice, data: dict[str, Any]) -> None:
    chosen = data.get("goal")
    goal = texts.goal_by_id(viewer=request.viewer, public_id=UUID(chosen)) if chosen else None
    services.propose(
        by=request.viewer,
        student=student,
        voice=voice,
        to_voice=Voice(data["to_voice"]) if voice == Voice.STAFF else Voice.STAFF,
        text=data["text"],
        language=data["language"],
        goal=goal,
    )


def _loaded(request: ViewerRequest, public_id: UUID) -> tuple[Proposal, frozenset[Permission]]:
    viewer = require_sign_in(request)
    row = selectors.proposal_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    return row, permissions_on(viewer, row.plan.student)


@require_http_methods(["GET", "POST"])
def proposal_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Answer one proposal: yes, in part, or not this time, with words."""
    row, allowed = _loaded(request, public_id)
    if selectors.ANSWERING[Voice(row.to_voice)] not in allowed:
        raise PermissionDenied
    form = AnswerForm(request.POST or None, initial={"version": row.version})
    shown = selectors.shown_as(request.viewer, row, allowed)

    def save(data: dict[str, Any]) -> None:
        services.answer_proposal(
            by=request.viewer,
            proposal=row,
            state=ProposalState(data["state"]),
            answer=data["answer"],
            version=data["version"],
        )

    attempt = tried(
        request,
        form,
        student=row.plan.student,
        save=save,
        problem_at="answer",
        their_name=lambda current: str((current.answered_by or current.author).display_name),
    )
    if attempt.is_saved:
        messages.success(request, _("Answered. They see it now."))
        return redirect("proposals", row.plan.student.public_id)
    context = {"student": row.plan.student, "proposal": shown, "form": form, "speaks_as": row.to_voice, **attempt.extra}
    return render(request, "success_plans/proposal_answer.html", context, status=attempt.status)


@require_POST
def proposal_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take back one's own proposal while nobody has answered it."""
    row, _allowed = _loaded(request, public_id)
    try:
        services.take_back(by=request.viewer, proposal=row, version=row.version)
    except PermissionError as error:
        raise PermissionDenied from error
    except TextChangedError:
        messages.info(request, _("This changed meanwhile. Look again before you decide."))
    else:
        messages.success(request, _("Taken back."))
    return redirect("proposals", row.plan.student.public_id)
