"""Pathways of the demonstration: four that are open, one that is being designed, and the partners who help."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import District as DistrictRow
from accounts.models import Partner, PartnerMember, PublicFace
from competencies.choices import DesignerVoice, PathwayState, RigorCriterion, WayKind
from competencies.models import (
    Pathway,
    PathwayComment,
    PathwayCompetency,
    PathwayDesigner,
    PathwayExperience,
    PathwayReview,
    PathwayVersion,
    PathwayWay,
)
from competencies.pathway_content import content_of, parts_of
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import District

DATA = Path(__file__).parent.parent / "data" / "pathways.json"
PROPOSED = timedelta(days=560)
OPENED = timedelta(days=75)


def write_pathways(plan: District, content: Content, ids: Ids) -> None:
    """Partners with those who speak for them, the public face, and five pathways as people made them."""
    told = json.loads(DATA.read_text("utf-8"))
    zone = ZoneInfo(content.people.time_zone)
    partners = _partners(plan, told["partners"], ids)
    _face(plan, told["face"], ids)
    for number, row in enumerate(told["pathways"]):
        _pathway(plan, row, number, partners, zone, ids)


def _partners(plan: District, rows: list[dict[str, Any]], ids: Ids) -> list[Partner]:
    begins = plan.today - PROPOSED - timedelta(days=40)
    found = []
    for row in rows:
        partner = Partner.objects.create(
            public_id=uid(plan.seed, "partner", row["key"]),
            name=row["name"],
            kind=row["kind"],
            about=row["about"],
            website=row["website"],
            added_by_id=ids.persons["district_admin"],
        )
        PartnerMember.objects.create(partner=partner, person_id=ids.persons[row["key"]], starts_on=begins)
        found.append(partner)
    return found


def _face(plan: District, row: dict[str, Any], ids: Ids) -> None:
    district = DistrictRow.objects.get()
    PublicFace.objects.create(
        district=district,
        shown_name=district.name,
        hue=row["hue"],
        words=row["words"],
        website=row["website"],
        changed_by_id=ids.persons["district_admin"],
        changed_at=at_school(plan.today - OPENED, ZoneInfo("UTC")),
    )


def _pathway(
    plan: District, row: dict[str, Any], number: int, partners: list[Partner], zone: ZoneInfo, ids: Ids
) -> None:
    is_open = row["state"] == PathwayState.PUBLISHED
    opened = at_school(plan.today - OPENED - timedelta(days=number), zone)
    proposed = at_school(plan.today - (PROPOSED if is_open else timedelta(days=30)), zone)
    teacher = ids.persons[plan.cast["teacher"]]
    texts = {
        name: row[name]
        for name in ("title", "promise", "about", "interests", "languages", "after_school", "when_and_where", "scene")
    }
    pathway = Pathway.objects.create(
        public_id=uid(plan.seed, "pathway", row["key"]),
        language="en",
        translations=row["translations"],
        partner=partners[row["partner"]] if row["partner"] is not None else None,
        capacity=row.get("capacity"),
        state=row["state"],
        proposed_by_id=ids.persons[f"partner/{row['partner']}"] if row["partner"] is not None else teacher,
        created_at=proposed,
        changed_at=opened if is_open else proposed,
        published_at=opened if is_open else None,
        published_number=1 if is_open else 0,
        version=9 + number,
        **texts,
    )
    _made_of(plan, pathway, row, partners, ids)
    voices = _people(plan, pathway, row, ids)
    _talk(plan, pathway, row, zone, ids)
    if is_open:
        _read(plan, pathway, opened, ids)
        PathwayVersion.objects.create(
            pathway=pathway,
            number=1,
            content=content_of(parts_of(pathway), voices=voices),
            published_at=opened,
            published_by_id=ids.persons["district_admin"],
        )


def _made_of(plan: District, pathway: Pathway, row: dict[str, Any], partners: list[Partner], ids: Ids) -> None:
    experiences = [
        PathwayExperience.objects.create(
            public_id=uid(plan.seed, "experience", row["key"], place),
            pathway=pathway,
            position=place,
            partner=partners[one["partner"]] if one.get("partner") is not None else None,
            translations={"es": one["es"]} if "es" in one else {},
            **{name: one[name] for name in ("kind", "title", "about", "place", "hours", "credit")},
        )
        for place, one in enumerate(row["experiences"])
    ]
    ways = []
    for kind in WayKind:
        for place, (title, about, at, *spanish) in enumerate(row[kind.value]):
            ways.append(
                PathwayWay(
                    public_id=uid(plan.seed, "way", row["key"], kind.value, place),
                    pathway=pathway,
                    kind=kind,
                    title=title,
                    about=about,
                    at=experiences[at] if at is not None else None,
                    translations={"es": {"title": spanish[0], "about": spanish[1]}} if spanish else {},
                    position=place,
                )
            )
    PathwayWay.objects.bulk_create(ways)
    PathwayCompetency.objects.bulk_create(
        PathwayCompetency(
            pathway=pathway, competency_id=ids.competencies[code], experience=experiences[place], position=position
        )
        for position, (code, place) in enumerate(row["expects"])
    )


def _people(plan: District, pathway: Pathway, row: dict[str, Any], ids: Ids) -> list[str]:
    """Everyone who said something designs it, and the teacher does; the voices they speak in."""
    said = {(voice, _person(plan, who, ids)) for voice, who, *_rest in (*row["made"], *row.get("thread", ()))}
    said |= {(DesignerVoice.EDUCATOR.value, ids.persons[plan.cast["teacher"]])}
    starts = plan.today - (PROPOSED if row["made"] else timedelta(days=30))
    PathwayDesigner.objects.bulk_create(
        PathwayDesigner(
            pathway=pathway,
            person_id=person,
            voice=voice,
            invited_by_id=ids.persons[plan.cast["teacher"]],
            starts_on=starts,
        )
        for voice, person in sorted(said)
    )
    return [voice for voice, _person in said]


def _talk(plan: District, pathway: Pathway, row: dict[str, Any], zone: ZoneInfo, ids: Ids) -> None:
    lines = [(line, True) for line in row["made"]] + [(line, False) for line in row.get("thread", ())]
    PathwayComment.objects.bulk_create(
        PathwayComment(
            public_id=uid(plan.seed, "said", row["key"], place),
            pathway=pathway,
            voice=voice,
            text=text,
            language="en",
            author_id=_person(plan, who, ids),
            created_at=at_school(plan.today - timedelta(days=ago), zone),
            became=became,
            became_by_id=ids.persons[plan.cast["teacher"]] if became else None,
            became_at=at_school(plan.today - timedelta(days=ago - 3), zone) if became else None,
            is_public=is_public,
        )
        for place, ((voice, who, ago, text, became), is_public) in enumerate(lines)
    )


def _read(plan: District, pathway: Pathway, opened: datetime, ids: Ids) -> None:
    readers = (ids.persons[plan.cast["principal"]], ids.persons["district_admin"])
    PathwayReview.objects.bulk_create(
        PathwayReview(
            public_id=uid(plan.seed, "read", str(pathway.public_id), criterion.value),
            pathway=pathway,
            criterion=criterion,
            is_met=True,
            language="en",
            of_version=pathway.version,
            by_id=readers[place % 2],
            at=opened - timedelta(days=4),
        )
        for place, criterion in enumerate(RigorCriterion)
    )


def _person(plan: District, who: str, ids: Ids) -> int:
    return ids.persons[plan.cast.get(who, who)]
