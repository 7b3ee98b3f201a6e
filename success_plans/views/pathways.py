"""Pathways for a student: the list, one of them with the way in, moving, leaving, the next experience, a kept place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, permissions_on
from success_plans.choices import Voice
from success_plans.errors import PlanError
from success_plans.forms.pathways import JoinForm, NextForm, PlaceForm, SuggestForm
from success_plans.selectors import pathways as selectors
from success_plans.services import pathways as services
from success_plans.services import proposals as proposal_services
from success_plans.services.pathways import Ask
from success_plans.speaking import voice_with
from success_plans.views.inplace import tried

if TYPE_CHECKING:
    from accounts.models import Student
    from competencies.models import Pathway
    from success_plans.models import PathwayMembership

CHOOSING = frozenset({Voice.STUDENT, Voice.STAFF})
"""Who decides about a pathway: the student, or an adult who edits the plan and writes it down. A family proposes."""


@require_GET
def student_pathways(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every pathway of the student's school, the same for everyone, and those the student is on."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="pathways")
    viewer = request.viewer
    context = {
        "student": student,
        "cards": selectors.open_pathways(viewer=viewer, student=student),
        "memberships": selectors.memberships_of(viewer=viewer, student=student),
        **_speaking(request, student),
    }
    return render(request, "success_plans/student_pathways.html", context)


@require_http_methods(["GET", "POST"])
def pathway_join(request: ViewerRequest, public_id: UUID, pathway: UUID) -> HttpResponse:
    """One pathway: what it is, and the way in. The student joins, an adult writes it down, a family proposes it."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN, block="pathways")
    row = _pathway(request, student, pathway)
    speaking = _speaking(request, student)
    if request.method == "POST" and not speaking["may_choose"]:
        raise PermissionDenied
    form = _join_form(request, row, is_scribe=speaking["voice"] == Voice.STAFF)
    attempt = tried(
        request, form, student=student, save=lambda data: _join(request, student, row, form, data), problem_at="words"
    )
    if attempt.is_saved:
        return redirect("student_pathways", student.public_id)
    return _join_page(request, student, row, form, SuggestForm(initial=_written()), attempt.status)


@require_POST
def pathway_suggest(request: ViewerRequest, public_id: UUID, pathway: UUID) -> HttpResponse:
    """A family thinks of a pathway: the student reads it and decides."""
    student, _decision = load_student(request, public_id, Permission.SPEAK_AS_FAMILY)
    row = _pathway(request, student, pathway)
    form = SuggestForm(request.POST)
    told = selectors.telling(viewer=request.viewer, pathway=row)

    def save(data: dict[str, Any]) -> None:
        proposal_services.propose(
            by=request.viewer,
            student=student,
            voice=Voice.FAMILY,
            to_voice=Voice.STUDENT,
            text=f"{told.title.text}: {data['text']}",
            language=data["language"],
        )

    attempt = tried(request, form, student=student, save=save, problem_at="text")
    if attempt.is_saved:
        messages.success(request, _("Sent. Your child reads it with the ideas for the plan, and decides."))
        return redirect("student_pathways", student.public_id)
    return _join_page(request, student, row, _join_form(request, row, bound=False), form, attempt.status)


