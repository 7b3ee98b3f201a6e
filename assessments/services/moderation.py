"""Talking about two judgements: somebody asks, people look again, one decision stands beside both."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Permission, Viewer
from assessments.choices import ModerationReason, ScoringKind
from assessments.errors import EvidenceError, WorkChangedError, WorkError
from assessments.models import Evidence, Moderation, Scoring, Submission
from assessments.selectors.moderation import given_levels
from assessments.services.evidence import NewPiece, record_evidence
from assessments.services.scoring import MOST_RATERS
from assessments.services.submissions import task_key

LONGEST_REASON = 2000


def ask(*, by: Viewer, scoring: Scoring, competency: UUID) -> Moderation:
    """Ask to talk about a work one has judged; an open one is answered. WorkError while the other is not done."""
    with transaction.atomic():
        work = Submission.objects.select_for_update().get(pk=scoring.submission_id)
        done = list(work.scorings.filter(kind=ScoringKind.TEACHER, finished_at__isnull=False))
        if len(done) < MOST_RATERS or all(one.rater_id != by.person_id for one in done):
            raise WorkError(_("Two finished judgements are needed before people can talk about them."))
        given = {one.competency_id for one in given_levels(viewer=by, submission_id=work.pk)}
        about = Evidence.objects.filter(competency__public_id=competency, competency__in=given).first()
        if about is None:
            raise WorkError(_("Nobody judged this competency in this work."))
        known = work.moderations.filter(competency_id=about.competency_id).order_by("-pk").first()
        if known is not None and known.decided_at is None:
            return known
        if known is not None:
            raise WorkError(_("People talked about this and decided. The decision stands with its reason."))
        row = Moderation.objects.create(
            submission=work,
            competency_id=about.competency_id,
            because=ModerationReason.ASKED,
            asked_by_id=by.actor_id,
        )
        _record(by, row, work, "moderation.ask")
    return row


def decide(*, by: Viewer, moderation: Moderation, level: Decimal, reason: str) -> Moderation:
    """Decide a level within the range of the two, with a reason. It stands beside both, as nobody's own judgement.

    Of three ratings of one work the middle one counts, and that is the decision. Two who decide at once: one wins,
    the other gets WorkChangedError. Raises WorkError for a level outside the range and without a reason.
    """
    said = reason.replace("\x00", "").replace("\r\n", "\n").strip()
    if not said:
        raise WorkError(_("Say in a few words why."))
    if len(said) > LONGEST_REASON:
        raise WorkError(_("That is too long. A reason holds 2,000 characters."))
    with transaction.atomic():
        work = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("assignment__version", "student")
            .get(pk=moderation.submission_id)
        )
        row = Moderation.objects.select_related("competency").get(pk=moderation.pk)
        if row.decided_at is not None:
            raise WorkChangedError(decided_meanwhile())
        given = [g for g in given_levels(viewer=by, submission_id=work.pk) if g.competency_id == row.competency_id]
        values = [g.value for g in given]
        if not values or not level.is_finite() or not min(values) <= level <= max(values):
            raise WorkError(_("Choose a level between the two judgements, or one of them."))
        piece = NewPiece(
            key=uuid.uuid4(),
            student=work.student.public_id,
            competency=row.competency.public_id,
            value=level,
            observed_on=timezone.localdate(work.submitted_at) if work.submitted_at else _seen_on(work, row),
            context=work.assignment.version.context,
            task_key=task_key(work.assignment),
            task_title=work.assignment.title,
            note=said,
            rater_id=0,
            source="moderation",
            source_id=str(row.public_id),
            instrument_id=work.assignment.version_id,
            form_id=work.form_id,
        )
        try:
            [stored] = record_evidence(
                by=by, pieces=[piece], section_id=work.assignment.section_id, permission=Permission.RECORD_EVIDENCE
            )
        except EvidenceError as error:
            raise WorkError(str(error)) from error
        row.level, row.reason = level, said
        row.decided_by_id, row.decided_at = by.actor_id, timezone.now()
        row.evidence = Evidence.objects.get(public_id=stored.public_id)
        row.save()
        _record(by, row, work, "moderation.decide")
    return row


def decided_meanwhile() -> str:
    """What somebody is told who wanted to decide what is decided."""
    return _("Somebody decided this meanwhile. Here is what they decided; nothing was overwritten.")


def _seen_on(work: Submission, row: Moderation) -> date:
    """The day of the newest judgement, where nothing was handed in."""
    return (
        Evidence.objects.filter(
            student_id=work.student_id, task_key=task_key(work.assignment), competency_id=row.competency_id
        )
        .order_by("-observed_on")
        .values_list("observed_on", flat=True)[0]
    )


def _record(by: Viewer, row: Moderation, work: Submission, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="moderation",
        subject_id=row.public_id,
        students=[work.student_id],
    )
