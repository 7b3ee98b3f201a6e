"""The intraclass correlation ICC(2,1): two-way random effects, absolute agreement, a single rater.

Shrout, P. E., Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability. Psychological
Bulletin 86, 420-428: estimate and interval as given there for case 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from assessments.agreement.distributions import f_quantile


class Intraclass(NamedTuple):
    """ICC(2,1) over `pieces` rated by each of `raters`, its 95 % interval, and the mean squares it comes from.

    value  share of the variance of single ratings that is the pieces' own. Below 0 the pieces differ less than
           ratings of one piece do, so nothing is shared; not given below -1. None where nothing can be said:
           pieces and ratings of one piece do not differ at all
    """

    pieces: int
    raters: int
    value: float | None
    low: float | None
    high: float | None
    between_pieces: float
    between_raters: float
    residual: float


def intraclass(table: Sequence[Sequence[float]], *, confidence: float = 0.95) -> Intraclass:
    """ICC(2,1) of a complete table: a row for each piece, a column for each rater, positions on the scale.

    With BMS, JMS, EMS the mean squares between pieces, between raters and residual, n pieces and k raters:

        ICC = (BMS - EMS) / (BMS + (k - 1) EMS + k (JMS - EMS) / n)

    Raises ValueError for fewer than two pieces or raters, for rows of different length, and for a confidence
    outside 0 to 1.
    """
    n = len(table)
    k = len(table[0]) if table else 0
    if n < 2 or k < 2:
        raise ValueError("At least two pieces and two raters are needed.")
    if any(len(row) != k for row in table):
        raise ValueError("Every piece needs a rating of every rater.")
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    rows = [fsum(row) / k for row in table]
    columns = [fsum(row[rater] for row in table) / n for rater in range(k)]
    mean = fsum(rows) / n
    pieces = k * fsum((row - mean) ** 2 for row in rows) / (n - 1)
    raters = n * fsum((column - mean) ** 2 for column in columns) / (k - 1)
    rest = fsum((float(table[i][j]) - rows[i] - columns[j] + mean) ** 2 for i in range(n) for j in range(k)) / (
        (n - 1) * (k - 1)
    )
    # what floats leave of nothing is nothing
    noise = 1e-12 * max(1.0, max(abs(float(value)) for row in table for value in row)) ** 2
    pieces, raters, rest = (0.0 if square < noise else square for square in (pieces, raters, rest))
    total = pieces + (k - 1) * rest + k * (raters - rest) / n
    if not total or not (pieces or rest):
        return Intraclass(n, k, None, None, None, pieces, raters, rest)
    value = max(-1.0, (pieces - rest) / total)
    low, high = _interval(pieces, raters, rest, value, n, k, confidence)
    return Intraclass(n, k, value, low, high, pieces, raters, rest)


def _interval(
    pieces: float, raters: float, rest: float, value: float, n: int, k: int, confidence: float
) -> tuple[float, float]:
    """The interval for case 2 of Shrout & Fleiss, with Satterthwaite's degrees of freedom."""
    if not raters and not rest:
        return 1.0, 1.0
    if rest:
        ratio = raters / rest
        shared = max(value, 0.0)  # a share below 0 is none: (k - 1)(n - 1) degrees, those of the residual
        inner = n * (1 + (k - 1) * shared) - k * shared
        top = (k - 1) * (n - 1) * (k * shared * ratio + inner) ** 2
        freedom = top / ((n - 1) * (k * shared * ratio) ** 2 + inner**2)
    else:
        freedom = k - 1.0  # the limit: all that raters differ by is a habit of theirs
    tail = 1 - (1 - confidence) / 2
    down, up = f_quantile(tail, n - 1, freedom), f_quantile(tail, freedom, n - 1)
    between = k * raters + (k * n - k - n) * rest
    low = n * (pieces - down * rest) / (down * between + n * pieces)
    high = n * (up * pieces - rest) / (between + n * up * pieces)
    return max(-1.0, min(low, value)), min(1.0, max(high, value))
