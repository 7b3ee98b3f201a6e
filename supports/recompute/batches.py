"""Taking what is due, batch by batch; whoever raises goes back in line alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from assessments import recompute as evidence
from assessments.choices import Priority
from assessments.services import request_refresh
from supports.recompute.reasoning import Outcome, reason
from supports.recompute.writing import write

log = logging.getLogger(__name__)
BATCH = 60


def refresh_due(*, today: date | None = None, limit: int = BATCH, seconds: float = 45.0) -> int:
    """Work on due students until none is due or the time is up. Returns how many students were written.

    `today` is for tests and replays; else each school's own date counts.
    """
    stop = time.monotonic() + seconds
    written = 0
    while time.monotonic() < stop:
        leased = evidence.lease(limit)
        if leased is None:
            break
        written += refresh(leased, today=today)
    return written


def refresh(leased: evidence.Leased, *, today: date | None = None) -> int:
    """One batch: read and reason without locks, then write under the requests that still carry our token."""
    outcomes, failed = _reason_safely(list(leased.versions), today=today)
    for student_id, error in failed.items():
        evidence.give_back(leased, student_id, error)
    _ask_for_the_kept(outcomes)
    try:
        with transaction.atomic():
            written = write(leased, outcomes)
    except Exception:  # noqa: BLE001 - find out whose row it was: each alone, the others must not wait for it
        log.exception("refresh.batch_failed students=%s", len(outcomes))
        written = 0
        for student_id, outcome in outcomes.items():
            try:
                with transaction.atomic():
                    written += write(leased, {student_id: outcome})
            except Exception as error:  # noqa: BLE001 - it goes back in line and, the fifth time, to quarantine
                log.exception("refresh.student_failed student=%s", student_id)
                evidence.give_back(leased, student_id, type(error).__name__)
    return written


def _ask_for_the_kept(outcomes: Mapping[int, Outcome]) -> None:
    """A record merged while its evidence arrived: the one that stayed counts that evidence and may not know yet.

    Committed before the write, not inside it: its request row has its own place in the lock order.
    """
    kept = {outcome.merged_into for outcome in outcomes.values() if outcome.merged_into is not None}
    if kept:
        with transaction.atomic():
            request_refresh(kept, priority=Priority.RECOMPUTE)


def _reason_safely(student_ids: Sequence[int], *, today: date | None) -> tuple[dict[int, Outcome], dict[int, str]]:
    """`reason`; where what the batch shares cannot be read (one school's calendar, say), each student alone."""
    try:
        return reason(student_ids, today=today)
    except Exception:  # noqa: BLE001 - as above
        log.exception("refresh.reading_failed students=%s", len(student_ids))
    outcomes: dict[int, Outcome] = {}
    failed: dict[int, str] = {}
    for student_id in student_ids:
        try:
            mine, not_mine = reason([student_id], today=today)
        except Exception as error:  # noqa: BLE001 - as above
            failed[student_id] = type(error).__name__
        else:
            outcomes |= mine
            failed |= not_mine
    return outcomes, failed
