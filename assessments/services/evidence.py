"""What people do with evidence: record, correct, withdraw. Each writes the work to be done in its own transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Permission, Viewer
from accounts.permitted import permitted_students
from accounts.statements import run
from assessments.choices import Context, EvidenceKind
from assessments.errors import EvidenceChangedError, EvidenceError, NotYoursError
from assessments.models import Evidence
from assessments.services.pieces import NewPiece as NewPiece
from assessments.services.pieces import Recorded as Recorded
from assessments.services.requests import request_refresh

HALF = Decimal("0.5")
OLDEST = timedelta(days=3 * 366)
_CONTEXTS, _KINDS = frozenset(Context.values), frozenset(EvidenceKind.values)  # Django makes the list anew each time


def record_evidence(
    *,
    by: Viewer,
    pieces: Sequence[NewPiece],
    section_id: int | None = None,
    permission: Permission = Permission.RECORD_EVIDENCE,
) -> list[Recorded]:
    """Store pieces, ask for one refresh per student, all in one transaction; ring after commit.

    `permission`: what the person needs on each student. It is another one where a student speaks of their own work
    and where a colleague judges one work without seeing the student.
    A key that is already there with the same content is answered as a repeat; with other content it is an error.
    Raises EvidenceError (nothing saved) for a student outside the circle, a value off the scale, a date in the
    future, an unknown competency. Four queries, however many pieces.
    """
    if not pieces:
        return []
    grounds = look_up(by, pieces, permission)
    problems = {
        p.key: problem
        for p, ground in zip(pieces, grounds, strict=True)
        if (problem := _problem(p, ground, by.today) or _other_piece(p, ground, by))
    }
    if len({p.key for p in pieces}) != len(pieces):
        problems = {p.key: _("Two pieces carry the same key.") for p in pieces}
    if problems:
        raise EvidenceError(problems)
    new = [(p, g) for p, g in zip(pieces, grounds, strict=True) if g.known is None]
    new.sort(key=lambda pair: (pair[1].student_id, pair[0].key))
    rows = [p for p, _ground in new]
    stored: dict[UUID, UUID] = {}
    # No savepoint: what could be wrong was found above; a race that is found below undoes the whole transaction.
    with transaction.atomic(savepoint=False):
        if new:
            stored = _insert(by=by, rows=new, section_id=section_id)
        if len(stored) < len(new):  # the same keys arrived on another connection since we looked
            grounds = look_up(by, pieces, permission)
            late = {
                p.key: problem
                for p, ground in zip(pieces, grounds, strict=True)
                if p.key not in stored and (problem := _other_piece(p, ground, by, must=True))
            }
            if late:
                raise EvidenceError(late)
        if stored:
            touched = {ground.student_id for p, ground in new if p.key in stored and ground.student_id is not None}
            audit.record(
                by=by.person_id,
                action="evidence.record",
                subject_type="evidence",
                subject_id=rows[0].key if len(rows) == 1 else "",
                students=touched,
                details={"keys": [str(p.key) for p in rows if p.key in stored]},
            )
            request_refresh(touched)
    there = {p.key: ground.known.public_id for p, ground in zip(pieces, grounds, strict=True) if ground.known}
    return [Recorded(p.key, stored.get(p.key) or there[p.key], p.key not in stored) for p in pieces]


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under a key already."""

    public_id: UUID
    student_id: int
    competency_id: int
    value: Decimal | None
    observed_on: date
    recorded_by_id: int


@dataclass(frozen=True, slots=True)
class PieceGround:
    """What a piece stands on: the student where this viewer may record for them, the competency where evidence may be
    given on it, the lowest and the highest level of its scale, and what the piece's key holds already."""

    student_id: int | None
    competency_id: int | None
    lowest: Decimal | None
    highest: Decimal | None
    known: Known | None


def look_up(
    by: Viewer, pieces: Sequence[NewPiece], permission: Permission = Permission.RECORD_EVIDENCE
) -> list[PieceGround]:
    """What each piece stands on, in their order. One query."""
    policy, viewer = permitted_students(by, permission)
    found = run(
        f"""
        WITH piece AS MATERIALIZED (
            SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) WITH ORDINALITY AS p(key, student, competency, n)),
        whom AS MATERIALIZED (
            SELECT s.id, s.public_id FROM accounts_student s
            WHERE s.public_id IN (SELECT student FROM piece) AND s.id IN ({policy})),
        what AS MATERIALIZED (
            SELECT c.id, c.public_id,
                (SELECT min(l.value) FROM competencies_level l WHERE l.scale_id = f.scale_id) AS lowest,
                (SELECT max(l.value) FROM competencies_level l WHERE l.scale_id = f.scale_id) AS highest
            FROM competencies_competency c JOIN competencies_framework f ON f.id = c.framework_id
            WHERE c.public_id IN (SELECT competency FROM piece) AND c.retired_at IS NULL AND c.is_assessable)
        SELECT whom.id, what.id, what.lowest, what.highest, e.public_id, e.student_id, e.competency_id, e.value,
            e.observed_on, e.recorded_by_id
        FROM piece
        LEFT JOIN whom ON whom.public_id = piece.student
        LEFT JOIN what ON what.public_id = piece.competency
        LEFT JOIN assessments_evidence e ON e.key = piece.key
        ORDER BY piece.n
        """,  # noqa: S608 - the policy's text is put together by Django; its values are parameters
        [*(_array(ids) for ids in zip(*((p.key, p.student, p.competency) for p in pieces), strict=True)), *viewer],
    )
    return [
        PieceGround(student, competency, low, high, Known(public_id, *rest) if public_id else None)
        for student, competency, low, high, public_id, *rest in found
    ]


