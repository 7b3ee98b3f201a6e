"""Who can be invited to design a pathway, as far as the one who invites may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import PartnerMember, Person, Relationship, School
from accounts.partners.selectors import my_partners
from accounts.permissions import Permission, Viewer, can, current, students_for
from competencies.choices import DesignerVoice
from competencies.models import Pathway, PathwayDesigner, PathwayInvitation
from competencies.pathway_access import (
    HOME_VOICES,
    access_to,
    holds,
    speaks_for_a_partner,
    voice_by_link,
    works_here,
)

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


# ------------------------------------------------------------------ links
@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link that was made. `state` is "holds", "full", "over" or "revoked"."""

    public_id: UUID
    for_whom: str
    is_for_homes: bool
    used: int
    most: int
    ends_at: datetime
    made_by: str
    state: str


@dataclass(frozen=True, slots=True)
class Invited:
    """What somebody who opened a link reads. `voice_word`: as whom they would speak; `may_join` false: it is meant
    for others; `is_in`: they design it already."""

    pathway: UUID
    title: str
    promise: str
    about: str
    language: str
    partner: str
    for_whom: str
    from_whom: str
    ends_at: datetime
    voice: str
    voice_word: str
    may_join: bool
    is_in: bool


def links_of(*, viewer: Viewer, pathway: Pathway) -> list[LinkLine]:
    """The links of a pathway, newest first, for who may invite; the codes are nowhere. One query."""
    if not access_to(viewer, pathway).invites:
        return []
    now = timezone.now()
    return [
        LinkLine(
            public_id=row.public_id,
            for_whom=row.for_whom,
            is_for_homes=row.is_for_homes,
            used=row.used,
            most=row.most,
            ends_at=row.ends_at,
            made_by=row.made_by.display_name,
            state=_state_of(row, now),
        )
        for row in pathway.invitations.select_related("made_by")[:40]
    ]


def _state_of(row: PathwayInvitation, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.used >= row.most:
        return "full"
    return "holds" if row.ends_at > now else "over"


def link_of(*, viewer: Viewer, pathway: Pathway, public_id: UUID) -> PathwayInvitation | None:
    """A link of this pathway, for who may invite to it."""
    if not access_to(viewer, pathway).invites:
        return None
    return pathway.invitations.select_related("pathway").filter(public_id=public_id).first()


def is_open_link(*, viewer: Viewer, digest: str) -> bool:
    """Whether a link with this digest holds, whoever asks: it says nothing about the pathway. One query."""
    return PathwayInvitation.objects.filter(holds(timezone.now()), digest=digest).exists()


def invited(*, viewer: Viewer, digest: str) -> Invited | None:
    """What a link is about, for somebody who signed in; None where it holds no more. Four queries."""
    if not viewer.is_known:
        return None
    row = (
        PathwayInvitation.objects.filter(holds(timezone.now()), digest=digest)
        .select_related("pathway__partner", "made_by")
        .first()
    )
    mine = PathwayDesigner.objects.filter(
        current(viewer.today), pathway__invitations__digest=digest, person=viewer.person_id
    ).exists()
    if row is None and mine:  # who came in by it finds the way back
        row = PathwayInvitation.objects.filter(digest=digest).select_related("pathway__partner", "made_by").first()
    if row is None:
        return None
    voice = voice_by_link(viewer)
    pathway = row.pathway
    return Invited(
        pathway=pathway.public_id,
        title=pathway.title,
        promise=pathway.promise,
        about=pathway.about,
        language=pathway.language,
        partner=pathway.partner.name if pathway.partner is not None else "",
        for_whom=row.for_whom,
        from_whom=row.made_by.display_name,
        ends_at=row.ends_at,
        voice=voice,
        voice_word=str(DesignerVoice(voice).label) if voice else "",
        may_join=bool(voice) and (voice not in HOME_VOICES or row.is_for_homes),
        is_in=mine,
    )
