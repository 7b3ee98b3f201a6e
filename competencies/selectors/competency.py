"""One competency, readable by anyone: what is expected at every level, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Viewer
from competencies.choices import AssociationKind, WordingKind
from competencies.listing import FrameworkCard, LevelLine, Row, card_of, level_lines, name_in, parts_of
from competencies.models import Association, Competency, CompetencyVersion
from competencies.plain import plain
from competencies.selectors.frameworks import visible_frameworks
from competencies.texts import NO_TEXT, Text, choose, said, wordings_of

CRUMBS = 8
EDGES = 300
LINKS_SHOWN = 40
VERSIONS_SHOWN = 20

# How an association reads from the side of its origin, and from that of its destination.
READINGS: dict[str, tuple[Any, Any]] = {
    AssociationKind.PART_OF: (gettext_lazy("Part of"), gettext_lazy("Made of")),
    AssociationKind.PEER_OF: (gettext_lazy("Beside it"), gettext_lazy("Beside it")),
    AssociationKind.EXACT_MATCH: (gettext_lazy("The same as"), gettext_lazy("The same as")),
    AssociationKind.RELATED_TO: (gettext_lazy("Related to"), gettext_lazy("Related to")),
    AssociationKind.REPLACED_BY: (gettext_lazy("Replaced by"), gettext_lazy("Replaces")),
    AssociationKind.EXEMPLAR: (gettext_lazy("An example of"), gettext_lazy("Examples")),
    AssociationKind.SKILL_LEVEL: (gettext_lazy("Skill level"), gettext_lazy("Skill level of")),
    AssociationKind.TRANSLATION_OF: (gettext_lazy("A translation of"), gettext_lazy("Translations")),
}
CHANGED_WORDS: dict[str, Any] = {
    "code": gettext_lazy("code"),
    "name": gettext_lazy("name"),
    "statement": gettext_lazy("statement"),
    "notes": gettext_lazy("notes"),
    "kind": gettext_lazy("kind"),
    "grades": gettext_lazy("grades"),
    "subjects": gettext_lazy("subjects"),
    "concepts": gettext_lazy("keywords"),
    "language": gettext_lazy("language"),
    "wordings": gettext_lazy("words for students and families"),
    "details": gettext_lazy("source data"),
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a level means for this competency, in the learner's words and in the family's."""

    level: LevelLine
    student: Text
    family: Text


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another competency this one is tied to; without `public_id` it has not arrived here yet."""

    name: Text
    code: str = ""
    public_id: UUID | None = None
    framework: Text = NO_TEXT
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Ties:
    """Neighbours of one kind under one heading; `more` are not listed."""

    heading: str
    neighbours: tuple[Neighbour, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One wording this competency had: when, and what changed from the one before."""

    number: int
    published_at: datetime
    framework_version: int
    changed: tuple[str, ...]
    name: str
    statement: str


@dataclass(frozen=True, slots=True)
class CompetencyPage:
    """Everything on a competency's page. `says_more`: the statement is more than the name already says."""

    public_id: UUID
    code: str
    name: Text
    statement: Text
    says_more: bool
    notes: Text
    kind: str
    grades: tuple[str, ...]
    concepts: tuple[str, ...]
    is_assessable: bool
    retired_at: datetime | None
    framework: FrameworkCard
    crumbs: tuple[Neighbour, ...]
    levels: tuple[LevelLine, ...]
    expectations: tuple[Expectation, ...]
    family: Text
    home: Text
    before: tuple[Neighbour, ...]
    after: tuple[Neighbour, ...]
    also_in: tuple[Neighbour, ...]
    ties: tuple[Ties, ...]
    parts: tuple[Row, ...]
    more_parts: int
    source_uri: str
    source_changed_at: datetime | None
    license_text: str
    license_title: str
    versions: tuple[VersionLine, ...]


def visible_competency(*, viewer: Viewer, public_id: UUID) -> Competency | None:
    """A competency of a framework this viewer may read, retired ones included. One query."""
    return (
        Competency.objects.filter(public_id=public_id, framework__in=visible_frameworks(viewer=viewer))
        .select_related("framework")
        .first()
    )


def competency_parts(
    *, viewer: Viewer, public_id: UUID, language: str, start: int = 0
) -> tuple[Competency, tuple[Row, ...], int] | None:
    """A branch with what hangs under it from `start`, and where to go on; None when it may not be read."""
    competency = visible_competency(viewer=viewer, public_id=public_id)
    if competency is None:
        return None
    rows, more = parts_of(competency, language=language, start=start)
    return competency, rows, more


