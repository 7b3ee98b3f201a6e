"""Levels, rows and trees of frameworks in the reader's language, for pages that may already read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from competencies import grades
from competencies.choices import AssociationKind, WordingKind
from competencies.models import Association, Competency, Framework, Level
from competencies.plain import plain, shortened
from competencies.texts import NO_TEXT, Text, choose, said, wordings_of
from competencies.wording import LevelWords

WHOLE_TREE = 160
"""Up to this many competencies the whole tree is on the page; above, branches open one by one."""

DEEPEST_WHOLE = 6
PARTS = 100
"""Parts of one branch shown at once."""

EXCERPT = 220
READ_FOR_EXCERPT = 4_000


@dataclass(frozen=True, slots=True)
class FrameworkCard:
    """A framework in a list."""

    public_id: UUID
    title: Text
    description: Text
    creator: str
    publisher: str
    grades: tuple[str, ...]
    count: int
    is_published: bool
    is_in_use: bool
    version: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level of the scale in words: `mark` is the shape it is drawn with."""

    value: Decimal
    name: str
    meaning: str
    mark: str
    is_target: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One competency or branch in a list or tree.

    `expects` is what a learner at the target says, in the page's language, else an excerpt of the statement where
    the name is not the statement itself. `parts` counts what hangs under it; `branches` are those, where they are
    shown at once. `inside` names the branch it is in, in lists.
    """

    public_id: UUID
    code: str
    name: Text
    expects: Text
    kind: str
    grades: tuple[str, ...]
    parts: int
    is_assessable: bool
    also_here: bool = False
    inside: Text = NO_TEXT
    framework: Text = NO_TEXT
    branches: tuple[Row, ...] = ()


def level_lines(framework: Framework, *, language: str) -> tuple[LevelLine, ...]:
    """The levels of a framework's scale in words, lowest first. One query."""
    levels = list(Level.objects.filter(scale_id=framework.scale_id).order_by("value"))
    marks = LevelWords({}, framework.target)
    return tuple(
        LevelLine(
            value=level.value,
            name=choose(level.names, language=language, own=framework.language).text or f"{level.value.normalize():f}",
            meaning=choose(level.meanings, language=language, own=framework.language).text,
            mark=marks.mark(level.value),
            is_target=level.value == framework.target,
        )
        for level in levels
    )


def card_of(framework: Framework, *, language: str, count: int = 0, found: tuple[str, ...] = ()) -> FrameworkCard:
    """A framework for a list, with what was counted elsewhere. No query."""
    titles = {framework.language: framework.title}
    abouts = {framework.language: framework.description}
    for other, texts in framework.translations.items():
        titles[other] = texts.get("title", "")
        abouts[other] = texts.get("description", "")
    return FrameworkCard(
        public_id=framework.public_id,
        title=choose(titles, language=language, own=framework.language),
        description=choose(abouts, language=language, own=framework.language),
        creator=framework.creator,
        publisher=framework.publisher if framework.publisher != framework.creator else "",
        grades=found,
        count=count,
        is_published=framework.is_published,
        is_in_use=framework.is_in_use,
        version=framework.version,
        changed_at=framework.source_changed_at or framework.imported_at or framework.created_at,
    )


def grades_in(framework_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The grades that occur in each framework, youngest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.framework_id, g FROM competencies_competency AS c, unnest(c.grades) AS g"
            " WHERE c.framework_id = ANY(%s) AND c.retired_at IS NULL",
            [list(framework_ids)],
        )
        found: dict[int, list[str]] = {}
        for framework_id, grade in cursor.fetchall():
            found.setdefault(framework_id, []).append(grade)
    return {key: tuple(sorted(codes, key=grades.order)) for key, codes in found.items()}


# ------------------------------------------------------------------ the tree


