"""What each publication changed, written down once and never changed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.permissions import Viewer
from competencies.choices import AssociationKind
from competencies.models import Association, Framework, FrameworkVersion
from competencies.services.comparing import FRAMEWORK_FIELDS, Comparison, plain_value

# What a framework says of itself in words; the other fields are the source's own bookkeeping.
HEAD_FIELDS = tuple(name for name in FRAMEWORK_FIELDS if name not in {"source_uri", "source_changed_at", "details"})


def head_changes(found: Comparison) -> dict[str, list[Any]]:
    """What the framework says of itself before and after, by field; empty for a new one. Ask before writing it."""
    framework = found.framework
    if framework is None:
        return {}
    return {
        name: [getattr(framework, name), plain_value(getattr(found.draft, name))]
        for name in HEAD_FIELDS
        if name in found.framework_fields
    }


def keep_version(
    *,
    by: Viewer,
    framework: Framework,
    found: Comparison,
    ids: Mapping[str, int],
    head: Mapping[str, Any],
    note: str,
    now: datetime,
) -> None:
    """Write the `FrameworkVersion` of a publication that changed something; `ids` are competencies by key.

    Version 1 keeps counts only: everything in it is new. The audit row is that of the publication.
    """
    changes: dict[str, Any]
    if found.is_new:
        changes = {"added_count": len(found.new), "edges_added": len(found.new_edges)}
    else:
        changes = {
            "added": [ids[draft.source_id] for draft in found.new],
            "reworded": [ids[draft.source_id] for draft in found.reworded],
            "retired": [ids[key] for key in found.retired],
            "returned": [ids[draft.source_id] for draft in found.returned],
            "moved": [
                [ids[draft.source_id], _id_of(ids, stored.parent), _id_of(ids, draft.parent)]
                for draft in (*found.moved, *found.reworded)
                if (stored := found.stored[draft.source_id]).parent != draft.parent
            ],
            "edges_added": len(found.new_edges),
            "edges_changed": len(found.changed_edges),
            "edges_retired": len(found.retired_edges),
            "edges": _edge_ids(framework, found),
        }
        if head:
            changes["head"] = dict(head)
    FrameworkVersion.objects.create(
        framework=framework,
        number=framework.version,
        note=note,
        changes=changes,
        published_at=now,
        published_by_id=by.person_id,
    )


def _id_of(ids: Mapping[str, int], key: str | None) -> int | None:
    return ids[key] if key else None


def _edge_ids(framework: Framework, found: Comparison) -> dict[str, list[int]]:
    """Database ids of associations that are new, changed or gone; those of the tree are told as moves. One query."""
    wanted: dict[str, set[str]] = {
        "added": {edge.source_id for edge in found.new_edges} | found.returned_edges,
        "changed": {edge.source_id for edge in found.changed_edges} - found.returned_edges,
        "retired": set(found.retired_edges),
    }
    keys: Iterable[str] = set().union(*wanted.values())
    if not keys:
        return {what: [] for what in wanted}
    rows = dict(
        Association.objects.filter(framework=framework, source_id__in=keys)
        .exclude(kind=AssociationKind.CHILD_OF)
        .values_list("source_id", "pk")
    )
    return {what: sorted(rows[key] for key in of if key in rows) for what, of in wanted.items()}
