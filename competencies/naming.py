"""Whether a text names somebody: whole names, and given names that stand there as a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST = 3
"""Letters of a given name that is looked for by itself: shorter ones are too many other words."""


def names_in(text: str, people: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """The names of these people that stand in the text, in its order, each once.

    `people` are (given, family, preferred). A whole name is found however it is written; a given or preferred name by
    itself only where it begins with a capital, so that "grace" and "will" stay words.
    """
    found: dict[str, int] = {}
    for given, family, preferred in people:
        for first in {given.strip(), preferred.strip()} - {""}:
            whole = _place(rf"{re.escape(first)}\s+{re.escape(family.strip())}", text, re.IGNORECASE)
            alone = _place(re.escape(first), text) if len(first) >= SHORTEST and first[:1].isupper() else None
            for place, name in ((whole, f"{first} {family.strip()}"), (alone, first)):
                if place is not None:
                    found.setdefault(name, place)
                    break
    return tuple(sorted(found, key=lambda name: found[name]))


def _place(pattern: str, text: str, flags: int = 0) -> int | None:
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text, flags)
    return match.start() if match else None
