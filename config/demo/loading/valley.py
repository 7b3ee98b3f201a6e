"""A second framework, written by partners and published twice: what ties it to the district's, what was seen on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import pgtrigger

from accounts.permissions import Viewer
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence
from competencies.drafts import EdgeDraft, FrameworkDraft
from competencies.models import (
    Association,
    Competency,
    CompetencyVersion,
    Crosswalk,
    Framework,
    FrameworkVersion,
)
from competencies.own_draft import draft_of_own
from competencies.services import publish_draft
from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.loading.plans import at_school
from config.demo.people import District

DATA = Path(__file__).parent.parent / "data" / "valley.json"
FIRST, SECOND = timedelta(days=410), timedelta(days=170)
"""How long ago the two versions were published."""
OTHERS = 3
"""Classmates of the student a visitor signs in as, of whom something was seen in the valley too."""
VALLEY = "valley"


def write_valley(by: Viewer, plan: District, content: Content, ids: Ids) -> None:
    """Both versions of the valley's framework, taken into use, and every decision about its evidence."""
    told = json.loads(DATA.read_text("utf-8"))
    zone = ZoneInfo(content.people.time_zone)
    home = Framework.objects.get(public_id=content.framework.id)
    keys = dict(Competency.objects.filter(framework=home, is_assessable=True).values_list("code", "source_id"))
    first = publish_draft(by=by, draft=draft_of(first_of(told), keys), in_use=True, note=told["before"]["note"])
    at = at_school(plan.today - FIRST, zone)
    framework = Framework.objects.get(public_id=str(first.public_id))
    _date(framework, at)
    publish_draft(by=by, draft=draft_of(told, keys), note=told["before"]["next_note"])
    _date(framework, at_school(plan.today - SECOND, zone))
    Framework.objects.filter(pk=framework.pk).update(created_at=at)
    rows = Competency.objects.filter(framework=framework, is_assessable=True)
    ids.competencies |= dict(rows.values_list("code", "pk"))
    _decide(plan, told["decisions"], framework, home, zone, ids)


def first_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """The content of the first version: without what came later, with what was taken out since. Pure."""
    before = told["before"]
    kept = [
        {
            **row,
            "strand": before["strands"].get(row["code"], row["strand"]),
            "statement": before["statements"].get(row["code"], row["statement"]),
        }
        for row in told["competencies"]
        if row["code"] not in before["without"]
    ]
    codes = {row["code"] for row in (*kept, *before["retired"])}
    return {
        **told,
        "framework": {**told["framework"], "version": before["version"]},
        "competencies": [*kept, *before["retired"]],
        "precedes": [
            row for row in (*told["precedes"], *before["precedes"]) if row["from"] in codes and row["to"] in codes
        ],
    }


def draft_of(told: Mapping[str, Any], there: Mapping[str, str]) -> FrameworkDraft:
    """A version as a draft, tied to the competencies `there` (key by code) and to some that nobody has here. Pure."""
    draft = draft_of_own(told)
    keys = {row.code: row.source_id for row in draft.competencies if row.is_assessable}
    outside = [(row["from"], row["kind"], there[row["to"]], "") for row in told["ties"]]
    outside += [(row["from"], row["kind"], row["to"], row["uri"]) for row in told["elsewhere"]]
    edges = tuple(
        EdgeDraft(
            source_id=str(uuid5(NAMESPACE_URL, f"{keys[code]} {kind} {other}")),
            kind=kind,
            origin=keys[code],
            destination=other,
            destination_uri=address,
        )
        for code, kind, other, address in outside
        if code in keys
    )
    return replace(draft, edges=(*draft.edges, *edges))


def _date(framework: Framework, at: datetime) -> None:
    """What was published a moment ago was published at `at`."""
    framework.refresh_from_db()
    with pgtrigger.ignore(f"{FrameworkVersion._meta.label}:framework_version_is_immutable"):
        FrameworkVersion.objects.filter(framework=framework, number=framework.version).update(published_at=at)
    Framework.objects.filter(pk=framework.pk).update(imported_at=at)
    mine = Competency.objects.filter(framework=framework)
    CompetencyVersion.objects.filter(competency__in=mine, framework_version=framework.version).update(published_at=at)
    mine.filter(retired_at__gt=at).update(retired_at=at)
    Association.objects.filter(framework=framework, retired_at__gt=at).update(retired_at=at)


def _decide(
    plan: District, rows: list[dict[str, Any]], valley: Framework, home: Framework, zone: ZoneInfo, ids: Ids
) -> None:
    """Every decision of the district, for each direction with its own numbers."""
    numbers: dict[str, int] = {}
    made = []
    for row in rows:
        numbers[row["from"]] = numbers.get(row["from"], 0) + 1
        there = (valley, home) if row["from"] == VALLEY else (home, valley)
        made.append(
            Crosswalk(
                public_id=uid(plan.seed, "crosswalk", row["from"], numbers[row["from"]]),
                from_framework=there[0],
                to_framework=there[1],
                number=numbers[row["from"]],
                counting=row["counting"],
                reason=row["reason"],
                decided_by_id=ids.persons["district_admin"],
                decided_at=at_school(plan.today - timedelta(days=row["ago"]), zone),
            )
        )
    Crosswalk.objects.bulk_create(made)


def write_valley_evidence(plan: District, content: Content, ids: Ids) -> None:
    """What the class's teacher saw in a kitchen and a workshop. Everybody is in line for a refresh already."""
    told = json.loads(DATA.read_text("utf-8"))
    zone = ZoneInfo(content.people.time_zone)
    demo = next(one for one in plan.classes if one.key == plan.demo_class)
    teacher = ids.persons[demo.teachers[0]]
    Evidence.objects.bulk_create(
        Evidence(
            public_id=uid(plan.seed, "valley", child, row["code"]),
            key=uid(plan.seed, "valley-key", child, row["code"]),
            order_key=uid(plan.seed, "valley-key", child, row["code"]),
            student_id=ids.students[child],
            competency_id=ids.competencies[row["code"]],
            section_id=ids.sections[demo.key],
            kind=EvidenceKind.TEACHER,
            value=Decimal(str(row["value"])),
            context=Context.COMMUNITY,
            task_key=f"valley:{row['task']}:{row['ago']}",
            task_title=row["task"],
            note=row["note"],
            observed_on=day,
            recorded_at=at_school(day, zone) + timedelta(hours=1),
            recorded_by_id=teacher,
            rater_id=teacher,
        )
        for child, row, day in _seen(plan, told["seen"], demo.students)
    )


def _seen(
    plan: District, rows: list[dict[str, Any]], classmates: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any], date]]:
    """(child, what was seen, school day), child by child."""
    visitor = plan.cast["student"]
    others = stream(plan.seed, "valley").sample(sorted(set(classmates) - {visitor}), OTHERS)
    for who, children in (("visitor", [visitor]), ("class", others)):
        for child in children:
            for row in rows:
                if row["who"] == who:
                    yield child, row, plan.years.current.school_day(plan.today - timedelta(days=row["ago"]))
