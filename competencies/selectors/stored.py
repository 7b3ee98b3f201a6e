"""Stored frameworks as drafts again: what leaves as a file or over the CASE addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission, Viewer, can
from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, LevelDraft, ScaleDraft, WordingDraft
from competencies.models import Association, Competency, Framework, Level, Wording
from competencies.services.comparing import CONTENT_FIELDS, EDGE_FIELDS, FRAMEWORK_FIELDS, PLACE_FIELDS

_LISTS = ("grades", "subjects", "concepts")


@dataclass(frozen=True, slots=True)
class Offered:
    """A framework that may leave: `head` is it without its competencies; `token` changes whenever its content does."""

    pk: int
    public_id: UUID
    title: str
    head: FrameworkDraft
    changed_at: datetime
    token: str


def published_frameworks(*, viewer: Viewer) -> list[Offered]:
    """Every published framework by title, for whoever asks. Three queries."""
    return _offered(Framework.objects.filter(retired_at__isnull=True, is_published=True).order_by("title", "pk"))


def framework_to_download(*, viewer: Viewer, public_id: UUID) -> Offered | None:
    """A framework this viewer may take along: a published one anybody, others who writes frameworks."""
    frameworks = Framework.objects.filter(public_id=public_id, retired_at__isnull=True)
    if not can(viewer, Permission.WRITE_FRAMEWORKS).allowed:
        frameworks = frameworks.filter(is_published=True)
    return next(iter(_offered(frameworks)), None)


def whole_draft(*, viewer: Viewer, offered: Offered) -> FrameworkDraft:
    """The framework with everything current in it, in order. Three queries, whatever the size."""
    words = _wordings(Wording.objects.filter(competency__framework=offered.pk, competency__retired_at__isnull=True))
    rows = Competency.objects.filter(framework=offered.pk, retired_at__isnull=True).order_by("position", "pk")
    edges = Association.objects.filter(framework=offered.pk, retired_at__isnull=True).order_by("pk")
    return replace(
        offered.head,
        competencies=tuple(
            replace(one, position=place) for place, one in enumerate(_competencies(rows, words if words else None))
        ),
        edges=tuple(_edges(edges)),
    )


def drafts_of(*, viewer: Viewer, competency_ids: Iterable[int]) -> dict[int, CompetencyDraft]:
    """Single competencies as drafts by database id; who may see them is the caller's to say. Three queries."""
    rows = list(Competency.objects.filter(pk__in=list(competency_ids)).select_related("parent"))
    words = _wordings(Wording.objects.filter(competency__in=rows))
    spoken = set(
        Framework.objects.filter(
            pk__in={row.framework_id for row in rows}, competencies__wordings__isnull=False
        ).values_list("pk", flat=True)
    )
    return {
        row.pk: _draft(
            row, row.parent.source_id if row.parent else None, words.get(row.pk, ()), row.framework_id in spoken
        )
        for row in rows
    }


def edges_of(*, viewer: Viewer, associations: QuerySet[Association]) -> list[tuple[int, EdgeDraft]]:
    """Associations as drafts, each with the database id of its framework. One query."""
    rows = associations.values("framework_id", "source_id", *EDGE_FIELDS)
    return [(row["framework_id"], _edge(row)) for row in rows]


# ------------------------------------------------------------------ rows as drafts


def _offered(frameworks: QuerySet[Framework]) -> list[Offered]:
    rows = list(frameworks.select_related("scale"))
    levels: dict[int, list[LevelDraft]] = {}
    for level in Level.objects.filter(scale__in={row.scale_id for row in rows}).order_by("value"):
        levels.setdefault(level.scale_id, []).append(LevelDraft(level.value, level.names, level.meanings))
    return [
        Offered(
            pk=row.pk,
            public_id=row.public_id,
            title=row.title,
            head=FrameworkDraft(
                source=row.source,
                source_id=row.source_id,
                **{name: getattr(row, name) for name in FRAMEWORK_FIELDS},
                scale=ScaleDraft(row.scale.public_id, row.scale.name, row.target, tuple(levels.get(row.scale_id, ()))),
            ),
            changed_at=row.imported_at or row.created_at,
            token=_token(row, levels.get(row.scale_id, ())),
        )
        for row in rows
    ]


def _token(row: Framework, levels: Iterable[LevelDraft]) -> str:
    said = (row.public_id, row.version, row.imported_at, row.target, row.scale.name, *levels)
    return sha256(repr(said).encode()).hexdigest()[:32]


def _wordings(rows: QuerySet[Wording]) -> dict[int, list[WordingDraft]]:
    found: dict[int, list[WordingDraft]] = {}
    for pk, kind, level, language, text in (
        rows.order_by("competency_id", "kind", "level", "language")
        .values_list("competency_id", "kind", "level", "language", "text")
        .iterator(chunk_size=5_000)
    ):
        found.setdefault(pk, []).append(WordingDraft(kind, language, text, level))
    return found


def _competencies(rows: QuerySet[Competency], words: dict[int, list[WordingDraft]] | None) -> Iterable[CompetencyDraft]:
    listed = list(rows)
    keys = {row.pk: row.source_id for row in listed}
    for row in listed:
        said = () if words is None else words.get(row.pk, ())
        yield _draft(row, keys.get(row.parent_id or 0), said, words is not None)


def _draft(row: Competency, parent: str | None, words: Iterable[WordingDraft], is_spoken: bool) -> CompetencyDraft:
    values = {name: getattr(row, name) for name in (*CONTENT_FIELDS, *PLACE_FIELDS)}
    values |= {name: tuple(values[name]) for name in _LISTS}
    return CompetencyDraft(
        source_id=row.source_id,
        parent=parent,
        public_id=row.public_id,
        wordings=tuple(words) if is_spoken else None,
        **values,
    )


def _edges(rows: QuerySet[Association]) -> Iterable[EdgeDraft]:
    return (_edge(row) for row in rows.values("source_id", *EDGE_FIELDS).iterator(chunk_size=5_000))


def _edge(row: dict[str, object]) -> EdgeDraft:
    values = {name: row[name] for name in EDGE_FIELDS if not name.endswith("_source_id")}
    return EdgeDraft(
        source_id=str(row["source_id"]),
        origin=str(row["origin_source_id"]),
        destination=str(row["destination_source_id"]),
        **values,  # type: ignore[arg-type]
    )
