"""The loops of a framework, each in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.permissions import Viewer
from competencies.choices import AssociationKind
from competencies.continuum import build_continuum
from competencies.listing import FrameworkCard, card_of
from competencies.models import Association
from competencies.selectors.continua import Named, names_of
from competencies.selectors.frameworks import visible_frameworks

LOOPS_NAMED = 25
LOOP_MEMBERS = 12


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop: its members in order (`more` are not named), and the tie that was left out of it."""

    members: list[Named]
    more: int
    origin: Named
    destination: Named
    is_branch: bool


@dataclass(frozen=True, slots=True)
class CyclesPage:
    """The loops of a framework in words; `count` of all, the first are described."""

    framework: FrameworkCard
    loops: list[Loop]
    count: int


def cycles_page(*, viewer: Viewer, public_id: UUID, language: str) -> CyclesPage | None:
    """Every loop among `precedes` and `isChildOf`, with the tie that was left out. Five queries."""
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    edges: dict[str, list[tuple[int, int, bool]]] = {AssociationKind.PRECEDES: [], AssociationKind.CHILD_OF: []}
    for kind, origin, destination, broken in (
        Association.objects.filter(
            kind__in=list(edges),
            retired_at__isnull=True,
            origin__framework=framework,
            destination__framework=framework,
        )
        .order_by("pk")
        .values_list("kind", "origin_id", "destination_id", "is_broken_cycle")
    ):
        if origin is not None and destination is not None:
            edges[kind].append((origin, destination, broken))
    found: list[tuple[tuple[int, int], tuple[int, ...], bool]] = []
    for kind, mine in edges.items():
        nodes = dict.fromkeys(pk for a, b, _broken in mine for pk in (a, b))
        graph = build_continuum(nodes, [(a, b) for a, b, broken in mine if not broken])
        left_out = dict.fromkeys([*((a, b) for a, b, broken in mine if broken), *sorted(graph.removed)])
        found += [
            ((a, b), _way(b, a, graph.successors) if place < LOOPS_NAMED else (), kind == AssociationKind.CHILD_OF)
            for place, (a, b) in enumerate(left_out)
        ]
    shown = found[:LOOPS_NAMED]
    names = names_of(
        viewer=viewer,
        framework=framework,
        ids={pk for pair, way, _is in shown for pk in (*pair, *way[:LOOP_MEMBERS])},
        language=language,
    )
    return CyclesPage(
        framework=card_of(framework, language=language),
        loops=[
            Loop(
                members=[names[pk].named for pk in way[:LOOP_MEMBERS]],
                more=max(0, len(way) - LOOP_MEMBERS),
                origin=names[a].named,
                destination=names[b].named,
                is_branch=is_branch,
            )
            for (a, b), way, is_branch in shown
        ],
        count=len(found),
    )


def _way(start: int, end: int, successors: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """The shortest way from one to the other, both included; only the two where none is left."""
    if start == end:
        return (start,)
    came: dict[int, int] = {start: start}
    wave = [start]
    while wave and end not in came:
        following = []
        for one in wave:
            for other in successors.get(one, ()):
                if other not in came:
                    came[other] = one
                    following.append(other)
        wave = following
    if end not in came:
        return (start, end)
    way = [end]
    while way[-1] != start:
        way.append(came[way[-1]])
    return tuple(way[::-1])
