"""Check that nothing is lost and nothing is wrong: summaries, flags and the audit against the evidence."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit
from assessments.models import Evidence, RefreshRequest
from supports import review


class Command(BaseCommand):
    """Reads only. Exit status 1 when something differs."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """No options but --limit."""
        parser.add_argument("--limit", type=int, default=20, help="how many differences to print")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and report."""
        waiting = RefreshRequest.objects.filter(quarantined_at__isnull=True).count()
        quarantined = RefreshRequest.objects.filter(quarantined_at__isnull=False).count()
        drifts = review.reconcile(heal=False)
        links = audit.broken_links()
        self.stdout.write(f"evidence          {Evidence.objects.count()} rows")
        self.stdout.write(f"waiting           {waiting} students (not compared)")
        self.stdout.write(f"quarantined       {quarantined} students (not compared)")
        self.stdout.write(f"summaries, flags  {len(drifts)} differences")
        self.stdout.write(f"audit             {len(links)} differences")
        for line in [f"  student {d.student_id}: {d.what}" for d in drifts[: options["limit"]]] + [
            f"  {link}" for link in links[: options["limit"]]
        ]:
            self.stdout.write(line)
        if drifts or links:
            raise CommandError("Something differs from the evidence; see above.")
        self.stdout.write(self.style.SUCCESS("Nothing lost, nothing wrong."))
