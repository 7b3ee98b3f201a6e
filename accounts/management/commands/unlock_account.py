"""Unlock an account of staff that was locked because nobody used it for 30 days."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts import dormancy
from accounts.http import anonymous
from accounts.management.given import account


class Command(BaseCommand):
    """Make sure first that the person still works for the district; then their 30 days begin anew."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """USERNAME, why."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="who asked, and how you know it was them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Unlock it, or say that it was open."""
        user = account(options["username"])
        was_locked = dormancy.unlock_account(by=anonymous(), user=user, reason=options["reason"])
        self.stdout.write(f"{user.username} is open again." if was_locked else f"{user.username} was not locked.")
