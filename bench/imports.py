"""P1 and P8: a table of a million scores from upload to current summaries and flags, beside COPY of the same rows.

Through real workers, one for each queue, as `throughline_worker`. `killed` ends the importing worker with SIGKILL in
the middle and starts another; what is stored is then compared with the file, row by row.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.core.files import File
from django.db import connection
from django.utils import timezone

from accounts import jobs
from accounts.choices import JobState, Role
from accounts.http import viewer_for
from accounts.models import Job, PersonIdentifier
from accounts.permissions import Viewer
from assessments.imports.mapping import ColumnMapping, ScoreColumn
from assessments.services.imports import confirm_evidence_import, map_evidence_import, start_evidence_import
from bench import town as towns
from bench.cluster import Cluster
from bench.measure import cpu_of, family_of, load

PIECES = 4
IDEAS = 25
RECEIVED = re.compile(r"Task (\S+)\[\S+\] received")
VALUES = ("1", "2", "2.5", "3", "3", "3.5", "4")


@dataclass
class Imported:
    """Seconds of each stretch, and what it took."""

    rows: int
    checked: float
    written: float
    current: float
    yardstick: float
    peak_mb: float
    tasks: int
    cpu: float
    load: str
    same_as_file: bool

    @property
    def whole(self) -> float:
        """From the yes to the mapping until every summary and flag is current."""
        return self.checked + self.written + self.current


def write_file(path: Path, place: towns.Town) -> int:
    """student, competency, day, score: in the order of days, as a gradebook would export it."""
    count = 0
    ids = [f"s{student.pk}" for student in place.students]
    codes = [idea.code for idea in place.competencies]
    with path.open("w") as out:
        out.write("student_id,standard,date,score,teacher note\n")
        for piece in range(PIECES):
            for n, code in enumerate(codes):
                day = (place.today - timedelta(days=100 - 25 * piece + n % 20)).isoformat()
                for m, student in enumerate(ids):
                    out.write(f"{student},{code},{day},{VALUES[(n * 7 + m * 3 + piece * 5) % len(VALUES)]},ok\n")
                    count += 1
    return count


MAPPING = ColumnMapping(
    scores=(ScoreColumn("score", "Unit check"),),
    student_column="student_id",
    student_source="sis",
    competency_by="code",
    competency_column="standard",
    day_column="date",
    context="quiz",
)


def begin(path: Path, place: towns.Town) -> tuple[int, Viewer, Job]:
    """The file of these students and the import that waits for its mapping: rows, who brings them in, the job."""
    PersonIdentifier.objects.bulk_create(
        [PersonIdentifier(person_id=one.person_id, source="sis", source_id=f"s{one.pk}") for one in place.students],
        batch_size=5_000,
    )
    district = towns.with_account("Dee", "Strict", Role.DISTRICT_ADMIN, None, place.year.starts_on)
    rows = write_file(path, place)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    by = viewer_for(district.pk)
    with path.open("rb") as stream:
        return rows, by, start_evidence_import(by=by, upload=File(stream, name="scores.csv"))


@contextmanager
def meanwhile(made: Cluster, town: towns.Town, students: int) -> Iterator[Job]:
    """An import of `students` times 100 rows about other students of this town, being written by a worker of its own.

    Ends when what happens meanwhile has ended; the import is then stopped if it still runs.
    """
    crowd = replace(town, students=[])
    for start in range(0, students, 2_000):
        towns.settle(crowd, min(2_000, students - start), section=town.add_section(f"Others {start}"))
    _rows, by, job = begin(made.logs / "meanwhile.csv", crowd)
    watch = _Memory(made.start_worker("bulk"))
    map_evidence_import(by=by, job=job, mapping=MAPPING)
    _until(job, JobState.WAITING, watch)
    confirm_evidence_import(by=by, job=job)
    while job.state != JobState.RUNNING or job.phase != "writing":
        time.sleep(0.02)
        job.refresh_from_db()
    yield job
    job.refresh_from_db()
    jobs.request_cancel(by=by, job=job)


def run(made: Cluster, students: int, *, killed: bool = False) -> Imported:
    """Import `students` times 100 rows, then COPY the same rows into a table like the one of evidence."""
    place = towns.found(timezone.localdate(), competencies=IDEAS)
    for start in range(0, students, 2_000):
        towns.settle(place, min(2_000, students - start))
    path = made.logs / "scores.csv"
    made.start_worker("now")
    bulk = made.start_worker("bulk")
    rows, by, job = begin(path, place)
    watch = _Memory(bulk)
    began = time.perf_counter()
    map_evidence_import(by=by, job=job, mapping=MAPPING)
    _until(job, JobState.WAITING, watch)
    checked = time.perf_counter() - began
    began = time.perf_counter()
    confirm_evidence_import(by=by, job=job)
    if killed:
        bulk = _kill_in_the_middle(made, job, bulk, rows)
        watch.pid = bulk
    _until(job, JobState.DONE, watch)
    written = time.perf_counter() - began
    began = time.perf_counter()
    while _waiting():
        time.sleep(0.05)
    current = time.perf_counter() - began
    tasks = sum(len(RECEIVED.findall(made.log(name))) for name in made.running if name.startswith("worker-"))
    tasks -= sum(made.log(name).count("sweep") for name in made.running if name.startswith("worker-"))
    cpu = cpu_of([pid for process in made.running.values() for pid in family_of(process.pid)])
    same = _same_as_file(path, place)
    made.stop()
    return Imported(rows, checked, written, current, yardstick(made.url), watch.peak, tasks, cpu, load(), same)


class _Memory:
    """The largest resident size of a worker and its pool seen so far, in megabytes."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0.0

    def look(self) -> None:
        for pid in family_of(self.pid):
            try:
                text = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            found = re.search(r"VmHWM:\s+(\d+) kB", text)
            if found:
                self.peak = max(self.peak, int(found[1]) / 1024)


