"""Growth, portfolio, the class on one branch, and the files that show a piece."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseGone
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from accounts.downloads import private_file
from accounts.files import given_name, open_file
from accounts.http import ViewerRequest, load_section, load_student, require_sign_in, wants_fragment
from accounts.permissions import Permission
from assessments.selectors import class_map as map_selectors
from assessments.selectors import growth as growth_selectors
from assessments.selectors import keepsakes
from assessments.selectors import portfolio as selectors


@require_GET
def student_growth(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One branch at a time: each competency as dots over time, and what nobody has looked at yet."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="growth")
    page = growth_selectors.growth_page(viewer=request.viewer, student=student, branch=request.GET.get("branch", ""))
    context = {
        "student": student,
        "page": page,
        "is_own": request.viewer.own_student_id == student.pk,
        "is_adult_at_school": request.viewer.is_staff,
    }
    return render(request, "assessments/student_growth.html", context)


@require_GET
def student_portfolio(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every piece as it stands, newest first; filters by what it is about, never by how high it is."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="portfolio")
    given = {name: request.GET.get(name, "") for name in ("competency", "kind", "context")}
    wanted = selectors.Wanted(**given, before=request.GET.get("before", ""))
    page = selectors.portfolio(viewer=request.viewer, student=student, wanted=wanted)
    kept = {name: value for name, value in given.items() if value}
    context = {
        "student": student,
        "page": page,
        "wanted": wanted,
        "is_filtered": bool(kept),
        "is_own": request.viewer.own_student_id == student.pk,
        "earlier": urlencode(kept | {"before": page.earlier}) if page.earlier else "",
    }
    name = "assessments/student_portfolio.html"
    response = render(request, f"{name}#portfolio-page" if wants_fragment(request) else name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_GET
def class_map(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A branch of the class: students by name, competencies across, and where a look is missing."""
    section, _decision = load_section(request, public_id, Permission.READ_SECTION)
    page = map_selectors.class_map(viewer=request.viewer, section=section, branch=request.GET.get("branch", ""))
    return render(request, "assessments/class_map.html", {"section": section, "page": page})


@require_GET
def evidence_file(request: ViewerRequest, public_id: UUID) -> HttpResponseBase:
    """The bytes of a picture, recording or document that shows a piece, to whoever reads the piece."""
    viewer = require_sign_in(request)
    found = keepsakes.file_of_piece(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    row, student_id = found
    load_student(request, student_id, Permission.READ_EVIDENCE, block="evidence")
    try:
        content = open_file(row)
    except FileNotFoundError:
        return HttpResponseGone()
    return private_file(
        content, content_type=row.content_type, name=given_name(row), as_attachment=row.kind == "document"
    )