def listed(rows: QuerySet[Competency]) -> QuerySet[Competency]:
    """Only what a list shows, without the long texts nobody reads there, and how much hangs under each."""
    under = (
        Competency.objects.filter(parent=OuterRef("pk"), retired_at__isnull=True)
        .order_by()
        .values("parent")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return rows.annotate(
        parts=Coalesce(under, 0),
        excerpt=Func(F("statement"), Value(READ_FOR_EXCERPT), function="left", output_field=TextField()),
    ).defer("statement", "notes", "details", "concepts", "subjects")


def tree_of(
    framework: Framework, current: QuerySet[Competency], total: int, *, language: str, start: int = 0
) -> tuple[tuple[Row, ...], bool, int]:
    """The whole tree of a small framework, else its top from `start`; whether it is whole; where to go on.

    Two queries (one more for a tree that turns out too deep).
    """
    if total <= WHOLE_TREE:
        found = list(listed(current).order_by("position", "pk"))
        rows = rows_of(found, framework, language=language)
        whole = _nested(found, rows)
        if whole is not None:
            return whole, True, 0
    top = current.filter(Q(parent__isnull=True) | Q(parent__retired_at__isnull=False))
    found = list(listed(top).order_by("position", "pk")[start : start + PARTS + 1])
    rows = rows_of(found[:PARTS], framework, language=language)
    return tuple(rows[one.pk] for one in found[:PARTS]), False, start + PARTS if len(found) > PARTS else 0


def _nested(found: list[Competency], rows: Mapping[int, Row]) -> tuple[Row, ...] | None:
    """The rows put under each other; None when that would be too deep for a page."""
    children: dict[int | None, list[Competency]] = {}
    here = {one.pk for one in found}
    for one in found:
        children.setdefault(one.parent_id if one.parent_id in here else None, []).append(one)

    def build(parent: int | None, depth: int) -> tuple[Row, ...] | None:
        if depth > DEEPEST_WHOLE:
            return None
        built = []
        for one in children.get(parent, ()):
            under = build(one.pk, depth + 1) if one.pk in children else ()
            if under is None:
                return None
            built.append(replace(rows[one.pk], branches=under))
        return tuple(built)

    return build(None, 1)


def parts_of(competency: Competency, *, language: str, start: int = 0) -> tuple[tuple[Row, ...], int]:
    """What hangs under a branch (also by a second parent) from `start`, and where to go on (0: that is all).

    Two queries.
    """
    second = Association.objects.filter(
        kind=AssociationKind.CHILD_OF,
        origin=OuterRef("pk"),
        destination=competency,
        retired_at__isnull=True,
        is_broken_cycle=False,
    )
    found = list(
        listed(
            Competency.objects.filter(
                Q(parent=competency) | Exists(second), framework_id=competency.framework_id, retired_at__isnull=True
            )
        ).order_by("position", "pk")[start : start + PARTS + 1]
    )
    rows = rows_of(found[:PARTS], competency.framework, language=language)
    shown = tuple(
        rows[one.pk] if one.parent_id == competency.pk else replace(rows[one.pk], also_here=True)
        for one in found[:PARTS]
    )
    return shown, start + PARTS if len(found) > PARTS else 0


def rows_of(
    found: Iterable[Any],
    framework: Framework | None = None,
    *,
    language: str,
    with_place: bool = False,
) -> dict[int, Row]:
    """Rows by database id, each in the page's language. One query (two with `with_place`: names of the branches)."""
    rows = list(found)
    ids = {one.pk for one in rows}
    if with_place:
        ids |= {one.parent_id for one in rows if one.parent_id}
    wordings = wordings_of(ids, (WordingKind.NAME, WordingKind.STUDENT))
    answer: dict[int, Row] = {}
    for one in rows:
        home = framework or one.framework
        words = wordings.get(one.pk, {})
        name = name_in(one, words, home, language)
        answer[one.pk] = Row(
            public_id=one.public_id,
            code=one.code,
            name=name,
            expects=_expects(one, words, home, name, language),
            kind=one.kind,
            grades=tuple(one.grades),
            parts=getattr(one, "parts", 0),
            is_assessable=one.is_assessable,
            inside=(
                name_in(one.parent, wordings.get(one.parent_id, {}), home, language)
                if with_place and one.parent_id
                else NO_TEXT
            ),
            framework=card_of(home, language=language).title if with_place else NO_TEXT,
        )
    return answer


def name_in(one: Any, words: Mapping[Any, Mapping[str, str]], framework: Framework, language: str) -> Text:
    """The short name in the page's language, else as the source has it."""
    translated = words.get((WordingKind.NAME, None), {})
    own = one.language or framework.language
    return choose({own: one.name, **translated}, language=language, own=own)


def _expects(one: Any, words: Mapping[Any, Mapping[str, str]], framework: Framework, name: Text, language: str) -> Text:
    at_target = words.get((WordingKind.STUDENT, framework.target))
    if at_target:
        return choose(at_target, language=language, own=framework.language)
    line = plain(one.excerpt)
    if line.rstrip(".… ") == name.text.rstrip(".… ") or not one.is_assessable:
        return NO_TEXT
    return said(shortened(line, EXCERPT), written_in=one.language or framework.language, language=language)
