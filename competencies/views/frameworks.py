"""Pages of the learning side: the public frameworks, and bringing one in."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import brand, jobs
from accounts.http import ViewerRequest, require_duty, wants_fragment
from accounts.permissions import Permission, can
from competencies import selectors, services
from competencies.forms import ImportForm
from competencies.selectors.authoring import open_copy_id
from competencies.selectors.continua import small_picture
from competencies.selectors.imports import column_mappers
from competencies.selectors.pathways import open_pathways
from competencies.views.kept import kept_by_visitors

if TYPE_CHECKING:
    from accounts.models import Job


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _words(request: ViewerRequest) -> str:
    """What to look for, as far as it makes sense."""
    return " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]


# ------------------------------------------------------------------ open to everyone
@require_GET
@vary_on_headers("HX-Request")
@kept_by_visitors
def frameworks(request: ViewerRequest) -> HttpResponse:
    """Every public framework, and finding a competency in any of them."""
    brand.face(viewer=request.viewer)
    words = _words(request)
    found, too = None, 0
    if words:
        too = open_pathways(viewer=request.viewer, language=_language(), words=words).page.paginator.count
        found = selectors.find_competencies(
            viewer=request.viewer, text=words, language=_language(), page=_number(request.GET.get("page", ""))
        )
    template = "competencies/framework_list.html"
    return render(
        request,
        f"{template}#found" if wants_fragment(request) else template,
        {
            "words": words,
            "found": found,
            "pathways_too": too,
            "across": True,
            "cards": selectors.framework_cards(viewer=request.viewer, language=_language()),
            "may_import": can(request.viewer, Permission.IMPORT_FRAMEWORK).allowed,
            "may_review": can(request.viewer, Permission.REVIEW_FRAMEWORKS).allowed,
        },
    )


@require_GET
@vary_on_headers("HX-Request")
@kept_by_visitors
def framework_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One framework: its levels, its tree, finding by word and grade, source and licence."""
    brand.face(viewer=request.viewer)
    page = selectors.framework_page(
        viewer=request.viewer,
        public_id=public_id,
        language=_language(),
        start=_number(request.GET.get("start", "")),
        words=_words(request),
        grade=request.GET.get("grade", ""),
    )
    if page is None:
        raise Http404
    words, grade = _words(request), request.GET.get("grade", "")
    grade = grade if grade in page.grades else ""
    found = None
    if words or grade:
        found = selectors.find_competencies(
            viewer=request.viewer,
            text=words,
            grade=grade,
            framework_id=public_id,
            language=_language(),
            page=_number(request.GET.get("page", "")),
        )
    template = "competencies/framework_detail.html"
    return render(
        request,
        f"{template}#found" if wants_fragment(request) else template,
        {
            "page": page,
            "words": words,
            "grade": grade,
            "found": found,
            "may_choose": can(request.viewer, Permission.CHOOSE_METHOD).allowed,
            "may_write": can(request.viewer, Permission.WRITE_FRAMEWORKS).allowed,
            "working": open_copy_id(viewer=request.viewer, framework_id=public_id),
        },
    )


@require_GET
@kept_by_visitors
def competency_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One competency: what is expected at every level, and what comes before and after."""
    brand.face(viewer=request.viewer)
    page = selectors.competency_page(
        viewer=request.viewer,
        public_id=public_id,
        language=_language(),
        start=_number(request.GET.get("start", "")),
    )
    if page is None:
        raise Http404
    context = {
        "page": page,
        "may_choose": can(request.viewer, Permission.CHOOSE_METHOD).allowed,
        # every text in it was escaped by accounts.svg
        "around": SafeString(small_picture(page, address=lambda one: reverse("competency_detail", args=[one]))),
    }
    return render(request, "competencies/competency_detail.html", context)


@require_GET
@vary_on_headers("HX-Request")
def competency_parts(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What hangs under a branch, for the tree that opens in place; the branch's own page without htmx."""
    start = _number(request.GET.get("start", ""))
    found = selectors.competency_parts(viewer=request.viewer, public_id=public_id, language=_language(), start=start)
    if found is None:
        raise Http404
    if not wants_fragment(request):
        return redirect("competency_detail", public_id)
    branch, rows, more = found
    return render(request, "competencies/_parts.html", {"branch": branch, "rows": rows, "more": more, "start": start})


# ------------------------------------------------------------------ bringing one in
@require_http_methods(["GET", "POST"])
def framework_import(request: ViewerRequest) -> HttpResponse:
    """Choose a file; a worker reads it and says what would change before anything is written."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        job = services.start_framework_import(
            by=request.viewer, upload=form.cleaned_data["file"], publish=form.cleaned_data["publish"]
        )
        return redirect("framework_import_detail", job.public_id)
    return render(
        request,
        "competencies/framework_import.html",
        {
            "form": form,
            "imports": selectors.framework_imports(viewer=request.viewer),
            "mappers": column_mappers(viewer=request.viewer),
        },
        status=422 if form.errors else 200,
    )


@require_GET
@vary_on_headers("HX-Request")
def framework_import_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """How far an import is, what it would change, what it changed."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    page = selectors.framework_import(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    template = "competencies/framework_import_detail.html"
    names = page.counts.get("examples", {})
    lists = [
        (names.get("new"), _("The first of the new ones")),
        (names.get("reworded"), _("The first of those worded differently")),
        (names.get("returned"), _("The first of those that are back")),
        (names.get("retired"), _("The first of those that are gone")),
    ]
    return render(
        request,
        f"{template}#import-state" if wants_fragment(request) else template,
        {"page": page, "change_lists": lists},
    )


@require_POST
def framework_import_confirm(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say yes to the preview."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    job = _job(request, public_id)
    if not services.confirm_framework_import(by=request.viewer, job=job):
        messages.info(request, _("This import was already answered. Nothing was done twice."))
    return redirect("framework_import_detail", public_id)


@require_POST
def framework_import_cancel(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Stop an import, or say no to the preview."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    jobs.request_cancel(by=request.viewer, job=_job(request, public_id))
    return redirect("framework_import_detail", public_id)


@require_GET
def framework_import_report(request: ViewerRequest, public_id: UUID) -> HttpResponseBase:
    """Every finding of an import as a table to keep."""
    require_duty(request, Permission.IMPORT_FRAMEWORK)
    issues = selectors.framework_import_issues(viewer=request.viewer, public_id=public_id)
    if issues is None:
        raise Http404
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        [_("What happened to it"), _("Where in the file"), _("Identifier"), _("What was found"), _("What to do")]
    )
    for issue in issues:
        row = (issue.severity_word, issue.where, issue.identifier, issue.what, issue.what_to_do)
        writer.writerow([_harmless(cell) for cell in row])
    # A BOM, so that a spreadsheet reads accents as they are.
    response = HttpResponse("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="framework-import-{public_id}.csv"'
    return response


def _harmless(cell: str) -> str:
    """Text that a spreadsheet takes for text, whatever the file said."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _job(request: ViewerRequest, public_id: UUID) -> Job:
    job = selectors.framework_import_job(viewer=request.viewer, public_id=public_id)
    if job is None:
        raise Http404
    return job
