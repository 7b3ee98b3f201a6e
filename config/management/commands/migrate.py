"""Django's migrate, which waits five seconds for a table and not longer.

A migration that waits for a lock makes everybody behind it wait too. After five seconds it stops, nothing is changed,
and it can be run again at a quieter moment.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

LOCK_SECONDS = 5


class Command(Migrate):
    """`migrate` with a lock timeout on its own connection."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the timeout, then do what migrate does."""
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        try:
            super().handle(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
