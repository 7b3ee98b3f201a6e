"""What is stored against what the evidence says: the oracle of `verify`, of the nightly reconcile and of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from assessments import recompute as evidence
from supports.recompute.reasoning import Outcome, reason


@dataclass(frozen=True, slots=True)
class Drift:
    """One place where what is stored differs from what the evidence says."""

    student_id: int
    what: str


def compare(student_ids: Sequence[int], *, today: date | None = None) -> list[Drift]:
    """Recompute these students and compare with what is stored; students with work in line are left out.

    Everything is read as of one moment, so that work done meanwhile is never taken for a difference.
    """
    with _one_moment():
        waiting = evidence.pending(student_ids)
        ids = [s for s in student_ids if s not in waiting]
        outcomes, failed = reason(ids, today=today)
        drifts = [Drift(s, f"cannot be recomputed: {error}") for s, error in failed.items()]
        drifts += _summary_drifts([s for s in ids if s not in failed], outcomes)
        for outcome in outcomes.values():
            drifts += _flag_drifts(outcome)
    return sorted(drifts, key=lambda drift: (drift.student_id, drift.what))


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees one moment; inside somebody else's transaction, what that one sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _summary_drifts(ids: Sequence[int], outcomes: dict[int, Outcome]) -> Iterator[Drift]:
    stored = evidence.stored_summaries(ids)
    expected: dict[tuple[int, int], dict[str, Any]] = {
        (row["student_id"], row["competency_id"]): row for o in outcomes.values() for row in o.summaries
    }
    for key in expected.keys() | stored.keys():
        there, should = stored.get(key), expected.get(key)
        if there is None or should is None:
            yield Drift(key[0], f"competency {key[1]}: summary {'missing' if there is None else 'too many'}")
            continue
        wrong = [column for column in evidence.COLUMNS if not _same(getattr(there, column), should[column])]
        if wrong:
            yield Drift(key[0], f"competency {key[1]}: {', '.join(wrong)} differ")


def _flag_drifts(outcome: Outcome) -> Iterator[Drift]:
    plan, student = outcome.plan, outcome.student_id
    for new in plan.open:
        yield Drift(student, f"flag {new.rule} {new.subject.key} missing")
    for flag in plan.resolve:
        yield Drift(student, f"flag {flag.rule} {flag.subject.key} should have ended")
    for flag in plan.lapse:
        yield Drift(student, f"flag {flag.rule} {flag.subject.key} should have lapsed")
    for renewal in plan.renew:
        yield Drift(student, f"flag {renewal.flag.rule} {renewal.flag.subject.key} is out of date")


def _same(there: Any, should: Any) -> bool:
    if isinstance(there, datetime):
        return bool(there == datetime.fromisoformat(should))
    if isinstance(there, date):
        return bool(there.isoformat() == should)
    if there is not None and should is not None and isinstance(should, str) and not isinstance(there, str):
        return bool(there == type(there)(should))
    return bool(there == should)
