"""Packets whose closed parts wait for a second person's word, and everybody who may give it: for messages to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, current, reaches
from success_plans.choices import PacketDirection
from success_plans.models import TransferPacket
from success_plans.selectors.sent_packets import OPEN_FOR, may_open, opens_of


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
    """(person, packet) for everybody whose word a packet of these schools waits for. Three queries, whatever waits."""
    packets = list(waiting_packets().filter(student__school_id__in=school_ids).select_related("student").order_by("pk"))
    students = {row.student for row in packets if row.student is not None}
    pairs: dict[tuple[int, int], tuple[Viewer, Student]] = {}
    rows = Relationship.objects.filter(
        current(today),
        ~Q(kind=RelationshipKind.GUARDIAN),
        student__in=students,
        person__is_active=True,
    )
    by_pk = {student.pk: student for student in students}
    for student_id, person in rows.order_by("person_id").values_list("student_id", "person_id"):
        # not `viewer_for`, which would name them as who acts here
        viewer = Viewer(person, None, None, name="", short_name="", today=today)
        pairs[person, student_id] = (viewer, by_pk[student_id])
    reached = reaches(pairs.values(), on=today)
    around: dict[int, list[Viewer]] = {}
    for (person, student_id), reach in reached.items():
        if Permission.READ_PLAN in reach.permissions:
            around.setdefault(student_id, []).append(pairs[person, student_id][0])
    return [
        (viewer.actor_id, row.public_id)
        for row in packets
        if row.student_id is not None
        for viewer in around.get(row.student_id, ())
        if may_open(row, viewer, opens_of(reached[viewer.actor_id, row.student_id]))
    ]
