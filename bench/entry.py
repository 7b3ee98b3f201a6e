"""P2 and P3: evidence over HTTP until it is durable, beside bare statements by psycopg into the same table."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Student
from bench.measure import Rounds, cpu_of, family_of, load, rounds
from bench.town import Town
from competencies.models import Competency

ADDRESS = "/api/v1/evidence"
CLASS_SET = 150
FLOW = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def body(students: Sequence[Student], competencies: Sequence[Competency], today: date) -> bytes:
    """One new piece for each student and competency, as a client sends it."""
    pieces = [
        {
            "key": str(uuid.uuid4()),
            "student": str(student.public_id),
            "competency": str(competency.public_id),
            "value": "2",
            "observed_on": today.isoformat(),
            "context": "classwork",
        }
        for student in students
        for competency in competencies
    ]
    return json.dumps({"pieces": pieces}).encode()


class Wire:
    """One kept-alive connection with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, content: bytes) -> None:
        """Send, and read the whole answer; anything but 201 is an error of the measurement."""
        self.line.request("POST", ADDRESS, body=content, headers=self.headers)
        answer = self.line.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"{ADDRESS} answered {answer.status}: {said[:500]!r}")


def over_http(
    town: Town,
    *,
    port: int,
    token: str,
    web_pid: int,
    students: Sequence[Student],
    competencies: Sequence[Competency],
    count: int,
    settle_down: Any,
) -> Rounds:
    """`count` POSTs of one piece for each pair; `settle_down()` waits for the worker between them, off the clock.

    `cpu` is what the web server used for all of them.
    """
    wire = Wire(port, token)
    for _warm in range(4):  # both web processes, and the database's plans
        wire.post(body(students, competencies, town.today))
        wire = Wire(port, token)
    settle_down()
    contents = [body(students, competencies, town.today) for _n in range(count)]
    pids = family_of(web_pid)
    used = cpu_of(pids)
    taken = []
    for content in contents:
        started = time.perf_counter()
        wire.post(content)
        taken.append(time.perf_counter() - started)
        settle_down()
    return Rounds(tuple(taken), load(), cpu=(cpu_of(pids) - used) / count)


def queries(town: Town, *, token: str, students: Sequence[Student], competencies: Sequence[Competency]) -> int:
    """How many statements one POST sends, transaction control left out."""
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.post(ADDRESS, body(students, competencies, town.today), content_type="application/json")
    content = body(students, competencies, town.today)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(ADDRESS, content, content_type="application/json")
    if answer.status_code != 201:
        raise RuntimeError(f"{ADDRESS} answered {answer.status_code}: {answer.content[:500]!r}")
    return sum(not row["sql"].startswith(FLOW) for row in asked.captured_queries)


_INSERT = """
INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind, value,
    context, task_key, task_title, note, observed_on, recorded_by_id, rater_id, is_accepted, source, source_id,
    withdrawal_reason)
SELECT gen_random_uuid(), k, k, s, c, %(section)s, 'teacher', 2, 'classwork', k::text, '', '', %(day)s, %(by)s, %(by)s,
    true, '', '', ''
FROM unnest(%(keys)s::uuid[], %(students)s::bigint[], %(competencies)s::bigint[]) AS n(k, s, c)
"""


def bare(
    town: Town, url: str, *, students: Sequence[Student], competencies: Sequence[Competency], count: int
) -> Rounds:
    """The yardstick: the same rows in one statement and one commit, nothing else."""
    pairs = [(s.pk, c.pk) for s in students for c in competencies]
    fixed = {"section": town.section.pk, "day": town.today, "by": town.teacher.pk}
    rows = {"students": [s for s, _c in pairs], "competencies": [c for _s, c in pairs]}
    keys = [[uuid.uuid4() for _pair in pairs] for _n in range(count + 3)]
    with psycopg.connect(url, autocommit=True) as line:
        for warm in keys[count:]:
            line.execute(_INSERT, fixed | rows | {"keys": warm})
        return rounds(lambda n: line.execute(_INSERT, fixed | rows | {"keys": keys[n]}) and None, count)
