"""Keeping the district's list of phrases. A suggestion, never a block; taking a phrase off leaves its row."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.permissions import Viewer
from success_plans.errors import PlanError
from success_plans.models import DistrictPhrase
from success_plans.selectors.wording import KEPT


def list_phrase(*, by: Viewer, phrase: str, instead: str, language: str) -> DistrictPhrase:
    """Put a phrase on the list, or back on it with what to say now. The same phrase twice is one row."""
    words = " ".join(phrase.split()).casefold()[:120]
    other = instead.strip()[:300]
    if not words or not other:
        raise PlanError(_("Write the phrase, and what to say instead."))
    with transaction.atomic():
        row, _is_new = DistrictPhrase.objects.update_or_create(
            language=language,
            phrase=words,
            defaults={"instead": other, "is_active": True},
            create_defaults={"instead": other, "is_active": True, "created_by_id": by.actor_id},
        )
        _record(by, row, "phrase.list")
        transaction.on_commit(lambda: cache.delete(KEPT))
    return row


def unlist_phrase(*, by: Viewer, phrase: DistrictPhrase) -> None:
    """Take a phrase off the list; repeating it changes nothing."""
    with transaction.atomic():
        changed = DistrictPhrase.objects.filter(pk=phrase.pk, is_active=True).update(is_active=False)
        if changed:
            _record(by, phrase, "phrase.unlist")
        transaction.on_commit(lambda: cache.delete(KEPT))


def _record(by: Viewer, row: DistrictPhrase, action: str) -> None:
    audit.record(by=by.person_id, action=action, subject_type="districtphrase", subject_id=row.public_id)
