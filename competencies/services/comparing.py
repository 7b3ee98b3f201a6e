"""What would change if a framework draft were published. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q

from competencies.drafts import CompetencyDraft, EdgeDraft, FrameworkDraft, WordingDraft
from competencies.models import Association, Competency, Framework, Wording

# Fields whose change is a new wording of the competency, kept as a version.
CONTENT_FIELDS = (
    "code",
    "name",
    "statement",
    "notes",
    "kind",
    "grades",
    "subjects",
    "concepts",
    "language",
    "details",
)
# Fields that say where it stands and where it came from.
PLACE_FIELDS = ("source_uri", "position", "is_assessable", "source_changed_at")
FRAMEWORK_FIELDS = (
    "title",
    "description",
    "creator",
    "publisher",
    "language",
    "adoption_status",
    "license_text",
    "source_uri",
    "source_changed_at",
    "translations",
    "details",
)
EDGE_FIELDS = (
    "kind",
    "origin_source_id",
    "origin_uri",
    "destination_source_id",
    "destination_uri",
    "sequence",
    "is_broken_cycle",
    "details",
)

WordingKey = tuple[str, Decimal | None, str]


@dataclass(frozen=True, slots=True)
class StoredCompetency:
    """A competency as it is stored, by its database id."""

    pk: int
    values: Mapping[str, Any]
    parent: str | None
    version: int
    retired: bool
    wordings: Mapping[WordingKey, str]


@dataclass
class Comparison:
    """The difference between a draft and what is stored, competencies by source id, in the draft's order.

    `new`, `reworded` (a wording changed: a version is written), `moved` (only its place or source data changed),
    `returned` (was retired; may also be reworded), `unchanged`, `retired`. Edges likewise; `returned_edges` are
    those of the changed ones that were gone. `resolves` counts edges of other frameworks that find an end here.
    """

    draft: FrameworkDraft
    framework: Framework | None
    stored: dict[str, StoredCompetency]
    is_new: bool
    new: list[CompetencyDraft] = field(default_factory=list)
    reworded: list[CompetencyDraft] = field(default_factory=list)
    moved: list[CompetencyDraft] = field(default_factory=list)
    returned: list[CompetencyDraft] = field(default_factory=list)
    unchanged: int = 0
    retired: list[str] = field(default_factory=list)
    new_edges: list[EdgeDraft] = field(default_factory=list)
    changed_edges: list[EdgeDraft] = field(default_factory=list)
    unchanged_edges: int = 0
    returned_edges: set[str] = field(default_factory=set)
    retired_edges: list[str] = field(default_factory=list)
    framework_fields: list[str] = field(default_factory=list)
    resolves: int = 0

    @cached_property
    def reworded_keys(self) -> frozenset[str]:
        """Source ids of what is worded differently; asked for once the comparison is complete."""
        return frozenset(draft.source_id for draft in self.reworded)

    @property
    def relocated(self) -> int:
        """How many of `moved` hang in another part now; the rest only has another place in the order."""
        return sum(1 for draft in self.moved if self.stored[draft.source_id].parent != draft.parent)

    @property
    def changes_anything(self) -> bool:
        """False when publishing would write nothing at all."""
        return self.is_new or bool(
            self.new
            or self.reworded
            or self.moved
            or self.returned
            or self.retired
            or self.new_edges
            or self.changed_edges
            or self.retired_edges
            or self.framework_fields
            or self.resolves
        )


def compare(draft: FrameworkDraft) -> Comparison:
    """Compare a draft with what is stored. Six queries, whatever the size."""
    framework = Framework.objects.filter(source=draft.source, source_id=draft.source_id).first()
    found = Comparison(
        draft=draft,
        framework=framework,
        stored=_stored(framework) if framework else {},
        is_new=framework is None,
    )
    _compare_competencies(found)
    _compare_edges(found)
    if framework is not None:
        found.framework_fields = [
            name for name in FRAMEWORK_FIELDS if getattr(framework, name) != plain_value(getattr(draft, name))
        ]
        if framework.retired_at is not None:
            found.framework_fields.append("retired_at")
    found.resolves = _waiting_elsewhere(found)
    return found


def plain_value(value: Any) -> Any:
    """A draft's value as the database gives it back: lists for tuples, dicts for mappings."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {name: plain_value(inner) for name, inner in value.items()}
    return value


def content_of(draft: CompetencyDraft) -> dict[str, Any]:
    """The wording of a competency as its version keeps it."""
    content: dict[str, Any] = {name: plain_value(getattr(draft, name)) for name in CONTENT_FIELDS}
    if draft.wordings is not None:
        content["wordings"] = [
            {
                "kind": wording.kind,
                "level": None if wording.level is None else str(wording.level),
                "language": wording.language,
                "text": wording.text,
            }
            for wording in draft.wordings
        ]
    return content


