"""How two contents of a framework differ, in the words of a page: two versions, or a copy and what is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy

from accounts.permissions import Viewer
from accounts.worddiff import Piece, word_pieces
from competencies.choices import AssociationKind, WordingKind
from competencies.contents import (
    carried,
    changed_fields,
    changed_wordings,
    line_of,
    plain_level,
)
from competencies.history import Steps
from competencies.models import Association, Competency, CompetencyVersion, Framework, Level
from competencies.selectors.competency import CHANGED_WORDS
from competencies.services.comparing import Comparison, content_of
from competencies.texts import main_language
from competencies.wording import names

LISTED = 100
"""Entries of each kind on one page; all of them where the whole is asked for."""

HEAD_WORDS: dict[str, Any] = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("what it is about"),
    "creator": gettext_lazy("written by"),
    "publisher": gettext_lazy("published by"),
    "language": gettext_lazy("language"),
    "adoption_status": gettext_lazy("status"),
    "license_text": gettext_lazy("licence"),
    "translations": gettext_lazy("translations"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A competency in a list; without `public_id` it has no page yet."""

    name: str
    code: str = ""
    public_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WordChange:
    """A field that reads differently, word by word; without `pieces` there is nothing to show but that it changed."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """A competency that says something else, and what."""

    entry: Entry
    changes: tuple[WordChange, ...]


@dataclass(frozen=True, slots=True)
class Relocated:
    """A competency in another branch; "" is the top."""

    entry: Entry
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A connection in a sentence: origin, how, destination."""

    origin: str
    kind: str
    destination: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind: all are counted, `shown` are listed."""

    count: int = 0
    shown: tuple[Any, ...] = ()

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.count - len(self.shown)


NONE = Group()


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different, by kind. `ids` are database ids of competencies by kind, for counting who is affected."""

    head: tuple[WordChange, ...] = ()
    added: Group = NONE
    returned: Group = NONE
    reworded: Group = NONE
    retired: Group = NONE
    moved: Group = NONE
    ties_in: Group = NONE
    ties_out: Group = NONE
    ties_changed: int = 0
    ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        groups = (self.added, self.returned, self.reworded, self.retired, self.moved, self.ties_in, self.ties_out)
        return not (self.head or self.ties_changed or any(group.count for group in groups))

    @property
    def has_more(self) -> bool:
        """Whether something is counted and not listed."""
        groups = (self.added, self.returned, self.reworded, self.retired, self.moved, self.ties_in, self.ties_out)
        return any(group.more > 0 for group in groups)


class LevelNames:
    """The words of a framework's levels by plain value, for labels of sentences. One query."""

    def __init__(self, framework: Framework | None, language: str) -> None:
        self.words: dict[str, str] = {}
        if framework is not None:
            for value, texts in Level.objects.filter(scale_id=framework.scale_id).values_list("value", "names"):
                self.words[plain_level(value)] = texts.get(language) or texts.get("en") or plain_level(value)
        self.languages = {code: str(name) for code, name in settings.LANGUAGES}

    def label(self, kind: str, level: str, language: str) -> str:
        """ "in student words, Building, Spanish"."""
        audience = str(WordingKind(kind).label) if kind in WordingKind.values else kind
        return ", ".join(
            filter(
                None,
                (audience, self.words.get(level, level), self.languages.get(main_language(language), language)),
            )
        )


def word_changes(before: Mapping[str, Any], after: Mapping[str, Any], levels: LevelNames) -> tuple[WordChange, ...]:
    """What reads differently between two contents, field by field and sentence by sentence."""
    found = [
        WordChange(
            str(CHANGED_WORDS[name]),
            () if name == "details" else word_pieces(line_of(before.get(name)), line_of(after.get(name))),
        )
        for name in changed_fields(before, after)
    ]
    repeated = {(line_of(before.get(name)), line_of(after.get(name))) for name in ("name", "statement")}
    found += [
        WordChange(levels.label(*key), word_pieces(old, new))
        for key, old, new in changed_wordings(before, after)
        if key[0] not in {"name", "statement"} or (old, new) not in repeated
    ]
    return tuple(found)


