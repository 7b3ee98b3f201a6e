"""How a framework is judged: chosen by the district after it saw what would change, in counts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import jobs
from accounts.http import ViewerRequest, require_duty, wants_fragment
from accounts.permissions import Permission
from assessments import services
from assessments.forms.engine import MethodForm, RollupForm
from assessments.mastery import METHODS
from assessments.selectors import methods as selectors
from assessments.selectors import rollups

if TYPE_CHECKING:
    from accounts.models import Job


@require_http_methods(["GET", "POST"])
def framework_method(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The method of a framework in plain words; a POST counts what another one would change."""
    require_duty(request, Permission.CHOOSE_METHOD)
    sent = request.POST if request.method == "POST" else request.GET
    page = selectors.method_page(viewer=request.viewer, public_id=public_id, scale=sent.get("scale", ""))
    if page is None:
        raise Http404
    method = sent.get("method", "")
    chosen = next((line for line in page.methods if line.name == method), None)
    form = None
    if chosen is not None:
        initial: dict[str, Any] = {"target": f"{page.target.normalize():f}", "scale": page.scale}
        if chosen.name == page.method:
            initial |= page.parameters
        form = MethodForm(
            request.POST if request.method == "POST" else None,
            method=method,
            levels=page.levels,
            scales=page.scales,
            initial=initial,
        )
    status = 200
    if request.method == "POST":
        status = 422
        if form is not None and form.is_valid():
            try:
                job = services.start_method_change(
                    by=request.viewer,
                    framework=page.framework,
                    method=method,
                    parameters=form.parameters,
                    target=form.cleaned_data["target"],
                    scale=UUID(form.cleaned_data["scale"]),
                )
            except services.MethodChangeError as error:
                form.add_error(None, str(error))
            else:
                return redirect("method_change", job.public_id)
    context = {"page": page, "chosen": chosen, "form": form, "is_known": not method or method in METHODS}
    return render(request, "assessments/framework_method.html", context, status=status)


def _job(request: ViewerRequest, public_id: UUID) -> Job:
    job = selectors.change_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    return job


@require_GET
@vary_on_headers("HX-Request")
def method_change(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How far the counting is, then what would change, then that it was done."""
    require_duty(request, Permission.CHOOSE_METHOD)
    page = selectors.change_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    template = "assessments/method_change.html"
    name = f"{template}#change-state" if wants_fragment(request) else template
    return render(request, name, {"page": page})


@require_POST
def method_change_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say yes to what was previewed."""
    require_duty(request, Permission.CHOOSE_METHOD)
    try:
        if not services.confirm_method_change(by=request.viewer, job=_job(request, public_id)):
            messages.info(request, _("This was already answered. Nothing was done twice."))
    except (services.MethodChangedError, services.MethodChangeError) as error:
        page = selectors.change_page(viewer=request.viewer, public_id=public_id)
        return render(request, "assessments/method_change.html", {"page": page, "changed": str(error)}, status=409)
    return redirect("method_change", public_id)


@require_POST
def method_change_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Stop the counting, or leave everything as it is."""
    require_duty(request, Permission.CHOOSE_METHOD)
    jobs.request_cancel(by=request.viewer, job=_job(request, public_id))
    return redirect("method_change", public_id)


@require_http_methods(["GET", "POST"])
def rollup(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """By which rule a parent is met by its children."""
    require_duty(request, Permission.CHOOSE_METHOD)
    page = rollups.rollup_page(viewer=request.viewer, competency=public_id)
    if page is None:
        raise Http404
    form = RollupForm(
        request.POST or None,
        children=[(str(c.public_id), c.name, c.points, c.is_required) for c in page.children],
        initial={"version": page.version, "rule": page.rule, "needed": page.needed},
    )
    status, conflict = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.set_rollup(
                    by=request.viewer,
                    parent=page.competency,
                    rule=form.cleaned_data["rule"],
                    needed=form.cleaned_data["needed"],
                    children={UUID(key): services.Weight(Decimal(p), r) for key, (p, r) in form.weights.items()},
                    version=form.cleaned_data["version"],
                )
            except services.RollupError as error:
                form.add_error("needed", str(error))
            except services.RollupChangedError as changed:
                status, conflict = 409, True
                sent = request.POST.copy()
                sent["version"] = str(changed.current.version if changed.current else 0)
                form = RollupForm(sent, children=form.children)
            else:
                messages.success(request, _("Saved. It holds for everybody from now on."))
                return redirect("competency_detail", public_id)
    context = {"page": page, "form": form, "conflict": conflict}
    return render(request, "assessments/rollup.html", context, status=status)
