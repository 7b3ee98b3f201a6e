"""The edges of a framework, and tying loose ends to what has arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import connection

from accounts.permissions import Viewer
from competencies.models import Association, Competency, Framework
from competencies.services.comparing import Comparison, edge_values
from competencies.services.writing import BATCH, write_rows

TABLE = "competencies_association"
COLUMNS = {
    "framework_id": "bigint",
    "source_id": "text",
    "origin_id": "bigint",
    "destination_id": "bigint",
    "kind": "text",
    "origin_source_id": "text",
    "origin_uri": "text",
    "destination_source_id": "text",
    "destination_uri": "text",
    "sequence": "bigint",
    "is_broken_cycle": "boolean",
    "details": "jsonb",
    "retired_at": "timestamptz",
}


def write_edges(
    *,
    by: Viewer,
    framework: Framework,
    found: Comparison,
    ids: dict[str, int],
    now: datetime,
    said: Callable[[int], None],
) -> None:
    """Write new and changed edges, tied to whichever end is here; retire those that are gone.

    `ids` are the database ids of this framework's competencies by key; `said` hears how many edges are written.
    The audit row is that of the publication.
    """
    changed = [*found.new_edges, *found.changed_edges]
    elsewhere = _elsewhere(key for edge in changed for key in (edge.origin, edge.destination) if key not in ids)
    for start in range(0, len(changed), BATCH):
        rows = [
            {
                "framework_id": framework.pk,
                "source_id": edge.source_id,
                "origin_id": ids.get(edge.origin) or elsewhere.get(edge.origin),
                "destination_id": ids.get(edge.destination) or elsewhere.get(edge.destination),
                **edge_values(edge),
            }
            for edge in changed[start : start + BATCH]
        ]
        write_rows(by=by, table=TABLE, columns=COLUMNS, rows=rows, unique=("framework_id", "source_id"))
        said(min(start + BATCH, len(changed)))
    if found.retired_edges:
        Association.objects.filter(framework=framework, source_id__in=found.retired_edges).update(retired_at=now)


def _elsewhere(keys: Iterable[str]) -> dict[str, int]:
    """Competencies of other frameworks by source id; where several have one, the oldest that is current."""
    wanted = set(keys)
    if not wanted:
        return {}
    # PostgreSQL sorts null last: the current ones, oldest at the very end, overwrite the retired ones.
    rows = Competency.objects.filter(source_id__in=wanted).order_by("retired_at", "-pk").values_list("source_id", "pk")
    return dict(rows)


def tie_loose_ends(*, by: Viewer, framework: Framework) -> None:
    """Tie every edge that waited, in any framework, to the competency of this one that it names."""
    with connection.cursor() as cursor:
        for end in ("origin", "destination"):
            cursor.execute(
                f"UPDATE competencies_association AS a SET {end}_id = c.id FROM competencies_competency AS c"  # noqa: S608
                f" WHERE a.{end}_id IS NULL AND a.{end}_source_id = c.source_id AND c.framework_id = %s",
                [framework.pk],
            )