def _array(ids: Iterable[UUID]) -> str:
    """Ids as PostgreSQL writes an array of them."""
    return f"{{{','.join(map(str, ids))}}}"


def _problem(piece: NewPiece, ground: PieceGround, today: date) -> str:
    """The first thing wrong with a piece, as a sentence; empty when nothing is."""
    if ground.student_id is None:
        return _("This student is not in one of your classes, so nothing was saved for them.")
    if ground.competency_id is None:
        return _("This competency is not in use. Choose one of the framework.")
    if problem := date_problem(piece.observed_on, today):
        return problem
    if piece.context not in _CONTEXTS:
        return _("Choose one of the contexts of the list.")
    if piece.kind not in _KINDS:
        return _("Choose one of the kinds of evidence of the list.")
    if piece.value is not None:
        levels = [] if ground.lowest is None or ground.highest is None else [ground.lowest, ground.highest]
        if (
            not levels
            or not piece.value.is_finite()
            or not levels[0] <= piece.value <= levels[-1]  # before the remainder: that of a huge number is an error
            or piece.value % HALF
        ):
            return off_scale(levels)
    if "\x00" in piece.note + piece.task_title + piece.task_key:
        return _("The text holds a character that cannot be stored. Type it again.")
    if len(piece.note) > 10_000 or len(piece.task_title) > 200 or len(piece.task_key) > 120:
        return _("The text is too long. Notes hold 10,000 characters, titles 200.")
    return ""


def date_problem(observed_on: date, today: date) -> str:
    """What is wrong with the day something was seen; empty when nothing is."""
    if observed_on > today:
        return _("The date is in the future. Enter the day you saw it.")
    if observed_on < today - OLDEST:
        return _("The date is more than three years ago. Check the year.")
    return ""


def off_scale(levels: Sequence[Decimal]) -> str:
    """The sentence for a value that is not on a scale with these levels, lowest first."""
    if not levels:
        return _("This competency has no scale yet. Ask the person who keeps the framework.")
    return _("The level is not on the scale. Use %(low)s to %(high)s, half steps allowed.") % {
        "low": f"{levels[0]:.0f}",
        "high": f"{levels[-1]:.0f}",
    }


def _insert(*, by: Viewer, rows: Sequence[tuple[NewPiece, PieceGround]], section_id: int | None) -> dict[UUID, UUID]:
    """One statement for all rows; keys that are already there are left alone. Returns key to public id.

    The rows travel as one JSON document: 18 arrays of 150 pieces took the driver longer than the server to store them.
    """
    stored = run(
        """
        INSERT INTO assessments_evidence (public_id, key, order_key, student_id, competency_id, section_id, kind,
            value, context, task_key, task_title, note, observed_on, recorded_by_id, rater_id, is_accepted,
            source, source_id, instrument_id, form_id, withdrawal_reason)
        SELECT n.public_id, n.key, n.key, n.student, n.competency, %s::bigint, n.kind, n.value, n.context, n.task_key,
            n.task_title, n.note, n.observed_on, n.recorder, nullif(n.rater, 0), n.accepted, n.source,
            n.source_id, n.instrument, n.form, ''
        FROM json_to_recordset(%s::json) AS n(public_id uuid, key uuid, student bigint, competency bigint, kind text,
            value numeric, context text, task_key text, task_title text, note text, observed_on date, source text,
            source_id text, recorder bigint, rater bigint, instrument bigint, form bigint, accepted boolean)
        ON CONFLICT DO NOTHING
        RETURNING key, public_id
        """,
        [
            section_id,
            orjson.dumps(
                [
                    {
                        "public_id": uuid.uuid4(),
                        "key": p.key,
                        "student": ground.student_id,
                        "competency": ground.competency_id,
                        "kind": p.kind,
                        "value": None if p.value is None else str(p.value),
                        "context": p.context,
                        "task_key": p.task_key or str(p.key),
                        "task_title": p.task_title,
                        "note": p.note,
                        "observed_on": p.observed_on,
                        "source": p.source,
                        "source_id": p.source_id,
                        "recorder": p.recorded_by_id or by.person_id,
                        "rater": by.person_id if p.rater_id is None else p.rater_id,
                        "instrument": p.instrument_id,
                        "form": p.form_id,
                        "accepted": p.is_accepted,
                    }
                    for p, ground in rows
                ]
            ).decode(),
        ],
    )
    return dict(stored)


