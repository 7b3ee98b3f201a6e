"""A voice in the plan: a sentence, a picture or a recording, by oneself or through an adult who writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.choices import FileKind
from accounts.files import FileError, keep_file
from accounts.models import StoredFile, Student
from accounts.permissions import Viewer
from success_plans.choices import Audience, ConsentKind, Horizon, Means, MeasureKind, StatementKind, Voice
from success_plans.errors import PlanError
from success_plans.models import Goal, Plan, PlanStatement
from success_plans.selectors.consents import may
from success_plans.services.changes import note_change
from success_plans.services.plans import LONGEST_TEXT, plan_of

MEANS = {FileKind.PICTURE: Means.PICTURE, FileKind.AUDIO: Means.AUDIO}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody says: words, a picture or a recording, or both. `shows` says in words what the file holds."""

    kind: StatementKind
    text: str
    language: str
    upload: UploadedFile[Any] | None = None
    shows: str = ""
    audience: Audience = Audience.CIRCLE


def speak(*, by: Viewer, student: Student, voice: Voice, spoken: Spoken, author_id: int | None = None) -> PlanStatement:
    """Add it to the plan. `author_id` is whose words they are when the acting person only writes them down.

    A picture or recording is kept only while the family says yes to that. The same words of the same person sent
    twice in a row are one sentence. Raises PlanError in words for the person.
    """
    text = spoken.text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text and spoken.upload is None:
        raise PlanError(_("Write a few words, or add a picture or a recording."))
    if len(text) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    author = author_id or by.actor_id
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        Plan.objects.select_for_update().get(pk=plan.pk)
        if spoken.upload is None and (twin := _twin(plan, spoken.kind, voice, author, text)):
            return twin
        stored = _keep(by, student, spoken) if spoken.upload else None
        row = PlanStatement.objects.create(
            plan=plan,
            kind=spoken.kind,
            voice=voice,
            text=text,
            means=MEANS[FileKind(stored.kind)] if stored else Means.TEXT,
            file=stored,
            audience=spoken.audience,
            language=spoken.language,
            author_id=author,
            scribe_id=by.actor_id if author != by.actor_id else None,
            said_on=by.today,
        )
        note_change(by=by, plan=plan, action="statement.add", row=row)
    return row


def _twin(plan: Plan, kind: str, voice: str, author: int, text: str) -> PlanStatement | None:
    return PlanStatement.objects.filter(
        plan=plan, kind=kind, voice=voice, author_id=author, text=text, file__isnull=True, withdrawn_at__isnull=True
    ).first()


def _keep(by: Viewer, student: Student, spoken: Spoken) -> StoredFile:
    assert spoken.upload is not None
    if not may(student, ConsentKind.MEDIA):
        raise PlanError(
            _(
                "The family has not said yes to keeping pictures and recordings, so nothing was kept. They can say "
                "yes on the page of consents. Until then, write it in words, or ask an adult to write it down."
            )
        )
    try:
        return keep_file(
            by=by,
            student=student,
            upload=spoken.upload,
            kinds=frozenset(MEANS),
            description=spoken.shows,
            language=spoken.language,
        )
    except FileError as error:
        raise PlanError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Wish:
    """A student's own goal: what, why it matters, the first small step, who helps."""

    text: str
    why: str = ""
    first_step: str = ""
    helper_id: int | None = None
    is_for_later: bool = False


def wish(*, by: Viewer, student: Student, goal: Wish, language: str) -> Goal:
    """A goal in the student's own words. It may stay an intention; sent twice, it is one. Raises PlanError."""
    text = goal.text.replace("\x00", "").strip()
    if not text:
        raise PlanError(_("Write a few words first."))
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        Plan.objects.select_for_update().get(pk=plan.pk)
        twin = Goal.objects.filter(plan=plan, voice=Voice.STUDENT, author_id=by.actor_id, text=text).first()
        if twin is not None:
            return twin
        row = Goal.objects.create(
            plan=plan,
            text=text[:LONGEST_TEXT],
            why=goal.why.replace("\x00", "").strip()[:LONGEST_TEXT],
            steps=goal.first_step.replace("\x00", "").strip()[:LONGEST_TEXT],
            helper_id=goal.helper_id,
            voice=Voice.STUDENT,
            measure_kind=MeasureKind.OTHER,
            horizon=Horizon.AFTER_SCHOOL if goal.is_for_later else Horizon.NOW,
            language=language,
            author_id=by.actor_id,
        )
        note_change(by=by, plan=plan, action="goal.add", row=row)
    return row
