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
    shown = {pk for pk, s in summaries.items() if s.is_demonstrated and pk in ids}
    graph = build_continuum([r.pk for r in rows], ties(Q(origin__in=ids, destination__in=ids)))
    found = graph.next_steps(shown)
    steps = {step.node: step for step in found}
    following = {step.node for step in found if step.follows}
    names = words.names(ids | {r.parent_id for r in rows if r.parent_id}, language=language)
    sentences = words.sentences(set(steps), WordingKind.STUDENT, language=language)
    by_strand: dict[int | None, list[Competency]] = defaultdict(list)
    for row in rows:
        by_strand[row.parent_id].append(row)
    above = {parent for parent in by_strand if parent is not None}
    standings = rolled_up_from(viewer=viewer, summaries=summaries.values(), parents=above)
    maps = []
    for number, (parent, mine) in enumerate(by_strand.items()):
        walked = sorted((r for r in mine if r.pk in summaries), key=lambda r: (graph.layer[r.pk], r.position))
        ahead = [r for r in mine if r.pk in steps and r.pk not in summaries]
        ahead.sort(key=lambda r: (r.pk not in following, graph.layer[r.pk], r.position))
        if not walked and not following & {r.pk for r in mine}:
            continue
        title = names.get(parent or 0, _("Other"))
        strand = _strand(number, title, walked, ahead, summaries, names, sentences, steps)
        maps.append(replace(strand, standing=standings.get(parent or 0)))
    choices = [c for m in maps for c in m.choices]
    return MapPage(strands=[m for m in maps if m.chart.rows], shown=[names[pk] for pk in shown], choices=choices)


def _strand(
    number: int,
    title: str,
    walked: list[Competency],
    ahead: list[Competency],
    summaries: dict[int, MasterySummary],
    names: dict[int, str],
    sentences: dict[tuple[int, Decimal | None], str],
    steps: Mapping[int, NextStep[int]],
) -> StrandMap:
    def listed(ids: Iterable[int]) -> str:
        return ", ".join(names[i] for i in ids)

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
        f"map-{number}",
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
            for r in ahead[:4]
        ],
    )


def _last_seen(summary: MasterySummary) -> str:
    day = summary.last_observed_on
    return _("last seen %(day)s") % {"day": date_format(day, "MONTH_DAY_FORMAT")} if day else ""
