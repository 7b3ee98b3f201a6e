"""Create the web and worker roles of the database, with the passwords of the environment; run once as the owner."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import sql

ROLES = {"throughline_app": "APP_PASSWORD", "throughline_worker": "WORKER_PASSWORD"}  # noqa: S105 - names of variables


class Command(BaseCommand):
    """Creates what is missing and sets the passwords; refuses roles that could get around their grants.

    Needs a database user that may create roles; a superuser is not needed.
    """

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Create both roles, or give them their passwords."""
        for role, variable in ROLES.items():
            password = os.environ.get(variable, "")
            if not password:
                raise CommandError(f"Set {variable} to the password of the database role {role}.")
            name, secret = sql.Identifier(role), sql.Literal(password)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s",
                    [role],
                )
                row = cursor.fetchone()
                if row is not None and row[0]:
                    raise CommandError(
                        f"The database role {role} may do more than it should. Take its attributes away."
                    )
                # Managed servers give no superuser, and only one may name these attributes of a role that exists.
                form = "CREATE ROLE {} LOGIN {} PASSWORD {}" if row is None else "ALTER ROLE {} LOGIN {} PASSWORD {}"
                plain = sql.SQL("NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS" if row is None else "")
                cursor.execute(sql.SQL(form).format(name, plain, secret))
            self.stdout.write(f"{role}: {'created' if row is None else 'kept'}")
