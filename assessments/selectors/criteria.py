"""The criteria of an instrument with the levels of their scales, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.permissions import Viewer
from assessments.models import CriterionLevel, InstrumentVersion
from competencies import wording as words
from competencies.wording import LevelWords


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """One level one can choose: as a form sends it, its word, and what work looks like there."""

    value: Decimal
    text: str
    word: str
    looks: str
    mark: str


@dataclass(frozen=True, slots=True)
class LevelSaid:
    """A level somebody gave: value, shape and word."""

    value: Decimal
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One line of a rubric."""

    pk: int
    public_id: UUID
    name: str
    look_for: str
    competency_id: int
    competency: str
    scale: LevelWords
    levels: tuple[LevelChoice, ...]

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return f"level-{self.public_id}"

    @property
    def half(self) -> str:
        """The name of the field for half a step more."""
        return f"half-{self.public_id}"


def criteria_of(*, viewer: Viewer, version: InstrumentVersion, language: str) -> list[CriterionLine]:
    """The lines of a rubric in order, each with the levels of its competency's scale, lowest first. Five queries."""
    rows = list(version.criteria.order_by("position", "pk"))
    texts: dict[int, dict[Decimal, str]] = defaultdict(dict)
    for criterion, value, text in CriterionLevel.objects.filter(criterion__in=rows).values_list(
        "criterion_id", "value", "text"
    ):
        texts[criterion][value] = text
    ids = {row.competency_id for row in rows}
    names = words.names(ids, language=language)
    scales = words.level_words(ids, language=language)
    return [
        CriterionLine(
            pk=row.pk,
            public_id=row.public_id,
            name=row.name,
            look_for=row.look_for,
            competency_id=row.competency_id,
            competency=names[row.competency_id],
            scale=scale,
            levels=tuple(
                LevelChoice(value, plain(value), word, texts[row.pk].get(value, ""), scale.mark(value))
                for value, word in scale.words.items()
            ),
        )
        for row in rows
        for scale in [scales[row.competency_id]]
    ]


def plain(value: Decimal) -> str:
    """A level as a form sends it: 3, 2.5."""
    return f"{value.normalize():f}"


def said(line: CriterionLine, value: Decimal) -> LevelSaid:
    """A value on the scale of this line, with its shape and word."""
    return LevelSaid(value, line.scale.mark(value), line.scale.word(value))
