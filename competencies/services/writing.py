"""Writing thousands of rows in one statement, sent as one JSON text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from accounts.permissions import Viewer

BATCH = 5_000


def write_rows(
    *,
    by: Viewer,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    unique: Iterable[str] = (),
    keep: Iterable[str] = (),
) -> None:
    """Insert rows; where `unique` columns are taken, update that row, except its `keep` columns.

    `columns` gives each column's PostgreSQL type. Names come from code, never from input; values travel as one
    parameter. The audit row is written by the caller, in the same transaction.
    """
    if not rows:
        return
    names = ", ".join(columns)
    kinds = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    statement = f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS r ({kinds})"  # noqa: S608
    if unique:
        fixed = {*unique, *keep}
        changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in fixed)
        statement += f" ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {changes}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [orjson.dumps(rows).decode()])


def fresh_ids(*, by: Viewer, table: str, count: int) -> list[int]:
    """Database ids that no row has yet, so that rows which point at each other can be written at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]
