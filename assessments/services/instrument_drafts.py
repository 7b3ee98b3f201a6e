"""A draft of an instrument under somebody's hands: taken by one person at a time, counted at every change."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from assessments.choices import InstrumentState
from assessments.errors import DraftChangedError, InstrumentError
from assessments.instrument_words import fingerprint
from assessments.models import InstrumentVersion
from competencies.models import Level

LONGEST_TEXT = 4000


def clean(text: str, most: int = LONGEST_TEXT) -> str:
    """The text as it can be stored."""
    return text.replace("\x00", "").strip()[:most]


def locked_draft(*, by: Viewer, version: InstrumentVersion) -> InstrumentVersion:
    """The draft, held until the transaction ends. InstrumentError for a published or retired one, in words."""
    row = (
        InstrumentVersion.objects.select_for_update(of=("self",))
        .select_related("instrument__school")
        .get(pk=version.pk)
    )
    if row.state != InstrumentState.DRAFT:
        raise InstrumentError(_("This version is published and stays as it is. Begin a new draft to change it."))
    if row.instrument.retired_at is not None:
        raise InstrumentError(_("This instrument is retired. Bring it back before you change it."))
    return row


def same_as_seen(row: InstrumentVersion, *, edit: int, seen: str, theirs: str, mine: str) -> None:
    """DraftChangedError when the draft was changed since `edit` and this part of it no longer reads as `seen`."""
    now = fingerprint(theirs)
    if row.edit != edit and now != seen and theirs != mine:
        raise DraftChangedError(edit=row.edit, seen=now, theirs=theirs, mine=mine)


def count_change(*, by: Viewer, row: InstrumentVersion, action: str, fields: tuple[str, ...] = ()) -> InstrumentVersion:
    """Store a change of a locked draft: its count, its hour, its audit row."""
    row.edit += 1
    row.changed_at = timezone.now()
    row.save(update_fields=["edit", "changed_at", *fields])
    record_act(by=by, row=row, action=action)
    return row


def record_act(*, by: Viewer, row: InstrumentVersion, action: str, reason: str = "") -> None:
    """The audit row of something done to a version; no words of it are in there."""
    audit.record(
        by=by.person_id,
        action=f"instrument.{action}",
        subject_type="instrumentversion",
        subject_id=row.public_id,
        reason=reason,
        details={"number": row.number, "edit": row.edit},
    )


def scale_of(*, by: Viewer, framework_ids: set[int]) -> dict[int, list[Decimal]]:
    """The whole levels of these frameworks' scales, lowest first, by framework. One query."""
    found: dict[int, list[Decimal]] = {pk: [] for pk in framework_ids}
    rows = Level.objects.filter(scale__frameworks__in=framework_ids).order_by("value")
    for framework, value in rows.values_list("scale__frameworks", "value"):
        if framework in found and value == value.to_integral_value():
            found[framework].append(value)
    return found
