"""Who a change of a framework touches, in counts that name nobody. Everything that hangs on competencies is seen here.

`competencies` is the lowest of the learning apps and knows nothing of evidence, classes or plans; the page that shows
what publishing would change therefore stands here (docs/adr, "Who is affected is counted where everything is seen").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Viewer, current
from assessments.choices import InstrumentState
from assessments.models import InstrumentVersion, MasterySummary
from competencies.models import PathwayCompetency
from success_plans.choices import GoalState
from success_plans.models import Goal
from supports.choices import SupportState
from supports.models import Focus, Support

FEWEST = 10
"""A smaller count than this is not said exactly."""


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """What is touched, in a sentence, and how often by what is reworded, retired and moved, each in words."""

    what: str
    reworded: str
    retired: str
    moved: str


def in_words(count: int) -> str:
    """A count that names nobody: exact from `FEWEST` on, "fewer than 10" below, "none" for none."""
    if count == 0:
        return _("none")
    return str(count) if count >= FEWEST else _("fewer than %(n)s") % {"n": FEWEST}


def affected(*, viewer: Viewer, ids: Mapping[str, Collection[int]]) -> list[AffectedRow]:
    """Who is touched by competencies that are reworded, retired or moved. One query for each row and kind there is."""
    counted: list[tuple[str, Callable[[Collection[int]], int]]] = [
        (_("Students who have shown something on them"), _students),
        (_("Classes that work on them now"), lambda pks: _classes(viewer, pks)),
        (_("Plans with a goal on them"), _plans),
        (_("Supports under way on them"), _supports),
        (_("Instruments that give evidence on them"), _instruments),
        (_("Pathways that lead to them"), _pathways),
    ]

    def said(count: Callable[[Collection[int]], int], kind: str) -> str:
        return in_words(count(ids[kind]) if ids.get(kind) else 0)

    return [
        AffectedRow(what, said(count, "reworded"), said(count, "retired"), said(count, "moved"))
        for what, count in counted
    ]


def _different(rows: QuerySet[Any], column: str) -> int:
    return rows.order_by().values(column).distinct().count()


def _students(pks: Collection[int]) -> int:
    return _different(MasterySummary.objects.filter(competency_id__in=pks, pieces__gt=0), "student_id")


def _classes(viewer: Viewer, pks: Collection[int]) -> int:
    return _different(
        Focus.objects.filter(current(viewer.today), competency_id__in=pks, section__isnull=False), "section_id"
    )


def _plans(pks: Collection[int]) -> int:
    return _different(Goal.objects.filter(competency_id__in=pks, state=GoalState.ACTIVE), "plan_id")


def _supports(pks: Collection[int]) -> int:
    live = (SupportState.PLANNED, SupportState.RUNNING)
    return Support.objects.filter(competency_id__in=pks, state__in=live).count()


def _instruments(pks: Collection[int]) -> int:
    versions = InstrumentVersion.objects.filter(
        Q(alignments__competency_id__in=pks) | Q(criteria__competency_id__in=pks),
        state=InstrumentState.PUBLISHED,
        instrument__retired_at__isnull=True,
    )
    return _different(versions, "instrument_id")


def _pathways(pks: Collection[int]) -> int:
    return _different(
        PathwayCompetency.objects.filter(competency_id__in=pks, pathway__closed_at__isnull=True), "pathway_id"
    )
