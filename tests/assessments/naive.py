"""A second implementation of every method, from the words of the specification, in `Fraction`s and without haste.

It shares nothing with the first one but the shape of a piece. Where the text says "logarithm" it uses 60 digits
and other formulas (the slope as covariance over variance), and rounds to the 20 places the text names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

from assessments.mastery import Piece


@dataclass(frozen=True)
class NaivePiece:
    """One independent piece."""

    on: date
    key: str
    value: Fraction
    context: str
    sub_skill: str


@dataclass(frozen=True)
class NaiveScale:
    """Levels from the lowest to the highest, and the target."""

    levels: tuple[Fraction, ...]
    target: Fraction


def independent_pieces(history: Sequence[Piece]) -> tuple[list[NaivePiece], list[str]]:
    """One piece for each task, in order; and the keys of all ratings that entered, in order."""
    last_recorded: dict[str, Piece] = {}
    for one in history:
        other = last_recorded.get(one.key)
        if other is None or one.recorded_at > other.recorded_at:
            last_recorded[one.key] = one
    tasks: dict[Any, list[Piece]] = {}
    for one in last_recorded.values():
        tasks.setdefault(one.task_key if one.task_key else ("alone", one.key), []).append(one)
    pieces, entered = [], []
    for ratings in tasks.values():
        newest_of: dict[int, Piece] = {}
        for one in ratings:
            there = newest_of.get(one.rater)
            if there is None or (one.observed_on, one.key) > (there.observed_on, there.key):
                newest_of[one.rater] = one
        kept = list(newest_of.values())
        values = sorted(Fraction(one.value) for one in kept)
        newest = max(kept, key=lambda one: (one.observed_on, one.key))
        # position ceil(n / 2), counted from one
        lower_median = values[-(-len(values) // 2) - 1]
        pieces.append(NaivePiece(newest.observed_on, newest.key, lower_median, newest.context, newest.sub_skill))
        entered += [(one.observed_on, one.key) for one in kept]
    pieces.sort(key=lambda one: (one.on, one.key))
    return pieces, [key for _, key in sorted(entered)]


def with_what_came_over(
    recorded: dict[Any, Sequence[Piece]], pairs: Sequence[tuple[Any, Any, list[tuple[Fraction, Fraction]] | None]]
) -> dict[Any, list[Piece]]:
    """What counts on each competency when evidence of some counts for others.

    `pairs` are (recorded on, counts on, anchors from scale to scale or None for one scale). For each competency: what
    was recorded on it, then, of every competency that counts for it, each recorded piece that is not there by its key
    and whose work was not judged here itself. What came over is never handed on.
    """
    result = {competency: list(pieces) for competency, pieces in recorded.items()}
    for goal in {goal for _origin, goal, _anchors in pairs}:
        here = list(recorded.get(goal, []))
        works_here = [one.task_key for one in here if one.task_key != ""]
        for origin, other_goal, anchors in sorted(pairs, key=lambda pair: (pair[0], pair[1])):
            if other_goal != goal:
                continue
            for one in recorded.get(origin, []):
                if one.key in [there.key for there in here] or one.task_key in works_here:
                    continue
                value = one.value if anchors is None else on_the_other_scale(Fraction(one.value), anchors)
                if value is not None:
                    here.append(one._replace(value=value))
        if here:
            result[goal] = here
    return result


def on_the_other_scale(value: Fraction, anchors: list[tuple[Fraction, Fraction]]) -> Decimal | None:
    """Straight lines between anchors, to the nearest hundredth, halves up; None outside."""
    for (low, said_low), (high, said_high) in zip(anchors, anchors[1:], strict=False):
        if low <= value <= high:
            exact = said_low + (said_high - said_low) * (value - low) / (high - low)
            hundredths = exact * 100
            whole = hundredths.numerator // hundredths.denominator
            if hundredths - whole >= Fraction(1, 2):
                whole += 1
            return Decimal(whole) / 100
    return None


def criterion(pieces, scale, *, needed=2, window=3, contexts=2):
    """Level L is held if `needed` of the last `window` are >= L, all >= L span the contexts, the latest is near."""
    held = None
    last = pieces[-window:] if len(pieces) > window else pieces
    for number, level in enumerate(scale.levels):
        recent = sum(1 for one in last if one.value >= level)
        seen = {one.context for one in pieces if one.value >= level}
        spans = len(seen) >= contexts or seen == {""}
        near = number == 0 or pieces[-1].value >= scale.levels[number - 1]
        if recent >= needed and spans and near:
            held = level
    return held


def best_n(pieces, scale, *, n=3):
    """Mean of the best n ratings of each sub-skill, pooled over sub-skills."""
    pooled = []
    for sub_skill in {one.sub_skill for one in pieces}:
        pooled += sorted((one.value for one in pieces if one.sub_skill == sub_skill), reverse=True)[:n]
    return mean(pooled)


def highest(pieces, scale):
    """The greatest value."""
    return max(one.value for one in pieces)


def latest(pieces, scale):
    """The value of the last piece."""
    return pieces[-1].value


def average(pieces, scale):
    """The mean of all values."""
    return mean([one.value for one in pieces])


def weighted(pieces, scale, *, w=65):
    """v = w * latest + (1 - w) * mean(all earlier)."""
    if len(pieces) == 1:
        return pieces[0].value
    share = Fraction(w, 100)
    return share * pieces[-1].value + (1 - share) * mean([one.value for one in pieces[:-1]])


def decaying(pieces, scale, *, w=65):
    """v1 = s1; v = w * s + (1 - w) * v."""
    value = pieces[0].value
    for one in pieces[1:]:
        value = Fraction(w, 100) * one.value + Fraction(100 - w, 100) * value
    return value


def n_mastery(pieces, scale, *, n=3, cut=None):
    """Mean of the scores at or above the cut, if at least n of them; else none."""
    line = scale.target if cut is None else Fraction(cut)
    reached = [one.value for one in pieces if one.value >= line]
    return mean(reached) if len(reached) >= n else None


def median_recent(pieces, scale, *, k=3):
    """Median of the last k; between two middle values their mean."""
    values = sorted(one.value for one in pieces[-k:])
    while len(values) > 2:
        values = values[1:-1]
    return mean(values)


@cache
def _ln(value: Fraction) -> Decimal:
    with localcontext(prec=60):
        return (Decimal(value.numerator) / Decimal(value.denominator)).ln()


def power_law(pieces, scale):
    """exp of the least-squares line of ln s over ln i, at i = n, clipped to the scale."""
    count = len(pieces)
    if count == 1:
        return pieces[0].value
    with localcontext(prec=60):
        xs = [_ln(Fraction(number)) for number in range(1, count + 1)]
        ys = [_ln(one.value) for one in pieces]
        mean_x, mean_y = sum(xs) / count, sum(ys) / count
        covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
        variance = sum((x - mean_x) ** 2 for x in xs)
        value = (mean_y + covariance / variance * (xs[-1] - mean_x)).exp()
        value = value.quantize(Decimal(1).scaleb(-20), rounding=ROUND_HALF_UP)
    return min(max(Fraction(value), scale.levels[0]), scale.levels[-1])


def mean(values):
    """Sum over count, exactly."""
    return sum(values, Fraction(0)) / len(values)


VALUES = {
    "criterion": criterion,
    "best_n": best_n,
    "highest": highest,
    "latest": latest,
    "average": average,
    "weighted": weighted,
    "decaying": decaying,
    "n_mastery": n_mastery,
    "median_recent": median_recent,
    "power_law": power_law,
}


@dataclass(frozen=True)
class NaiveJudgement:
    """What the specification says of a history."""

    value: Fraction | None
    held: Fraction | None
    demonstrated: bool
    shape: str
    pieces: int
    days: int
    contexts: tuple[str, ...]
    counted: tuple[str, ...]


def judge(history: Sequence[Piece], scale: NaiveScale, method: str, parameters: dict[str, Any]) -> NaiveJudgement:
    """What a history adds up to."""
    return judge_pieces(*independent_pieces(history), scale, method, parameters)


def judge_pieces(
    pieces: list[NaivePiece], counted: list[str], scale: NaiveScale, method: str, parameters: dict[str, Any]
) -> NaiveJudgement:
    """Held, demonstrated and shape, by the words of the section Terms."""
    if not pieces:
        return NaiveJudgement(None, None, False, "open", 0, 0, (), ())
    value = VALUES[method](pieces, scale, **parameters)
    held = None
    if value is not None:
        for level in scale.levels:
            if value >= level:
                held = level
    days = len({one.on for one in pieces})
    demonstrated = value is not None and value >= scale.target and len(pieces) >= 3 and days >= 2
    shape = ("deeper" if value > scale.target else "shown") if demonstrated else "building"
    contexts = tuple(sorted({one.context for one in pieces}))
    return NaiveJudgement(value, held, demonstrated, shape, len(pieces), days, contexts, tuple(counted))


def half_up(value: Fraction) -> Decimal:
    """Two places, rounded half up (values are not negative)."""
    hundredths = value * 100
    whole = hundredths.numerator // hundredths.denominator
    if hundredths - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(whole).scaleb(-2)


PARAMETERS = {
    "criterion": lambda chance: (
        lambda needed, more: {"needed": needed, "window": needed + more, "contexts": chance.randint(1, 2)}
    )(chance.randint(1, 4), chance.randint(0, 3)),
    "best_n": lambda chance: {"n": chance.randint(1, 5)},
    "weighted": lambda chance: {"w": chance.randint(1, 99)},
    "decaying": lambda chance: {"w": chance.randint(50, 99)},
    "n_mastery": lambda chance: {"n": chance.randint(1, 5), "cut": chance.choice([None, "2", "2.5", "3.5"])},
    "median_recent": lambda chance: {"k": chance.randint(1, 6)},
}


def random_parameters(method: str, chance: Random) -> dict[str, Any]:
    """Parameters inside the ranges of the specification."""
    return PARAMETERS[method](chance) if method in PARAMETERS else {}
