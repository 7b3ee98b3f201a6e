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


_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def like_names(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """What looks like somebody's whole name: two or three words in a row that begin with a capital, each once.

    It asks no list of people, so that an answer tells nothing about who is a student. `known` are names of places,
    organisations and pathways: what stands in one of them is none.
    """
    named = [name.casefold() for name in known]
    found: dict[str, None] = {}
    row: list[re.Match[str]] = []
    for word in [*_WORD.finditer(text), None]:
        is_next = word is not None and bool(row) and text[row[-1].end() : word.start()] == " "
        is_named = word is not None and word[0][0].isupper() and not word[0].isupper()
        if row and not (is_next and is_named):
            whole = " ".join(one[0] for one in row)
            if 2 <= len(row) <= 3 and not any(whole.casefold() in name for name in named):
                found[whole] = None
            row = []
        if word is not None and is_named:
            row.append(word)
    return tuple(found)
