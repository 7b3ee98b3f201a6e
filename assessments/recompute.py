"""What workers do with evidence: take requests, read, judge, store. Set-based, idempotent, keys in order."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import connection, transaction

from accounts.statements import run
from assessments.choices import MethodName
from assessments.mastery import Judgement, MasteryError, Method, Piece, Scale
from assessments.models import MasterySummary, MethodChoice
from competencies.models import Framework, Level

log = logging.getLogger(__name__)

# A batch takes a second or two. Should one take longer than its lease, the token keeps its writes out.
LEASE_SECONDS = 30
MAX_ATTEMPTS = 5
# From the second attempt on a student is worked on alone: whoever broke the first batch breaks nobody else's.
ALONE_FROM = 1


@dataclass(frozen=True, slots=True)
class Leased:
    """Requests this worker holds: student id to the version it saw, under one token."""

    token: UUID
    versions: Mapping[int, int]


def lease(limit: int) -> Leased | None:
    """Take due requests in a short transaction of its own, so that `attempts` outlives a kill. None: nothing due.

    Requests that were tried before are taken one at a time. What was tried five times is quarantined.
    """
    token = uuid4()
    rows = run(_LEASE, [MAX_ATTEMPTS, ALONE_FROM, limit, MAX_ATTEMPTS, ALONE_FROM, token, LEASE_SECONDS])
    return Leased(token, dict(rows)) if rows else None


# One statement is a transaction by itself. Whoever was tried before is taken only when nobody new is due.
_LEASE = """
WITH hopeless AS (
    SELECT student_id FROM assessments_refreshrequest
    WHERE quarantined_at IS NULL AND attempts >= %s AND (leased_until IS NULL OR leased_until < now())
    FOR UPDATE SKIP LOCKED),
quarantined AS (
    UPDATE assessments_refreshrequest SET quarantined_at = now(), lease_token = NULL, leased_until = NULL
    WHERE student_id IN (SELECT student_id FROM hopeless)),
fresh AS (
    SELECT student_id FROM assessments_refreshrequest
    WHERE quarantined_at IS NULL AND (leased_until IS NULL OR leased_until < now()) AND attempts < %s
    ORDER BY priority, requested_at, student_id LIMIT %s FOR UPDATE SKIP LOCKED),
