"""One piece, several raters: how far apart they are, and whether they should talk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from assessments.mastery import MasteryError

DIFFER_FROM = 2
"""Levels between the lowest and the highest rating of one piece from which the raters are said to differ."""


class Reason(StrEnum):
    """Why a piece goes to moderation. A person who asks needs no other reason."""

    DIFFER = "differ"
    ASKED = "asked"


class Difference(NamedTuple):
    """How the raters of one piece differ, or that somebody asked for a second look.

    apart  levels between the lowest and the highest rating, half steps as halves
    """

    reason: Reason
    apart: Fraction
    lowest: Decimal
    highest: Decimal


def position(value: Decimal, levels: Sequence[Decimal]) -> Fraction:
    """Where a value stands on a scale: 0 for the lowest level, 1 for the next; between two levels in proportion.

    `levels` rise strictly. Raises MasteryError for a value outside them.
    """
    if not levels or not value.is_finite() or not levels[0] <= value <= levels[-1]:
        raise MasteryError(f"{value} lies outside the scale.")
    index = bisect_right(levels, value) - 1
    if value == levels[index]:
        return Fraction(index)
    low, high = Fraction(levels[index]), Fraction(levels[index + 1])
    return index + (Fraction(value) - low) / (high - low)


def difference(
    ratings: Iterable[tuple[int, Decimal]], levels: Sequence[Decimal], *, asked: bool = False
) -> Difference | None:
    """Whether the raters of one piece should talk; None where they need not.

    `ratings` are (rater, value) in the order in which they were given: a rater's later rating of the same piece
    replaces the earlier one. Two raters DIFFER_FROM levels apart differ; fewer than two ratings never do. `asked`
    is that somebody asked for moderation; raters who differ are named as the reason even then. Raises MasteryError
    for a value outside the scale, and where moderation is asked for a piece nobody has rated.
    """
    kept = sorted(dict(ratings).values())
    if not kept:
        if asked:
            raise MasteryError("A piece without a rating cannot be moderated.")
        return None
    apart = position(kept[-1], levels) - position(kept[0], levels)
    if len(kept) > 1 and apart >= DIFFER_FROM:
        return Difference(Reason.DIFFER, apart, kept[0], kept[-1])
    return Difference(Reason.ASKED, apart, kept[0], kept[-1]) if asked else None
