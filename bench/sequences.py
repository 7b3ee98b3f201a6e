"""P16: random sequences of pieces, late, corrected, withdrawn, judged, from several connections; then the oracle.

What is stored afterwards is compared with everything computed anew from the evidence: 0 differences is the goal.
"""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection, connections, transaction

from accounts.http import viewer_for
from accounts.permissions import Viewer
from assessments.errors import EvidenceChangedError
from assessments.models import Evidence, MasterySummary, TeacherJudgement
from assessments.services import (
    JudgementStandsError,
    NewPiece,
    correct_evidence,
    end_judgement,
    record_evidence,
    set_judgement,
    withdraw_evidence,
)
from bench.town import CONTEXTS, Town
from supports.recompute import compare, refresh_due, students_to_check

VALUES = [Decimal(value) for value in ("1", "2", "2.5", "3", "3", "3.5", "4")]


@dataclass(frozen=True)
class Played:
    """How much was done, and what differed afterwards."""

    acts: int
    pairs: int
    differences: list[str]


def play(town: Town, *, seed: int, acts: int, people: int = 2, workers: int = 1) -> Played:
    """So many acts of so many people at once, workers in between; then nothing may be left and nothing may differ.

    With one person and no worker of its own everything happens in this thread, inside whatever transaction is open.
    """
    if people == 1 and workers == 0:
        _person(town, seed, acts, on_the_way=True)
    else:
        threads = [
            threading.Thread(target=_alone, args=(_person, town, seed * 100 + n, acts // people)) for n in range(people)
        ]
        stop = threading.Event()
        helpers = [threading.Thread(target=_alone, args=(_worker, stop)) for _n in range(workers)]
        for thread in [*threads, *helpers]:
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        for thread in helpers:
            thread.join()
    while refresh_due(seconds=600):
        pass
    found = compare(students_to_check())
    return Played(acts, MasterySummary.objects.count(), [f"{drift.student_id}: {drift.what}" for drift in found])


def _alone(work, *args) -> None:  # type: ignore[no-untyped-def]
    try:
        work(*args)
    finally:
        connections.close_all()


def _worker(stop: threading.Event) -> None:
    while not stop.wait(0.02):
        refresh_due(seconds=2, limit=3)


def _person(town: Town, seed: int, acts: int, on_the_way: bool = False) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        by = viewer_for(town.teacher.pk)
    for n in range(acts):
        _act(chance, town, by)
        if on_the_way and n % 7 == 0:
            refresh_due(seconds=60, limit=2)


def _act(chance: random.Random, town: Town, by: Viewer) -> None:
    """One thing a person does; being second is an answer like any other."""
    what = chance.choices(["piece", "correct", "withdraw", "judge", "end"], [6, 2, 1, 1, 1])[0]
    student, competency = chance.choice(town.students), chance.choice(town.competencies)
    value = chance.choice(VALUES)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('throughline.actor', %s, true)", [str(by.person_id)])
            if what == "piece":
                piece = NewPiece(
                    key=uuid.UUID(int=chance.getrandbits(128), version=4),
                    student=student.public_id,
                    competency=competency.public_id,
                    value=value if chance.random() < 0.95 else None,
                    observed_on=town.today - timedelta(days=chance.randrange(40)),
                    context=chance.choice(CONTEXTS),
                    task_key=chance.choice(["", "", "a", "b"]),
                )
                record_evidence(by=by, pieces=[piece])
                if chance.random() < 0.1:
                    record_evidence(by=by, pieces=[piece])
            elif what in {"correct", "withdraw"}:
                mine = Evidence.objects.filter(student=student).order_by("?").first()
                if mine is not None and what == "correct":
                    correct_evidence(by=by, evidence=mine, key=uuid.uuid4(), value=value)
                elif mine is not None:
                    withdraw_evidence(by=by, evidence=mine, reason="mistaken")
            else:
                standing = TeacherJudgement.objects.filter(
                    student=student, competency=competency, ended_at__isnull=True
                ).first()
                if what == "judge":
                    set_judgement(
                        by=by,
                        student=student,
                        competency=competency,
                        key=uuid.uuid4(),
                        level=value,
                        reason="Seen in the corridor.",
                        language="en",
                        judged_on=town.today,
                        replaces=standing.public_id if standing else None,
                    )
                elif standing is not None:
                    end_judgement(by=by, judgement=standing, reason="mistaken")
    except (EvidenceChangedError, JudgementStandsError):
        return
