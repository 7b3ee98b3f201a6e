"""Consents: a dated yes or no to one thing, of a guardian or of a student of age, taken back at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import RelationshipKind
from accounts.models import Partner, Relationship, Student
from accounts.permissions import Viewer, current
from accounts.signing import signs_alone
from success_plans.choices import ConsentKind
from success_plans.errors import PlanError
from success_plans.models import Consent
from success_plans.recompute.partners import renew_partner_circles


def answer_consent(
    *,
    by: Viewer,
    student: Student,
    kind: ConsentKind,
    is_yes: bool,
    about: str = "",
    given_by_id: int | None = None,
    given_on: date | None = None,
    partner: Partner | None = None,
) -> Consent:
    """Write down a yes or a no. `given_by_id`: the guardian who gave it when an adult at school writes it down, with
    the day it was signed. `partner`: whom sharing is about; who of them sees the student follows in the same moment.

    A student who is of age signs alone (`accounts.signing`). The same answer of the same person on the same day is one
    row. Raises PlanError for somebody whose answer is not asked today, and for a day to come.
    """
    giver = given_by_id or by.actor_id
    on = given_on or by.today
    if on > by.today:
        raise PlanError(_("A consent cannot be given on a day to come."))
    with transaction.atomic():
        link = Relationship.objects.select_for_update().filter(
            current(by.today), student=student, person_id=giver, kind=RelationshipKind.GUARDIAN
        )
        is_alone = signs_alone(student, on=by.today)
        if is_alone and giver != student.person_id:
            raise PlanError(_("This student is of age and signs alone."))
        if not is_alone and not list(link.order_by("pk")):
            raise PlanError(_("A consent is given by family of this student."))
        about = about.strip()[:200]
        that_day = Consent.objects.filter(
            student=student, kind=kind, about=about, partner=partner, given_by_id=giver, given_on=on, elsewhere=""
        )
        same = that_day.order_by("-pk").first()
        if same is not None and same.withdrawn_at is None and same.is_yes == is_yes:
            return same
        row = Consent.objects.create(
            student=student,
            kind=kind,
            about=about,
            partner=partner,
            given_by_id=giver,
            scribe_id=by.actor_id if giver != by.actor_id else None,
            is_yes=is_yes,
            given_on=on,
        )
        _record(by, row, "consent.yes" if is_yes else "consent.no")
        _renew(by, row)
    return row


def withdraw_consent(*, by: Viewer, consent: Consent) -> Consent:
    """Take a consent back; it stops holding with this transaction. Whoever gave it may, or an adult for them."""
    with transaction.atomic():
        row = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.save(update_fields=["withdrawn_at"])
            _record(by, row, "consent.withdraw")
            _renew(by, row)
    return row


def _renew(by: Viewer, row: Consent) -> None:
    if row.partner_id is not None:
        student = row.student
        renew_partner_circles([student.alias_of_id or student.pk], by=by.person_id, today=by.today)


def _record(by: Viewer, row: Consent, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="consent",
        subject_id=row.public_id,
        students=[row.student_id],
        details={"kind": row.kind},
    )
