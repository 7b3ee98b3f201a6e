"""Judging a work: drafts, finishing in one transaction, taking it back; alone, or two people blind."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Permission, Viewer
from assessments.choices import ModerationReason, ScoringKind
from assessments.errors import EvidenceError, WorkChangedError, WorkError
from assessments.marking import by_competency, lower_median
from assessments.models import Assignment, Criterion, CriterionScore, Evidence, Moderation, Scoring, Submission
from assessments.selectors.moderation import apart
from assessments.services.evidence import HALF, NewPiece, record_evidence
from assessments.services.requests import request_refresh
from assessments.services.submissions import link_scores, task_key

UNDO = timedelta(minutes=10)
MOST_RATERS = 2
"""People who judge one work: with a decision of theirs the lower median of three is what they decided."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person saw: levels by criterion (its key; left out: not seen in this work), and words.

    `version` is that of the judgement before their eyes (0: none yet), `seen` that of the work itself.
    """

    levels: Mapping[int, Decimal]
    note: str
    language: str
    version: int
    seen: int


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a finished judgement: it counts, or it waits for the second one; and what differs."""

    scoring: Scoring
    counts: bool
    differing: int


def save_draft(*, by: Viewer, student: Student, assignment: Assignment, judgement: Judgement) -> Scoring:
    """Keep a judgement that is not finished. Nobody else sees it.

    Raises WorkChangedError when the work or this judgement was changed meanwhile, WorkError for levels off the scale
    and where two others judge this work already.
    """
    with transaction.atomic():
        return _save(by, _work(student, assignment), assignment, judgement)


def finish(*, by: Viewer, student: Student, assignment: Assignment, judgement: Judgement) -> Finished:
    """Save and finish: one piece of evidence for each competency, in the same transaction.

    Of a work two people judge blind nothing becomes evidence before both are done; then both do. Where they differ by
    a level or more on a competency, people are asked to talk about it. Raises as `save_draft`.
    """
    if not judgement.levels:
        raise WorkError(_("Choose a level for one criterion at least. What was not seen in this work stays open."))
    with transaction.atomic():
        work = _work(student, assignment)
        scoring = _save(by, work, assignment, judgement)
        scoring.finished_at = timezone.now()
        scoring.save(update_fields=["finished_at"])
        _record(by, scoring, work, "scoring.finish")
        counts = not assignment.is_blind or _finished(work).count() >= MOST_RATERS
        differing = _settle(by, work, assignment, student) if counts else 0
    return Finished(scoring, counts, differing)


def end_wait(*, by: Viewer, student: Student, assignment: Assignment) -> None:
    """Go on without a second look: the one finished judgement counts, and who was asked is asked no longer.

    Raises WorkError where there is nothing to go on with.
    """
    with transaction.atomic():
        work = _work(student, assignment)
        done = list(_finished(work))
        if len(done) != 1 or done[0].scores.filter(evidence__isnull=False).exists():
            raise WorkError(_("There is no finished judgement here that waits for a second one."))
        # who began keeps what they chose; who did not begin is asked no longer
        work.scorings.filter(kind=ScoringKind.TEACHER, finished_at__isnull=True, scores__isnull=True).delete()
        _settle(by, work, assignment, student)
        _record(by, done[0], work, "scoring.alone")


