"""Bring entries into the catalogue of supports and enrichment: a CSV or XLSX table, or --starter for a first set."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.http import anonymous
from accounts.sheet_messages import message
from accounts.sheets import ImportUnreadableError
from supports.services import catalogue

SHOWN = 30


class Command(BaseCommand):
    """Import all of it or nothing. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH, or --starter."""
        parser.add_argument("path", type=Path, nargs="?", help="a .csv or .xlsx file")
        parser.add_argument("--starter", action="store_true", help="add the first set that comes with the product")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, store, say how many. Exit code 1 where a row cannot be read."""
        with translation.override("en"):
            if options["starter"]:
                self.stdout.write(f"{catalogue.add_starter(by=anonymous())} entries added")
            if options["path"] is not None:
                self._table(options["path"])
            elif not options["starter"]:
                raise CommandError("Name a file, or use --starter.")

    def _table(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                read = catalogue.read_table(by=anonymous(), stream=stream, file=path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was stored.") from error
        except ImportUnreadableError as error:
            said = message(error.code, {"detail": error.detail})
            raise CommandError(f"{path}: {said.what} {said.what_to_do} Nothing was stored.") from error
        for fault in read.faults[:SHOWN]:
            self.stderr.write(f"row {fault.line} {fault.column}: {fault.says}")
        if read.faults:
            raise CommandError(f"{len(read.faults)} faults; nothing was stored.")
        done = catalogue.import_entries(by=anonymous(), rows=read.rows)
        self.stdout.write(f"{done.added} added, {done.changed} changed, {done.same} as they were")
