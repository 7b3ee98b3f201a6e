"""What the CASE addresses answer: documents, packages, items, associations, definitions and rubrics of what is
published. Whoever asks gets the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import MD5

from accounts.permissions import Viewer
from competencies.case import key_of
from competencies.case_export import CaseWriter, End
from competencies.case_extensions import identifier_of
from competencies.case_vocabulary import CaseVersion, used_definitions
from competencies.drafts import CompetencyDraft, EdgeDraft
from competencies.models import Association, Competency
from competencies.selectors.stored import (
    Offered,
    drafts_of,
    edges_of,
    framework_to_download,
    published_frameworks,
    whole_draft,
)

MOST_ASSOCIATIONS = 5_000
"""Associations of one item that are listed; the package holds all."""
DEFINITIONS = frozenset({"CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings"})
_SETS = frozenset({"CFConcepts", "CFSubjects", "CFItemTypes"})

Parts = Iterator[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: the row, and of which framework it is (for its entity tag)."""

    row: Mapping[str, Any]
    token: str
    changed_at: datetime


class CaseProvider:
    """The published frameworks as CASE rows of one version. Read once a request; each question is a few queries."""

    def __init__(self, *, viewer: Viewer, version: CaseVersion, base: str) -> None:
        self._viewer = viewer
        self._version = version
        self._base = base
        self._writers: dict[int, CaseWriter] = {}

    @cached_property
    def _published(self) -> list[Offered]:
        return published_frameworks(viewer=self._viewer)

    def _writer(self, offered: Offered) -> CaseWriter:
        if offered.pk not in self._writers:
            self._writers[offered.pk] = CaseWriter(
                offered.head, version=self._version, base=self._base, changed_at=offered.changed_at
            )
        return self._writers[offered.pk]

    def _named(self, identifier: str) -> Offered | None:
        wanted = key_of(identifier)
        return next((one for one in self._published if key_of(identifier_of(one.head.source_id)) == wanted), None)

    # -------------------------------------------------------------- documents and packages

    def documents(self) -> list[Found]:
        """Every CFDocument."""
        return [Found(self._writer(one).document(alone=True), one.token, one.changed_at) for one in self._published]

    def document(self, identifier: str) -> Found | None:
        """One CFDocument."""
        one = self._named(identifier)
        return None if one is None else Found(self._writer(one).document(alone=True), one.token, one.changed_at)

    def offered(self, identifier: str) -> Offered | None:
        """The framework whose package has this identifier, before anything of it is read."""
        return self._named(identifier)

    def package(self, offered: Offered) -> Parts:
        """Its package, part by part."""
        return package_parts(viewer=self._viewer, offered=offered, version=self._version, base=self._base)

    # -------------------------------------------------------------- items and associations

    def item(self, identifier: str) -> Found | None:
        """One CFItem."""
        pk = self._item_id(identifier)
        if pk is None:
            return None
        offered, row = self._item(pk)
        return Found(row, offered.token, offered.changed_at)

    def item_associations(self, identifier: str) -> Found | None:
        """One CFItem with every association that begins or ends at it, in any published framework."""
        pk = self._item_id(identifier)
        if pk is None:
            return None
        offered, row = self._item(pk)
        rows = self._current(Association.objects.filter(Q(origin=pk) | Q(destination=pk)))
        edges = self._associations(rows.order_by("pk")[:MOST_ASSOCIATIONS])
        token = "-".join(sorted({one.token[:12] for one in self._published}))
        return Found({"CFItem": row, "CFAssociations": edges}, token, offered.changed_at)

    def association(self, identifier: str) -> Found | None:
        """One CFAssociation."""
        rows = _with_key(self._current(Association.objects.all()), identifier).order_by("pk")[:1]
        pks = list(rows.values_list("framework_id", flat=True))
        if not pks:
            return None
        offered = self._by_pk[pks[0]]
        return Found(self._associations(rows, alone=True)[0], offered.token, offered.changed_at)

    @cached_property
    def _by_pk(self) -> dict[int, Offered]:
        return {one.pk: one for one in self._published}

    def _current(self, rows: QuerySet[Association]) -> QuerySet[Association]:
        return rows.filter(framework__in=list(self._by_pk), retired_at__isnull=True)

    def _item_id(self, identifier: str) -> int | None:
        rows = Competency.objects.filter(framework__in=list(self._by_pk), retired_at__isnull=True)
        return _with_key(rows, identifier).order_by("pk").values_list("pk", flat=True).first()

    def _item(self, pk: int) -> tuple[Offered, dict[str, Any]]:
        draft = drafts_of(viewer=self._viewer, competency_ids=[pk])[pk]
        offered = self._by_pk[Competency.objects.values_list("framework_id", flat=True).get(pk=pk)]
        has_parts = self._current(
            Association.objects.filter(destination=pk, kind="isChildOf", is_broken_cycle=False, framework=offered.pk)
        ).exists()
        return offered, self._writer(offered).item(draft, has_parts=has_parts, alone=True)

    def _associations(self, rows: QuerySet[Association], *, alone: bool = False) -> list[dict[str, Any]]:
        edges = edges_of(viewer=self._viewer, associations=rows)
        ends = self._ends(edges)
        return [
            self._writer(self._by_pk[pk]).association(edge, ends=ends[pk], inside=ends[pk], alone=alone)
            for pk, edge in edges
        ]

    def _ends(self, edges: Iterable[tuple[int, EdgeDraft]]) -> dict[int, dict[str, End]]:
        """What the edges of each framework lead to within it; what is elsewhere is named by the edge alone."""
        wanted: dict[int, set[str]] = {}
        for pk, edge in edges:
            wanted.setdefault(pk, set()).update((edge.origin, edge.destination))
        keys = set().union(*wanted.values()) if wanted else set()
        here = Competency.objects.filter(framework__in=list(wanted), source_id__in=keys, retired_at__isnull=True)
        places = dict(here.values_list("pk", "framework_id"))
        found: dict[int, dict[str, End]] = {
            pk: {self._by_pk[pk].head.source_id: self._writer(self._by_pk[pk]).end} for pk in wanted
        }
        drafts: dict[int, CompetencyDraft] = drafts_of(viewer=self._viewer, competency_ids=list(places))
        for competency, draft in drafts.items():
            framework = places[competency]
            found[framework][draft.source_id] = self._writer(self._by_pk[framework]).end_of(draft)
        return found

    # -------------------------------------------------------------- vocabulary

    def definition(self, kind: str, identifier: str) -> Found | None:
        """One entry of CFDefinitions; of concepts, subjects and item types a set with those below it."""
        for one in self._published:
            rows = used_definitions(self._writer(one).definitions().get(kind, ()), identifier)
            if rows:
                answer = {kind: rows} if kind in _SETS else rows[0]
                return Found(answer, one.token, one.changed_at)
        return None

    def rubric(self, identifier: str) -> Found | None:
        """One CFRubric with its criteria and levels."""
        for one in self._published:
            for row in self._writer(one).rubrics():
                if key_of(row["identifier"]) == key_of(identifier):
                    return Found(row, one.token, one.changed_at)
        return None


def package_parts(*, viewer: Viewer, offered: Offered, version: CaseVersion, base: str) -> Parts:
    """The package of a framework, part by part, rows one at a time. Three queries before the first."""
    draft = whole_draft(viewer=viewer, offered=offered)
    return CaseWriter(draft, version=version, base=base, changed_at=offered.changed_at).package()


def download(*, viewer: Viewer, public_id: UUID) -> Offered | None:
    """The framework somebody wants as a file; None where it may not leave with this viewer."""
    return framework_to_download(viewer=viewer, public_id=public_id)


def _with_key(rows: QuerySet[Any], identifier: str) -> QuerySet[Any]:
    """The rows of this identifier: by their own key, else by the UUID that was made of a key that is none."""
    wanted = key_of(identifier)
    found: QuerySet[Any] = rows.filter(source_id=wanted)
    if found.exists():
        return found
    made: QuerySet[Any] = rows.annotate(made=MD5("source_id"))
    return made.filter(made=wanted.replace("-", ""))
