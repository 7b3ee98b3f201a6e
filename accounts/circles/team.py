"""The support team of one student: who is in it, until when, and what is open to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import STAFF_ROLES, RelationshipKind, SensitiveDomain, Source
from accounts.circles.services import CircleError
from accounts.circles.staff import staff
from accounts.models import Person, Relationship, RoleAssignment, Student
from accounts.permissions import Permission, Viewer, can, current


@dataclass(frozen=True, slots=True)
class TeamLine:
    """Somebody in the team. `ends_on` is the first day on which they no longer are; None: until somebody says so."""

    public_id: UUID
    name: str
    work: str
    since: date
    ends_on: date | None
    domains: tuple[str, ...]
    works_here: bool

    @property
    def last_day(self) -> date | None:
        """The last day on which they still are."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None


def team_of(*, viewer: Viewer, student: Student) -> list[TeamLine]:
    """The support team today, by name. Three queries."""
    rows = list(
        Relationship.objects.filter(current(viewer.today), student=student, kind=RelationshipKind.TEAM)
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    here = set(staff(viewer=viewer).filter(pk__in=[row.person_id for row in rows]).values_list("pk", flat=True))
    roles: dict[int, str] = {}
    held = RoleAssignment.objects.filter(current(viewer.today), person__in=[row.person_id for row in rows])
    for role in held.filter(role__in=STAFF_ROLES).order_by("pk"):
        roles.setdefault(role.person_id, str(role.get_role_display()))
    labels = dict(SensitiveDomain.choices)
    return [
        TeamLine(
            row.person.public_id,
            row.person.display_name,
            roles.get(row.person_id, ""),
            row.starts_on,
            row.ends_on,
            tuple(str(labels.get(domain, domain)) for domain in row.domains),
            row.person_id in here,
        )
        for row in rows
    ]


def member(*, viewer: Viewer, student: Student, public_id: UUID) -> Person | None:
    """Somebody who is in the team today."""
    links = Relationship.objects.filter(current(viewer.today), student=student, kind=RelationshipKind.TEAM)
    return Person.objects.filter(public_id=public_id, pk__in=links.values("person_id")).first()


def join_team(
    *, by: Viewer, student: Student, person: Person, until: date | None, domains: Collection[str] = ()
) -> Relationship:
    """From today on this colleague is in the support team, up to and without `until`, with these closed parts open.

    Who is in it already stays in it, with the new end and parts. Raises CircleError for somebody who does not work
    here, for family of the student, for an unknown part, for closed parts opened to oneself and for an end that is not
    after today; PermissionError for whoever does not name navigators at the student's school.
    """
    wanted = sorted(set(domains))
    if not set(wanted) <= set(SensitiveDomain.values):
        raise CircleError(_("Choose from the list."))
    if wanted and person.pk == by.actor_id:
        raise CircleError(_("Nobody opens closed parts to themself. Ask another lead of the school."))
    if until is not None and until <= by.today:
        raise CircleError(_("The last day is today or later."))
    with transaction.atomic():
        _require(by, student)
        Student.objects.select_for_update(no_key=True, of=("self",)).get(pk=student.pk)
        if not staff(viewer=by).filter(pk=person.pk).exists():
            raise CircleError(_("Choose somebody who works for the schools."))
        family = Relationship.objects.filter(
            current(by.today), student=student, person=person, kind=RelationshipKind.GUARDIAN
        )
        if family.exists():
            raise CircleError(_("They are family of this student, and see the plan as family does."))
        row = _running(by, student, person) or Relationship(
            student=student, person=person, kind=RelationshipKind.TEAM, starts_on=by.today, source=Source.HAND
        )
        row.ends_on, row.domains = until, wanted
        row.save()
        _record(by, "team.join", student, person, {"until": str(until or ""), "domains": wanted})
    return row


def _running(by: Viewer, student: Student, person: Person) -> Relationship | None:
    """The link that holds, or one that began and ended today: then it is taken up again."""
    rows = Relationship.objects.select_for_update(of=("self",)).filter(
        student=student, person=person, kind=RelationshipKind.TEAM
    )
    return rows.filter(current(by.today)).order_by("pk").first() or rows.filter(starts_on=by.today).first()


def leave_team(*, by: Viewer, student: Student, person: Person) -> bool:
    """They are in the team no longer: from this moment nothing is open to them as such. False: they were not."""
    with transaction.atomic():
        _require(by, student)
        changed = Relationship.objects.filter(
            current(by.today), student=student, person=person, kind=RelationshipKind.TEAM
        ).update(ends_on=Greatest(F("starts_on"), by.today))
        if changed:
            _record(by, "team.leave", student, person, {})
    return bool(changed)


def _require(by: Viewer, student: Student) -> None:
    if student.school is None or not can(by, Permission.ASSIGN_NAVIGATORS, student.school).allowed:
        raise PermissionError


def _record(by: Viewer, action: str, student: Student, person: Person, details: dict[str, object]) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="circle",
        subject_id=student.public_id,
        students=[student.pk],
        details={"person": person.pk, **details},
    )
