"""From one scale to another: levels, points, per cent, half steps. Exact inside, `Decimal` half up at the end.

Two ways: `Anchors` (straight lines between pairs of values that mean the same) and `Cuts` (from a value on, a
level). What is missing stays missing; a 0 is a score like any other; a value outside the scale it comes from is
refused, never bent into it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

from assessments.mastery.terms import MasteryError, Scale, plain

HALF = Decimal("0.5")
HUNDREDTH = Decimal("0.01")


class ScaleCode(StrEnum):
    """What is wrong, for sentences in any language; parameters are plain decimal strings."""

    OUT_OF_RANGE = "out_of_range"
    """value, low, high"""
    NOT_A_NUMBER = "not_a_number"
    """value"""
    NOT_A_LEVEL = "not_a_level"
    """value"""
    MAPPING = "mapping"
    """A mapping that makes no sense: what (English)"""


class ScaleError(MasteryError):
    """A value that cannot be mapped, or a mapping that maps nothing: `code` and `params` say why."""

    def __init__(self, code: ScaleCode, params: Mapping[str, str], words: str) -> None:
        super().__init__(words)
        self.code = code
        self.params = params


def _bad_mapping(words: str) -> ScaleError:
    return ScaleError(ScaleCode.MAPPING, {"what": words}, words)


def read_value(text: str) -> Decimal | None:
    """A score as people type it: a number with a decimal point; None for an empty cell, which is missing and not 0.

    Raises ScaleError for anything else: words, a decimal comma, a number that is not finite.
    """
    text = text.strip()
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or "_" in text:
        raise ScaleError(ScaleCode.NOT_A_NUMBER, {"value": text}, f"{text!r} is not a number.")
    return value


def half_up(value: Fraction | Decimal | int, step: Decimal = HUNDREDTH) -> Decimal:
    """The nearest multiple of `step`; of two equally near the one further from 0, as Decimal's ROUND_HALF_UP.

    Steps are counted from 0: 0.01, 0.5 (half steps), 1 (whole levels). Raises ScaleError unless step is above 0.
    """
    if not step.is_finite() or step <= 0:
        raise _bad_mapping(f"A step is above 0, not {step}.")
    size = Fraction(step)
    steps = int(abs(Fraction(value)) / size + Fraction(1, 2))
    return plain_decimal((steps if value >= 0 else -steps) * size)


def plain_decimal(value: Fraction) -> Decimal:
    """An exact fraction as a Decimal without trailing zeros; the fraction has to end (its denominator 2s and 5s).

    Raises ScaleError for one that does not.
    """
    places, bottom = 0, value.denominator
    while (10**places) % bottom:
        places += 1
        if places > 30:
            raise _bad_mapping(f"{value} has no end as a decimal.")
    digits = value.numerator * 10**places // bottom
    return Decimal(plain(Decimal(f"{digits}E-{places}")))


def _in_range(value: Decimal, low: Decimal, high: Decimal) -> None:
    if not value.is_finite():
        raise ScaleError(ScaleCode.NOT_A_NUMBER, {"value": str(value)}, f"{value} is not a number.")
    if not low <= value <= high:
        params = {"value": plain(value), "low": plain(low), "high": plain(high)}
        words = f"{params['value']} lies outside the scale {params['low']} to {params['high']}."
        raise ScaleError(ScaleCode.OUT_OF_RANGE, params, words)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Pairs (from, to) that mean the same; between two pairs the line is straight.

    `step` is what the result is rounded to, half up. The first and last pair are the ends of the scale it comes
    from. Raises ScaleError unless there are at least two pairs, `from` rises and `to` does not fall.
    """

    pairs: tuple[tuple[Decimal, Decimal], ...]
    step: Decimal = HUNDREDTH

    def __post_init__(self) -> None:
        if len(self.pairs) < 2:
            raise _bad_mapping("Two pairs of values are the least a line needs.")
        if not all(one.is_finite() and other.is_finite() for one, other in self.pairs):
            raise _bad_mapping("Both values of a pair are numbers.")
        for (one, said), (following, said_then) in zip(self.pairs, self.pairs[1:], strict=False):
            if following <= one or said_then < said:
                raise _bad_mapping("A higher value never means less: pairs rise.")
        half_up(0, self.step)

    def map(self, value: Decimal | None) -> Decimal | None:
        """The value on the other scale. None stays None. Raises ScaleError outside the scale it comes from."""
        if value is None:
            return None
        _in_range(value, self.pairs[0][0], self.pairs[-1][0])
        index = min(bisect_right([one for one, _ in self.pairs], value), len(self.pairs) - 1)
        (low, said_low), (high, said_high) = self.pairs[index - 1], self.pairs[index]
        way = (Fraction(value) - Fraction(low)) / (Fraction(high) - Fraction(low))
        return half_up(Fraction(said_low) + way * (Fraction(said_high) - Fraction(said_low)), self.step)


