"""Giving a class work to do with an instrument: for everyone the same task, in any of its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Section
from accounts.permissions import Viewer
from assessments.choices import InstrumentKind, ScoringKind
from assessments.errors import WorkError
from assessments.models import Assignment, Submission
from assessments.selectors.assignments import library

LONGEST_TITLE, LONGEST_NOTE, LONGEST_GROUP = 200, 4000, 60


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """Work as a teacher gives it. `key` is made by the client; `version` is an instrument's published version."""

    key: UUID
    version: UUID
    title: str
    language: str
    opens_on: date
    due_on: date | None = None
    note: str = ""
    is_blind: bool = False


def add_assignment(*, by: Viewer, section: Section, work: NewAssignment) -> Assignment:
    """Give it to the class. The same key twice is one. Raises WorkError in words; nothing is written then."""
    title, note = _clean(work.title), _clean(work.note)
    if not title:
        raise WorkError(_("Give the work a name."))
    if len(title) > LONGEST_TITLE or len(note) > LONGEST_NOTE:
        raise WorkError(_("That is too long: a name holds 200 characters, a note 4,000."))
    if work.due_on is not None and work.due_on < work.opens_on:
        raise WorkError(_("It cannot be due before it begins."))
    with transaction.atomic():
        known = Assignment.objects.filter(key=work.key).first()
        if known is not None:
            if known.section_id != section.pk:
                raise WorkError(_("This form was used for another class. Open it anew."))
            return known
        choice = next((v for v in library(viewer=by, school_id=section.school_id) if v.public_id == work.version), None)
        if choice is None:
            raise WorkError(_("This instrument is not in the library of your school. Choose another one."))
        if work.is_blind and (choice.kind == InstrumentKind.CHECK or not choice.has_criteria):
            raise WorkError(_("Two people judge by criteria. This instrument has none, so nobody can judge it blind."))
        row = Assignment.objects.create(
            key=work.key,
            version_id=choice.pk,
            section=section,
            title=title,
            note=note,
            language=work.language,
            opens_on=work.opens_on,
            due_on=work.due_on,
            is_blind=work.is_blind,
            created_by_id=by.actor_id,
        )
        _record(by, row, "assignment.add")
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """How one student does the work: in which form (its key, None for the first), in which group."""

    form_id: int | None
    group_name: str = ""


def place_students(*, by: Viewer, assignment: Assignment, places: Mapping[int, Place]) -> int:
    """Write down form and group of each student (ids the caller may write for). Returns how many changed.

    Whose work somebody began to judge keeps the form it was judged in; the group may still change. Raises WorkError
    for a form of another instrument and a name of a group that is too long.
    """
    forms = set(assignment.version.forms.values_list("pk", flat=True))
    if any(place.form_id is not None and place.form_id not in forms for place in places.values()):
        raise WorkError(_("This form belongs to another task. Choose one of the list."))
    groups = {student: " ".join(_clean(place.group_name).split()) for student, place in places.items()}
    if any(len(name) > LONGEST_GROUP for name in groups.values()):
        raise WorkError(_("A group’s name holds 60 characters."))
    changed: list[int] = []
    with transaction.atomic():
        rows = {
            row.student_id: row
            for row in Submission.objects.select_for_update()
            .filter(assignment=assignment, student_id__in=list(places))
            .order_by("pk")
        }
        judged = set(
            Submission.objects.filter(
                assignment=assignment, scorings__kind=ScoringKind.TEACHER, scorings__scores__isnull=False
            ).values_list("student_id", flat=True)
        )
        for student, place in sorted(places.items(), key=lambda pair: pair[0]):
            row = rows.get(student)
            if row is None:
                if place.form_id is None and not groups[student]:
                    continue
                row = Submission(assignment=assignment, student_id=student, language=assignment.language, version=0)
            form = row.form_id if student in judged else place.form_id
            if row.pk and (row.form_id, row.group_name) == (form, groups[student]):
                continue
            row.form_id, row.group_name = form, groups[student]
            row.version += 1
            row.changed_at = timezone.now()
            row.save()
            changed.append(student)
        if changed:
            audit.record(
                by=by.person_id,
                action="assignment.place",
                subject_type="assignment",
                subject_id=assignment.public_id,
                students=changed,
            )
    return len(changed)


def close_assignment(*, by: Viewer, assignment: Assignment) -> None:
    """It takes no more work; judging goes on. Closing twice changes nothing."""
    with transaction.atomic():
        row = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if row.closed_at is None:
            row.closed_at = timezone.now()
            row.save(update_fields=["closed_at"])
            _record(by, row, "assignment.close")


def _record(by: Viewer, row: Assignment, action: str) -> None:
    audit.record(by=by.person_id, action=action, subject_type="assignment", subject_id=row.public_id)


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
