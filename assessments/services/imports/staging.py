"""From a file to checked rows: one transaction that reads, joins, compares and leaves only what would be written.

The file streams into temporary tables by COPY; everything after that is a handful of statements over all rows. Nobody
waits for it: nothing stored is locked. What is left are `ImportRow`s in the order of students.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import psycopg
from django.db import connection, transaction

from accounts import jobs
from accounts.choices import Severity as JobSeverity
from accounts.models import Job, JobIssue
from accounts.oneroster.issues import Severity
from accounts.permissions import Viewer
from accounts.sheets import Findings, open_sheet
from assessments.choices import ImportAction
from assessments.imports.mapping import ColumnMapping, CompetencyBy, StudentBy
from assessments.imports.oneroster import ObjectiveScore, ResultSet, open_results
from assessments.imports.problems import Code
from assessments.imports.tables import Given, given_rows
from assessments.imports.values import level_of
from assessments.models import EvidenceImport, ImportRow
from assessments.services.imports import sql
from competencies.models import Level

LISTED_A_SORT = 2_000
COPY_ROWS = 2_000
ONEROSTER = "oneroster"
ROSTER_SOURCE = "roster"
TAKEN_BACK = "Taken back by the system it came from."
"""Why a piece is withdrawn by an import; what a person withdrew carries another reason and stays as it is."""

Tell = Callable[[str, int, int], None]


class ImportCancelledError(Exception):
    """A person asked to stop."""


@dataclass(frozen=True, slots=True)
class PieceKind:
    """What all scores of one column (or of one line item and objective) share. `competency` None: not said."""

    number: int
    title: str
    competency: str | None
    day: date | None
    section: str
    range: int


@dataclass(slots=True)
class Plan:
    """Everything the statements need to know about a file."""

    source: str
    student_by: str
    student_source: str
    competency_by: str
    framework: str
    context: str
    zero_is: str
    file: str
    kinds: list[PieceKind] = field(default_factory=list)
    ranges: list[tuple[Decimal, Decimal] | None] = field(default_factory=list)

    def range_number(self, ends: tuple[Decimal, Decimal] | None) -> int:
        """The number of a range of scores, the same for the same ends."""
        if ends not in self.ranges:
            self.ranges.append(ends)
        return self.ranges.index(ends)


@dataclass(frozen=True, slots=True)
class Staged:
    """What a dry run found: counts of what would happen, and what was set aside."""

    given: int
    counts: dict[str, int]
    zeros: int
    students: int
    findings: Findings
    kind: str

    @property
    def writes(self) -> int:
        """How many rows would be written."""
        return sum(self.counts.get(name, 0) for name in ("new", "changed", "withdrawn"))


def stage_table(*, by: Viewer, job: Job, stream: BinaryIO, mapping: ColumnMapping, tell: Tell) -> Staged:
    """Stage a CSV or XLSX. Raises ImportUnreadableError and ImportCancelledError; after them nothing is kept."""
    plan = Plan(
        source=mapping.source,
        student_by=mapping.student_by,
        student_source=mapping.student_source,
        competency_by=mapping.competency_by if mapping.competency_by != CompetencyBy.FILE else CompetencyBy.PUBLIC_ID,
        framework=mapping.framework,
        context=mapping.context,
        zero_is=mapping.zero_is,
        file=job.title,
    )
    number = plan.range_number(mapping.range())
    in_file = mapping.competency if mapping.competency_by == CompetencyBy.FILE else None
    for place, score in enumerate(mapping.scores):
        title = (score.title or score.column)[:200]
        plan.kinds.append(PieceKind(place, title, in_file, score.observed_on or mapping.observed_on, "", number))
    findings = Findings()
    with open_sheet(stream, file=job.title, findings=findings, name=mapping.sheet) as sheet:
        rows = given_rows(sheet, mapping, today=by.today, findings=findings, file=job.title)
        return _stage(job, plan, rows, lambda: (), findings, tell, sheet.kind)


def stage_results(*, by: Viewer, job: Job, stream: BinaryIO, context: str, zero_is: str, tell: Tell) -> Staged:
    """Stage OneRoster results from a zip. Raises as `stage_table`."""
    plan = Plan(ONEROSTER, StudentBy.ID, ROSTER_SOURCE, CompetencyBy.SOURCE_ID, "", context, zero_is, job.title)
    findings = Findings()
    with open_results(stream, today=by.today, findings=findings) as results:
        plan.kinds = list(_kinds(results, plan))
        return _stage(job, plan, results.results(), results.objective_scores, findings, tell, ONEROSTER)


def _kinds(results: ResultSet, plan: Plan) -> Iterator[PieceKind]:
    numbers: dict[tuple[Decimal, Decimal] | None, int] = {}
    for item in results.items.values():
        ends = None if item.low is None or item.high is None else (item.low, item.high)
        if ends not in numbers:
            numbers[ends] = plan.range_number(ends)
        for objective in item.objectives or (None,):
            yield PieceKind(item.number, item.title, objective, None, item.section, numbers[ends])


def _stage(
    job: Job,
    plan: Plan,
    rows: Iterable[Given],
    objectives: Callable[[], Iterable[ObjectiveScore]],
    findings: Findings,
    tell: Tell,
    kind: str,
) -> Staged:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(sql.TABLES)
        given = _copy(rows, tell)
        _copy_objectives(objectives())
        _copy_kinds(plan)
        tell("checking", given, given)
        cursor.execute("ANALYZE import_stage, import_piece, import_objective")
        _students(cursor, plan)
        _competencies(cursor, plan)
        _values(cursor, plan)
        own: dict[str, Any] = {"source": plan.source, "one_source": plan.source == ONEROSTER, "context": plan.context}
        cursor.execute(sql.GIVEN, own)
        tell("checking", given, given)
        cursor.execute(sql.TWICE)
        cursor.execute("ANALYZE import_given")
        cursor.execute(sql.THERE, own)
        cursor.execute(sql.AGAINST_THERE, {"source": plan.source, "reason": TAKEN_BACK})
        tell("checking", given, given)
        jobs.store_issues(job, list(_issues(job, findings)))
        for code, severity, count in _store_problems(cursor, job, plan):
            findings.add_counted(Severity(severity), code, count)
        ImportRow.objects.filter(job=job).delete()
        cursor.execute(sql.ROWS, {**own, "job": job.pk, "reason": TAKEN_BACK})
        put = cursor.fetchall()
        cursor.execute(sql.USABLE)
        [(usable,)] = cursor.fetchall()
        first = min((row[3] for row in put), default=0)
        last = max((row[4] for row in put), default=0)
        EvidenceImport.objects.update_or_create(
            job=job,
            defaults={
                "source": plan.source,
                "context": plan.context,
                "zero_is": plan.zero_is,
                "first_row": first,
                "last_row": last,
                "cursor": first - 1 if first else 0,
                "written": {},
            },
        )
        cursor.execute(sql.STUDENTS, [first, last, job.pk])
        [(students,)] = cursor.fetchall()
        cursor.execute(sql.DONE)  # at the end of the transaction they would go by themselves
    names = {ImportAction.NEW: "new", ImportAction.CHANGE: "changed", ImportAction.WITHDRAW: "withdrawn"}
    counts = dict.fromkeys(names.values(), 0)
    for action, _is_zero, count, *_ids in put:
        counts[names[ImportAction(action)]] += count
    counts["same"] = usable - counts["new"] - counts["changed"]
    zeros = sum(count for _action, is_zero, count, *_ids in put if is_zero)
    return Staged(given, counts, zeros, students, findings, kind)


# ------------------------------------------------------------------ copying


@contextmanager
def _copying(statement: str) -> Iterator[psycopg.Copy]:
    connection.ensure_connection()
    raw: Any = connection.connection
    with raw.cursor() as cursor:
        opened: AbstractContextManager[psycopg.Copy] = cursor.copy(statement)
        with opened as copy:
            yield copy


def _field(text: str) -> str:
    r"""A text in COPY's format; blank is NULL."""
    if not text:
        return "\\N"
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text or "\0" in text:
        text = text.replace("\0", "").replace("\\", "\\\\")
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _copy(rows: Iterable[Given], tell: Tell) -> int:
    """Everything into `import_stage`. Returns how many."""
    count = 0
    lines: list[str] = []
    with _copying(
        "COPY import_stage (n, line, piece, student, competency, score, day, own_id, gone) FROM STDIN"
    ) as copy:
        for line, piece, student, competency, score, day, own_id, is_gone in rows:
            count += 1
            lines.append(
                f"{count}\t{line}\t{piece}\t{_field(student)}\t{_field(competency) if competency else chr(92) + 'N'}\t"
                f"{score or chr(92) + 'N'}\t{day or chr(92) + 'N'}\t"
                f"{_field(own_id) if own_id else chr(92) + 'N'}\t{'t' if is_gone else 'f'}\n"
            )
            if count % COPY_ROWS == 0:
                copy.write("".join(lines))
                lines.clear()
                tell("reading", count, 0)
        copy.write("".join(lines))
    return count