@dataclass(frozen=True, slots=True)
class Cuts:
    """Levels by the least value each needs: from that value on, up to the next one. Nothing is rounded up to a cut.

    `cuts` are (least, level), rising; the first `least` is the low end of the scale it comes from, `high` its end.
    Raises ScaleError where they do not rise or lie above `high`.
    """

    cuts: tuple[tuple[Decimal, Decimal], ...]
    high: Decimal

    def __post_init__(self) -> None:
        if not self.cuts:
            raise _bad_mapping("One cut is the least a mapping needs.")
        if not self.high.is_finite() or not all(a.is_finite() and b.is_finite() for a, b in self.cuts):
            raise _bad_mapping("Cuts, levels and the end of the scale are numbers.")
        for (least, level), (following, level_then) in zip(self.cuts, self.cuts[1:], strict=False):
            if following <= least or level_then <= level:
                raise _bad_mapping("Cuts rise, and so do their levels.")
        if self.cuts[-1][0] > self.high:
            raise _bad_mapping("The last cut lies inside the scale it comes from.")

    def map(self, value: Decimal | None) -> Decimal | None:
        """The level. None stays None. Raises ScaleError outside the scale it comes from."""
        if value is None:
            return None
        _in_range(value, self.cuts[0][0], self.high)
        return self.cuts[bisect_right([least for least, _ in self.cuts], value) - 1][1]


Mapped = Anchors | Cuts


def points(out_of: Decimal, *, step: Decimal = HUNDREDTH) -> Anchors:
    """Points of 0 to `out_of` as per cent. Raises ScaleError unless `out_of` is above 0."""
    return Anchors(((Decimal(0), Decimal(0)), (out_of, Decimal(100))), step)


def between(origin: Scale, goal: Scale, *, step: Decimal = HUNDREDTH) -> Anchors:
    """From one scale of levels to another: lowest to lowest, target to target, highest to highest, straight between.

    A target that is the lowest or highest level of its scale stays the target of the other: what is enough here is
    enough there, and nothing more is claimed. A scale of one level is refused with ScaleError: it says nothing.
    """
    if len(origin.levels) < 2 or len(goal.levels) < 2:
        raise _bad_mapping("A scale of one level cannot be mapped.")
    ends = {origin.levels[0]: goal.levels[0], origin.top: goal.top} | {origin.target: goal.target}
    return Anchors(tuple(sorted(ends.items())), step)


def by_table(origin: Scale, table: Mapping[Decimal, Decimal], *, step: Decimal = HUNDREDTH) -> Anchors:
    """A table from each level of a scale to a value of another; a half step goes half way between its neighbours.

    Raises ScaleError where a level is missing from the table or a value of it is no level of `origin`.
    """
    for level in [level for level in origin.levels if level not in table]:
        raise ScaleError(ScaleCode.NOT_A_LEVEL, {"value": plain(level)}, f"The table says nothing of {plain(level)}.")
    for level in [level for level in table if level not in origin.levels]:
        raise ScaleError(ScaleCode.NOT_A_LEVEL, {"value": plain(level)}, f"{plain(level)} is not a level.")
    return Anchors(tuple((level, table[level]) for level in origin.levels), step)
