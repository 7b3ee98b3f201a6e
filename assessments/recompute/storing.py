"""Summaries: from what was found to the stored row, and the rows into the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from accounts.statements import run
from assessments.choices import MethodName
from assessments.estimates import bkt
from assessments.estimates.terms import is_success
from assessments.estimates.words import how_sure
from assessments.mastery import Judgement, Piece, assess, best_n_standing, plain, still_needed
from assessments.mastery.judged import effective
from assessments.models import MasterySummary
from assessments.recompute.grounds import Ground
from assessments.recompute.histories import History


def sum_up(student_id: int, history: History, found: Mapping[int, Ground]) -> list[dict[str, Any]]:
    """The summaries of one student as they would be stored, from what was read. Pure.

    Competencies of a framework that cannot be judged are left out.
    """
    rows = []
    for competency in history.competencies:
        ground = found.get(history.framework_of[competency])
        if ground is not None:
            pieces = history.pieces.get(competency, ())
            ordered, computed = assess(pieces, scale=ground.scale, method=ground.method)
            rows.append(summary_row(student_id, competency, ordered, computed, history, ground))
    return rows


def summary_row(
    student_id: int,
    competency_id: int,
    ordered: Sequence[Piece],
    computed: Judgement,
    history: History,
    ground: Ground,
) -> dict[str, Any]:
    """The stored form of what was found: plain JSON types, exact decimals as text.

    `ordered` are the independent pieces and `computed` the judgement over them, as `assess` answers. Where a person's
    judgement stands, shape, held and is_demonstrated are the person's.
    """
    mine = history.pieces.get(competency_id, ())
    said = history.judged.get(competency_id)
    judgement = effective(computed, said, scale=ground.scale)
    needs = () if judgement.demonstrated else still_needed(ordered, computed, scale=ground.scale, method=ground.method)
    explanation: dict[str, Any] = {
        "code": str(judgement.explanation.code),
        "params": dict(judgement.explanation.params),
        "contexts": list(computed.contexts),
        "dropped": [str(level) for level in computed.context_demand_dropped],
        "why_not_yet": [[str(need.code), dict(need.params)] for need in needs],
    }
    estimate = _estimate(competency_id, ordered, computed, ground, explanation)
    if carried := history.carried.get(competency_id):
        # what it counts as here: the level on the scale of this competency's framework
        explanation["carried"] = _carried(computed, mine, carried, history)
    if said is not None:
        explanation["computed"] = {
            "shape": str(computed.shape),
            "held": None if computed.held is None else str(computed.held),
            "is_demonstrated": computed.demonstrated,
            "code": str(computed.explanation.code),
            "params": dict(computed.explanation.params),
        }
    if ground.method.name == MethodName.BEST_N:
        explanation["progress"] = _progress(ordered, ground, is_met=said is not None and judgement.demonstrated)
    return {
        "student_id": student_id,
        "competency_id": competency_id,
        "shape": str(judgement.shape),
        "held": None if judgement.held is None else str(judgement.held),
        "value": None if computed.value is None else str(computed.value),
        "is_demonstrated": judgement.demonstrated,
        "pieces": computed.pieces,
        "days": computed.days,
        "last_observed_on": max(p.observed_on for p in mine).isoformat() if mine else None,
        "evidence_through": max(p.recorded_at for p in mine).isoformat() if mine else None,
        "evidence_ids": [history.ids[key] for key in computed.counted],
        "explanation": explanation,
        "judgement_id": None if said is None else said.id,
        "estimate": estimate,
        "method": ground.method.name,
        "method_version": ground.method_version,
        "parameters": dict(ground.method.parameters),
        "framework_version": ground.framework_version,
    }


def _carried(
    computed: Judgement, mine: Sequence[Piece], carried: frozenset[str], history: History
) -> list[list[int | str]]:
    """Pieces that counted and were recorded on another competency: evidence id and the level it counts as here."""
    values = {piece.key: piece.value for piece in mine}
    return [[history.ids[key], plain(values[key])] for key in computed.counted if key in carried]


def _estimate(
    competency_id: int, ordered: Sequence[Piece], computed: Judgement, ground: Ground, explanation: dict[str, Any]
) -> str | None:
    """The probability that it is known, after the pieces in their order; what it says goes into the explanation."""
    if not ordered:
        return None
    target = ground.scale.target
    known = bkt.replay([is_success(piece.value, target) for piece in ordered], ground.fitted.of(competency_id))
    explanation["sureness"] = str(how_sure(known.probability, known.events, demonstrated=computed.demonstrated))
    explanation["fit"] = ground.fitted.fit
    return f"{known.probability:.6f}"


def _progress(ordered: Sequence[Piece], ground: Ground, *, is_met: bool) -> dict[str, Any]:
    """Pieces shown of those required, each sub-skill apart; what a person set as met counts in full."""
    parts = sorted({piece.sub_skill for piece in ordered}) or [""]
    [n] = ground.method.numbers
    standing = best_n_standing(ordered, required=dict.fromkeys(parts, n), overridden=parts if is_met else ())
    growth = standing.growth
    return {
        "shown": standing.shown,
        "required": standing.required,
        "growth": None if growth is None else f"{float(growth):.2f}",
        "parts": [[part.sub_skill, part.shown, part.required] for part in standing.sub_skills],
    }


COLUMNS = [
    "shape",
    "held",
    "value",
    "is_demonstrated",
    "pieces",
    "days",
    "last_observed_on",
    "evidence_through",
    "evidence_ids",
    "explanation",
    "judgement_id",
    "estimate",
    "method",
    "method_version",
    "parameters",
    "framework_version",
]


_NAMES = ", ".join(COLUMNS)
_STORE = f"""
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r(
        student_id bigint, competency_id bigint, shape text, held numeric, value numeric, is_demonstrated boolean,
        pieces int, days int, last_observed_on date, evidence_through timestamptz, evidence_ids bigint[],
        explanation jsonb, judgement_id bigint, estimate numeric, method text, method_version int, parameters jsonb,
        framework_version int)),
gone AS (
    DELETE FROM assessments_masterysummary m WHERE m.student_id = ANY(%s::bigint[])
      AND NOT EXISTS (SELECT 1 FROM given g WHERE g.student_id = m.student_id AND g.competency_id = m.competency_id))
INSERT INTO assessments_masterysummary AS m (student_id, competency_id, {_NAMES})
SELECT student_id, competency_id, {_NAMES} FROM given ORDER BY student_id, competency_id
ON CONFLICT (student_id, competency_id) DO UPDATE
SET {", ".join(f"{c} = excluded.{c}" for c in COLUMNS)}, changed_at = now()
WHERE ({", ".join(f"m.{c}" for c in COLUMNS)}) IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in COLUMNS)})
"""  # noqa: S608 - column names are constants of this module


def store_summaries(student_ids: Collection[int], rows: Sequence[dict[str, Any]]) -> None:
    """Make the stored summaries of these students exactly `rows`. What did not change is not written."""
    run(_STORE, [orjson.dumps(list(rows)).decode(), sorted(student_ids)])


def stored_summaries(student_ids: Collection[int]) -> dict[tuple[int, int], MasterySummary]:
    """Summaries as stored, by (student, competency)."""
    return {
        (row.student_id, row.competency_id): row
        for row in MasterySummary.objects.filter(student_id__in=list(student_ids))
    }
