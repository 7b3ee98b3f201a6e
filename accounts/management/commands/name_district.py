"""Give the district its name; the pages and packets carry it from then on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.district import name_district
from accounts.http import anonymous


class Command(BaseCommand):
    """Name it, the first time or anew. The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """NAME."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store it."""
        try:
            name_district(by=anonymous(), name=options["name"])
        except ValueError as error:
            raise CommandError("Write a name.") from error
        self.stdout.write(options["name"])
