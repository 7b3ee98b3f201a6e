"""Edges of a working copy: what comes before what, what is the same, what is related. A loop is refused in words."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.choices import AssociationKind
from competencies.errors import AuthoringError
from competencies.graphs import way
from competencies.loops import loop_sentence
from competencies.models import Competency, WorkingCopy, WorkingEdge, WorkingItem
from competencies.services.authoring.copies import lock_open, touch

KINDS = (AssociationKind.PRECEDES, AssociationKind.EXACT_MATCH, AssociationKind.RELATED_TO)
BOTH_WAYS = frozenset({AssociationKind.EXACT_MATCH, AssociationKind.RELATED_TO})
"""Kinds that say the same from either end."""


def edge_key(origin: str, kind: str, destination: str) -> str:
    """The key an association written here gets: the same one for the same tie."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{origin} {kind} {destination}"))


def add_edge(
    *, by: Viewer, origin: WorkingItem | Competency, kind: str, destination: WorkingItem | Competency
) -> WorkingEdge:
    """Tie two competencies. One of them is an item of the copy; the other may be a competency of another framework.

    Raises AuthoringError for a tie that is there already, for a kind that is not in `KINDS`, for an end that is taken
    out, and for "comes before" that would close a loop: the message names the whole loop.
    """
    here = origin if isinstance(origin, WorkingItem) else destination
    if not isinstance(here, WorkingItem) or kind not in KINDS:
        raise AuthoringError(_("One end of a connection is a competency of this framework."))
    ends = [_key(origin), _key(destination)]
    with transaction.atomic():
        copy = lock_open(by=by, copy_id=here.copy_id)
        out = WorkingItem.objects.filter(copy=copy, key__in=ends, is_retired=True).first()
        if out is not None:
            raise AuthoringError(_("“%(name)s” is taken out. Take it back first.") % {"name": out.name})
        if ends[0] == ends[1]:
            raise AuthoringError(
                loop_sentence([here.name])
                if kind == AssociationKind.PRECEDES
                else _("Choose another competency: this is the same one.")
            )
        if kind == AssociationKind.PRECEDES:
            if not (isinstance(origin, WorkingItem) and isinstance(destination, WorkingItem)):
                raise AuthoringError(_("What comes before stands in the same framework."))
            _refuse_loop(copy, ends[0], ends[1])
        edge = _written(
            copy, kind, ends[0], ends[1], {"origin_uri": _uri(origin), "destination_uri": _uri(destination)}
        )
        touch(by=by, copy=copy)
        _record(by, copy, "edge.add", edge)
    return edge


def remove_edge(*, by: Viewer, edge: WorkingEdge) -> None:
    """Take a tie out of the next version; one that was never published is gone.

    Raises AuthoringError when somebody took it out before.
    """
    with transaction.atomic():
        copy = lock_open(by=by, copy_id=edge.copy_id)
        there = WorkingEdge.objects.filter(pk=edge.pk, is_retired=False)
        if not (there.delete()[0] if edge.is_new else there.update(is_retired=True)):
            raise AuthoringError(_("This connection is no longer here."))
        touch(by=by, copy=copy)
        _record(by, copy, "edge.remove", edge)


def _refuse_loop(copy: WorkingCopy, origin: str, destination: str) -> None:
    edges = WorkingEdge.objects.filter(copy=copy, kind=AssociationKind.PRECEDES, is_retired=False).exclude(
        fields__is_broken_cycle=True
    )
    loop = way(destination, origin, edges.values_list("origin_key", "destination_key"))
    if loop:
        names = dict(WorkingItem.objects.filter(copy=copy, key__in=loop).values_list("key", "name"))
        path = [*loop[-1:], *loop[:-1]]  # begins with the tie that was wished
        raise AuthoringError(
            _("That would be a loop: %(loop)s") % {"loop": loop_sentence([names.get(key, key) for key in path])}
        )


def _written(copy: WorkingCopy, kind: str, origin: str, destination: str, uris: dict[str, str]) -> WorkingEdge:
    same = WorkingEdge.objects.filter(copy=copy, kind=kind, origin_key=origin, destination_key=destination)
    if kind in BOTH_WAYS:
        same |= WorkingEdge.objects.filter(copy=copy, kind=kind, origin_key=destination, destination_key=origin)
    found = same.order_by("is_retired", "pk").first()
    if found is not None and not found.is_retired:
        raise AuthoringError(_("These two are connected so already."))
    if found is not None:
        found.is_retired = False
        found.fields = found.fields | {"is_broken_cycle": False}
        found.save(update_fields=["is_retired", "fields"])
        return found
    return WorkingEdge.objects.create(
        copy=copy,
        key=edge_key(origin, kind, destination),
        kind=kind,
        origin_key=origin,
        destination_key=destination,
        fields={**uris, "sequence": None, "is_broken_cycle": False, "details": {}},
        is_new=True,
    )


def _key(end: WorkingItem | Competency) -> str:
    return end.key if isinstance(end, WorkingItem) else end.source_id


def _uri(end: WorkingItem | Competency) -> str:
    found: Any = end.fields.get("source_uri") if isinstance(end, WorkingItem) else end.source_uri
    return str(found or "")


def _record(by: Viewer, copy: WorkingCopy, what: str, edge: WorkingEdge) -> None:
    audit.record(
        by=by.person_id,
        action=f"framework_copy.{what}",
        subject_type="working_copy",
        subject_id=copy.public_id,
        details={"kind": edge.kind, "origin": edge.origin_key, "destination": edge.destination_key},
    )
