"""Cohen's kappa, plain and weighted: agreement beyond what two raters' habits alone would give.

Cohen, J. (1960), Educational and Psychological Measurement 20, 37-46; weighted: Cohen, J. (1968), Psychological
Bulletin 70, 213-220.

    kappa = 1 - mean w(a_i, b_i) / mean over all i, j of w(a_i, b_j)

with w = |a - b| (linear), (a - b)^2 (quadratic), or 1 where they differ (unweighted); any factor of w cancels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import NamedTuple

from assessments.agreement.shares import Pair

DRAWS = 1000
SEED = 20_250_901


class Weights(StrEnum):
    """How much a disagreement counts: any as one, by its distance, by the square of its distance."""

    UNWEIGHTED = "unweighted"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


class Kappa(NamedTuple):
    """Kappa and its 95 % interval. None where both raters always gave one and the same level: nothing to learn.

    1 is perfect agreement, 0 what their habits alone would give; below 0 is possible. The interval is None where
    fewer than 2 pairs exist or most draws say nothing.
    """

    pairs: int
    value: float | None
    low: float | None
    high: float | None


def kappa(
    pairs: Sequence[Pair], *, weights: Weights = Weights.QUADRATIC, draws: int = DRAWS, seed: int = SEED
) -> Kappa:
    """Kappa of two raters over pieces both rated, positions on the scale given.

    The interval is the 2.5 and 97.5 % points of `draws` samples of the pairs with replacement (Efron 1979), with a
    seed: the same pairs, in whatever order, give the same interval. Draws in which both raters gave one and the
    same level only are left out. `draws` 0 leaves the interval out.
    """
    counts = Counter((Fraction(one), Fraction(other)) for one, other in pairs)
    cells = sorted(counts)
    weight = _table(cells, weights)
    value = _kappa(Counter({n: counts[cell] for n, cell in enumerate(cells)}), cells, weight)
    if value is None or draws <= 0 or len(pairs) < 2:
        return Kappa(len(pairs), value, None, None)
    chance = Random(seed)  # noqa: S311  # repeatable on purpose
    times = [counts[cell] for cell in cells]
    drawn = []
    for _ in range(draws):
        sample = Counter(chance.choices(range(len(cells)), weights=times, k=len(pairs)))
        one = _kappa(sample, cells, weight)
        if one is not None:
            drawn.append(one)
    if len(drawn) * 2 < draws:
        return Kappa(len(pairs), value, None, None)
    drawn.sort()
    return Kappa(len(pairs), value, _quantile(drawn, 0.025), _quantile(drawn, 0.975))


_Cell = tuple[Fraction, Fraction]
_Table = Mapping[_Cell, float]


def _table(cells: Sequence[_Cell], weights: Weights) -> _Table:
    """The weight of every pair of positions that can meet."""
    first = {one for one, _ in cells}
    second = {other for _, other in cells}
    if weights is Weights.UNWEIGHTED:
        return {(one, other): float(one != other) for one in first for other in second}
    power = 1 if weights is Weights.LINEAR else 2
    return {(one, other): float(abs(one - other) ** power) for one in first for other in second}


def _kappa(sample: Mapping[int, int], cells: Sequence[_Cell], weight: _Table) -> float | None:
    """Kappa of a sample given as how often each cell occurs; None where nothing is expected to differ."""
    total, seen = 0, 0.0
    first: dict[Fraction, int] = {}
    second: dict[Fraction, int] = {}
    for place, times in sample.items():
        cell = cells[place]
        one, other = cell
        total += times
        seen += times * weight[cell]
        first[one] = first.get(one, 0) + times
        second[other] = second.get(other, 0) + times
    chance = sum(weight[one, other] * times * often for one, times in first.items() for other, often in second.items())
    return 1 - seen * total / chance if chance else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The value at a share of a sorted sample, straight between neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
