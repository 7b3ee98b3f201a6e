"""The continuum of a framework as a picture and a table, from all of it down to one competency."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Viewer
from accounts.svg import Card, layered
from competencies.choices import AssociationKind, WordingKind
from competencies.continuum import Continuum, build_continuum
from competencies.listing import FrameworkCard, card_of, name_in
from competencies.models import Association, Competency, Framework
from competencies.pictures import Face, picture_of
from competencies.selectors.competency import CompetencyPage, Neighbour
from competencies.selectors.frameworks import visible_frameworks
from competencies.texts import Text, wordings_of
from competencies.zoom import STEPS, Item, Tree, View, look_around, look_into

NAMED = 6  # neighbours named in a line of the table; the rest are counted
AROUND = 8


@dataclass(frozen=True, slots=True)
class Named:
    """A competency or branch by name. `count` of ties that lead there, where it stands for several."""

    public_id: UUID
    name: Text
    is_branch: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One node of the picture as a line of the table, with everything directly before and after it.

    `holds`: how many competencies a branch holds, 0 for one competency. The counts say how many neighbours were left
    out of the lists.
    """

    named: Named
    code: str
    holds: int
    before: list[Named]
    after: list[Named]
    more_before: int
    more_after: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class ContinuumPage:
    """A zoom level: where one is (`trail`, outermost first), the picture, and the same as lines of a table.

    `around` is the competency looked at, `steps` how far; `loops` how many ties were left out because they closed a
    loop. `not_drawn` ties are in the table only.
    """

    framework: FrameworkCard
    trail: list[Named]
    branch: Named | None
    around: Named | None
    steps: int
    svg: str
    sentence: str
    lines: list[Line]
    total: int
    holds_branches: bool
    page: int
    pages: int
    loops: int


def continuum_page(
    *,
    viewer: Viewer,
    public_id: UUID,
    language: str,
    branch: UUID | None = None,
    around: UUID | None = None,
    steps: int = 1,
    page: int = 1,
) -> ContinuumPage | None:
    """The whole framework, a `branch` of it, or what is `around` one competency. None for what is not there.

    Five queries, however large the framework is; what is drawn is bounded.
    """
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    rows = _rows(framework)
    graph, loops = _graph(framework, rows)
    by_id = {row[1]: row[0] for row in rows}
    tree = Tree([Item(pk, parent, pk in graph.order) for pk, _key, parent, _learned in rows])
    if around is not None:
        node = by_id.get(around)
        if node is None or node not in graph.order:
            return None
        steps = steps if steps in STEPS else STEPS[0]
        view = look_around(graph, node, steps=steps)
    else:
        node = None
        at = by_id.get(branch) if branch is not None else None
        if branch is not None and (at is None or not tree.children.get(at)):
            return None
        view = look_into(tree, graph, at=at, page=page)
    trail = tree.path_to(node) if node is not None else tree.path_to(view.at) if view.at is not None else []
    near = _neighbours(view, graph)
    names = names_of(viewer=viewer, framework=framework, ids=_wanted(view, near, trail), language=language)
    lines = [_line(pk, view, near[pk], names, node) for pk in view.nodes]
    title = card_of(framework, language=language)
    sentence = sentence_of(
        view,
        around=names[node].named.name.text if node in names else "",
        branch=names[view.at].named.name.text if view.at in names else "",
        steps=steps,
    )
    return ContinuumPage(
        framework=title,
        trail=[names[pk].named for pk in trail if pk in names],
        branch=names[view.at].named if view.at is not None else None,
        around=names[node].named if node is not None else None,
        steps=steps,
        svg=_picture(view, lines, sentence, title.title.text),
        sentence=sentence,
        lines=lines,
        total=len(graph.order),
        holds_branches=bool(view.groups),
        page=view.page,
        pages=view.pages,
        loops=loops,
    )


_Row = tuple[int, UUID, int | None, bool]


def _rows(framework: Framework) -> list[_Row]:
    """Everything current in reading order. One query."""
    return list(
        Competency.objects.filter(framework=framework, retired_at__isnull=True)
        .order_by("position", "pk")
        .values_list("pk", "public_id", "parent_id", "is_assessable")
    )


def _edges(framework: Framework) -> list[tuple[int, int, bool]]:
    """(earlier, later, left out) between competencies of this framework. One query."""
    return [
        (origin, destination, broken)
        for origin, destination, broken in Association.objects.filter(
            kind=AssociationKind.PRECEDES,
            retired_at__isnull=True,
            origin__framework=framework,
            destination__framework=framework,
        )
        .order_by("pk")
        .values_list("origin_id", "destination_id", "is_broken_cycle")
        if origin is not None and destination is not None
    ]


def _graph(framework: Framework, rows: Sequence[_Row]) -> tuple[Continuum[int], int]:
    """What is learned, and what comes before what; and how many ties were left out of it."""
    edges = _edges(framework)
    tied = {pk for origin, destination, _broken in edges for pk in (origin, destination)}
    nodes = [pk for pk, _key, _parent, learned in rows if learned or pk in tied]
    graph = build_continuum(nodes, [(a, b) for a, b, broken in edges if not broken])
    return graph, len({(a, b) for a, b, broken in edges if broken} | graph.removed)


