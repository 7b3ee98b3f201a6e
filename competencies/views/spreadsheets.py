"""Saying what the columns of a framework's spreadsheet are, before and after its preview."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ViewerRequest, require_duty
from accounts.permissions import Permission
from competencies import services
from competencies.forms.spreadsheets import ColumnsForm
from competencies.selectors import imports as selectors


@require_http_methods(["GET", "POST"])
def framework_import_columns(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What each column is. `?sheet=`, `?heading=` and `?mapper=` take another sheet, row of headings or kept choice."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    job = selectors.framework_import_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    asked = request.GET.get("heading", "")
    page = selectors.columns_page(
        viewer=request.viewer,
        job=job,
        sheet=request.GET.get("sheet", ""),
        heading=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0,
        mapper=request.GET.get("mapper", ""),
        language=(get_language() or "en").split("-")[0],
    )
    if page is None:
        return redirect("framework_import_detail", public_id)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        header=page.header,
        rows=page.rows,
        heading=page.heading,
        known=page.mapping,
        frameworks=page.frameworks,
        levels=page.levels,
    )
    if form.is_valid():
        done = services.map_framework_import(
            by=request.viewer,
            job=job,
            mapping=form.mapping(),
            header=list(page.header),
            save_as=form.cleaned_data["save_as"],
        )
        if not done:
            messages.info(request, _("This import was already answered. Nothing was done twice."))
        return redirect("framework_import_detail", public_id)
    context = {"form": form, "page": page, "public_id": public_id}
    return render(request, "competencies/framework_import_columns.html", context, status=422 if form.errors else 200)


@require_POST
def framework_mapper_forget(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Drop a kept choice of columns."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    mapper = selectors.column_mapper(viewer=request.viewer, public_id=public_id)
    if mapper is None:
        raise Http404
    services.forget_mapper(by=request.viewer, mapper=mapper)
    return redirect("framework_import")
