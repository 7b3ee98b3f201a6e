"""What people read about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.choices import Messages, RelationshipKind
from accounts.models import Person, Relationship, User
from accounts.permissions import Viewer, current, sections_for, students_for

if TYPE_CHECKING:
    from accounts.models import Section


def my_sections(*, viewer: Viewer) -> list[Section]:
    """The sections this viewer teaches now, by title."""
    return list(sections_for(viewer).select_related("school").order_by("title", "pk"))


@dataclass(frozen=True, slots=True)
class ComingClass:
    """A class this viewer will teach, and its students they may read already: (public id, name), by name."""

    title: str
    school: str
    starts_on: date
    students: list[tuple[UUID, str]]


def coming_classes(*, viewer: Viewer) -> list[ComingClass]:
    """Classes that begin within the window of the policy, the earliest first. One query, none for who has none."""
    if RelationshipKind.COMING not in viewer.kinds:
        return []
    rows = (
        Relationship.objects.filter(
            current(viewer.today),
            person=viewer.person_id,
            kind=RelationshipKind.COMING,
            student__in=students_for(viewer),
        )
        .select_related("section__school", "student__person")
        .order_by("section__starts_on", "section__title", "section", "student__person__sort_name", "student")
    )
    found: dict[int, ComingClass] = {}
    for row in rows:
        if row.section is None:
            continue
        begun = ComingClass(row.section.title, row.section.school.name, row.section.starts_on, [])
        entry = found.setdefault(row.section.pk, begun)
        entry.students.append((row.student.public_id, row.student.person.display_name))
    return list(found.values())


def messages_of(*, viewer: Viewer) -> Messages:
    """Which messages come to this viewer."""
    chosen = User.objects.filter(person=viewer.person_id).values_list("wants_digest", "wants_reminders").first()
    if chosen is None or not chosen[0]:
        return Messages.NONE
    return Messages.DAILY if chosen[1] else Messages.WEEKLY


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
