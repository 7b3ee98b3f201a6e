"""How near somebody looks at a continuum: branches with what they hold, one branch, or one competency's surroundings.

Pure: no Django, no clock, no I/O. What is looked at is always small enough to read: where more than `MOST` competencies
lie under a branch, its own branches stand for them, and what leads from one to the other is counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from competencies.continuum import Continuum, build_continuum
from competencies.graphs import without_cycles

MOST = 40
"""Competencies shown one by one; more are shown by branch."""
WEIGHED = 200
"""Of more branches than these, ties both ways are not weighed one against the other: that would take too long."""
PAGE = 36
"""Of a long list without branches, on one page."""
STEPS = (1, 2)
"""How many steps before and after one competency may be asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a framework in reading order. `is_idea`: something that is learned, not only a branch."""

    pk: int
    parent: int | None
    is_idea: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """One thread of a view. `count` competencies' ties run along it; `is_back`: they lead both ways, this way fewer."""

    origin: int
    destination: int
    count: int = 1
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: `nodes` in order, `groups` those that stand for several with how many, `layer` of each.

    `at` is the branch looked into (the one that was asked for, or the only one in it), `pages` how many pages there
    are. `ties` run between the nodes of this page, `outside` are nodes with ties to something the page does not hold:
    (before, after).
    """

    at: int | None
    nodes: tuple[int, ...]
    groups: Mapping[int, int]
    layer: Mapping[int, int]
    ties: tuple[Tie, ...]
    outside: Mapping[int, tuple[bool, bool]]
    page: int = 1
    pages: int = 1


class Tree:
    """The branches of a framework: what lies under each, without ever walking in a circle."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = {item.pk: item for item in items}
        self.order = {pk: place for place, pk in enumerate(self.items)}
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for item in items:
            self.children[item.parent if item.parent in self.items else None].append(item.pk)

    def ideas_under(self, at: int | None) -> list[int]:
        """Everything that is learned in a branch (itself too, where it is), in reading order; None: everywhere."""
        if at is None:
            return [pk for pk, item in self.items.items() if item.is_idea]
        seen = {at}
        waiting = [at]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return sorted((pk for pk in seen if pk in self.items and self.items[pk].is_idea), key=self.order.__getitem__)

    def path_to(self, pk: int) -> list[int]:
        """The branches something lies in, outermost first, without itself."""
        found: list[int] = []
        parent = self.items[pk].parent if pk in self.items else None
        while parent in self.items and parent is not None and parent not in found:
            found.append(parent)
            parent = self.items[parent].parent
        return found[::-1]


def look_into(tree: Tree, graph: Continuum[int], *, at: int | None = None, page: int = 1) -> View:
    """The whole framework, or one branch of it. Falls through branches that hold nothing but one branch."""
    ideas = tree.ideas_under(at)
    if len(ideas) <= MOST:
        return _view(at, ideas, {pk: pk for pk in ideas}, {}, graph, page)
    stands_for: dict[int, int] = {}
    groups: dict[int, int] = {}
    for child in tree.children.get(at, ()):
        under = tree.ideas_under(child) if tree.children.get(child) else []
        if under:
            groups[child] = len(under)
            stands_for |= dict.fromkeys(under, child)
    loose = [pk for pk in ideas if pk not in stands_for]
    if len(groups) == 1 and not loose:
        return look_into(tree, graph, at=next(iter(groups)), page=page)
    nodes = sorted([*groups, *loose], key=tree.order.__getitem__)
    return _view(at, nodes, stands_for | {pk: pk for pk in loose}, groups, graph, page)


def _view(
    at: int | None,
    nodes: Sequence[int],
    stands_for: Mapping[int, int],
    groups: Mapping[int, int],
    graph: Continuum[int],
    page: int,
) -> View:
    counts: Counter[tuple[int, int]] = Counter()
    outside: dict[int, tuple[bool, bool]] = {}
    for earlier, node in stands_for.items():
        for later in graph.successors.get(earlier, ()):
            other = stands_for.get(later)
            if other is None:
                _mark(outside, node, after=True)
            elif other != node:
                counts[node, other] += 1
        if any(stands_for.get(before) is None for before in graph.predecessors.get(earlier, ())):
            _mark(outside, node, before=True)
    # Where branches lead to each other both ways, the way fewer go is the one that is drawn back.
    order = {pk: place for place, pk in enumerate(nodes)}
    strongest = sorted(counts, key=lambda pair: (-counts[pair], order[pair[0]], order[pair[1]]))
    kept = strongest if not groups else _without_loops(nodes, strongest)  # single competencies run in no loop
    arranged = build_continuum(nodes, kept)
    pages = max(1, -(-len(nodes) // PAGE)) if len(nodes) > MOST else 1
    number = min(max(page, 1), pages)
    shown = list(nodes)
    if pages > 1:
        shown = list(nodes[(number - 1) * PAGE : number * PAGE])  # in reading order: what belongs together stays so
    there = set(shown)
    ties = []
    chosen = set(kept)
    for (origin, destination), count in sorted(counts.items(), key=lambda one: (order[one[0][0]], order[one[0][1]])):
        if origin in there and destination in there:
            ties.append(Tie(origin, destination, count, is_back=(origin, destination) not in chosen))
        elif origin in there:
            _mark(outside, origin, after=True)
        elif destination in there:
            _mark(outside, destination, before=True)
    return View(
        at=at,
        nodes=tuple(shown),
        groups={pk: groups[pk] for pk in shown if pk in groups},
        layer={pk: arranged.layer[pk] for pk in shown},
        ties=tuple(ties),
        outside={pk: ways for pk, ways in outside.items() if pk in there},
        page=number,
        pages=pages,
    )


def _mark(outside: dict[int, tuple[bool, bool]], pk: int, *, before: bool = False, after: bool = False) -> None:
    was = outside.get(pk, (False, False))
    outside[pk] = (was[0] or before, was[1] or after)


def _without_loops(nodes: Sequence[int], pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs taken one by one, each that would close a loop left out; for many nodes whichever closes one."""
    if len(nodes) > WEIGHED:
        found = list(pairs)
        removed = without_cycles(nodes, found).removed
        return [pair for pair in found if pair not in removed]
    after: dict[int, set[int]] = {pk: {pk} for pk in nodes}  # what each leads to so far, itself included
    kept = []
    for origin, destination in pairs:
        if origin in after[destination]:
            continue
        kept.append((origin, destination))
        for reached in after.values():
            if origin in reached:
                reached |= after[destination]
    return kept


def look_around(graph: Continuum[int], node: int, *, steps: int, beside: Collection[int] = ()) -> View:
    """One competency with everything at most `steps` steps before or after it; KeyError if it is not in the graph.

    `beside` are others of the graph that are shown too, wherever they stand.
    """
    found = {node}
    for neighbours in (graph.predecessors, graph.successors):
        wave = [node]
        for _step in range(steps):
            wave = [other for one in wave for other in neighbours[one] if other not in found]
            found.update(wave)
    found.update(beside)
    nodes = sorted(found, key=graph.order.__getitem__)
    if len(nodes) > MOST:
        nearest = dict.fromkeys([node, *beside, *graph.predecessors[node], *graph.successors[node]])
        nodes = sorted([*nearest][:MOST], key=graph.order.__getitem__)
    return _view(None, nodes, {pk: pk for pk in nodes}, {}, graph, 1)
