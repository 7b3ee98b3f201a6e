"""Observations that waited on a device without a connection: each is written once, or refused with what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Viewer, students_for
from assessments.errors import EvidenceError
from assessments.selectors.rubrics import rubric
from assessments.services.observations import OLDEST_WAITING, Observation, observe
from supports.selectors.records import section_of


@dataclass(frozen=True, slots=True)
class WaitedObservation:
    """One observation as the device kept it: public ids, a level, where, when. No name and no words."""

    key: UUID
    student: UUID
    competency: UUID
    value: Decimal | None
    context: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class SyncAnswer:
    """What became of it: whether it is kept, or why it was refused."""

    key: UUID
    why: str = ""


def take_waiting(*, by: Viewer, waited: Sequence[WaitedObservation]) -> list[SyncAnswer]:
    """Write each down once, in the order given; one that is refused keeps none of the others."""
    wanted = {one.student for one in waited}
    students = {row.public_id: row for row in students_for(by, Permission.RECORD_EVIDENCE).filter(public_id__in=wanted)}
    now = timezone.now()
    answers = []
    for one in waited:
        student = students.get(one.student)
        seen_at = min(one.seen_at or now, now)
        about = rubric(viewer=by, competency=one.competency, language=get_language() or "en")
        if student is None:
            why = _("You are not in this student’s circle any more, so it was not kept.")
        elif about is None:
            why = _("This competency is not in use. Choose one of the framework.")
        elif seen_at < now - OLDEST_WAITING:
            why = _("That was more than two weeks ago. Write it down with its date instead.")
        else:
            why = ""
            seen = Observation(one.key, one.competency, timezone.localdate(seen_at), one.value, one.context)
            section = section_of(viewer=by, student=student, competency_id=about.competency_id)
            try:
                observe(by=by, students=[student], seen=seen, section_id=section)
            except EvidenceError as error:
                why = str(error)
        answers.append(SyncAnswer(one.key, why))
    return answers
