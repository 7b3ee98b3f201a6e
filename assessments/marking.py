"""From levels on criteria to one level on a competency, and from points of a check. Pure arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from assessments.mastery.scales import Cuts, half_up, plain_decimal
from assessments.mastery.terms import Scale

ENOUGH = Decimal(80)
"""Per cent of a check's points from which the target is shown."""
BEYOND = Decimal(95)
"""Per cent of a check's points from which the highest level above the target is shown."""


def lower_median(values: Sequence[Decimal]) -> Decimal:
    """The middle value; of two middle ones the lower. Raises IndexError for none."""
    return sorted(values)[(len(values) - 1) // 2]


def by_competency(rows: Iterable[tuple[int, Decimal]]) -> dict[int, list[Decimal]]:
    """Values by competency, in the order in which they came."""
    found: dict[int, list[Decimal]] = defaultdict(list)
    for competency, value in rows:
        found[competency].append(value)
    return dict(found)


def level_of_points(points: Decimal, out_of: Decimal, scale: Scale) -> Decimal:
    """The level a share of points shows: the target from 80 % on, the top from 95 %, levels between evenly.

    Below the target the cuts divide 0 to 80 % evenly; above it 80 to 95 %. A whole level, never rounded up to one.
    Raises ScaleError for points outside 0 to `out_of`.
    """
    share = plain_decimal(Fraction(half_up(Fraction(points) * 100 / Fraction(out_of))))
    if share * out_of > points * 100:  # rounded up over a cut it did not reach
        share -= Decimal("0.01")
    level = _cuts(scale).map(share)
    assert level is not None
    return level


def _cuts(scale: Scale) -> Cuts:
    place, above = scale.levels.index(scale.target), len(scale.levels) - 1 - scale.levels.index(scale.target)
    found = [(ENOUGH * n / place, level) for n, level in enumerate(scale.levels[:place])]
    found.append((ENOUGH if place else Decimal(0), scale.target))
    start = ENOUGH if place else Decimal(0)
    found += [
        (start + (BEYOND - start) * n / above, level) for n, level in enumerate(scale.levels[place + 1 :], start=1)
    ]
    return Cuts(tuple(found), Decimal(100))
