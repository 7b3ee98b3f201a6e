"""Quick observations: with a picture, a voice or words, for one student or several; and what families send.

An observation is evidence like any other. What a family sends waits until a teacher has looked at it; what students
say of themselves stands beside, always.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import FileKind
from accounts.files import FileError, keep_file, sniff
from accounts.media import family_allows_media
from accounts.models import StoredFile, Student
from accounts.permissions import Permission, Viewer
from assessments.choices import Context, EvidenceKind
from assessments.errors import EvidenceChangedError, EvidenceError, NotYoursError
from assessments.models import Evidence, EvidenceFile, ObservationAnswer
from assessments.services.evidence import NewPiece, Recorded, look_up, off_scale, record_evidence
from assessments.services.requests import request_refresh

UNDO_FOR = timedelta(minutes=10)
OLDEST_WAITING = timedelta(days=14)
"""How long an observation may wait on a device before it is refused: after that nobody remembers it well."""
LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class Observation:
    """What somebody saw. `key` is made by the client: the same key again is the same observation.

    `competency` is a public id; `value` None is seen without a level. `kind`: who saw it.
    """

    key: UUID
    competency: UUID
    observed_on: date
    value: Decimal | None = None
    context: str = Context.OBSERVATION
    title: str = ""
    note: str = ""
    kind: str = EvidenceKind.TEACHER


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that shows it; `words` say what it holds, for those who do not see or hear it."""

    upload: UploadedFile[Any]
    words: str = ""


def piece_key(key: UUID, student: UUID, *, of_several: bool) -> UUID:
    """The key of one student's piece: the observation's own, or made of it where it is about several."""
    return uuid.uuid5(key, str(student)) if of_several else key


def observe(
    *,
    by: Viewer,
    students: Sequence[Student],
    seen: Observation,
    shown: Sequence[Shown] = (),
    section_id: int | None = None,
    language: str = "",
    of_several: bool = False,
) -> list[Recorded]:
    """One piece for each student, with its files, in one transaction; sent again it is what it was the first time.

    `of_several`: it is about a group, also where one student is left of it. Files belong to one student's record, so
    they come with one student only. Raises EvidenceError in words for the person; nothing was written then.
    """
    if shown and (of_several or len(students) != 1):
        raise EvidenceError(
            {seen.key: _("A picture or recording belongs to one student. Send it from that student’s page.")}
        )
    pieces = [_piece(seen, student, of_several=of_several) for student in students]
    stands = dict(
        Evidence.objects.filter(key__in=[p.key for p in pieces], recorded_by=by.actor_id).values_list(
            "key", "public_id"
        )
    )
    kept: list[StoredFile] = []
    try:
        with transaction.atomic():
            recorded = record_evidence(by=by, pieces=[p for p in pieces if p.key not in stands], section_id=section_id)
            for one in recorded:
                if shown and not one.is_repeat:
                    _attach(by, students[0], one.public_id, shown, language, kept)
    except BaseException as error:
        for row in kept:  # the rows are undone with the transaction, what lies on disk is not
            row.file.delete(save=False)
        if isinstance(error, FileError):
            raise EvidenceError({seen.key: str(error)}) from error
        raise
    new = {one.key: one for one in recorded}
    return [new.get(p.key) or Recorded(p.key, stands[p.key], is_repeat=True) for p in pieces]


def _piece(seen: Observation, student: Student, *, of_several: bool) -> NewPiece:
    return NewPiece(
        key=piece_key(seen.key, student.public_id, of_several=of_several),
        student=student.public_id,
        competency=seen.competency,
        value=seen.value,
        observed_on=seen.observed_on,
        context=seen.context,
        task_key=str(seen.key),
        task_title=seen.title,
        note=seen.note,
        kind=seen.kind,
    )


