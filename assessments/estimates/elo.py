"""Elo-style ratings of a stream of items: one per student and competency, one per competency, one per item.

Pelanek, R. (2016). Applications of the Elo rating system in adaptive educational systems. Computers & Education 98,
169-179.

    p = sigmoid(theta(student, competency) - b(competency) - d(item))
    theta += K (answer - p),  b -= K (answer - p),  d -= K (answer - p)
    K = a / (1 + 0.06 n), n = answers this rating has seen; a = 0.9 for theta, 0.4 for b and d

There is no rating of a student: `EloModel` keeps none, and no function takes one. A student's answers to one
competency never move what is expected of another. It costs accuracy (design: AUC .762 to .740), and buys that no
number says how much a child can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from statistics import NormalDist
from typing import NamedTuple

from assessments.estimates.terms import Prediction, Response, share


@dataclass(frozen=True, slots=True)
class EloParameters:
    """How far one answer moves a rating, in logits.

    a_pair         first step of a student's rating on one competency, above 0 to 4
    a_difficulty   first step of the difficulty of a competency or an item, 0 to 4 (0: difficulties stay)
    settling       how fast steps get smaller: K = a / (1 + settling n), 0 to 1

    Raises EstimateError outside these ranges.
    """

    a_pair: float = 0.9
    a_difficulty: float = 0.4
    settling: float = 0.06

    def __post_init__(self) -> None:
        share("a_pair", self.a_pair, low=1e-6, high=4)
        share("a_difficulty", self.a_difficulty, high=4)
        share("settling", self.settling)


DEFAULT = EloParameters()


class PairRating(NamedTuple):
    """What one student shows on one competency, in logits, after `events` answers."""

    value: float = 0.0
    events: int = 0


class Difficulty(NamedTuple):
    """How hard a competency or an item is, in logits (higher: fewer successes), after `events` answers."""

    value: float = 0.0
    events: int = 0


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow for any finite x."""
    if x >= 0:
        return 1 / (1 + exp(-x))
    small = exp(x)
    return small / (1 + small)


def expected(pair: PairRating, competency: Difficulty, item: Difficulty) -> float:
    """Probability of a success."""
    return sigmoid(pair.value - competency.value - item.value)


def observe(
    pair: PairRating, competency: Difficulty, item: Difficulty, success: bool, parameters: EloParameters = DEFAULT
) -> tuple[PairRating, Difficulty, Difficulty]:
    """The three ratings after one more answer; all three move by the same surprise. O(1)."""
    surprise = success - expected(pair, competency, item)
    return (
        PairRating(pair.value + _step(parameters.a_pair, pair.events, parameters) * surprise, pair.events + 1),
        _moved(competency, surprise, parameters),
        _moved(item, surprise, parameters),
    )


def _step(a: float, events: int, parameters: EloParameters) -> float:
    """K = a / (1 + settling n)."""
    return a / (1 + parameters.settling * events)


def _moved(difficulty: Difficulty, surprise: float, parameters: EloParameters) -> Difficulty:
    value, events = difficulty
    return Difficulty(value - _step(parameters.a_difficulty, events, parameters) * surprise, events + 1)


def spread(pair: PairRating, parameters: EloParameters = DEFAULT) -> float:
    """Standard error of a pair's rating in logits, from the number of its answers alone: the root of the next K.

    The step of a Kalman filter on a logistic answer is the variance of its state (Glickman 1999), so K read as a
    variance is what these steps believe: 0.95 before the first answer, 0.75 after ten. It falls with each answer
    and stays wider than for something that never moves: K settles on purpose more gently than 1 / n.
    """
    return sqrt(_step(parameters.a_pair, pair.events, parameters))


def probability_known(pair: PairRating, competency: Difficulty, parameters: EloParameters = DEFAULT) -> float:
    """How probable it is that the student succeeds more often than not on an ordinary item of the competency.

    Phi((theta - b) / spread): what `words.how_sure` wants, as the belief of knowledge tracing is.
    """
    return NormalDist().cdf((pair.value - competency.value) / spread(pair, parameters))


_NOTHING = PairRating()
_UNSEEN = Difficulty()


class EloModel(NamedTuple):
    """Difficulties as fitted. Of students it keeps nothing."""

    competencies: Mapping[str, Difficulty]
    items: Mapping[str, Difficulty]
    parameters: EloParameters = DEFAULT

    def predict(self, log: Iterable[Response]) -> list[Prediction]:
        """What was expected before each answer of a log in the order of time.

        The rating of each pair moves with each answer; the difficulties stay as they were fitted, 0 where unseen.
        """
        pairs: dict[tuple[str, str], PairRating] = {}
        said: list[Prediction] = []
        for response in log:
            key = (response.student, response.skill)
            pair = pairs.get(key, _NOTHING)
            p = expected(pair, self.competencies.get(response.skill, _UNSEEN), self.items.get(response.item, _UNSEEN))
            said.append(Prediction(p, response.correct, pair.events, response.group))
            k = _step(self.parameters.a_pair, pair.events, self.parameters)
            pairs[key] = PairRating(pair.value + k * (response.correct - p), pair.events + 1)
        return said


def fit_log(log: Iterable[Response], parameters: EloParameters = DEFAULT) -> EloModel:
    """The difficulties after one pass over a log in the order of time. An item named '' learns none."""
    pairs: dict[tuple[str, str], PairRating] = {}
    competencies: dict[str, Difficulty] = {}
    items: dict[str, Difficulty] = {}
    for response in log:
        key = (response.student, response.skill)
        pair, competency, item = observe(
            pairs.get(key, _NOTHING),
            competencies.get(response.skill, _UNSEEN),
            items.get(response.item, _UNSEEN),
            response.correct,
            parameters,
        )
        pairs[key], competencies[response.skill] = pair, competency
        if response.item:
            items[response.item] = item
    return EloModel(competencies, items, parameters)
