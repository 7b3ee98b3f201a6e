"""What could come next, offered after something was written down: for one student, or by name for a class."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.http import ViewerRequest, load_seats, load_section, load_student
from accounts.permissions import Permission
from assessments.selectors.observations import JustSaved, just_saved
from supports.selectors import grid
from supports.selectors.next import what_next


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _saved(request: ViewerRequest) -> JustSaved | None:
    key = _uuid(request.GET.get("saved", ""))
    return just_saved(viewer=request.viewer, key=key) if key else None


@require_GET
def student_next(request: ViewerRequest, public_id: UUID, competency: UUID) -> HttpResponse:
    """A next step, a support, an enrichment: words for one student and competency, never a rank."""
    student, _decision = load_student(request, public_id, Permission.RECORD_EVIDENCE, block="competency")
    found = what_next(viewer=request.viewer, students=[student], competency=competency, language=get_language() or "en")
    if found is None:
        raise Http404
    context = {"student": student, "next": found[student.pk], "saved": _saved(request)}
    return render(request, "supports/student_next.html", context)


@require_GET
def class_next(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The same for a class on one competency, by name: all of them, or those something was just written down for."""
    section, decision = load_section(request, public_id, Permission.READ_SECTION)
    viewer = request.viewer
    competency = _uuid(request.GET.get("competency", ""))
    if competency is None:
        across = grid.columns(viewer=viewer, section=section, chosen=None, language=get_language() or "en")
        competency = across[0].rubric.public_id if across else None
    saved = _saved(request)
    seats = [
        seat
        for seat in grid.roster(viewer=viewer, section=section)
        if saved is None or seat.student_id in saved.student_ids
    ]
    students: dict[UUID, Any] = {}
    if seats:
        ids = [seat.public_id for seat in seats]
        _section_id, students = load_seats(request, public_id, ids, Permission.RECORD_EVIDENCE)
    by_name = [students[seat.public_id] for seat in seats if seat.public_id in students]
    found = None
    if competency is not None:
        found = what_next(viewer=viewer, students=by_name, competency=competency, language=get_language() or "en")
    if found is None:
        raise Http404
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[student.pk for student in by_name],
        block="competency",
        reason=decision.reason,
    )
    lines = [found[student.pk] for student in by_name]
    context = {"section": section, "lines": lines, "first": lines[0] if lines else None, "saved": saved}
    return render(request, "supports/class_next.html", context)
