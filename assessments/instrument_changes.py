"""What changed from one version of an instrument to the next, part by part. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a version is made of."""

    TITLE = "title"
    PURPOSE = "purpose"
    VALIDITY = "validity"
    SOURCE = "source"
    COMPETENCY = "competency"
    CRITERION = "criterion"
    FORM = "form"
    ITEM = "item"


class Did(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is not as it was; `name` is empty for a text there is only one of."""

    part: Part
    did: Did
    name: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A version as texts: single ones by part, and named ones by part and name."""

    texts: Mapping[Part, str]
    named: Mapping[Part, Mapping[str, str]]


def changes(before: Content, after: Content) -> list[Change]:
    """Every part that was added, removed or reworded, in the order of `Part`, then as it stands in the version."""
    found: list[Change] = []
    for part in Part:
        if part in after.texts or part in before.texts:
            if before.texts.get(part, "") != after.texts.get(part, ""):
                found.append(Change(part, Did.REWORDED))
            continue
        old, new = before.named.get(part, {}), after.named.get(part, {})
        for name, text in new.items():
            if name not in old:
                found.append(Change(part, Did.ADDED, name))
            elif old[name] != text:
                found.append(Change(part, Did.REWORDED, name))
        found += [Change(part, Did.REMOVED, name) for name in old if name not in new]
    return found
