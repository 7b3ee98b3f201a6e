"""The thread of a pathway: what somebody asked for, what changed because of it, what of it everyone may read."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from competencies.models import Pathway, PathwayComment
from competencies.pathway_access import HOME_VOICES
from competencies.services.pathways.errors import PathwayError, clean, locked, record


def comment(*, by: Viewer, pathway: Pathway, text: str, language: str) -> PathwayComment:
    """Say something in the thread, in the voice one was invited as. Raises PathwayError for nothing said."""
    words = clean(text, 4000)
    if not words:
        raise PathwayError(_("Write something first."))
    with transaction.atomic():
        row, access = locked(by, pathway)
        if not (access.designs or access.reviews):
            raise PermissionError
        said = PathwayComment.objects.create(
            pathway=row, voice=access.voice, text=words, language=language, author_id=by.actor_id
        )
        record(by, row, "pathway.comment", comment=str(said.public_id))
    return said


def answer_comment(*, by: Viewer, said: PathwayComment, became: str) -> None:
    """What changed because of it, in the words of whoever changed it; empty takes the answer back."""
    with transaction.atomic():
        row, access = locked(by, said.pathway)
        if not (access.designs or access.reviews):
            raise PermissionError
        held = _held(said)
        words = clean(became, 2000)
        if held.became == words:
            return
        held.became = words
        held.became_by_id, held.became_at = (by.actor_id, timezone.now()) if words else (None, None)
        held.save(update_fields=["became", "became_by", "became_at"])
        record(by, row, "pathway.comment_answer", comment=str(said.public_id))


def show_comment(*, by: Viewer, said: PathwayComment, is_public: bool) -> None:
    """Whether everyone may read it on the pathway's page. The words of students and families only they can show."""
    with transaction.atomic():
        row, access = locked(by, said.pathway)
        held = _held(said)
        own = held.author_id == by.person_id
        if not (access.designs or access.reviews) or (is_public and held.voice in HOME_VOICES and not own):
            raise PermissionError
        if held.is_public == is_public:
            return
        held.is_public = is_public
        held.save(update_fields=["is_public"])
        record(by, row, "pathway.comment_show", comment=str(said.public_id), is_public=is_public)


def withdraw_comment(*, by: Viewer, said: PathwayComment) -> None:
    """Take it back: nobody reads its words any more. By its author, or by a reviewer. Twice is once."""
    with transaction.atomic():
        row, access = locked(by, said.pathway)
        if said.author_id != by.person_id and not access.reviews:
            raise PermissionError
        held = PathwayComment.objects.select_for_update(of=("self",)).get(pk=said.pk)
        if held.withdrawn_at is not None:
            return
        held.withdrawn_at, held.is_public = timezone.now(), False
        held.save(update_fields=["withdrawn_at", "is_public"])
        record(by, row, "pathway.comment_withdraw", comment=str(said.public_id))


def _held(said: PathwayComment) -> PathwayComment:
    held = PathwayComment.objects.select_for_update(of=("self",)).get(pk=said.pk)
    if held.withdrawn_at is not None:
        raise PathwayError(_("This was taken back."))
    return held
