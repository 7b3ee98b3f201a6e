"""A whole class begun on one screen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import ViewerRequest, load_section
from accounts.permissions import Permission
from success_plans.choices import StatementKind
from success_plans.errors import PlanError
from success_plans.forms.entry import ClassForm
from success_plans.selectors import classes as class_selectors
from success_plans.selectors import entry as selectors
from success_plans.services import entry as services
from success_plans.services.entry import Line


@require_http_methods(["GET", "POST"])
def intake_class(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Everyone of a class by name, one line each: a strength or interest and a finding; one save begins all plans."""
    section, decision = load_section(request, public_id, Permission.READ_SECTION)
    viewer = request.viewer
    seats = class_selectors.class_seats(viewer=viewer, section=section)
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[seat.student.pk for seat in seats],
        block="plan",
        reason=decision.reason,
    )
    form = ClassForm(
        request.POST or None,
        competencies=class_selectors.class_competencies(viewer=viewer, section=section),
        initial={"found_on": viewer.today, "language": get_language()},
    )
    lines = [
        Line(
            seat.student,
            words=request.POST.get(f"words-{seat.student.public_id}", ""),
            can_do=request.POST.get(f"can-{seat.student.public_id}", ""),
            next_step=request.POST.get(f"next-{seat.student.public_id}", ""),
        )
        for seat in seats
    ]
    status = 200
    if request.method == "POST":
        status = 422
        only = request.POST.get("only", "")
        chosen = [line for line in lines if not only or str(line.student.public_id) == only]
        if form.is_valid() and _begin(request, form, chosen):
            return redirect("intake_class", section.public_id)
    context = {
        "section": section,
        "form": form,
        "rows": [{"seat": seat, "line": line} for seat, line in zip(seats, lines, strict=True)],
    }
    return render(request, "success_plans/intake_class.html", context, status=status)


def _begin(request: ViewerRequest, form: ClassForm, lines: list[Line]) -> bool:
    data = form.cleaned_data
    chosen = UUID(data["competency"]) if data["competency"] else None
    found = selectors.competencies_by_id(viewer=request.viewer, public_ids={chosen} if chosen else set())
    try:
        begun = services.begin_class(
            by=request.viewer,
            lines=lines,
            kind=StatementKind(data["kind"]),
            is_scribe=data["whose"] == "student",
            tool=data["tool"],
            found_on=data["found_on"],
            competency=found.get(chosen) if chosen else None,
            language=data["language"],
        )
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _began(begun.plans, begun.sentences, begun.findings))
    return True


def _began(plans: int, sentences: int, findings: int) -> str:
    parts = [
        ngettext("%(n)s plan begun", "%(n)s plans begun", plans) % {"n": plans},
        ngettext("%(n)s sentence kept", "%(n)s sentences kept", sentences) % {"n": sentences},
        ngettext("%(n)s first look kept", "%(n)s first looks kept", findings) % {"n": findings},
    ]
    return ", ".join(parts) + "."
