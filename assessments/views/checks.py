"""The answers of a class to a check, in one grid: digits and Tab, without a mouse."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest
from assessments.errors import WorkError
from assessments.mastery.scales import ScaleError, read_value
from assessments.selectors.assignments import seated
from assessments.selectors.checks import AnswersPage, answers_page
from assessments.services.checks import Line, record_answers
from assessments.views.assignments import load_assignment


@require_http_methods(["GET", "POST"])
def assignment_answers(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Points for each item and student. An empty cell is not answered, which is missing and not zero."""
    row, section = load_assignment(request, public_id)
    page = answers_page(viewer=request.viewer, assignment=row, language=get_language() or "en")
    if not page.items:
        raise Http404
    problem, faults, conflicts, status = "", frozenset[str](), frozenset[int](), 200
    if request.method == "POST":
        lines, faults = _lines(page, request.POST)
        status = 422
        if faults:
            problem = _("Nothing was saved. Points are numbers; leave a cell empty where nothing was answered.")
        else:
            students = {s.pk: s for s in seated(viewer=request.viewer, section=section)}
            try:
                done = record_answers(by=request.viewer, assignment=row, students=students, lines=lines)
            except WorkError as error:
                problem = str(error)
            else:
                conflicts = done.conflicts
                messages.success(
                    request,
                    ngettext("Kept for %(n)s student.", "Kept for %(n)s students.", len(done.saved))
                    % {"n": len(done.saved)},
                )
                if not conflicts:
                    return redirect("assignment_answers", row.public_id)
                status = 409
                page = answers_page(viewer=request.viewer, assignment=row, language=get_language() or "en")
    context = {
        "assignment": row,
        "section": section,
        "problem": problem,
        "conflicts": len(conflicts),
        "items": page.items,
        "rows": [
            (
                line,
                line.student_id in conflicts,
                [
                    (name, request.POST.get(name, value) if problem else value, words, name in faults)
                    for name, value, words in line.cells
                ],
            )
            for line in page.lines
        ],
    }
    return render(request, "assessments/assignment_answers.html", context, status=status)


def _lines(page: AnswersPage, data: QueryDict) -> tuple[dict[int, Line], frozenset[str]]:
    """What was entered, by student, and the names of cells that hold no number."""
    lines, faults = {}, set()
    for line in page.lines:
        if f"version-{line.public_id}" not in data:
            continue
        points: dict[int, Decimal | None] = {}
        for item, (name, _value, _words) in zip(page.items, line.cells, strict=True):
            try:
                points[item.pk] = read_value(data.get(name, "").replace(",", "."))
            except ScaleError:
                faults.add(name)
        version = str(data[f"version-{line.public_id}"])
        lines[line.student_id] = Line(points, int(version) if version.isdecimal() else -1)
    return lines, frozenset(faults)
