"""The tree of a working copy: whole where it is small, branch by branch where it is large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.permissions import Viewer
from competencies.listing import DEEPEST_WHOLE, PARTS, WHOLE_TREE
from competencies.models import WorkingComment, WorkingCopy, WorkingItem


@dataclass(frozen=True, slots=True)
class WorkingRow:
    """An item in the tree. `parts` counts what hangs under it; `branches` are those where they are shown at once."""

    public_id: UUID
    key: str
    code: str
    name: str
    is_assessable: bool
    is_new: bool
    is_changed: bool
    parts: int
    comments: int
    branches: tuple[WorkingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """What a page of the tree shows. `branch` is the item whose parts these are, `above` the branches it is in.

    `more` is where to go on, 0 when these are all.
    """

    rows: tuple[WorkingRow, ...]
    is_whole: bool
    more: int
    start: int
    branch: WorkingItem | None
    above: tuple[WorkingItem, ...]


@dataclass(frozen=True, slots=True)
class CopyCounts:
    """How much is in a copy and what happened to it."""

    live: int
    assessable: int
    new: int
    changed: int
    out: int
    gone: int


def copy_counts(*, viewer: Viewer, copy: WorkingCopy) -> CopyCounts:
    """Counts for the head of the page. One query.

    `out` counts what this copy takes out, `gone` also what was gone before.
    """
    here = Q(is_retired=False)
    found = WorkingItem.objects.filter(copy=copy).aggregate(
        live=Count("pk", filter=here),
        assessable=Count("pk", filter=here & Q(is_assessable=True)),
        new=Count("pk", filter=here & Q(is_new=True)),
        changed=Count("pk", filter=here & Q(is_new=False, changed_by__isnull=False)),
        out=Count("pk", filter=Q(is_retired=True, changed_by__isnull=False)),
        gone=Count("pk", filter=~here),
    )
    return CopyCounts(**found)


def working_tree(
    *, viewer: Viewer, copy: WorkingCopy, live: int, branch: WorkingItem | None = None, start: int = 0
) -> WorkingTree:
    """The tree, or what is in a branch of it. Three queries at most, whatever its size."""
    items = WorkingItem.objects.filter(copy=copy, is_retired=False).annotate(waiting=Coalesce(_waiting(copy), 0))
    if branch is None and live <= WHOLE_TREE:
        found = list(items.order_by("position", "pk").defer("statement", "fields", "wordings"))
        whole = _nested(found)
        if whole is not None:
            return WorkingTree(whole, is_whole=True, more=0, start=0, branch=None, above=())
    here = items.filter(parent_key=branch.key) if branch is not None else _top(copy, items)
    rows, more = _listed(here, copy, start)
    return WorkingTree(
        rows,
        is_whole=False,
        more=more,
        start=start,
        branch=branch,
        above=above(viewer=viewer, item=branch) if branch else (),
    )


def taken_out(*, viewer: Viewer, copy: WorkingCopy) -> list[WorkingItem]:
    """Items that are not in the next version: those of this copy first, then what was gone before.

    At most 60. One query.
    """
    rows = WorkingItem.objects.filter(copy=copy, is_retired=True).order_by("changed_by_id", "position", "pk")
    return list(rows.defer("statement", "fields", "wordings")[:60])


def above(*, viewer: Viewer, item: WorkingItem) -> tuple[WorkingItem, ...]:
    """The branches an item is in, outermost first; none at the top. One query."""
    copy = item.copy
    if not item.parent_key:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (key, parent_key, steps) AS ("
            " SELECT key, parent_key, 1 FROM competencies_workingitem WHERE copy_id = %(copy)s AND key = %(key)s"
            " UNION ALL SELECT i.key, i.parent_key, up.steps + 1 FROM competencies_workingitem i"
            " JOIN up ON i.key = up.parent_key WHERE i.copy_id = %(copy)s AND up.steps < 12)"
            " SELECT i.public_id, i.key, i.code, i.name, i.is_retired, up.steps FROM up"
            " JOIN competencies_workingitem i ON i.key = up.key AND i.copy_id = %(copy)s ORDER BY up.steps DESC",
            {"copy": copy.pk, "key": item.parent_key},
        )
        return tuple(
            WorkingItem(public_id=public_id, key=key, code=code, name=name, is_retired=is_retired, copy=copy)
            for public_id, key, code, name, is_retired, _steps in cursor.fetchall()
        )


def _waiting(copy: WorkingCopy) -> QuerySet[Any, Any]:
    """Comments on an item that have no answer yet, for an annotation."""
    rows = WorkingComment.objects.filter(copy=copy, item_key=OuterRef("key"), answered_at__isnull=True)
    return rows.order_by().values("item_key").annotate(number=Count("pk")).values_list("number")


def _top(copy: WorkingCopy, items: QuerySet[WorkingItem]) -> QuerySet[WorkingItem]:
    """What stands at the top: without a branch, or in one that is taken out."""
    out = WorkingItem.objects.filter(copy=copy, is_retired=True).values("key")
    return items.filter(Q(parent_key="") | Q(parent_key__in=out))


def _listed(items: QuerySet[WorkingItem], copy: WorkingCopy, start: int) -> tuple[tuple[WorkingRow, ...], int]:
    under = (
        WorkingItem.objects.filter(copy=copy, parent_key=OuterRef("key"), is_retired=False)
        .order_by()
        .values("parent_key")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = items.annotate(parts=Coalesce(under, 0)).defer("statement", "fields", "wordings")
    found = list(rows.order_by("position", "pk")[start : start + PARTS + 1])
    more = start + PARTS if len(found) > PARTS else 0
    return tuple(_row(one, one.parts) for one in found[:PARTS]), more


def _row(one: Any, parts: int) -> WorkingRow:
    return WorkingRow(
        public_id=one.public_id,
        key=one.key,
        code=one.code,
        name=one.name,
        is_assessable=one.is_assessable,
        is_new=one.is_new,
        is_changed=not one.is_new and one.changed_by_id is not None,
        parts=parts,
        comments=one.waiting,
    )


def _nested(found: Iterable[WorkingItem]) -> tuple[WorkingRow, ...] | None:
    """The rows put under each other; None when that would be too deep for a page."""
    rows = list(found)
    here = {one.key for one in rows}
    children: dict[str, list[WorkingItem]] = {}
    for one in rows:
        children.setdefault(one.parent_key if one.parent_key in here else "", []).append(one)

    def build(parent: str, depth: int) -> tuple[WorkingRow, ...] | None:
        if depth > DEEPEST_WHOLE:
            return None
        built = []
        for one in children.get(parent, ()):
            under = build(one.key, depth + 1) if one.key in children else ()
            if under is None:
                return None
            built.append(replace(_row(one, len(under)), branches=under))
        return tuple(built)

    return build("", 1)
