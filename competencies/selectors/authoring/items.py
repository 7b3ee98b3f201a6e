"""One item of a working copy, what it is tied to, and finding items by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from accounts.permissions import Viewer
from competencies.choices import AssociationKind, WordingKind
from competencies.contents import plain_level
from competencies.models import Competency, Level, WorkingCopy, WorkingEdge, WorkingItem
from competencies.selectors.authoring.copies import Said, comments_of
from competencies.selectors.authoring.tree import WorkingRow, above, working_tree
from competencies.services.authoring.items import own_language, spoken_of
from competencies.services.scales import DEFAULT_LEVELS, DEFAULT_TARGET
from competencies.wording import LevelWords

FOUND = 20
TIES = 200
WHOLE_KINDS = (WordingKind.NAME, WordingKind.STATEMENT, WordingKind.FAMILY, WordingKind.HOME)


@dataclass(frozen=True, slots=True)
class LevelSlot:
    """A level of the copy's scale: plain value, word in the page's language, mark."""

    value: str
    word: str
    mark: str


@dataclass(frozen=True, slots=True)
class LevelWordsRow:
    """What is written for a level in one language."""

    level: LevelSlot
    student: str
    family: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Everything an item says in one language. `written` of `whole` sentences per level are there."""

    code: str
    language: str
    is_own: bool
    name: str
    statement: str
    family: str
    home: str
    levels: tuple[LevelWordsRow, ...]

    @property
    def written(self) -> int:
        """How many of the sentences for levels are written."""
        return sum(bool(row.student) + bool(row.family) for row in self.levels)

    @property
    def whole(self) -> int:
        """How many there could be."""
        return 2 * len(self.levels)


@dataclass(frozen=True, slots=True)
class TieLine:
    """A connection from the side of one item: the other end by name; without `item_id` it is in another framework."""

    edge_id: UUID
    kind: str
    name: str
    code: str
    item_id: UUID | None
    is_new: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything on an item's page."""

    item: WorkingItem
    above: tuple[WorkingItem, ...]
    grades: tuple[str, ...]
    concepts: tuple[str, ...]
    notes: str
    languages: tuple[Spoken, ...]
    before: tuple[TieLine, ...]
    after: tuple[TieLine, ...]
    same: tuple[TieLine, ...]
    related: tuple[TieLine, ...]
    parts: tuple[WorkingRow, ...]
    more_parts: int
    comments: list[Said]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen: an item of the copy (`item`), or a competency of another framework."""

    public_id: UUID
    name: str
    code: str
    place: str
    is_item: bool


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A connection of the graph list, by the names of both ends."""

    edge_id: UUID
    kind: str
    kind_word: str
    origin: str
    origin_code: str
    origin_id: UUID | None
    destination: str
    destination_code: str
    destination_id: UUID | None
    is_new: bool


def level_slots(*, viewer: Viewer, copy: WorkingCopy, language: str) -> tuple[LevelSlot, ...]:
    """The levels of the copy's scale, lowest first; those a new framework would get. One query."""
    rows: list[tuple[Any, Any]]
    if copy.framework is not None:
        rows = list(
            Level.objects.filter(scale_id=copy.framework.scale_id).order_by("value").values_list("value", "names")
        )
        target = copy.framework.target
    else:
        leading = (
            Level.objects.filter(scale__frameworks__retired_at__isnull=True)
            .order_by("-scale__frameworks__is_in_use", "scale__frameworks__pk")
            .values_list("scale_id", "scale__frameworks__target")
            .first()
        )
        scale, target = leading or (0, DEFAULT_TARGET)
        rows = list(Level.objects.filter(scale_id=scale or 0).order_by("value").values_list("value", "names")) or [
            (value, names) for value, names, _meanings in DEFAULT_LEVELS
        ]
    marks = LevelWords({}, target)
    return tuple(
        LevelSlot(
            value=plain_level(value),
            word=names.get(language) or names.get("en") or plain_level(value),
            mark=marks.mark(value),
        )
        for value, names in rows
    )


