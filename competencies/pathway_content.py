"""What a pathway says, as one document: made from its rows, kept at each publication, read in any language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max

from competencies.choices import ExperienceKind, WayKind
from competencies.models import Level, Pathway, PathwayCompetency, PathwayExperience, PathwayVersion, PathwayWay
from competencies.rigor import Facts
from competencies.texts import NO_TEXT, Text, choose

PATHWAY_TEXTS = ("title", "promise", "about", "after_school", "when_and_where")
EXPERIENCE_TEXTS = ("title", "about", "place", "credit")
WAY_TEXTS = ("title", "about")


@dataclass(frozen=True, slots=True)
class Parts:
    """The rows of a pathway, in their order. `expects` come with competency, framework and scale's highest level."""

    pathway: Pathway
    experiences: tuple[PathwayExperience, ...]
    ways: tuple[PathwayWay, ...]
    expects: tuple[PathwayCompetency, ...]


def parts_of(pathway: Pathway) -> Parts:
    """Everything a pathway is made of. Four queries.

    What hung on an experience that was taken out stands here without it; its row remembers, for when it is put back.
    """
    ways = tuple(pathway.ways.select_related("at").order_by("kind", "position", "pk"))
    expects = tuple(pathway.expects.select_related("competency__framework", "experience").order_by("position", "pk"))
    for way in ways:
        if way.at is not None and way.at.removed_at is not None:
            way.at = None
    for one in expects:
        if one.experience is not None and one.experience.removed_at is not None:
            one.experience = None
    return Parts(
        pathway=pathway,
        experiences=tuple(pathway.experiences.select_related("partner").order_by("position", "pk")),
        ways=ways,
        expects=expects,
    )


def content_of(parts: Parts, *, voices: Iterable[str] = ()) -> dict[str, Any]:
    """The document of a pathway. One query, for its schools. `voices` are those that designed it."""
    row = parts.pathway
    return {
        "of_version": row.version,
        **{name: getattr(row, name) for name in PATHWAY_TEXTS},
        "interests": list(row.interests),
        "languages": list(row.languages),
        "language": row.language,
        "translations": row.translations,
        "scene": row.scene,
        "partner": row.partner.name if row.partner is not None else "",
        "schools": [
            {"public_id": str(school.public_id), "name": school.name} for school in row.schools.order_by("name", "pk")
        ],
        "capacity": row.capacity,
        "experiences": [
            {
                "public_id": str(one.public_id),
                "kind": one.kind,
                **{name: getattr(one, name) for name in EXPERIENCE_TEXTS},
                "hours": one.hours,
                "partner": one.partner.name if one.partner is not None else "",
                "partner_id": str(one.partner.public_id) if one.partner is not None else "",
                "translations": one.translations,
            }
            for one in parts.experiences
        ],
        "ways": [
            {
                "public_id": str(one.public_id),
                "kind": one.kind,
                **{name: getattr(one, name) for name in WAY_TEXTS},
                "at": str(one.at.public_id) if one.at is not None else "",
                "translations": one.translations,
            }
            for one in parts.ways
        ],
        "competencies": [
            {
                "public_id": str(one.competency.public_id),
                "code": one.competency.code,
                "name": one.competency.name,
                "language": one.competency.language or one.competency.framework.language,
                "framework": one.competency.framework.title,
                "experience": str(one.experience.public_id) if one.experience is not None else "",
            }
            for one in parts.expects
        ],
        "voices": sorted(set(voices)),
    }


