"""Give the web and worker roles what they need and no more; run as the owner after every migrate."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg import sql

WEB_AND_WORKER = ("throughline_app", "throughline_worker")
# Read by the operations page and by monitors.
# Rows in the append-only ones may be added and read, never changed or removed: the audit, and history kept by triggers.
VIEWS = ("operations_backlog", "operations_quarantine")
APPEND_ONLY = (
    *("accounts_auditevent", "accounts_readevent", "accounts_auditseal"),
    *("success_plans_pathwaydrawcall", "success_plans_pathwaydraw"),
)


class Command(BaseCommand):
    """Grants by name for every table. Roles that do not exist are skipped and named."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, in one transaction."""
        tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
        # Neither unmanaged models nor their proxies have a table: pghistory reads its events through a query.
        tables -= {model._meta.db_table for model in apps.get_models() if not model._meta.managed}
        append_only = set(APPEND_ONLY) | {
            model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(WEB_AND_WORKER)])
            present = {row[0] for row in cursor.fetchall()}
            for role in WEB_AND_WORKER:
                if role not in present:
                    self.stdout.write(f"role {role} does not exist here: nothing granted to it")
                    continue
                name = sql.Identifier(role)
                cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
                cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
                for table in sorted(tables):
                    rights = "SELECT, INSERT" if table in append_only else "SELECT, INSERT, UPDATE, DELETE"
                    cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), name))
                    cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), name))
                for view in VIEWS:
                    cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(view), name))
                self.stdout.write(f"granted to {role}: {len(tables)} tables, {len(append_only)} of them append-only")
