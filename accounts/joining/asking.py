"""A second yes: no one person alone takes over what another one signs in to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.joining.selectors import needs_second_yes
from accounts.joining.services import CannotJoinError, Obstacle, join_people
from accounts.models import JoinRequest, Person, PersonMerge
from accounts.permissions import Viewer


def join_or_ask(*, by: Viewer, kept: Person, absorbed: Person, reason: str) -> PersonMerge | None:
    """Join two records; where one person alone may not, ask for a second yes and give None. Asked twice is asked once.

    Raises CannotJoinError as `join_people`.
    """
    if not needs_second_yes(kept, absorbed):
        return join_people(by=by, kept=kept, absorbed=absorbed, reason=reason)
    if kept.pk == absorbed.pk:
        raise CannotJoinError(Obstacle.SAME)
    with transaction.atomic():
        row, is_new = JoinRequest.objects.get_or_create(
            kept=kept.public_id,
            absorbed=absorbed.public_id,
            agreed=None,
            defaults={"reason": reason, "asked_by_id": by.actor_id},
        )
        if is_new:
            _record(by, "person.join_ask", row, reason)
    return None


def agree(*, by: Viewer, asked: JoinRequest, kept: Person, absorbed: Person) -> PersonMerge:
    """The second yes: the two are joined, with the reason of who asked.

    Raises PermissionError for the one who asked, CannotJoinError where it was answered meanwhile and as `join_people`.
    """
    with transaction.atomic():
        row = _waiting(asked)
        if row.asked_by_id == by.actor_id or {kept.public_id, absorbed.public_id} != {row.kept, row.absorbed}:
            raise PermissionError
        merge = join_people(by=by, kept=kept, absorbed=absorbed, reason=row.reason)
        _answer(by, row, agreed=True)
        _record(by, "person.join_agree", row, row.reason)
    return merge


def decline(*, by: Viewer, asked: JoinRequest) -> None:
    """They stay two; the one who asked takes it back this way. CannotJoinError where it was answered meanwhile."""
    with transaction.atomic():
        row = _waiting(asked)
        _answer(by, row, agreed=False)
        _record(by, "person.join_decline", row, "")


def _waiting(asked: JoinRequest) -> JoinRequest:
    row = JoinRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if row.agreed is not None:
        raise CannotJoinError(Obstacle.ALREADY_JOINED)
    return row


def _answer(by: Viewer, row: JoinRequest, *, agreed: bool) -> None:
    row.agreed, row.answered_by_id, row.answered_at = agreed, by.actor_id, timezone.now()
    row.save(update_fields=["agreed", "answered_by", "answered_at"])


def _record(by: Viewer, action: str, row: JoinRequest, reason: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="join_request",
        subject_id=row.public_id,
        reason=reason,
        details={"kept": str(row.kept), "absorbed": str(row.absorbed)},
    )
