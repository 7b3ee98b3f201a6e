"""Frameworks that are tied to each other, what the district decided about them, and where evidence stands beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from accounts.permissions import Viewer
from accounts.statements import run
from competencies.choices import Counting
from competencies.listing import card_of
from competencies.models import Crosswalk, Framework
from competencies.texts import Text


@dataclass(frozen=True, slots=True)
class TieCounts:
    """How many pairs of two frameworks are the same, and how many are related."""

    exact: int = 0
    related: int = 0


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision that was made: what, why, by whom, when."""

    number: int
    counting: str
    label: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Direction:
    """Evidence on `origin` for `goal`: what holds now and every decision so far, newest first."""

    origin: UUID
    origin_title: Text
    goal: UUID
    goal_title: Text
    counting: str
    label: str
    decisions: list[DecisionLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TiedFramework:
    """Another framework this one is tied to: how often, and both directions."""

    public_id: UUID
    title: Text
    ties: TieCounts
    comes: Direction
    goes: Direction


@dataclass(frozen=True, slots=True)
class CrosswalksPage:
    """A framework with every other framework its competencies are tied to."""

    framework: Framework
    title: Text
    tied: list[TiedFramework]


_TIES = """
WITH asked AS (SELECT %s::bigint AS here)
SELECT CASE WHEN o.framework_id = here THEN d.framework_id ELSE o.framework_id END,
       count(DISTINCT (least(o.id, d.id), greatest(o.id, d.id))) FILTER (WHERE a.kind = 'exactMatchOf'),
       count(DISTINCT (least(o.id, d.id), greatest(o.id, d.id))) FILTER (WHERE a.kind = 'isRelatedTo')
FROM asked CROSS JOIN competencies_association a
JOIN competencies_competency o ON o.id = a.origin_id
JOIN competencies_competency d ON d.id = a.destination_id
WHERE a.kind IN ('exactMatchOf', 'isRelatedTo') AND a.retired_at IS NULL AND o.framework_id <> d.framework_id
  AND (o.framework_id = here OR d.framework_id = here)
GROUP BY 1
"""


def ties_of(framework: int) -> dict[int, TieCounts]:
    """Pairs of this framework with every other one, by its id. One query."""
    return {other: TieCounts(exact, related) for other, exact, related in run(_TIES, [framework])}


def ties_between(*, origin: int, goal: int) -> TieCounts:
    """Pairs of two frameworks; the direction makes no difference. One query."""
    return ties_of(origin).get(goal, TieCounts())


def crosswalks_page(*, viewer: Viewer, public_id: UUID) -> CrosswalksPage | None:
    """A framework and what ties it to others, by title. Four queries."""
    language = get_language() or "en"
    framework = Framework.objects.filter(public_id=public_id).first()
    if framework is None:
        return None
    ties = ties_of(framework.pk)
    others = Framework.objects.in_bulk(list(ties))
    rows = Crosswalk.objects.filter(from_framework__in=[framework.pk, *ties], to_framework__in=[framework.pk, *ties])
    made: dict[tuple[int, int], list[DecisionLine]] = defaultdict(list)
    for row in rows.select_related("decided_by").order_by("-number"):
        made[row.from_framework_id, row.to_framework_id].append(
            DecisionLine(
                row.number,
                row.counting,
                str(Counting(row.counting).label),
                row.reason,
                row.decided_by.display_name if row.decided_by else "",
                row.decided_at,
            )
        )
    titles = {one.pk: card_of(one, language=language).title for one in (framework, *others.values())}

    def way(origin: Framework, goal: Framework) -> Direction:
        decisions = made[origin.pk, goal.pk]
        counting = decisions[0].counting if decisions else str(Counting.NOT)
        label = str(Counting(counting).label)
        return Direction(
            origin.public_id, titles[origin.pk], goal.public_id, titles[goal.pk], counting, label, decisions
        )

    tied = [
        TiedFramework(one.public_id, titles[pk], ties[pk], comes=way(one, framework), goes=way(framework, one))
        for pk, one in others.items()
    ]
    tied.sort(key=lambda one: (one.title.text.casefold(), str(one.public_id)))
    return CrosswalksPage(framework, titles[framework.pk], tied)


_BESIDE = """
WITH asked AS (SELECT %s::bigint[] AS ids, %s::timestamptz AS moment),
near AS (
    SELECT a.origin_id AS here, a.destination_id AS there FROM asked, competencies_association a
    WHERE a.origin_id = ANY(ids) AND a.destination_id IS NOT NULL
      AND a.kind IN ('exactMatchOf', 'isRelatedTo') AND (a.retired_at IS NULL OR a.retired_at >= moment)
    UNION SELECT a.destination_id, a.origin_id FROM asked, competencies_association a
    WHERE a.destination_id = ANY(ids) AND a.origin_id IS NOT NULL
      AND a.kind IN ('exactMatchOf', 'isRelatedTo') AND (a.retired_at IS NULL OR a.retired_at >= moment))
SELECT near.here, near.there FROM asked CROSS JOIN near
JOIN competencies_competency h ON h.id = near.here
JOIN competencies_competency t ON t.id = near.there
CROSS JOIN LATERAL (
    SELECT x.counting FROM competencies_crosswalk x
    WHERE x.from_framework_id = t.framework_id AND x.to_framework_id = h.framework_id
      AND (moment IS NULL OR x.decided_at < moment)
    ORDER BY x.number DESC LIMIT 1) decided
WHERE decided.counting <> 'not'
ORDER BY 1, 2
"""


def tied_elsewhere(competencies: Iterable[int], *, before: datetime | None = None) -> dict[int, list[int]]:
    """By competency: those of other frameworks whose evidence stands beside it or counts for it. One query.

    By the decisions that stand, or that stood just before a moment.
    """
    found: dict[int, list[int]] = defaultdict(list)
    for here, there in run(_BESIDE, [list(competencies), before]):
        found[here].append(there)
    return found
