"""Interests that are followed, and pointers to plans that are kept elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission, can
from success_plans.choices import PointerKind
from success_plans.forms.blocks import PathwayForm, PointerForm
from success_plans.selectors import texts
from success_plans.services import blocks as services
from success_plans.services.blocks import Followed, Pointed
from success_plans.views.inplace import after, in_place, load_text, plan_url, voice_of


@require_http_methods(["GET", "POST"])
def pathway_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Follow an interest: the student, the family or an adult at school."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    if voice_of(request, student) is None:
        raise PermissionDenied
    form = PathwayForm(request.POST or None, initial={"language": get_language()})

    def save(data: dict[str, Any]) -> None:
        services.follow(by=request.viewer, student=student, choice=_followed(data), language=data["language"])

    title, back = _("Follow an interest"), after(request, student, plan_url(student, "pathways"))
    return in_place(request, form, student=student, title=title, back=back, save=save, problem_at="interest")


@require_http_methods(["GET", "POST"])
def pathway_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change what is followed, or follow something else; what was learned carries over."""
    row, student = load_text(request, texts.pathway_by_id, public_id)
    if voice_of(request, student) is None:
        raise PermissionDenied
    initial = {
        "interest": row.interest,
        "pathway": row.pathway,
        "entry_point": row.entry_point,
        "next_experience": row.next_experience,
        "version": row.version,
    }
    form = PathwayForm(request.POST or None, initial=initial, is_new=False)

    def save(data: dict[str, Any]) -> None:
        services.change_pathway(
            by=request.viewer,
            pathway=row,
            to=_followed(data),
            version=data["version"] or 0,
            has_ended=data["has_ended"],
        )

    title, back = _("What I follow"), after(request, student, plan_url(student, "pathways"))
    return in_place(request, form, student=student, title=title, back=back, save=save, problem_at="interest")


@require_http_methods(["GET", "POST"])
def pointer_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Point to a plan that is kept elsewhere."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN)
    form = PointerForm(
        request.POST or None,
        adults=texts.adults(viewer=request.viewer, student=student),
        initial={"language": get_language()},
    )

    def save(data: dict[str, Any]) -> None:
        services.point_to(
            by=request.viewer,
            student=student,
            kind=PointerKind(data["kind"]),
            pointer=_pointed(data),
            language=data["language"],
        )

    title, back = _("A plan that is kept elsewhere"), plan_url(student, "pointers")
    return in_place(
        request, form, student=student, title=title, back=back, save=save, problem_at="kind", worded=("accommodations",)
    )


@require_http_methods(["GET", "POST"])
def pointer_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a pointer, or say that it no longer holds."""
    row, student = load_text(request, texts.pointer_by_id, public_id)
    if not can(request.viewer, Permission.EDIT_PLAN, student).allowed:
        raise PermissionDenied
    people = dict(texts.adults(viewer=request.viewer, student=student))
    if row.case_manager is not None:
        people.setdefault(row.case_manager_id, row.case_manager.display_name)
    initial = {
        "accommodations": row.accommodations,
        "kept_where": row.kept_where,
        "case_manager": str(row.case_manager_id or ""),
        "review_on": row.review_on,
        "version": row.version,
    }
    form = PointerForm(request.POST or None, adults=list(people.items()), initial=initial, is_new=False)

    def save(data: dict[str, Any]) -> None:
        services.change_pointer(
            by=request.viewer,
            pointer=row,
            to=_pointed(data),
            version=data["version"] or 0,
            has_ended=data["has_ended"],
        )

    title, back = str(PointerKind(row.kind).label), plan_url(student, "pointers")
    return in_place(
        request, form, student=student, title=title, back=back, save=save, problem_at="accommodations",
        worded=("accommodations",),
    )  # fmt: skip


def _followed(data: dict[str, Any]) -> Followed:
    return Followed(data["interest"], data["pathway"], data["entry_point"], data["next_experience"])


def _pointed(data: dict[str, Any]) -> Pointed:
    return Pointed(
        kept_where=data["kept_where"],
        case_manager_id=int(data["case_manager"]) if data["case_manager"] else None,
        accommodations=data["accommodations"],
        review_on=data["review_on"],
    )
