"""Who can be invited to design a pathway, as far as the one who invites may know them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import PartnerMember, Person, Relationship, School
from accounts.partners.selectors import my_partners
from accounts.permissions import Permission, Viewer, can, current, students_for
from competencies.pathway_access import speaks_for_a_partner, works_here

FOUND_PEOPLE = 12


@dataclass(frozen=True, slots=True)
class Adult:
    """Somebody who can be invited."""

    public_id: UUID
    name: str
    what: str


def adults_to_invite(*, viewer: Viewer, words: str) -> list[Adult]:
    """Adults who may be invited to design: people of the schools and of partners, by name or address.

    A partner finds their own colleagues by name and everybody else only by the whole address: no directory of staff.
    """
    words = " ".join(words.replace("\x00", " ").split())
    if len(words) < 3 or not can(viewer, Permission.PROPOSE_PATHWAYS).allowed:
        return []
    people = Person.objects.filter(
        works_here(viewer) | speaks_for_a_partner(viewer), student__isnull=True, is_active=True
    )
    named = Q(family_name__istartswith=words) | Q(given_name__istartswith=words)
    if not viewer.is_staff:
        colleagues = PartnerMember.objects.filter(current(viewer.today), partner__in=my_partners(viewer=viewer))
        named &= Q(pk__in=colleagues.values("person_id"))
    rows = people.filter(named | Q(user__email__iexact=words)).order_by("sort_name", "pk")[:FOUND_PEOPLE]
    return [Adult(row.public_id, row.display_name, "") for row in rows]


def students_to_invite(*, viewer: Viewer, words: str) -> list[Adult]:
    """The viewer's own students by name; nobody else's, and none for who does not work for the schools."""
    words = " ".join(words.replace("\x00", " ").split())
    if len(words) < 2 or not viewer.is_staff:
        return []
    rows = (
        students_for(viewer, Permission.SEE_STUDENT)
        .filter(Q(person__given_name__istartswith=words) | Q(person__family_name__istartswith=words))
        .select_related("person")
        .order_by("person__sort_name", "pk")[:FOUND_PEOPLE]
    )
    return [Adult(row.person.public_id, row.person.display_name, "") for row in rows]


def families_to_invite(*, viewer: Viewer, words: str) -> list[Adult]:
    """Families of the viewer's own students, found by the name of either."""
    words = " ".join(words.replace("\x00", " ").split())
    if len(words) < 2 or not viewer.is_staff:
        return []
    links = (
        Relationship.objects.filter(
            current(viewer.today),
            kind=RelationshipKind.GUARDIAN,
            student__in=students_for(viewer, Permission.SEE_STUDENT),
            person__is_active=True,
        )
        .filter(
            Q(person__given_name__istartswith=words)
            | Q(person__family_name__istartswith=words)
            | Q(student__person__given_name__istartswith=words)
            | Q(student__person__family_name__istartswith=words)
        )
        .select_related("person", "student__person")
        .order_by("person__sort_name", "pk")[:FOUND_PEOPLE]
    )
    return [
        Adult(
            link.person.public_id,
            link.person.display_name,
            _("family of %(name)s") % {"name": link.student.person.short_name},
        )
        for link in links
    ]


def person_to_invite(*, viewer: Viewer, public_id: UUID) -> Person | None:
    """Somebody by public id; whether they may be invited as that is the service's question. One query."""
    if not can(viewer, Permission.PROPOSE_PATHWAYS).allowed:
        return None
    return Person.objects.filter(public_id=public_id, is_active=True).first()


def school_choices(*, viewer: Viewer) -> list[School]:
    """Schools a pathway may be at, by name, for whoever designs. One query."""
    if not viewer.is_known:
        return []
    return list(School.objects.filter(is_active=True).order_by("name", "pk"))