def competency_page(*, viewer: Viewer, public_id: UUID, language: str, start: int = 0) -> CompetencyPage | None:
    """Everything about one competency, or None. Nine queries, however much it is tied to."""
    competency = visible_competency(viewer=viewer, public_id=public_id)
    if competency is None:
        return None
    framework = competency.framework
    own = competency.language or framework.language
    levels = level_lines(framework, language=language)
    ancestors = _ancestors(competency)
    edges = _edges(competency)
    others = [end for edge in edges for end in (edge.origin, edge.destination) if end is not None]
    wordings = wordings_of({competency.pk, *(one.pk for one in (*ancestors, *others))}, WordingKind)
    words = wordings.get(competency.pk, {})
    reader = _Reader(wordings, language)
    parts, more = parts_of(competency, language=language, start=start)
    statements = {own: competency.statement, **words.get((WordingKind.STATEMENT, None), {})}
    name = name_in(competency, words, framework, language)
    statement = choose(statements, language=language, own=own)
    license_title, license_text = _license(competency)
    return CompetencyPage(
        public_id=competency.public_id,
        code=competency.code,
        name=name,
        statement=statement,
        says_more=plain(statement.text) != name.text,
        notes=said(competency.notes, written_in=own, language=language),
        kind=competency.kind,
        grades=tuple(competency.grades),
        concepts=tuple(competency.concepts),
        is_assessable=competency.is_assessable,
        retired_at=competency.retired_at,
        framework=card_of(framework, language=language),
        crumbs=tuple(reader.neighbour(one, competency) for one in ancestors),
        levels=levels,
        expectations=_expectations(levels, words, own, language),
        family=choose(words.get((WordingKind.FAMILY, None), {}), language=language, own=own),
        home=choose(words.get((WordingKind.HOME, None), {}), language=language, own=own),
        before=reader.ends(edges, competency, AssociationKind.PRECEDES, towards=True),
        after=reader.ends(edges, competency, AssociationKind.PRECEDES, towards=False),
        also_in=tuple(
            one
            for one in reader.ends(edges, competency, AssociationKind.CHILD_OF, towards=False)
            if one.public_id not in {ancestor.public_id for ancestor in ancestors[-1:]} and one.public_id is not None
        ),
        ties=reader.ties(edges, competency),
        parts=parts,
        more_parts=more,
        source_uri=competency.source_uri,
        source_changed_at=competency.source_changed_at,
        license_text=license_text,
        license_title=license_title,
        versions=_versions(competency),
    )


def _expectations(
    levels: Iterable[LevelLine], words: Mapping[Any, Mapping[str, str]], own: str, language: str
) -> tuple[Expectation, ...]:
    """One line per level; empty when nobody has written what the levels mean for this competency."""
    lines = tuple(
        Expectation(
            level=level,
            student=choose(words.get((WordingKind.STUDENT, level.value), {}), language=language, own=own),
            family=choose(words.get((WordingKind.FAMILY, level.value), {}), language=language, own=own),
        )
        for level in levels
    )
    return lines if any(line.student or line.family for line in lines) else ()


def _license(competency: Competency) -> tuple[str, str]:
    """Title and text of the licence: the competency's own where the source names one, else the framework's."""
    framework = competency.framework
    own = competency.details.get("license")
    if own:
        for known in framework.details.get("licenses", ()):
            if str(known.get("id", "")).lower() == str(own.get("id", "")).lower():
                return known.get("title", ""), known.get("text", "") or known.get("description", "")
        return own.get("title", ""), framework.license_text
    return (framework.details.get("license") or {}).get("title", ""), framework.license_text


def _ancestors(competency: Competency) -> list[Competency]:
    """The branches it is in, outermost first, at most `CRUMBS`. One query; none at the top level."""
    if competency.parent_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up (id, parent_id, steps) AS ("
            " SELECT id, parent_id, 1 FROM competencies_competency WHERE id = %s"
            " UNION ALL SELECT c.id, c.parent_id, up.steps + 1 FROM competencies_competency AS c"
            " JOIN up ON c.id = up.parent_id WHERE up.steps < %s)"
            " SELECT c.id, c.public_id, c.code, c.name, c.language, c.retired_at FROM up"
            " JOIN competencies_competency AS c ON c.id = up.id ORDER BY up.steps DESC",
            [competency.parent_id, CRUMBS],
        )
        return [
            Competency(
                pk=pk,
                public_id=public_id,
                code=code,
                name=name,
                language=language,
                retired_at=retired_at,
                framework=competency.framework,
            )
            for pk, public_id, code, name, language, retired_at in cursor.fetchall()
        ]


