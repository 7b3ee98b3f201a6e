"""My child: the family's page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission
from success_plans.selectors import family as family_selectors


@require_GET
def family(request: ViewerRequest) -> HttpResponse:
    """My children; with one child, straight to the page."""
    viewer = require_sign_in(request)
    children = family_selectors.children(viewer=viewer)
    if len(children) == 1:
        return redirect("family_child", children[0].public_id)
    return render(request, "success_plans/family_list.html", {"children": children})


@require_GET
def family_child(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What my child can do now, what comes next, how we all help, our words, who looked."""
    student, _decision = load_student(request, public_id, Permission.READ_FAMILY_PAGE, block="plan")
    page = family_selectors.family_page(viewer=request.viewer, student=student)
    return render(request, "success_plans/family_child.html", {"page": page, "student": student})
