"""Working notes: an adult's own memory, with a date on which it goes. What matters is made an entry of the record."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import NeedDomain, Subject, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Amendment, Need, WorkingNote
from success_plans.services.amendments import amend
from success_plans.services.plans import note_need, plan_of

KEPT = timedelta(days=60)
LONGEST_KEPT = timedelta(days=365)


def add_note(*, by: Viewer, student: Student, text: str, purge_on: date | None = None) -> WorkingNote:
    """Keep a note for oneself until `purge_on` (60 days from now unless said otherwise, at most a year)."""
    with transaction.atomic():
        row = WorkingNote.objects.create(
            student=student, author_id=by.actor_id, text=_words(text), purge_on=_purge_on(by, purge_on)
        )
        _record(by, row, "note.add")
    return row


def change_note(*, by: Viewer, note: WorkingNote, text: str, purge_on: date | None, version: int) -> WorkingNote:
    """Change one's own note. TextChangedError when another tab did meanwhile; PermissionError for somebody else's."""
    words = _words(text)
    with transaction.atomic():
        row = WorkingNote.objects.select_for_update(of=("self",)).select_related("author").get(pk=note.pk)
        if row.author_id != by.actor_id:
            raise PermissionError
        if row.version != version:
            raise TextChangedError(current=row, theirs=row.text, mine=words)
        row.text, row.purge_on = words, _purge_on(by, purge_on)
        row.version += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["text", "purge_on", "version", "changed_at"])
        _record(by, row, "note.change")
    return row


def make_entry(
    *, by: Viewer, note: WorkingNote, text: str, language: str, domain: NeedDomain | None = None
) -> Need | Amendment:
    """Make a note an entry of the record: a need of this domain, or a line of its own. The next purge takes the note.

    Doing it twice makes one entry: the note that was used up is refused with PlanError.
    """
    words = _words(text)
    with transaction.atomic():
        row = WorkingNote.objects.select_for_update().select_related("student").get(pk=note.pk)
        if row.author_id != by.actor_id:
            raise PermissionError
        if row.purge_on <= by.today:
            raise PlanError(_("This note is an entry of the record already."))
        entry: Need | Amendment
        if domain is not None:
            entry = note_need(by=by, student=row.student, domain=domain, text=words, language=language)
        else:
            plan = plan_of(by=by, student=row.student)
            entry = amend(
                by=by,
                student=row.student,
                about=Subject.PLAN,
                about_id=plan.public_id,
                voice=Voice.STAFF,
                text=words,
                language=language,
            )
        row.purge_on = by.today
        row.version += 1
        row.save(update_fields=["purge_on", "version"])
        _record(by, row, "note.make_entry")
    return entry


def _words(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise PlanError(_("Write a few words first."))
    return words


def _purge_on(by: Viewer, wanted: date | None) -> date:
    if wanted is None:
        return by.today + KEPT
    if not by.today < wanted <= by.today + LONGEST_KEPT:
        raise PlanError(_("Choose a day within a year from now. What matters longer belongs in the record."))
    return wanted


def _record(by: Viewer, row: WorkingNote, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="workingnote",
        subject_id=row.public_id,
        students=[row.student_id],
    )
