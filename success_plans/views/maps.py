"""My map: the continuum as a path, never a ladder."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission
from assessments.forms.engine import OnForm
from success_plans.selectors import maps as map_selectors


@require_GET
def student_map(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every branch that was touched, as picture and table, with the steps that can be chosen (`?on=2026-10-31`)."""
    student, _decision = load_student(request, public_id, Permission.READ_EVIDENCE, block="map")
    viewer = request.viewer
    on_form = OnForm(request.GET if request.GET.get("on") else None, today=viewer.today)
    on = on_form.cleaned_data["on"] if on_form.is_bound and on_form.is_valid() else None
    context = {
        "page": map_selectors.map_page(viewer=viewer, student=student, on=on),
        "student": student,
        "is_own": viewer.own_student_id == student.pk,
        "on": on,
        "on_form": on_form,
    }
    return render(request, "success_plans/student_map.html", context, status=422 if on_form.errors else 200)
