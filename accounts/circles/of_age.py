"""That a student signs alone: written down with its day and how the school knows it; taken back when it was wrong."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.calendar import comes_of_age
from accounts.choices import AgeBasis
from accounts.circles.services import CircleError
from accounts.models import ComingOfAge, Student
from accounts.partner_circles import members_changed
from accounts.permissions import Permission, Viewer, can

LONGEST_AHEAD = timedelta(days=366)
LONGEST_AGO = timedelta(days=3660)


def record_of_age(*, by: Viewer, student: Student, day: date, basis: AgeBasis) -> ComingOfAge:
    """From the 18th birthday on the student signs alone. `day` is the date of birth, for a decision of a court the day
    from which it holds; of the date of birth only the birthday is kept.

    Twice is once. Raises CircleError for a day that cannot be, or while another one is written down; PermissionError
    for whoever does not name navigators at the school.
    """
    on = day if basis == AgeBasis.COURT else comes_of_age(day)
    if not by.today - LONGEST_AGO <= on <= by.today + LONGEST_AHEAD:
        raise CircleError(_("By this date the 18th birthday is not within a year from now. Look at the date again."))
    try:
        with transaction.atomic():
            _require(by, student)
            known = ComingOfAge.objects.filter(student=student, taken_back_at__isnull=True).first()
            if known is not None and (known.on, known.basis) == (on, basis):
                return known
            if known is not None:
                raise CircleError(_("Another day is written down already. Take it back first."))
            row = ComingOfAge.objects.create(student=student, on=on, basis=basis, recorded_by_id=by.actor_id)
            _record(by, student, "of_age.record", row, {"on": on.isoformat(), "basis": str(basis)})
            members_changed(by=by)
    except IntegrityError as error:  # the same act on another connection
        raise CircleError(_("Somebody wrote it down at the same moment. Open the page again.")) from error
    return row


def take_back_of_age(*, by: Viewer, student: Student) -> None:
    """It was wrong: the family signs, as before. Twice is once; the row stays."""
    with transaction.atomic():
        _require(by, student)
        row = ComingOfAge.objects.select_for_update().filter(student=student, taken_back_at__isnull=True).first()
        if row is None:
            return
        row.taken_back_at, row.taken_back_by_id = timezone.now(), by.actor_id
        row.save(update_fields=["taken_back_at", "taken_back_by"])
        _record(by, student, "of_age.take_back", row, {})
        members_changed(by=by)


def _require(by: Viewer, student: Student) -> None:
    if student.school is None or not can(by, Permission.ASSIGN_NAVIGATORS, student.school).allowed:
        raise PermissionError


def _record(by: Viewer, student: Student, action: str, row: ComingOfAge, details: dict[str, str]) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="student",
        subject_id=row.public_id,
        students=[student.pk],
        details=details,
    )
