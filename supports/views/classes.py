"""The class: levels in focus, and entry cell by cell or in one form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, load_seats, load_section, require_sign_in
from accounts.permissions import Permission
from accounts.selectors import coming_classes, my_sections
from assessments.choices import Context
from assessments.errors import EvidenceError
from assessments.selectors.rubrics import Rubric, rubric
from assessments.services import CellEntry, CellState, Work, class_task_key, record_cells
from supports.cells import CLEAR, SEEN, Drawer, Fault, changed_html, count_html, rows_html, shown_id
from supports.forms.classes import BatchForm, CellForm, number, plain_entries, students_in
from supports.selectors import grid as grid_selectors
from supports.selectors.grid import ClassGrid, Column, Seat, short_key

REMEMBERED = "class_entry"
BATCH = ("competency", "task", "on", "context")


def _language() -> str:
    return get_language() or "en"


@require_GET
def classes(request: ViewerRequest) -> HttpResponse:
    """My classes, and those to come; somebody with one class and none to come goes straight to it."""
    viewer = require_sign_in(request)
    sections = my_sections(viewer=viewer)
    coming = coming_classes(viewer=viewer)
    if len(sections) == 1 and not coming:
        return redirect("class_grid", sections[0].public_id)
    return render(request, "supports/class_list.html", {"sections": sections, "coming": coming})


# ------------------------------------------------------------------ the batch: asked once
@dataclass(frozen=True, slots=True)
class Batch:
    """What is entered now: the competency (None: the first in focus), the task, the day and where."""

    competency: UUID | None
    task: str
    on: date
    context: str

    def query(self, competency: UUID | None) -> str:
        """The address of the same batch with a competency."""
        return urlencode(
            {
                "competency": competency or self.competency or "",
                "task": self.task,
                "on": self.on.isoformat(),
                "context": self.context,
            }
        )


def _batch(request: ViewerRequest, section_key: str, given: Mapping[str, Any]) -> tuple[Batch, BatchForm]:
    """The batch of this request: what it says, else what this session said last for this class."""
    today = request.viewer.today
    kept = dict(request.session.get(REMEMBERED, {}).get(section_key, {}))
    if kept.get("day") != today.isoformat():  # another day is another piece of work
        kept.pop("task", None)
        kept.pop("on", None)
    form = BatchForm({name: given.get(name, kept.get(name, "")) for name in BATCH}, today=today)
    form.is_valid()
    cleaned = form.cleaned_data
    batch = Batch(
        competency=cleaned.get("competency"),
        task=cleaned.get("task", ""),
        on=cleaned.get("on", today),
        context=cleaned.get("context", Context.UNKNOWN),
    )
    return batch, form


def _remember(request: ViewerRequest, section_key: str, batch: Batch) -> None:
    """Keep the batch in the session, so that coming back goes on where one was."""
    all_kept = request.session.get(REMEMBERED, {})
    now = {
        "competency": str(batch.competency or ""),
        "task": batch.task,
        "on": batch.on.isoformat(),
        "context": batch.context,
        "day": request.viewer.today.isoformat(),
    }
    if all_kept.get(section_key) != now:
        request.session[REMEMBERED] = {**all_kept, section_key: now}


def _work(section_id: int, section: UUID, batch: Batch) -> Work:
    key = class_task_key(section, title=batch.task, observed_on=batch.on)
    return Work(section_id, key, batch.task, batch.on, batch.context)


# ------------------------------------------------------------------ the page
@require_http_methods(["GET", "POST"])
def class_grid(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Students down, what the class works on across, one competency open for entry.

    POST is the whole class in one form, for those without JavaScript; each line is saved or says why not.
    """
    if request.method == "POST":
        return _save_class(request, public_id)
    return _grid_page(request, public_id, request.GET)


