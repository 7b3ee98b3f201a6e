"""A district's own framework file as a draft. Pure.

The format (JSON, UTF-8) is ours: `framework`, `scale`, `strands`, `competencies`, `precedes`; texts are objects
keyed by language. `docs/frameworks.md` describes it.
"""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from competencies.drafts import (
    CompetencyDraft,
    EdgeDraft,
    FrameworkDraft,
    LevelDraft,
    ScaleDraft,
    WordingDraft,
)
from competencies.grades import normalise

SOURCE = "own"


class OwnFrameworkError(ValueError):
    """The file does not hold together; the message says where."""


def is_own_framework(content: object) -> bool:
    """True for a JSON object in our own format."""
    return isinstance(content, dict) and {"framework", "scale", "competencies"} <= content.keys()


def draft_of_own(content: Mapping[str, Any], *, language: str = "en") -> FrameworkDraft:
    """The framework a file describes. Titles and statements are stored in `language`, the rest as wordings.

    Raises OwnFrameworkError where a required part is missing or an edge names an unknown code.
    """
    try:
        return _draft(content, language)
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        if isinstance(error, OwnFrameworkError):
            raise
        raise OwnFrameworkError(f"The framework file is incomplete: {type(error).__name__} {error}") from error


def _draft(content: Mapping[str, Any], language: str) -> FrameworkDraft:
    head, scale = content["framework"], content["scale"]
    competencies: list[CompetencyDraft] = []
    edges: list[EdgeDraft] = []
    keys: dict[str, str] = {}
    framework_key = str(head["id"]).lower()
    for strand in content.get("strands", ()):
        branch = _branch(strand, len(competencies), language)
        competencies.append(branch)
        edges.append(_edge(branch.source_id, "isChildOf", framework_key, len(edges)))
        for row in content["competencies"]:
            if row["strand"] != strand["code"]:
                continue
            competency = _competency(row, len(competencies), branch.source_id, language)
            if row["code"] in keys:
                raise OwnFrameworkError(f"The code {row['code']} is used twice.")
            keys[row["code"]] = competency.source_id
            competencies.append(competency)
            edges.append(_edge(competency.source_id, "isChildOf", branch.source_id, len(edges)))
    homeless = [row["code"] for row in content["competencies"] if row["code"] not in keys]
    if homeless:
        raise OwnFrameworkError(f"No strand for {', '.join(homeless[:5])}.")
    for row in content.get("precedes", ()):
        if row["from"] not in keys or row["to"] not in keys:
            raise OwnFrameworkError(f"{row['from']} or {row['to']} is not a code of this framework.")
        edges.append(_edge(keys[row["from"]], "precedes", keys[row["to"]], None))
    return FrameworkDraft(
        source=SOURCE,
        source_id=framework_key,
        public_id=uuid.UUID(str(head["id"])),
        title=head["title"][language],
        description=head.get("about", {}).get(language, ""),
        creator=head.get("creator", ""),
        publisher=head.get("publisher", ""),
        language=language,
        adoption_status="Adopted" if head.get("adopted_on") else "",
        license_text=head.get("license", ""),
        translations={
            other: {"title": title, "description": head.get("about", {}).get(other, "")}
            for other, title in head["title"].items()
            if other != language
        },
        details={
            name: head[name] for name in ("code", "version", "adopted_on", "subjects") if head.get(name) is not None
        },
        competencies=tuple(competencies),
        edges=tuple(edges),
        scale=ScaleDraft(
            public_id=uuid.UUID(str(scale["id"])),
            name=scale["name"][language],
            target=Decimal(str(scale["target"])),
            levels=tuple(
                LevelDraft(Decimal(str(level["value"])), dict(level["name"]), dict(level.get("meaning", {})))
                for level in scale["levels"]
            ),
        ),
    )


def _edge(origin: str, kind: str, destination: str, sequence: int | None) -> EdgeDraft:
    source_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{origin} {kind} {destination}"))
    return EdgeDraft(source_id=source_id, kind=kind, origin=origin, destination=destination, sequence=sequence)


def _branch(strand: Mapping[str, Any], position: int, language: str) -> CompetencyDraft:
    about = strand.get("about", {})
    return CompetencyDraft(
        source_id=str(strand["id"]).lower(),
        public_id=uuid.UUID(str(strand["id"])),
        code=strand["code"],
        name=strand["name"][language],
        statement=about.get(language) or strand["name"][language],
        language=language,
        position=position,
        is_assessable=False,
        wordings=(*_words("name", strand["name"]), *_words("statement", about)),
    )


def _competency(row: Mapping[str, Any], position: int, parent: str, language: str) -> CompetencyDraft:
    family = row.get("family", {})
    wordings = [
        *_words("name", row["name"]),
        *_words("statement", row["statement"]),
        *_words("family", family.get("means", {})),
        *_words("home", family.get("home", {})),
    ]
    for level in row.get("levels", ()):
        value = Decimal(str(level["value"]))
        wordings += _words("student", level.get("student", {}), value)
        wordings += _words("family", level.get("family", {}), value)
    return CompetencyDraft(
        source_id=str(row["id"]).lower(),
        public_id=uuid.UUID(str(row["id"])),
        code=row["code"],
        name=row["name"][language],
        statement=row["statement"][language],
        notes=row.get("notes", ""),
        grades=normalise(str(grade) for grade in row.get("grades", ())),
        subjects=tuple(row.get("subjects", ())),
        language=language,
        position=position,
        parent=parent,
        wordings=tuple(wordings),
    )


def _words(kind: str, texts: Mapping[str, str], level: Decimal | None = None) -> list[WordingDraft]:
    return [WordingDraft(kind, language, text, level) for language, text in texts.items() if text]
