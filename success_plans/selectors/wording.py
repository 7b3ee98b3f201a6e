"""The district's own phrases: what it would rather not read in a plan, and what it proposes instead."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from accounts.permissions import Permission, Viewer, can
from success_plans.models import DistrictPhrase
from success_plans.wording import Suggestion, suggestions

KEPT = "district-phrases"
KEPT_FOR = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """A phrase of the district's list."""

    public_id: UUID
    language: str
    phrase: str
    instead: str


def phrases(*, viewer: Viewer) -> list[Listed]:
    """The phrases in use, by language and alphabet; nobody who is not signed in gets any.

    Kept for five minutes, since every form asks; a change takes effect at once (`services.wording`).
    """
    if not viewer.is_known:
        return []
    found: list[Listed] | None = cache.get(KEPT)
    if found is None:
        found = [
            Listed(row.public_id, row.language, row.phrase, row.instead)
            for row in DistrictPhrase.objects.filter(is_active=True).order_by("language", "phrase")
        ]
        cache.set(KEPT, found, KEPT_FOR)
    return found


def suggested(*, viewer: Viewer, text: str, language: str) -> list[Suggestion]:
    """What this text could say another way, with the district's list; for adults who write about a child."""
    return suggestions(text, language, phrases(viewer=viewer))


def phrase_by_id(*, viewer: Viewer, public_id: UUID) -> DistrictPhrase | None:
    """A phrase in use, for whoever keeps the list; None for everybody else."""
    if not can(viewer, Permission.EDIT_TEMPLATES).allowed:
        return None
    return DistrictPhrase.objects.filter(public_id=public_id, is_active=True).first()
