"""Evidence of one framework that also counts for another: which competencies, on what scale, and whose pieces.

The district decides for each pair and direction (`competencies.Crosswalk`); where it says that evidence counts, pieces
on a competency count for those it is the same as (`exactMatchOf`) too. Nothing is written where the evidence was
recorded, and what came over never goes further: only recorded pieces cross.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.statements import run
from assessments.mastery import Piece
from assessments.mastery.scales import Anchors, ScaleError, between
from assessments.recompute.grounds import Ground
from assessments.recompute.histories import History

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Pieces recorded on `origin` count on `goal` too. `values` None: both have one scale, a value stays as it is."""

    origin: int
    goal: int
    goal_framework: int
    values: Anchors | None


Crossings = Mapping[int, tuple[Crossing, ...]]
"""By the competency the evidence was recorded on."""
NO_CROSSINGS: Crossings = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """Evidence on `origin` counts for `goal`, two frameworks by id: what a preview assumes (`counts` false: not)."""

    origin: int
    goal: int
    counts: bool


# Newest decision of each pair (made before a moment); its exact matches, whichever way an edge was written down.
_TIES = """
WITH decided AS (
    SELECT DISTINCT ON (from_framework_id, to_framework_id)
           from_framework_id AS origin, to_framework_id AS goal, counting
    FROM competencies_crosswalk WHERE %s::timestamptz IS NULL OR decided_at < %s
    ORDER BY from_framework_id, to_framework_id, number DESC),
counting AS (
    SELECT origin, goal FROM decided WHERE counting = 'counts' AND NOT (origin = %s AND goal = %s)
    UNION SELECT %s::bigint, %s::bigint WHERE %s)
SELECT o.id, o.framework_id, g.id, g.framework_id
FROM competencies_association a
JOIN competencies_competency o ON o.id = a.origin_id
JOIN competencies_competency g ON g.id = a.destination_id
JOIN counting c ON c.origin = o.framework_id AND c.goal = g.framework_id
WHERE a.kind = 'exactMatchOf' AND (a.retired_at IS NULL OR a.retired_at >= %s)
UNION
SELECT o.id, o.framework_id, g.id, g.framework_id
FROM competencies_association a
JOIN competencies_competency o ON o.id = a.destination_id
JOIN competencies_competency g ON g.id = a.origin_id
JOIN counting c ON c.origin = o.framework_id AND c.goal = g.framework_id
WHERE a.kind = 'exactMatchOf' AND (a.retired_at IS NULL OR a.retired_at >= %s)
ORDER BY 1, 3
"""


def read_crossings(
    found: Mapping[int, Ground], *, before: datetime | None = None, assuming: Decision | None = None
) -> Crossings:
    """What counts elsewhere too, by the decisions that stand (before a moment: that stood then). One query.

    `found` are the grounds of the same moment. A pair of frameworks without a usable ground, or of which one scale
    has a single level, is left out. With `assuming`, as if the district had decided that of one pair.
    """
    origin, goal, counts = (assuming.origin, assuming.goal, assuming.counts) if assuming else (0, 0, False)
    rows = run(_TIES, [before, before, origin, goal, origin, goal, counts, before, before])
    scales: dict[tuple[int, int], Anchors | None] = {}
    crossings: dict[int, tuple[Crossing, ...]] = {}
    for competency, of, twin, of_twin in rows:
        here, there = found.get(of), found.get(of_twin)
        if here is None or there is None:
            continue
        if (of, of_twin) not in scales:
            try:
                scales[of, of_twin] = None if here.scale_id == there.scale_id else between(here.scale, there.scale)
            except ScaleError as error:
                log.warning("crosswalk.unusable from=%s to=%s error=%s", of, of_twin, error)
                continue
        crossings[competency] = (
            *crossings.get(competency, ()),
            Crossing(competency, twin, of_twin, scales[of, of_twin]),
        )
    return crossings


def crossed(history: History, crossings: Crossings) -> History:
    """A student's history with the pieces that count elsewhere too; the same object where there are none. Pure.

    A piece counts once on a competency: what is there already, by its key or as the same work (`task_key`), stays as
    it was recorded there. A value outside the scale it comes from stays where it is. `carried` says what came over.
    """
    origins = sorted(history.pieces.keys() & crossings.keys()) if crossings else []
    if not origins:
        return history
    pieces = dict(history.pieces)
    framework_of = dict(history.framework_of)
    carried: dict[int, frozenset[str]] = {}
    for crossing in (one for origin in origins for one in crossings[origin]):
        own = history.pieces.get(crossing.goal, ())
        there = {piece.key for piece in own} | carried.get(crossing.goal, frozenset())
        works = {piece.task_key for piece in own if piece.task_key}
        came = [
            piece
            for piece in _mapped(history.pieces[crossing.origin], crossing)
            if piece.key not in there and piece.task_key not in works
        ]
        if came:
            pieces[crossing.goal] = [*pieces.get(crossing.goal, ()), *came]
            carried[crossing.goal] = carried.get(crossing.goal, frozenset()) | {piece.key for piece in came}
            framework_of[crossing.goal] = crossing.goal_framework
    return replace(history, pieces=pieces, framework_of=framework_of, carried=carried)


def _mapped(given: Iterable[Piece], crossing: Crossing) -> Iterable[Piece]:
    """The pieces with their values on the other scale, in order; what lies outside its own scale is left out."""
    for piece in sorted(given, key=lambda one: (one.observed_on, one.key)):
        if crossing.values is None:
            yield piece
            continue
        try:
            value = crossing.values.map(piece.value)
        except ScaleError:
            continue
        if value is not None:
            yield piece._replace(value=value)
