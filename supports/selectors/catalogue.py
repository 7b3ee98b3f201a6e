"""What can be offered: one catalogue, open to everyone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from accounts.permissions import Viewer
from competencies.models import Competency
from supports.models import CatalogueEntry


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry in the reader's language; `wordings`: what the family would read, per language; `kind`: its type."""

    public_id: UUID
    title: str
    type: str
    setting: str
    provider: str
    minutes: int
    sessions_per_week: int
    weeks: int
    wordings: dict[str, dict[str, str]]
    fits: bool
    kind: str = ""


def offers(*, viewer: Viewer, competency: Competency | None = None) -> list[Offer]:
    """Every active entry, those that name the competency (or the branch it is part of) first, then by title."""
    rows: QuerySet[CatalogueEntry] = CatalogueEntry.objects.filter(is_active=True)
    ids = [competency.pk, competency.parent_id] if competency is not None else []
    through = CatalogueEntry.competencies.through.objects.filter(
        catalogueentry=OuterRef("pk"), competency_id__in=[i for i in ids if i is not None]
    )
    language = get_language() or "en"
    found = [
        Offer(
            public_id=row.public_id,
            title=_text(row, language, "title"),
            type=row.get_type_display(),
            setting=row.get_setting_display(),
            provider=row.provider,
            minutes=row.minutes,
            sessions_per_week=row.sessions_per_week,
            weeks=row.weeks,
            wordings=row.wordings,
            fits=row.fits,
            kind=row.type,
        )
        for row in rows.annotate(fits=Exists(through))
    ]
    return sorted(found, key=lambda offer: (not offer.fits, offer.title.casefold()))


def entry_by_id(*, viewer: Viewer, public_id: UUID) -> CatalogueEntry | None:
    """The active entry; the same list for everyone."""
    return CatalogueEntry.objects.filter(public_id=public_id, is_active=True).first()


def _text(row: CatalogueEntry, language: str, key: str) -> str:
    wordings: dict[str, dict[str, str]] = row.wordings
    return wordings.get(language, {}).get(key) or wordings.get("en", {}).get(key) or row.code
