"""The oracle after every fault: nothing lost, nothing doubled, nothing wrong, nothing left over."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from accounts import audit
from accounts.models import AuditEvent
from assessments.models import Evidence, RefreshRequest
from supports import recompute
from supports.models import Flag


def in_line() -> int:
    """How many students still have work in line, quarantined ones left out."""
    return RefreshRequest.objects.filter(quarantined_at__isnull=True).count()


def expire_leases() -> None:
    """As if every lease had run out and every pause were over."""
    RefreshRequest.objects.update(leased_until=None)


def nothing_lost(keys: Collection[UUID] = ()) -> None:
    """Fails unless every acknowledged piece is there once with its audit row, and all stored is what it adds up to."""
    stored = list(Evidence.objects.values_list("key", flat=True))
    assert len(stored) == len(set(stored))
    assert set(keys) - set(stored) == set(), "acknowledged pieces are gone"
    recorded = [
        key
        for details in AuditEvent.objects.filter(action="evidence.record").values_list("details", flat=True)
        for key in details["keys"]
    ]
    assert len(recorded) == len(set(recorded)), "an act has two audit rows"
    assert {str(key) for key in keys} <= set(recorded), "a piece has no audit row"
    assert in_line() == 0, "work is left over"
    assert recompute.compare(recompute.students_to_check()) == []
    live = Flag.objects.filter(state__in=["open", "acknowledged"]).values_list("student_id", "rule", "subject")
    assert len(live) == len(set(live)), "a flag is doubled"
    assert audit.broken_links() == []