def undo(*, by: Viewer, student: Student, assignment: Assignment) -> None:
    """Take one's own finished judgement back within ten minutes: its evidence is withdrawn, the levels stay a draft.

    Not once both of a blind pair are done, for then each has seen the other's, and not after a decision. WorkError.
    """
    with transaction.atomic():
        work = _work(student, assignment)
        scoring = work.scorings.filter(rater_id=by.actor_id, kind=ScoringKind.TEACHER).first()
        if scoring is None or scoring.finished_at is None:
            return
        if scoring.finished_at < timezone.now() - UNDO:
            raise WorkError(_("The ten minutes are over. Correct the piece of evidence instead."))
        if assignment.is_blind and _finished(work).count() >= MOST_RATERS:
            raise WorkError(_("Both of you are done and see both judgements. Ask to talk about it instead."))
        if work.moderations.filter(decided_at__isnull=False).exists():
            raise WorkError(_("People talked about this work and decided. Correct the piece of evidence instead."))
        pieces = list(scoring.scores.filter(evidence__isnull=False).values_list("evidence_id", flat=True))
        if pieces:
            request_refresh([student.pk])
            standing = Evidence.objects.filter(pk__in=pieces, withdrawn_at__isnull=True, superseded_at__isnull=True)
            if standing.count() < len(set(pieces)):
                raise WorkError(_("A piece of this judgement was corrected already, so it stays."))
            standing.update(
                withdrawn_at=timezone.now(), withdrawn_by_id=by.actor_id, withdrawal_reason=_("Taken back at once.")
            )
            scoring.scores.update(evidence=None)
        work.moderations.filter(because=ModerationReason.DIFFER, decided_at__isnull=True).delete()
        scoring.finished_at = None
        scoring.version += 1
        scoring.save(update_fields=["finished_at", "version"])
        _record(by, scoring, work, "scoring.undo")


def _work(student: Student, assignment: Assignment) -> Submission:
    """The work, locked: everything about one work happens one after the other. Work on paper has no row before."""
    found = Submission.objects.select_for_update().filter(assignment=assignment, student=student).first()
    if found is not None:
        return found
    Submission.objects.get_or_create(
        assignment=assignment, student=student, defaults={"language": assignment.language, "version": 0}
    )
    return Submission.objects.select_for_update().get(assignment=assignment, student=student)


def _finished(work: Submission) -> Any:
    return work.scorings.filter(kind=ScoringKind.TEACHER, finished_at__isnull=False)


def _save(by: Viewer, work: Submission, assignment: Assignment, judgement: Judgement) -> Scoring:
    if work.version != judgement.seen:
        raise WorkChangedError(
            _("The work was handed in anew while you looked at it. Look again."), version=work.version
        )
    others = list(work.scorings.filter(kind=ScoringKind.TEACHER).exclude(rater_id=by.actor_id))
    scoring = work.scorings.filter(rater_id=by.actor_id).first()
    if scoring is None or scoring.finished_at is None:
        _require_room(assignment, others)
    if scoring is None:
        scoring = Scoring(submission=work, rater_id=by.actor_id, version=0)
    elif scoring.kind != ScoringKind.TEACHER:
        raise WorkError(_("Your own view stands beside the work already."))
    if scoring.finished_at is not None or scoring.version != judgement.version:
        raise WorkChangedError(
            _("You changed this judgement somewhere else meanwhile. This is how it stands; nothing was overwritten."),
            version=scoring.version,
        )
    scoring.note = judgement.note.replace("\x00", "").replace("\r\n", "\n").strip()[:4000]
    scoring.language = judgement.language
    scoring.version += 1
    scoring.save()
    _write_levels(scoring, assignment, judgement.levels)
    return scoring


def _require_room(assignment: Assignment, others: list[Scoring]) -> None:
    if len(others) >= MOST_RATERS:
        raise WorkError(_("Two people judge this work already."))
    if assignment.is_blind and any(one.scores.filter(evidence__isnull=False).exists() for one in others):
        raise WorkError(_("This work was judged without a second look, so it stays with that."))


def _write_levels(scoring: Scoring, assignment: Assignment, levels: Mapping[int, Decimal]) -> None:
    criteria = set(Criterion.objects.filter(version=assignment.version_id).values_list("pk", flat=True))
    if not set(levels) <= criteria:
        raise WorkError(_("One of the criteria belongs to another task. Open the page anew."))
    if any(not value.is_finite() or value < 0 or value > 999 or value % HALF for value in levels.values()):
        raise WorkError(_("Choose one of the levels of the list."))
    scoring.scores.exclude(criterion_id__in=list(levels)).delete()
    CriterionScore.objects.bulk_create(
        [CriterionScore(scoring=scoring, criterion_id=pk, value=value) for pk, value in sorted(levels.items())],
        update_conflicts=True,
        unique_fields=["scoring", "criterion"],
        update_fields=["value"],
    )


