"""Writing many rows at once, and only those that differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from django.db import connection, models

from accounts.rosters.ledger import Tally

BATCH = 5_000
Values = dict[str, Any]


def load(model: type[models.Model], source: str, fields: Sequence[str]) -> dict[str, Values]:
    """The stored rows of a source by their id there, each with `pk` and `fields`."""
    rows = model._default_manager.filter(source=source, source_id__isnull=False).values("pk", "source_id", *fields)
    return {row.pop("source_id"): row for row in rows}


def sync(
    model: type[models.Model],
    *,
    source: str,
    stored: dict[str, Values],
    wanted: Mapping[str, Values],
    tally: Tally,
) -> dict[str, int]:
    """Insert what is new and update what differs. Returns the keys of all, stored or wanted, by id in the source.

    Every row of `wanted` names the same columns; `stored` comes from `load` with those columns. A row that becomes
    `is_active` again counts as returned.
    """
    keys = {source_id: int(row["pk"]) for source_id, row in stored.items()}
    new = [source_id for source_id in wanted if source_id not in stored]
    changes: list[Values] = []
    for source_id, values in wanted.items():
        before = stored.get(source_id)
        if before is None:
            continue
        if all(before[name] == value for name, value in values.items()):
            tally.unchanged += 1
            continue
        if values.get("is_active") and not before.get("is_active", True):
            tally.returned += 1
        else:
            tally.changed += 1
        changes.append({"id": before["pk"], **values})
    update_rows(model, changes)
    made = insert_rows(model, [{"source": source, "source_id": source_id, **wanted[source_id]} for source_id in new])
    tally.created += len(new)
    keys.update(zip(new, made, strict=True))
    return keys


def insert_rows(model: type[models.Model], rows: Sequence[Values]) -> list[int]:
    """Insert many rows by COPY and return their keys, in order.

    All rows name the same columns; the others take the model's defaults or the database's.
    """
    if not rows:
        return []
    columns: list[Any] = []
    values: list[Callable[[Values], Any]] = []
    for field in model._meta.concrete_fields:
        name = field.name if field.name in rows[0] else field.attname
        if field.primary_key:
            continue
        if name in rows[0]:
            columns.append(field)
            values.append(itemgetter(name))
        elif not field.has_db_default():
            columns.append(field)
            values.append(_default(field))
    quote = connection.ops.quote_name
    table = model._meta.db_table
    names = ", ".join(quote(field.column) for field in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [quote(table), len(rows)]
        )
        keys = [int(key) for (key,) in cursor.fetchall()]
        with cursor.copy(f"COPY {quote(table)} (id, {names}) FROM STDIN") as copy:
            for key, row in zip(keys, rows, strict=True):
                copy.write_row([key, *(value(row) for value in values)])
    return keys


def _default(field: models.Field[Any, Any]) -> Callable[[Values], Any]:
    default = field.get_default
    return lambda _row: default()


def update_rows(model: type[models.Model], rows: Iterable[Values]) -> int:
    """Set the named columns of rows known by `id`, in few statements; locks in order of the key.

    All rows name the same columns. Values are numbers, text, dates, booleans, lists of text, or None.
    """
    ordered = sorted(rows, key=lambda row: row["id"])
    if not ordered:
        return 0
    names = [name for name in ordered[0] if name != "id"]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    sets = ", ".join(f"{quote(field.column)} = v.{quote(field.column)}" for field in fields)
    shape = ", ".join(f"{quote(field.column)} {field.db_type(connection)}" for field in fields)
    lock = f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 - names are ours
    write = (
        f"UPDATE {table} t SET {sets} "  # noqa: S608 - names come from the model
        f"FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, {shape}) WHERE t.id = v.id"
    )
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), BATCH):
            batch = ordered[start : start + BATCH]
            cursor.execute(lock, [[row["id"] for row in batch]])
            data = [
                {"id": row["id"], **{field.column: row[name] for name, field in zip(names, fields, strict=True)}}
                for row in batch
            ]
            cursor.execute(write, [json.dumps(data, default=_plain)])
    return len(ordered)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written by an import.")
