"""Tries to reach a family, and an adult's own working notes."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student, require_sign_in
from accounts.permissions import Permission, can
from success_plans.choices import ContactMode, ContactOutcome, ContactPurpose, Interpreter, NeedDomain
from success_plans.errors import PlanError, TextChangedError
from success_plans.forms.record import ContactForm, NoteEntryForm, NoteForm
from success_plans.selectors import contacts as selectors
from success_plans.selectors import notes as note_selectors
from success_plans.services import contacts as services
from success_plans.services import notes as note_services


@require_http_methods(["GET", "POST"])
def contact_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Write down a try to reach the family: whom, how, what came of it."""
    student, _decision = load_student(request, public_id, Permission.CONTACT_FAMILY, block="contact")
    viewer = request.viewer
    family, is_one_home = selectors.guardians(viewer=viewer, student=student)
    form = ContactForm(
        request.POST or None,
        guardians=[(one.person_id, one.name) for one in family],
        is_one_home=is_one_home,
        interpreters=selectors.interpreters(viewer=viewer, student=student),
        initial={"key": uuid.uuid4(), "language": get_language(), "guardian": family[0].person_id if family else ""},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.add_contact(by=viewer, student=student, contact=_contact(form))
            except PlanError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The try is in the record."))
                return redirect("contact_add", student.public_id)
    context = {
        "student": student,
        "form": form,
        "family": family,
        "standing": selectors.standing(viewer=viewer, student=student),
    }
    return render(request, "success_plans/contact_add.html", context, status=status)


def _contact(form: forms.Form) -> services.NewContact:
    data = form.cleaned_data
    return services.NewContact(
        key=data["key"],
        mode=ContactMode(data["mode"]),
        outcome=ContactOutcome(data["outcome"]),
        purpose=ContactPurpose(data["purpose"]),
        guardian_id=int(data["guardian"]) if data["guardian"] else None,
        interpreter=Interpreter(data["interpreter"]),
        interpreter_id=int(data["interpreted_by"]) if data["interpreted_by"] else None,
        language=data["language"] if data["note"] else "",
        note=data["note"],
    )


# ------------------------------------------------------------------ working notes
@require_http_methods(["GET", "POST"])
def notes(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One's own notes about a student. Nobody else reads them day to day; a family that asks gets them."""
    student, _decision = load_student(request, public_id, Permission.CHECK_IN)
    form = NoteForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                note_services.add_note(
                    by=request.viewer,
                    student=student,
                    text=form.cleaned_data["text"],
                    purge_on=form.cleaned_data["purge_on"],
                )
            except PlanError as error:
                form.add_error("purge_on", str(error))
            else:
                return redirect("notes", student.public_id)
    context = {
        "student": student,
        "form": form,
        "notes": note_selectors.my_notes(viewer=request.viewer, student=student),
        "may_enter": can(request.viewer, Permission.EDIT_PLAN, student).allowed,
    }
    return render(request, "success_plans/note_list.html", context, status=status)


def _note(request: ViewerRequest, public_id: UUID) -> Any:
    note = note_selectors.note_by_id(viewer=require_sign_in(request), public_id=public_id)
    if note is None:
        raise Http404
    return note


@require_http_methods(["GET", "POST"])
def note_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change one's own note, or the day it goes; 409 shows both wordings."""
    note = _note(request, public_id)
    start = {"text": note.text, "purge_on": note.purge_on, "version": note.version}
    form = NoteForm(request.POST or None, initial=start)
    context: dict[str, Any] = {"student": note.student, "note": note}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                note_services.change_note(
                    by=request.viewer,
                    note=note,
                    text=data["text"],
                    purge_on=data["purge_on"],
                    version=data["version"] or 0,
                )
            except PlanError as error:
                form.add_error("purge_on", str(error))
            except TextChangedError as changed:
                status = 409
                context |= {"conflict": changed, "their_name": changed.current.author.display_name}
                form = NoteForm(initial=start | {"text": changed.mine, "version": changed.current.version})
            else:
                return redirect("notes", note.student.public_id)
    return render(request, "success_plans/note_edit.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def note_enter(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Make a note an entry of the record, in the words the family will read."""
    note = _note(request, public_id)
    if not can(request.viewer, Permission.EDIT_PLAN, note.student).allowed:
        raise PermissionDenied
    form = NoteEntryForm(request.POST or None, initial={"text": note.text, "language": get_language()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            chosen = form.cleaned_data["domain"]
            try:
                note_services.make_entry(
                    by=request.viewer,
                    note=note,
                    text=form.cleaned_data["text"],
                    language=form.cleaned_data["language"],
                    domain=NeedDomain(chosen) if chosen else None,
                )
            except PlanError as error:
                form.add_error("text", str(error))
            else:
                messages.success(request, _("It is part of the record now. The note itself goes today."))
                return redirect("student_timeline", note.student.public_id)
    context = {"student": note.student, "note": note, "form": form}
    return render(request, "success_plans/note_enter.html", context, status=status)
