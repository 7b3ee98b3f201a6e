"""Work for a class: what was given, who handed in, in which form and group, who judges."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import ViewerRequest, load_section, require_sign_in
from accounts.permissions import Permission
from assessments.errors import WorkError
from assessments.forms.work import AssignmentForm, InviteForm, places_of
from assessments.selectors import assignments as selectors
from assessments.services import assignments as services
from assessments.services.assignments import NewAssignment, Place
from assessments.services.invitations import invite

if TYPE_CHECKING:
    from accounts.models import Section
    from assessments.models import Assignment


def load_assignment(request: ViewerRequest, public_id: UUID) -> tuple[Assignment, Section]:
    """A work of a class this viewer teaches; Http404 otherwise. Writes that the class was looked at."""
    viewer = require_sign_in(request)
    row = selectors.assignment_by_id(viewer=viewer, public_id=public_id)
    if row is None:
        raise Http404
    section, decision = load_section(request, row.section.public_id, Permission.READ_SECTION)
    audit.record_read(
        viewer=viewer,
        subject=f"section:{section.pk}",
        students=[s.pk for s in selectors.seated(viewer=viewer, section=section)],
        block="work",
        reason=decision.reason,
    )
    return row, section


@require_GET
def section_assignments(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The works of a class, and what waits for one's own judgement."""
    section, _decision = load_section(request, public_id, Permission.READ_SECTION)
    context = {
        "section": section,
        "works": selectors.assignments_of(viewer=request.viewer, section=section),
        "to_judge": selectors.works_to_judge(viewer=request.viewer, section=section),
    }
    return render(request, "assessments/section_assignments.html", context)


@require_http_methods(["GET", "POST"])
def assignment_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Give the class something to do, with an instrument of the school's library."""
    section, _decision = load_section(request, public_id, Permission.RECORD_EVIDENCE)
    viewer = request.viewer
    instruments = selectors.library(viewer=viewer, school_id=section.school_id)
    form = AssignmentForm(
        request.POST or None,
        instruments=[(str(one.public_id), f"{one.title} ({one.kind_label})") for one in instruments],
        initial={
            "key": uuid.uuid4(),
            "version": request.GET.get("instrument", ""),
            "opens_on": viewer.today,
            "language": get_language(),
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                row = services.add_assignment(
                    by=viewer,
                    section=section,
                    work=NewAssignment(
                        key=data["key"],
                        version=UUID(data["version"]),
                        title=data["title"],
                        note=data["note"],
                        language=data["language"] or get_language() or "en",
                        opens_on=data["opens_on"],
                        due_on=data["due_on"],
                        is_blind=data["is_blind"],
                    ),
                )
            except WorkError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The class has it. Choose below who takes which form."))
                return redirect("assignment", row.public_id)
    context = {"section": section, "form": form, "instruments": instruments}
    return render(request, "assessments/assignment_add.html", context, status=status)


@require_http_methods(["GET", "POST"])
def assignment(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One work: every student by name, with form, group and where it is. POST keeps forms and groups."""
    row, section = load_assignment(request, public_id)
    problem = ""
    if request.method == "POST":
        students = {s.public_id: s.pk for s in selectors.seated(viewer=request.viewer, section=section)}
        try:
            given = places_of(request.POST, students)
            services.place_students(
                by=request.viewer,
                assignment=row,
                places={pk: Place(form_id, group) for pk, (form_id, group) in given.items()},
            )
        except WorkError as error:
            problem = str(error)
        except ValueError:
            problem = _("This form belongs to another task. Choose one of the list.")
        else:
            messages.success(request, _("Forms and groups are kept."))
            return redirect("assignment", row.public_id)
    return _page(request, row, section, problem=problem, status=422 if problem else 200)


def _page(
    request: ViewerRequest,
    row: Assignment,
    section: Section,
    *,
    problem: str = "",
    invitation: InviteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = selectors.assignment_page(viewer=request.viewer, assignment=row)
    context = {
        "assignment": row,
        "section": section,
        "page": page,
        "problem": problem,
        "invitation": invitation or _invitation(request, row, page),
        "to_judge": selectors.works_to_judge(viewer=request.viewer, section=section),
    }
    return render(request, "assessments/assignment.html", context, status=status)


def _invitation(
    request: ViewerRequest, row: Assignment, page: selectors.AssignmentPage, *, bound: bool = False
) -> InviteForm | None:
    """The form that asks a colleague; None where nobody judges blind."""
    if not row.is_blind:
        return None
    works = [(str(line.public_id), line.name) for line in page.rows if line.can_invite]
    return InviteForm(
        request.POST if bound else None,
        colleagues=selectors.colleagues(viewer=request.viewer, assignment=row),
        works=works,
        initial={"students": [str(line.public_id) for line in page.rows if line.can_invite and line.handed_at]},
    )


@require_POST
def assignment_invite(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Ask a colleague of the school to judge works blind."""
    row, section = load_assignment(request, public_id)
    page = selectors.assignment_page(viewer=request.viewer, assignment=row)
    form = _invitation(request, row, page, bound=True)
    if form is None:
        return _page(
            request,
            row,
            section,
            problem=_("Only work that two people judge blind is given to a colleague."),
            status=422,
        )
    if not form.is_valid():
        return _page(request, row, section, invitation=form, status=422)
    chosen = set(form.cleaned_data["students"])
    students = [s for s in selectors.seated(viewer=request.viewer, section=section) if s.public_id in chosen]
    try:
        asked = invite(
            by=request.viewer, assignment=row, colleague=UUID(form.cleaned_data["colleague"]), students=students
        )
    except WorkError as error:
        form.add_error(None, str(error))
        return _page(request, row, section, invitation=form, status=422)
    messages.success(
        request,
        ngettext(
            "Asked for %(n)s work. Your colleague sees it without a name, for three weeks.",
            "Asked for %(n)s works. Your colleague sees them without a name, for three weeks.",
            asked,
        )
        % {"n": asked},
    )
    return redirect("assignment", row.public_id)


@require_POST
def assignment_close(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """It takes no more work; judging goes on."""
    row, _section = load_assignment(request, public_id)
    services.close_assignment(by=request.viewer, assignment=row)
    messages.success(request, _("Closed. It takes no more work; judging goes on."))
    return redirect("assignment", row.public_id)