@dataclass(frozen=True, slots=True)
class _Near:
    """What lies directly before and after a node of the view: (what, how often)."""

    before: list[tuple[int, int]]
    after: list[tuple[int, int]]


def _neighbours(view: View, graph: Continuum[int]) -> dict[int, _Near]:
    """For single competencies everything the continuum says, also outside of the view; for branches its ties."""
    near = {
        pk: _Near([(one, 0) for one in graph.predecessors[pk]], [(one, 0) for one in graph.successors[pk]])
        if pk not in view.groups and pk in graph.order
        else _Near([], [])
        for pk in view.nodes
    }
    if view.groups:
        near = {pk: _Near([], []) for pk in view.nodes}
        for tie in view.ties:
            near[tie.origin].after.append((tie.destination, tie.count))
            near[tie.destination].before.append((tie.origin, tie.count))
    return near


def _wanted(view: View, near: Mapping[int, _Near], trail: Collection[int]) -> set[int]:
    """Everything that is named on the page."""
    named = {pk for one in near.values() for side in (one.before, one.after) for pk, _count in side[:NAMED]}
    return {*view.nodes, *trail, *named, *([view.at] if view.at is not None else [])}


@dataclass(frozen=True, slots=True)
class Said:
    """What a row is called, with its code."""

    named: Named
    code: str


def names_of(*, viewer: Viewer, framework: Framework, ids: Collection[int], language: str) -> dict[int, Said]:
    """Names and codes by id. Two queries."""
    rows = Competency.objects.filter(pk__in=ids).only("pk", "public_id", "name", "code", "language", "is_assessable")
    wordings = wordings_of(set(ids), [WordingKind.NAME])
    return {
        row.pk: Said(Named(row.public_id, name_in(row, wordings.get(row.pk, {}), framework, language)), row.code)
        for row in rows
    }


def _line(pk: int, view: View, near: _Near, names: Mapping[int, Said], here: int | None) -> Line:
    def named(side: list[tuple[int, int]]) -> list[Named]:
        return [
            replace(names[other].named, is_branch=other in view.groups, count=count)
            for other, count in side[:NAMED]
            if other in names
        ]

    said = names[pk]
    return Line(
        named=replace(said.named, is_branch=pk in view.groups),
        code=said.code,
        holds=view.groups.get(pk, 0),
        before=named(near.before),
        after=named(near.after),
        more_before=max(0, len(near.before) - NAMED),
        more_after=max(0, len(near.after) - NAMED),
        is_here=pk == here,
    )


def sentence_of(view: View, *, around: str, branch: str, steps: int) -> str:
    """What a picture shows, in one sentence: what is `around` one competency, a `branch`, or ("" both) everything."""
    if around:
        text = ngettext(
            "“%(name)s” with what comes one step before and after it.",
            "“%(name)s” with what comes up to %(steps)s steps before and after it.",
            steps,
        )
        return text % {"name": around, "steps": steps}
    if view.groups:
        text = (
            _("The branches of “%(name)s”, what comes first above.")
            if branch
            else _("The branches, what comes first above.")
        )
    elif branch:
        text = _("Everything in “%(name)s”, what comes first above.")
    else:
        text = _("Every competency, what comes first above.")
    return text % {"name": branch}


def _picture(view: View, lines: Sequence[Line], sentence: str, title: str) -> str:
    faces = {
        pk: Face(
            key=str(line.named.public_id),
            name=line.named.name.text,
            note=holds_words(line.holds) if line.holds else line.code,
            is_branch=bool(line.holds),
            is_here=line.is_here,
        )
        for pk, line in zip(view.nodes, lines, strict=True)
    }
    heading = _("The continuum of %(framework)s") % {"framework": title}
    return picture_of("continuum", view, faces, title=heading, desc=sentence)


def holds_words(number: int) -> str:
    """How many competencies a branch holds."""
    return ngettext("%(number)s competency", "%(number)s competencies", number) % {"number": number}


# ------------------------------------------------------------------ around one competency


def small_picture(page: CompetencyPage, *, address: Callable[[UUID], str]) -> str:
    """A competency with what comes directly before and after it, "" where nothing does. No query.

    At most `AROUND` on each side; the page lists them all.
    """
    if not page.before and not page.after:
        return ""

    def card(key: str, one: Neighbour) -> Card:
        return Card(
            key=key,
            label=one.name.text,
            note=_("no longer in its framework") if one.is_retired else one.framework.text or one.code,
            href=address(one.public_id) if one.public_id is not None else "",
        )

    here = Card("here", page.name.text, page.code, here=True)
    before = [card(f"before-{place}", one) for place, one in enumerate(page.before[:AROUND])]
    after = [card(f"after-{place}", one) for place, one in enumerate(page.after[:AROUND])]
    cards = [*before, here, *after]
    layer = dict.fromkeys((one.key for one in before), 0) | {here.key: 1} | dict.fromkeys((o.key for o in after), 2)
    return layered(
        "around",
        title=_("Before and after"),
        desc=_("What comes directly before “%(name)s” stands above it, what comes directly after stands below.")
        % {"name": here.label},
        cards=cards,
        layer=layer,
        threads=[*((one.key, here.key) for one in before), *((here.key, one.key) for one in after)],
    )
