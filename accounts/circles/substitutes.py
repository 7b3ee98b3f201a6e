"""Substitutes: somebody teaches a class for a while, sees its students for as long, and not a day longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.circles.services import CircleError
from accounts.circles.staff import staff
from accounts.models import Person, School, Section, TeachingAssignment
from accounts.permissions import Permission, Viewer, can
from accounts.rosters.circles import refresh_section
from accounts.rosters.work import one_roster_change_at_a_time


@dataclass(frozen=True, slots=True)
class SubstituteLine:
    """A substitution that runs or is to come; `ends_on` is the first day without it."""

    pk: int
    name: str
    section: str
    starts_on: date
    ends_on: date
    has_begun: bool

    @property
    def last_day(self) -> date:
        """The last day on which they teach it."""
        return self.ends_on - timedelta(days=1)


def substitutes(*, viewer: Viewer, school: School) -> list[SubstituteLine]:
    """Substitutions at this school that are not over, by class; none for whoever does not name navigators there."""
    if not can(viewer, Permission.ASSIGN_NAVIGATORS, school).allowed:
        return []
    rows = TeachingAssignment.objects.filter(
        section__school=school, is_substitute=True, is_active=True, ends_on__gt=viewer.today
    ).select_related("section", "person")
    return [
        SubstituteLine(
            row.pk,
            row.person.display_name,
            row.section.title,
            row.starts_on,
            row.ends_on or viewer.today,
            row.starts_on <= viewer.today,
        )
        for row in rows.order_by("section__title", "starts_on", "pk")
    ]


def substitute_by_key(*, viewer: Viewer, school: School, pk: int) -> TeachingAssignment | None:
    """One of them."""
    if not can(viewer, Permission.ASSIGN_NAVIGATORS, school).allowed:
        return None
    return TeachingAssignment.objects.filter(
        pk=pk, section__school=school, is_substitute=True, is_active=True, ends_on__gt=viewer.today
    ).first()


def classes_of(*, viewer: Viewer, school: School) -> list[Section]:
    """The classes of this school that have not ended, by title."""
    return list(Section.objects.filter(school=school, is_active=True, ends_on__gt=viewer.today).order_by("title", "pk"))


def begin_substitute(
    *, by: Viewer, section: Section, person: Person, starts_on: date, ends_on: date
) -> TeachingAssignment:
    """This colleague teaches this class from `starts_on` up to and without `ends_on`, and sees its students as long.

    Raises CircleError for somebody who does not work here or teaches the class already, for oneself, and for days out
    of order; PermissionError for whoever does not name navigators at the school.
    """
    if ends_on <= starts_on or ends_on <= by.today:
        raise CircleError(_("The last day is today or later, and not before the first."))
    if starts_on >= section.ends_on:
        raise CircleError(_("The class has ended by then."))
    if person.pk == by.actor_id:
        raise CircleError(_("Nobody sends themself into a class. Ask another lead of the school."))
    with transaction.atomic():
        if not can(by, Permission.ASSIGN_NAVIGATORS, section.school).allowed:
            raise PermissionError
        one_roster_change_at_a_time()
        if not staff(viewer=by).filter(pk=person.pk).exists():
            raise CircleError(_("Choose somebody who works for the schools."))
        teaching = TeachingAssignment.objects.filter(section=section, person=person, is_active=True)
        if any(row.ends_on is None or row.ends_on > by.today for row in teaching):
            raise CircleError(_("They teach this class already. End that first."))
        teaching.update(is_active=False)  # over: a class takes one row of a person at a time
        row = TeachingAssignment.objects.create(
            section=section, person=person, is_substitute=True, starts_on=starts_on, ends_on=ends_on
        )
        refresh_section(section=section, today=by.today)
        _record(by, "substitute.begin", row)
    return row


def end_substitute(*, by: Viewer, substitute: TeachingAssignment) -> None:
    """They teach it no longer, from this moment; one that has not begun is called off. Twice is once."""
    with transaction.atomic():
        one_roster_change_at_a_time()
        row = TeachingAssignment.objects.select_related("section__school").get(pk=substitute.pk)
        if not can(by, Permission.ASSIGN_NAVIGATORS, row.section.school).allowed:
            raise PermissionError
        if not row.is_active or not row.is_substitute or (row.ends_on is not None and row.ends_on <= by.today):
            return
        if row.starts_on < by.today:
            row.ends_on = by.today
        row.is_active = False
        row.save(update_fields=["ends_on", "is_active"])
        refresh_section(section=row.section, today=by.today)
        _record(by, "substitute.end", row)


def _record(by: Viewer, action: str, row: TeachingAssignment) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="section",
        subject_id=row.section.public_id,
        details={"person": row.person_id, "from": str(row.starts_on), "until": str(row.ends_on or "")},
    )
