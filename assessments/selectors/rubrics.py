"""What is expected: a competency with the levels of its scale, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject, NullIf

from accounts.permissions import Viewer
from competencies.choices import WordingKind
from competencies.models import Competency, Level, Wording
from competencies.wording import LevelWords

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class RubricLevel:
    """One level of the scale: its value, its word, what it means, and what it looks like for this competency."""

    value: Decimal
    word: str
    meaning: str
    can_do: str = ""
    mark: str = "building"

    @property
    def text(self) -> str:
        """The value as a form sends it: 3, 2.5."""
        return f"{self.value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Rubric:
    """A competency as it is looked at: names in the reader's language, levels lowest first, the target."""

    competency_id: int
    public_id: UUID
    framework_id: int
    framework: str
    name: str
    statement: str
    strand: str
    target: Decimal
    levels: tuple[RubricLevel, ...]

    @property
    def words(self) -> LevelWords:
        """The words of the scale."""
        return LevelWords({level.value: level.word for level in self.levels}, self.target)

    def allows(self, value: Decimal) -> bool:
        """True for a value between the lowest and the highest level, in half steps."""
        if not self.levels or not value.is_finite():
            return False
        # the range first: the remainder of a huge number is an error of its own
        return self.levels[0].value <= value <= self.levels[-1].value and not value % HALF


def _spoken(kind: WordingKind, language: str, otherwise: str) -> Coalesce:
    """The competency's wording of this kind in the language, else its own text."""
    text = Wording.objects.filter(competency=OuterRef("pk"), kind=kind, level__isnull=True, language=language)
    return Coalesce(Subquery(text.values("text")[:1]), F(otherwise), output_field=TextField())


def _strand(language: str) -> Coalesce:
    """The name of the branch a competency stands in, in the language, else its own; empty at the top level."""
    text = Wording.objects.filter(
        competency=OuterRef("parent"), kind=WordingKind.NAME, level__isnull=True, language=language
    )
    return Coalesce(Subquery(text.values("text")[:1]), F("parent__name"), Value(""), output_field=TextField())


def _in_language(field: str, language: str) -> Coalesce:
    """The text of a {language: text} column in the language, else in English, else empty."""
    spoken = NullIf(KT(f"{field}__{language}"), Value(""))
    return Coalesce(spoken, KT(f"{field}__en"), Value(""), output_field=TextField())


def with_rubric(
    *, viewer: Viewer, competencies: QuerySet[Competency], language: str, audience: WordingKind | None = None
) -> QuerySet[Competency]:
    """Annotate competencies so that `rubric_of` needs no further query; `audience` adds what each level looks like."""
    levels = (
        Level.objects.filter(scale=OuterRef("framework__scale"))
        .order_by("value")
        .values(
            row=JSONObject(
                value=Cast("value", CharField()),
                word=_in_language("names", language),
                meaning=_in_language("meanings", language),
            )
        )
    )
    found = competencies.annotate(
        spoken_name=_spoken(WordingKind.NAME, language, "name"),
        spoken_statement=_spoken(WordingKind.STATEMENT, language, "statement"),
        strand_name=_strand(language),
        framework_title=F("framework__title"),
        target=F("framework__target"),
        level_rows=ArraySubquery(levels),
    )
    if audience is not None:
        looks = (
            Wording.objects.filter(
                competency=OuterRef("pk"), kind=audience, level__isnull=False, language__in={language, "en"}
            )
            .order_by("level")
            .values(row=JSONObject(level=Cast("level", CharField()), language="language", text="text"))
        )
        found = found.annotate(look_rows=ArraySubquery(looks))
    return found


def rubric_of(row: Competency, *, language: str) -> Rubric:
    """The rubric of a competency that came through `with_rubric`."""
    annotated = row.__dict__
    target: Decimal = annotated["target"]
    looks: dict[Decimal, str] = {}
    for look in annotated.get("look_rows", ()):
        value = Decimal(look["level"])
        if look["language"] == language or value not in looks:
            looks[value] = look["text"]
    words = LevelWords({Decimal(level["value"]): level["word"] for level in annotated["level_rows"]}, target)
    levels = tuple(
        RubricLevel(
            value=value,
            word=level["word"] or f"{value.normalize():f}",
            meaning=level["meaning"],
            can_do=looks.get(value, ""),
            mark=words.mark(value),
        )
        for level in annotated["level_rows"]
        for value in [Decimal(level["value"])]
    )
    return Rubric(
        competency_id=row.pk,
        public_id=row.public_id,
        framework_id=row.framework_id,
        framework=annotated["framework_title"],
        name=annotated["spoken_name"],
        statement=annotated["spoken_statement"],
        strand=annotated["strand_name"],
        target=target,
        levels=levels,
    )


def recordable(*, viewer: Viewer) -> QuerySet[Competency]:
    """Competencies evidence can be recorded on: current, not mere branches, of a framework in use."""
    return Competency.objects.filter(
        retired_at__isnull=True, is_assessable=True, framework__retired_at__isnull=True, framework__is_in_use=True
    )


def rubric(*, viewer: Viewer, competency: UUID, language: str, audience: WordingKind | None = None) -> Rubric | None:
    """One competency that can be recorded on, with its levels; None when there is none. One query."""
    row = with_rubric(
        viewer=viewer,
        competencies=recordable(viewer=viewer).filter(public_id=competency),
        language=language,
        audience=audience,
    ).first()
    return None if row is None else rubric_of(row, language=language)


@dataclass(frozen=True, slots=True)
class Choice:
    """A competency to choose from a list."""

    public_id: UUID
    name: str
    strand: str
    framework: str


def choices(
    *, viewer: Viewer, language: str, query: str = "", first: Collection[int] = (), limit: int = 400
) -> list[Choice]:
    """Competencies to record on, in framework order; those of `first` (ids) come whatever the query says.

    `query` looks for every word in name, code and statement, in the reader's language and the framework's own.
    """
    rows = recordable(viewer=viewer).annotate(
        spoken_name=_spoken(WordingKind.NAME, language, "name"),
        spoken_statement=_spoken(WordingKind.STATEMENT, language, "statement"),
        framework_title=F("framework__title"),
        strand_name=_strand(language),
    )
    if query.strip():
        wanted = Q()
        for word in query.split()[:6]:
            wanted &= (
                Q(spoken_name__icontains=word)
                | Q(name__icontains=word)
                | Q(code__icontains=word)
                | Q(spoken_statement__icontains=word)
            )
        rows = rows.filter(wanted | Q(pk__in=list(first)))
    return [
        Choice(public_id, name, strand, framework)
        for public_id, name, strand, framework in rows.order_by("framework_id", "position", "pk").values_list(
            "public_id", "spoken_name", "strand_name", "framework_title"
        )[:limit]
    ]