def _attach(
    by: Viewer, student: Student, evidence: UUID, shown: Sequence[Shown], language: str, kept: list[StoredFile]
) -> None:
    allowed = family_allows_media(student)
    row = Evidence.objects.get(public_id=evidence)
    for one in shown:
        if not allowed:
            kind = sniff(one.upload.read()).kind
            one.upload.seek(0)
            if kind != FileKind.DOCUMENT:
                raise FileError(
                    _(
                        "The family has not said yes to keeping pictures and recordings, so nothing was saved. "
                        "Your words are still here: save them without the picture."
                    )
                )
        stored = keep_file(by=by, student=student, upload=one.upload, description=one.words, language=language)
        kept.append(stored)
        EvidenceFile.objects.create(evidence=row, file=stored)


def undo_observation(*, by: Viewer, key: UUID) -> int:
    """Take back what one wrote down within ten minutes: every piece of this observation, and the files with it.

    Returns how many; again is 0. LookupError when it is nobody's or somebody else's; EvidenceError when it is too late.
    """
    now = timezone.now()
    mine = Evidence.objects.filter(recorded_by=by.actor_id, task_key=str(key))
    with transaction.atomic():
        request_refresh(mine.values_list("student_id", flat=True))  # first the place in line, then the pieces
        rows = list(mine.select_for_update(of=("self",)).order_by("pk"))
        if not rows:
            raise LookupError
        if any(row.recorded_at < now - UNDO_FOR for row in rows):
            raise EvidenceError({key: _("Ten minutes are over, so it stays. You can withdraw it, with a reason.")})
        standing = [row for row in rows if row.withdrawn_at is None and row.superseded_at is None]
        Evidence.objects.filter(pk__in=[row.pk for row in standing]).update(
            withdrawn_at=now, withdrawn_by_id=by.person_id, withdrawal_reason=_("Taken back right away.")
        )
        StoredFile.objects.filter(pk__in=EvidenceFile.objects.filter(evidence__in=rows).values("file")).update(
            withdrawn_at=now
        )
        audit.record_many(
            [
                (by.person_id, "evidence.withdraw", "evidence", row.public_id, [row.student_id], "undo", {})
                for row in standing
            ]
        )
    return len(standing)


# ------------------------------------------------------------------ what families and students say
def observe_at_home(*, by: Viewer, student: Student, seen: Observation) -> Recorded:
    """What a guardian saw at home. It waits for a teacher's look; a level stands in it only where they chose one."""
    piece = replace(_piece(seen, student, of_several=False), kind=EvidenceKind.FAMILY, is_accepted=False)
    return _say(by, piece, Permission.SPEAK_AS_FAMILY)


def observe_as_partner(*, by: Viewer, student: Student, seen: Observation) -> Recorded:
    """What somebody of a partner saw, in words. It waits for a teacher's look, as what a family sends does."""
    piece = replace(
        _piece(seen, student, of_several=False),
        kind=EvidenceKind.PARTNER,
        context=Context.COMMUNITY,
        value=None,
        is_accepted=False,
    )
    return _say(by, piece, Permission.OBSERVE_AS_PARTNER)


def look_at_myself(*, by: Viewer, student: Student, seen: Observation) -> Recorded:
    """How a student sees it. It stands beside what adults see and is never counted."""
    piece = replace(_piece(seen, student, of_several=False), kind=EvidenceKind.SELF)
    return _say(by, piece, Permission.SPEAK_AS_STUDENT)


def _say(by: Viewer, piece: NewPiece, permission: Permission) -> Recorded:
    stands = Evidence.objects.filter(key=piece.key, recorded_by=by.actor_id).first()
    if stands is not None:
        return Recorded(piece.key, stands.public_id, is_repeat=True)
    return record_evidence(by=by, pieces=[piece], permission=permission)[0]


@dataclass(frozen=True, slots=True)
class Look:
    """What a teacher decides about an observation: it counts, perhaps with a level of theirs, or it stands beside.

    `instead_of`: when the answer was given that this one takes the place of; None for a first answer.
    """

    is_accepted: bool
    value: Decimal | None = None
    text: str = ""
    language: str = "en"
    instead_of: datetime | None = None


