"""Statements the database reads and plans once a connection, for the few paths where that costs more than the work.

Everything else is written with the ORM. Measured on the way of one piece of evidence: building and planning a query
anew took 1 to 4 ms, running it 0.2.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.numeric import Int8Dumper


class _Prepared(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor that prepares at first use. Whole numbers are always bigint, so that one text is one statement.

    Moments are read by psycopg's own loader in C; Django's, in Python, took half the time of a long history.
    """

    def __init__(self, line: psycopg.Connection[tuple[Any, ...]]) -> None:
        super().__init__(line)
        self.adapters.register_dumper(int, Int8Dumper)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **_: Any) -> _Prepared:
        """As psycopg's, prepared; where a pooler forbids it (see settings) it is sent like any other."""
        super().execute(query, params, prepare=True)
        return self


def run(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement in Django's connection and transaction; its rows, none for one that returns none.

    `sql` is a constant text (never put together from values) with %s for each parameter. The server sees parameters
    by themselves: say their types (`%s::uuid[]`) wherever it could not know them. JSON comes back as text.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    began = time.monotonic()
    try:
        raw: Any = _Prepared(connection.connection)
        with connection.make_cursor(raw) as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []
    finally:
        if connection.queries_logged:
            connection.queries_log.append({"sql": sql, "time": f"{time.monotonic() - began:.3f}"})
