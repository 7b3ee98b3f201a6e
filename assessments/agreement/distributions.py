"""The F distribution, by its relation to the incomplete beta function: no library needed for two quantiles a page."""

from __future__ import annotations

from math import exp, inf, isfinite, lgamma, log, log1p

_LEAST = 1e-300
_ENOUGH = 1e-15


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 to 1.

    The continued fraction of Abramowitz & Stegun 26.5.8 (DLMF 8.17.22), evaluated as Lentz does, on the side where
    it converges quickly. Raises ValueError unless 0 <= x <= 1 and a and b are above 0.
    """
    if not 0 <= x <= 1 or not a > 0 or not b > 0:
        raise ValueError(f"The incomplete beta function is not defined at {x}, {a}, {b}.")
    if x in (0.0, 1.0):
        return float(x)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + term * d)
            c = _away(1 + term / c)
            fraction *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return front * fraction


def _away(value: float) -> float:
    """Not zero, which Lentz's method divides by."""
    return value if abs(value) > _LEAST else _LEAST


def f_share(x: float, above: float, below: float) -> float:
    """P(F <= x) with `above` and `below` degrees of freedom (A & S 26.6.2); above 0, not necessarily whole."""
    if x <= 0:
        return 0.0
    return beta_share(above * x / (above * x + below), above / 2, below / 2)


def f_quantile(share: float, above: float, below: float) -> float:
    """The x with P(F <= x) = share, by halving; within one part in 10^12.

    Degrees of freedom may be infinite: they are cut at 10^9, where F differs from its limit by less than that.
    Raises ValueError for a share not between 0 and 1 or degrees of freedom not above 0.
    """
    if not 0 < share < 1 or not above > 0 or not below > 0:
        raise ValueError(f"F has no {share} quantile with {above} and {below} degrees of freedom.")
    above, below = min(above, 1e9), min(below, 1e9)
    low, high = 0.0, 1.0
    while f_share(high, above, below) < share:
        low, high = high, high * 2
        if not isfinite(high):
            return inf
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if f_share(middle, above, below) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
