"""The line of students with work to do: taking requests under a lease, holding them, settling them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.statements import run

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

    All are of one priority: who waits for one student does not wait for 59 of an import that share the batch.
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
    SELECT student_id, priority FROM assessments_refreshrequest
    WHERE quarantined_at IS NULL AND (leased_until IS NULL OR leased_until < now()) AND attempts < %s
    ORDER BY priority, requested_at, student_id LIMIT %s FOR UPDATE SKIP LOCKED),
again AS (
    SELECT student_id FROM assessments_refreshrequest
    WHERE quarantined_at IS NULL AND (leased_until IS NULL OR leased_until < now()) AND attempts < %s
      AND attempts >= %s AND NOT EXISTS (SELECT 1 FROM fresh)
    ORDER BY priority, requested_at, student_id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE assessments_refreshrequest r
SET lease_token = %s, leased_until = now() + make_interval(secs => %s::int), attempts = r.attempts + 1
FROM (SELECT student_id FROM fresh WHERE priority = (SELECT min(priority) FROM fresh)
      UNION ALL SELECT student_id FROM again) AS due
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


def pending(student_ids: Collection[int]) -> set[int]:
    """Which of these students still have work in line (quarantined ones included)."""
    rows = run(
        "SELECT student_id FROM assessments_refreshrequest WHERE student_id = ANY(%s::bigint[])", [list(student_ids)]
    )
    return {student for (student,) in rows}
