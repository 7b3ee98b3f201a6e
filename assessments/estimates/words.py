"""How sure an estimate is, as a code. The sentences are in `assessments/wording.py`, the thresholds here."""

from __future__ import annotations

from enum import StrEnum

from assessments.estimates.terms import share

SURE_FROM = 0.9
"""Probability of what is said from which it is said as sure."""
SURE_EVENTS = 4
"""Own observations without which nothing is sure: before, calibration is that of a first guess (design/mastery)."""
FAIRLY_FROM = 0.75
FAIRLY_EVENTS = 2


class Sureness(StrEnum):
    """How sure we are of what the summary says. It never changes what the summary says."""

    NOT_SURE_YET = "not_sure_yet"
    FAIRLY_SURE = "fairly_sure"
    SURE = "sure"


def how_sure(probability: float, events: int, *, demonstrated: bool | None = None) -> Sureness:
    """How sure we are after `events` own observations, with `probability` (0 to 1) that the competency is there.

    `demonstrated` is what the method says: an estimate that speaks against it makes nobody sure. None asks how
    sure the estimate is of itself, whichever way it points. Raises EstimateError for a probability outside 0 to 1.
    """
    share("probability", probability)
    if demonstrated is None:
        said = max(probability, 1 - probability)
    else:
        said = probability if demonstrated else 1 - probability
    if said >= SURE_FROM and events >= SURE_EVENTS:
        return Sureness.SURE
    if said >= FAIRLY_FROM and events >= FAIRLY_EVENTS:
        return Sureness.FAIRLY_SURE
    return Sureness.NOT_SURE_YET
