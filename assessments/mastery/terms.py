"""The terms of mastery: what goes into a judgement and what comes out of it.

Pieces, judgements and explanations are named tuples, not dataclasses: a recompute makes millions of them, and
a named tuple is made in a third of the time. All values are `Decimal`; nothing here knows a language.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

DEMONSTRATED_PIECES = 3
"""Counted independent pieces without which nothing is called demonstrated."""
DEMONSTRATED_DAYS = 2
"""School-local dates those pieces have to come from."""
UNKNOWN_CONTEXT = ""

TWO_PLACES = Decimal("0.01")
_SIX_PLACES = Decimal("0.000001")


class MasteryError(ValueError):
    """A scale, method, parameter or score that cannot be used; the message says which and what is allowed."""


class Piece(NamedTuple):
    """One counted observation of one student on one competency.

    Counted means: not withdrawn, not superseded, not a self-assessment, not an unaccepted family or partner
    observation. The caller leaves the others out.

    key           identity of the evidence; a correction keeps the key of what it corrects
    observed_on   school-local date of what was seen
    value         level or score on the framework's scale
    context       one of the named contexts, '' where nobody said
    task_key      the work that was judged: same key, same work. '' stands for work of its own
    rater         who judged it (a person's id), 0 where nobody is named
    recorded_at   when the record arrived; never used to order a judgement, only to replay crossings
    sub_skill     part of the competency, used by best_n alone; '' where there are no parts
    """

    key: str
    observed_on: date
    value: Decimal
    context: str
    task_key: str
    rater: int
    recorded_at: datetime
    sub_skill: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The one ordered scale of a framework and its target level.

    Raises MasteryError unless the levels rise strictly and the target is one of them.
    """

    levels: tuple[Decimal, ...]
    target: Decimal

    def __post_init__(self) -> None:
        if not self.levels:
            raise MasteryError("A scale needs at least one level.")
        for level in self.levels:
            if not level.is_finite() or level != level.quantize(_SIX_PLACES):
                raise MasteryError(f"A level is a number with at most six decimal places, not {level}.")
        if any(above <= below for below, above in zip(self.levels, self.levels[1:], strict=False)):
            raise MasteryError("The levels of a scale rise from each to the next.")
        if self.target not in self.levels:
            raise MasteryError(f"The target {self.target} is not a level of the scale.")

    @property
    def top(self) -> Decimal:
        """The highest level."""
        return self.levels[-1]

    def level_of(self, value: Decimal) -> Decimal | None:
        """The highest level that is not above `value`: half steps count down. None below the lowest level."""
        index = bisect_right(self.levels, value)
        return self.levels[index - 1] if index else None

    def below(self, level: Decimal) -> Decimal | None:
        """The level just under `level`; None under the lowest. Raises MasteryError for any other value."""
        if level not in self.levels:
            raise MasteryError(f"{level} is not a level of the scale.")
        index = self.levels.index(level)
        return self.levels[index - 1] if index else None


class Shape(StrEnum):
    """How a competency is drawn on a map: four shapes, each with its word, no colour on a child."""

    OPEN = "open"
    """No counted piece: not enough evidence yet."""
    BUILDING = "building"
    """Pieces, not demonstrated."""
    SHOWN = "shown"
    """Demonstrated."""
    DEEPER = "deeper"
    """Demonstrated, and what is held is above the target."""


class Code(StrEnum):
    """Every message a judgement can give. Sentences are written, and translated, where people read them.

    The parameters of each are listed with it; levels and values are plain decimal strings.
    """

    # What the method found: params of all are `pieces` (how many counted); the others are listed.
    NO_EVIDENCE = "no_evidence"
    """Nothing counted yet: missing is never zero. No parameters."""
    CRITERION_HELD = "criterion_held"
    """level, shown, recent (shown of the recent ones are at the level), needed, window, contexts (count)"""
    CRITERION_HELD_CONTEXTS_UNKNOWN = "criterion_held_contexts_unknown"
    """As criterion_held, without contexts: no piece at the level says its own, so the demand was dropped."""
    CRITERION_BUILDING = "criterion_building"
    """needed, window"""
    BEST_N = "best_n"
    """n, value"""
    HIGHEST = "highest"
    """value"""
    LATEST = "latest"
    """value, observed_on (ISO date)"""
    AVERAGE = "average"
    """value"""
    WEIGHTED = "weighted"
    """w (per cent), value"""
    DECAYING = "decaying"
    """w (per cent), value"""
    N_MASTERY = "n_mastery"
    """n, cut, reached (how many scores are at or above the cut), value"""
    N_MASTERY_NOT_ENOUGH = "n_mastery_not_enough"
    """n, cut, reached"""
    MEDIAN_RECENT = "median_recent"
    """k, value"""
    POWER_LAW = "power_law"
    """value"""
    JUDGED = "judged"
    """A person's judgement stands and leads. level (as the person judged it)"""

    # What would make us surer (why_not_yet).
    NEEDS_FIRST_PIECE = "needs_first_piece"
    """No parameters."""
    NEEDS_MORE_PIECES = "needs_more_pieces"
    """count (how many more independent pieces)"""
    NEEDS_ANOTHER_DAY = "needs_another_day"
    """count (how many more dates)"""
    NEEDS_LEVEL_AGAIN = "needs_level_again"
    """level, count (how many pieces at the level in a row would do)"""
    NEEDS_ANOTHER_CONTEXT = "needs_another_context"
    """level, count (how many more contexts), seen (the context seen so far; '' where there is none)"""
    NEEDS_LATEST_NEAR = "needs_latest_near"
    """level, at_least (the latest piece has to be at this level or above)"""
    NEEDS_HIGHER_VALUE = "needs_higher_value"
    """target, value"""


Params = Mapping[str, int | str]
"""Parameters of a message: JSON as they stand."""


class Explanation(NamedTuple):
    """A message without a language: the code says which sentence, the parameters fill it."""

    code: Code
    params: Params


class Judgement(NamedTuple):
    """What all counted evidence of one student on one competency adds up to, under one named method.

    shape        open, building, shown or deeper
    held         the level of the scale that is held: the highest level not above `value`; None: none
    value        what the method returns. Exact where six places hold it; else cut (towards minus infinity) at
                 six, so that neither `>=` against a level nor rounding half up to two places can differ from
                 the exact value. None: the method finds no value
    demonstrated value >= target, at least 3 independent pieces, at least 2 dates
    counted      keys of every rating that entered, in order (observed_on, key); a rating its own rater
                 replaced is not among them
    pieces       independent pieces (raters of one work are one)
    days         dates of those pieces
    contexts     contexts of those pieces, sorted; '' is the unknown one
    context_demand_dropped  levels for which no second context was asked, because every piece at or above
                 them is of unknown context (criterion only)
    explanation  why, as code and parameters
    """

    shape: Shape
    held: Decimal | None
    value: Decimal | None
    demonstrated: bool
    counted: tuple[str, ...]
    pieces: int
    days: int
    contexts: tuple[str, ...]
    context_demand_dropped: tuple[Decimal, ...]
    explanation: Explanation


def shown_value(value: Decimal) -> Decimal:
    """The value as people see it: two places, rounded half up. The only rounding there is, done last."""
    return value.quantize(TWO_PLACES, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=4096)
def plain(value: Decimal) -> str:
    """A decimal as a plain string without trailing zeros or exponent: 3, 2.5, 100."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
