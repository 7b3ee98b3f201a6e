"""What stands in the cells of a class grid: the ratings of one work, student by student."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.permissions import Viewer
from assessments.choices import EvidenceKind
from assessments.models import Evidence

RECENT = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's judgement of one student's work, as it stands. `key` is the one it was sent with."""

    evidence_id: int
    public_id: UUID
    key: UUID
    student_id: int
    rater_id: int
    rater: str
    value: Decimal | None
    context: str
    recorded_at: datetime
    is_current: bool = True


def ratings(
    *,
    viewer: Viewer,
    student_ids: Collection[int],
    competency_id: int,
    task_key: str,
    keys: Collection[UUID] = (),
) -> dict[int, list[Rating]]:
    """Current ratings of one work by student, oldest first. One query.

    With `keys`, pieces sent with one of these keys come too, whosever they are and whatever became of them
    (`is_current` says), so that a repeated request is recognised. A merged student's pieces come under the student
    that stayed.
    """
    standing = Q(
        competency_id=competency_id,
        task_key=task_key,
        kind=EvidenceKind.TEACHER,
        superseded_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    ids = list(student_ids)
    theirs = (Q(student_id__in=ids) | Q(student__alias_of_id__in=ids)) & standing
    rows = (
        Evidence.objects.filter(theirs | Q(key__in=list(keys)) if keys else theirs)
        .annotate(stayed=Coalesce("student__alias_of_id", "student_id"))
        .select_related("recorded_by")
        .order_by("recorded_at", "pk")
    )
    found: dict[int, list[Rating]] = defaultdict(list)
    for row in rows:
        student: int = row.stayed
        found[student].append(
            Rating(
                evidence_id=row.pk,
                public_id=row.public_id,
                key=row.key,
                student_id=student,
                rater_id=row.recorded_by_id,
                rater=row.recorded_by.display_name,
                value=row.value,
                context=row.context,
                recorded_at=row.recorded_at,
                is_current=row.superseded_at is None and row.withdrawn_at is None and row.task_key == task_key,
            )
        )
    return found


def recent_tasks(*, viewer: Viewer, section_id: int, until: date, limit: int = 12) -> list[str]:
    """Titles of the work recorded for this class in the last weeks, newest first. One query."""
    rows = (
        Evidence.objects.filter(section_id=section_id, observed_on__gt=until - RECENT, withdrawn_at__isnull=True)
        .exclude(task_title="")
        .order_by("-observed_on", "-pk")
        .values_list("task_title", flat=True)[:400]
    )
    return list(dict.fromkeys(rows))[:limit]
