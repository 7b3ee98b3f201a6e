"""P7: one event costs the same with 10 or thousands of pieces on its pair, and in a district of any size. P13: JSON."""

from __future__ import annotations

import uuid
from decimal import Decimal

import orjson
from django.db import connection, transaction
from django.test import Client

from accounts.http import viewer_for
from assessments.models import Evidence
from assessments.services import NewPiece, record_evidence
from bench.measure import Rounds, rounds
from bench.town import Town, settle, write_evidence
from supports.recompute import refresh_due


def one_event(town: Town, student: int, count: int) -> Rounds:
    """`count` events of one student, each recorded and worked on in this process."""
    with transaction.atomic():
        by = viewer_for(town.teacher.pk)
    who, what = town.students[student], town.competencies[0]

    def event(_n: int) -> None:
        piece = NewPiece(
            key=uuid.uuid4(),
            student=who.public_id,
            competency=what.public_id,
            value=Decimal(3),
            observed_on=town.today,
            context="quiz",
        )
        record_evidence(by=by, pieces=[piece])
        if refresh_due(seconds=60) != 1:
            raise RuntimeError("Somebody else was in line.")

    return rounds(event, count)


def by_history(town: Town, few: int, many: int, count: int) -> tuple[Rounds, Rounds]:
    """One event on a pair with few pieces, and on one with many."""
    for place, pieces in ((0, few), (1, many)):
        write_evidence(town, town.students[place : place + 1], town.competencies[:1], [3] * pieces, days_apart=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE assessments_evidence")
    return one_event(town, 0, count), one_event(town, 1, count)


def by_district(town: Town, small: int, large: int, count: int) -> tuple[Rounds, Rounds]:
    """One event of a student with 25 pairs, in a district of `small` and then of `large` students."""
    found = []
    for size in (small, large):
        new = settle(town, size - len(town.students), section=town.add_section(f"{size}"))
        for start in range(0, len(new), 500):
            write_evidence(town, new[start : start + 500], town.competencies, [2, 3])
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE assessments_evidence")
        found.append(one_event(town, 5, count))
    return found[0], found[1]


AS_JSON = """
SELECT json_agg(r) FROM (
    SELECT e.public_id, e.value, e.observed_on, e.recorded_at, e.context, e.task_key, e.task_title, e.kind,
           e.withdrawn_at IS NOT NULL AS is_withdrawn, e.superseded_at IS NOT NULL AS is_superseded,
           s.public_id AS student, c.public_id AS competency
    FROM assessments_evidence e JOIN accounts_student s ON s.id = e.student_id
    JOIN competencies_competency c ON c.id = e.competency_id
    ORDER BY e.id LIMIT 500) r
"""


def json_list(town: Town, token: str, count: int) -> tuple[Rounds, Rounds]:
    """The evidence of a class by the API, 500 rows a page, beside what PostgreSQL alone makes of the same rows."""
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(_n: int) -> None:
        answer = client.get("/api/v1/evidence", {"limit": 500})
        if answer.status_code != 200 or len(orjson.loads(answer.content)["results"]) != 500:
            raise RuntimeError(f"{answer.status_code}: not 500 rows of {Evidence.objects.count()}")

    def by_database(_n: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(AS_JSON)
            cursor.fetchone()

    ask(0)
    return rounds(ask, count), rounds(by_database, count)