def wording_key(wording: WordingDraft) -> WordingKey:
    """What makes a wording one row: its audience, level and language."""
    level = None if wording.level is None else wording.level.quantize(Decimal("0.01"))
    return wording.kind, level, wording.language


def _stored(framework: Framework) -> dict[str, StoredCompetency]:
    rows = list(
        Competency.objects.filter(framework=framework).values(
            "pk", "source_id", "parent_id", "version", "retired_at", *CONTENT_FIELDS, *PLACE_FIELDS
        )
    )
    keys = {row["pk"]: row["source_id"] for row in rows}
    wordings: dict[int, dict[WordingKey, str]] = {}
    for pk, kind, level, language, text in Wording.objects.filter(competency__framework=framework).values_list(
        "competency_id", "kind", "level", "language", "text"
    ):
        wordings.setdefault(pk, {})[kind, level, language] = text
    return {
        row["source_id"]: StoredCompetency(
            pk=row["pk"],
            values=row,
            parent=keys.get(row["parent_id"]),
            version=row["version"],
            retired=row["retired_at"] is not None,
            wordings=wordings.get(row["pk"], {}),
        )
        for row in rows
    }


def _compare_competencies(found: Comparison) -> None:
    draft = found.draft
    for competency in draft.competencies:
        stored = found.stored.get(competency.source_id)
        if stored is None:
            found.new.append(competency)
            continue
        if stored.retired:
            found.returned.append(competency)
        if _reworded(stored, competency):
            found.reworded.append(competency)
        elif stored.parent != competency.parent or _differs(stored.values, competency, PLACE_FIELDS):
            found.moved.append(competency)
        elif not stored.retired:
            found.unchanged += 1
    present = {competency.source_id for competency in draft.competencies} | draft.keep_competencies
    found.retired = [key for key, stored in found.stored.items() if key not in present and not stored.retired]


def _differs(values: Mapping[str, Any], draft: object, names: Iterable[str]) -> bool:
    return any(values[name] != plain_value(getattr(draft, name)) for name in names)


def _reworded(stored: StoredCompetency, draft: CompetencyDraft) -> bool:
    if _differs(stored.values, draft, CONTENT_FIELDS):
        return True
    if draft.wordings is None:
        return False
    return {wording_key(wording): wording.text for wording in draft.wordings} != dict(stored.wordings)


def edge_values(edge: EdgeDraft) -> dict[str, Any]:
    """An edge draft under the names of the table's columns."""
    return {
        "kind": edge.kind,
        "origin_source_id": edge.origin,
        "origin_uri": edge.origin_uri,
        "destination_source_id": edge.destination,
        "destination_uri": edge.destination_uri,
        "sequence": edge.sequence,
        "is_broken_cycle": edge.is_broken_cycle,
        "details": plain_value(edge.details),
    }


def _compare_edges(found: Comparison) -> None:
    stored: dict[str, dict[str, Any]] = {}
    if found.framework is not None:
        stored = {
            row["source_id"]: row
            for row in Association.objects.filter(framework=found.framework).values(
                "source_id", "retired_at", *EDGE_FIELDS
            )
        }
    for edge in found.draft.edges:
        row = stored.get(edge.source_id)
        if row is not None and row["retired_at"] is not None:
            found.returned_edges.add(edge.source_id)
        if row is None:
            found.new_edges.append(edge)
        elif row["retired_at"] is not None or any(row[name] != value for name, value in edge_values(edge).items()):
            found.changed_edges.append(edge)
        else:
            found.unchanged_edges += 1
    present = {edge.source_id for edge in found.draft.edges} | found.draft.keep_edges
    found.retired_edges = [key for key, row in stored.items() if key not in present and row["retired_at"] is None]


def _waiting_elsewhere(found: Comparison) -> int:
    """Edges stored earlier, here or elsewhere, that wait for a competency of this draft."""
    keys = [competency.source_id for competency in found.draft.competencies]
    own = found.framework.pk if found.framework else 0
    ours = {edge.source_id for edge in (*found.new_edges, *found.changed_edges)}
    waiting = Association.objects.filter(
        Q(origin__isnull=True, origin_source_id__in=keys) | Q(destination__isnull=True, destination_source_id__in=keys)
    ).values_list("framework_id", "source_id")
    return sum(1 for framework_id, source_id in waiting if framework_id != own or source_id not in ours)
