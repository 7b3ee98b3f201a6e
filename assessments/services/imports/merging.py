"""From checked rows to evidence, a chunk of students at a time. The cursor moves in the transaction of its rows.

Whoever dies in between leaves whole chunks: the next run goes on behind the cursor. The row of the import is locked
while a chunk is written, so a second worker waits and then sees the moved cursor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts import audit
from accounts.models import Job
from accounts.permissions import Viewer
from assessments.choices import EvidenceKind, ImportAction, Priority
from assessments.imports.mapping import ZeroIs
from assessments.models import EvidenceImport
from assessments.services.imports.staging import TAKEN_BACK
from assessments.services.requests import request_refresh

CHUNK = 10_000
"""Rows of one transaction: a fifth of a second, so that nobody who enters a piece meanwhile waits longer."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How far an import is: rows durable of all rows, and what became of them."""

    done: int
    total: int
    written: dict[str, int]

    @property
    def is_done(self) -> bool:
        """Whether every row has been written."""
        return self.done >= self.total


def write_chunk(*, by: Viewer, job: Job, chunk: int = CHUNK) -> Merged:
    """Write the next chunk of an import; one transaction with its cursor, its requests and its one audit row."""
    with transaction.atomic():
        state = EvidenceImport.objects.select_for_update().get(job=job)
        total = state.last_row - state.first_row + 1 if state.first_row else 0
        if state.cursor >= state.last_row:
            return Merged(total, total, state.written)
        skip_zeros = state.zero_is == ZeroIs.MISSING
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            upto = _end_of_chunk(cursor, job, state, chunk)
            if not state.written:
                _audit(cursor, by, job, state, skip_zeros)
            span: dict[str, Any] = {
                "job": job.pk,
                "after": state.cursor,
                "upto": upto,
                "skip": skip_zeros,
                "source": state.source,
                "context": state.context,
                "kind": EvidenceKind.RESULT,
                "by": by.actor_id,
                "reason": TAKEN_BACK,
                "moment": int(state.staged_at.timestamp() * 1000),
            }
            cursor.execute(_WHO, span)
            # First the students' places in line, then their pieces: one order for everyone who writes.
            request_refresh([student for (student,) in cursor.fetchall()], priority=Priority.IMPORT)
            cursor.execute(_COUNTS, span)
            [(wanted, others)] = cursor.fetchall()
            cursor.execute(_INSERT, span)
            new = cursor.rowcount
            changed = withdrawn = 0
            if others or new < wanted:  # or somebody wrote the same pieces since the rows were checked
                cursor.execute(_CHANGE, {**span, "all": new < wanted})
                [(changed, withdrawn)] = cursor.fetchall()
        written = {
            "new": state.written.get("new", 0) + new,
            "changed": state.written.get("changed", 0) + changed,
            "withdrawn": state.written.get("withdrawn", 0) + withdrawn,
            "same": state.written.get("same", 0) + wanted + others - new - changed - withdrawn,
        }
        EvidenceImport.objects.filter(pk=state.pk).update(cursor=upto, written=written)
    return Merged(upto - state.first_row + 1, total, written)


def _end_of_chunk(cursor: Any, job: Job, state: EvidenceImport, chunk: int) -> int:
    """The last row of the student at whom the chunk is full: nobody is put in line twice."""
    last = min(state.cursor + chunk, state.last_row)
    cursor.execute(
        """
        SELECT id FROM assessments_importrow
        WHERE id > %s AND id <= %s AND student_id <> (SELECT student_id FROM assessments_importrow WHERE id = %s)
        ORDER BY id LIMIT 1
        """,
        [last, state.last_row, last],
    )
    row = cursor.fetchone()
    return int(row[0]) - 1 if row else state.last_row


def _audit(cursor: Any, by: Viewer, job: Job, state: EvidenceImport, skip_zeros: bool) -> None:
    cursor.execute(
        "SELECT DISTINCT student_id FROM assessments_importrow WHERE id BETWEEN %s AND %s AND job_id = %s",
        [state.first_row, state.last_row, job.pk],
    )
    audit.record(
        by=by.person_id,
        action="evidence.import",
        subject_type="job",
        subject_id=job.public_id,
        students=[student for (student,) in cursor.fetchall()],
        details={
            "source": state.source,
            "rows": state.last_row - state.first_row + 1,
            "zeros_are_missing": skip_zeros,
        },
    )


