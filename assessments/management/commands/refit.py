"""Fit the estimators to everything counted so far and print how well they predict students they have not seen."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.services import refit


class Command(BaseCommand):
    """What the nightly task does, on demand. Puts everybody with evidence in line afterwards."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--force."""
        parser.add_argument("--force", action="store_true", help="also when nothing was recorded since the last fit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fit, store, report."""
        made = refit(by=None, force=options["force"])
        if made is None:
            self.stdout.write("Nothing new to fit. Use --force to fit again.")
            return
        self.stdout.write(
            f"{made.events} events of {made.report['students']} students fitted in {made.report['seconds']} s;"
            f" tested on {made.report['tested']} students who were left out"
        )
        for name, title in (("knowledge", "Knowledge tracing"), ("items", "Items")):
            found = made.report[name]
            if found is None:
                self.stdout.write(f"{title}: nobody to test on")
                continue
            numbers = (("AUC", "auc"), ("RMSE", "rmse"), ("ECE", "ece"))
            said = "   ".join(
                f"{label} {'cannot be said' if found[key] is None else format(found[key], '.3f')}"
                for label, key in numbers
            )
            self.stdout.write(f"{title}: {found['events']} events   {said}")
            for group, rows in found["groups"].items():
                for label, events, difference in rows:
                    self.stdout.write(f"  {group} {label}: {events} events, predicted less observed {difference:+.3f}")