def head_lines(changes: Mapping[str, tuple[Any, Any]]) -> tuple[WordChange, ...]:
    """What the framework says of itself, before and after."""
    return tuple(
        WordChange(str(HEAD_WORDS.get(name, name)), word_pieces(_told(before), _told(after)))
        for name, (before, after) in changes.items()
        if before != after
    )


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(
            f"{language}: {' / '.join(str(text) for text in texts.values() if text)}"
            for language, texts in sorted(value.items())
        )
    return line_of(value)


# ------------------------------------------------------------------ between two versions


def between_versions(
    *, viewer: Viewer, framework: Framework, steps: Steps, start: int, end: int, language: str, whole: bool = False
) -> Difference:
    """The difference of two versions of a framework. Nine queries, whatever changed between them."""
    contents = _contents(steps.worded & set(steps.stayed), start, end)
    worded = [pk for pk in steps.stayed if pk in contents and _reads_differently(contents[pk])]
    moved = steps.moved
    ties = {True: steps.edges(came=True), False: steps.edges(came=False)}
    limit = None if whole else LISTED
    rows = {
        row["pk"]: row
        for row in Competency.objects.filter(
            pk__in={*steps.was_there, *(pk for one in moved for pk in one[1:] if pk is not None)}
        )
        .order_by("position", "pk")
        .values("pk", "public_id", "code", "name", "position")
    }
    said = names(list(rows), language=language)
    levels = LevelNames(framework, language)

    def entry(pk: int) -> Entry:
        return Entry(said.get(pk, ""), rows[pk]["code"], rows[pk]["public_id"])

    def in_order(pks: Iterable[int]) -> list[int]:
        wanted = set(pks)
        return [pk for pk in rows if pk in wanted]

    def entries(pks: Collection[int]) -> Group:
        return Group(len(pks), tuple(entry(pk) for pk in in_order(pks)[:limit]))

    places = {pk: (before, after) for pk, before, after in moved}
    return Difference(
        head=head_lines(steps.head),
        added=entries(steps.added),
        returned=entries(steps.returned),
        retired=entries(steps.retired),
        reworded=Group(
            len(worded),
            tuple(Reworded(entry(pk), word_changes(*contents[pk], levels)) for pk in in_order(worded)[:limit]),
        ),
        moved=Group(
            len(moved),
            tuple(
                Relocated(entry(pk), *(said.get(place, "") if place else "" for place in places[pk]))
                for pk in in_order(places)[:limit]
            ),
        ),
        ties_in=_ties(ties[True], language, limit),
        ties_out=_ties(ties[False], language, limit),
        ties_changed=len(steps.edge_changed),
        ids={
            "reworded": tuple(worded),
            "retired": tuple(steps.retired),
            "moved": tuple(places),
            "added": tuple(steps.added),
            "returned": tuple(steps.returned),
        },
    )


def _reads_differently(pair: tuple[dict[str, Any], dict[str, Any]]) -> bool:
    return bool(changed_fields(*pair) or changed_wordings(*pair))


def _contents(ids: Collection[int], start: int, end: int) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """What each competency said in the two versions. One query."""
    found: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    rows = CompetencyVersion.objects.filter(competency_id__in=ids, framework_version__lte=end).order_by("number")
    for pk, number, content in rows.values_list("competency_id", "framework_version", "content"):
        found.setdefault(pk, []).append((number, content))
    return {
        pk: (
            carried(content for number, content in versions if number <= start),
            carried(content for _number, content in versions),
        )
        for pk, versions in found.items()
    }


def _ties(pks: list[int], language: str, limit: int | None) -> Group:
    """Connections by the names of their ends. Three queries; none for none."""
    if not pks:
        return NONE
    rows = list(
        Association.objects.filter(pk__in=pks)
        .order_by("kind", "pk")
        .values_list("kind", "origin_id", "destination_id", "origin_source_id", "destination_source_id")[:limit]
    )
    said = names([pk for row in rows for pk in row[1:3] if pk is not None], language=language)
    return Group(
        len(pks),
        tuple(
            Tie(said.get(a, "") or a_key, str(AssociationKind(kind).label), said.get(b, "") or b_key)
            for kind, a, b, a_key, b_key in rows
        ),
    )


