"""Where items of a working copy stand: moved, taken out, taken back. Whoever changes places waits for the other."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.errors import AuthoringError
from competencies.models import WorkingCopy, WorkingItem
from competencies.services.authoring.copies import touch
from competencies.services.authoring.items import locked_item, still_in

HOWS = ("up", "down", "into", "out")

_UP = """
up (key, parent_key) AS (
    SELECT key, parent_key FROM competencies_workingitem WHERE copy_id = %(copy)s AND key = %(key)s
    UNION SELECT i.key, i.parent_key FROM competencies_workingitem i JOIN up ON i.key = up.parent_key
    WHERE i.copy_id = %(copy)s
)
"""
_DOWN = """
down (key) AS (
    SELECT key FROM competencies_workingitem WHERE copy_id = %(copy)s AND key = %(key)s
    UNION SELECT i.key FROM competencies_workingitem i JOIN down ON i.parent_key = down.key WHERE i.copy_id = %(copy)s
)
"""
_ABOVE = f"WITH RECURSIVE {_UP} SELECT key FROM up"  # noqa: S608 - names of this module
_OUT = f"""
WITH RECURSIVE {_DOWN} UPDATE competencies_workingitem
SET is_retired = true, fields = fields || jsonb_build_object('out_with', %(key)s::text),
    version = version + 1, changed_by_id = %(by)s, changed_at = now()
WHERE copy_id = %(copy)s AND NOT is_retired AND key IN (SELECT key FROM down)
"""  # noqa: S608
_BACK = f"""
WITH RECURSIVE {_DOWN}, {_UP} UPDATE competencies_workingitem
SET is_retired = false, fields = fields - 'out_with', version = version + 1,
    changed_by_id = %(by)s, changed_at = now()
WHERE copy_id = %(copy)s AND is_retired AND (key IN (SELECT key FROM up)
    OR key IN (SELECT key FROM down) AND fields ->> 'out_with' = %(together)s)
