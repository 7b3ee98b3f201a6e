"""A student's own work: handed in by the student, or by an adult who writes it down, with the student's own view."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import FileKind
from accounts.files import FileError, Sniffed, keep_file, look_at
from accounts.media import family_allows_media
from accounts.models import StoredFile, Student
from accounts.permissions import Permission, Viewer
from assessments.choices import EvidenceKind, ScoringKind
from assessments.errors import EvidenceError, WorkChangedError, WorkError
from assessments.marking import by_competency, lower_median
from assessments.models import (
    Assignment,
    Criterion,
    CriterionScore,
    Evidence,
    Scoring,
    Submission,
    SubmissionFile,
)
from assessments.services.evidence import NewPiece, record_evidence

LONGEST_TEXT = 20_000
MOST_FILES = 6


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a student hands in. `version` is the one before their eyes (0: nothing yet).

    `shows` says in words what the new files hold; `taken_away` are public ids of files that go; `views` are the
    student's own levels by criterion (its key), left out where they say nothing.
    """

    text: str
    language: str
    version: int
    uploads: Sequence[UploadedFile[Any]] = ()
    shows: str = ""
    taken_away: Collection[UUID] = ()
    views: Mapping[int, Decimal] | None = None
    view_note: str = ""


def hand_in(*, by: Viewer, student: Student, assignment: Assignment, work: HandedIn) -> Submission:
    """Hand it in, anew until somebody began to judge it; the earlier text stays in the history.

    The student's own view stands beside the work, as evidence that is never counted. Pictures and recordings are
    kept only while the family says yes to that. Raises WorkError in words, WorkChangedError when it was handed in
    or placed differently meanwhile; nothing is written then.
    """
    text = work.text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise WorkError(_("That is longer than 20,000 characters. Hand in the rest as a file."))
    found = [_looked_at(upload) for upload in work.uploads]  # seconds of work, while nobody waits for it
    with transaction.atomic():
        row = _locked(by, student, assignment, work.version)
        kept = [f for f in row.files.select_related("file") if f.file.withdrawn_at is None]
        going = [f for f in kept if f.file.public_id in set(work.taken_away)]
        if len(kept) - len(going) + len(work.uploads) > MOST_FILES:
            raise WorkError(_("A work holds six files at most. Take one away first."))
        if not text and not work.uploads and len(kept) == len(going):
            raise WorkError(_("Write a few words, or add a file, before you hand it in."))
        StoredFile.objects.filter(pk__in=[f.file_id for f in going]).update(withdrawn_at=timezone.now())
        for number, (upload, what) in enumerate(zip(work.uploads, found, strict=True), start=len(kept)):
            stored = _keep(by, student, upload, what, shows=work.shows, language=work.language)
            SubmissionFile.objects.create(submission=row, file=stored, position=number)
        row.text, row.language = text, work.language
        row.submitted_at = row.changed_at = timezone.now()
        row.submitted_by_id = by.actor_id
        row.version += 1
        row.save()
        _keep_view(by, row, student, assignment, work)
        audit.record(
            by=by.person_id,
            action="work.hand_in",
            subject_type="submission",
            subject_id=row.public_id,
            students=[student.pk],
            details={"version": row.version},
        )
    return row


def _locked(by: Viewer, student: Student, assignment: Assignment, version: int) -> Submission:
    """The row to write, locked; WorkError where no work is taken (any more)."""
    with connection.cursor() as cursor:
        # Two hand-ins of one student wait for each other; a class of thirty does not. Who closes it waits for all.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('hand_in', %s::bigint << 32 | %s))",
            [assignment.pk, student.pk],
        )
        cursor.execute("SELECT 1 FROM assessments_assignment WHERE id = %s FOR SHARE", [assignment.pk])
    now = Assignment.objects.get(pk=assignment.pk)
    if now.closed_at is not None:
        raise WorkError(_("This work was closed, so it takes nothing more. Talk with your teacher about another try."))
    if now.opens_on > by.today:
        raise WorkError(_("This work has not begun yet."))
    row = Submission.objects.select_for_update().filter(assignment=assignment, student=student).first()
    if row is None:
        row = Submission.objects.create(
            assignment=assignment, student=student, language=assignment.language, version=0, changed_at=timezone.now()
        )
    if judging_began(row):
        raise WorkError(
            _("Somebody began to judge this work, so it stays as it is. Another try is welcome as another work.")
        )
    if row.version != version:
        raise WorkChangedError(_("This work was changed meanwhile. Look at it again."), version=row.version)
    return row


