"""Send a student's plan as a transfer packet, or take one in, from the command line of the server."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.http import viewer_for
from accounts.management.given import account, school
from accounts.models import Student
from accounts.permissions import Permission, can
from success_plans.errors import PlanError
from success_plans.services.packets.receiving import receive_packet
from success_plans.services.packets.sending import send_packet
from success_plans.transfer.shape import PacketError


class Command(BaseCommand):
    """Acts as a plan lead: the same permission, audit and record of disclosure as in the browser."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """export STUDENT FILE or import SCHOOL FILE, each with the plan lead who acts."""
        does = parser.add_subparsers(dest="what", required=True)
        out = does.add_parser("export")
        out.add_argument("student", type=UUID, help="public id of the student")
        out.add_argument("file", type=Path)
        out.add_argument("--as", dest="username", required=True, help="user name of the plan lead who sends")
        out.add_argument("--to", required=True, help="who receives it")
        out.add_argument("--reason", required=True)
        into = does.add_parser("import")
        into.add_argument("school", type=UUID, help="public id of the receiving school")
        into.add_argument("file", type=Path)
        into.add_argument("--as", dest="username", required=True, help="user name of the plan lead who receives")
        into.add_argument("--student", type=UUID, help="public id on the roster; without it a new student is made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what came of it in counts."""
        user = account(options["username"])
        viewer = viewer_for(user.person_id, user_id=user.pk)
        try:
            if options["what"] == "export":
                student = Student.objects.filter(public_id=options["student"], is_active=True).first()
                if student is None:
                    raise CommandError("There is no such student.")
                sent = send_packet(by=viewer, student=student, other_party=options["to"], reason=options["reason"])
                options["file"].write_bytes(sent.content)
                self.stdout.write(f"{sum(sent.row.counts.values())} entries, {sent.held_back + sent.closed} kept back")
                return
            at = school(options["school"])
            if not can(viewer, Permission.TRANSFER_PLANS, at).allowed:
                raise CommandError("This account is not a plan lead of that school.")
            student = None
            if options["student"] is not None:
                student = Student.objects.filter(public_id=options["student"], school=at, is_active=True).first()
                if student is None:
                    raise CommandError("There is no such student at this school.")
            got = receive_packet(by=viewer, school=at, content=options["file"].read_bytes(), student=student)
        except (PlanError, PacketError, OSError) as error:
            raise CommandError(str(error)) from error
        done = "was here already; nothing was written" if got.is_repeat else f"{sum(got.written.values())} entries"
        self.stdout.write(done)
