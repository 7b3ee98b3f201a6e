"""The circle of one student as its lead sees it: family by household, documents, team and what is open to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.choices import RelationshipKind
from accounts.circles.services import OPENED_TO
from accounts.models import ComingOfAge, GuardianLimit, Person, Relationship, Student
from accounts.permissions import DOMAINS, Circle, Permission, Viewer, can, current

ALWAYS: dict[str, frozenset[str]] = {
    RelationshipKind.CASELOAD: DOMAINS[Circle.NAVIGATOR],
    RelationshipKind.TEAM: DOMAINS.get(Circle.TEAM, frozenset()),
}
"""The closed domains a relationship opens by itself, without being granted."""


@dataclass(frozen=True, slots=True)
class Guardian:
    """Somebody of the family, with the mark of their household."""

    public_id: UUID
    name: str
    household: str


@dataclass(frozen=True, slots=True)
class Limit:
    """What a document takes from a guardian; `holds` says whether it does today."""

    public_id: UUID
    name: str
    block: str
    document: str
    starts_on: date
    ends_on: date | None
    holds: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An adult at school to whom closed domains may be opened; `always` are open to them by what they are."""

    public_id: UUID
    name: str
    why: str
    domains: list[str]
    always: frozenset[str]


@dataclass(frozen=True, slots=True)
class CirclePage:
    """Everything `circle_edit` shows. `of_age`: from when on the student signs alone, where that is written down."""

    guardians: list[Guardian]
    limits: list[Limit]
    members: list[Member]
    of_age: ComingOfAge | None


def circle_page(*, viewer: Viewer, student: Student) -> CirclePage:
    """The circle of a student whose navigators this viewer names. Three queries."""
    links = list(
        Relationship.objects.filter(
            current(viewer.today), student=student, kind__in=[RelationshipKind.GUARDIAN, *OPENED_TO]
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    family = {
        link.person_id: Guardian(link.person.public_id, link.person.display_name, link.household)
        for link in links
        if link.kind == RelationshipKind.GUARDIAN
    }
    team: dict[int, Member] = {}
    for link in links:
        if link.kind != RelationshipKind.GUARDIAN:
            earlier = team.get(link.person_id)
            opened = sorted({*(earlier.domains if earlier else []), *link.domains})
            team[link.person_id] = Member(
                link.person.public_id,
                link.person.display_name,
                link.get_kind_display(),
                opened,
                (earlier.always if earlier else frozenset()) | ALWAYS.get(link.kind, frozenset()),
            )
    return CirclePage(
        guardians=list(family.values()),
        limits=_limits(viewer, student),
        members=list(team.values()),
        of_age=ComingOfAge.objects.filter(student=student, taken_back_at__isnull=True)
        .select_related("recorded_by")
        .first(),
    )


def _limits(viewer: Viewer, student: Student) -> list[Limit]:
    today = viewer.today
    rows = GuardianLimit.objects.filter(student=student).select_related("guardian").order_by("-starts_on", "-pk")
    return [
        Limit(
            public_id=row.public_id,
            name=row.guardian.display_name,
            block=row.get_block_display(),
            document=row.document,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            holds=row.starts_on <= today and (row.ends_on is None or row.ends_on > today),
            is_over=row.ends_on is not None and row.ends_on <= today,
        )
        for row in rows
    ]


def guardian_by_id(*, viewer: Viewer, student: Student, public_id: UUID) -> Person | None:
    """Somebody of this student's family today."""
    return Person.objects.filter(
        public_id=public_id,
        relationships__in=Relationship.objects.filter(
            current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN
        ),
    ).first()


def member_by_id(*, viewer: Viewer, student: Student, public_id: UUID) -> Person | None:
    """A navigator or somebody of the support team of this student today."""
    return (
        Person.objects.filter(
            public_id=public_id,
            relationships__in=Relationship.objects.filter(current(viewer.today), student=student, kind__in=OPENED_TO),
        )
        .distinct()
        .first()
    )


def limit_by_id(*, viewer: Viewer, public_id: UUID) -> GuardianLimit | None:
    """A limit about a student at a school whose navigators this viewer names."""
    row = GuardianLimit.objects.select_related("student__school", "student__person").filter(public_id=public_id).first()
    if row is None or row.student.school is None:
        return None
    return row if can(viewer, Permission.ASSIGN_NAVIGATORS, row.student.school).visible else None
