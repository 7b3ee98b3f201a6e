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
from success_plans.forms.record import ContactForm, NoteEntryForm, NoteForm
from success_plans.selectors import contacts as selectors
from success_plans.selectors import notes as note_selectors
from success_plans.services import contacts as services
from success_plans.services import notes as note_services
from success_plans.views.inplace import tried


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
    attempt = tried(
        request,
        form,
        student=student,
        save=lambda _data: services.add_contact(by=viewer, student=student, contact=_contact(form)),
    )
    if attempt.is_saved:
        messages.success(request, _("The try is in the record."))
        return redirect("contact_add", student.public_id)
    context = {
        "student": student,
        "form": form,
        "family": family,
        "standing": selectors.standing(viewer=viewer, student=student),
    }
    return render(request, "success_plans/contact_add.html", context, status=attempt.status)


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

    def save(data: dict[str, Any]) -> None:
        note_services.add_note(by=request.viewer, student=student, text=data["text"], purge_on=data["purge_on"])

    attempt = tried(request, form, student=student, save=save, problem_at="purge_on")
    if attempt.is_saved:
        return redirect("notes", student.public_id)
    context = {
        "student": student,
        "form": form,
        "notes": note_selectors.my_notes(viewer=request.viewer, student=student),
        "may_enter": can(request.viewer, Permission.EDIT_PLAN, student).allowed,
    }
    return render(request, "success_plans/note_list.html", context, status=attempt.status)


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

    def save(data: dict[str, Any]) -> None:
        note_services.change_note(
            by=request.viewer,
            note=note,
            text=data["text"],
            purge_on=data["purge_on"],
            version=data["version"] or 0,
        )

    attempt = tried(
        request,
        form,
        student=note.student,
        save=save,
        problem_at="purge_on",
        their_name=lambda row: str(row.author.display_name),
    )
    if attempt.is_saved:
        return redirect("notes", note.student.public_id)
    context = {"student": note.student, "note": note, "form": form, **attempt.extra}
    return render(request, "success_plans/note_edit.html", context, status=attempt.status)


@require_http_methods(["GET", "POST"])
def note_enter(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Make a note an entry of the record, in the words the family will read."""
    note = _note(request, public_id)
    if not can(request.viewer, Permission.EDIT_PLAN, note.student).allowed:
        raise PermissionDenied
    form = NoteEntryForm(request.POST or None, initial={"text": note.text, "language": get_language()})

    def save(data: dict[str, Any]) -> None:
        note_services.make_entry(
            by=request.viewer,
            note=note,
            text=data["text"],
            language=data["language"],
            domain=NeedDomain(data["domain"]) if data["domain"] else None,
        )

    attempt = tried(request, form, student=note.student, save=save, problem_at="text")
    if attempt.is_saved:
        messages.success(request, _("It is part of the record now. The note itself goes today."))
        return redirect("student_timeline", note.student.public_id)
    context = {"student": note.student, "note": note, "form": form}
    return render(request, "success_plans/note_enter.html", context, status=attempt.status)
