"""The public frameworks: which there are, what hangs in them, and finding something by its words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from accounts.permissions import Permission, Viewer, can
from competencies import grades
from competencies.choices import AssociationKind, WordingKind
from competencies.models import Association, Competency, Framework, Level, Wording
from competencies.plain import plain, shortened
from competencies.selectors.texts import NO_TEXT, Text, choose, said, wordings_of
from competencies.wording import LevelWords

WHOLE_TREE = 160
"""Up to this many competencies the whole tree is on the page; above, branches open one by one."""

DEEPEST_WHOLE = 6
PARTS = 100
"""Parts of one branch shown at once."""

RESULTS = 25
SEARCH_LENGTH = 100
SEARCH_WORDS = 6
EXCERPT = 220

_ACCENTED = "áàâäãåāéèêëēíìîïīóòôöõøōúùûüūñçýÿ"
_PLAIN = "aaaaaaaeeeeeiiiiiooooooouuuuuncyy"


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


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found: `page` counts and leafs, `rows` are shown."""

    page: Page[Competency]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    """Everything on a framework's page. `is_whole` says that `tree` holds all of it."""

    card: FrameworkCard
    language: str
    adoption_status: str
    source_uri: str
    official_url: str
    source_version: str
    subjects: tuple[str, ...]
    license_text: str
    license_title: str
    notes: str
    levels: tuple[LevelLine, ...]
    competency_count: int
    grades: tuple[str, ...]
    tree: tuple[Row, ...]
    is_whole: bool
    more: int

    @property
    def jumps(self) -> tuple[Row, ...]:
        """The open branches of a long page, to jump to."""
        branches = tuple(row for row in self.tree if row.branches)
        return branches if len(branches) > 2 else ()


def visible_frameworks(*, viewer: Viewer) -> QuerySet[Framework]:
    """Published ones for everyone; all of them for those who bring frameworks in."""
    frameworks = Framework.objects.filter(retired_at__isnull=True)
    if can(viewer, Permission.IMPORT_FRAMEWORK).allowed:
        return frameworks
    return frameworks.filter(is_published=True)


def framework_cards(*, viewer: Viewer, language: str) -> list[FrameworkCard]:
    """Every framework this viewer may read: those in use first, then by title. Two queries."""
    rows = list(
        visible_frameworks(viewer=viewer)
        .annotate(
            current=Count("competencies", filter=Q(competencies__retired_at__isnull=True)),
        )
        .order_by("-is_in_use", "title", "pk")
    )
    seen = _grades_of([row.pk for row in rows])
    return [_card(row, row.current, seen.get(row.pk, ()), language) for row in rows]


def framework_page(*, viewer: Viewer, public_id: UUID, language: str, start: int = 0) -> FrameworkPage | None:
    """A framework with its tree (or the top of it, from `start`), or None. Six queries, whatever its size."""
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    current = Competency.objects.filter(framework=framework, retired_at__isnull=True)
    totals = current.aggregate(all=Count("pk"), assessable=Count("pk", filter=Q(is_assessable=True)))
    found_grades = _grades_of([framework.pk]).get(framework.pk, ())
    levels = level_lines(framework, language=language)
    tree, is_whole, more = _tree(framework, current, totals["all"], language, start)
    details = framework.details
    return FrameworkPage(
        card=_card(framework, totals["all"], found_grades, language),
        language=framework.language,
        adoption_status=framework.adoption_status,
        source_uri=framework.source_uri,
        official_url=details.get("official_source_url", ""),
        source_version=str(details.get("version", "")),
        subjects=tuple(details.get("subjects", ())),
        license_text=framework.license_text,
        license_title=(details.get("license") or {}).get("title", ""),
        notes=details.get("notes", ""),
        levels=levels,
        competency_count=totals["assessable"],
        grades=found_grades,
        tree=tree,
        is_whole=is_whole,
        more=more,
    )


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


def _card(framework: Framework, count: int, found: tuple[str, ...], language: str) -> FrameworkCard:
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


def _grades_of(framework_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
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


def _listed(rows: QuerySet[Competency]) -> QuerySet[Competency]:
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
        excerpt=Func(F("statement"), Value(4_000), function="left", output_field=TextField()),
    ).defer("statement", "notes", "details", "concepts", "subjects")


def _tree(
    framework: Framework, current: QuerySet[Competency], total: int, language: str, start: int
) -> tuple[tuple[Row, ...], bool, int]:
    if total <= WHOLE_TREE:
        found = list(_listed(current).order_by("position", "pk"))
        rows = rows_of(found, framework, language=language)
        whole = _nested(found, rows)
        if whole is not None:
            return whole, True, 0
    top = current.filter(Q(parent__isnull=True) | Q(parent__retired_at__isnull=False))
    found = list(_listed(top).order_by("position", "pk")[start : start + PARTS + 1])
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
        _listed(
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
            framework=_card(home, 0, (), language).title if with_place else NO_TEXT,
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


# ------------------------------------------------------------------ finding


class Folded(Func):
    """A text without capitals and accents, so that "numero" finds "Número"."""

    function = "translate"
    template = f"translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}')"
    output_field = TextField()


def folded(text: str) -> str:
    """The same in Python."""
    return text.lower().translate(str.maketrans(_ACCENTED, _PLAIN))


def find_competencies(
    *,
    viewer: Viewer,
    text: str,
    language: str,
    framework_id: UUID | None = None,
    grade: str = "",
    page: int = 1,
) -> Results:
    """Current competencies whose code, name, statement or wordings hold every word of `text`, and `grade`.

    Exact codes first, then names, then the order of the frameworks. A page that does not exist is the nearest that
    does. Three queries, whatever is found.
    """
    rows = Competency.objects.filter(
        framework__in=visible_frameworks(viewer=viewer), retired_at__isnull=True
    ).select_related("framework", "parent")
    if framework_id is not None:
        rows = rows.filter(framework__public_id=framework_id)
    if grade:
        rows = rows.filter(grades__contains=[grade[: grades.MAX_LENGTH]])
    words = folded(text.replace("\x00", "")[:SEARCH_LENGTH]).split()[:SEARCH_WORDS]
    if words:
        rows = rows.alias(f_name=Folded(F("name")), f_code=Folded(F("code")), f_statement=Folded(F("statement")))
    for word in words:
        spoken = Wording.objects.alias(f_text=Folded(F("text"))).filter(
            competency=OuterRef("pk"), f_text__contains=word
        )
        rows = rows.filter(
            Q(f_name__contains=word) | Q(f_code__contains=word) | Q(f_statement__contains=word) | Exists(spoken)
        )
    if words:
        whole = " ".join(words)
        rows = rows.alias(is_code=Q(f_code=whole), is_name=Q(f_name__contains=whole)).order_by(
            F("is_code").desc(), F("is_name").desc(), "framework__title", "framework_id", "position", "pk"
        )
    else:
        rows = rows.order_by("framework__title", "framework_id", "position", "pk")
    found = Paginator(_found(rows), RESULTS).get_page(max(page, 1))
    shown = rows_of(found.object_list, language=language, with_place=True)
    return Results(found, tuple(shown[one.pk] for one in found.object_list))


def _found(rows: QuerySet[Competency]) -> QuerySet[Competency]:
    return rows.annotate(excerpt=Func(F("statement"), Value(4_000), function="left", output_field=TextField())).defer(
        "statement", "notes", "details", "parent__statement", "parent__notes", "parent__details"
    )