again AS (
    SELECT student_id FROM assessments_refreshrequest
    WHERE quarantined_at IS NULL AND (leased_until IS NULL OR leased_until < now()) AND attempts < %s
      AND attempts >= %s AND NOT EXISTS (SELECT 1 FROM fresh)
    ORDER BY priority, requested_at, student_id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE assessments_refreshrequest r
SET lease_token = %s, leased_until = now() + make_interval(secs => %s::int), attempts = r.attempts + 1
FROM (SELECT student_id FROM fresh UNION ALL SELECT student_id FROM again) AS due
WHERE r.student_id = due.student_id
RETURNING r.student_id, r.version
"""


def hold(leased: Leased, student_ids: Collection[int]) -> list[int]:
    """First statement of the write transaction: lock the requests that still carry our token, in id order.

    A student whose request is gone or was taken over is not in the answer and must not be written.
    """
    rows = run(
        """
        SELECT student_id FROM assessments_refreshrequest
        WHERE student_id = ANY(%s::bigint[]) AND lease_token = %s ORDER BY student_id FOR UPDATE
        """,
        [sorted(student_ids), leased.token],
    )
    return [student for (student,) in rows]


def settle(leased: Leased, student_ids: Collection[int]) -> None:
    """Last statement of the write transaction: done where nothing newer was asked for, else due again at once."""
    ids = sorted(student_ids)
    run(
        """
        WITH seen AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS s(id, version)),
        done AS (
            DELETE FROM assessments_refreshrequest r USING seen
            WHERE r.student_id = seen.id AND r.version = seen.version AND r.lease_token = %s)
        UPDATE assessments_refreshrequest r
        SET lease_token = NULL, leased_until = NULL, attempts = 0, last_error = ''
        FROM seen WHERE r.student_id = seen.id AND r.version <> seen.version AND r.lease_token = %s
        """,
        [ids, [leased.versions[i] for i in ids], leased.token, leased.token],
    )


def give_back(leased: Leased, student_id: int, error: str) -> None:
    """A student that raised: due again after a pause that grows with each attempt; quarantined at the fifth."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE assessments_refreshrequest
            SET lease_token = NULL, last_error = %s,
                leased_until = CASE WHEN attempts >= %s THEN NULL ELSE now() + make_interval(secs => attempts) END,
                quarantined_at = CASE WHEN attempts >= %s THEN now() END
            WHERE student_id = %s AND lease_token = %s
            """,
            [error[:200], MAX_ATTEMPTS, MAX_ATTEMPTS, student_id, leased.token],
        )


# ------------------------------------------------------------------ reading
@dataclass(frozen=True, slots=True)
class Ground:
    """How the competencies of one framework are judged."""

    framework_id: int
    framework_version: int
    scale: Scale
    method: Method
    method_version: int


@dataclass(frozen=True, slots=True)
class History:
    """Counted pieces of one student by competency, with the database id of each evidence by its piece's key.

    `framework_of` names the framework of every competency that any student read along has evidence on.
    """

    pieces: Mapping[int, list[Piece]]
    ids: Mapping[str, int]
    sections: Mapping[str, int | None]
    framework_of: Mapping[int, int]


def grounds() -> dict[int, Ground]:
    """How each framework is judged today, by framework id. Three queries.

    A framework whose scale or method makes no sense is reported and left out: it stops its own students only.
    """
    levels: dict[int, list[Decimal]] = defaultdict(list)
    for scale_id, value in Level.objects.order_by("value").values_list("scale_id", "value"):
        levels[scale_id].append(value.normalize())
    choices: dict[int, MethodChoice] = {
        choice.framework_id: choice for choice in MethodChoice.objects.order_by("framework_id", "version")
    }
    found = {}
    for framework in Framework.objects.all():
        choice = choices.get(framework.pk)
        try:
            scale = Scale(tuple(levels[framework.scale_id]), framework.target.normalize())
            method = Method(choice.method, choice.parameters) if choice else Method(MethodName.CRITERION)
            method.check(scale)
        except (MasteryError, TypeError, AttributeError) as error:
            log.warning("grounds.unusable framework=%s error=%s", framework.pk, type(error).__name__)
            continue
        found[framework.pk] = Ground(
            framework_id=framework.pk,
            framework_version=framework.version,
            scale=scale,
            method=method,
            method_version=choice.version if choice else 0,
        )
    return found


def histories(student_ids: Sequence[int]) -> dict[int, History]:
    """All counted pieces of these students, those of merged records included. One query.

    A piece's key is its order key: a correction keeps the place of what it corrects.
    """
    rows = run(
        """
        SELECT coalesce(s.alias_of_id, s.id), e.competency_id, c.framework_id, e.order_key::text, e.observed_on,
               e.value, e.context, e.task_key, coalesce(e.rater_id, 0), e.recorded_at, e.id, e.section_id
        FROM accounts_student s
        JOIN assessments_evidence e ON e.student_id = s.id
        JOIN competencies_competency c ON c.id = e.competency_id
        WHERE (s.id = ANY(%s::bigint[]) OR s.alias_of_id = ANY(%s::bigint[]))
          AND e.withdrawn_at IS NULL AND e.superseded_at IS NULL AND e.value IS NOT NULL AND e.is_accepted
          AND e.kind <> 'self'
        """,
        [list(student_ids), list(student_ids)],
    )
    framework_of: dict[int, int] = {}
    pieces: dict[int, dict[int, list[Piece]]] = {s: defaultdict(list) for s in student_ids}
    ids: dict[int, dict[str, int]] = {s: {} for s in student_ids}
    sections: dict[int, dict[str, int | None]] = {s: {} for s in student_ids}
    for student, competency, framework, key, day, value, context, task, rater, recorded_at, pk, section in rows:
        if student not in pieces:
            continue
        framework_of[competency] = framework
        pieces[student][competency].append(Piece(key, day, value, context, task, rater, recorded_at))
        ids[student][key] = pk
        sections[student][key] = section
    return {s: History(pieces[s], ids[s], sections[s], framework_of) for s in student_ids}


# ------------------------------------------------------------------ storing
def summary_row(
    student_id: int, competency_id: int, judgement: Judgement, history: History, ground: Ground, why_not: list[Any]
) -> dict[str, Any]:
    """The stored form of a judgement: plain JSON types, exact decimals as text."""
    mine = history.pieces[competency_id]
    return {
        "student_id": student_id,
        "competency_id": competency_id,
        "shape": str(judgement.shape),
        "held": None if judgement.held is None else str(judgement.held),
        "value": None if judgement.value is None else str(judgement.value),
        "is_demonstrated": judgement.demonstrated,
        "pieces": judgement.pieces,
        "days": judgement.days,
        "last_observed_on": max(p.observed_on for p in mine).isoformat(),
        "evidence_through": max(p.recorded_at for p in mine).isoformat(),
        "evidence_ids": [history.ids[key] for key in judgement.counted],
        "explanation": {
            "code": str(judgement.explanation.code),
            "params": dict(judgement.explanation.params),
            "contexts": list(judgement.contexts),
            "dropped": [str(level) for level in judgement.context_demand_dropped],
            "why_not_yet": why_not,
        },
        "method": ground.method.name,
        "method_version": ground.method_version,
        "parameters": dict(ground.method.parameters),
        "framework_version": ground.framework_version,
    }


COLUMNS = [
    "shape",
    "held",
    "value",
    "is_demonstrated",
    "pieces",
    "days",
    "last_observed_on",
    "evidence_through",
    "evidence_ids",
    "explanation",
    "method",
    "method_version",
    "parameters",
    "framework_version",
]


_NAMES = ", ".join(COLUMNS)
_STORE = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(
        student_id bigint, competency_id bigint, shape text, held numeric, value numeric, is_demonstrated boolean,
        pieces int, days int, last_observed_on date, evidence_through timestamptz, evidence_ids bigint[],
        explanation jsonb, method text, method_version int, parameters jsonb, framework_version int)),
gone AS (
    DELETE FROM assessments_masterysummary m WHERE m.student_id = ANY(%s::bigint[])
      AND NOT EXISTS (SELECT 1 FROM given g WHERE g.student_id = m.student_id AND g.competency_id = m.competency_id))
INSERT INTO assessments_masterysummary AS m (student_id, competency_id, {_NAMES})
SELECT student_id, competency_id, {_NAMES} FROM given ORDER BY student_id, competency_id
ON CONFLICT (student_id, competency_id) DO UPDATE
SET {", ".join(f"{c} = excluded.{c}" for c in COLUMNS)}, changed_at = now()
WHERE ({", ".join(f"m.{c}" for c in COLUMNS)}) IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in COLUMNS)})
"""  # noqa: S608 - column names are constants of this module


def store_summaries(student_ids: Collection[int], rows: Sequence[dict[str, Any]]) -> None:
    """Make the stored summaries of these students exactly `rows`. What did not change is not written."""
    run(_STORE, [orjson.dumps(list(rows)).decode(), sorted(student_ids)])


def stored_summaries(student_ids: Collection[int]) -> dict[tuple[int, int], MasterySummary]:
    """Summaries as stored, by (student, competency)."""
    return {
        (row.student_id, row.competency_id): row
        for row in MasterySummary.objects.filter(student_id__in=list(student_ids))
    }


def pending(student_ids: Collection[int]) -> set[int]:
    """Which of these students still have work in line (quarantined ones included)."""
    rows = run(
        "SELECT student_id FROM assessments_refreshrequest WHERE student_id = ANY(%s::bigint[])", [list(student_ids)]
    )
    return {student for (student,) in rows}