"""  # noqa: S608
_PLACE = """
UPDATE competencies_workingitem AS i SET position = n.position
FROM unnest(%s::bigint[], %s::bigint[]) AS n (id, position) WHERE i.id = n.id AND i.position <> n.position
"""


def move_item(*, by: Viewer, item: WorkingItem, how: str) -> WorkingItem:
    """Move an item one step: "up", "down", "into" the one above it, or "out" of its branch, right after it.

    Raises AuthoringError, in words, where there is no such step.
    """
    with transaction.atomic():
        copy, row = _locked(by, item)
        still_in(row)
        siblings = _siblings(copy, row.parent_key)
        place = [pk for pk, _position in siblings].index(row.pk)
        if how in {"up", "down"}:
            other = place + (1 if how == "down" else -1)
            if not 0 <= other < len(siblings):
                raise AuthoringError(
                    _("“%(name)s” already stands first here.") % {"name": row.name}
                    if how == "up"
                    else _("“%(name)s” already stands last here.") % {"name": row.name}
                )
            order = [pk for pk, _position in siblings]
            order[place], order[other] = order[other], order[place]
            _write_order(order, siblings)
            _changed(by, copy, row, how)
            return row
        if how == "into":
            if place == 0:
                raise AuthoringError(_("There is nothing above “%(name)s” to move it into.") % {"name": row.name})
            above = WorkingItem.objects.get(pk=siblings[place - 1][0])
            return _put(by, copy, row, above, None)
        if not row.parent_key:
            raise AuthoringError(_("“%(name)s” already stands at the top.") % {"name": row.name})
        parent = WorkingItem.objects.get(copy=copy, key=row.parent_key)
        outer = WorkingItem.objects.filter(copy=copy, key=parent.parent_key).first() if parent.parent_key else None
        return _put(by, copy, row, outer, parent)


def place_item(
    *, by: Viewer, item: WorkingItem, under: WorkingItem | None, after: WorkingItem | None = None, first: bool = False
) -> WorkingItem:
    """Put an item into a branch (`under` None: the top), right after `after`, `first`, or last.

    Raises AuthoringError when it would hang under itself, or the branch is taken out.
    """
    with transaction.atomic():
        copy, row = _locked(by, item)
        return _put(by, copy, row, under, after, first=first)


def retire_item(*, by: Viewer, item: WorkingItem) -> int:
    """Take an item out of the next version, with everything in it that is still there; how many. Nothing is deleted."""
    with transaction.atomic():
        copy, row = _locked(by, item)
        with connection.cursor() as cursor:
            cursor.execute(_OUT, {"copy": copy.pk, "key": row.key, "by": by.person_id})
            number: int = cursor.rowcount
        _changed(by, copy, row, "retire", stamp=False)
    return number


def take_back(*, by: Viewer, item: WorkingItem) -> int:
    """Take an item back into the next version, with what went out together with it; how many came back.

    Branches above it that are out come back too, without their other parts, so that it hangs somewhere.
    """
    with transaction.atomic():
        copy, row = _locked(by, item)
        together = row.fields.get("out_with") or row.key
        values = {"copy": copy.pk, "key": row.key, "together": together, "by": by.person_id}
        with connection.cursor() as cursor:
            cursor.execute(_BACK, values)
            number: int = cursor.rowcount
        _changed(by, copy, row, "take_back", stamp=False)
    return number


def _locked(by: Viewer, item: WorkingItem) -> tuple[WorkingCopy, WorkingItem]:
    row = locked_item(by=by, item=item)
    return row.copy, row


def _siblings(copy: WorkingCopy, parent_key: str) -> list[tuple[int, int]]:
    """Ids and positions of the current parts of a branch, in order. One query."""
    rows = WorkingItem.objects.filter(copy=copy, parent_key=parent_key, is_retired=False)
    return list(rows.order_by("position", "pk").values_list("pk", "position"))


def _put(
    by: Viewer,
    copy: WorkingCopy,
    row: WorkingItem,
    under: WorkingItem | None,
    after: WorkingItem | None,
    *,
    first: bool = False,
) -> WorkingItem:
    still_in(row)
    under = still_in(under)
    if under is not None and row.key in _keys(_ABOVE, copy, under.key):
        raise AuthoringError(
            _("“%(name)s” cannot move into “%(branch)s”: that is a part of it.")
            % {"name": row.name, "branch": under.name}
            if under.key != row.key
            else _("“%(name)s” cannot move into itself.") % {"name": row.name}
        )
    parent_key = under.key if under is not None else ""
    siblings = [one for one in _siblings(copy, parent_key) if one[0] != row.pk]
    order = [pk for pk, _position in siblings]
    if first:
        place = 0
    elif after is not None and after.pk in order:
        place = order.index(after.pk) + 1
    else:
        place = len(order)
    order.insert(place, row.pk)
    row.parent_key = parent_key
    _changed(by, copy, row, "move")
    _write_order(order, [*siblings, (row.pk, row.position)])
    return row


def _write_order(order: list[int], before: Iterable[tuple[int, int]]) -> None:
    """Give these siblings positions in this order: their own ones where they are all different, else counted anew."""
    positions = sorted(position for _pk, position in before)
    if len(set(positions)) < len(positions):
        positions = list(range(len(order)))
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [order, positions])


def _keys(statement: str, copy: WorkingCopy, key: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"copy": copy.pk, "key": key})
        return {row[0] for row in cursor.fetchall()}


def _stamp(by: Viewer, row: WorkingItem) -> None:
    row.version += 1
    row.changed_by_id = by.actor_id
    row.changed_at = timezone.now()
    row.save(update_fields=["parent_key", "is_retired", "fields", "version", "changed_by", "changed_at"])


def _changed(by: Viewer, copy: WorkingCopy, row: WorkingItem, what: str, *, stamp: bool = True) -> None:
    if stamp:
        _stamp(by, row)
    touch(by=by, copy=copy)
    audit.record(
        by=by.person_id,
        action=f"framework_copy.item.{what}",
        subject_type="working_copy",
        subject_id=copy.public_id,
        details={"item": row.key},
    )
