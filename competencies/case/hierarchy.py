"""The shape of a package: who hangs under whom, in which order, and where that goes wrong. Pure.

isChildOf has the child at its origin and the parent at its destination; the parent of a root is the
document. An item may have several parents, none, or only parents elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from competencies.case.issues import IssueLog
from competencies.case.records import Association, AssociationType, Document, Item, Package
from competencies.case.wordings import Code
from competencies.graphs import Cycle, without_cycles

_DIGITS = re.compile(r"([0-9]+)")
_SHOWN_LENGTH = 60

NaturalKey = tuple[tuple[int, int, str], ...]
SiblingKey = tuple[bool, int, bool, NaturalKey, bool, NaturalKey, int]


def natural_key(text: str) -> NaturalKey:
    """Sort key under which "3.NF.2" comes before "3.NF.10"; case does not matter.

    Digits are compared as numbers without converting them, so a thousand digits cost nothing.
    """
    parts: list[tuple[int, int, str]] = []
    for place, part in enumerate(_DIGITS.split(text.casefold())):
        if place % 2:
            digits = part.lstrip("0")
            parts.append((0, len(digits), digits))
        elif part:
            parts.append((1, 0, part))
    return tuple(parts)


def sibling_key(sequence: int | None, enumeration: str, code: str, position: int) -> SiblingKey:
    """How siblings are ordered: sequence number, list enumeration, coding scheme, place in the file.

    What is missing sorts after what is there.
    """
    return (
        sequence is None,
        sequence or 0,
        not enumeration,
        natural_key(enumeration),
        not code,
        natural_key(code),
        position,
    )


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree (in truth a graph: an item may appear under several parents), safe to walk.

    `roots` are the items at the top level in reading order, `adrift` those among them that no edge leads
    to from the document. `children` and `parents` hold every item; parents exclude the document and
    anything elsewhere. `depth` is the shortest way down from the top, 1 for a root. `cycles` are loops
    with the edge (parent, child) that was left out.
    """

    roots: tuple[str, ...]
    children: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    depth: Mapping[str, int]
    adrift: tuple[str, ...]
    cycles: tuple[Cycle[str], ...]
    cycle_count: int


def hierarchy(package: Package) -> Hierarchy:
    """The shape of a package; loops are opened, never followed. Linear in items plus associations."""
    return _hierarchy(package.document, package.items, package.associations)


def _hierarchy(document: Document, items: Iterable[Item], associations: Iterable[Association]) -> Hierarchy:
    by_key = {item.key: item for item in items}
    edges: dict[tuple[str, str], int | None] = {}
    for association in associations:
        if association.type is not AssociationType.IS_CHILD_OF:
            continue
        edge = association.destination.key, association.origin.key
        if edges.get(edge) is None:
            edges[edge] = association.sequence

    top = document.key
    graph = without_cycles((top, *by_key), edges, first=(top,))
    adrift = tuple(key for key in graph.starts if key != top)

    def in_order(parent: str, keys: Iterable[str]) -> tuple[str, ...]:
        def key_of_sibling(key: str) -> SiblingKey:
            item = by_key[key]
            return sibling_key(edges.get((parent, key)), item.list_enumeration, item.human_coding_scheme, item.position)

        return tuple(sorted(keys, key=key_of_sibling))

    children = {parent: in_order(parent, keys) for parent, keys in graph.successors.items()}
    roots = children.pop(top) + in_order(top, adrift)
    return Hierarchy(
        roots=roots,
        children=children,
        parents={key: tuple(p for p in before if p != top) for key, before in graph.predecessors.items() if key != top},
        depth=_depths(roots, children),
        adrift=adrift,
        cycles=graph.cycles,
        cycle_count=len(graph.removed),
    )


def _depths(roots: Iterable[str], children: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    depth: dict[str, int] = {}
    wave = list(roots)
    level = 1
    while wave:
        following: list[str] = []
        for key in wave:
            if key not in depth:
                depth[key] = level
                following += children[key]
        wave = following
        level += 1
    return depth


def note_shape(
    document: Document, items: tuple[Item, ...], associations: tuple[Association, ...], log: IssueLog
) -> None:
    """Log what the edges say about the package as a whole: loops, items adrift, targets elsewhere."""
    by_key = {item.key: item for item in items}
    inside = {document.key, *by_key}
    outside = sum(1 for a in associations if a.origin.key not in inside or a.destination.key not in inside)
    if outside:
        log.add(Code.TARGETS_OUTSIDE, "/CFAssociations", count=outside)

    shape = _hierarchy(document, items, associations)
    elsewhere = {
        a.origin.key for a in associations if a.type is AssociationType.IS_CHILD_OF and a.destination.key not in inside
    }
    adrift = [key for key in shape.adrift if key not in elsewhere]
    if adrift:
        first = by_key[adrift[0]]
        log.add(
            Code.ITEMS_ADRIFT,
            f"/CFItems/{first.position}",
            first.identifier,
            count=len(adrift),
            first=_name(first),
        )
    _note_cycles(shape.cycles, shape.cycle_count, AssociationType.IS_CHILD_OF, by_key, log)
    precedes = ((a.origin.key, a.destination.key) for a in associations if a.type is AssociationType.PRECEDES)
    order = without_cycles(by_key, precedes)
    _note_cycles(order.cycles, len(order.removed), AssociationType.PRECEDES, by_key, log)


def _note_cycles(
    cycles: tuple[Cycle[str], ...],
    count: int,
    kind: AssociationType,
    items: Mapping[str, Item],
    log: IssueLog,
) -> None:
    for cycle in cycles:
        last, first = cycle.removed
        names = [_name(items[key]) for key in cycle.path[:5] if key in items]
        if cycle.length > len(names):
            names.append("…")
        if kind is AssociationType.IS_CHILD_OF:
            last, first = first, last
        log.add(
            Code.CYCLE_OPENED,
            f"/CFItems/{items[first].position}" if first in items else "/CFAssociations",
            items[first].identifier if first in items else "",
            count=cycle.length,
            kind=kind.value,
            path=" → ".join(names),
            **{"from": _name(items[last]), "to": _name(items[first])},
        )
    if count > len(cycles):
        log.add(Code.MORE_CYCLES, "/CFAssociations", count=count - len(cycles), kind=kind.value)


def _name(item: Item) -> str:
    name = item.human_coding_scheme or item.abbreviated_statement or item.full_statement
    return name if len(name) <= _SHOWN_LENGTH else name[: _SHOWN_LENGTH - 1] + "…"
