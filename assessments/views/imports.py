"""Bringing results in: choose a file, say what its columns are, look, say yes, read what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.downloads import csv_response
from accounts.http import ViewerRequest, require_duty, wants_fragment
from accounts.permissions import Permission
from assessments.forms.imports import EvidenceUploadForm, MappingForm, ZeroForm
from assessments.imports.values import day_problem
from assessments.imports_wording import message
from assessments.selectors import imports as selectors
from assessments.services import imports as services

if TYPE_CHECKING:
    from accounts.models import Job


@require_http_methods(["GET", "POST"])
def evidence_imports(request: ViewerRequest) -> HttpResponse:
    """Choose a file of results."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    form = EvidenceUploadForm(request.POST, request.FILES) if request.method == "POST" else EvidenceUploadForm()
    if form.is_valid():
        job = services.start_evidence_import(by=request.viewer, upload=form.cleaned_data["file"])
        if job.state != "waiting":
            return redirect("evidence_import", job.public_id)
        where, before = reverse("evidence_import_columns", args=[job.public_id]), request.GET.get("as", "")
        return redirect(f"{where}?{urlencode({'as': before})}" if before else where)
    return render(
        request,
        "assessments/import_list.html",
        {
            "form": form,
            "imports": selectors.evidence_imports(viewer=request.viewer),
            "mappers": selectors.mappers(viewer=request.viewer),
            "is_again": "as" in request.GET,
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def evidence_import_columns(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say what the columns of a table are. What is left out is never stored."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    job = _job(request, public_id)
    saved = selectors.mapping_of_import(viewer=request.viewer, public_id=request.GET.get("as", ""))
    before = saved.sheet if saved is not None else ""
    columns = selectors.columns(viewer=request.viewer, job=job, sheets=(request.GET.get("sheet", ""), before))
    if columns is None:
        return redirect("evidence_import", public_id)
    chosen = request.GET.get("mapper", "")
    known = selectors.mappers(viewer=request.viewer)
    for line in known:
        if str(line.public_id) == chosen:
            mapper = selectors.mapper(viewer=request.viewer, public_id=line.public_id)
            saved = selectors.mapping_of(mapper) if mapper is not None else None
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        header=columns.header,
        rows=columns.rows,
        choices=selectors.choices(viewer=request.viewer),
        roles=columns.guessed,
        saved=saved,
        sheet=columns.sheet,
    )
    if form.is_valid():
        mapping = form.mapping()
        days = {mapping.observed_on, *(score.observed_on for score in mapping.scores)} - {None}
        wrong = [problem for day in days if day and (problem := day_problem(day, request.viewer.today))]
        if wrong:
            form.add_error(None, message(wrong[0].value).what)
        else:
            try:
                done = services.map_evidence_import(
                    by=request.viewer, job=job, mapping=mapping, save_as=form.cleaned_data["save_as"]
                )
            except services.NotHereError:
                form.add_error("student_by", _("Rows are joined by number only in a demonstration."))
            else:
                if not done:
                    messages.info(request, _("This import was already answered. Nothing was done twice."))
                return redirect("evidence_import", public_id)
    context = {
        "form": form,
        "columns": columns,
        "title": job.title,
        "public_id": public_id,
        "mappers": known,
        "before": request.GET.get("as", ""),
    }
    return render(request, "assessments/import_columns.html", context, status=422 if form.errors else 200)


@require_GET
@vary_on_headers("HX-Request")
def evidence_import(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How far an import is, what it would store, what it stored."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    return _detail(request, public_id, ZeroForm())


def _detail(request: ViewerRequest, public_id: UUID, form: ZeroForm) -> HttpResponse:
    page = selectors.import_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    template = "assessments/import_detail.html"
    return render(
        request,
        f"{template}#evidence-import-state" if wants_fragment(request) else template,
        {"page": page, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def evidence_import_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say yes to what a dry run found."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    job = _job(request, public_id)
    page = selectors.import_page(viewer=request.viewer, public_id=public_id)
    form = ZeroForm(request.POST, asks=page is not None and page.is_waiting and page.asks_zero)
    if not form.is_valid():
        return _detail(request, public_id, form)
    if not services.confirm_evidence_import(by=request.viewer, job=job, zero_is=form.cleaned_data["zero_is"]):
        messages.info(request, _("This import was already answered. Nothing was done twice."))
    return redirect("evidence_import", public_id)


@require_POST
def evidence_import_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Stop an import, or say no to what it would store."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    services.cancel_evidence_import(by=request.viewer, job=_job(request, public_id))
    if "again" in request.POST:  # with the same file: it is not kept, what was said about it is
        return redirect(f"{reverse('evidence_imports')}?{urlencode({'as': public_id})}")
    return redirect("evidence_import", public_id)


@require_GET
def evidence_import_rows(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What was set aside, each with its place and what to do."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    rows = selectors.rows_set_aside(viewer=request.viewer, public_id=public_id, page=page)
    if rows is None:
        raise Http404
    return render(request, "assessments/import_rows.html", {"rows": rows, "public_id": public_id})


@require_GET
def evidence_import_report(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Every finding of an import as a table to keep."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    findings = selectors.every_finding(viewer=request.viewer, public_id=public_id)
    if findings is None:
        raise Http404
    header = [
        *(_("What happened to it"), _("File"), _("Line"), _("Column"), _("Value")),
        *(_("What was found"), _("What to do"), _("Code")),
    ]
    return csv_response(
        f"evidence-import-{public_id}.csv",
        header,
        (
            (row.severity_word, row.file, row.line, row.column, row.value, row.what, row.what_to_do, row.code)
            for row in findings
        ),
    )


@require_POST
def evidence_mapper_forget(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Drop a saved mapping."""
    require_duty(request, Permission.IMPORT_EVIDENCE)
    mapper = selectors.mapper(viewer=request.viewer, public_id=public_id)
    if mapper is None:
        raise Http404
    services.forget_mapper(by=request.viewer, mapper=mapper)
    return redirect("evidence_imports")


def _job(request: ViewerRequest, public_id: UUID) -> Job:
    job = selectors.import_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    return job
