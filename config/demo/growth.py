"""How learning goes in the demonstration district: believable, uneven, never decided by who someone is. Pure.

Each student meets each competency with a starting point of its own (what was seen before, plus chance per strand and
competency), and learns along a curve that is steep in the middle of a unit and goes on afterwards. There is no
number for how able a child is: most of the differences belong to the competency, some to the strand, a little to
the pace this year. Help that suits makes the curve steeper; some help does not suit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from config.demo.chance import spread

LOWEST, HIGHEST = 1.0, 4.0
TARGET = 3.0
ENTRY_MIDDLE, ENTRY_SPREAD = 3.35, 0.4
FIRST_MIDDLE, FIRST_SPREAD = 1.85, 0.4
GAIN_MIDDLE, GAIN_SPREAD = 1.85, 0.42
NOISE = 0.24
BEYOND = 0.45


@dataclass(slots=True)
class Learner:
    """What one student brings to strands and competencies; `known` is the latest true level by competency."""

    rng: Random
    pace: float
    strands: dict[str, float]
    known: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, rng: Random, strands: tuple[str, ...]) -> Learner:
        """A new learner; paces differ little, strands a little more."""
        return cls(rng, spread(rng, 0.85, 1.2), {s: rng.gauss(0, 0.18) for s in strands})


@dataclass(slots=True)
class Curve:
    """One student on one competency: from `start` by `gain` over a unit, and by help.

    `helps` are (first day, last day, extra levels) of supports that suited.
    """

    start: float
    gain: float
    since: date
    until: date
    helps: list[tuple[date, date, float]] = field(default_factory=list)

    def level(self, day: date) -> float:
        """The true level on `day`, between 1 and a little above 4."""
        length = max(1, (self.until - self.since).days)
        share = (day - self.since).days / length
        grown = 1 - math.exp(-2.0 * max(0.0, min(share, 1.6)))
        level = self.start + self.gain * grown
        for first, last, extra in self.helps:
            level += extra * max(0.0, min(1.0, (day - first).days / max(1, (last - first).days)))
        if level > TARGET:  # using an idea somewhere new takes longer than showing it
            level = TARGET + (level - TARGET) * BEYOND
        return max(LOWEST, min(level, HIGHEST))


def begin(learner: Learner, code: str, since: date, until: date) -> Curve:
    """The curve of a new unit: from where the student stood, or from a first meeting."""
    rng = learner.rng
    strand = learner.strands[code.split(".")[0]]
    if code in learner.known:
        start = max(1.2, learner.known[code] - 0.25 + rng.gauss(0, 0.15))
        gain = max(0.25, rng.gauss(0.8, 0.3)) * learner.pace
    else:
        start = rng.gauss(FIRST_MIDDLE, FIRST_SPREAD) + strand
        gain = max(0.4, rng.gauss(GAIN_MIDDLE, GAIN_SPREAD)) * learner.pace
    return Curve(max(LOWEST, start), gain, since, until)


def entry_level(learner: Learner, code: str, *, steps_back: int = 0) -> float:
    """What an entry conversation finds on an idea from earlier grades; a gap now and then.

    The further back an idea lies, the surer it is.
    """
    rng = learner.rng
    level = rng.gauss(ENTRY_MIDDLE, ENTRY_SPREAD) + 0.5 * learner.strands[code.split(".")[0]] + 0.3 * steps_back
    if rng.random() < 0.05 and not steps_back:
        level -= 0.9
    return max(1.3, min(level, HIGHEST))


def seen(rng: Random, level: float) -> Decimal:
    """What a teacher writes down of a true level on one day: mostly a whole level, sometimes a half."""
    noisy = max(LOWEST, min(HIGHEST, level + rng.gauss(0, NOISE)))
    step = 2 if rng.random() < 0.3 else 1
    return Decimal(math.floor(noisy * step + 0.5)) / step


def band(value: Decimal) -> str:
    """The band of notes that fits a value."""
    if value >= 4:
        return "deeper"
    if value >= 3:
        return "showing"
    return "building" if value >= Decimal("1.5") else "starting"
