"""Partners as the district's administrators see them, and which partners somebody speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from accounts.choices import PartnerKind, RelationshipKind, Role
from accounts.models import Partner, PartnerMember, Person, Relationship, RoleAssignment
from accounts.permissions import Permission, Viewer, can, current

FOUND = 12


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner in the list; `people` counts who speaks for it now."""

    public_id: UUID
    name: str
    kind_word: str
    about: str
    website: str
    people: int
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody who speaks for a partner, or did; `address` is where their sign-in code goes."""

    pk: int
    name: str
    address: str
    starts_on: date
    ends_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """One partner with everyone who speaks for it, current ones first."""

    partner: Partner
    kind_word: str
    members: tuple[MemberLine, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An adult with an account who may speak for a partner."""

    public_id: UUID
    name: str
    address: str


def my_partners(*, viewer: Viewer) -> list[Partner]:
    """The partners this viewer speaks for today, by name. One query; none for nobody."""
    if not viewer.is_known or Role.PARTNER not in viewer.role_names:
        return []
    mine = PartnerMember.objects.filter(current(viewer.today), person=viewer.person_id).values("partner_id")
    return list(Partner.objects.filter(pk__in=mine, ended_on__isnull=True).order_by("name", "pk"))


def partners(*, viewer: Viewer) -> list[PartnerLine]:
    """Every partner, those that ended last; none for who does not manage them. One query."""
    if not can(viewer, Permission.MANAGE_PARTNERS).allowed:
        return []
    now = Q(members__starts_on__lte=viewer.today) & (
        Q(members__ends_on__isnull=True) | Q(members__ends_on__gt=viewer.today)
    )
    rows = Partner.objects.annotate(people=Count("members__person", filter=now, distinct=True))
    lines = [
        PartnerLine(
            row.public_id, row.name, str(PartnerKind(row.kind).label), row.about, row.website, row.people, row.ended_on
        )
        for row in rows.order_by("name", "pk")
    ]
    return sorted(lines, key=lambda line: line.ended_on is not None)


def partner_choices(*, viewer: Viewer) -> list[Partner]:
    """The partners a page of this viewer may name: all that have not ended, for whoever proposes pathways."""
    if not (can(viewer, Permission.PROPOSE_PATHWAYS).allowed or can(viewer, Permission.REVIEW_PATHWAYS).allowed):
        return []
    return list(Partner.objects.filter(ended_on__isnull=True).order_by("name", "pk"))


def partner_page(*, viewer: Viewer, public_id: UUID) -> PartnerPage | None:
    """One partner for whoever manages them; None otherwise. Two queries."""
    if not can(viewer, Permission.MANAGE_PARTNERS).allowed:
        return None
    partner = Partner.objects.filter(public_id=public_id).first()
    if partner is None:
        return None
    rows = partner.members.select_related("person__user").order_by("person__sort_name", "starts_on", "pk")
    members = [
        MemberLine(
            pk=row.pk,
            name=row.person.display_name,
            address=row.person.user.email if hasattr(row.person, "user") else "",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            is_current=row.ends_on is None or row.ends_on > viewer.today,
        )
        for row in rows
    ]
    return PartnerPage(
        partner, str(PartnerKind(partner.kind).label), tuple(sorted(members, key=lambda one: not one.is_current))
    )


def member_of(*, viewer: Viewer, partner: Partner, pk: int) -> PartnerMember | None:
    """A current membership of this partner, for whoever manages partners."""
    if not can(viewer, Permission.MANAGE_PARTNERS).allowed:
        return None
    return PartnerMember.objects.filter(current(viewer.today), partner=partner, pk=pk).select_related("person").first()


def adults_with_address(*, viewer: Viewer, words: str) -> list[Known]:
    """Adults with an account whose e-mail address is, or whose name begins with, these words; never a student.

    Family is found by its whole address only: a list of parents' names is nobody's to read.
    """
    words = " ".join(words.replace("\x00", " ").split())
    if len(words) < 3 or not can(viewer, Permission.MANAGE_PARTNERS).allowed:
        return []
    known = Person.objects.filter(student__isnull=True, user__isnull=False, is_active=True)
    kinds = [RelationshipKind.SECTION, RelationshipKind.CASELOAD]
    working = Exists(RoleAssignment.objects.filter(current(viewer.today), person=OuterRef("pk"))) | Exists(
        Relationship.objects.filter(current(viewer.today), person=OuterRef("pk"), kind__in=kinds)
    )
    named = Q(family_name__istartswith=words) | Q(given_name__istartswith=words)
    rows = known.filter(Q(user__email__iexact=words) | (working & named)).select_related("user")
    return [Known(row.public_id, row.display_name, row.user.email) for row in rows.order_by("sort_name", "pk")[:FOUND]]


def adult(*, viewer: Viewer, public_id: UUID) -> Person | None:
    """An adult with an account, for whoever manages partners."""
    if not can(viewer, Permission.MANAGE_PARTNERS).allowed:
        return None
    return Person.objects.filter(public_id=public_id, student__isnull=True, user__isnull=False, is_active=True).first()
