"""Keeping the catalogue of supports and enrichment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.downloads import csv_response
from accounts.http import ViewerRequest, require_duty
from accounts.merging import begin, merge
from accounts.permissions import Permission
from accounts.sheet_messages import message
from accounts.sheets import ImportUnreadableError
from supports.errors import EntryChangedError, EntryError
from supports.forms.catalogue import EntryForm, TableForm
from supports.selectors import catalogue as selectors
from supports.services import catalogue as services

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@require_GET
def catalogue(request: ViewerRequest) -> HttpResponse:
    """Everything that can be offered, and what is offered no more."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    names = dict(settings.LANGUAGES)
    entries = selectors.kept_entries(viewer=request.viewer, languages=LANGUAGES)
    context = {
        "offered": [one for one in entries if one.is_active],
        "retired": [one for one in entries if not one.is_active],
        "names": names,
        "starters": selectors.starter_left(viewer=request.viewer),
    }
    return render(request, "supports/catalogue.html", context)


@require_http_methods(["GET", "POST"])
def catalogue_add(request: ViewerRequest) -> HttpResponse:
    """A new entry."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    return _edited(request, None, {})


@require_http_methods(["GET", "POST"])
def catalogue_entry(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change an entry. Whoever saves second sees what the other one saved."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    row = _entry(request, public_id)
    shown: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("type", "setting", "provider", "minutes", "sessions_per_week", "weeks", "capacity", "version")
    }
    shown["school"] = str(row.school.public_id) if row.school is not None else ""
    shown["codes"] = ", ".join(selectors.fits_of(viewer=request.viewer, entry=row))
    shown |= {f"{word}_{code}": text for code, said in row.wordings.items() for word, text in said.items()}
    return _edited(request, row, shown)


def _edited(request: ViewerRequest, row: Any, shown: dict[str, Any]) -> HttpResponse:
    schools = {str(one.public_id): one for one in selectors.schools_to_offer(viewer=request.viewer)}
    if row is not None and row.school is not None:
        schools.setdefault(str(row.school.public_id), row.school)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        initial=shown,
        schools=[(key, one.name) for key, one in schools.items()],
    )
    begin(form)
    conflict: EntryChangedError | None = None
    if request.method == "POST" and form.is_valid():
        school = schools.get(form.cleaned_data["school"])
        text = form.text(school.pk if school is not None else None)
        try:
            services.save_entry(by=request.viewer, text=text, entry=row, version=form.cleaned_data["version"])
        except EntryError as error:
            form.add_error("codes" if error.field == "codes" else f"title_{LANGUAGES[0]}", str(error))
        except EntryChangedError as changed:
            conflict = changed
            merge(form, changed, request.POST)
        else:
            messages.success(request, _("Saved. It is offered from now on."))
            return redirect("catalogue")
    status = 409 if conflict else 422 if form.errors else 200
    words = [(name, [form[f"{word}_{code}"] for word in services.WORDS]) for code, name in settings.LANGUAGES]
    context = {"form": form, "row": row, "words": words, "conflict": conflict}
    return render(request, "supports/catalogue_entry.html", context, status=status)


@require_POST
def catalogue_offer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Offer it no more, or again."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    again = request.POST.get("again") == "yes"
    services.offer_entry(by=request.viewer, entry=_entry(request, public_id), is_active=again)
    if again:
        messages.success(request, _("It is offered again."))
    else:
        messages.success(request, _("It is offered no more. What runs goes on as it was agreed."))
    return redirect("catalogue")


@require_POST
def catalogue_start(request: ViewerRequest) -> HttpResponse:
    """Add the entries to begin with."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    added = services.add_starter(by=request.viewer)
    if added:
        said = ngettext("%(n)s entry added.", "%(n)s entries added.", added) % {"n": added}
        messages.success(request, said + " " + _("Read them and make them yours."))
    else:
        messages.info(request, _("They are all here already. Nothing was added."))
    return redirect("catalogue")


@require_http_methods(["GET", "POST"])
def catalogue_import(request: ViewerRequest) -> HttpResponse:
    """Entries from a table. One row that cannot be read, and nothing is stored."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    form = TableForm(request.POST or None, request.FILES or None)
    faults: list[services.RowFault] = []
    if request.method == "POST" and form.is_valid():
        try:
            read = services.read_table(by=request.viewer, stream=form.cleaned_data["file"], file="catalogue")
        except ImportUnreadableError as error:
            said = message(error.code, {"detail": error.detail})
            form.add_error("file", f"{said.what} {said.what_to_do}")
        else:
            faults = read.faults
            if faults:
                form.add_error("file", _("Some rows cannot be read. Nothing was stored; they are listed below."))
            elif not read.rows:
                form.add_error("file", _("There is no entry in this file."))
            else:
                done = services.import_entries(by=request.viewer, rows=read.rows)
                messages.success(
                    request,
                    _("%(added)s added, %(changed)s changed, %(same)s as they were.")
                    % {"added": done.added, "changed": done.changed, "same": done.same},
                )
                return redirect("catalogue")
    context = {"form": form, "faults": faults, "columns": services.columns()}
    return render(request, "supports/catalogue_import.html", context, status=422 if form.errors else 200)


@require_GET
def catalogue_table(request: ViewerRequest) -> HttpResponse:
    """The whole catalogue as a table that can be changed and brought back; with one row of headings at least."""
    require_duty(request, Permission.KEEP_CATALOGUE)
    columns = services.columns()
    return csv_response("catalogue.csv", columns, selectors.table(viewer=request.viewer, columns=columns))


def _entry(request: ViewerRequest, public_id: UUID) -> Any:
    row = selectors.kept_entry(viewer=request.viewer, public_id=public_id)
    if row is None:
        raise Http404
    return row
