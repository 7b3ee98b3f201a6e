"""Shares with honest intervals: exact and adjacent agreement."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

Pair = tuple[Fraction, Fraction]
"""Positions that two raters gave to one piece."""

Z_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


class Share(NamedTuple):
    """`agreed` of `total`, the share and its 95 % interval, 0 to 1. No share of nothing: None with total 0."""

    agreed: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def wilson(agreed: int, total: int, *, z: float = Z_95) -> Share:
    """A share with the score interval of Wilson (1927): never outside 0 to 1, never of width 0.

    centre (p + z^2 / 2n) / (1 + z^2 / n), half width z / (1 + z^2 / n) sqrt(p (1 - p) / n + z^2 / 4n^2).
    Raises ValueError unless 0 <= agreed <= total.
    """
    if not 0 <= agreed <= total:
        raise ValueError(f"{agreed} of {total} is no share.")
    if not total:
        return Share(0, 0, None, None, None)
    p = agreed / total
    scale = 1 + z * z / total
    centre = (p + z * z / (2 * total)) / scale
    half = z / scale * sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    # at the ends the formula gives 0 and 1 exactly; floats may miss them by a hair
    low = 0.0 if agreed == 0 else max(0.0, centre - half)
    high = 1.0 if agreed == total else min(1.0, centre + half)
    return Share(agreed, total, p, low, high)


def exact(pairs: Iterable[Pair]) -> Share:
    """How often two raters gave the same level."""
    gaps = _gaps(pairs)
    return wilson(sum(gap == 0 for gap in gaps), len(gaps))


def adjacent(pairs: Iterable[Pair]) -> Share:
    """How often two raters were at most one level apart (the same level included)."""
    gaps = _gaps(pairs)
    return wilson(sum(gap <= 1 for gap in gaps), len(gaps))


def _gaps(pairs: Iterable[Pair]) -> list[Fraction]:
    return [abs(Fraction(one) - Fraction(other)) for one, other in pairs]
