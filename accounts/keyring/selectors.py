"""Whose account the district may close, and which roles they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.choices import SCHOOL_ROLES, Role, Source
from accounts.invitations.selectors import comes_by_invitation
from accounts.models import Person, RoleAssignment, School
from accounts.names import sort_name
from accounts.permissions import Permission, Viewer, can, current

SHOWN = 20
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds today. One that the roster brought ends with the roster."""

    pk: int
    role: str
    place: str
    since: date
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """Somebody with an account: whether it is open, and what they hold.

    `by_invitation`: it is closed, and a new invitation of the school is the only way to open it.
    """

    person: Person
    name: str
    username: str
    address: str
    is_open: bool
    closed_by_hand: bool
    last_used: datetime | None
    roles: tuple[Held, ...]
    by_invitation: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to do here: the school invites them."""
        return self.by_invitation and not self.closed_by_hand


def people_with_keys(*, viewer: Viewer) -> QuerySet[Person]:
    """Everybody with an account but oneself, for whoever keeps accounts; nobody for anybody else."""
    if not can(viewer, Permission.KEEP_ACCOUNTS).allowed:
        return Person.objects.none()
    return Person.objects.filter(user__isnull=False).exclude(pk=viewer.actor_id).select_related("user__closure")


def found(*, viewer: Viewer, words: str) -> list[Keys]:
    """Adults whose name begins with these words, and whoever has this user name or address. Fewer than three letters
    find nobody."""
    words = " ".join(words.replace("\x00", " ").split())
    plain = sort_name(words, "").rstrip(", ")
    if len(plain) < SHORTEST:
        return []
    named = Q(sort_name__startswith=plain) | Q(given_name__istartswith=words)
    exact = Q(user__username__iexact=words) | Q(user__email__iexact=words)
    people = people_with_keys(viewer=viewer).filter(exact | (named & Q(student__isnull=True)))
    return [_keys(person, ()) for person in people.order_by("sort_name", "pk")[:SHOWN]]


def keys_of(*, viewer: Viewer, public_id: UUID) -> Keys | None:
    """One of them with the roles of today. Three queries at most."""
    person = people_with_keys(viewer=viewer).filter(public_id=public_id).first()
    if person is None:
        return None
    rows = RoleAssignment.objects.filter(current(viewer.today), person=person).select_related("school")
    return _keys(
        person,
        tuple(
            Held(
                row.pk,
                str(row.get_role_display()),
                row.school.name if row.school is not None else "",
                row.starts_on,
                row.source != Source.ROSTER,
            )
            for row in rows.order_by("pk")
        ),
        by_invitation=not person.user.is_active and comes_by_invitation(person, viewer.today),
    )


def _keys(person: Person, roles: tuple[Held, ...], *, by_invitation: bool = False) -> Keys:
    user = person.user
    return Keys(
        person,
        person.display_name,
        user.username,
        user.email,
        user.is_active,
        hasattr(user, "closure"),
        user.last_login,
        roles,
        by_invitation,
    )


def schools(*, viewer: Viewer) -> dict[str, School]:
    """The schools at which a role can be given, by public id, in the order of their names."""
    if not can(viewer, Permission.KEEP_ACCOUNTS).allowed:
        return {}
    return {str(school.public_id): school for school in School.objects.filter(is_active=True).order_by("name", "pk")}


GIVEN = tuple(role for role in Role if role in SCHOOL_ROLES or role not in {Role.TEACHER, Role.PARTNER})
"""Roles that a page gives: teaching comes with the roster, speaking for a partner with its page."""
