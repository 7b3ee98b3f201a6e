"""Pathways as everyone reads them: what is open now, one of them, and every version of it.

What is read here is what was published; drafts are in `pathway_design`. Nothing here knows a student: what anyone may
open does not depend on what they have shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import PartnerMember
from accounts.permissions import Viewer
from accounts.svg.river import Bank, river
from competencies.choices import DesignerVoice, PathwayState, WordingKind
from competencies.models import Competency, Level, Pathway, PathwayComment, PathwayVersion
from competencies.pathway_access import HOME_VOICES
from competencies.pathway_content import Telling, tell
from competencies.texts import Text, choose, wordings_of
from competencies.words import SearchWords, beginning, words_in

SHOWN = 24
SEARCHED = ("title", "promise", "about", "interests", "after_school", "translations", "partner")


@dataclass(frozen=True, slots=True)
class PathwayCard:
    """A pathway in the public list."""

    public_id: UUID
    telling: Telling


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose pathways by: its value in the address, its word in the reader's language."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class PathwayList:
    """One page of open pathways, and what they can be chosen by. `total` counts all that are open."""

    cards: tuple[PathwayCard, ...]
    page: Page[PathwayVersion]
    total: int
    interests: tuple[Choice, ...]
    languages: tuple[str, ...]
    schools: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One competency of a pathway, with what the level hoped for and the one beyond it mean in a learner's words."""

    public_id: str
    code: str
    name: Text
    framework: Text
    experience: Text
    shown: Text
    shown_word: str
    deeper: Text
    deeper_word: str
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What somebody asked for while it was made, and what changed. `who` is an organisation or a voice, no person."""

    who: str
    at: datetime
    text: Text
    became: Text


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One publication."""

    number: int
    published_at: datetime
    is_newest: bool


@dataclass(frozen=True, slots=True)
class PathwayPage:
    """Everything on a pathway's public page. `closed_at`: nobody joins any more."""

    public_id: UUID
    number: int
    newest: int
    published_at: datetime
    closed_at: datetime | None
    telling: Telling
    river: str
    expected: tuple[Expected, ...]
    made: tuple[Made, ...]


def _open(viewer: Viewer) -> QuerySet[PathwayVersion]:
    """The newest version of every pathway that can be joined; anyone may read it."""
    return PathwayVersion.objects.filter(
        pathway__state=PathwayState.PUBLISHED, number=F("pathway__published_number"), pathway__closed_at__isnull=True
    )


def open_pathways(
    *,
    viewer: Viewer,
    language: str,
    words: str = "",
    interest: str = "",
    spoken: str = "",
    school: str = "",
    page: int = 1,
) -> PathwayList:
    """The pathways that are open, by title, as far as they match. Three queries, however many there are.

    `interest` as it was written, `spoken` a language code, `school` a public id; a pathway that names no school is
    open at every one.
    """
    rows = _open(viewer)
    facets = list(
        rows.values_list("content__interests", "content__languages", "content__schools", "content__translations")
    )
    found = rows.select_related("pathway")
    if interest:
        found = found.filter(content__interests__contains=[interest[:60]])
    if spoken:
        found = found.filter(content__languages__contains=[spoken[:35]])
    if school:
        found = found.filter(content__schools__contains=[{"public_id": school[:36]}]) | found.filter(
            content__schools=[]
        )
    asked = words_in(words[:100])[:6]
    if words.strip() and not asked:
        found = found.none()
    if asked:
        texts = [Coalesce(KeyTextTransform(name, "content"), Value(""), output_field=TextField()) for name in SEARCHED]
        found = found.alias(held=SearchWords(*texts))
        for word in asked:
            found = found.filter(held=SearchQuery(beginning(word), config="simple", search_type="raw"))
    shown = Paginator(found.order_by("content__title", "pk"), SHOWN).get_page(max(page, 1))
    return PathwayList(
        cards=tuple(
            PathwayCard(row.pathway.public_id, tell(row.content, language=language)) for row in shown.object_list
        ),
        page=shown,
        total=len(facets),
        interests=_interests(facets, language),
        languages=tuple(sorted({code for facet in facets for code in facet[1] or ()})),
        schools=tuple(
            sorted(
                {Choice(row["public_id"], row["name"]) for facet in facets for row in facet[2] or ()},
                key=lambda choice: choice.word,
            )
        ),
    )


def _interests(facets: Iterable[tuple[Any, ...]], language: str) -> tuple[Choice, ...]:
    found: dict[str, str] = {}
    for interests, _languages, _schools, translations in facets:
        told = (translations or {}).get(language, {}).get("interests", ())
        for place, word in enumerate(interests or ()):
            in_language = told[place] if len(told) == len(interests) else word
            if found.get(word, word) == word:
                found[word] = in_language
    return tuple(sorted((Choice(value, word) for value, word in found.items()), key=lambda one: one.word.casefold()))


def pathway_page(*, viewer: Viewer, public_id: UUID, language: str, number: int | None = None) -> PathwayPage | None:
    """One published pathway, closed ones too, or one version of it; None where there is none. Five queries."""
    rows = PathwayVersion.objects.filter(pathway__public_id=public_id).select_related("pathway")
    row = rows.filter(number=number).first() if number is not None else rows.order_by("-number").first()
    if row is None:
        return None
    telling = tell(row.content, language=language)
    return PathwayPage(
        public_id=public_id,
        number=row.number,
        newest=row.pathway.published_number,
        published_at=row.published_at,
        closed_at=row.pathway.closed_at,
        telling=telling,
        river=river_of(telling),
        expected=_expected(telling, language),
        made=_made(row.pathway, language),
    )


