"""The full recompute: every student's summaries and flags again, beside one SQL statement of the same method."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from django.db import connection, transaction

from assessments.choices import Priority
from assessments.services import request_refresh
from bench.cluster import CHECKOUT
from bench.measure import Rounds, cpu_of, rounds
from bench.town import Town, settle, write_evidence
from supports.recompute import refresh_due

# `criterion` with its default parameters, without explanations, flags or the rules about raters; the only SQL twin of a
# method, and only here: it says what the database alone would take to read the same pieces and write a summary a pair.
CRITERION = """
INSERT INTO bench_summary
WITH pieces AS (
    SELECT student_id, competency_id, observed_on, value, context,
           row_number() OVER w AS newest, count(*) OVER (PARTITION BY student_id, competency_id) AS n
    FROM assessments_evidence
    WHERE withdrawn_at IS NULL AND superseded_at IS NULL AND value IS NOT NULL AND is_accepted AND kind <> 'self'
    WINDOW w AS (PARTITION BY student_id, competency_id ORDER BY observed_on DESC, order_key DESC)
), levels AS (
    SELECT p.student_id, p.competency_id, l.value AS level, max(p.n) AS n, count(DISTINCT p.observed_on) AS days,
           count(*) FILTER (WHERE newest <= 3 AND p.value >= l.value) >= 2
           AND count(DISTINCT context) FILTER (WHERE p.value >= l.value) >= 2
           AND bool_or(newest = 1 AND p.value >= l.value - 1) AS is_held
    FROM pieces p CROSS JOIN competencies_level l GROUP BY 1, 2, 3
)
SELECT student_id, competency_id, max(level) FILTER (WHERE is_held) AS held, max(n), max(days),
       coalesce(max(level) FILTER (WHERE is_held) >= 3 AND max(n) >= 3 AND max(days) >= 2, false)
FROM levels GROUP BY 1, 2
"""


def recompute(town: Town, count: int) -> tuple[Rounds, Rounds, float]:
    """`count` recomputations of everyone and of the SQL yardstick; also the CPU seconds of one recomputation."""
    write_evidence(town, town.students[::2], town.competencies, [1, 2, 2, 3])
    write_evidence(town, town.students[1::2], town.competencies, [2, 3, 3, 3])
    ids = [student.pk for student in town.students]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_summary (student_id bigint, competency_id bigint, held numeric, pieces int,"
            " days int, is_demonstrated bool, PRIMARY KEY (student_id, competency_id))"
        )
        cursor.execute("VACUUM ANALYZE assessments_evidence")

    def ask(_n: int) -> None:
        with transaction.atomic():
            request_refresh(ids, priority=Priority.RECOMPUTE)

    def everyone(_n: int) -> None:
        if refresh_due(seconds=3600) != len(ids):
            raise RuntimeError("Somebody was left out.")

    def empty(_n: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE bench_summary")

    def by_sql(_n: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")  # compiling would take longer than running, and only the first time
            cursor.execute(CRITERION)

    ask(0)
    everyone(0)  # the first time writes every row; afterwards what did not change is not written
    used = cpu_of([os.getpid()])
    mine = rounds(everyone, count, before=ask)
    cpu = (cpu_of([os.getpid()]) - used) / count
    time.sleep(0.2)
    return mine, rounds(by_sql, count, before=empty), cpu


@dataclass(frozen=True)
class District:
    """How long everybody took: seconds of the product and of the SQL, and the largest process in megabytes."""

    students: int
    processes: int
    seconds: float
    yardstick: float
    megabytes: int


# 25 competencies a student, 4 pieces each, in one statement: rows by COPY through Python would take as long as P6.
_FILL = """
INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind, value,
    context, task_key, task_title, note, observed_on, recorded_by_id, rater_id, is_accepted, source, source_id,
    withdrawal_reason)
SELECT gen_random_uuid(), k.key, k.key, s.id, c.id, %s, 'teacher',
    1 + (hashint8(s.id * 1000 + c.id * 10 + n) & 3), (ARRAY['classwork', 'quiz', 'observation', 'project'])[n],
    k.key::text, '', '', %s::date - 3 * (5 - n), %s, %s, true, '', '', ''
FROM accounts_student s CROSS JOIN competencies_competency c CROSS JOIN generate_series(1, 4) AS n
CROSS JOIN LATERAL (SELECT gen_random_uuid() AS key WHERE n IS NOT NULL AND s.id IS NOT NULL AND c.id IS NOT NULL) AS k
"""


def whole_district(town: Town, rows: int, url: str) -> District:
    """Everybody's summaries and flags for the first time, as `manage.py recompute --all` makes them."""
    for start in range(0, rows // 100, 2000):
        settle(town, min(2000, rows // 100 - start))
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [town.section.pk, town.today, town.teacher.pk, town.teacher.pk])
        cursor.execute(
            "CREATE UNLOGGED TABLE IF NOT EXISTS bench_summary (student_id bigint, competency_id bigint, held numeric,"
            " pieces int, days int, is_demonstrated bool, PRIMARY KEY (student_id, competency_id))"
        )
        cursor.execute("VACUUM ANALYZE assessments_evidence")
        cursor.execute("SET jit = off")
        started = time.perf_counter()
        cursor.execute(CRITERION)
        yardstick = time.perf_counter() - started
    processes = os.cpu_count() or 1
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "recompute", "--all", "--processes", str(processes)],
        check=True,
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    # kilobytes on Linux: the largest of all children waited for, theirs included
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return District(len(town.students), processes, seconds, yardstick, largest)