def _copy_objectives(rows: Iterable[ObjectiveScore]) -> None:
    with _copying("COPY import_objective (own_id, competency, score, gone) FROM STDIN") as copy:
        for own_id, competency, score, is_gone in rows:
            copy.write(f"{_field(own_id)}\t{_field(competency)}\t{_field(score)}\t{'t' if is_gone else 'f'}\n")


def _copy_kinds(plan: Plan) -> None:
    with _copying("COPY import_piece (piece, title, competency, day, section, range) FROM STDIN") as copy:
        for kind in plan.kinds:
            day = kind.day.isoformat() if kind.day else ""
            cells = (_field(kind.title), _field(kind.competency or ""), _field(day), _field(kind.section))
            copy.write(f"{kind.number}\t{cells[0]}\t{cells[1]}\t{cells[2]}\t{cells[3]}\t{kind.range}\n")


# ------------------------------------------------------------------ joining


def _students(cursor: Any, plan: Plan) -> None:
    if plan.student_by == StudentBy.ROW:
        cursor.execute(sql.STUDENTS_BY_ROW)
    else:
        cursor.execute(sql.STUDENTS_BY_ID, {"source": plan.student_source})
    cursor.execute("ANALYZE import_student")


def _competencies(cursor: Any, plan: Plan) -> None:
    match = {
        CompetencyBy.CODE: sql.BY_CODE,
        CompetencyBy.SOURCE_ID: sql.BY_SOURCE_ID,
        CompetencyBy.PUBLIC_ID: sql.BY_PUBLIC_ID,
    }[CompetencyBy(plan.competency_by)]
    cursor.execute(sql.COMPETENCIES.replace("{match}", match), {"framework": plan.framework})
    cursor.execute("ANALYZE import_competency")


