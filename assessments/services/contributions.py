"""What teachers, students and families say about an instrument, and the answer they get."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from assessments.choices import ContributionKind, ContributionState, Speaker
from assessments.errors import DraftChangedError, InstrumentError
from assessments.instrument_words import fingerprint
from assessments.models import Contribution, Criterion, InstrumentVersion
from assessments.services.instrument_drafts import clean


def contribute(
    *,
    by: Viewer,
    key: UUID,
    version: InstrumentVersion,
    speaker: Speaker,
    kind: str,
    text: str,
    language: str,
    criterion: Criterion | None = None,
) -> Contribution:
    """Comment on a version or one criterion of it, or propose a change. The same key twice is one contribution.

    InstrumentError without words, or when the key is somebody else's.
    """
    words = clean(text)
    if not words:
        raise InstrumentError(_("Write a few words first."))
    if kind not in ContributionKind.values:
        raise InstrumentError(_("Choose whether it is a comment or a proposal."))
    if criterion is not None and criterion.version_id != version.pk:
        raise InstrumentError(_("This criterion belongs to another version. Look at the page again."))
    with transaction.atomic():
        row, is_new = Contribution.objects.get_or_create(
            key=key,
            defaults={
                "version": version,
                "criterion": criterion,
                "kind": kind,
                "speaker": speaker,
                "text": words,
                "language": language,
                "author_id": by.actor_id,
            },
        )
        if not is_new and row.author_id != by.actor_id:
            raise InstrumentError(_("This was not saved. Send it once more."))
        if is_new:
            _record(by, row, "contribution.add")
    return row


def answer_contribution(
    *, by: Viewer, contribution: Contribution, state: ContributionState, answer: str
) -> Contribution:
    """Say that a proposal or comment was taken up, or not, and why. DraftChangedError when it was answered already."""
    words = clean(answer)
    if state not in {ContributionState.ACCEPTED, ContributionState.DECLINED}:
        raise InstrumentError(_("Choose an answer."))
    if not words:
        raise InstrumentError(_("Write a sentence with your answer; they will read it."))
    with transaction.atomic():
        row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
        if row.state != ContributionState.OPEN:
            if (row.state, row.answer, row.answered_by_id) == (state, words, by.actor_id):
                return row
            theirs = f"{row.get_state_display()}: {row.answer}"
            raise DraftChangedError(edit=row.version.edit, seen=fingerprint(theirs), theirs=theirs, mine=words)
        row.state = state
        row.answer = words
        row.answered_by_id = by.actor_id
        row.answered_at = timezone.now()
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        _record(by, row, "contribution.answer")
    return row


def _record(by: Viewer, row: Contribution, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="contribution",
        subject_id=row.public_id,
        details={"kind": str(row.kind), "state": str(row.state), "speaker": str(row.speaker)},
    )