_ROWS = """
r.id > %(after)s AND r.id <= %(upto)s AND r.job_id = %(job)s AND NOT (r.is_zero AND %(skip)s)
"""
_WHO = f"SELECT DISTINCT r.student_id FROM assessments_importrow r WHERE {_ROWS}"  # noqa: S608 - a constant
_COUNTS = f"""
SELECT count(*) FILTER (WHERE r.action = {ImportAction.NEW}), count(*) FILTER (WHERE r.action <> {ImportAction.NEW})
FROM assessments_importrow r WHERE {_ROWS}
"""  # noqa: S608 - constants
# Keys begin with the moment of the import and go on with the row, so that the indexes grow at their end; 40 bits of a
# public id are chance. The key is also the place among the pieces of a day: the order of the file.
_KEY = """
(lpad(to_hex(%(moment)s::bigint), 12, '0') || '8' || substr(lpad(to_hex(r.id), 18, '0'), 1, 3) || '8'
    || substr(lpad(to_hex(r.id), 18, '0'), 4))::uuid
"""
_PUBLIC = """
(lpad(to_hex(%(moment)s::bigint), 12, '0') || '7' || substr(lpad(to_hex(r.id & 4294967295), 8, '0'), 1, 3) || 'a'
    || substr(lpad(to_hex(r.id & 4294967295), 8, '0'), 4)
    || right(replace(gen_random_uuid()::text, '-', ''), 10))::uuid
"""
_INSERT = f"""
INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind, value,
    context, task_key, task_title, note, observed_on, recorded_by_id, is_accepted, source, source_id,
    withdrawal_reason)
SELECT x.public_id, x.key, x.key, x.student_id, x.competency_id, x.section_id, %(kind)s, x.value, %(context)s,
    left(%(source)s || ':' || x.source_id, 120), x.title, '', x.observed_on, %(by)s, true, %(source)s, x.source_id, ''
FROM (SELECT r.*, {_PUBLIC} AS public_id, {_KEY} AS key FROM assessments_importrow r
      WHERE {_ROWS} AND r.action = {ImportAction.NEW} ORDER BY r.id OFFSET 0) x
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants
_CHANGE = f"""
WITH RECURSIVE given AS MATERIALIZED (
    SELECT r.*, gen_random_uuid() AS fresh_id, {_KEY} AS fresh_key FROM assessments_importrow r
    WHERE {_ROWS} AND (%(all)s OR r.action <> {ImportAction.NEW})),
chain AS (
    SELECT g.id AS row, e.* FROM given g
    JOIN assessments_evidence e ON e.source = %(source)s AND e.source_id = g.source_id
    UNION ALL
    SELECT c.row, n.* FROM chain c JOIN assessments_evidence n ON n.supersedes_id = c.id
    WHERE c.superseded_at IS NOT NULL),
todo AS MATERIALIZED (
    SELECT g.*, c.id AS old, c.order_key, c.student_id AS whose, c.section_id AS old_section, c.task_key,
        c.task_title, c.note, c.context,
        CASE WHEN g.action = {ImportAction.WITHDRAW} THEN CASE WHEN c.withdrawn_at IS NULL THEN 'withdraw' END
             WHEN c.withdrawn_at IS NOT NULL THEN CASE WHEN c.withdrawal_reason = %(reason)s THEN 'correct' END
             WHEN (c.value, c.observed_on) IS DISTINCT FROM (g.value, g.observed_on) THEN 'correct'
             WHEN %(context)s <> '' AND c.context <> %(context)s THEN 'correct' END AS what
    FROM given g JOIN chain c ON c.row = g.id
    WHERE c.superseded_at IS NULL AND c.source = %(source)s AND c.competency_id = g.competency_id),
withdrawn AS (
    UPDATE assessments_evidence e
    SET withdrawn_at = now(), withdrawn_by_id = %(by)s, withdrawal_reason = %(reason)s
    FROM todo t WHERE t.what = 'withdraw' AND e.id = t.old AND e.withdrawn_at IS NULL RETURNING e.id),
marked AS (
    UPDATE assessments_evidence e SET superseded_at = now()
    FROM todo t WHERE t.what = 'correct' AND e.id = t.old AND e.superseded_at IS NULL RETURNING t.id AS row),
inserted AS (
    INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind, value,
        context, task_key, task_title, note, observed_on, recorded_by_id, is_accepted, source, source_id,
        supersedes_id, withdrawal_reason)
    SELECT t.fresh_id, t.fresh_key, t.order_key, t.whose, t.competency_id, coalesce(t.section_id, t.old_section),
        %(kind)s, t.value, coalesce(nullif(%(context)s, ''), t.context), t.task_key,
        coalesce(nullif(t.title, ''), t.task_title), t.note, t.observed_on, %(by)s, true, %(source)s, '', t.old, ''
    FROM todo t JOIN marked m ON m.row = t.id ORDER BY t.id
    RETURNING id)
SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM withdrawn)
"""  # noqa: S608 - constants
