"""Links by which somebody comes in to design a pathway: made, handed over, used, revoked. The code is kept nowhere."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from competencies.choices import MOST_BY_A_LINK, PathwayState
from competencies.models import Pathway, PathwayDesigner, PathwayInvitation
from competencies.pathway_access import HOME_VOICES, holds, voice_by_link
from competencies.services.pathways.errors import PathwayError, clean, locked, record

MOST_DAYS = 14
MOST_AT_ONCE = 8


def digest_of(code: str) -> str:
    """What is kept of a code: the SHA-256 of its 256 random bits, from which nobody finds it again."""
    return hashlib.sha256(code.encode()).hexdigest()


def make_invitation(
    *, by: Viewer, pathway: Pathway, for_whom: str, most: int, days: int, is_for_homes: bool = False
) -> tuple[PathwayInvitation, str]:
    """A link for so many people and days; with it the code, once. Students and families come in only by a link of
    somebody of the schools.

    Raises PathwayError for a link for nobody, for too long or too many, and where too many hold already;
    PermissionError for who may not invite.
    """
    words = clean(for_whom, 200)
    if not words:
        raise PathwayError(_("Say for whom it is, in a few words."))
    if not 1 <= days <= MOST_DAYS or not 1 <= most <= MOST_BY_A_LINK:
        raise PathwayError(_("A link holds for at most 14 days and 30 people."))
    code = secrets.token_urlsafe(32)
    with transaction.atomic():
        row, access = locked(by, pathway)
        if row.state == PathwayState.CLOSED:
            raise PathwayError(_("This pathway is closed."))
        if not access.invites:
            raise PermissionError
        if row.invitations.filter(holds(timezone.now())).count() >= MOST_AT_ONCE:
            raise PathwayError(_("Eight links hold at the moment. Revoke one first."))
        made = PathwayInvitation.objects.create(
            pathway=row,
            digest=digest_of(code),
            for_whom=words,
            is_for_homes=is_for_homes and by.is_staff,
            most=most,
            made_by_id=by.actor_id,
            ends_at=timezone.now() + timedelta(days=days),
        )
        record(by, row, "pathway.invitation_make", invitation=str(made.public_id), most=most, days=days)
    return made, code


def revoke_invitation(*, by: Viewer, invitation: PathwayInvitation) -> None:
    """Nobody comes in by it any more; who came in stays. Twice is once."""
    with transaction.atomic():
        row, access = locked(by, invitation.pathway)
        if not access.invites:
            raise PermissionError
        held = PathwayInvitation.objects.select_for_update().get(pk=invitation.pk)
        if held.revoked_at is not None:
            return
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at"])
        record(by, row, "pathway.invitation_revoke", invitation=str(held.public_id))


def join_design(*, by: Viewer, code: str) -> PathwayDesigner:
    """Come in by a link, in the voice of who one is here. Who designs already uses no place of it.

    Raises PathwayError, in words for whoever opened it, where it holds no more, is meant for others, or somebody was
    asked to design this pathway no longer: they are asked back by name.
    """
    with transaction.atomic():
        found = PathwayInvitation.objects.filter(holds(timezone.now()), digest=digest_of(code)).first()
        if found is None:
            raise PathwayError(_("This link holds no more. Ask whoever gave it to you for a new one."))
        row = Pathway.objects.select_for_update(of=("self",)).select_related("partner").get(pk=found.pathway_id)
        held = PathwayInvitation.objects.select_for_update().filter(holds(timezone.now()), pk=found.pk).first()
        mine = PathwayDesigner.objects.filter(pathway=row, person_id=by.actor_id).first()
        if mine is not None and (mine.ends_on is None or mine.ends_on > by.today):
            return mine
        if held is None or row.state == PathwayState.CLOSED:
            raise PathwayError(_("This link holds no more. Ask whoever gave it to you for a new one."))
        voice = voice_by_link(by)
        if not voice or (voice in HOME_VOICES and not held.is_for_homes):
            raise PathwayError(_("This link is meant for others. Ask whoever gave it to you to invite you by name."))
        if mine is not None:
            raise PathwayError(_("You designed this pathway before. Ask one of its designers to invite you again."))
        mine = PathwayDesigner.objects.create(
            pathway=row, person_id=by.actor_id, voice=voice, invited_by_id=held.made_by_id, starts_on=by.today
        )
        held.used += 1
        held.save(update_fields=["used"])
        if row.state == PathwayState.PROPOSED:
            row.state = PathwayState.DESIGN
            row.save(update_fields=["state"])
        record(by, row, "pathway.invitation_use", invitation=str(held.public_id), voice=voice)
    return mine
