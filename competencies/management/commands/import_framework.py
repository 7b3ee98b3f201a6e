"""Bring a framework in from a file: a CASE package, an ASN tree, a spreadsheet or one of our own framework files."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.management.base import BaseCommand, CommandError

from accounts.http import anonymous
from accounts.sheet_messages import message
from accounts.sheets import ImportUnreadableError
from competencies import services
from competencies.case import PackageUnreadable
from competencies.own_draft import OwnFrameworkError
from competencies.services.spreadsheets import TABLE, Looked, kept_mapping, layout_of
from competencies.spreadsheet_wording import mapping_message

SHOWN = 20


class Command(BaseCommand):
    """Import, or with --dry-run only say what would change. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and the switches."""
        parser.add_argument("path", type=Path, help="a .json, .csv or .xlsx file")
        parser.add_argument("--mapper", default="", help="of a table: the columns as kept under this name")
        parser.add_argument("--sheet", default="", help="of a workbook: the sheet, else the first table")
        parser.add_argument("--title", default="", help="of a table: the framework's title, else the file's name")
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
            result = services.import_found(
                by=anonymous(),
                found=self._read(path, data, options),
                dry_run=options["dry_run"],
                publish=not options["unpublished"],
                in_use=True if options["in_use"] else None,
            )
        except ImportUnreadableError as error:
            code = str(error.code)
            said = mapping_message(code, error.detail) or message(code, {"detail": error.detail}).what
            raise CommandError(f"{path}: {said} Nothing was changed.") from error
        except PackageUnreadable as error:
            raise CommandError(f"{path}: {error} Nothing was changed.") from error
        except OwnFrameworkError as error:
            raise CommandError(f"{path}: {error} Nothing was changed.") from error
        self._report(result)

    def _read(self, path: Path, data: bytes, options: dict[str, Any]) -> services.Found:
        """The framework in a file; of a table by a kept choice of columns, else by its headings."""
        stream = io.BytesIO(data)
        if layout_of(stream, path.name) != TABLE:
            return services.read_framework(data)
        mapping = kept_mapping(by=anonymous(), name=options["mapper"]) if options["mapper"] else None
        if options["mapper"] and mapping is None:
            raise CommandError(f"No choice of columns is kept under {options['mapper']!r}. Nothing was changed.")
        title = options["title"] or path.stem
        if mapping is not None:
            mapping = replace(mapping, title=title)
        # the same title is the same framework the next time
        key = str(uuid5(NAMESPACE_URL, f"sheet {title}"))
        found = services.read_spreadsheet(stream, file=path.name, mapping=mapping, key=key, sheet=options["sheet"])
        if isinstance(found, Looked):
            guessed = replace(found.mapping, title=title)
            if guessed.sheet:
                self.stdout.write(f"  sheet: {guessed.sheet}")
            self.stdout.write("  columns: " + ", ".join(f"{one.name} = {one.role}" for one in guessed.columns))
            found = services.read_spreadsheet(stream, file=path.name, mapping=guessed, key=key)
        if isinstance(found, Looked):
            raise CommandError(f"{path}: nobody said what its columns are. Nothing was changed.")
        return services.Found(*found)

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