def judging_began(row: Submission) -> bool:
    """Whether an adult entered a level or a point for this work. One query."""
    judged = Submission.objects.filter(pk=row.pk)
    return (
        judged.filter(scorings__kind=ScoringKind.TEACHER, scorings__scores__isnull=False).exists()
        or judged.filter(scorings__kind=ScoringKind.TEACHER, scorings__finished_at__isnull=False).exists()
        or judged.filter(responses__isnull=False).exists()
    )


def _looked_at(upload: UploadedFile[Any]) -> Sniffed:
    try:
        return look_at(upload)
    except FileError as error:
        raise WorkError(str(error)) from error


def _keep(
    by: Viewer, student: Student, upload: UploadedFile[Any], found: Sniffed, *, shows: str, language: str
) -> StoredFile:
    """Store one file. Documents are school work; pictures and recordings wait for the family's yes."""
    if found.kind != FileKind.DOCUMENT and not family_allows_media(student):
        raise WorkError(
            _(
                "The family has not said yes to keeping pictures and recordings, so nothing was kept. "
                "Write it in words, hand in a PDF, or show it to your teacher."
            )
        )
    try:
        return keep_file(by=by, student=student, upload=upload, found=found, description=shows, language=language)
    except FileError as error:
        raise WorkError(str(error)) from error


def _keep_view(by: Viewer, row: Submission, student: Student, assignment: Assignment, work: HandedIn) -> None:
    """The student's own view: kept as they said it last, as evidence that counts for nothing."""
    views = work.views or {}
    criteria = {c.pk: c for c in Criterion.objects.filter(version=assignment.version_id).select_related("competency")}
    if not set(views) <= set(criteria):
        raise WorkError(_("One of the criteria belongs to another task. Open the page anew."))
    scoring, _made = Scoring.objects.get_or_create(
        submission=row, rater_id=student.person_id, defaults={"kind": ScoringKind.SELF}
    )
    before = {s.criterion_id: s.value for s in scoring.scores.all()}
    note = work.view_note.replace("\x00", "").strip()[:4000]
    scoring.note, scoring.language, scoring.finished_at = note, work.language, timezone.now()
    scoring.version += 1
    scoring.save()
    if before == dict(views):
        return
    Evidence.objects.filter(pk__in=scoring.scores.values("evidence"), withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now(), withdrawn_by_id=by.actor_id, withdrawal_reason=_("Handed in anew.")
    )
    scoring.scores.all().delete()
    scores = CriterionScore.objects.bulk_create(
        CriterionScore(scoring=scoring, criterion_id=pk, value=value) for pk, value in sorted(views.items())
    )
    speaks = by.own_student_id == student.pk
    values = by_competency([(criteria[s.criterion_id].competency_id, s.value) for s in scores])
    public_ids = {c.competency_id: c.competency.public_id for c in criteria.values()}
    pieces = {
        competency: NewPiece(
            key=uuid.uuid4(),
            student=student.public_id,
            competency=public_ids[competency],
            value=lower_median(found),
            observed_on=by.today,
            context=assignment.version.context,
            task_key=task_key(assignment),
            task_title=assignment.title,
            note=note,
            kind=EvidenceKind.SELF,
            rater_id=student.person_id,
            instrument_id=assignment.version_id,
            form_id=row.form_id,
        )
        for competency, found in values.items()
    }
    try:
        stored = record_evidence(
            by=by,
            pieces=list(pieces.values()),
            section_id=assignment.section_id,
            permission=Permission.SPEAK_AS_STUDENT if speaks else Permission.RECORD_EVIDENCE,
        )
    except EvidenceError as error:
        raise WorkError(str(error)) from error
    competency_of = {c.pk: c.competency_id for c in criteria.values()}
    numbers = {r.key: r.public_id for r in stored}
    link_scores(by=by, scores=scores, competency_of=competency_of, pieces=pieces, stored=numbers)


def task_key(assignment: Assignment) -> str:
    """The key all judgements of one work share: raters of it are raters of one piece."""
    return f"work:{assignment.public_id}"


def link_scores(
    *,
    by: Viewer,
    scores: Sequence[CriterionScore],
    competency_of: Mapping[int, int],
    pieces: Mapping[int, NewPiece],
    stored: Mapping[UUID, UUID],
) -> None:
    """Point each criterion's level at the piece it became a part of. Two statements."""
    numbers = dict(Evidence.objects.filter(public_id__in=stored.values()).values_list("public_id", "pk"))
    for score in scores:
        piece = pieces[competency_of[score.criterion_id]]
        score.evidence_id = numbers[stored[piece.key]]
    CriterionScore.objects.bulk_update(scores, ["evidence"])
