"""Putting students in line for a refresh: the truth is a row, the broker only rings."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from accounts import jobs
from accounts.statements import run
from assessments.choices import Priority


def request_refresh(student_ids: Iterable[int], *, priority: Priority = Priority.PERSON) -> None:
    """Put students in line, one row each, and ring after commit. Must run in the transaction of the change itself.

    Of a merged student both records are asked for: the one that stayed counts the evidence, the other keeps nothing.
    Rows are taken in id order, so that two writers never wait for each other in a circle, and stay locked until the
    transaction ends: whoever calls this before reading a student's evidence is the only one who changes it meanwhile.
    """
    ids = sorted(set(student_ids))
    if not ids:
        return
    run(
        """
        INSERT INTO assessments_refreshrequest AS r (student_id, version, priority, attempts, last_error)
        SELECT s.id, nextval('assessments_refresh_version'), %s::smallint, 0, ''
        FROM (SELECT DISTINCT both_of.id FROM accounts_student,
              LATERAL (VALUES (accounts_student.id), (alias_of_id)) AS both_of(id)
              WHERE accounts_student.id = ANY(%s::bigint[]) AND both_of.id IS NOT NULL) s
        ORDER BY s.id
        ON CONFLICT (student_id) DO UPDATE SET version = nextval('assessments_refresh_version'),
            priority = least(r.priority, excluded.priority)
        """,
        [int(priority), ids],
    )
    jobs.enqueue(settings.TASK_REFRESH, queue="now", once=True)
