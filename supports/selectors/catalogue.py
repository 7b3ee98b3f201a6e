"""What can be offered: one catalogue, open to everyone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from accounts.models import School
from accounts.permissions import Permission, Viewer, can
from competencies.models import Competency
from supports.models import CatalogueEntry
from supports.starter import entries_to_begin_with


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


def _offered(schools: Collection[int | None]) -> QuerySet[CatalogueEntry]:
    """What the district offers everywhere, and what these schools offer themselves."""
    return CatalogueEntry.objects.filter(
        Q(school=None) | Q(school__in=[school for school in schools if school is not None]), is_active=True
    )


def offers(*, viewer: Viewer, schools: Collection[int | None], competency: Competency | None = None) -> list[Offer]:
    """What students of these schools can be offered, what names the competency (or its branch) first, then by title."""
    rows = _offered(schools)
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


def entry_by_id(*, viewer: Viewer, schools: Collection[int | None], public_id: UUID) -> CatalogueEntry | None:
    """One entry of what students of these schools can be offered."""
    return _offered(schools).filter(public_id=public_id).first()


def _text(row: CatalogueEntry, language: str, key: str) -> str:
    wordings: dict[str, dict[str, str]] = row.wordings
    return wordings.get(language, {}).get(key) or wordings.get("en", {}).get(key) or row.code


# ------------------------------------------------------------------ for whoever keeps it
@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry as its keeper sees it. `where`: the school that offers it, empty for the whole district. `missing`:
    languages in which a family would read nothing. `used`: supports that came from it."""

    public_id: UUID
    code: str
    title: str
    kind: str
    where: str
    minutes: int
    sessions_per_week: int
    weeks: int
    missing: tuple[str, ...]
    is_active: bool
    used: int


def kept_entries(*, viewer: Viewer, languages: Sequence[str]) -> list[KeptEntry]:
    """The whole catalogue, what is offered no more too, by kind and title. One query."""
    if not can(viewer, Permission.KEEP_CATALOGUE).allowed:
        return []
    language = get_language() or "en"
    rows = CatalogueEntry.objects.select_related("school").annotate(used=Count("supports"))
    found = [
        KeptEntry(
            public_id=row.public_id,
            code=row.code,
            title=_text(row, language, "title"),
            kind=row.get_type_display(),
            where=row.school.name if row.school is not None else "",
            minutes=row.minutes,
            sessions_per_week=row.sessions_per_week,
            weeks=row.weeks,
            missing=tuple(code for code in languages if not _is_said(row, code)),
            is_active=row.is_active,
            used=row.used,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_active, one.kind, one.title.casefold()))


def _is_said(row: CatalogueEntry, language: str) -> bool:
    words: dict[str, str] = row.wordings.get(language, {})
    return bool(words.get("title") and words.get("family"))


def kept_entry(*, viewer: Viewer, public_id: UUID) -> CatalogueEntry | None:
    """The row behind one entry, for its keeper."""
    if not can(viewer, Permission.KEEP_CATALOGUE).allowed:
        return None
    return CatalogueEntry.objects.select_related("school").filter(public_id=public_id).first()


def fits_of(*, viewer: Viewer, entry: CatalogueEntry) -> list[str]:
    """The codes of the competencies an entry names, in their order."""
    return sorted(set(entry.competencies.values_list("code", flat=True)))


def starter_left(*, viewer: Viewer) -> int:
    """How many of the entries to begin with are not in the catalogue, also not as one offered no more."""
    if not can(viewer, Permission.KEEP_CATALOGUE).allowed:
        return 0
    codes = [one["code"] for one in entries_to_begin_with()]
    return len(codes) - CatalogueEntry.objects.filter(code__in=codes).count()


def schools_to_offer(*, viewer: Viewer) -> list[School]:
    """The schools an entry can be of alone, by name."""
    return list(School.objects.filter(is_active=True).order_by("name", "pk"))


def schools_by_name(*, viewer: Viewer, names: Collection[str]) -> dict[str, int]:
    """Open schools by their name in small letters; a name that two schools have is left out."""
    found = School.objects.filter(is_active=True).values_list("name", "pk")
    said = [name.casefold() for name, _pk in found]
    return {name.casefold(): pk for name, pk in found if said.count(name.casefold()) == 1 and name.casefold() in names}


def table(*, viewer: Viewer, columns: Sequence[str]) -> list[list[object]]:
    """The catalogue as the rows of a table with these headings (`services.catalogue.columns`). Two queries."""
    if not can(viewer, Permission.KEEP_CATALOGUE).allowed:
        return []
    rows: list[list[object]] = []
    for row in CatalogueEntry.objects.select_related("school").prefetch_related("competencies").order_by("code"):
        cells: dict[str, object] = {
            "school": row.school.name if row.school is not None else "",
            "competencies": " ".join(sorted({one.code for one in row.competencies.all()})),
        }
        for language, said in row.wordings.items():
            cells |= {f"{word}_{language}": text for word, text in said.items()}
        rows.append([cells.get(name, getattr(row, name, "")) for name in columns])
    return rows
