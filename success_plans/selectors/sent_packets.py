"""Packets that left and packets that came: who reads of them, and what may still go along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.choices import GuardianBlock, SensitiveDomain
from accounts.households import limited_blocks
from accounts.models import Student
from accounts.permissions import Reach, Viewer, reaches
from success_plans.choices import (
    PacketDirection,
)
from success_plans.models import (
    TransferPacket,
)
from success_plans.selectors.closeness import IS_PORTAL


def packets_of(*, viewer: Viewer, student: Student) -> list[TransferPacket]:
    """Packets of this student that left or came, newest first."""
    return list(student.packets.select_related("school", "created_by", "followed_by").order_by("-created_at"))


def may_follow(row: TransferPacket) -> bool:
    """Whether a packet may be made once more with the parts somebody opened: once, and soon after they said so."""
    if row.direction != PacketDirection.SENT or not row.opened or row.opened_at is None:
        return False
    is_made_from_one = row.after_id is not None or row.opened_at < row.created_at  # made of a yes said before it
    return not is_made_from_one and timezone.now() - row.opened_at < OPEN_FOR and not hasattr(row, "followed_by")


def reads_closed(*, viewer: Viewer, student: Student, packet: TransferPacket) -> bool:
    """Whether this viewer reads, as an adult at school, any of what stayed of this packet."""
    return bool(_opens(viewer, student) & {*packet.closed})


@dataclass(frozen=True, slots=True)
class SentLine:
    """A packet that left, as family and school read it: to whom, when, and which closed parts went along, in words."""

    public_id: UUID
    on: date
    to: str
    along: list[str]
    stayed: list[str]
    may_open: bool


OPEN_FOR = timedelta(days=30)
"""How long after a packet left its closed parts can be let go after it, and how long such a yes holds."""


def packets_sent(*, viewer: Viewer, student: Student) -> list[SentLine]:
    """Packets of this student that left, newest first. Nothing where a document keeps from this guardian where the
    child is. `may_open`: this viewer reads what stayed here and did not make the packet."""
    if GuardianBlock.CONTACT in limited_blocks(viewer, student):
        return []
    mine = _opens(viewer, student)
    return [
        SentLine(
            public_id=row.public_id,
            on=timezone.localdate(row.created_at),
            to=row.other_party,
            along=[str(SensitiveDomain(one).label) for one in row.opened],
            stayed=[str(SensitiveDomain(one).label) for one in row.closed],
            may_open=may_open(row, viewer, mine),
        )
        for row in student.packets.filter(direction=PacketDirection.SENT).order_by("-created_at")
    ]


def may_open(row: TransferPacket, viewer: Viewer, mine: frozenset[str]) -> bool:
    """Whether somebody who reads these domains may let what stayed of this packet go along."""
    is_recent = timezone.now() - row.created_at < OPEN_FOR
    is_second = row.opened_by_id is None and row.created_by_id != viewer.person_id
    return is_recent and is_second and bool(mine & {*row.closed})


def opens(*, viewer: Viewer, student: Student, packet: TransferPacket) -> frozenset[str]:
    """The closed domains this viewer may let go along with a packet: those they read here, as an adult at school."""
    mine = _opens(viewer, student)
    return mine & {*packet.closed} if may_open(packet, viewer, mine) else frozenset()


def opened_still(*, viewer: Viewer, student: Student, packet: TransferPacket) -> frozenset[str]:
    """Of what somebody opened of a packet, what they still read here themself; nothing once they are gone."""
    if packet.opened_by is None or not packet.opened_by.is_active:
        return frozenset()
    # not `viewer_for`, which would name them as who acts here
    opener = Viewer(packet.opened_by_id, None, None, name="", short_name="", today=viewer.today)
    return _opens(opener, student) & {*packet.opened}


def opens_of(reach: Reach) -> frozenset[str]:
    """The closed domains somebody with this reach lets go along: those they read, as an adult at school."""
    return frozenset() if reach.permissions & IS_PORTAL or not reach.permissions else reach.domains


def _opens(viewer: Viewer, student: Student) -> frozenset[str]:
    return opens_of(reaches([(viewer, student)], on=viewer.today).get((viewer.person_id or 0, student.pk), Reach()))


def packet_by_id(*, viewer: Viewer, public_id: UUID) -> TransferPacket | None:
    """A packet that left here; nobody is let in by this alone."""
    rows = TransferPacket.objects.select_related("student__person", "student__school", "created_by")
    return rows.filter(public_id=public_id, direction=PacketDirection.SENT).first() if viewer.is_known else None


def received_before(*, viewer: Viewer, school_id: int, digest: str) -> TransferPacket | None:
    """The packet of this content when this school has it already."""
    return (
        TransferPacket.objects.select_related("student__person")
        .filter(school_id=school_id, digest=digest, direction="received")
        .first()
    )


def namesakes(*, viewer: Viewer, school_id: int, given_name: str, family_name: str) -> list[Student]:
    """Students on this school's roster who may be the one a packet is about: same family or same given name."""
    return list(
        Student.objects.filter(
            Q(person__family_name__iexact=family_name) | Q(person__given_name__iexact=given_name),
            school_id=school_id,
            is_active=True,
            alias_of__isnull=True,
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")[:50]
    )
