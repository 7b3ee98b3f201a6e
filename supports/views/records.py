"""Writing down what was seen of one student: a piece with its level."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student, wants_fragment
from accounts.permissions import Permission
from assessments.errors import EvidenceError
from assessments.selectors.rubrics import Rubric, rubric
from assessments.services import NewPiece, record_evidence
from competencies.choices import WordingKind
from supports.forms.records import RecordForm
from supports.selectors import records


def _language() -> str:
    return get_language() or "en"


def rubric_named(request: ViewerRequest, text: str) -> Rubric | None:
    """The rubric of a competency as an address or a form names it; None when it names none."""
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    return rubric(viewer=request.viewer, competency=public_id, language=_language(), audience=WordingKind.FAMILY)


@require_http_methods(["GET", "POST"])
def student_record(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One piece with its level. The levels say what each looks like; beside them stands what was seen so far."""
    student, _decision = load_student(request, public_id, Permission.RECORD_EVIDENCE, block="evidence")
    query = request.GET.get("q", "").replace("\x00", " ")[:100]
    offer = records.offered(viewer=request.viewer, student=student, language=_language(), query=query)
    chosen = rubric_named(request, request.POST.get("competency") or request.GET.get("competency", ""))
    if chosen is None and offer.first and request.method == "GET":
        chosen = rubric_named(request, str(offer.first[0].public_id))
    form = RecordForm(
        request.POST or None,
        today=request.viewer.today,
        rubric=chosen,
        offered=offer.options,
        name=student.person.short_name,
        address=request.path,
        initial={"competency": chosen.public_id if chosen else ""},
    )
    if request.method == "POST" and form.is_valid() and chosen is not None:
        data = form.cleaned_data
        piece = NewPiece(
            key=data["key"],
            student=student.public_id,
            competency=chosen.public_id,
            value=form.value(),
            observed_on=data["on"],
            context=data["context"],
            task_title=" ".join(data["task"].split()),
            note=data["note"].strip(),
        )
        if problem := _save(request, student, chosen, piece):
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved. What it adds up to is here in a moment."))
            if "another" in request.POST:
                return redirect(f"{reverse('student_record', args=[public_id])}?competency={chosen.public_id}")
            address = reverse("student_next", args=[student.public_id, chosen.public_id])
            return redirect(f"{address}?saved={piece.key}")
    context: dict[str, Any] = {
        "student": student,
        "form": form,
        "rubric": chosen,
        "query": query,
        "found": offer.found,
        "levels": list(zip(chosen.levels, list(form["level"]), strict=False)) if chosen else [],
        "unsure": list(form["level"])[-1],
        "so_far": records.so_far(viewer=request.viewer, student=student, rubric=chosen) if chosen else None,
    }
    template = "supports/evidence_record.html"
    if wants_fragment(request) and request.method == "GET":
        template += "#record-choice" if "q" in request.GET else "#record-levels"
    return render(request, template, context, status=422 if form.errors else 200)


def _save(request: ViewerRequest, student: Any, chosen: Rubric, piece: NewPiece) -> str:
    """Store the piece; a sentence when it could not be. A form sent twice is one piece, whatever was typed since."""
    if records.saved_before(viewer=request.viewer, key=piece.key) is not None:
        return ""
    section = records.section_of(viewer=request.viewer, student=student, competency_id=chosen.competency_id)
    try:
        record_evidence(by=request.viewer, pieces=[piece], section_id=section)
    except EvidenceError as error:
        return str(error)
    return ""
