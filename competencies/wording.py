"""Names of competencies and words of levels in the reader's language, for many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from competencies.choices import WordingKind
from competencies.models import Competency, Level, Wording


@dataclass(frozen=True, slots=True)
class LevelWords:
    """The words of one scale in one language, lowest level first."""

    words: Mapping[Decimal, str]
    target: Decimal

    def word(self, value: Decimal | None) -> str:
        """The level's word; a half step is said as being between two levels; None is "seen"."""
        if value is None:
            return _("seen, no level")
        if value in self.words:
            return self.words[value]
        below = [v for v in self.words if v < value]
        above = [v for v in self.words if v > value]
        if below and above:
            return _("between %(low)s and %(high)s") % {
                "low": self.words[max(below)],
                "high": self.words[min(above)],
            }
        return self.words[max(below)] if below else next(iter(self.words.values()), "")

    def mark(self, value: Decimal | None) -> str:
        """The shape a single piece is drawn with: open without a level, then building, shown, deeper by the target."""
        if value is None:
            return "open"
        if value < self.target:
            return "building"
        return "deeper" if value > self.target else "shown"


@dataclass(frozen=True, slots=True)
class Known:
    """A competency with its words: the name and the branch's in the reader's language, the words of its scale."""

    pk: int
    public_id: UUID
    name: str
    parent_id: int | None
    parent: str
    levels: LevelWords


def known(competency_ids: Collection[int], *, language: str) -> dict[int, Known]:
    """What a page says about these competencies, in the framework's order. One query."""

    def said(pk: str) -> Subquery:
        return Subquery(
            Wording.objects.filter(
                competency=OuterRef(pk), kind=WordingKind.NAME, level__isnull=True, language=language
            ).values("text")[:1]
        )

    levels = Level.objects.filter(scale=OuterRef("framework__scale")).order_by("value")
    rows = (
        Competency.objects.filter(pk__in=competency_ids)
        .order_by("framework_id", "parent__position", "parent_id", "position", "pk")
        .annotate(
            said=said("pk"),
            parent_said=said("parent_id"),
            words=ArraySubquery(levels.values(row=JSONObject(value="value", names="names"))),
        )
        .values_list(
            "pk", "public_id", "name", "said", "parent_id", "parent__name", "parent_said", "framework__target", "words"
        )
    )
    return {
        pk: Known(
            pk=pk,
            public_id=public_id,
            name=own or name,
            parent_id=parent_id,
            parent=parent_own or parent or "",
            levels=LevelWords({Decimal(str(w["value"])): _word(w, language) for w in found}, target),
        )
        for pk, public_id, name, own, parent_id, parent, parent_own, target, found in rows
    }


def _word(level: Mapping[str, Any], language: str) -> str:
    names: dict[str, str] = level["names"]
    return names.get(language) or names.get("en") or f"{Decimal(str(level['value'])).normalize():f}"


def names(competency_ids: Collection[int], *, language: str) -> dict[int, str]:
    """The short name of each competency in the language, else in its own. Two queries."""
    found = dict(Competency.objects.filter(pk__in=competency_ids).values_list("pk", "name"))
    found.update(
        Wording.objects.filter(
            competency_id__in=competency_ids, kind=WordingKind.NAME, level__isnull=True, language=language
        ).values_list("competency_id", "text")
    )
    return found


def level_words(competency_ids: Collection[int], *, language: str) -> dict[int, LevelWords]:
    """The words of each competency's scale. Two queries."""
    rows = Competency.objects.filter(pk__in=competency_ids).values_list(
        "pk", "framework__scale_id", "framework__target"
    )
    scales: dict[int, dict[Decimal, str]] = {}
    for scale, value, texts in (
        Level.objects.filter(scale_id__in={scale for _pk, scale, _t in rows})
        .order_by("value")
        .values_list("scale_id", "value", "names")
    ):
        scales.setdefault(scale, {})[value] = texts.get(language) or texts.get("en") or f"{value.normalize():f}"
    return {pk: LevelWords(scales.get(scale, {}), target) for pk, scale, target in rows}


def sentences(
    competency_ids: Collection[int], kind: WordingKind, *, language: str
) -> dict[tuple[int, Decimal | None], str]:
    """Sentences of one audience by (competency, level or None), in the language, else in English. One query."""
    found: dict[tuple[int, Decimal | None], str] = {}
    for pk, level, lang, text in Wording.objects.filter(
        competency_id__in=competency_ids, kind=kind, language__in=[language, "en"]
    ).values_list("competency_id", "level", "language", "text"):
        if lang == language or (pk, level) not in found:
            found[pk, level] = text
    return found