def item_page(*, viewer: Viewer, item: WorkingItem, language: str) -> ItemPage:
    """Everything about one item. Seven queries, one more where it is tied to another framework."""
    copy = item.copy
    slots = level_slots(viewer=viewer, copy=copy, language=language)
    ties = list(_ties(copy, item))
    tree = working_tree(viewer=viewer, copy=copy, live=10**9, branch=item)
    fields = item.fields

    def of(kind: str, *, towards: bool | None = None) -> tuple[TieLine, ...]:
        return tuple(line for incoming, line in ties if line.kind == kind and towards in {None, incoming})

    return ItemPage(
        item=item,
        above=tree.above,
        grades=tuple(fields.get("grades") or ()),
        concepts=tuple(fields.get("concepts") or ()),
        notes=fields.get("notes") or "",
        languages=tuple(spoken(item, code, slots) for code, _name in settings.LANGUAGES),
        before=of(AssociationKind.PRECEDES, towards=True),
        after=of(AssociationKind.PRECEDES, towards=False),
        same=of(AssociationKind.EXACT_MATCH),
        related=of(AssociationKind.RELATED_TO),
        parts=tree.rows,
        more_parts=tree.more,
        comments=comments_of(viewer=viewer, copy=copy, item_key=item.key),
    )


def spoken(item: WorkingItem, code: str, slots: Iterable[LevelSlot]) -> Spoken:
    """Everything an item says in one language. No query."""
    texts = spoken_of(item, code)
    is_own = own_language(item.copy, item) == code
    return Spoken(
        code=code,
        language=str(dict(settings.LANGUAGES).get(code, code)),
        is_own=is_own,
        name=item.name if is_own else texts.get((WordingKind.NAME, ""), ""),
        statement=item.statement if is_own else texts.get((WordingKind.STATEMENT, ""), ""),
        family=texts.get((WordingKind.FAMILY, ""), ""),
        home=texts.get((WordingKind.HOME, ""), ""),
        levels=tuple(
            LevelWordsRow(
                slot,
                texts.get((WordingKind.STUDENT, slot.value), ""),
                texts.get((WordingKind.FAMILY, slot.value), ""),
            )
            for slot in slots
        ),
    )


def parents_of(*, viewer: Viewer, item: WorkingItem) -> tuple[WorkingItem, ...]:
    """The branches an item is in, outermost first. One query."""
    return above(viewer=viewer, item=item)


def find_items(
    *, viewer: Viewer, copy: WorkingCopy, words: str, besides: Iterable[str] = (), elsewhere: bool = False
) -> list[Choice]:
    """Items of a copy in which every word occurs, and, `elsewhere`, competencies of other published frameworks.

    At most 20 of each; codes count too. Two queries.
    """
    wanted = words.replace("\x00", " ").split()[:8]
    if not wanted:
        return []
    here = Q()
    for word in wanted:
        here &= Q(name__icontains=word) | Q(code__istartswith=word) | Q(statement__icontains=word)
    rows = list(
        WorkingItem.objects.filter(here, copy=copy, is_retired=False)
        .exclude(key__in=list(besides))
        .annotate(place=Subquery(WorkingItem.objects.filter(copy=copy, key=OuterRef("parent_key")).values("name")))
        .defer("fields", "wordings", "statement")
        .order_by("position", "pk")[:FOUND]
    )
    found = [Choice(one.public_id, one.name, one.code, one.place or "", is_item=True) for one in rows]
    if elsewhere:
        others = (
            Competency.objects.filter(here, retired_at__isnull=True, framework__is_published=True)
            .exclude(framework_id=copy.framework_id or 0)
            .select_related("framework")
            .defer("statement", "notes", "details")
            .order_by("framework__title", "position", "pk")[:FOUND]
        )
        found += [Choice(one.public_id, one.name, one.code, one.framework.title, is_item=False) for one in others]
    return found


def codes_of(*, viewer: Viewer, copy: WorkingCopy) -> frozenset[str]:
    """Every code that is used in a copy. One query."""
    rows = WorkingItem.objects.filter(copy=copy, is_retired=False).exclude(code="")
    return frozenset(rows.values_list("code", flat=True))


