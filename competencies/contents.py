"""What a competency says, as its versions keep it, and how two such contents differ. Pure.

A content is the JSON object of `CompetencyVersion.content`: text fields, lists, and perhaps `wordings`. A content
without `wordings` says nothing about them: they stayed as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

WordingKey = tuple[str, str, str]
"""Audience, level ("" for the whole, else "2.5") and language."""

TEXTS = ("code", "name", "statement", "notes", "kind", "language")
LISTS = ("grades", "subjects", "concepts")


def plain_level(level: object) -> str:
    """A level as plain digits: "3" for 3.00, "2.5" for 2.50, "" for none."""
    return "" if level in (None, "") else f"{Decimal(str(level)).normalize():f}"


def wordings_in(content: Mapping[str, Any]) -> dict[WordingKey, str]:
    """The sentences of a content by audience, level and language."""
    return {
        (row["kind"], plain_level(row.get("level")), row["language"]): row["text"]
        for row in content.get("wordings") or ()
    }


def carried(contents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The last of several contents, oldest first, with the sentences of the last one that names any."""
    answer: dict[str, Any] = {}
    wordings: Any = None
    for content in contents:
        answer = dict(content)
        wordings = content.get("wordings", wordings)
    if wordings is not None:
        answer["wordings"] = wordings
    return answer


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether two contents say the same; the order of sentences does not matter."""
    return not changed_fields(before, after) and not changed_wordings(before, after)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields but `wordings` that differ, in reading order; `details` is the source's own data."""
    return [name for name in (*TEXTS, *LISTS, "details") if _of(before, name) != _of(after, name)]


def changed_wordings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[WordingKey, str, str]]:
    """The sentences that differ: whose they are, before, after ("" where there is none). Nothing where one is silent.

    Sorted by audience, level and language.
    """
    if "wordings" not in before or "wordings" not in after:
        return []
    old, new = wordings_in(before), wordings_in(after)
    return [
        (key, old.get(key, ""), new.get(key, ""))
        for key in sorted(old.keys() | new.keys())
        if old.get(key, "") != new.get(key, "")
    ]


def line_of(value: Any) -> str:
    """A field as a line a person reads."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def fingerprint(value: Any) -> str:
    """A short mark of something a form showed, so that a save can tell whether it still stands."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


def _of(content: Mapping[str, Any], name: str) -> Any:
    value = content.get(name)
    if name in LISTS:
        return list(value or ())
    return value or ({} if name == "details" else "")
