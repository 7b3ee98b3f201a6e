"""Directed graphs of competencies, made safe to walk.

Pure: no Django, no clock, no I/O. Frameworks written by people contain loops ("A before B before A").
Everything here is iterative, so neither depth nor a loop can exhaust the interpreter's stack.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)

CYCLES_DESCRIBED = 100
"""Loops are described one by one up to this many; the rest are counted."""

CYCLE_MEMBERS_SHOWN = 20
"""A described loop names at most this many of its members."""


@dataclass(frozen=True, slots=True)
class Cycle(Generic[N]):
    """One loop and the edge left out to open it.

    `path` starts where the left-out edge pointed and follows the kept edges to where it came from
    (at most `CYCLE_MEMBERS_SHOWN` members); `length` is the full number of members; a node that points
    at itself is a loop of length 1.
    """

    path: tuple[N, ...]
    length: int
    removed: tuple[N, N]


@dataclass(frozen=True, slots=True)
class Acyclic(Generic[N]):
    """A graph without loops, and what was left out to get there.

    `successors` and `predecessors` hold every node, neighbours in the order of `nodes`. `starts` are the
    nodes the walk had to begin from, in order. `removed` is the set of edges left out; `cycles` describes
    the first of them. `outside` are edges with an end that is not a node.
    """

    successors: Mapping[N, tuple[N, ...]]
    predecessors: Mapping[N, tuple[N, ...]]
    starts: tuple[N, ...]
    removed: frozenset[tuple[N, N]]
    cycles: tuple[Cycle[N], ...]
    outside: tuple[tuple[N, N], ...]


def without_cycles(nodes: Iterable[N], edges: Iterable[tuple[N, N]], *, first: Sequence[N] = ()) -> Acyclic[N]:
    """Leave out the edges that close a loop; the same input always loses the same edges.

    The walk goes depth first from `first`, then from nodes nothing points at, then from the rest, each in
    the order given; neighbours are visited in the order of `nodes`. Repeated edges count once. Linear in
    nodes plus edges (neighbours are sorted).
    """
    order = {node: place for place, node in enumerate(dict.fromkeys(nodes))}
    forward: dict[N, list[N]] = {node: [] for node in order}
    pointed_at: set[N] = set()
    outside: list[tuple[N, N]] = []
    for origin, destination in dict.fromkeys(edges):
        if origin in order and destination in order:
            forward[origin].append(destination)
            pointed_at.add(destination)
        else:
            outside.append((origin, destination))
    for neighbours in forward.values():
        neighbours.sort(key=order.__getitem__)

    sources = [node for node in order if node not in pointed_at]
    removed: set[tuple[N, N]] = set()
    cycles: list[Cycle[N]] = []
    starts: list[N] = []
    done: set[N] = set()
    for start in (*(node for node in first if node in order), *sources, *order):
        if start in done:
            continue
        starts.append(start)
        _walk(start, forward, done, removed, cycles)

    successors = {
        node: tuple(other for other in neighbours if (node, other) not in removed)
        for node, neighbours in forward.items()
    }
    return Acyclic(
        successors=successors,
        predecessors=_reversed(successors),
        starts=tuple(starts),
        removed=frozenset(removed),
        cycles=tuple(cycles),
        outside=tuple(outside),
    )


def _walk(
    start: N,
    forward: Mapping[N, Sequence[N]],
    done: set[N],
    removed: set[tuple[N, N]],
    cycles: list[Cycle[N]],
) -> None:
    """Visit everything reachable from `start`; an edge back to the path being walked closes a loop."""
    path: list[N] = [start]
    place: dict[N, int] = {start: 0}
    pending = [iter(forward[start])]
    while path:
        node = path[-1]
        for neighbour in pending[-1]:
            if neighbour in place:
                removed.add((node, neighbour))
                if len(cycles) < CYCLES_DESCRIBED:
                    since = place[neighbour]
                    cycles.append(
                        Cycle(
                            path=tuple(path[since : since + CYCLE_MEMBERS_SHOWN]),
                            length=len(path) - since,
                            removed=(node, neighbour),
                        )
                    )
            elif neighbour not in done:
                place[neighbour] = len(path)
                path.append(neighbour)
                pending.append(iter(forward[neighbour]))
                break
        else:
            done.add(node)
            del place[node]
            path.pop()
            pending.pop()


def _reversed(successors: Mapping[N, Sequence[N]]) -> dict[N, tuple[N, ...]]:
    backward: dict[N, list[N]] = {node: [] for node in successors}
    for node, neighbours in successors.items():
        for neighbour in neighbours:
            backward[neighbour].append(node)
    return {node: tuple(neighbours) for node, neighbours in backward.items()}


def reachable(start: N, neighbours: Mapping[N, Sequence[N]]) -> tuple[N, ...]:
    """Everything reachable from `start` along `neighbours`, nearest first, without `start` itself."""
    found: dict[N, None] = {}
    wave: list[N] = [start]
    while wave:
        following: list[N] = []
        for node in wave:
            for neighbour in neighbours.get(node, ()):
                if neighbour not in found and neighbour != start:
                    found[neighbour] = None
                    following.append(neighbour)
        wave = following
    return tuple(found)


def way(start: N, end: N, edges: Iterable[tuple[N, N]]) -> tuple[N, ...]:
    """The shortest way from `start` to `end` along `(from, to)` edges, both ends included; empty if there is none.

    An edge `(a, b)` would close a loop exactly when `way(b, a, edges)` is not empty: that is the loop, from `b` on.
    """
    forward: dict[N, list[N]] = {}
    for origin, destination in edges:
        forward.setdefault(origin, []).append(destination)
    came_from: dict[N, N] = {start: start}
    wave = [start]
    while wave and end not in came_from:
        following: list[N] = []
        for node in wave:
            for neighbour in forward.get(node, ()):
                if neighbour not in came_from:
                    came_from[neighbour] = node
                    following.append(neighbour)
        wave = following
    if end not in came_from:
        return ()
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))
