"""Quick entry: one work of a whole class, judged cell by cell or in one go. Nothing is ever silently overwritten."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from assessments.choices import Context, EvidenceKind
from assessments.errors import EvidenceError
from assessments.models import Evidence
from assessments.selectors.cells import Rating, ratings
from assessments.selectors.rubrics import Rubric
from assessments.services.evidence import date_problem, off_scale
from assessments.services.requests import request_refresh

TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Work:
    """What all cells of one entry share: which work was looked at, in which class, when and where."""

    section_id: int
    task_key: str
    title: str
    observed_on: date
    context: str = Context.UNKNOWN


class CellState(StrEnum):
    """What became of one entry."""

    SAVED = "saved"
    SAME = "same"
    TAKEN_BACK = "taken_back"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CellEntry:
    """What a person entered for one student (an id the caller may write for).

    `key` is made by the client, so that sending it twice is one piece. `value` None is "seen, without a level".
    `expected` is the newest rating the person had before their eyes; None when the cell was empty. `take_back`
    withdraws the person's own rating instead.
    """

    student_id: int
    key: UUID
    value: Decimal | None = None
    expected: UUID | None = None
    take_back: bool = False


@dataclass(frozen=True, slots=True)
class CellResult:
    """The entry, what became of it, and the ratings that stand in the cell now, oldest first."""

    entry: CellEntry
    state: CellState
    ratings: tuple[Rating, ...]


def class_task_key(section: UUID, *, title: str, observed_on: date) -> str:
    """The key of one work of one class: the same for every teacher who enters it, another for another title or day.

    Without a title it is what was seen that day. The context is not part of it: choosing it late splits nothing.
    """
    words = " ".join(title.casefold().split())
    digest = hashlib.sha256(words.encode()).hexdigest()[:16] if words else "day"
    return f"class:{section.hex}:{observed_on.isoformat()}:{digest}"


def record_cells(*, by: Viewer, rubric: Rubric, work: Work, entries: Sequence[CellEntry]) -> list[CellResult]:
    """Save what one person saw of one work, student by student; the same order comes back.

    The caller has authorised the students. A new value makes a piece; another value on one's own piece corrects it;
    beside a colleague's it is a second rating of the same work (one piece, agreement measured). A context that is not
    said never replaces one that was. Where the cell changed since the person looked (`expected`), nothing is written
    and the result says CONFLICT with what stands there. A repeated key changes nothing; one that belongs to another
    piece is REFUSED. At most one entry a student. Raises EvidenceError before anything is written. Five statements at
    most.
    """
    if len({entry.student_id for entry in entries}) != len(entries):
        raise ValueError("One entry for each student.")
    problems = {entry.key: problem for entry in entries if (problem := _problem(entry, rubric, work, by.today))}
    if len({entry.key for entry in entries}) != len(entries):
        problems = {entry.key: _("Two pieces carry the same key.") for entry in entries}
    if problems:
        raise EvidenceError(problems)
    if not entries:
        return []
    # No savepoint: everything a person can get wrong was found above.
    with transaction.atomic(savepoint=False):
        students = [entry.student_id for entry in entries]
        request_refresh(students)  # first: from here on nobody else writes to these students' cells
        there = ratings(
            viewer=by,
            student_ids=students,
            competency_id=rubric.competency_id,
            task_key=work.task_key,
            keys=[entry.key for entry in entries],
        )
        sent = {row.key: row for rows in there.values() for row in rows}
        plans = [_plan(by, entry, there.get(entry.student_id, []), sent.get(entry.key), work) for entry in entries]
        written = _write(by, rubric, work, [plan for plan in plans if plan.writes])
        _take_back(by, [plan for plan in plans if plan.mine is not None and plan.state is CellState.TAKEN_BACK])
        _audit(by, rubric, plans)
    return [_result(by, plan, written) for plan in plans]


def _problem(entry: CellEntry, rubric: Rubric, work: Work, today: date) -> str:
    if problem := date_problem(work.observed_on, today):
        return problem
    if work.context not in Context.values:
        return _("Choose one of the contexts of the list.")
    if "\x00" in work.title:
        return _("The text holds a character that cannot be stored. Type it again.")
    if len(work.title) > TITLE_LENGTH:
        return _("The name of the task is too long. It holds 200 characters.")
    if entry.value is not None and not entry.take_back and not rubric.allows(entry.value):
        return off_scale([level.value for level in rubric.levels])
    return ""


@dataclass(frozen=True, slots=True)
class _Plan:
    entry: CellEntry
    state: CellState
    standing: tuple[Rating, ...]
    mine: Rating | None = None
    writes: bool = False


def _plan(by: Viewer, entry: CellEntry, rows: Sequence[Rating], sent: Rating | None, work: Work) -> _Plan:
    """What to do about one entry, given everything known about its cell and what was `sent` with its key before."""
    standing = tuple(row for row in rows if row.is_current)
    mine = next((row for row in reversed(standing) if row.rater_id == by.person_id), None)
    newest = standing[-1] if standing else None
    if sent is not None:
        is_mine = sent.rater_id == by.person_id and sent.student_id == entry.student_id
        return _Plan(entry, CellState.SAME if is_mine else CellState.REFUSED, standing, mine)
    if newest is not None and newest.public_id != entry.expected:
        if newest is mine and not entry.take_back and mine.value == entry.value:
            return _Plan(entry, CellState.SAME, standing, mine)
        return _Plan(entry, CellState.CONFLICT, standing, mine)
    if entry.take_back:
        return _Plan(entry, CellState.TAKEN_BACK if mine else CellState.SAME, standing, mine)
    if mine is not None and mine.value == entry.value and work.context in {mine.context, Context.UNKNOWN}:
        return _Plan(entry, CellState.SAME, standing, mine)
    return _Plan(entry, CellState.SAVED, standing, mine, writes=True)


def _write(by: Viewer, rubric: Rubric, work: Work, plans: Sequence[_Plan]) -> dict[int, Rating]:
    """New pieces and corrections in one statement: a correction marks the old row and keeps its place."""
    if not plans:
        return {}
    now = timezone.now()
    ids = [uuid.uuid4() for _plan in plans]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH given AS (
                SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::numeric[], %s::bigint[])
                    AS g(public_id, key, student, value, corrects)),
            marked AS (
                UPDATE assessments_evidence e SET superseded_at = %s FROM given g WHERE e.id = g.corrects
                RETURNING e.id, e.student_id, e.order_key, e.note, e.section_id, e.context)
            INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind,
                value, context, task_key, task_title, note, observed_on, recorded_by_id, rater_id, is_accepted,
                source, source_id, supersedes_id, withdrawal_reason)
            SELECT g.public_id, g.key, coalesce(m.order_key, g.key), coalesce(m.student_id, g.student), %s,
                coalesce(m.section_id, %s), %s, g.value, coalesce(nullif(%s, ''), m.context, ''), %s, %s,
                coalesce(m.note, ''), %s, %s, %s, true,
                '', '', m.id, ''
            FROM given g LEFT JOIN marked m ON m.id = g.corrects
            ORDER BY g.student
            RETURNING public_id, id
            """,
            [
                ids,
                [plan.entry.key for plan in plans],
                [plan.entry.student_id for plan in plans],
                [plan.entry.value for plan in plans],
                [plan.mine.evidence_id if plan.mine else None for plan in plans],
                now,
                rubric.competency_id,
                work.section_id,
                EvidenceKind.TEACHER,
                work.context,
                work.task_key,
                work.title,
                work.observed_on,
                by.actor_id,
                by.actor_id,
            ],
        )
        numbers = dict(cursor.fetchall())
    return {
        plan.entry.student_id: Rating(
            evidence_id=numbers[public_id],
            public_id=public_id,
            key=plan.entry.key,
            student_id=plan.entry.student_id,
            rater_id=by.actor_id,
            rater=by.name,
            value=plan.entry.value,
            context=work.context or (plan.mine.context if plan.mine else Context.UNKNOWN),
            recorded_at=now,
        )
        for public_id, plan in zip(ids, plans, strict=True)
    }


