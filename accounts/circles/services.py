"""Limits from legal documents, households, and closed domains that are opened to one adult.

All of it is for whoever names navigators at the student's school. The policy reads these rows at each request, so an
open tab, a session and a token of the API lose (or gain) what they say at the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import GuardianBlock, RelationshipKind, SensitiveDomain
from accounts.models import GuardianLimit, Person, Relationship, Student
from accounts.partner_circles import family_changed
from accounts.permissions import Permission, Viewer, can, current

OPENED_TO = (RelationshipKind.TEAM, RelationshipKind.CASELOAD)
"""Kinds of relationship to which a closed domain can be opened."""


class CircleError(ValueError):
    """A change to a circle that cannot be; the message says why. Nothing was written."""


def enter_limit(
    *,
    by: Viewer,
    student: Student,
    guardian: Person,
    block: GuardianBlock,
    document: str,
    starts_on: date,
    ends_on: date | None,
) -> GuardianLimit:
    """A document takes one block from one guardian from `starts_on` up to and without `ends_on` (None: until ended).

    Raises CircleError for somebody who is no guardian of this student, for no document and for an end before the
    start; PermissionError for whoever does not name navigators at the school.
    """
    words = document.replace("\x00", "").strip()[:300]
    if not words:
        raise CircleError(_("Name the document and its date: without one both parents keep every right."))
    if ends_on is not None and ends_on <= starts_on:
        raise CircleError(_("The last day comes after the first."))
    with transaction.atomic():
        _require(by, student)
        if not Relationship.objects.filter(
            current(by.today), student=student, person=guardian, kind=RelationshipKind.GUARDIAN
        ).exists():
            raise CircleError(_("Choose somebody of this student’s family."))
        row = GuardianLimit.objects.create(
            student=student,
            guardian=guardian,
            block=block,
            document=words,
            starts_on=starts_on,
            ends_on=ends_on,
            entered_by_id=by.actor_id,
        )
        _record(by, student, "limit.enter", row.public_id, {"guardian": guardian.pk, "block": str(block)})
        family_changed(by=by.person_id, today=by.today, students=[student.pk])
    return row


def end_limit(*, by: Viewer, limit: GuardianLimit) -> None:
    """The limit holds no longer, from now on. One that began today or later goes altogether; history keeps it."""
    with transaction.atomic():
        row = GuardianLimit.objects.select_for_update(of=("self",)).filter(pk=limit.pk).first()
        if row is None or (row.ends_on is not None and row.ends_on <= by.today):
            return
        student = Student.objects.select_related("school").get(pk=row.student_id)
        _require(by, student)
        if row.starts_on >= by.today:
            row.delete()
        else:
            row.ends_on = by.today
            row.save(update_fields=["ends_on"])
        _record(by, student, "limit.end", limit.public_id, {"guardian": row.guardian_id, "block": row.block})
        family_changed(by=by.person_id, today=by.today, students=[student.pk])


def set_households(*, by: Viewer, student: Student, marks: Mapping[UUID, str]) -> int:
    """Tell the households of a student apart: guardian (public id of the person) to mark. How many links changed.

    Every link of that person to this student gets the mark, also those that ended: what was said in a household stays
    in it. Guardians who are not named keep theirs.
    """
    with transaction.atomic():
        _require(by, student)
        links = list(
            Relationship.objects.select_for_update(of=("self",))
            .filter(student=student, kind=RelationshipKind.GUARDIAN, person__public_id__in=marks)
            .select_related("person")
            .order_by("pk")
        )
        changed = 0
        for link in links:
            mark = marks[link.person.public_id].replace("\x00", "").strip()[:40]
            if link.household != mark:
                link.household = mark
                link.save(update_fields=["household"])
                changed += 1
        if changed:
            _record(by, student, "household.set", student.public_id, {"links": changed})
    return changed


def open_domains(*, by: Viewer, student: Student, to: Person, domains: Collection[str]) -> int:
    """Exactly these closed domains are open to this member of the team. How many links changed.

    Raises CircleError for an unknown domain, for somebody who is neither navigator nor in the support team, and where
    somebody would open to themself what is not open to them yet.
    """
    wanted = sorted(set(domains))
    if not set(wanted) <= set(SensitiveDomain.values):
        raise CircleError(_("Choose from the list."))
    with transaction.atomic():
        _require(by, student)
        links = list(
            Relationship.objects.select_for_update(of=("self",))
            .filter(current(by.today), student=student, person=to, kind__in=OPENED_TO)
            .order_by("pk")
        )
        if not links:
            raise CircleError(_("Closed parts are opened to the navigator and to the support team only."))
        if to.pk == by.actor_id and set(wanted) - {domain for link in links for domain in link.domains}:
            raise CircleError(_("Nobody opens closed parts to themself. Ask another lead of the school."))
        changed = 0
        for link in links:
            if sorted(link.domains) != wanted:
                link.domains = wanted
                link.save(update_fields=["domains"])
                changed += 1
        if changed:
            _record(by, student, "domains.open", student.public_id, {"person": to.pk, "domains": wanted})
    return changed


def _require(by: Viewer, student: Student) -> None:
    if student.school is None or not can(by, Permission.ASSIGN_NAVIGATORS, student.school).allowed:
        raise PermissionError


def _record(by: Viewer, student: Student, action: str, subject: UUID, details: dict[str, object]) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="circle",
        subject_id=subject,
        students=[student.pk],
        details=details,
    )