def _values(cursor: Any, plan: Plan) -> None:
    """Each score that occurs, mapped once: by the same pure rule wherever a score is mapped."""
    scales: dict[int, list[Decimal]] = {}
    for scale_id, value in Level.objects.order_by("value").values_list("scale_id", "value"):
        scales.setdefault(scale_id, []).append(value)
    cursor.execute(sql.SCORES)
    found = cursor.fetchall()
    with _copying("COPY import_value (scale_id, range, score, value, problem) FROM STDIN") as copy:
        for scale_id, number, score in found:
            low, high = plan.ranges[number] or (None, None)
            level = level_of(score, low=low, high=high, levels=scales.get(scale_id, []))
            said = f"\\N\t{level.value}" if isinstance(level, Code) else f"{level:f}\t\\N"
            copy.write(f"{scale_id}\t{number}\t{score:f}\t{said}\n")
    cursor.execute("ANALYZE import_value")


# ------------------------------------------------------------------ what was set aside


def _issues(job: Job, findings: Findings) -> Iterator[JobIssue]:
    for found in findings:
        yield JobIssue(
            job=job,
            severity=JobSeverity.ERROR if found.severity is Severity.ERROR else JobSeverity.WARNING,
            file=found.file[:255],
            line=found.line,
            column=found.column,
            value=found.value[:200],
            code=found.code,
        )


def _store_problems(cursor: Any, job: Job, plan: Plan) -> list[tuple[str, str, int]]:
    """What the joins found, the first of each sort with their places; the counts of all."""
    cursor.execute(sql.PROBLEMS, {"job": job.pk, "file": plan.file[:255], "most": LISTED_A_SORT})
    cursor.execute(sql.PROBLEM_COUNTS)
    counts: list[tuple[str, str, int]] = cursor.fetchall()
    return counts