def _other_piece(piece: NewPiece, ground: PieceGround, by: Viewer, *, must: bool = False) -> str:
    """A sentence when the piece's key holds other content (or, with `must`, is not there at all); else empty."""
    there = ground.known
    if there is None and not must:
        return ""
    same = there is not None and (
        there.student_id == ground.student_id
        and there.competency_id == ground.competency_id
        and there.value == piece.value
        and there.observed_on == piece.observed_on
        and there.recorded_by_id == (piece.recorded_by_id or by.person_id)
    )
    return "" if same else _("This key was used for another piece. Send each piece with a key of its own.")


def correct_evidence(
    *,
    by: Viewer,
    evidence: Evidence,
    key: UUID,
    value: Decimal | None,
    context: str | None = None,
    observed_on: date | None = None,
    note: str | None = None,
) -> Evidence:
    """A new row that supersedes the old one and keeps its place among the pieces. The old row stays.

    Raises NotYoursError for someone else's piece, EvidenceChangedError when it was changed meanwhile, EvidenceError
    for a value that does not fit. Repeating the same `key` answers with the first correction. What a family corrects
    waits for a teacher's look again, and the level in it is theirs.
    """
    with transaction.atomic():
        request_refresh([evidence.student_id])  # first the student's place in line, then the piece: one order for all
        old = (
            Evidence.objects.select_for_update(of=("self",)).select_related("student", "competency").get(pk=evidence.pk)
        )
        repeat = Evidence.objects.filter(key=key).first()
        if repeat is not None and repeat.supersedes_id == old.pk:
            return repeat
        if repeat is not None:
            raise EvidenceError({key: _("This key was used for another piece. Send each piece with a key of its own.")})
        _require_current(by, old)
        piece = NewPiece(
            key=key,
            student=old.student.public_id,
            competency=old.competency.public_id,
            value=value,
            observed_on=observed_on or old.observed_on,
            context=old.context if context is None else context,
            note=old.note if note is None else note,
        )
        [ground] = look_up(by, [piece])
        if problem := _problem(piece, replace(ground, student_id=old.student_id), by.today):
            raise EvidenceError({key: problem})
        is_of_family = old.kind == EvidenceKind.FAMILY
        new = Evidence.objects.create(
            key=key,
            order_key=old.order_key,
            student_id=old.student_id,
            competency_id=old.competency_id,
            section_id=old.section_id,
            kind=old.kind,
            value=piece.value,
            context=piece.context,
            task_key=old.task_key,
            task_title=old.task_title,
            note=piece.note,
            observed_on=piece.observed_on,
            recorded_by_id=by.actor_id,
            rater_id=by.actor_id if is_of_family else old.rater_id,
            is_accepted=old.is_accepted and not is_of_family,
            instrument_id=old.instrument_id,
            form_id=old.form_id,
            supersedes=old,
        )
        Evidence.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
        audit.record(
            by=by.person_id,
            action="evidence.correct",
            subject_type="evidence",
            subject_id=old.public_id,
            students=[old.student_id],
            details={"new": str(new.public_id)},
        )
    return new


def withdraw_evidence(*, by: Viewer, evidence: Evidence, reason: str) -> None:
    """Mark a piece as not to be counted, with a reason. The row stays. Withdrawing twice changes nothing.

    Raises NotYoursError for someone else's piece, EvidenceChangedError when it was corrected meanwhile.
    """
    with transaction.atomic():
        request_refresh([evidence.student_id])  # first the student's place in line, then the piece: one order for all
        old = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
        if old.withdrawn_at is not None:
            return
        _require_current(by, old)
        Evidence.objects.filter(pk=old.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by_id=by.person_id, withdrawal_reason=reason.strip()[:200]
        )
        audit.record(
            by=by.person_id,
            action="evidence.withdraw",
            subject_type="evidence",
            subject_id=old.public_id,
            students=[old.student_id],
            reason=reason.strip(),
        )


def _require_current(by: Viewer, old: Evidence) -> None:
    if old.recorded_by_id != by.person_id:
        raise NotYoursError
    if old.superseded_at is not None:
        raise EvidenceChangedError(Evidence.objects.filter(supersedes=old).first())
    if old.withdrawn_at is not None:
        raise EvidenceChangedError(None)
