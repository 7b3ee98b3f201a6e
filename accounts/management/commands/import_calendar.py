"""Bring holidays in from a file: lines, CSV, XLSX or a calendar (ICS), for the district or one school."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.http import anonymous
from accounts.management.given import school
from accounts.schooldays import selectors, services
from accounts.schooldays.tables import read_file
from accounts.sheet_messages import message
from accounts.sheets import ImportUnreadableError

SHOWN = 30


class Command(BaseCommand):
    """Import, or with --dry-run only say what would change. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH, whose calendar it is, and the switch."""
        parser.add_argument("path", type=Path, help="a .csv, .xlsx or .ics file")
        parser.add_argument("--school", type=UUID, help="public id of a school whose days differ from the district's")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, save, say how many days differ. Exit code 1 where a line cannot be read; nothing is saved then."""
        with translation.override("en"):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        where = school(options["school"]) if options["school"] else None
        try:
            with path.open("rb") as stream:
                read = read_file(stream, path.name)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Nothing was changed.") from error
        except ImportUnreadableError as error:
            said = message(error.code, {"detail": error.detail})
            raise CommandError(f"{path}: {said.what} {said.what_to_do} Nothing was changed.") from error
        for fault in read.faults[:SHOWN]:
            self.stderr.write(f"line {fault.line}: {fault.wrong.value}: {fault.text}")
        if read.faults:
            raise CommandError(f"{len(read.faults)} lines cannot be read; nothing was changed.")
        try:
            if options["dry_run"]:
                change = selectors.change_of(viewer=anonymous(), school=where, lines=read.lines)
                services.check_days(school=where, change=change)
            else:
                change = services.save_days(by=anonymous(), school=where, lines=read.lines)
        except services.YearError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        dry = " (only looked at, nothing written)" if options["dry_run"] else ""
        self.stdout.write(
            f"{change.closed} school days fewer, {change.opened} more, {change.unchanged} as they were{dry}"
        )
