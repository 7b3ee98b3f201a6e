"""Evidence and summaries as the API gives them out: plain rows, the newest last, a cursor instead of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from accounts.permitted import permitted
from accounts.statements import run
from assessments.models import Evidence, MasterySummary

MOST_ROWS = 500
_COLUMNS = (
    "pk",
    "public_id",
    "value",
    "observed_on",
    "recorded_at",
    "context",
    "task_key",
    "task_title",
    "kind",
    "is_withdrawn",
    "is_superseded",
    "student_pk",
    "student_key",
    "competency_key",
)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows, the ids of their students, and the cursor of the next page; None on the last.

    `student_key` and `competency_key` of a row are public ids.
    """

    rows: list[dict[str, Any]]
    students: frozenset[int]
    next: str | None


def evidence_feed(*, viewer: Viewer, student: UUID | None, after: int, limit: int) -> FeedPage:
    """Evidence of the students this viewer may read, in order of recording, after the given cursor. Two queries."""
    mine = permitted(viewer, Permission.READ_EVIDENCE)
    rows = Evidence.objects.filter(
        Q(student__in=mine) | Q(student__alias_of__in=mine),
        no_other_household(viewer, student="student", person="recorded_by"),
        pk__gt=after,
    )
    if student is not None:
        rows = rows.filter(Q(student__public_id=student) | Q(student__alias_of__public_id=student))
    size = min(max(limit, 1), MOST_ROWS)
    wanted = rows.order_by("pk").values_list(
        "pk",
        "public_id",
        "value",
        "observed_on",
        "recorded_at",
        "context",
        "task_key",
        "task_title",
        "kind",
        ExpressionWrapper(Q(withdrawn_at__isnull=False), BooleanField()),
        ExpressionWrapper(Q(superseded_at__isnull=False), BooleanField()),
        "student_id",
        "student__public_id",
        "competency__public_id",
    )[: size + 1]
    # The statement is Django's; its rows are read without Django's own loader of moments, in half the time.
    try:
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in run(*wanted.query.sql_with_params())]
    except EmptyResultSet:
        found = []
    shown = found[:size]
    return FeedPage(
        rows=shown,
        students=frozenset(row["student_pk"] for row in shown),
        next=str(shown[-1]["pk"]) if len(found) > size else None,
    )


def summaries(*, viewer: Viewer, student: Student) -> list[dict[str, Any]]:
    """The summaries of a student the loader let this viewer read. One query."""
    rows = (
        MasterySummary.objects.filter(student=student, student__in=students_for(viewer, Permission.READ_EVIDENCE))
        .order_by("competency__framework_id", "competency__parent__position", "competency__position", "competency_id")
        .values(
            "shape",
            "held",
            "is_demonstrated",
            "pieces",
            "days",
            "last_observed_on",
            "method",
            "parameters",
            "framework_version",
            key=F("competency__public_id"),
            is_judged=Q(judgement__isnull=False),
        )
    )
    return [{**row, "competency": row["key"]} for row in rows]
