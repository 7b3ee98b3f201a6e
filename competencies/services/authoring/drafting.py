"""A working copy as the framework draft it is: the one thing that publishing understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.permissions import Viewer
from competencies.choices import AssociationKind
from competencies.contents import plain_level
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, WordingDraft
from competencies.models import Association, Competency, Framework, WorkingCopy, WorkingEdge, WorkingItem
from competencies.services.authoring.copies import HEAD
from competencies.services.authoring.edges import edge_key

Row = Mapping[str, Any]


@dataclass
class _Shape:
    """The live items of a copy in reading order, with the parent each hangs under (None: the top)."""

    items: list[Row]
    parents: dict[str, str | None]
    children: dict[str | None, list[str]]


@dataclass
class _Stored:
    """What is published now: parents and children by key, and the edges of the tree by the key of the child."""

    parents: dict[str, str | None] = field(default_factory=dict)
    children: dict[str | None, list[str]] = field(default_factory=dict)
    edges: dict[str, list[Row]] = field(default_factory=dict)


def draft_of_copy(*, by: Viewer, copy: WorkingCopy) -> FrameworkDraft:
    """The framework as it would be: every item that is not taken out, the tree as edges, the edges of the graph.

    Five queries. What nobody changed comes out exactly as it is stored, so that publishing writes only the difference.
    """
    framework = copy.framework
    shape = _shape(
        WorkingItem.objects.filter(copy=copy, is_retired=False)
        .order_by("position", "pk")
        .values(
            "key",
            "parent_key",
            "position",
            "code",
            "name",
            "statement",
            "language",
            "is_assessable",
            "fields",
            "wordings",
            "is_new",
        )  # fmt: skip
    )
    head: dict[str, Any] = {name: copy.head.get(name) or ({} if name == "translations" else "") for name in HEAD}
    head["language"] = head["language"] or "en"
    return FrameworkDraft(
        source=copy.source,
        source_id=copy.source_id,
        public_id=UUID(copy.source_id) if framework is None and copy.source == "own" else None,
        source_uri=framework.source_uri if framework else "",
        source_changed_at=framework.source_changed_at if framework else None,
        details=framework.details if framework else {},
        competencies=tuple(_competencies(shape)),
        edges=(*_tree(copy, shape, _stored(framework)), *_graph(copy, shape)),
        **head,
    )


# ------------------------------------------------------------------ the tree


def _shape(rows: Iterable[Row]) -> _Shape:
    """Top to bottom. An item whose branch is out, or is gone, stands at the top; what hangs in a ring does too."""
    items = {row["key"]: row for row in rows}
    below: dict[str | None, list[str]] = {}
    for key, row in items.items():
        below.setdefault(row["parent_key"] if row["parent_key"] in items else None, []).append(key)
    order: list[Row] = []
    parents: dict[str, str | None] = {}
    children: dict[str | None, list[str]] = {}

    def walk(start: Iterable[str]) -> None:
        pending: list[tuple[str, str | None]] = [(key, None) for key in reversed([*start])]
        while pending:
            key, parent = pending.pop()
            if key in parents:
                continue
            parents[key] = parent
            children.setdefault(parent, []).append(key)
            order.append(items[key])
            pending.extend((child, key) for child in reversed(below.get(key, ())))

    walk(below.get(None, ()))
    if len(parents) < len(items):
        walk(key for key in items if key not in parents)
    return _Shape(order, parents, children)


def _stored(framework: Framework | None) -> _Stored:
    stored = _Stored()
    if framework is None:
        return stored
    rows = list(
        Competency.objects.filter(framework=framework, retired_at__isnull=True)
        .order_by("position", "pk")
        .values_list("source_id", "parent__source_id")
    )
    here = {key for key, _parent in rows}
    for key, parent in rows:
        stored.parents[key] = parent
        stored.children.setdefault(parent if parent in here else None, []).append(key)
    for edge in Association.objects.filter(
        framework=framework, kind=AssociationKind.CHILD_OF, retired_at__isnull=True
    ).values(
        "source_id", "kind", "origin_source_id", "origin_uri", "destination_source_id", "destination_uri", "sequence",
        "is_broken_cycle", "details",
    ):  # fmt: skip
        stored.edges.setdefault(edge["origin_source_id"], []).append(edge)
    return stored


def _tree(copy: WorkingCopy, shape: _Shape, stored: _Stored) -> Iterable[EdgeDraft]:
    """The edges of the tree: those that are stored and still hold, new ones where an item is new or was moved.

    Where the parts of a branch changed, or their order, the parts are numbered anew.
    """
    numbers: dict[tuple[str, str], int] = {}
    for parent, keys in shape.children.items():
        if stored.children.get(parent, []) != keys:
            numbers |= {(key, parent or copy.source_id): place for place, key in enumerate(keys, 1)}
    for key, parent in shape.parents.items():
        target = parent or copy.source_id
        known = stored.edges.get(key, [])
        was = stored.parents.get(key)
        is_moved = key in stored.parents and was != parent
        kept = [
            edge
            for edge in known
            if (edge["destination_source_id"] in shape.parents or edge["destination_source_id"] == copy.source_id)
            and not (is_moved and edge["destination_source_id"] == (was or copy.source_id))
        ]
        for edge in kept:
            place = (key, edge["destination_source_id"])
            yield _edge(edge, numbers.get(place, edge["sequence"]))
        is_tied = any(edge["destination_source_id"] == target for edge in kept)
        if not is_tied and (is_moved or key not in stored.parents):
            yield EdgeDraft(
                source_id=edge_key(key, AssociationKind.CHILD_OF, target),
                kind=AssociationKind.CHILD_OF,
                origin=key,
                destination=target,
                sequence=numbers.get((key, target)),
            )


def _edge(row: Row, sequence: int | None) -> EdgeDraft:
    return EdgeDraft(
        source_id=row["source_id"],
        kind=row["kind"],
        origin=row["origin_source_id"],
        origin_uri=row["origin_uri"],
        destination=row["destination_source_id"],
        destination_uri=row["destination_uri"],
        sequence=sequence,
        is_broken_cycle=row["is_broken_cycle"],
        details=row["details"],
    )


# ------------------------------------------------------------------ competencies and graph


def _competencies(shape: _Shape) -> Iterable[CompetencyDraft]:
    for position, item in zip(_positions(shape.items), shape.items, strict=True):
        fields = item["fields"]
        changed = fields.get("source_changed_at")
        yield CompetencyDraft(
            source_id=item["key"],
            public_id=UUID(item["key"]) if item["is_new"] else None,
            source_uri=fields.get("source_uri") or "",
            code=item["code"],
            name=item["name"],
            statement=item["statement"],
            notes=fields.get("notes") or "",
            kind=fields.get("kind") or "",
            grades=tuple(fields.get("grades") or ()),
            subjects=tuple(fields.get("subjects") or ()),
            concepts=tuple(fields.get("concepts") or ()),
            language=item["language"],
            position=position,
            parent=shape.parents[item["key"]],
            is_assessable=item["is_assessable"],
            source_changed_at=datetime.fromisoformat(changed) if changed else None,
            details=fields.get("details") or {},
            wordings=wordings_of_item(item),
        )


def _positions(items: list[Row]) -> list[int]:
    """The positions that are stored where they still read from top to bottom, else counted anew."""
    old = [item["fields"].get("position") for item in items]
    if all(isinstance(one, int) for one in old) and all(a < b for a, b in zip(old, old[1:], strict=False)):
        return old
    return list(range(len(items)))


def wordings_of_item(item: Row) -> tuple[WordingDraft, ...] | None:
    """The sentences of an item; None where there never were any, so that nothing is said about them."""
    if not item["wordings"] and not item["fields"].get("worded"):
        return None
    return tuple(
        WordingDraft(
            kind=row["kind"],
            language=row["language"],
            text=row["text"],
            level=Decimal(plain_level(row["level"])) if row.get("level") else None,
        )
        for row in item["wordings"]
    )


def _graph(copy: WorkingCopy, shape: _Shape) -> Iterable[EdgeDraft]:
    """Edges but those of the tree; an edge of an item that is taken out goes out with it."""
    out = set(WorkingItem.objects.filter(copy=copy, is_retired=True).values_list("key", flat=True)) - set(shape.parents)
    rows = WorkingEdge.objects.filter(copy=copy, is_retired=False).order_by("pk")
    for edge in rows:
        if edge.origin_key in out or edge.destination_key in out:
            continue
        yield EdgeDraft(
            source_id=edge.key,
            kind=edge.kind,
            origin=edge.origin_key,
            origin_uri=edge.fields.get("origin_uri") or "",
            destination=edge.destination_key,
            destination_uri=edge.fields.get("destination_uri") or "",
            sequence=edge.fields.get("sequence"),
            is_broken_cycle=bool(edge.fields.get("is_broken_cycle")),
            details=edge.fields.get("details") or {},
        )
