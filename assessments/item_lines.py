"""Items of a check as people paste them: one a line, `key | competency | points | prompt`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

LONGEST_KEY, LONGEST_PROMPT, MOST_POINTS = 60, 4000, Decimal(1000)
MOST_LINES = 300


class Wrong(StrEnum):
    """What can be wrong with a line."""

    PARTS = "parts"
    KEY = "key"
    TWICE = "twice"
    COMPETENCY = "competency"
    POINTS = "points"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One line that can be stored. `competency` is the id the code stands for; points have at most two decimals."""

    line: int
    key: str
    competency: int
    points: Decimal
    prompt: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, and with which of its words. Lines count from 1."""

    line: int
    wrong: Wrong
    what: str = ""


def read_lines(text: str, competencies: Mapping[str, int]) -> tuple[list[ItemLine], list[Fault]]:
    """The items of a pasted text and the faults of its other lines; empty lines are skipped.

    `competencies`: ids by folded code or name. With one competency only, its part may be left empty; points left
    empty are 1. A prompt may itself hold the dividing mark.
    """
    found: list[ItemLine] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    only = next(iter(set(competencies.values()))) if len(set(competencies.values())) == 1 else None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if len(found) >= MOST_LINES:
            faults.append(Fault(number, Wrong.MANY, str(MOST_LINES)))
            break
        parts = [part.strip() for part in line.split("|", 3)]
        if len(parts) < 3:
            faults.append(Fault(number, Wrong.PARTS))
            continue
        key, code, points, prompt = (*parts, "")[:4]
        competency = competencies.get(code.casefold()) if code else only
        worth = _points(points)
        if not key or len(key) > LONGEST_KEY:
            faults.append(Fault(number, Wrong.KEY, key[:20]))
        elif key in seen:
            faults.append(Fault(number, Wrong.TWICE, key))
        elif competency is None:
            faults.append(Fault(number, Wrong.COMPETENCY, code[:60]))
        elif worth is None:
            faults.append(Fault(number, Wrong.POINTS, points[:20]))
        else:
            seen.add(key)
            found.append(ItemLine(number, key, competency, worth, prompt[:LONGEST_PROMPT]))
    return found, faults


def _points(text: str) -> Decimal | None:
    """Points above nothing, a comma taken for a decimal point; None for what is no such number."""
    if not text:
        return Decimal(1)
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value <= MOST_POINTS or value != value.quantize(Decimal("0.01")):
        return None
    return value
