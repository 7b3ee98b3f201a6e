"""What people read about people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import Person, User
from accounts.permissions import Viewer, sections_for

if TYPE_CHECKING:
    from accounts.models import Section


def my_sections(*, viewer: Viewer) -> list[Section]:
    """The sections this viewer teaches now, by title."""
    return list(sections_for(viewer).select_related("school").order_by("title", "pk"))


def wants_digest(*, viewer: Viewer) -> bool:
    """Whether Monday's message comes to this viewer."""
    return User.objects.filter(person=viewer.person_id, wants_digest=True).exists()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone a visitor of the demonstration can sign in as."""

    public_id: UUID
    name: str
    role: str
    user_id: int


def demonstration_people(*, viewer: Viewer) -> list[DemoPerson]:
    """One person for each role, chosen by the seed through its user names (`demo.*`). Anyone may read it there."""
    people = (
        Person.objects.filter(user__username__startswith="demo.", user__is_active=True)
        .select_related("user")
        .order_by("user__username")
    )
    found = [
        DemoPerson(
            public_id=person.public_id,
            name=person.display_name,
            role=person.user.username.removeprefix("demo."),
            user_id=person.user.pk,
        )
        for person in people
    ]
    first = {role: n for n, role in enumerate(("teacher", "guardian", "student", "principal", "navigator"))}
    return sorted(found, key=lambda p: (first.get(p.role, len(first)), p.role))
