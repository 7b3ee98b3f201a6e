"""My map: each branch as a path of competencies with choices ahead, picture and table from the same numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from accounts.svg import Chart, Stop, continuum
from assessments.choices import Shape
from assessments.mastery.rollup import Standing
from assessments.models import MasterySummary
from assessments.selectors.as_of import summaries_on
from assessments.selectors.rollups import rolled_up_from
from competencies import wording as words
from competencies.choices import WordingKind
from competencies.continuum import NextStep, build_continuum
from competencies.models import Competency
from competencies.nearby import ties
from success_plans.selectors.places import strands

WANTED = 2
"""Choices that stand on a map wherever the graph has them."""
MOST = 4
"""Choices of one branch."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A next step that can be chosen, in student words.

    `before` names what it builds on and was shown, `first` what was not shown yet: no step is passed over in silence.
    """

    public_id: UUID
    name: str
    sentence: str
    before: str
    first: str = ""


@dataclass(frozen=True, slots=True)
class StrandMap:
    """One branch: its picture and what can be chosen next in it."""

    name: str
    chart: Chart
    choices: list[Choice]
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class MapPage:
    """The whole map of a student."""

    strands: list[StrandMap]
    shown: list[str]
    choices: list[Choice]


def map_page(*, viewer: Viewer, student: Student, on: date | None = None) -> MapPage:
    """Where the student is on every branch that was touched, with at least two choices where the graph has them.

    With `on`, where the student was at the end of that day; what can be chosen is as of today's framework.
    """
    language = get_language() or "en"
    summaries = summaries_on(viewer=viewer, student=student, on=on)
    touched = strands(viewer=viewer, student=student, summaries=summaries.values())
    public_ids = {p.public_id for s in touched for p in s.places}
    frameworks = set(
        Competency.objects.filter(public_id__in=public_ids).values_list("framework_id", flat=True).distinct()
    )
    rows = list(
        Competency.objects.filter(framework_id__in=frameworks, is_assessable=True, retired_at__isnull=True).order_by(
            "framework_id", "parent__position", "parent_id", "position", "pk"
        )
    )
    ids = {r.pk for r in rows}
    edges = ties(Q(destination__in=ids))
    outside = {before for before, _after in edges} - ids  # another framework may hold what comes first
    graph = build_continuum([*(r.pk for r in rows), *sorted(outside)], edges)
    shown = {pk for pk, s in summaries.items() if s.is_demonstrated and pk in graph.order}
    found = graph.next_steps(shown, scope=ids)
    steps = {step.node: step for step in found}
    following = {step.node for step in found if step.follows}
    names = words.names(ids | outside | {r.parent_id for r in rows if r.parent_id}, language=language)
    sentences = words.sentences(set(steps), WordingKind.STUDENT, language=language)
    by_strand: dict[int | None, list[Competency]] = defaultdict(list)
    for row in rows:
        by_strand[row.parent_id].append(row)
    above = {parent for parent in by_strand if parent is not None}
    standings = rolled_up_from(viewer=viewer, summaries=summaries.values(), parents=above)
    branches = []
    for number, (parent, mine) in enumerate(by_strand.items()):
        walked = sorted((r for r in mine if r.pk in summaries), key=lambda r: (graph.layer[r.pk], r.position))
        ahead = [r for r in mine if r.pk in steps and r.pk not in summaries]
        ahead.sort(key=lambda r: (r.pk not in following, graph.layer[r.pk], r.position))
        branches.append(_Branch(number, parent, walked, ahead, bool(walked) or any(r.pk in following for r in ahead)))
    maps = []
    for branch in _offering(branches, {pk for pk in steps if pk in summaries}):
        title = names.get(branch.parent or 0, _("Other"))
        strand = _strand(branch, title, summaries, names, sentences, steps)
        maps.append(replace(strand, standing=standings.get(branch.parent or 0)))
    return MapPage(
        strands=[m for m in maps if m.chart.rows],
        shown=[names[pk] for pk in graph.order if pk in shown & ids],
        choices=[c for m in maps for c in m.choices],
    )


@dataclass(frozen=True, slots=True)
class _Branch:
    """A branch: what was begun, what could come next, and whether it is a place the student has been to or leads on."""

    number: int
    parent: int | None
    walked: list[Competency]
    ahead: list[Competency]
    is_near: bool
    going_on: tuple[Competency, ...] = ()


def _offering(branches: list[_Branch], begun: set[int]) -> list[_Branch]:
    """The branches to show. Where those that are near leave fewer than two choices, others open too, in order; where
    that is not enough, what was begun and can be gone on with is a choice as well."""
    room = WANTED - sum(len(branch.ahead) for branch in branches if branch.is_near)
    found = []
    for branch in branches:
        if branch.is_near or (branch.ahead and room > 0):
            room -= 0 if branch.is_near else len(branch.ahead)
            found.append(branch)
    if room <= 0:
        return found
    return [replace(branch, going_on=tuple(r for r in branch.walked if r.pk in begun)) for branch in found]


def _strand(
    branch: _Branch,
    title: str,
    summaries: dict[int, MasterySummary],
    names: dict[int, str],
    sentences: dict[tuple[int, Decimal | None], str],
    steps: Mapping[int, NextStep[int]],
) -> StrandMap:
    def listed(ids: Iterable[int]) -> str:
        return ", ".join(names[i] for i in ids)

    walked, ahead = branch.walked, branch.ahead
    edge = next((r.pk for r in reversed(walked) if not summaries[r.pk].is_demonstrated), None)
    stops = [
        Stop(
            label=names[r.pk],
            mark=summaries[r.pk].shape,
            word=str(Shape(summaries[r.pk].shape).label),
            note=_last_seen(summaries[r.pk]),
            here=r.pk == edge,
        )
        for r in walked
    ]
    stops += [
        Stop(
            label=names[r.pk],
            mark=Shape.OPEN,
            word=str(Shape.OPEN.label),
            note=_("comes after: %(names)s") % {"names": listed(steps[r.pk].unmet)}
            if steps[r.pk].unmet
            else _("a step you can choose"),
            ahead=True,
        )
        for r in ahead
    ]
    chart = continuum(
        f"map-{branch.number}",
        title=title,
        desc=_("The line is solid where it has been shown, and open where you can choose."),
        stops=stops,
        edge_words=_("at my edge"),
        heads=(_("I can"), _("Level"), _("From")),
        land=True,
    )
    return StrandMap(
        name=title,
        chart=chart,
        choices=[
            Choice(
                public_id=r.public_id,
                name=names[r.pk],
                sentence=sentences.get((r.pk, None), ""),
                before=listed(steps[r.pk].follows),
                first=listed(steps[r.pk].unmet),
            )
            for r in (*ahead[:MOST], *branch.going_on[:MOST])
        ],
    )


def _last_seen(summary: MasterySummary) -> str:
    day = summary.last_observed_on
    return _("last seen %(day)s") % {"day": date_format(day, "MONTH_DAY_FORMAT")} if day else ""
