"""My map: the continuum as a path, never a ladder."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission
from success_plans.selectors import maps as map_selectors


@require_GET
def student_map(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every branch that was touched, as picture and table, with the steps that can be chosen."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="map")
    context = {
        "page": map_selectors.map_page(viewer=request.viewer, student=student),
        "student": student,
        "is_own": request.viewer.own_student_id == student.pk,
    }
    return render(request, "success_plans/student_map.html", context)