# ------------------------------------------------------------------ of a copy


def to_be_published(*, viewer: Viewer, found: Comparison, language: str, whole: bool = False) -> Difference:
    """What publishing would change, from its comparison with what is stored. Three queries."""
    limit = None if whole else LISTED
    drafts = {draft.source_id: draft for draft in found.draft.competencies}
    levels = LevelNames(found.framework, language)
    reworded = found.reworded
    moved = [
        draft
        for draft in (*found.moved, *found.reworded)
        if found.stored[draft.source_id].parent != draft.parent and not found.stored[draft.source_id].retired
    ]
    before = _stored_contents(found, [found.stored[draft.source_id].pk for draft in reworded[:limit]])

    def entry(key: str) -> Entry:
        if key in drafts:
            return Entry(drafts[key].name, drafts[key].code)
        values = found.stored[key].values
        return Entry(values["name"], values["code"])

    def entries(keys: list[str]) -> Group:
        return Group(len(keys), tuple(entry(key) for key in keys[:limit]))

    def place(key: str | None) -> str:
        return entry(key).name if key and (key in drafts or key in found.stored) else ""

    def tie(origin: str, kind: str, destination: str) -> Tie:
        ends = [entry(key).name if key in drafts or key in found.stored else key for key in (origin, destination)]
        return Tie(ends[0], str(AssociationKind(kind).label), ends[1])

    new_edges = [edge for edge in found.new_edges if edge.kind != AssociationKind.CHILD_OF]
    new_edges += [
        edge
        for edge in found.changed_edges
        if edge.kind != AssociationKind.CHILD_OF and edge.source_id in found.returned_edges
    ]
    gone = list(
        Association.objects.filter(framework=found.framework, source_id__in=found.retired_edges)
        .exclude(kind=AssociationKind.CHILD_OF)
        .order_by("kind", "pk")
        .values_list("origin_source_id", "kind", "destination_source_id")
    )
    stored_pk = {key: one.pk for key, one in found.stored.items()}
    framework = found.framework
    return Difference(
        head=head_lines(
            {
                name: (getattr(framework, name), getattr(found.draft, name))
                for name in found.framework_fields
                if framework is not None and name in HEAD_WORDS
            }
        ),
        added=entries([draft.source_id for draft in found.new]),
        returned=entries([draft.source_id for draft in found.returned]),
        retired=entries(found.retired),
        reworded=Group(
            len(reworded),
            tuple(
                Reworded(
                    entry(draft.source_id),
                    word_changes(before[found.stored[draft.source_id].pk], content_of(draft), levels),
                )
                for draft in reworded[:limit]
            ),
        ),
        moved=Group(
            len(moved),
            tuple(
                Relocated(entry(draft.source_id), place(found.stored[draft.source_id].parent), place(draft.parent))
                for draft in moved[:limit]
            ),
        ),
        ties_in=Group(
            len(new_edges), tuple(tie(edge.origin, edge.kind, edge.destination) for edge in new_edges[:limit])
        ),
        ties_out=Group(len(gone), tuple(tie(*row) for row in gone[:limit])),
        ids={
            "reworded": tuple(stored_pk[draft.source_id] for draft in reworded),
            "retired": tuple(stored_pk[key] for key in found.retired),
            "moved": tuple(stored_pk[draft.source_id] for draft in moved),
            "returned": tuple(stored_pk[draft.source_id] for draft in found.returned),
        },
    )


def _stored_contents(found: Comparison, pks: Collection[int]) -> dict[int, dict[str, Any]]:
    """What competencies say now, as contents. No query: the comparison has read them."""
    wanted = set(pks)
    answer: dict[int, dict[str, Any]] = {}
    for one in found.stored.values():
        if one.pk in wanted:
            answer[one.pk] = dict(one.values) | {
                "wordings": [
                    {"kind": kind, "level": plain_level(level) or None, "language": language, "text": text}
                    for (kind, level, language), text in one.wordings.items()
                ]
            }
    return answer
