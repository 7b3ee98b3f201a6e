"""People who work for the schools, found by name: for who puts somebody around a child or before a class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.choices import STAFF_ROLES
from accounts.models import Person, RoleAssignment, TeachingAssignment
from accounts.names import sort_name
from accounts.permissions import Permission, Viewer, can, current

SHOWN = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here, and what they do, to tell two of one name apart."""

    public_id: UUID
    name: str
    work: str


def staff(*, viewer: Viewer) -> QuerySet[Person]:
    """Everybody who works for the schools today, for whoever names navigators at one; nobody for anybody else."""
    if not can(viewer, Permission.ASSIGN_NAVIGATORS).allowed:
        return Person.objects.none()
    person = OuterRef("pk")
    roles = RoleAssignment.objects.filter(current(viewer.today), person=person, role__in=STAFF_ROLES)
    teaching = TeachingAssignment.objects.filter(current(viewer.today), person=person, is_active=True)
    return Person.objects.filter(Exists(roles) | Exists(teaching), is_active=True, student__isnull=True)


def staff_named(*, viewer: Viewer, words: str) -> list[Colleague]:
    """Colleagues whose name begins with these words, either name first. Fewer than two letters find nobody."""
    words = " ".join(words.replace("\x00", " ").split())
    plain = sort_name(words, "").rstrip(", ")
    if len(plain) < SHORTEST:
        return []
    given, _space, family = words.partition(" ")
    named = Q(sort_name__startswith=plain) | Q(given_name__istartswith=words) | Q(preferred_name__istartswith=words)
    if family:
        named |= Q(sort_name__startswith=sort_name(family, given).strip(", "))
    people = list(staff(viewer=viewer).filter(named).order_by("sort_name", "pk")[:SHOWN])
    work: dict[int, list[str]] = defaultdict(list)
    rows = RoleAssignment.objects.filter(current(viewer.today), person__in=people, role__in=STAFF_ROLES)
    for row in rows.select_related("school").order_by("pk"):
        place = row.school.name if row.school is not None else _("the district")
        work[row.person_id].append(f"{row.get_role_display()}, {place}")
    return [Colleague(p.public_id, p.display_name, " · ".join(work[p.pk]) or _("teacher")) for p in people]


def colleague(*, viewer: Viewer, public_id: UUID) -> Person | None:
    """One of them."""
    return staff(viewer=viewer).filter(public_id=public_id).first()
