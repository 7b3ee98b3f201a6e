"""Bring a roster in from a folder or a zip: OneRoster CSV 1.1 or 1.2, School Data Sync 2.1 or Clever CSV."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.http import anonymous
from accounts.oneroster import Issue, RosterUnreadable
from accounts.oneroster_messages import message
from accounts.rosters import reporting, services
from accounts.rosters.work import TooManyLeaveError

SHOWN = 30


class Command(BaseCommand):
    """Import, or with --dry-run only say what would change. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and the switches."""
        parser.add_argument("path", type=Path, help="a folder or a .zip")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")
        parser.add_argument(
            "--confirm-deactivations",
            action="store_true",
            help="import even if more than 10 %% of the students or the staff of a school would leave",
        )
        parser.add_argument("--source", default=services.SOURCE, help="a name for this roster, if there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, print the report. Exit code 1 where nothing could be done or somebody must confirm."""
        with translation.override("en"):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        try:
            result = services.import_roster(
                by=anonymous(),
                origin=path,
                source=options["source"],
                dry_run=options["dry_run"],
                confirm_leaving=options["confirm_deactivations"],
            )
        except RosterUnreadable as error:
            said = message(error.code, {"detail": error.detail})
            raise CommandError(f"{path}: {said.what} {said.what_to_do} Nothing was changed.") from error
        except TooManyLeaveError as stop:
            for school in stop.ledger.leaving:
                if school.too_many:
                    self.stderr.write(
                        f"{school.school}: {school.students} of {school.of_students} students and"
                        f" {school.staff} of {school.of_staff} staff would leave"
                    )
            raise CommandError(
                "More than 10 % of a school would leave, so nothing was changed. If this is right, run it again with"
                " --confirm-deactivations."
            ) from stop
        self._report(result)

    def _report(self, result: services.RosterImported) -> None:
        bundle = result.bundle
        dry = " (only looked at, nothing written)" if result.dry_run else ""
        self.stdout.write(f"{reporting.dialect(bundle)}{dry}")
        for count in bundle.files:
            self.stdout.write(
                f"  {count.file} ({count.mode}): {count.rows} rows, {count.kept} read, {count.set_aside} set aside"
                + (f", {count.gone} deleted" if count.gone else "")
            )
        for line in reporting.lines(result.ledger):
            self.stdout.write(f"  {line}")
        if not result.changed:
            self.stdout.write("  nothing changed, nothing written")
        if result.stopped and result.dry_run:
            self.stdout.write("  more than 10 % of a school would leave: this needs --confirm-deactivations")
        self._findings(result)

    def _findings(self, result: services.RosterImported) -> None:
        """One line for each sort of finding, errors first: the first place it stands, and how often."""
        sorts: dict[tuple[str, str, str, str], list[Issue]] = {}
        for issue in sorted(result.bundle.issues, key=lambda issue: issue.severity):
            sorts.setdefault((issue.severity, issue.code, issue.file, issue.column), []).append(issue)
        for (severity, code, file, column), issues in list(sorts.items())[:SHOWN]:
            first = issues[0]
            said = message(code, first.params, column=column)
            place = ":".join(str(part) for part in (file, first.line, column) if part)
            often = f" ({len(issues)} times)" if len(issues) > 1 else ""
            shown = f" {first.value!r}" if first.value else ""
            self.stdout.write(f"  {severity} {place}{shown}{often}: {said.what} {said.what_to_do}")
        if len(sorts) > SHOWN:
            self.stdout.write(f"  and {len(sorts) - SHOWN} other sorts of findings")
