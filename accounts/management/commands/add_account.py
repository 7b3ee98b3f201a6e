"""Add somebody who is on no roster: the first district administrator, the operator, a plan lead."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services
from accounts.choices import Role
from accounts.http import anonymous
from accounts.management.given import account, school


class Command(BaseCommand):
    """Make an account, or give a role to one that exists (--existing). The audit names the system as who did it."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """USERNAME, who it is, and the role."""
        parser.add_argument("username")
        parser.add_argument("--given", default="", help="given name")
        parser.add_argument("--family", default="", help="family name")
        parser.add_argument("--email", default="", help="where the sign-in code goes")
        parser.add_argument("--password-stdin", action="store_true", help="read a password from standard input")
        parser.add_argument("--existing", action="store_true", help="the account is there; only give it the role")
        parser.add_argument("--role", choices=Role.values, help="a role from today on")
        parser.add_argument("--school", type=UUID, help="public id of the school, for principal and plan_lead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Both steps or none."""
        by = anonymous()
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        try:
            with transaction.atomic():
                user = (
                    account(options["username"])
                    if options["existing"]
                    else services.add_account(
                        by=by,
                        given_name=options["given"],
                        family_name=options["family"],
                        username=options["username"],
                        email=options["email"],
                        password=password,
                    )
                )
                if options["role"]:
                    where = school(options["school"]) if options["school"] else None
                    services.give_role(by=by, user=user, role=Role(options["role"]), school=where)
        except services.AccountError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.username}: {options['role'] or 'no role'}")
