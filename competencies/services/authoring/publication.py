"""From a working copy to the next version: what would change, and writing it by the one path that publishes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from competencies.choices import AssociationKind, WorkingState
from competencies.drafts import FrameworkDraft
from competencies.errors import AuthoringError, MovedOnError
from competencies.graphs import without_cycles
from competencies.loops import cycle_sentence
from competencies.models import Framework, WorkingCopy
from competencies.services.authoring.copies import lock_open
from competencies.services.authoring.drafting import draft_of_copy
from competencies.services.comparing import Comparison, compare
from competencies.services.publishing import Published, lock_framework, publish_draft


def preview_of(*, by: Viewer, copy: WorkingCopy) -> Comparison:
    """What publishing the copy would change. Writes nothing; eleven queries, whatever the size."""
    return compare(draft_of_copy(by=by, copy=copy))


def seen_of_copy(copy: WorkingCopy) -> str:
    """The mark of what a look at the whole copy showed."""
    return copy.changed_at.isoformat()


def publish_copy(
    *,
    by: Viewer,
    copy: WorkingCopy,
    note: str = "",
    show: bool = True,
    in_use: bool = False,
    seen: str | None = None,
) -> Published:
    """Publish a copy that was put before readers; it is closed, the framework is one version further.

    `seen` is the mark of what was looked at (`seen_of_copy`): nothing is published that nobody saw.

    `show` lets everyone read the framework, `in_use` takes it into use; neither is ever taken back here. Raises
    MovedOnError when the framework was published by others since, AuthoringError when the copy is not in review, was
    changed since it was seen, is empty, changes nothing, or "comes before" runs in a loop.
    """
    with transaction.atomic():
        row = lock_open(by=by, copy_id=copy.pk)
        lock_framework(by=by, source=row.source, source_id=row.source_id)
        if row.framework_id is not None:
            framework = Framework.objects.select_for_update().get(pk=row.framework_id)
            if framework.version != row.based_on:
                raise MovedOnError
        if row.state != WorkingState.REVIEW:
            raise AuthoringError(_("Put the copy before readers first; then it can be published."))
        if seen is not None and seen != seen_of_copy(row):
            raise AuthoringError(
                _("Somebody changed the copy after you looked. Nothing was published: look again below, then publish.")
            )
        draft = draft_of_copy(by=by, copy=row)
        if not draft.competencies:
            raise AuthoringError(_("There is nothing in it yet. Add what can be learned, then publish."))
        _refuse_loops(draft)
        published = publish_draft(by=by, draft=draft, publish=show, in_use=in_use or None, note=note)
        framework = Framework.objects.get(source=row.source, source_id=row.source_id)
        if not published.changed and not (show and not framework.is_published):
            raise AuthoringError(_("This copy says what is published already. There is nothing to publish."))
        now = timezone.now()
        changes: dict[str, Any] = {"is_published": True} if show and not framework.is_published else {}
        if published.changed and framework.source_changed_at is not None:
            changes["source_changed_at"] = now  # what its source said last is no longer what it says
        if changes:
            Framework.objects.filter(pk=framework.pk).update(**changes)
        row.framework = framework
        row.state = WorkingState.PUBLISHED
        row.published_version = framework.version
        row.closed_by_id, row.closed_at = by.actor_id, now
        row.save(update_fields=["framework", "state", "published_version", "closed_by", "closed_at"])
    return published


def _refuse_loops(draft: FrameworkDraft) -> None:
    names = {one.source_id: one.name for one in draft.competencies}
    edges = [
        (edge.origin, edge.destination)
        for edge in draft.edges
        if edge.kind == AssociationKind.PRECEDES and not edge.is_broken_cycle
    ]
    cycles = without_cycles(names, edges).cycles
    if cycles:
        raise AuthoringError(
            _("“Comes before” runs in a loop: %(loop)s Take one of these connections out.")
            % {"loop": cycle_sentence(cycles[0], names)}
        )