def _grid_page(
    request: ViewerRequest,
    public_id: UUID,
    given: Mapping[str, Any],
    *,
    faults: Mapping[UUID, Fault] | None = None,
    conflicts: Mapping[UUID, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    section, decision = load_section(request, public_id, Permission.READ_SECTION)
    viewer, key = request.viewer, str(section.public_id)
    batch, form = _batch(request, key, given)
    grid = grid_selectors.class_grid(
        viewer=viewer,
        section=section,
        chosen=batch.competency,
        title=batch.task,
        observed_on=batch.on,
        language=_language(),
    )
    batch = Batch(
        grid.open.rubric.public_id if grid.open else None,
        batch.task,
        batch.on,
        batch.context if "context" in given else _context_so_far(grid) or batch.context,
    )
    if form.is_valid():
        form = BatchForm(initial={"task": batch.task, "on": batch.on, "context": batch.context}, today=viewer.today)
        if any(name in given for name in BATCH):
            _remember(request, key, batch)
    else:
        status = 422
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[seat.student_id for seat in grid.seats],
        block="class_grid",
        reason=decision.reason,
    )
    context = {
        "section": section,
        "grid": grid,
        "batch": batch,
        "form": form,
        "problem": problem,
        "conflicts": len(conflicts or ()),
        "is_today": batch.on == viewer.today,
        "saved_at": _saved_at(grid, viewer.actor_id),
        "earlier": _address(section.public_id, batch, grid.beside(-1)),
        "later": _address(section.public_id, batch, grid.beside(1)),
        "heads": [(c, _address(section.public_id, batch, c), c is grid.open, shown_id(c)) for c in grid.columns],
        "strands": _strands(grid),
        "counts": [(shown_id(c), count_html(grid.levels.shown(grid.seats, c), len(grid.seats)), c is grid.open)
                   for c in grid.columns],
        "rows": rows_html(grid, person_id=viewer.actor_id, faults=faults or {}, conflicts=conflicts or {}),
        "context_label": Context(batch.context).label,
        "poll": _poll_address(section.public_id, grid.levels.version, batch.competency),
    }  # fmt: skip
    return render(request, "supports/class_grid.html", context, status=status)


def _address(section: UUID, batch: Batch, column: Column | None) -> str:
    if column is None:
        return ""
    return f"{reverse('class_grid', args=[section])}?{batch.query(column.rubric.public_id)}"


def _poll_address(section: UUID, version: str, chosen: UUID | None) -> str:
    query = urlencode({"since": version, "competency": chosen or ""})
    return f"{reverse('class_levels', args=[section])}?{query}"


def _strands(grid: ClassGrid) -> list[tuple[str, int, bool]]:
    """Neighbouring columns of one branch under one heading: name, how wide, whether the open column is among them."""
    found: list[tuple[str, int, bool]] = []
    for column in grid.columns:
        is_open = column is grid.open
        width = 2 if is_open else 1
        if found and found[-1][0] == column.rubric.strand:
            name, span, has_open = found[-1]
            found[-1] = (name, span + width, has_open or is_open)
        else:
            found.append((column.rubric.strand, width, is_open))
    return found


def _context_so_far(grid: ClassGrid) -> str:
    """Where this work was seen according to what is entered already; empty when nobody said."""
    said = Counter(rating.context for row in grid.entries.values() for rating in row if rating.context)
    return said.most_common(1)[0][0] if said else ""


def _saved_at(grid: ClassGrid, person_id: int) -> Any:
    """When this person last saved an entry of this work."""
    mine = [r.recorded_at for row in grid.entries.values() for r in row if r.rater_id == person_id]
    return max(mine, default=None)


# ------------------------------------------------------------------ one cell
@require_POST
def class_cell(request: ViewerRequest, public_id: UUID, student_id: UUID) -> HttpResponse:
    """One entry for one student; answers with the cell. 409: somebody entered something else; 422: it does not fit."""
    section_id, students = load_seats(request, public_id, [student_id], Permission.RECORD_EVIDENCE)
    student = students.get(student_id)
    if student is None:
        raise Http404
    seat = Seat(
        short_key(student.public_id),
        student.pk,
        student.public_id,
        student.person.display_name,
        student.person.short_name,
        student.person.short_name,
        student.person.family_name,
    )
    form = CellForm(request.POST, today=request.viewer.today)
    valid = form.is_valid()
    competency = form.cleaned_data.get("competency")
    expected = competency and rubric(viewer=request.viewer, competency=competency, language=_language())
    if not expected:
        raise Http404
    drawer = Drawer(expected, request.viewer.actor_id)
    value = request.POST.get("value", "")
    if not valid:
        problem = next(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(drawer.live(seat, (), fault=Fault(value, problem)), status=422)
    data = form.cleaned_data
    batch = Batch(competency, data["task"], data["on"], data["context"])
    entry = _entry(student.pk, data["key"], data["value"], data["expected"])
    try:
        result = record_cells(
            by=request.viewer, rubric=expected, work=_work(section_id, public_id, batch), entries=[entry]
        )[0]
    except EvidenceError as error:
        return HttpResponse(drawer.live(seat, (), fault=Fault(value, str(error))), status=422)
    if result.state is CellState.CONFLICT:
        return HttpResponse(drawer.conflict(seat, result.ratings, value), status=409)
    if result.state is CellState.REFUSED:
        fault = Fault(value, _("This was sent in a way that was used before. Enter it again."))
        return HttpResponse(drawer.live(seat, result.ratings, fault=fault), status=422)
    return HttpResponse(drawer.live(seat, result.ratings))


def _entry(student_id: int, key: UUID, value: str, expected: UUID | None) -> CellEntry:
    level = None if value in {SEEN, CLEAR} else number(value)
    return CellEntry(student_id, key, level, expected, take_back=value == CLEAR)


# ------------------------------------------------------------------ a whole class in one form
def _save_class(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    section_id, students = load_seats(request, public_id, students_in(request.POST), Permission.RECORD_EVIDENCE)
    form = BatchForm(request.POST, today=request.viewer.today)
    if not form.is_valid() or not form.cleaned_data["competency"]:
        return _grid_page(request, public_id, request.POST, problem=_("Nothing was saved. Look at the fields above."))
    data = form.cleaned_data
    expected = rubric(viewer=request.viewer, competency=data["competency"], language=_language())
    if expected is None:
        raise Http404
    batch = Batch(data["competency"], data["task"], data["on"], data["context"])
    lines = plain_entries(request.POST, list(students))
    faults = _unreadable(lines, expected)
    if faults:
        problem = _("Nothing was saved. Look at the lines that are marked.")
        return _grid_page(request, public_id, request.POST, faults=faults, problem=problem, status=422)
    entries = {
        student: _entry(students[student].pk, line.key, line.value, line.expected) for student, line in lines.items()
    }
    try:
        results = record_cells(
            by=request.viewer, rubric=expected, work=_work(section_id, public_id, batch), entries=list(entries.values())
        )
    except EvidenceError as error:
        return _grid_page(request, public_id, request.POST, problem=str(error), status=422)
    conflicts, faults = {}, {}
    for student, result in zip(entries, results, strict=True):
        if result.state is CellState.CONFLICT:
            conflicts[student] = lines[student].value
        elif result.state is CellState.REFUSED:
            faults[student] = Fault(lines[student].value, _("This line was sent before for somebody else. Save again."))
    if conflicts or faults:
        return _grid_page(request, public_id, request.POST, faults=faults, conflicts=conflicts, status=409)
    return redirect(f"{reverse('class_grid', args=[public_id])}?{batch.query(None)}&saved=1#entry-status")


def _unreadable(lines: Mapping[UUID, Any], expected: Rubric) -> dict[UUID, Fault]:
    """Lines whose value is none of the list."""
    faults = {}
    drawer = Drawer(expected, 0)
    allowed = {CLEAR, *(text for text, _words in drawer.values)}
    for student, line in lines.items():
        if line.value not in allowed:
            faults[student] = Fault(line.value, _("Choose one of the levels of the list."))
    return faults


# ------------------------------------------------------------------ what a worker finished meanwhile
@require_GET
def class_levels(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Asked every four seconds: 204 while nothing moved, else the levels that did. Writes no read log."""
    section, _decision = load_section(request, public_id, Permission.READ_SECTION)
    form = BatchForm(request.GET, today=request.viewer.today)
    form.is_valid()
    chosen, since = form.cleaned_data.get("competency"), request.GET.get("since", "")
    if grid_selectors.levels_version(viewer=request.viewer, section=section, chosen=chosen) == since:
        return HttpResponse(status=204)
    across = grid_selectors.columns(viewer=request.viewer, section=section, chosen=chosen, language=_language())
    seats = grid_selectors.roster(viewer=request.viewer, section=section)
    levels = grid_selectors.levels(viewer=request.viewer, seats=seats, across=across, since=since)
    context = {
        "poll": _poll_address(section.public_id, levels.version, chosen),
        "changed": changed_html(levels, seats, across),
    }
    return render(request, "supports/class_grid.html#level-poll", context)
