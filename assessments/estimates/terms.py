"""What the estimators read and what they say: responses in the order of time, predictions made before the answer."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import NamedTuple


class EstimateError(ValueError):
    """A parameter, a share or a log that cannot be used; the message says which and what is allowed."""


class Response(NamedTuple):
    """One answer of one student to one item of one skill.

    student, skill   who, and the competency it is about
    item             which task; '' where the log names none (then no difficulty of an item is learned)
    correct          whether it was a success; of a rubric level: whether it reaches the target
    at               when, on one axis for the whole log (seconds or a running number); only its order is used
    group            a group of students whose calibration is to be compared, '' for none; no estimator reads it
    """

    student: str
    skill: str
    item: str
    correct: bool
    at: float
    group: str = ""


class Prediction(NamedTuple):
    """What an estimator said before it saw an answer, and the answer.

    predicted   probability of a success, 0 to 1
    observed    whether it was one
    seen        how many answers of this student to this skill the estimator had seen before
    group       the group of the response
    """

    predicted: float
    observed: bool
    seen: int
    group: str


def is_success(value: Decimal, target: Decimal) -> bool:
    """Whether a rubric level counts as a success: at the target or above it. The exact value, never a rounded one."""
    return value >= target


def share(name: str, value: float, *, low: float = 0.0, high: float = 1.0) -> float:
    """`value`, if it is a number in the closed range low..high; raises EstimateError naming it otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise EstimateError(f"{name} is a number, not {value!r}.")
    if not low <= value <= high:
        raise EstimateError(f"{name} is {low:g} to {high:g}, not {value:g}.")
    return float(value)
