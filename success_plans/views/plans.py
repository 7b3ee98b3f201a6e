"""The student's plan: one calm page, and what is said in it. The small forms open in place (`views.inplace`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission, can
from success_plans import pdf
from success_plans.choices import Audience, StatementKind, Voice
from success_plans.errors import TextChangedError
from success_plans.forms import RewordForm, StatementForm
from success_plans.selectors import plans as plan_selectors
from success_plans.selectors import texts
from success_plans.services import plans as plan_services
from success_plans.views.inplace import after, in_place, load_text, plan_url, saved, voice_of


@require_GET
def student_plan(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Who I am, where I am, where I'm going, who helps, the record; beside it what waits."""
    student, decision = load_student(request, public_id, Permission.READ_PLAN, block="plan")
    page = plan_selectors.plan_page(viewer=request.viewer, student=student)
    context = {"plan": page, "student": student, "reason": decision.reason, "has_pdf": pdf.is_ready()}
    return render(request, "success_plans/student_plan.html", context)


@require_http_methods(["GET", "POST"])
def statement_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Add a sentence: students and families in their own voice, staff in theirs or as a scribe."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    viewer = request.viewer
    kind = request.POST.get("kind") or request.GET.get("kind") or StatementKind.STRENGTH
    if kind not in StatementKind.values:
        raise Http404
    voice = voice_of(request, student)
    if voice is None:
        raise PermissionDenied
    form = StatementForm(
        request.POST or None,
        may_scribe=can(viewer, Permission.EDIT_PLAN, student).allowed,
        initial={"kind": kind, "language": get_language(), "said_by_student": True},
    )

    def save(data: dict[str, Any]) -> None:
        scribed = bool(data.get("said_by_student"))
        plan_services.say(
            by=viewer,
            student=student,
            kind=StatementKind(kind),
            voice=Voice.STUDENT if scribed else voice,
            text=data["text"],
            language=data["language"],
            author_id=student.person_id if scribed else None,
            audience=Audience(data["audience"] or Audience.CIRCLE),
        )

    title = str(StatementKind(kind).label)
    back = after(request, student, plan_url(student, kind))
    return in_place(request, form, student=student, title=title, back=back, save=save, worded=("text",))


@require_http_methods(["GET", "POST"])
def statement_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Reword one's own sentence. When somebody else did meanwhile, both wordings are shown and nothing is lost."""
    row, student = load_text(request, texts.statement_by_id, public_id)
    viewer = request.viewer
    if viewer.person_id not in {row.author_id, row.scribe_id}:
        raise PermissionDenied
    form = RewordForm(request.POST or None, initial={"text": row.text, "version": row.version})

    def save(data: dict[str, Any]) -> None:
        plan_services.reword(by=viewer, statement=row, text=data["text"], version=data["version"])

    back = after(request, student, plan_url(student, row.kind))
    return in_place(
        request, form, student=student, title=_("Reword"), back=back, save=save, worded=("text",), withdraw=row
    )


@require_POST
def statement_withdraw(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take one's own sentence off the plan; it stays in the history."""
    row, student = load_text(request, texts.statement_by_id, public_id)
    try:
        plan_services.withdraw(by=request.viewer, statement=row, version=row.version)
    except PermissionError as error:
        raise PermissionDenied from error
    except TextChangedError:
        messages.info(request, _("This changed meanwhile. Look again before you decide."))
    return saved(request, after(request, student, plan_url(student, row.kind)))