@require_http_methods(["GET", "POST"])
def membership(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A pathway one is on: the next experience, where one could move, the place that is kept, leaving."""
    row, student = _membership(request, public_id)
    viewer = request.viewer
    speaking = _speaking(request, student)
    if request.method == "POST" and not speaking["may_choose"]:
        raise PermissionDenied
    view = selectors.membership_view(viewer=viewer, membership=row)
    if view is None:
        raise Http404
    chosen = next((str(step.public_id) for step in view.steps if step.is_next), "")
    form = NextForm(
        request.POST or None,
        experiences=[(str(step.public_id), step.title) for step in view.steps],
        initial={"experience": chosen, "version": row.version},
    )

    def save(data: dict[str, Any]) -> None:
        experience = selectors.experience_by_id(viewer=viewer, pathway=row.pathway, public_id=form.chosen())
        services.choose_next(by=viewer, membership=row, experience=experience, version=data["version"])

    attempt = tried(request, form, student=student, save=save, problem_at="experience")
    if attempt.is_saved:
        messages.success(request, _("Kept."))
        return redirect("membership", row.public_id)
    others = [
        card
        for card in selectors.open_pathways(viewer=viewer, student=student)
        if card.public_id != view.pathway and not card.state
    ]
    context = {"student": student, "one": view, "form": form, "others": others, **speaking, **attempt.extra}
    return render(request, "success_plans/membership.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def pathway_move(request: ViewerRequest, public_id: UUID, pathway: UUID) -> HttpResponse:
    """From one pathway to another: what carries over is shown first. Nothing is lost."""
    row, student = _membership(request, public_id)
    load_student(request, student.public_id, Permission.READ_EVIDENCE, block="pathways")
    speaking = _speaking(request, student)
    if not speaking["may_choose"]:
        raise PermissionDenied
    goal = _pathway(request, student, pathway)
    view = selectors.membership_view(viewer=request.viewer, membership=row)
    if view is None or goal.pk == row.pathway_id:
        raise Http404
    form = _join_form(request, goal, is_scribe=speaking["voice"] == Voice.STAFF)
    attempt = tried(
        request,
        form,
        student=student,
        save=lambda data: _join(request, student, goal, form, data, moving_from=row),
        problem_at="words",
    )
    if attempt.is_saved:
        return redirect("student_pathways", student.public_id)
    context = {
        "student": student,
        "one": view,
        "told": selectors.telling(viewer=request.viewer, pathway=goal),
        "carried": selectors.carries_over(viewer=request.viewer, student=student, pathway=goal),
        "form": form,
        **speaking,
    }
    return render(request, "success_plans/pathway_move.html", context, status=attempt.status)


@require_POST
def pathway_leave(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Leave a pathway, or take back an ask. No reason is asked."""
    row, student = _membership(request, public_id)
    if not _speaking(request, student)["may_choose"]:
        raise PermissionDenied
    services.leave(by=request.viewer, membership=row)
    messages.success(request, _("Done. Everything that was shown stays, and you can come back at any time."))
    return redirect("student_pathways", student.public_id)


@require_POST
def place_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Yes or no to a place that is kept."""
    row, student = _membership(request, public_id)
    if not _speaking(request, student)["may_choose"]:
        raise PermissionDenied
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return redirect("membership", row.public_id)
    if form.cleaned_data["answer"] == "no":
        services.leave(by=request.viewer, membership=row)
        messages.success(request, _("The place goes to somebody else. You can ask again at any time."))
        return redirect("student_pathways", student.public_id)
    try:
        services.take_place(by=request.viewer, membership=row)
    except PlanError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("You are in."))
    return redirect("membership", row.public_id)


# ------------------------------------------------------------------ parts
def _speaking(request: ViewerRequest, student: Student) -> dict[str, Any]:
    """In whose voice this viewer speaks here, and whether they decide or propose."""
    allowed = permissions_on(request.viewer, student)
    voice = voice_with(allowed)
    return {
        "voice": voice,
        "may_choose": voice in CHOOSING,
        "may_propose": voice == Voice.FAMILY,
        "is_own": voice == Voice.STUDENT,
        "reads_evidence": Permission.READ_EVIDENCE in allowed,
    }


def _pathway(request: ViewerRequest, student: Student, public_id: UUID) -> Pathway:
    row = selectors.pathway_for(viewer=request.viewer, student=student, public_id=public_id)
    if row is None:
        raise Http404
    return row


def _membership(request: ViewerRequest, public_id: UUID) -> tuple[PathwayMembership, Student]:
    """A membership with its student; Http404 where this viewer does not read that plan."""
    viewer = require_sign_in(request)
    row = selectors.membership_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    owner = row.student.alias_of or row.student
    student, _decision = load_student(request, owner.public_id, Permission.READ_PLAN, block="pathways")
    return row, student


def _written() -> dict[str, Any]:
    return {"language": (get_language() or "en").split("-")[0]}


def _join_form(request: ViewerRequest, pathway: Pathway, *, is_scribe: bool = False, bound: bool = True) -> JoinForm:
    told = selectors.telling(viewer=request.viewer, pathway=pathway)
    return JoinForm(
        (request.POST or None) if bound else None,
        ways=[(way.public_id, way.title.text) for way in told.ways_in],
        is_scribe=is_scribe,
        initial=_written(),
    )


def _join(
    request: ViewerRequest,
    student: Student,
    pathway: Pathway,
    form: JoinForm,
    data: dict[str, Any],
    moving_from: PathwayMembership | None = None,
) -> None:
    ask = Ask(data["key"], data["words"], data["language"], form.chosen_way())
    row = services.join(by=request.viewer, student=student, pathway=pathway, ask=ask, moving_from=moving_from)
    if selectors.is_in(row):
        messages.success(request, _("You are in. Everything shown so far counts here too."))
    else:
        messages.success(request, _("Asked. There is no free place right now: you wait for the draw."))


def _join_page(
    request: ViewerRequest, student: Student, row: Pathway, form: JoinForm, suggest: SuggestForm, status: int
) -> HttpResponse:
    viewer = request.viewer
    mine = selectors.memberships_of(viewer=viewer, student=student)
    context = {
        "student": student,
        "pathway": row,
        "told": selectors.telling(viewer=viewer, pathway=row),
        "leads_to": selectors.leads_to(viewer=viewer, pathway=row),
        "one": next((one for one in mine if one.pathway == row.public_id and one.state != "left"), None),
        "form": form,
        "suggest": suggest,
        **_speaking(request, student),
    }
    return render(request, "success_plans/pathway_join.html", context, status=status)