def published_of(pathway_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What these pathways say to everyone: the document of their newest version. One query.

    Everything a student reads of a pathway, and everything that holds for them (schools, places, partners), is read
    from here, so that work on the next version changes nothing before it opens. Never published: not in it.
    """
    rows = PathwayVersion.objects.filter(pathway__in=pathway_ids, number=F("pathway__published_number"))
    return dict(rows.values_list("pathway_id", "content"))


def published(pathway: Pathway) -> dict[str, Any]:
    """What this pathway says to everyone; {} for one that was never published. One query."""
    return published_of([pathway.pk]).get(pathway.pk, {})


def partners_in(content: Mapping[str, Any]) -> set[str]:
    """The public ids of the partners where this document has an experience."""
    return {str(one["partner_id"]) for one in content.get("experiences", ()) if one.get("partner_id")}


def rigor_facts(parts: Parts) -> Facts:
    """What the criteria of rigor are checked against. One query, for the highest level of each scale."""
    scales = {one.competency.framework.scale_id for one in parts.expects}
    tops = Level.objects.filter(scale__in=scales).values("scale").annotate(top=Max("value"))
    highest: dict[int, Any] = dict(tops.values_list("scale", "top"))
    row = parts.pathway
    live = [one.competency for one in parts.expects if one.competency.retired_at is None]
    texts = [getattr(row, name) for name in PATHWAY_TEXTS]
    texts += [getattr(one, name) for one in parts.experiences for name in ("title", "about")]
    texts += [getattr(one, name) for one in parts.ways for name in WAY_TEXTS]
    texts += [str(text) for said in row.translations.values() for text in said.values() if isinstance(text, str)]
    return Facts(
        experience_kinds=tuple(one.kind for one in parts.experiences),
        competencies=len(parts.expects),
        with_target=sum(1 for one in live if one.is_assessable and one.framework.target is not None),
        with_more=sum(1 for one in live if highest.get(one.framework.scale_id, 0) > one.framework.target),
        ways_in=sum(1 for one in parts.ways if one.kind == WayKind.IN),
        ways_on=sum(1 for one in parts.ways if one.kind == WayKind.ON),
        after_school=row.after_school,
        when_and_where=row.when_and_where,
        languages=tuple(row.languages),
        texts=tuple(text for text in texts if text),
    )


def token_of(values: Mapping[str, Any]) -> str:
    """A mark of what a form was opened with, so that two editors of the same part are told apart, and only those."""
    told = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


# ------------------------------------------------------------------ reading it
@dataclass(frozen=True, slots=True)
class Experience:
    """One experience in the reader's language."""

    public_id: str
    kind: str
    kind_word: str
    title: Text
    about: Text
    place: Text
    hours: int | None
    credit: Text
    partner: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way in or on in the reader's language; `at` is the place of its experience, counted from 0, None for the start
    (of a way in) or the end (of a way on)."""

    public_id: str
    kind: str
    title: Text
    about: Text
    at: int | None


@dataclass(frozen=True, slots=True)
class Telling:
    """A pathway's document in the reader's language."""

    title: Text
    promise: Text
    about: Text
    after_school: Text
    when_and_where: Text
    interests: tuple[str, ...]
    languages: tuple[str, ...]
    written_in: tuple[str, ...]
    scene: str
    partner: str
    schools: tuple[str, ...]
    capacity: int | None
    experiences: tuple[Experience, ...]
    ways_in: tuple[Way, ...]
    ways_on: tuple[Way, ...]
    competencies: tuple[Mapping[str, Any], ...]
    voices: tuple[str, ...]


def tell(content: Mapping[str, Any], *, language: str) -> Telling:
    """The document in this language, with every text marked that is in another one. No query."""
    own = str(content.get("language") or "en")

    def said(row: Mapping[str, Any], name: str) -> Text:
        texts = {own: str(row.get(name) or "")}
        for code, other in (row.get("translations") or {}).items():
            texts[code] = str(other.get(name) or "")
        return choose(texts, language=language, own=own) if texts[own] or any(texts.values()) else NO_TEXT

    experiences = tuple(
        Experience(
            public_id=str(row["public_id"]),
            kind=row["kind"],
            kind_word=str(ExperienceKind(row["kind"]).label),
            title=said(row, "title"),
            about=said(row, "about"),
            place=said(row, "place"),
            hours=row.get("hours"),
            credit=said(row, "credit"),
            partner=row.get("partner") or "",
        )
        for row in content.get("experiences", ())
    )
    places = {one.public_id: number for number, one in enumerate(experiences)}
    ways = tuple(
        Way(str(row["public_id"]), row["kind"], said(row, "title"), said(row, "about"), places.get(row.get("at") or ""))
        for row in content.get("ways", ())
    )
    translations = content.get("translations") or {}
    words = translations.get(language, {}).get("interests") or content.get("interests", ())
    return Telling(
        title=said(content, "title"),
        promise=said(content, "promise"),
        about=said(content, "about"),
        after_school=said(content, "after_school"),
        when_and_where=said(content, "when_and_where"),
        interests=tuple(words),
        languages=tuple(content.get("languages", ())),
        written_in=tuple(dict.fromkeys([own, *(code for code, row in translations.items() if row.get("title"))])),
        scene=str(content.get("scene") or ""),
        partner=str(content.get("partner") or ""),
        schools=tuple(row["name"] for row in content.get("schools", ())),
        capacity=content.get("capacity"),
        experiences=experiences,
        ways_in=tuple(way for way in ways if way.kind == WayKind.IN),
        ways_on=tuple(way for way in ways if way.kind == WayKind.ON),
        competencies=tuple(content.get("competencies", ())),
        voices=tuple(content.get("voices", ())),
    )