def answer_observation(*, by: Viewer, evidence: Evidence, look: Look) -> Evidence:
    """Answer what a family or a partner sent; returns the piece that stands now. Whoever sent it reads the answer.

    An answer can be changed: the new one holds, the one before it stays in the history (or with the piece it was
    about). Two who change it at once: the second gets EvidenceChangedError.

    With a level the teacher sees in it, a piece with that level takes its place: the words stay the family's, the
    level is the teacher's. Raises NotYoursError for one's own observation, EvidenceChangedError when it was changed,
    withdrawn or answered meanwhile, EvidenceError for a level off the scale or a missing sentence.
    """
    text = look.text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not look.is_accepted and not text:
        raise EvidenceError({evidence.key: _("Say in a sentence why it stands beside. The family reads it.")})
    if len(text) > LONGEST_ANSWER:
        raise EvidenceError({evidence.key: _("Keep the sentence under 2,000 characters.")})
    with transaction.atomic():
        request_refresh([evidence.student_id])  # first the student's place in line, then the piece: one order for all
        old = (
            Evidence.objects.select_for_update(of=("self",)).select_related("student", "competency").get(pk=evidence.pk)
        )
        if old.kind not in {EvidenceKind.FAMILY, EvidenceKind.PARTNER} or old.recorded_by_id == by.person_id:
            raise NotYoursError
        if old.superseded_at is not None:
            raise EvidenceChangedError(Evidence.objects.filter(supersedes=old).first())
        known = ObservationAnswer.objects.select_for_update().filter(evidence=old).first()
        was = known.answered_at if known is not None else None
        if old.withdrawn_at is not None or was != look.instead_of or (old.is_accepted and known is None):
            raise EvidenceChangedError(None if old.withdrawn_at else old)
        value = _level_of(old, look)
        stands = old
        if value != old.value:
            stands = _with_level(by, old, value, is_accepted=look.is_accepted)
        elif look.is_accepted != old.is_accepted:
            Evidence.objects.filter(pk=old.pk).update(is_accepted=look.is_accepted)
        ObservationAnswer.objects.update_or_create(
            evidence=stands,
            defaults={
                "is_accepted": look.is_accepted,
                "text": text,
                "language": look.language,
                "answered_by_id": by.actor_id,
                "answered_at": timezone.now(),
            },
        )
        audit.record(
            by=by.person_id,
            action="evidence.accept" if look.is_accepted else "evidence.beside",
            subject_type="evidence",
            subject_id=stands.public_id,
            students=[old.student_id],
            details={"sent": str(old.public_id)} | ({} if known is None else {"again": True}),
        )
    stands.refresh_from_db()
    return stands


def _level_of(old: Evidence, look: Look) -> Decimal | None:
    """The level the piece has after this answer: the teacher's where they give one, else what was sent."""
    if look.is_accepted and look.value is not None:
        return look.value
    sent = old
    while sent.rater_id != sent.recorded_by_id and sent.supersedes is not None:
        sent = sent.supersedes
    return sent.value


def _with_level(by: Viewer, old: Evidence, value: Decimal | None, *, is_accepted: bool) -> Evidence:
    piece = NewPiece(uuid.uuid4(), old.student.public_id, old.competency.public_id, value, old.observed_on)
    [ground] = look_up(by, [piece])
    levels = [] if ground.lowest is None or ground.highest is None else [ground.lowest, ground.highest]
    is_on = value is None or (
        bool(levels) and value.is_finite() and levels[0] <= value <= levels[-1] and not value % Decimal("0.5")
    )
    if not is_on:
        raise EvidenceError({old.key: off_scale(levels)})
    new = Evidence.objects.create(
        key=piece.key,
        order_key=old.order_key,
        student_id=old.student_id,
        competency_id=old.competency_id,
        section_id=old.section_id,
        kind=old.kind,
        value=value,
        context=old.context,
        task_key=old.task_key,
        task_title=old.task_title,
        note=old.note,
        observed_on=old.observed_on,
        recorded_by_id=old.recorded_by_id,
        rater_id=by.actor_id if is_accepted else old.recorded_by_id,
        is_accepted=is_accepted,
        supersedes=old,
    )
    Evidence.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
    return new
