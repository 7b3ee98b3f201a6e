"""Reads the five data files into shapes and refuses what does not hold."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from config.demo.content.checks import check_catalogue, check_framework, check_rest, untidy
from config.demo.content.shapes import (
    CanDo,
    CatalogueContent,
    CompetencyContent,
    Content,
    Course,
    FrameworkContent,
    GoalContent,
    NameGroup,
    PeopleContent,
    ScaleLevel,
    SchoolContent,
    Snippet,
    Strand,
    Task,
    Text,
    VoicesContent,
    WorkContent,
)

DATA = Path(__file__).parent.parent / "data"
FILES = ("framework", "catalogue", "people", "voices", "work")


class ContentError(ValueError):
    """The data files contradict themselves. `problems` lists every finding as a sentence."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _text(data: Mapping[str, str]) -> Text:
    return Text(en=data["en"], es=data["es"])


def _pair(data: list[int]) -> tuple[int, int]:
    return (data[0], data[1])


def _framework(data: Mapping[str, Any]) -> FrameworkContent:
    head, scale = data["framework"], data["scale"]
    return FrameworkContent(
        id=uuid.UUID(head["id"]),
        code=head["code"],
        version=head["version"],
        adopted_on=date.fromisoformat(head["adopted_on"]),
        subjects=tuple(head["subjects"]),
        title=_text(head["title"]),
        about=_text(head["about"]),
        creator=head["creator"],
        scale_id=uuid.UUID(scale["id"]),
        scale_name=_text(scale["name"]),
        step=Decimal(scale["step"]),
        target=scale["target"],
        levels=tuple(
            ScaleLevel(value=x["value"], code=x["code"], name=_text(x["name"]), meaning=_text(x["meaning"]))
            for x in scale["levels"]
        ),
        strands=tuple(
            Strand(id=uuid.UUID(x["id"]), code=x["code"], name=_text(x["name"]), about=_text(x["about"]))
            for x in data["strands"]
        ),
        competencies=tuple(
            CompetencyContent(
                id=uuid.UUID(x["id"]),
                code=x["code"],
                strand=x["strand"],
                grades=tuple(x["grades"]),
                name=_text(x["name"]),
                statement=_text(x["statement"]),
                means=_text(x["family"]["means"]),
                home=_text(x["family"]["home"]),
                levels=tuple(
                    CanDo(value=v["value"], student=_text(v["student"]), family=_text(v["family"])) for v in x["levels"]
                ),
            )
            for x in data["competencies"]
        ),
        precedes=tuple((e["from"], e["to"]) for e in data["precedes"]),
    )


def _catalogue(data: Mapping[str, Any], framework: FrameworkContent) -> tuple[CatalogueContent, ...]:
    def spelled_out(fits: list[str]) -> tuple[str, ...]:
        wanted = set(fits)
        found = [c.code for c in framework.competencies if c.code in wanted or c.strand in wanted]
        known = {c.code for c in framework.competencies} | {s.code for s in framework.strands}
        return (*found, *(f for f in fits if f not in known))

    return tuple(
        CatalogueContent(
            id=uuid.UUID(x["id"]),
            code=x["code"],
            type=x["type"],
            setting=x["setting"],
            name=_text(x["name"]),
            provider=_text(x["provider"]),
            minutes=x["minutes"],
            sessions_per_week=x["sessions_per_week"],
            weeks=x["weeks"],
            capacity=x["capacity"],
            languages=tuple(x["languages"]),
            consent_needed=x["consent_needed"],
            fits=spelled_out(x["fits"]),
            what=_text(x["family"]["what"]),
            how_long=_text(x["family"]["how_long"]),
            with_whom=_text(x["family"]["with_whom"]),
            home=_text(x["family"]["home"]),
        )
        for x in data["entries"]
    )


def _people(data: Mapping[str, Any]) -> PeopleContent:
    return PeopleContent(
        district=data["district"]["name"],
        town=data["district"]["town"],
        time_zone=data["district"]["time_zone"],
        languages=tuple(data["district"]["languages"]),
        schools=tuple(SchoolContent(**{**x, "grades": tuple(x["grades"])}) for x in data["schools"]),
        courses={k: Course(**{**x, "subjects": tuple(x["subjects"])}) for k, x in data["courses"].items()},
        staff_given=tuple(data["staff"]["given"]),
        staff_family=tuple(data["staff"]["family"]),
        groups=tuple(
            NameGroup(
                code=group["code"],
                share=group["share"],
                home_languages=tuple(group["home_languages"]),
                given=tuple(group["given"]),
                family=tuple(group["family"]),
                adult_given=tuple(group["adult_given"]),
                two_family_names=group["two_family_names"],
            )
            for group in data["name_groups"]
        ),
        partners=tuple(data["partners"]),
    )


def _snippets(rows: list[dict[str, Any]]) -> tuple[Snippet, ...]:
    return tuple(
        Snippet(
            text=row["text"],
            language=row["language"],
            grades=_pair(row["grades"]),
            translations=tuple(sorted(row.get("translations", {}).items())),
        )
        for row in rows
    )


def _voices(data: Mapping[str, Any]) -> VoicesContent:
    return VoicesContent(
        student={k: _snippets(v) for k, v in data["student"].items()},
        family={k: _snippets(v) for k, v in data["family"].items()},
        needs={k: _snippets(v) for k, v in data["needs"].items()},
        intentions=_snippets(data["intentions"]),
        why={k: _snippets(v) for k, v in data["why"].items()},
    )


def _work(data: Mapping[str, Any]) -> WorkContent:
    return WorkContent(
        tasks={k: tuple(Task(title=t["title"], context=t["context"]) for t in v) for k, v in data["tasks"].items()},
        notes={k: {band: tuple(n) for band, n in v.items()} for k, v in data["notes"].items()},
        goals=tuple(GoalContent(**g) for g in data["goals"]),
    )


def read_files(folder: Path = DATA) -> dict[str, Any]:
    """The five files as plain JSON values, by name."""
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in FILES}


def build_content(raw: Mapping[str, Any]) -> Content:
    """Turn what `read_files` returned into `Content`; raises ContentError with everything that is wrong."""
    problems = [p for name in FILES for p in untidy(raw[name], name)]
    try:
        framework = _framework(raw["framework"])
        content = Content(
            framework=framework,
            catalogue=_catalogue(raw["catalogue"], framework),
            people=_people(raw["people"]),
            voices=_voices(raw["voices"]),
            work=_work(raw["work"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError([*problems, f"A field is missing or malformed: {error!r}."]) from error
    problems += check_framework(framework)
    problems += check_catalogue(content.catalogue, framework)
    problems += check_rest(content)
    if problems:
        raise ContentError(problems)
    return content


@cache
def load_content() -> Content:
    """The checked content of the shipped files; read once per process."""
    return build_content(read_files())