def pathway_versions(*, viewer: Viewer, public_id: UUID) -> list[VersionLine]:
    """Every publication, newest first; anyone may read them. One query; empty for what was never published."""
    rows = PathwayVersion.objects.filter(pathway__public_id=public_id).order_by("-number")
    return [
        VersionLine(number, at, is_newest=place == 0)
        for place, (number, at) in enumerate(rows.values_list("number", "published_at"))
    ]


def river_of(telling: Telling) -> str:
    """The picture of a pathway's ways, with the words of its list. No query."""
    if not telling.experiences:
        return ""
    return river(
        "river",
        title=_("Ways into, through and out of %(pathway)s") % {"pathway": telling.title.text},
        desc=_("Each way in flows into one river. It passes its experiences and parts into the ways on. "
               "A side arm shows that a student may leave at any point. The list below says the same."),
        ways_in=[Bank(way.title.text, way.about.text, way.at) for way in telling.ways_in],
        places=[Bank(one.title.text, str(one.kind_word)) for one in telling.experiences],
        ways_on=[Bank(way.title.text, way.about.text, way.at) for way in telling.ways_on],
        leave=_("leave at any point and keep everything"),
    )  # fmt: skip


def _expected(telling: Telling, language: str) -> tuple[Expected, ...]:
    """The competencies in the order of the pathway, in the framework's words of today. Three queries."""
    ids = [row["public_id"] for row in telling.competencies]
    known = {
        str(one.public_id): one
        for one in Competency.objects.filter(public_id__in=ids).select_related("framework").defer("notes", "details")
    }
    wordings = wordings_of({one.pk for one in known.values()}, (WordingKind.NAME, WordingKind.STUDENT))
    levels: dict[int, list[Level]] = {}
    for level in Level.objects.filter(scale__in={one.framework.scale_id for one in known.values()}).order_by("value"):
        levels.setdefault(level.scale_id, []).append(level)
    places = {one.public_id: one.title for one in telling.experiences}
    nothing = Text("", "")
    found = []
    for row in telling.competencies:
        one = known.get(row["public_id"])
        name = Text(row["name"], row["language"], row["language"].split("-")[0] != language)
        framework = Text(row["framework"], row["language"])
        shown, deeper = (nothing, ""), (nothing, "")
        if one is not None:
            words = wordings.get(one.pk, {})
            own = one.language or one.framework.language
            name = choose({own: one.name, **words.get((WordingKind.NAME, None), {})}, language=language, own=own)
            titles = {one.framework.language: one.framework.title}
            titles |= {code: told.get("title", "") for code, told in one.framework.translations.items()}
            framework = choose(titles, language=language, own=one.framework.language)
            scale = levels.get(one.framework.scale_id, [])
            shown = _means(next((x for x in scale if x.value == one.framework.target), None), words, own, language)
            deeper = _means(next((x for x in scale if x.value > one.framework.target), None), words, own, language)
        found.append(
            Expected(
                public_id=row["public_id"],
                code=row["code"],
                name=name,
                framework=framework,
                experience=places.get(row.get("experience") or "", nothing),
                shown=shown[0],
                shown_word=shown[1],
                deeper=deeper[0],
                deeper_word=deeper[1],
                is_readable=one is not None and one.framework.is_published,
            )
        )
    return tuple(found)


def _means(level: Level | None, words: Mapping[Any, Mapping[str, str]], own: str, language: str) -> tuple[Text, str]:
    """What a level means for one competency, else what it means for all; and the level's word."""
    if level is None:
        return Text("", ""), ""
    said = choose(words.get((WordingKind.STUDENT, level.value), {}), language=language, own=own)
    meaning = said or choose(level.meanings, language=language, own=own)
    return meaning, choose(level.names, language=language, own=own).text


def _made(pathway: Pathway, language: str) -> tuple[Made, ...]:
    """What was asked for in public, oldest first. One query."""
    home = PartnerMember.objects.filter(person=OuterRef("author")).order_by("-starts_on")
    rows = PathwayComment.objects.filter(pathway=pathway, is_public=True, withdrawn_at__isnull=True)
    return tuple(
        Made(
            who=_who(row.voice, row.organisation),
            at=row.created_at,
            text=Text(row.text, row.language, row.language.split("-")[0] != language),
            became=Text(row.became, row.language, row.language.split("-")[0] != language),
        )
        for row in rows.annotate(organisation=Subquery(home.values("partner__name")[:1])).order_by("created_at", "pk")
    )


def _who(voice: str, organisation: str | None) -> str:
    if voice not in HOME_VOICES and voice != DesignerVoice.EDUCATOR and organisation:
        return organisation
    return {
        DesignerVoice.EDUCATOR: _("An educator"),
        DesignerVoice.EMPLOYER: _("An employer"),
        DesignerVoice.COMMUNITY: _("Somebody of the community"),
        DesignerVoice.STUDENT: _("A student"),
        DesignerVoice.FAMILY: _("A family"),
    }[DesignerVoice(voice)]
