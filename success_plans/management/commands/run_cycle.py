"""Go through the year's steps of every school now: what the daily run does by itself, also at a change of the year."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import School
from accounts.recompute import district_date
from success_plans.recompute import run_school


class Command(BaseCommand):
    """Closes the steps of a year that is over, opens and closes those of the running one; twice changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """--school, --day."""
        parser.add_argument("--school", help="public id of one school; all of them without it")
        parser.add_argument("--day", type=date.fromisoformat, help="as of this day (2026-08-17) instead of today")

    def handle(self, *args: Any, **options: Any) -> None:
        """School by school, with counts; no student is named."""
        schools = School.objects.filter(is_active=True).order_by("name", "pk")
        if options["school"]:
            schools = schools.filter(public_id=options["school"])
            if not schools:
                raise CommandError("There is no such school; nothing was done.")
        for school in schools:
            started = time.monotonic()
            day = options["day"] or district_date(timezone.now())
            change = run_school(school, day=day)
            self.stdout.write(
                f"{school.name}, {day}: {change.opened} opened, {change.closed} closed, {change.moved} changed"
                f" in {time.monotonic() - started:.1f} s"
            )
