"""The daily purge of working notes. A hold or an open wish of the family keeps every note of that student."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pgtrigger
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from success_plans.choices import ProposalState, Voice
from success_plans.models import Proposal, SafetyHold, WorkingNote

BATCH = 500


def purge_notes(*, today: date | None = None) -> int:
    """Destroy the working notes whose day has come, with what their history kept. Returns how many.

    Kept as long as it lasts: notes about a student with a safety hold, and with a proposal of the student or the
    family that nobody has answered yet. Each batch is one transaction with one audit row a student, without words.
    """
    day = today or timezone.localdate()
    total = 0
    while count := _purge_some(day):
        total += count
    return total


def _purge_some(day: date) -> int:
    holds = SafetyHold.objects.filter(student=OuterRef("student"), ended_at__isnull=True)
    wishes = Proposal.objects.filter(
        plan__student=OuterRef("student"), state=ProposalState.OPEN, voice__in=[Voice.STUDENT, Voice.FAMILY]
    )
    with transaction.atomic():
        due = WorkingNote.objects.filter(~Exists(holds), ~Exists(wishes), purge_on__lte=day)
        rows = list(due.select_for_update(skip_locked=True).order_by("pk").values_list("pk", "student_id")[:BATCH])
        if not rows:
            return 0
        ids = [pk for pk, _student in rows]
        WorkingNote.objects.filter(pk__in=ids).delete()
        kept = WorkingNote.pgh_event_model  # type: ignore[attr-defined]
        with pgtrigger.ignore(f"{kept._meta.label}:append_only"):
            kept.objects.filter(pgh_obj_id__in=ids).delete()
        audit.record_many(
            [
                (None, "note.purge", "workingnote", "", [student], "", {"notes": count, "until": day.isoformat()})
                for student, count in sorted(Counter(student for _pk, student in rows).items())
            ]
        )
    return len(rows)
