"""Give an account a key for the API. It is printed once and never stored."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.http import anonymous
from accounts.management.given import account
from accounts.permissions import SCOPES


class Command(BaseCommand):
    """The key acts as this account, within its scopes; it dies with the account or on its last day."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """USERNAME, what for, which scopes, how long."""
        parser.add_argument("username")
        parser.add_argument("--label", required=True, help="what it is for, so that somebody knows it later")
        parser.add_argument("--scope", action="append", choices=SCOPES, required=True, help="may be repeated")
        parser.add_argument("--days", type=int, default=90, help="1 to 366, default 90")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print it."""
        try:
            secret = services.add_token(
                by=anonymous(),
                user=account(options["username"]),
                label=options["label"],
                scopes=options["scope"],
                days=options["days"],
            )
        except services.AccountError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
