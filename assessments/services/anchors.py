"""Anchor work and practice with it: a piece without a name, the levels it shows with reasons, and one's own tries."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import FileKind
from accounts.files import LARGEST, FileError, sniff
from accounts.permissions import Viewer
from assessments.choices import InstrumentState
from assessments.errors import InstrumentError
from assessments.models import AnchorLevel, AnchorWork, CalibrationTry, Criterion, InstrumentVersion
from assessments.services.instrument_drafts import clean, scale_of

LONGEST_WORK = 20_000


@dataclass(frozen=True, slots=True)
class AnchorWords:
    """An anchor as somebody brings it: text, picture or both, and in words what the picture shows."""

    title: str
    text: str = ""
    picture: UploadedFile[Any] | None = None
    description: str = ""
    language: str = "en"


def add_anchor(
    *,
    by: Viewer,
    version: InstrumentVersion,
    words: AnchorWords,
    levels: Mapping[int, tuple[Decimal, str]],
) -> AnchorWork:
    """Add a piece of work that shows what levels look like; `levels`: level and reason by criterion id.

    A picture is read by its bytes and written anew. InstrumentError for a draft, without work, for a criterion
    without a level or a reason; FileError for a picture that cannot be kept. Nothing is stored then.
    """
    title, text = clean(words.title, 200), clean(words.text, LONGEST_WORK)
    if version.state != InstrumentState.PUBLISHED:
        raise InstrumentError(_("Publish the rubric first; an anchor belongs to words that stay as they are."))
    if not title:
        raise InstrumentError(_("Give it a title."))
    if not text and words.picture is None:
        raise InstrumentError(_("Add the work: its text, a picture of it, or both."))
    if words.picture is not None and not clean(words.description, 500):
        raise InstrumentError(_("Say in words what the picture shows, for colleagues who do not see it."))
    _levels_are_whole(by, version, levels)
    row = AnchorWork(
        version=version,
        title=title,
        text=text,
        description=clean(words.description, 500),
        language=words.language,
        created_by_id=by.actor_id,
    )
    if words.picture is not None:
        _keep_picture(row, words.picture)
    try:
        with transaction.atomic():
            row.save()
            AnchorLevel.objects.bulk_create(
                AnchorLevel(anchor=row, criterion_id=criterion, value=value, reason=clean(reason, 2000))
                for criterion, (value, reason) in levels.items()
            )
            _record(by, row, "anchor.add")
    except BaseException:
        if row.picture:
            row.picture.delete(save=False)
        raise
    return row


def retire_anchor(*, by: Viewer, anchor: AnchorWork) -> None:
    """Take an anchor out of practice. Tries stay with those who made them."""
    with transaction.atomic():
        if AnchorWork.objects.filter(pk=anchor.pk, retired_at__isnull=True).update(retired_at=timezone.now()):
            _record(by, anchor, "anchor.retire")


def try_anchor(*, by: Viewer, key: UUID, anchor: AnchorWork, levels: Mapping[int, Decimal]) -> int:
    """Store what this teacher would give an anchor, before its levels are shown; the same key twice is one try.

    Returns how many criteria. InstrumentError when a criterion has no level. Nobody but the teacher reads it.
    """
    criteria = list(Criterion.objects.filter(version=anchor.version_id).select_related("competency"))
    scale = scale_of(by=by, framework_ids={one.competency.framework_id for one in criteria})
    for one in criteria:
        value = levels.get(one.pk)
        if value is None or value not in scale[one.competency.framework_id]:
            raise InstrumentError(_("Choose a level for “%(name)s”.") % {"name": one.name})
    with transaction.atomic():
        rows = CalibrationTry.objects.bulk_create(
            [
                CalibrationTry(key=key, anchor=anchor, criterion=one, person_id=by.actor_id, value=levels[one.pk])
                for one in criteria
            ],
            ignore_conflicts=True,
        )
    return len(rows)


def _levels_are_whole(by: Viewer, version: InstrumentVersion, levels: Mapping[int, tuple[Decimal, str]]) -> None:
    criteria = list(version.criteria.select_related("competency"))
    if not criteria:
        raise InstrumentError(_("This instrument has no criteria to practise on."))
    scale = scale_of(by=by, framework_ids={one.competency.framework_id for one in criteria})
    problems = []
    for one in criteria:
        value, reason = levels.get(one.pk, (None, ""))
        if value is None or value not in scale[one.competency.framework_id]:
            problems.append(_("Choose a level for “%(name)s”.") % {"name": one.name})
        elif not clean(reason):
            problems.append(_("Say why the work shows that level of “%(name)s”.") % {"name": one.name})
    if problems:
        raise InstrumentError(*problems)


def _keep_picture(row: AnchorWork, upload: UploadedFile[Any]) -> None:
    if (upload.size or 0) > LARGEST:
        raise FileError(_("This file is larger than 10 MB. A shorter recording or a smaller picture will do."))
    found = sniff(upload.read())
    if found.kind != FileKind.PICTURE:
        raise FileError(_("Only a picture is welcome here (JPEG, PNG, WebP, GIF)."))
    row.content_type = found.content_type
    row.picture.save(secrets.token_hex(20), ContentFile(found.content), save=False)


def _record(by: Viewer, row: AnchorWork, action: str) -> None:
    audit.record(by=by.person_id, action=action, subject_type="anchorwork", subject_id=row.public_id, details={})