def _take_back(by: Viewer, plans: Sequence[_Plan]) -> None:
    """Withdraw one's own ratings: the rows stay, nothing counts them."""
    rows = [plan.mine.evidence_id for plan in plans if plan.mine is not None]
    if rows:
        Evidence.objects.filter(pk__in=rows).update(
            withdrawn_at=timezone.now(),
            withdrawn_by_id=by.actor_id,
            withdrawal_reason=_("Taken back while entering the class."),
        )


def _audit(by: Viewer, rubric: Rubric, plans: Sequence[_Plan]) -> None:
    """One row for all new pieces, one for each correction and each piece taken back; one statement."""
    new = [plan for plan in plans if plan.writes and plan.mine is None]
    rows: list[tuple[int | None, str, str, object, list[int], str, dict[str, object]]] = []
    if new:
        subject = new[0].entry.key if len(new) == 1 else ""
        details: dict[str, object] = {"keys": [str(plan.entry.key) for plan in new]}
        students = [plan.entry.student_id for plan in new]
        rows.append((by.person_id, "evidence.record", "evidence", subject, students, "", details))
    for plan in plans:
        if plan.mine is None or plan.state not in {CellState.SAVED, CellState.TAKEN_BACK}:
            continue
        action = "evidence.correct" if plan.writes else "evidence.withdraw"
        details = {"key": str(plan.entry.key)} if plan.writes else {}
        rows.append(
            (by.person_id, action, "evidence", plan.mine.public_id, [plan.entry.student_id], "", details),
        )
    if rows:
        audit.record_many(rows)


def _result(by: Viewer, plan: _Plan, written: dict[int, Rating]) -> CellResult:
    standing = plan.standing
    if plan.state in {CellState.SAVED, CellState.TAKEN_BACK}:
        standing = tuple(row for row in standing if plan.mine is None or row.evidence_id != plan.mine.evidence_id)
    if plan.writes:
        standing = (*standing, written[plan.entry.student_id])
    return CellResult(plan.entry, plan.state, standing)
