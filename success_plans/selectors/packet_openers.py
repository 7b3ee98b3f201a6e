"""Who is asked, as a second person, whether what stayed of a plan that was sent may go along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.choices import RelationshipKind, SensitiveDomain
from accounts.permissions import Permission, Viewer, reaches, students_for, students_open_to
from success_plans.recompute.openers import waiting_packets
from success_plans.selectors.sent_packets import OPEN_FOR, may_open, opens_of

OPENED_TO = frozenset({RelationshipKind.CASELOAD, RelationshipKind.TEAM})
"""Adults at school who may read a closed domain: others have none to open, and nothing is looked up for them."""
MOST = 50
"""Packets looked at for one person."""


@dataclass(frozen=True, slots=True)
class AskedToOpen:
    """A packet that waits for this viewer's word: when it left, to whom, until when. No student is named."""

    public_id: UUID
    sent_on: date
    to: str
    until: date


def to_open(*, viewer: Viewer) -> list[AskedToOpen]:
    """What waits for this viewer as a second person, oldest first. One query, and one more where something is found:
    the policy is asked of all its students at once what it says to the packet's own page."""
    if not viewer.kinds & OPENED_TO:
        return []
    readable = Q(pk__in=[])
    for domain in SensitiveDomain.values:
        readable |= Q(closed__contains=[domain], student__in=students_open_to(viewer, domain))
    rows = (
        waiting_packets()
        .filter(readable, student__in=students_for(viewer, Permission.READ_PLAN))
        .exclude(created_by=viewer.person_id)
        .select_related("student__person", "student__school")
        .order_by("created_at", "pk")[:MOST]
    )
    reached = reaches([(viewer, row.student) for row in rows if row.student is not None], on=viewer.today)
    mine = {student: opens_of(reach) for (_person, student), reach in reached.items()}
    return [
        AskedToOpen(
            public_id=row.public_id,
            sent_on=timezone.localdate(row.created_at),
            to=row.other_party,
            until=timezone.localdate(row.created_at + OPEN_FOR - timedelta(days=1)),
        )
        for row in rows
        if row.student_id is not None and may_open(row, viewer, mine[row.student_id])
    ]
