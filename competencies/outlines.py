"""An indented outline as competencies: one line each, deeper lines belong to the line above. Pure.

    Fractions
      3.NF.1 Names parts of a whole
      3.NF.2 | Places fractions on a line

A code stands first, before a bar or a tab, or by itself where it looks like one. List marks ("-", "•", "1.") are
left out. A tab counts as four spaces.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

MOST_LINES = 2_000
LONGEST_NAME = 500
LONGEST_CODE = 255
TAB = 4

_MARK = re.compile(r"^(?:[-*•–—◦▪·]|\d{1,3}[.)])\s+")
# Letters, digits and separators with at least one digit: 3.NF.1, MATH-4, K.CC.A.1, F2, 4.OA.3.a.
_CODE = re.compile(r"^(?=[^\s|]*\d)[A-Za-z0-9]+(?:[.\-_:/][A-Za-z0-9]+)+\.?$|^[A-Z]{1,6}\d{1,4}[a-z]?$")


class Fault(StrEnum):
    """What is wrong with a line."""

    TOO_MANY = "too_many"
    STEPS = "steps"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    LONG_CODE = "long_code"
    CODE_TWICE = "code_twice"
    CODE_TAKEN = "code_taken"


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A line as it was understood; `depth` 0 stands at the top, `parent` is an index into the lines or None.

    `line` counts from 1 in the text that was pasted.
    """

    line: int
    depth: int
    code: str
    name: str
    parent: int | None
    has_parts: bool = False


@dataclass(frozen=True, slots=True)
class OutlineFault:
    """A line that cannot be used: its number, what is wrong, and what it says."""

    line: int
    fault: Fault
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What was understood of a text, and the lines that cannot be used."""

    lines: tuple[OutlineLine, ...]
    faults: tuple[OutlineFault, ...]


def read_outline(text: str, *, taken: Collection[str] = ()) -> Outline:
    """Understand a pasted outline. `taken` are codes that are used already. Never raises."""
    lines: list[OutlineLine] = []
    faults: list[OutlineFault] = []
    codes = set(taken)
    own: set[str] = set()
    steps: list[tuple[int, int]] = []  # indentation and index of the branches that are open
    with_parts: set[int] = set()
    for number, raw in enumerate(text.replace("\x00", "").splitlines(), 1):
        line = raw.replace("\u00a0", " ")
        words = line.strip()
        if not words:
            continue
        if len(lines) >= MOST_LINES:
            faults.append(OutlineFault(number, Fault.TOO_MANY, words[:80]))
            break
        indent = len(line[: len(line) - len(line.lstrip())].expandtabs(TAB))
        left = [step for step in steps if step[0] < indent]
        uneven = len(left) < len(steps) and steps[len(left)][0] != indent
        code, name = _code_and_name(words)
        fault = _fault(code, name, codes, own) or (Fault.STEPS if uneven else None)
        if fault is not None:
            faults.append(OutlineFault(number, fault, words[:80]))
        steps = left
        parent = steps[-1][1] if steps else None
        if parent is not None:
            with_parts.add(parent)
        own.add(code)
        steps.append((indent, len(lines)))
        lines.append(OutlineLine(number, len(steps) - 1, code, name, parent))
    return Outline(
        tuple(
            OutlineLine(one.line, one.depth, one.code, one.name, one.parent, index in with_parts)
            for index, one in enumerate(lines)
        ),
        tuple(faults),
    )


def _code_and_name(words: str) -> tuple[str, str]:
    words = _MARK.sub("", words, count=1)
    for bar in ("|", "\t"):
        if bar in words:
            code, _bar, name = words.partition(bar)
            return code.strip(), " ".join(name.split())
    first, _space, rest = words.partition(" ")
    if _CODE.match(first):
        return first.rstrip(".:"), " ".join(rest.split())
    return "", " ".join(words.split())


def _fault(code: str, name: str, taken: Collection[str], own: Collection[str]) -> Fault | None:
    if not name:
        return Fault.NO_NAME
    if len(name) > LONGEST_NAME:
        return Fault.LONG_NAME
    if len(code) > LONGEST_CODE:
        return Fault.LONG_CODE
    if code and code in own:
        return Fault.CODE_TWICE
    if code and code in taken:
        return Fault.CODE_TAKEN
    return None
