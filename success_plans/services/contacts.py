"""Writing down a try to reach a family, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.choices import RelationshipKind
from accounts.households import marks_of
from accounts.models import Relationship, Student
from accounts.permissions import Viewer, current
from success_plans.choices import ContactMode, ContactOutcome, ContactPurpose, Interpreter
from success_plans.errors import PlanError
from success_plans.models import ContactAttempt


@dataclass(frozen=True, slots=True)
class NewContact:
    """A try as it was made. `guardian_id` None: somebody else of the family, where there is one household only.

    `interpreter_id`: the adult who interpreted, when it was somebody known here.
    """

    key: UUID
    mode: ContactMode
    outcome: ContactOutcome
    purpose: ContactPurpose = ContactPurpose.CONVERSATION
    guardian_id: int | None = None
    interpreter: Interpreter = Interpreter.NOT_NEEDED
    interpreter_id: int | None = None
    language: str = ""
    note: str = ""
    tried_at: datetime | None = None


def refuse_student_interpreter(*, by: Viewer, person_id: int | None) -> None:
    """A student is never the interpreter, for their own family or any other: PlanError."""
    if person_id is not None and Student.objects.filter(person=person_id).exists():
        raise PlanError(_("A student is never the interpreter. Ask for an adult who speaks the language."))


def add_contact(*, by: Viewer, student: Student, contact: NewContact) -> ContactAttempt:
    """Write a try down; the same key twice is one. The household is that of the guardian's link to this student.

    PlanError: no current guardian of this student, nobody named where there are two households, a student as the
    interpreter, a note without a language, a key that was used for another student.
    """
    refuse_student_interpreter(by=by, person_id=contact.interpreter_id)
    household = _household(by, student, contact.guardian_id)
    now = timezone.now()
    with transaction.atomic():
        row, is_new = ContactAttempt.objects.get_or_create(
            by_id=by.actor_id,
            key=contact.key,
            defaults={
                "student": student,
                "guardian_id": contact.guardian_id,
                "tried_at": min(contact.tried_at or now, now),
                "mode": contact.mode,
                "purpose": contact.purpose,
                "outcome": contact.outcome,
                "interpreter": contact.interpreter,
                "language": contact.language,
                "note": contact.note.replace("\x00", "").strip(),
                "household": household,
            },
        )
        if row.student_id != student.pk:  # somebody pressed save twice, and another student's page in between
            raise PlanError(_("This form was used before. Open the page again and write it down there."))
        if is_new:
            audit.record(
                by=by.person_id,
                action="contact.add",
                subject_type="contactattempt",
                subject_id=row.public_id,
                students=[student.pk],
                details={"interpreter": contact.interpreter_id} if contact.interpreter_id else {},
            )
            jobs.facts_changed([student.pk])
    return row


def _household(by: Viewer, student: Student, guardian_id: int | None) -> str:
    links = Relationship.objects.filter(current(by.today), student=student, kind=RelationshipKind.GUARDIAN)
    marks = marks_of(links.order_by("starts_on", "pk").values_list("person_id", "household"))
    if guardian_id is not None:
        if guardian_id not in marks:
            raise PlanError(_("Choose somebody of this student’s family."))
        return marks[guardian_id]
    if len(set(marks.values())) > 1:
        raise PlanError(_("This student has two homes. Choose whom you tried, so that it stays with that home."))
    return next(iter(marks.values()), "")