def _edges(competency: Competency) -> list[Association]:
    """Edges at this competency, without those of its own parts. One query."""
    hidden = ("origin__statement", "origin__notes", "destination__statement", "destination__notes")
    return list(
        Association.objects.filter(
            Q(origin=competency) | Q(destination=competency) & ~Q(kind=AssociationKind.CHILD_OF),
            retired_at__isnull=True,
            is_broken_cycle=False,
        )
        .select_related("origin__framework", "destination__framework")
        .defer(*hidden)
        .order_by("kind", "sequence", "pk")[:EDGES]
    )


class _Reader:
    """Turns the other ends of edges into lines of the page."""

    def __init__(self, wordings: Mapping[int, Mapping[Any, Mapping[str, str]]], language: str) -> None:
        self.wordings = wordings
        self.language = language

    def neighbour(self, one: Competency, here: Competency) -> Neighbour:
        """A competency that is here."""
        framework = one.framework
        return Neighbour(
            name=name_in(one, self.wordings.get(one.pk, {}), framework, self.language),
            code=one.code,
            public_id=one.public_id,
            framework=(
                card_of(framework, language=self.language).title if framework.pk != here.framework_id else NO_TEXT
            ),
            is_retired=one.retired_at is not None,
        )

    def _end(self, edge: Association, here: Competency, *, incoming: bool) -> Neighbour | None:
        """The other end; None when it belongs to a framework that is not shown, or is the framework itself."""
        one = edge.origin if incoming else edge.destination
        if one is not None:
            if not one.framework.is_published and one.framework_id != here.framework_id:
                return None
            return self.neighbour(one, here)
        key = edge.origin_source_id if incoming else edge.destination_source_id
        if key == here.framework.source_id:
            return None
        title = str(edge.details.get("origin_title" if incoming else "destination_title", ""))
        # Some exporters write the role of the end where its title belongs.
        named = "" if title.lower() in {"destination node", "origin node"} else title
        return Neighbour(name=Text(named or _("An entry of another framework"), ""), code="" if named else key)

    def ends(
        self, edges: Iterable[Association], here: Competency, kind: AssociationKind, *, towards: bool
    ) -> tuple[Neighbour, ...]:
        """The other ends of one kind: of edges that lead here (`towards`), or that lead away."""
        found = []
        for edge in edges:
            incoming = edge.destination_id == here.pk
            if edge.kind == kind and incoming == towards:
                end = self._end(edge, here, incoming=incoming)
                if end is not None:
                    found.append(end)
        return tuple(found)

    def ties(self, edges: list[Association], here: Competency) -> tuple[Ties, ...]:
        """Every other kind of association, under headings that read from this side."""
        found: dict[str, list[Neighbour]] = {}
        for edge in edges:
            if edge.kind not in READINGS:
                continue
            incoming = edge.destination_id == here.pk
            end = self._end(edge, here, incoming=incoming)
            if end is not None:
                found.setdefault(str(READINGS[edge.kind][incoming]), []).append(end)
        return tuple(
            Ties(heading, tuple(known_first(ends)[:LINKS_SHOWN]), max(0, len(ends) - LINKS_SHOWN))
            for heading, ends in found.items()
        )


def known_first(ends: Iterable[Neighbour]) -> list[Neighbour]:
    """Those that are here before those that are still elsewhere, otherwise in their order."""
    return sorted(ends, key=lambda end: end.public_id is None)


def _versions(competency: Competency) -> tuple[VersionLine, ...]:
    """The wordings it had, newest first. One query."""
    rows = list(CompetencyVersion.objects.filter(competency=competency).order_by("-number")[: VERSIONS_SHOWN + 1])
    lines = []
    for row, before in zip_longest(rows, rows[1:]):
        changed = (
            ()
            if before is None
            else tuple(
                str(CHANGED_WORDS[name]) for name in CHANGED_WORDS if row.content.get(name) != before.content.get(name)
            )
        )
        lines.append(
            VersionLine(
                number=row.number,
                published_at=row.published_at,
                framework_version=row.framework_version,
                changed=changed,
                name=str(row.content.get("name", "")),
                statement=str(row.content.get("statement", "")),
            )
        )
    return tuple(lines[:VERSIONS_SHOWN])
