"""Two texts compared word by word, for people who want to see what changed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")


class Part(StrEnum):
    """What happened to a stretch of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that stayed, went, or came."""

    part: Part
    text: str


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as stretches that stayed, went and came, word by word. Nothing of either is lost."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Part.SAME, "".join(old[i:j])))
            continue
        if j > i:
            pieces.append(Piece(Part.GONE, "".join(old[i:j])))
        if m > k:
            pieces.append(Piece(Part.NEW, "".join(new[k:m])))
    return tuple(pieces)
