"""The district's set-up: what is done, what is missing, and where each is done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.district import district_name, name_district
from accounts.http import ViewerRequest, require_duty
from accounts.permissions import Permission
from competencies.services.using import take_into_use
from dashboards.forms import DistrictForm
from dashboards.setup import framework_to_use, setup_steps


@require_http_methods(["GET", "POST"])
def district_setup(request: ViewerRequest) -> HttpResponse:
    """Every step of setting up; the first of them, the district's name, is given here."""
    require_duty(request, Permission.SHOW_DISTRICT)
    form = DistrictForm(
        request.POST if request.method == "POST" else None, initial={"name": district_name(viewer=request.viewer)}
    )
    if request.method == "POST" and form.is_valid():
        name_district(by=request.viewer, name=form.cleaned_data["name"])
        messages.success(request, _("Saved. This is the name of the district now."))
        return redirect("district_setup")
    steps = setup_steps(viewer=request.viewer)
    context = {"form": form, "steps": steps, "done": sum(one.is_done for one in steps)}
    return render(request, "dashboards/district_setup.html", context, status=422 if form.errors else 200)


@require_POST
def framework_use(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take a framework that was brought in into use."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    framework = framework_to_use(viewer=request.viewer, public_id=public_id)
    if framework is None:
        raise Http404
    take_into_use(by=request.viewer, framework=framework)
    messages.success(request, _("Saved. Classes can work on it from now on."))
    return redirect("district_setup")
