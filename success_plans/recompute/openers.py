"""Packets whose closed parts wait for a second person's word, and everybody who may give it: for messages to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Relationship
from accounts.permissions import Permission, Viewer, current, permissions_on
from success_plans.choices import PacketDirection
from success_plans.models import TransferPacket
from success_plans.selectors.sent_packets import OPEN_FOR, opens


def waiting_packets() -> QuerySet[TransferPacket]:
    """Packets that left lately, of which something closed stayed here and nobody has said yes."""
    return TransferPacket.objects.filter(
        direction=PacketDirection.SENT,
        student__isnull=False,
        student__is_active=True,
        student__alias_of__isnull=True,
        opened_by__isnull=True,
        created_at__gt=timezone.now() - OPEN_FOR,
    ).exclude(closed=[])


def asked_to_open(*, today: date, school_ids: Collection[int]) -> list[tuple[int, UUID]]:
    """(person, packet) for everybody whose word a packet of these schools waits for."""
    packets = list(waiting_packets().filter(student__school_id__in=school_ids).select_related("student").order_by("pk"))
    around: dict[int, set[int]] = {}
    rows = Relationship.objects.filter(
        current(today),
        ~Q(kind=RelationshipKind.GUARDIAN),
        student_id__in={row.student_id for row in packets},
        person__is_active=True,
    )
    for student, person in rows.values_list("student_id", "person_id"):
        around.setdefault(student, set()).add(person)
    found: list[tuple[int, UUID]] = []
    for row in packets:
        for person in sorted(around.get(row.student_id or 0, ())):
            # not `viewer_for`, which would name them as who acts here
            viewer = Viewer(person, None, None, name="", short_name="", today=today)
            if row.student is None or Permission.READ_PLAN not in permissions_on(viewer, row.student):
                continue
            if opens(viewer=viewer, student=row.student, packet=row):
                found.append((person, row.public_id))
    return found
