"""Fill an empty database with the demonstration district."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import demonstration
from config.demo.district import SIZES
from config.demo.loading.manifest import give_passwords, write_manifest
from config.demo.loading.seeding import NotEmptyError, is_empty, seed


class Command(BaseCommand):
    """Deterministic: the same seed, day and size write the same content, public ids included."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Seed, size, day, and where to write who can sign in."""
        parser.add_argument("--seed", type=int, default=1, help="any whole number; default 1")
        parser.add_argument("--size", choices=SIZES, default="full", help="full: about 900 students; small: 120")
        parser.add_argument("--today", type=date.fromisoformat, help="the day to stand on; default: today")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where the demonstration is already")
        parser.add_argument(
            "--manifest", type=Path, help="write users, passwords and ids here, for testing from outside"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed once, all or nothing."""
        if not is_empty():
            if options["if_empty"] and demonstration.is_marked():
                self.stdout.write("The demonstration district is already here.")
                return
            raise CommandError("This database is not empty. The demonstration is only written into an empty one.")
        try:
            done = seed(
                number=options["seed"],
                today=options["today"] or timezone.localdate(),
                size=options["size"],
                say=self.stdout.write,
                before_the_end=give_passwords if options["manifest"] else None,
            )
        except NotEmptyError as error:
            raise CommandError("Somebody else has just written into this database.") from error
        if options["manifest"]:
            write_manifest(options["manifest"], done)
        self.stdout.write(self.style.SUCCESS(f"The demonstration district is ready ({done.seconds:.0f} s)."))
