"""Recompute mastery and flags, all students or some, split over processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Student
from assessments.choices import Priority
from assessments.services import request_refresh
from supports import recompute


class Command(BaseCommand):
    """Puts students in line at the lowest priority and works on them here; leases make more processes safe."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--all, or --student; --processes."""
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--all", action="store_true", help="every active student")
        who.add_argument("--student", action="append", help="public id of a student; may be repeated")
        who.add_argument("--due", action="store_true", help="only what is already in line")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, then work until nothing is due."""
        started = time.monotonic()
        if not options["due"]:
            ids = self._ids(options)
            with transaction.atomic():
                request_refresh(ids, priority=Priority.RECOMPUTE)
            self.stdout.write(f"{len(ids)} students in line")
        children = [
            subprocess.Popen([sys.executable, sys.argv[0], "recompute", "--due", "--processes", "1"])  # noqa: S603
            for _n in range(max(0, options["processes"] - 1))
        ]
        written = recompute.refresh_due(seconds=24 * 3600)
        if any(child.wait() for child in children):
            raise CommandError("One of the processes stopped with an error; run `recompute --due` again.")
        self.stdout.write(f"{written} written by this process in {time.monotonic() - started:.1f} s")

    def _ids(self, options: dict[str, Any]) -> list[int]:
        if options["all"]:
            return recompute.active_students()
        ids = list(Student.objects.filter(public_id__in=options["student"]).values_list("pk", flat=True))
        if len(ids) != len(set(options["student"])):
            raise CommandError("Not every one of these students exists; nothing was done.")
        return ids
