"""What can keep a change to a pathway from being stored, and the door every change goes through."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from competencies.choices import PathwayState
from competencies.models import Pathway
from competencies.pathway_access import Access, access_to


class PathwayError(ValueError):
    """A change that cannot be; the message says why. Nothing was written."""


class PathwayChangedError(Exception):
    """Somebody changed this part meanwhile. Both texts are here; nothing was overwritten. `token` is how it is now."""

    def __init__(self, *, theirs: str, mine: str, token: str) -> None:
        super().__init__(_("Someone changed this meanwhile. Both texts are here; choose or combine them."))
        self.theirs = theirs
        self.mine = mine
        self.token = token


def locked(by: Viewer, pathway: Pathway) -> tuple[Pathway, Access]:
    """The pathway, alone until the end of the transaction, and what the actor may do; PermissionError for nobody."""
    row = Pathway.objects.select_for_update(of=("self",)).select_related("partner").get(pk=pathway.pk)
    access = access_to(by, row)
    if not access.reads:
        raise PermissionError
    return row, access


def to_design(by: Viewer, pathway: Pathway) -> Pathway:
    """The pathway, locked, for somebody who designs it; PermissionError otherwise, PathwayError once it is closed."""
    row, access = locked(by, pathway)
    if row.state == PathwayState.CLOSED:
        raise PathwayError(_("This pathway is closed."))
    if not access.designs:
        raise PermissionError
    return row


def changed(*, by: Viewer, pathway: Pathway, action: str, **details: Any) -> None:
    """The draft is another one now: its number moves on, what was read of the one before no longer holds."""
    pathway.version += 1
    pathway.changed_at = timezone.now()
    if pathway.state == PathwayState.PROPOSED and action != "pathway.propose":
        pathway.state = PathwayState.DESIGN
    pathway.save()
    record(by, pathway, action, **details)


def record(by: Viewer, pathway: Pathway, action: str, **details: Any) -> None:
    """The audit row of one act."""
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="pathway",
        subject_id=pathway.public_id,
        details={"version": pathway.version, **details},
    )


def clean(text: str, longest: int) -> str:
    """Text without what no reader sees, no longer than its column."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]
