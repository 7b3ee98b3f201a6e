"""The learning continuum: what comes before, what comes after, and what could come next.

Pure: no Django, no clock, no I/O. Nodes are any hashable ids (database keys, CASE identifiers); an edge
`(a, b)` says "a precedes b", as the CASE association type `precedes` does. Loops are reported and opened
(`competencies.graphs`), so every other answer is about a graph without loops.

*Prerequisite* means **direct** predecessor everywhere, as the flag rules use the word
(design: supports, PREREQ_GAP and READY_NEXT).
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, TypeVar

from competencies.graphs import Cycle, reachable, without_cycles

N = TypeVar("N", bound=Hashable)


@dataclass(frozen=True, slots=True)
class BeforeAndAfter(Generic[N]):
    """The surroundings of one competency.

    `before` and `after` are the direct neighbours in the continuum's order; `all_before` and `all_after`
    add everything further away, nearest first.
    """

    before: tuple[N, ...]
    after: tuple[N, ...]
    all_before: tuple[N, ...]
    all_after: tuple[N, ...]


@dataclass(frozen=True, slots=True)
class NextStep(Generic[N]):
    """One thing that could be learned next.

    `ready` is true when every prerequisite is shown. Otherwise the step is a look ahead and `unmet` names
    the prerequisites that are not shown yet, so that no step is ever skipped in silence. `follows` are
    its prerequisites that are shown. `earlier` are the nearest competencies further back that are not
    shown although something built on them is: worth a look, never a bar.
    """

    node: N
    ready: bool
    follows: tuple[N, ...]
    unmet: tuple[N, ...]
    earlier: tuple[N, ...]


@dataclass(frozen=True, slots=True)
class Continuum(Generic[N]):
    """Who precedes whom, without loops. Build one with `build_continuum`.

    `order` is the reading order given; `layer` is 0 for a competency without prerequisites, else one more
    than its highest prerequisite; `cycles` are the loops found with the edge left out of each (described
    up to a limit; `removed` counts them all); `outside` are edges that leave the given nodes.
    """

    order: Mapping[N, int]
    predecessors: Mapping[N, tuple[N, ...]]
    successors: Mapping[N, tuple[N, ...]]
    layer: Mapping[N, int]
    cycles: tuple[Cycle[N], ...]
    removed: frozenset[tuple[N, N]]
    outside: tuple[tuple[N, N], ...]

    def layers(self) -> tuple[tuple[N, ...], ...]:
        """Nodes grouped by layer, each group in reading order; every edge goes to a later group."""
        grouped: list[list[N]] = []
        for node in self.order:
            place = self.layer[node]
            while len(grouped) <= place:
                grouped.append([])
            grouped[place].append(node)
        return tuple(tuple(group) for group in grouped)

    def before_and_after(self, node: N) -> BeforeAndAfter[N]:
        """What comes before and after `node`; KeyError if the continuum does not know it."""
        return BeforeAndAfter(
            before=self.predecessors[node],
            after=self.successors[node],
            all_before=reachable(node, self.predecessors),
            all_after=reachable(node, self.successors),
        )

    def next_steps(
        self,
        shown: AbstractSet[N],
        *,
        wanted: int = 2,
        scope: Collection[N] | None = None,
        limit: int | None = None,
    ) -> tuple[NextStep[N], ...]:
        """What could come next for someone who has shown `shown`.

        First every competency that is ready: not shown, all direct prerequisites shown; those that follow
        from something shown come before fresh starts, then by layer and reading order. If fewer than
        `wanted` are ready, the competencies one step further follow as a look ahead, each naming its
        unmet prerequisites (which are all ready themselves). Never contains anything in `shown`.
        `scope` restricts what may be suggested, not what counts as a prerequisite. `limit` cuts the
        answer. Ids the continuum does not know are ignored.
        """
        wanted_in = None if scope is None else frozenset(scope)
        open_nodes = [node for node in self.order if node not in shown]
        ready = {node for node in open_nodes if all(p in shown for p in self.predecessors[node])}

        def suggested(nodes: Iterable[N]) -> list[N]:
            kept = [node for node in nodes if wanted_in is None or node in wanted_in]
            return sorted(
                kept,
                key=lambda node: (
                    not any(p in shown for p in self.predecessors[node]),
                    self.layer[node],
                    self.order[node],
                ),
            )

        chosen = suggested(ready)
        if len(chosen) < wanted:
            chosen += suggested(
                node
                for node in open_nodes
                if node not in ready and all(p in shown or p in ready for p in self.predecessors[node])
            )
        if limit is not None:
            chosen = chosen[: max(limit, 0)]
        # Steps with the same prerequisites have the same past: walk it once.
        pasts: dict[tuple[N, ...], tuple[N, ...]] = {}
        steps = []
        for node in chosen:
            before = self.predecessors[node]
            if before not in pasts:
                pasts[before] = self._open_behind(before, shown)
            steps.append(
                NextStep(
                    node=node,
                    ready=node in ready,
                    follows=tuple(p for p in before if p in shown),
                    unmet=tuple(p for p in before if p not in shown),
                    earlier=pasts[before],
                )
            )
        return tuple(steps)

    def _open_behind(self, before: tuple[N, ...], shown: AbstractSet[N]) -> tuple[N, ...]:
        """What is not shown although something that builds on it is, walking back from `before`."""
        visited: set[N] = set(before)
        found: dict[N, None] = {}
        wave = [node for node in before if node in shown]
        while wave:
            following: list[N] = []
            for node in wave:
                for earlier in self.predecessors[node]:
                    if earlier in visited:
                        continue
                    visited.add(earlier)
                    if earlier in shown:
                        following.append(earlier)
                    else:
                        found[earlier] = None
            wave = following
        return tuple(found)


def build_continuum(nodes: Iterable[N], edges: Iterable[tuple[N, N]]) -> Continuum[N]:
    """A continuum over `nodes` in reading order from `(earlier, later)` edges.

    Linear in nodes plus edges; 10,000 nodes take a fraction of a second. Loops never raise and never
    hang: the edge that closes one is left out and reported in `cycles`.
    """
    order = {node: place for place, node in enumerate(dict.fromkeys(nodes))}
    graph = without_cycles(order, edges)
    return Continuum(
        order=order,
        predecessors=graph.predecessors,
        successors=graph.successors,
        layer=_layers(graph.predecessors, graph.successors),
        cycles=graph.cycles,
        removed=graph.removed,
        outside=graph.outside,
    )


def _layers(predecessors: Mapping[N, tuple[N, ...]], successors: Mapping[N, tuple[N, ...]]) -> dict[N, int]:
    layer = dict.fromkeys(predecessors, 0)
    waiting = {node: len(before) for node, before in predecessors.items()}
    wave = [node for node, count in waiting.items() if count == 0]
    while wave:
        following: list[N] = []
        for node in wave:
            for later in successors[node]:
                layer[later] = max(layer[later], layer[node] + 1)
                waiting[later] -= 1
                if waiting[later] == 0:
                    following.append(later)
        wave = following
    return layer