def _settle(by: Viewer, work: Submission, assignment: Assignment, student: Student) -> int:
    """Every finished judgement that is none yet becomes evidence; returns how many competencies differ."""
    rows = [
        (scoring, scores)
        for scoring in _finished(work).order_by("pk")
        if (scores := list(scoring.scores.select_related("criterion__competency"))) and scores[0].evidence_id is None
    ]
    observed_on = timezone.localdate(work.submitted_at) if work.submitted_at else by.today
    made: list[tuple[list[CriterionScore], dict[int, NewPiece]]] = []
    for scoring, scores in rows:
        values = by_competency([(s.criterion.competency_id, s.value) for s in scores])
        public_ids = {s.criterion.competency_id: s.criterion.competency.public_id for s in scores}
        made.append(
            (
                scores,
                {
                    competency: NewPiece(
                        key=uuid.uuid4(),
                        student=student.public_id,
                        competency=public_ids[competency],
                        value=lower_median(found),
                        observed_on=observed_on,
                        context=assignment.version.context,
                        task_key=task_key(assignment),
                        task_title=assignment.title,
                        note=scoring.note,
                        recorded_by_id=scoring.rater_id,
                        rater_id=scoring.rater_id,
                        instrument_id=assignment.version_id,
                        form_id=work.form_id,
                    )
                    for competency, found in values.items()
                },
            )
        )
    try:
        stored = record_evidence(
            by=by,
            pieces=[piece for _scores, pieces in made for piece in pieces.values()],
            section_id=assignment.section_id,
            permission=Permission.SCORE_WORK,
        )
    except EvidenceError as error:
        raise WorkError(str(error)) from error
    numbers = {r.key: r.public_id for r in stored}
    for scores, pieces in made:
        competency_of = {s.criterion_id: s.criterion.competency_id for s in scores}
        mine = {p.key: numbers[p.key] for p in pieces.values()}
        link_scores(by=by, scores=scores, competency_of=competency_of, pieces=pieces, stored=mine)
    differing = apart(viewer=by, submission_id=work.pk)
    for competency in differing:
        Moderation.objects.get_or_create(
            submission=work, competency_id=competency, defaults={"because": ModerationReason.DIFFER}
        )
    return len(differing)


def copy_to_group(*, by: Viewer, student: Student, assignment: Assignment) -> int:
    """Begin the others of a student's group with the same levels, as drafts of one's own. Returns how many.

    Evidence stays individual: each draft is looked at and finished by itself. Nobody's begun judgement is touched.
    """
    with transaction.atomic():
        work = _work(student, assignment)
        mine = work.scorings.filter(rater_id=by.actor_id, kind=ScoringKind.TEACHER).first()
        if mine is None or not work.group_name:
            return 0
        levels = dict(mine.scores.values_list("criterion_id", "value"))
        others = (
            Submission.objects.select_for_update()
            .filter(assignment=assignment, group_name=work.group_name)
            .exclude(pk=work.pk)
            .order_by("pk")
        )
        begun = 0
        for other in list(others):
            given = list(other.scorings.filter(kind=ScoringKind.TEACHER))
            if len(given) >= MOST_RATERS or any(one.rater_id == by.person_id for one in given):
                continue
            draft = Scoring.objects.create(submission=other, rater_id=by.actor_id, note="", language=mine.language)
            _write_levels(draft, assignment, levels)
            begun += 1
    return begun


def _record(by: Viewer, scoring: Scoring, work: Submission, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="scoring",
        subject_id=scoring.public_id,
        students=[work.student_id],
    )
