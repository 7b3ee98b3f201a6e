"""What readers say about a working copy, and what its writers answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.errors import AuthoringError
from competencies.models import WorkingComment, WorkingCopy, WorkingItem
from competencies.services.authoring.copies import lock_open

LONGEST = 4000


def comment_on(
    *, by: Viewer, copy: WorkingCopy, text: str, language: str, item: WorkingItem | None = None
) -> WorkingComment:
    """Say something about the whole copy, or about one item of it. AuthoringError when the copy is closed."""
    words = text.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise AuthoringError(_("Write what you would like to say."))
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        comment = WorkingComment.objects.create(
            copy=row, item_key=item.key if item else "", text=words, language=language, author_id=by.actor_id
        )
        _record(by, row, "comment", comment)
    return comment


def answer_comment(*, by: Viewer, comment: WorkingComment, text: str, language: str) -> WorkingComment:
    """Answer a comment, once; whoever asked reads it where they wrote. AuthoringError when it is answered already."""
    words = text.replace("\x00", "").strip()[:LONGEST]
    if not words:
        raise AuthoringError(_("Write an answer first."))
    with transaction.atomic():
        row = WorkingComment.objects.select_for_update(of=("self",)).select_related("copy").get(pk=comment.pk)
        if row.answered_at is not None:
            raise AuthoringError(_("Somebody answered this already; the answer stands below it."))
        row.answer, row.answer_language = words, language
        row.answered_at, row.answered_by_id = timezone.now(), by.actor_id
        row.save(update_fields=["answer", "answer_language", "answered_at", "answered_by"])
        _record(by, row.copy, "answer", row)
    return row


def _record(by: Viewer, copy: WorkingCopy, what: str, comment: WorkingComment) -> None:
    audit.record(
        by=by.person_id,
        action=f"framework_copy.{what}",
        subject_type="working_copy",
        subject_id=copy.public_id,
        details={"comment": str(comment.public_id), "item": comment.item_key},
    )
