"""Needs: they come after strengths, end with a reason, and stay in the record."""

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
from success_plans.choices import Audience, NeedDomain, NeedSource, NeedState
from success_plans.forms import NeedEndForm, NeedForm
from success_plans.selectors import texts
from success_plans.services import plans as services
from success_plans.views.inplace import in_place, load_text, plan_url


@require_http_methods(["GET", "POST"])
def need_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Add to the record of needs."""
    student, _decision = load_student(request, public_id, Permission.EDIT_PLAN)
    initial = {"language": get_language(), "source": NeedSource.ADULT, "audience": Audience.CIRCLE}
    form = NeedForm(request.POST or None, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.note_need(
            by=request.viewer,
            student=student,
            domain=NeedDomain(data["domain"]),
            text=data["text"],
            language=data["language"],
            outside=data["outside"],
            source=NeedSource(data["source"] or NeedSource.ADULT),
            audience=Audience(data["audience"] or Audience.CIRCLE),
            review_on=data["review_on"],
        )

    back = plan_url(student, "needs")
    return in_place(
        request, form, student=student, title=_("A need"), back=back, save=save, worded=("text",),
        more=("outside", "source", "audience", "review_on"),
        more_title=_("Where it comes from, who reads it, until when"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def need_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A need is met or no longer true."""
    row, student = load_text(request, texts.need_by_id, public_id)
    if not can(request.viewer, Permission.EDIT_PLAN, student).allowed:
        raise PermissionDenied
    form = NeedEndForm(request.POST or None, initial={"version": row.version})

    def save(data: dict[str, Any]) -> None:
        services.end_need(
            by=request.viewer,
            need=row,
            state=NeedState(data["state"]),
            reason=data["reason"],
            version=data["version"],
        )

    title, back = _("What happened?"), plan_url(student, "needs")
    return in_place(
        request, form, student=student, title=title, back=back, save=save, about=row.text, worded=("reason",)
    )
