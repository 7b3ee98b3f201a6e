"""Bring results in: a CSV or XLSX with a kept choice of columns, or a zip of OneRoster results."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.choices import JobState
from accounts.http import viewer_for
from accounts.management.given import account
from accounts.models import Job
from accounts.permissions import Permission, can
from assessments.imports.mapping import ZeroIs
from assessments.imports_wording import message
from assessments.selectors.imports import mapper_named, mapping_of
from assessments.services import imports


class Command(BaseCommand):
    """The same tracked job as on the page, in this process: killed, it goes on when it is rung for or run again."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH, as whom, and the switches."""
        parser.add_argument("path", type=Path, nargs="?", help="a .csv, .xlsx or .zip")
        parser.add_argument("--as", dest="username", required=True, help="the district administrator who imports")
        parser.add_argument("--mapper", default="", help="the name of a kept choice of columns, for a table")
        parser.add_argument("--sheet", default="", help="of a workbook: the sheet, else the one the choice names")
        parser.add_argument("--dry-run", action="store_true", help="say what would be stored and store nothing")
        parser.add_argument("--zero", choices=[ZeroIs.SCORE.value, ZeroIs.MISSING.value], default="")
        parser.add_argument("--resume", default="", metavar="ID", help="go on with an import that was interrupted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, write, print the report."""
        with translation.override("en"):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        person = account(options["username"]).person_id
        by = viewer_for(person)
        if not can(by, Permission.IMPORT_EVIDENCE).allowed:
            raise CommandError(f"{options['username']} may not import evidence. Nothing was changed.")
        if options["resume"]:
            job = Job.objects.get(public_id=options["resume"])
            imports.run_evidence_import(job_id=job.pk)
            self._report(job)
            return
        path: Path | None = options["path"]
        if path is None or not path.is_file():
            raise CommandError(f"{path}: there is no such file. Nothing was changed.")
        with path.open("rb") as stream:
            job = imports.start_evidence_import(by=by, upload=File(stream, name=path.name), ring=False)
        self.stdout.write(f"import {job.public_id}")
        if job.parameters["layout"] == "table":
            mapper = mapper_named(viewer=by, name=options["mapper"])
            mapping = mapping_of(mapper) if mapper is not None else None
            if mapping is None:
                imports.cancel_evidence_import(by=by, job=job)
                raise CommandError("Name a kept choice of columns with --mapper. Nothing was changed.")
            if options["sheet"]:
                mapping = replace(mapping, sheet=options["sheet"])
            imports.map_evidence_import(by=by, job=job, mapping=mapping, ring=False)
        else:
            imports.queue_results(by=by, job=job)
        imports.run_evidence_import(job_id=job.pk)
        job.refresh_from_db()
        if job.state != JobState.WAITING or options["dry_run"]:
            self._report(job)
            if job.state == JobState.WAITING:
                imports.cancel_evidence_import(by=by, job=job)
            return
        if not imports.confirm_evidence_import(by=by, job=job, zero_is=options["zero"], ring=False):
            self._report(job)
            imports.cancel_evidence_import(by=by, job=job)
            raise CommandError("There are zeros: say with --zero what they mean. Nothing was stored.")
        imports.run_evidence_import(job_id=job.pk)
        self._report(job)

    def _report(self, job: Job) -> None:
        job.refresh_from_db()
        report = job.report
        counts = report.get("written") or report
        told = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("new", "changed", "withdrawn", "same"))
        dry = " (only looked at, nothing stored)" if report.get("dry_run") else ""
        self.stdout.write(f"{job.state}: {report.get('given', 0)} scores, {told}{dry}")
        for row in report.get("codes", ()):
            said = message(row["code"], column="")
            self.stdout.write(
                f"  {row['severity']} {row['code']} ({row['count']} times): {said.what} {said.what_to_do}"
            )
        if job.state == JobState.FAILED:
            said = message(str(report.get("error", "")), report.get("values", {}))
            raise CommandError(f"{said.what} {said.what_to_do}")
