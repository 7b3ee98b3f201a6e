"""Try both estimators on a response log (CSV: student, skill, item, correct, time) and say how far to trust them."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.estimates import bkt, calibration, elo
from assessments.estimates.responses import COLUMNS, LogError, ReadLog, RowCode, read_log, write_log
from assessments.estimates.simulation import simulate
from assessments.estimates.terms import EstimateError, Prediction, Response

SHOWN = 10
SENTENCES = {
    RowCode.NO_STUDENT: "no student",
    RowCode.NO_SKILL: "no skill",
    RowCode.CORRECT: "correct is 0 or 1 (or true, false), not {value!r}",
    RowCode.TIME: "time is a number or an ISO date and time, not {value!r}",
    RowCode.OTHER_TIME: "time {value!r} is of another kind than in the first row (a number, or a date)",
    RowCode.WIDTH: "{value} cells, which is not what the first line has",
}
ESTIMATORS = (
    ("Knowledge tracing with forgetting (skill only)", bkt.fit_log),
    ("Elo per student and competency, with items", elo.fit_log),
)


class Command(BaseCommand):
    """Reads a file, or makes one up with --simulate. Touches no database; prints AUC, RMSE, ECE and time taken."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH and the switches."""
        parser.add_argument(
            "path", type=Path, nargs="?", help=f"a CSV file with the columns {', '.join(COLUMNS)} and, if known, group"
        )
        parser.add_argument(
            "--simulate",
            nargs=2,
            type=int,
            metavar=("STUDENTS", "SEED"),
            help="make a log up, 200 responses a student; with PATH, write it there first",
        )
        parser.add_argument("--test-share", type=float, default=0.2, help="share of students to test on (0.2)")
        parser.add_argument("--seed", type=int, default=0, help="which students those are (0)")
        parser.add_argument(
            "--drop-repeated",
            action="store_true",
            help="keep only the first of rows with the same student, item and time",
        )
        parser.add_argument("--bins", action="store_true", help="print the reliability diagram as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, fit, predict, report. Exit code 1 where nothing could be evaluated."""
        try:
            log = self._log(options)
            parts = calibration.split(log, test_share=options["test_share"], seed=options["seed"])
        except EstimateError as error:
            raise CommandError(str(error)) from error
        train, test = ({response.student for response in part} for part in parts)
        self.stdout.write(
            f"{len(log)} responses, {len({response.skill for response in log})} skills; fitted on {len(train)} students"
            f" ({len(parts.train)} responses), tested on {len(test)} others ({len(parts.test)} responses)"
        )
        whole = 0.0
        for name, fit_log in ESTIMATORS:
            began = perf_counter()
            predictions = fit_log(parts.train).predict(parts.test)
            seconds = perf_counter() - began
            whole += seconds
            self._report(name, predictions, bins=options["bins"])
            self.stdout.write(
                f"  fitted and predicted in {seconds:.2f} s ({len(log) / max(seconds, 1e-9):,.0f} events/s)"
            )
        self.stdout.write(f"Both: {len(log)} events replayed in {whole:.2f} s")

    def _log(self, options: dict[str, Any]) -> list[Response]:
        path: Path | None = options["path"]
        if options["simulate"]:
            students, seed = options["simulate"]
            log = simulate(students=students, seed=seed)
            self.stdout.write(f"Made up: {students} students, seed {seed}; nobody's answers.")
            if path is not None:
                self._write(path, log)
            return log
        if path is None:
            raise CommandError("Name a CSV file, or make a log up with --simulate STUDENTS SEED.")
        try:
            with path.open(encoding="utf-8", newline="") as lines:
                read = read_log(lines, drop_repeated=options["drop_repeated"])
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8 text (byte {error.start}).") from error
        except LogError as error:
            raise CommandError(f"{path}: {error}") from error
        self._findings(path, read, dropped=options["drop_repeated"])
        if not read.responses:
            raise CommandError(f"{path} has no row that can be used.")
        return read.responses

    def _write(self, path: Path, log: list[Response]) -> None:
        try:
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(write_log(log))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Written to {path}.")

    def _findings(self, path: Path, read: ReadLog, *, dropped: bool) -> None:
        if read.bad:
            self.stderr.write(f"{len(read.bad)} rows left out:")
            for bad in read.bad[:SHOWN]:
                self.stderr.write(f"  {path}:{bad.line}: {SENTENCES[bad.code].format(value=bad.value[:40])}")
            if len(read.bad) > SHOWN:
                self.stderr.write(f"  and {len(read.bad) - SHOWN} more")
        if read.repeated and dropped:
            self.stdout.write(f"{read.repeated} rows left out: same student, item and time as an earlier row.")
        elif read.repeated:
            self.stderr.write(
                f"Warning: {read.repeated} rows repeat the student, item and time of an earlier row. An answer listed"
                " once for each of its skills is known before its second row is predicted, so the AUC comes out too"
                " high. Leave the copies out with --drop-repeated."
            )

    def _report(self, name: str, predictions: list[Prediction], *, bins: bool) -> None:
        found = calibration.measure(predictions)
        self.stdout.write(f"\n{name}")
        self.stdout.write(
            f"  AUC {_said(found.auc)} (from the {calibration.SEEN_BEFORE + 1}th answer to a skill on"
            f" {_said(found.auc_later)})   RMSE {_said(found.rmse)}   ECE {_said(found.ece)}"
            f" (goal: at most {calibration.ECE_GOAL})"
        )
        for gap in found.groups:
            self.stdout.write(
                f"  group {gap.group}: {gap.events} events, predicted {gap.predicted:.3f}, observed {gap.observed:.3f},"
                f" difference {gap.difference:+.3f}"
            )
        apart = calibration.groups_apart(found.groups)
        if apart is not None:
            self.stdout.write(f"  groups lie {apart:.3f} apart (goal: at most {calibration.GROUP_GOAL})")
        else:
            self.stdout.write(f"  no two groups with {calibration.GROUP_EVENTS} events to compare")
        for one in found.bins if bins else ():
            self.stdout.write(
                f"  {one.low:.1f}-{one.high:.1f}: {one.events:6} events, predicted {one.predicted:.3f},"
                f" observed {one.observed:.3f}"
            )


def _said(value: float | None) -> str:
    return "cannot be said" if value is None else f"{value:.3f}"
