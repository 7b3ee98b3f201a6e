"""Bringing rosters in: choose a file, look at what it would change, say yes, read what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import demonstration
from accounts.downloads import csv_response
from accounts.forms import RosterConfirmForm, RosterUploadForm
from accounts.http import ViewerRequest, require_duty, wants_fragment
from accounts.permissions import Permission, can
from accounts.rosters import selectors, services

if TYPE_CHECKING:
    from accounts.models import Job


@require_http_methods(["GET", "POST"])
def imports(request: ViewerRequest) -> HttpResponse:
    """Choose a roster; a worker reads it and says what would change before anything is written."""
    require_duty(request, Permission.IMPORT_ROSTER)
    form = RosterUploadForm(request.POST, request.FILES) if request.method == "POST" else RosterUploadForm()
    if form.is_valid():
        job = services.start_roster_import(by=request.viewer, upload=form.cleaned_data["file"])
        return redirect("roster_import", job.public_id)
    return render(
        request,
        "accounts/import_list.html",
        {
            "form": form,
            "imports": selectors.roster_imports(viewer=request.viewer),
            "is_demonstration": demonstration.is_marked(),
            "may_import_frameworks": can(request.viewer, Permission.IMPORT_FRAMEWORK).allowed,
        },
        status=422 if form.errors else 200,
    )


@require_GET
@vary_on_headers("HX-Request")
def roster_import(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How far an import is, what it would change, what it changed."""
    require_duty(request, Permission.IMPORT_ROSTER)
    return _detail(request, public_id, RosterConfirmForm())


def _detail(request: ViewerRequest, public_id: UUID, form: RosterConfirmForm) -> HttpResponse:
    page = selectors.roster_import_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    template = "accounts/import_detail.html"
    return render(
        request,
        f"{template}#import-state" if wants_fragment(request) else template,
        {"page": page, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def roster_import_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say yes to what a dry run found; so many leaving needs a yes of its own."""
    require_duty(request, Permission.IMPORT_ROSTER)
    job = _job(request, public_id)
    form = RosterConfirmForm(request.POST, must_confirm=bool(job.report.get("stopped")))
    if not form.is_valid():
        return _detail(request, public_id, form)
    if not services.confirm_roster_import(
        by=request.viewer, job=job, confirm_leaving=form.cleaned_data["leaving_is_right"]
    ):
        messages.info(request, _("This import was already answered. Nothing was done twice."))
    return redirect("roster_import", public_id)


@require_POST
def roster_import_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Stop an import, or say no to what it would change."""
    require_duty(request, Permission.IMPORT_ROSTER)
    services.cancel_roster_import(by=request.viewer, job=_job(request, public_id))
    return redirect("roster_import", public_id)


@require_GET
def roster_import_rows(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The rows that were set aside, each with its place and what to do."""
    require_duty(request, Permission.IMPORT_ROSTER)
    number = request.GET.get("page", "")
    rows = selectors.rows_set_aside(
        viewer=request.viewer,
        public_id=public_id,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )
    if rows is None:
        raise Http404
    return render(request, "accounts/import_rows.html", {"rows": rows, "public_id": public_id})


@require_GET
def roster_import_report(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every finding of an import as a table to keep."""
    require_duty(request, Permission.IMPORT_ROSTER)
    findings = selectors.every_finding(viewer=request.viewer, public_id=public_id)
    if findings is None:
        raise Http404
    header = [
        _("What happened to it"),
        _("File"),
        _("Line"),
        _("Column"),
        _("Value"),
        _("What was found"),
        _("What to do"),
        _("Code"),
    ]
    return csv_response(
        f"roster-import-{public_id}.csv",
        header,
        (
            (row.severity_word, row.file, row.line, row.column, row.value, row.what, row.what_to_do, row.code)
            for row in findings
        ),
    )


def _job(request: ViewerRequest, public_id: UUID) -> Job:
    job = selectors.roster_import_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    return job