def _until(job: Job, state: JobState, watch: _Memory, seconds: float = 1800) -> None:
    deadline = time.monotonic() + seconds
    while True:
        job.refresh_from_db()
        watch.look()
        if job.state == state:
            return
        if job.state in {JobState.FAILED, JobState.CANCELLED, JobState.DONE} or time.monotonic() > deadline:
            raise RuntimeError(f"The import is {job.state}: {job.report}")
        time.sleep(0.05)


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM assessments_refreshrequest WHERE quarantined_at IS NULL)")
        return bool(cursor.fetchone()[0])


def _kill_in_the_middle(made: Cluster, job: Job, bulk: int, rows: int) -> int:
    """SIGKILL to the importing worker and its pool; its lease is ended as five minutes would, and another starts."""
    while True:
        job.refresh_from_db()
        if job.progress_done > rows // 2 and job.phase == "writing":
            break
        time.sleep(0.01)
    for pid in family_of(bulk):
        os.kill(pid, signal.SIGKILL)
    made.running.pop("worker-bulk").wait()
    log = made.logs / "worker-bulk.log"
    log.rename(made.logs / "worker-bulk-killed.log")
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())
    again = made.start_worker("bulk")
    for due in jobs.due_jobs():
        jobs.ring_job(due)
    return again


def _same_as_file(path: Path, place: towns.Town) -> bool:
    """Whether evidence holds every row of the file exactly once, and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_file (student text, code text, day date, value numeric, note text)")
        raw: Any = connection.connection
        with raw.cursor() as inner, inner.copy("COPY bench_file FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(path.read_bytes())
        cursor.execute(
            """
            WITH there AS (
                SELECT 's' || e.student_id AS student, c.code, e.observed_on AS day, e.value::numeric(5,2) AS value,
                    count(*) AS n
                FROM assessments_evidence e JOIN competencies_competency c ON c.id = e.competency_id
                GROUP BY 1, 2, 3, 4),
            said AS (SELECT student, code, day, value::numeric(5,2), count(*) AS n FROM bench_file GROUP BY 1, 2, 3, 4)
            SELECT count(*) FROM (SELECT * FROM there EXCEPT SELECT * FROM said
                                  UNION ALL SELECT * FROM said EXCEPT SELECT * FROM there) d
            """
        )
        return int(cursor.fetchone()[0]) == 0


def yardstick(url: str) -> float:
    """Seconds of COPY of these very rows into an empty table with the same indexes, keys and foreign keys."""
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("CREATE TABLE bench_evidence (LIKE assessments_evidence INCLUDING ALL)")
        keys = line.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'assessments_evidence'::regclass AND contype = 'f' AND confrelid <> conrelid"
        ).fetchall()
        for name, text in keys:
            line.execute(f'ALTER TABLE bench_evidence ADD CONSTRAINT "bench_{name[:50]}" {text}')
        parts = []
        with line.cursor() as cursor, cursor.copy("COPY assessments_evidence TO STDOUT (FORMAT binary)") as out:
            parts.extend(bytes(part) for part in out)
        line.execute("CHECKPOINT")
        began = time.perf_counter()
        with line.cursor() as cursor, cursor.copy("COPY bench_evidence FROM STDIN (FORMAT binary)") as copy:
            for start in range(0, len(parts), 1000):
                copy.write(b"".join(parts[start : start + 1000]))
        taken = time.perf_counter() - began
        line.execute("DROP TABLE bench_evidence")
    return taken
