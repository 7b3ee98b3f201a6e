"""Storing outcomes: summaries and flags of a student in one transaction, under the request that is still ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.utils import timezone

from accounts.statements import run
from assessments import recompute as evidence
from supports.choices import LIVE_FLAG_STATES, FlagState
from supports.recompute.reasoning import Outcome

LIVE = [str(state) for state in LIVE_FLAG_STATES]


def write(leased: evidence.Leased, outcomes: Mapping[int, Outcome]) -> int:
    """Store what is still ours to store; returns how many students that was. Must run inside a transaction.

    The requests stay locked until it ends, and a person who writes about these students waits for that. A worker that
    stalls meanwhile (stopped, swapped out, waiting for somebody) is therefore cut off after seconds and tries again.
    """
    _stall_for_seconds_only()
    held = evidence.hold(leased, outcomes.keys())
    mine = [outcomes[pk] for pk in held]
    if not mine:
        return 0
    evidence.store_summaries(held, [row for outcome in mine for row in outcome.summaries])
    _store_flags(mine)
    evidence.settle(leased, held)
    return len(held)


def _stall_for_seconds_only() -> None:
    run(
        """
        SELECT set_config('lock_timeout', '5s', true),
               set_config('statement_timeout', '20s', true),
               set_config('idle_in_transaction_session_timeout', '10s', true)
        """
    )


def _store_flags(outcomes: Sequence[Outcome]) -> None:
    """Apply the plans: renew, resolve, lapse, hand over, open. A flag a person ended meanwhile is left alone."""
    _lock_flags(outcomes)
    renewals = [row for outcome in outcomes for row in outcome.renewals]
    if renewals:
        _renew_flags(renewals)
    resolved = [flag.id for outcome in outcomes for flag in outcome.plan.resolve]
    lapsed = [flag.id for outcome in outcomes for flag in outcome.plan.lapse]
    if resolved or lapsed:
        _end_flags(resolved, lapsed)
    handovers = {h.flag.id: h.owner for outcome in outcomes for h in outcome.plan.hand_over}
    if handovers:
        _hand_over_flags(handovers)
    openings = [row for outcome in outcomes for row in outcome.openings]
    if openings:
        _insert_flags(openings)


def _lock_flags(outcomes: Sequence[Outcome]) -> None:
    """Take every flag that will change in one order, so that two writers never wait for each other in a circle."""
    ids = {
        flag.id
        for outcome in outcomes
        for flag in (
            *outcome.plan.resolve,
            *outcome.plan.lapse,
            *(renewal.flag for renewal in outcome.plan.renew),
            *(handover.flag for handover in outcome.plan.hand_over),
        )
    }
    if ids:
        run("SELECT id FROM supports_flag WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", [sorted(ids)])


def _renew_flags(rows: Sequence[dict[str, Any]]) -> None:
    run(
        """
        UPDATE supports_flag f
        SET reason = r.reason, evidence_ids = r.evidence_ids, evidence_through = r.evidence_through
        FROM jsonb_to_recordset(%s::jsonb)
            AS r(id bigint, reason jsonb, evidence_ids bigint[], evidence_through timestamptz)
        WHERE f.id = r.id AND f.state = ANY(%s::text[])
        """,
        [orjson.dumps(list(rows)).decode(), LIVE],
    )


def _end_flags(resolved: Sequence[int], lapsed: Sequence[int]) -> None:
    run(
        """
        UPDATE supports_flag f SET state = e.state, ended_at = %s, end_code = e.code
        FROM (SELECT unnest(%s::bigint[]) AS id, %s AS state, 'reason_gone' AS code
              UNION ALL SELECT unnest(%s::bigint[]), %s, 'last_day') AS e
        WHERE f.id = e.id AND f.state = ANY(%s::text[])
        """,
        [timezone.now(), list(resolved), str(FlagState.RESOLVED), list(lapsed), str(FlagState.LAPSED), LIVE],
    )


def _hand_over_flags(owners: Mapping[int, int]) -> None:
    run(
        """
        UPDATE supports_flag f SET owner_id = h.owner
        FROM unnest(%s::bigint[], %s::bigint[]) AS h(id, owner) WHERE f.id = h.id AND f.state = ANY(%s::text[])
        """,
        [list(owners), list(owners.values()), LIVE],
    )


def _insert_flags(rows: Sequence[dict[str, Any]]) -> None:
    run(
        """
        INSERT INTO supports_flag (public_id, student_id, rule, rule_version, subject, competency_id,
            earlier_competency_id, framework_version, state, owner_id, section_id, reason, evidence_ids,
            evidence_through, opened_on, review_on, lapse_on, dismiss_reason, dismiss_note, end_code, version)
        SELECT gen_random_uuid(), student_id, rule, rule_version, subject, competency_id, earlier_competency_id,
            framework_version, 'open', owner_id, section_id, reason, evidence_ids, evidence_through, opened_on,
            review_on, lapse_on, '', '', '', 1
        FROM jsonb_to_recordset(%s::jsonb) AS r(student_id bigint, rule text, rule_version int, subject text,
            competency_id bigint, earlier_competency_id bigint, framework_version int, owner_id bigint,
            section_id bigint, reason jsonb, evidence_ids bigint[], evidence_through timestamptz,
            opened_on date, review_on date, lapse_on date)
        ORDER BY student_id, rule, subject
        """,
        [orjson.dumps(list(rows), default=str).decode()],
    )
