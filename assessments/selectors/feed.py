"""Evidence and summaries as the API gives them out: plain rows, the newest last, a cursor instead of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
FEED = 1178944836
SINCE = 1178944837
SEQUENCE = "assessments_evidence_id_seq"
HELD = """
    SELECT min(objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid = %s::bigint::oid AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
OLDEST = """
    SELECT EXTRACT(epoch FROM clock_timestamp()) - min(objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid = %s::bigint::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
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

    `student_key` and `competency_key` of a row are public ids. `cursor` is where this page ends, also the last one: who
    asks with it later gets everything that was stored since.
    """

    rows: list[dict[str, Any]]
    students: frozenset[int]
    next: str | None
    cursor: str


def evidence_feed(
    *, viewer: Viewer, student: UUID | None, after: int, limit: int, changed_since: datetime | None = None
) -> FeedPage:
    """Evidence of the students this viewer may read, in order of recording, after the given cursor. Four queries.

    Nothing that is stored later comes before a cursor given out: the page ends before the first row that somebody may
    still be storing. `changed_since`: only what was withdrawn or corrected from then on.
    """
    through = _complete_through()
    mine = permitted(viewer, Permission.READ_EVIDENCE)
    rows = Evidence.objects.filter(
        Q(student__in=mine) | Q(student__alias_of__in=mine),
        no_other_household(viewer, student="student", person="recorded_by"),
        pk__gt=after,
        pk__lte=through,
    )
    if changed_since is not None:
        rows = rows.filter(Q(withdrawn_at__gte=changed_since) | Q(superseded_at__gte=changed_since))
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
        cursor=str(shown[-1]["pk"] if shown else after),
    )


def _complete_through() -> int:
    """The last id up to which every row can be read already, or never will be. Two queries.

    Whoever stores evidence holds a lock that names the last id drawn before its own (trigger `evidence_in_the_making`).
    In this order: an id drawn before the first look belongs to a lock the second look still finds, or to a transaction
    that ended before the rows are read.
    """
    [(last,)] = run("SELECT COALESCE(pg_sequence_last_value(%s::regclass), 0)", [SEQUENCE])
    [(held,)] = run(HELD, [FEED])
    return int(last if held is None else min(last, held))


def waits_for(*, viewer: Viewer) -> float:
    """For how many seconds the oldest transaction that stores evidence has been at it, to the second; 0 for none.

    What is stored after it comes into the feed once it ends. A lock of the writer's own names the second it began:
    everybody sees locks, while one role does not see since when a session of another one has been at work. One query.
    """
    [(seconds,)] = run(OLDEST, [SINCE])
    return float(seconds or 0)


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
