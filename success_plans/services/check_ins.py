"""Writing down that an adult looked in on students. The same key twice is one row; ten minutes to take it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import CheckInHow, ContactMode
from success_plans.errors import PlanError
from success_plans.models import CheckIn

UNDO_FOR = timedelta(minutes=10)
OLDEST = timedelta(days=14)
"""How long a check-in may wait on a device before it is refused: after that nobody remembers it well."""
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Met:
    """When, how and in which words. `met_at` None is now; a moment in the future is now as well."""

    key: UUID
    met_at: datetime | None = None
    mode: ContactMode = ContactMode.IN_PERSON
    note: str = ""
    language: str = "en"


def check_in(*, by: Viewer, how: Mapping[Student, CheckInHow], met: Met) -> list[CheckIn]:
    """One row for each student, once for this key and person; returns the rows as they stand, also when repeated.

    Several students are one batch, which is taken back together. PlanError when it is too long ago or the note too
    long. The caller has let every student in (`Permission.CHECK_IN`).
    """
    now = timezone.now()
    met_at = min(met.met_at or now, now)
    if met_at < now - OLDEST:
        raise PlanError(_("That was more than two weeks ago. Write it into the record as a note instead."))
    note = met.note.replace("\x00", "").strip()
    if len(note) > LONGEST_NOTE:
        raise PlanError(_("Keep the note under 2,000 characters."))
    batch = uuid.uuid4() if len(how) > 1 else None
    rows = [
        CheckIn(
            student=student,
            by_id=by.actor_id,
            met_at=met_at,
            how=one,
            mode=met.mode,
            note=note,
            language=met.language,
            key=met.key,
            batch=batch,
        )
        for student, one in sorted(how.items(), key=lambda pair: pair[0].pk)
    ]
    with transaction.atomic():
        CheckIn.objects.bulk_create(rows, ignore_conflicts=True)
        stored = list(
            CheckIn.objects.filter(by=by.actor_id, key=met.key, student__in=list(how))
            .select_related("student__person")
            .order_by("student__person__sort_name", "pk")
        )
        ours = {row.public_id for row in rows}
        audit.record_many(
            [
                (by.person_id, "check_in.add", "checkin", row.public_id, [row.student_id], "", {})
                for row in stored
                if row.public_id in ours
            ]
        )
    return stored


def undo(*, by: Viewer, public_id: UUID) -> int:
    """Take one's own check-in back, or all of its batch, within ten minutes. Returns how many; again is 0.

    LookupError when it is nobody's or somebody else's; PlanError when the ten minutes are over.
    """
    now = timezone.now()
    with transaction.atomic():
        mine = CheckIn.objects.filter(Q(public_id=public_id) | Q(batch=public_id), by=by.actor_id)
        rows = list(mine.select_for_update().order_by("pk"))
        if not rows:
            raise LookupError
        if any(row.created_at < now - UNDO_FOR for row in rows):
            raise PlanError(_("Ten minutes are over, so it stays. You can add a statement to it in the record."))
        waiting = [row for row in rows if row.undone_at is None]
        CheckIn.objects.filter(pk__in=[row.pk for row in waiting]).update(undone_at=now)
        audit.record_many(
            [(by.person_id, "check_in.undo", "checkin", row.public_id, [row.student_id], "", {}) for row in waiting]
        )
    return len(waiting)