def competency_elsewhere(*, viewer: Viewer, copy: WorkingCopy, public_id: UUID) -> Competency | None:
    """A current competency of another published framework. One query."""
    return (
        Competency.objects.filter(public_id=public_id, retired_at__isnull=True, framework__is_published=True)
        .exclude(framework_id=copy.framework_id or 0)
        .first()
    )


def edge_of(*, viewer: Viewer, copy: WorkingCopy, public_id: UUID) -> WorkingEdge | None:
    """A connection of this copy. One query."""
    return WorkingEdge.objects.filter(copy=copy, public_id=public_id).first()


def ends_of(*, viewer: Viewer, edge: WorkingEdge) -> list[WorkingItem]:
    """The ends of a connection that are items of its copy, origin first. One query."""
    rows = {
        row.key: row
        for row in WorkingItem.objects.filter(copy_id=edge.copy_id, key__in=[edge.origin_key, edge.destination_key])
    }
    return [rows[key] for key in (edge.origin_key, edge.destination_key) if key in rows]


def edges_of(
    *, viewer: Viewer, copy: WorkingCopy, kind: str = "", words: str = "", start: int = 0, size: int = 100
) -> tuple[list[EdgeLine], int, int]:
    """Connections of a copy from `start`, where to go on (0: that is all), and how many there are. Four queries."""
    edges = WorkingEdge.objects.filter(copy=copy, is_retired=False, kind__in=_SHOWN)
    if kind:
        edges = edges.filter(kind=kind)
    if words:
        keys = WorkingItem.objects.filter(copy=copy).filter(Q(name__icontains=words) | Q(code__istartswith=words))
        edges = edges.filter(Q(origin_key__in=keys.values("key")) | Q(destination_key__in=keys.values("key")))
    rows = list(edges.order_by("kind", "pk")[start : start + size + 1])
    ends = _ends(copy, {key for edge in rows for key in (edge.origin_key, edge.destination_key)})
    nobody = ("", "", None, False)
    lines = []
    for edge in rows[:size]:
        origin, destination = ends.get(edge.origin_key, nobody), ends.get(edge.destination_key, nobody)
        lines.append(
            EdgeLine(
                edge.public_id,
                edge.kind,
                edge.get_kind_display(),
                origin[0] or edge.origin_key,
                origin[1],
                origin[2],
                destination[0] or edge.destination_key,
                destination[1],
                destination[2],
                edge.is_new,
            )
        )
    return lines, start + size if len(rows) > size else 0, edges.count()


_SHOWN = (AssociationKind.PRECEDES, AssociationKind.EXACT_MATCH, AssociationKind.RELATED_TO)


def _ties(copy: WorkingCopy, item: WorkingItem) -> Iterable[tuple[bool, TieLine]]:
    """Connections of one item, each with whether it leads here. Three queries."""
    edges = list(
        WorkingEdge.objects.filter(
            Q(origin_key=item.key) | Q(destination_key=item.key), copy=copy, is_retired=False, kind__in=_SHOWN
        ).order_by("kind", "pk")[:TIES]
    )
    ends = _ends(copy, {key for edge in edges for key in (edge.origin_key, edge.destination_key)})
    for edge in edges:
        incoming = edge.destination_key == item.key
        key = edge.origin_key if incoming else edge.destination_key
        name, code, public_id, is_out = ends.get(key, ("", "", None, False))
        title = edge.fields.get("details", {}).get("origin_title" if incoming else "destination_title", "")
        yield incoming, TieLine(edge.public_id, edge.kind, name or title or key, code, public_id, edge.is_new, is_out)


def _ends(copy: WorkingCopy, keys: set[str]) -> dict[str, tuple[str, str, UUID | None, bool]]:
    """Names of ends by key: of this copy, else of whichever framework has it. Two queries."""
    ends: dict[str, tuple[str, str, UUID | None, bool]] = {
        key: (name, code, public_id, is_out)
        for key, name, code, public_id, is_out in WorkingItem.objects.filter(copy=copy, key__in=keys).values_list(
            "key", "name", "code", "public_id", "is_retired"
        )
    }
    for key, name, code, title in Competency.objects.filter(source_id__in=keys - ends.keys()).values_list(
        "source_id", "name", "code", "framework__title"
    ):
        ends[key] = (f"{name} ({title})", code, None, False)
    return ends
