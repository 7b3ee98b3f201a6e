"""Create the web and worker roles of the database, with the passwords of the environment; run once as the owner."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import sql

ROLES = {"throughline_app": "APP_PASSWORD", "throughline_worker": "WORKER_PASSWORD"}  # noqa: S105 - names of variables


class Command(BaseCommand):
    """Creates what is missing and sets the passwords; neither role owns anything or is a superuser."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Create or alter both roles."""
        for role, variable in ROLES.items():
            password = os.environ.get(variable, "")
            if not password:
                raise CommandError(f"Set {variable} to the password of the database role {role}.")
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                        sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
                    )
                )
            self.stdout.write(f"{role}: {'kept' if verb == 'ALTER' else 'created'}")
