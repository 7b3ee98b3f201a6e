"""Bring a framework in from a file: a CASE package or one of our own framework files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.http import anonymous
from competencies import services
from competencies.case import PackageUnreadable
from competencies.own_draft import OwnFrameworkError

SHOWN = 20


class Command(BaseCommand):
    """Import, or with --dry-run only say what would change. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and the switches."""
        parser.add_argument("path", type=Path, help="a .json file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument("--in-use", action="store_true", help="take it into use: classes work on it")
        parser.add_argument("--unpublished", action="store_true", help="store a new framework without showing it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, print the report."""
        path: Path = options["path"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was changed.") from error
        try:
            result = services.import_framework(
                by=anonymous(),
                data=data,
                dry_run=options["dry_run"],
                publish=not options["unpublished"],
                in_use=True if options["in_use"] else None,
            )
        except PackageUnreadable as error:
            raise CommandError(f"{path}: {error} Nothing was changed.") from error
        except OwnFrameworkError as error:
            raise CommandError(f"{path}: {error} Nothing was changed.") from error
        self._report(result)

    def _report(self, result: services.Imported) -> None:
        done = result.published
        self.stdout.write(f"{done.title}{' (only looked at, nothing written)' if done.dry_run else ''}")
        if result.was_titled:
            self.stdout.write(f"  replaces the framework titled {result.was_titled!r}: it has the same identifier")
        self.stdout.write(
            f"  competencies: {done.new} new, {done.reworded} reworded, {done.moved} moved, {done.returned} returned,"
            f" {done.unchanged} unchanged, {done.retired} retired"
        )
        self.stdout.write(
            f"  associations: {done.associations} read, {done.new_associations} new,"
            f" {done.changed_associations} changed, {done.retired_associations} retired,"
            f" {done.resolved_elsewhere} waiting ones found their end"
        )
        if not done.changed:
            self.stdout.write("  nothing changed, nothing written")
        for issue in result.issues[:SHOWN]:
            self.stdout.write(f"  {issue.severity.value} {issue.pointer} {issue.what} {issue.what_to_do}")
        more = len(result.issues) - SHOWN + result.unlisted
        if more > 0:
            self.stdout.write(f"  and {more} more")
