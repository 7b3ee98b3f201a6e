"""Whether an estimator can be trusted: who is left out of fitting, and how predictions compare with what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import groupby
from math import fsum, sqrt
from operator import itemgetter
from typing import NamedTuple

from assessments.estimates.terms import EstimateError, Prediction, Response, share

BINS = 10
GROUP_EVENTS = 500
"""Events a group needs before its mean is compared: below, chance alone differs by more than the goal."""
ECE_GOAL = 0.03
GROUP_GOAL = 0.03
SEEN_BEFORE = 4
"""Own observations after which the second AUC begins."""


class Split(NamedTuple):
    """A log cut by student: no student is in both parts. The order of time is kept in each."""

    train: list[Response]
    test: list[Response]


def split(log: Iterable[Response], *, test_share: float = 0.2, seed: int = 0) -> Split:
    """The log cut by student; the same students, share and seed always give the same parts.

    Students are drawn by a hash of seed and name, so that the order of the log plays no part; at least one student
    on each side. Raises EstimateError for fewer than two students or a share outside 0.05 to 0.95.
    """
    share("test_share", test_share, low=0.05, high=0.95)
    responses = list(log)
    students = sorted({response.student for response in responses}, key=lambda name: _draw(seed, name))
    if len(students) < 2:
        raise EstimateError("At least two students are needed: one to fit with, one to test with.")
    tested = set(students[: min(max(round(len(students) * test_share), 1), len(students) - 1)])
    parts = Split([], [])
    for response in responses:
        parts[response.student in tested].append(response)
    return parts


def _draw(seed: int, name: str) -> bytes:
    return blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()


def auc(predictions: Sequence[Prediction]) -> float | None:
    """Area under the ROC curve: how often a success was given more than a non-success, ties counting half.

    Mann-Whitney U over the number of pairs (Hanley & McNeil 1982). None unless both kinds occur.
    """
    ordered = sorted(predictions, key=itemgetter(0))
    successes = sum(prediction.observed for prediction in ordered)
    others = len(ordered) - successes
    if not successes or not others:
        return None
    twice = below = 0
    for _, tied in groupby(ordered, key=itemgetter(0)):
        answers = [prediction.observed for prediction in tied]
        here = sum(answers)
        twice += here * (2 * below + len(answers) - here)
        below += len(answers) - here
    return twice / (2 * successes * others)


def rmse(predictions: Sequence[Prediction]) -> float | None:
    """Root of the mean squared difference of prediction and answer (the root of Brier's score). None without any."""
    if not predictions:
        return None
    return sqrt(fsum((said - answer) ** 2 for said, answer, _, _ in predictions) / len(predictions))


class Bin(NamedTuple):
    """Predictions in low <= p < high (the last bin holds 1 too): how many, their mean, the share of successes."""

    low: float
    high: float
    events: int
    predicted: float
    observed: float


def reliability(predictions: Iterable[Prediction], *, bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability diagram as numbers: bins of equal width, those without predictions left out.

    Raises EstimateError for fewer than one bin.
    """
    if bins < 1:
        raise EstimateError(f"At least one bin is needed, not {bins}.")
    members: list[list[Prediction]] = [[] for _ in range(bins)]
    for prediction in predictions:
        members[min(int(prediction.predicted * bins), bins - 1)].append(prediction)
    return tuple(
        Bin(n / bins, (n + 1) / bins, len(inside), *_means(inside)) for n, inside in enumerate(members) if inside
    )


def _means(predictions: Sequence[Prediction]) -> tuple[float, float]:
    """Mean prediction and share of successes."""
    count = len(predictions)
    return fsum(said for said, _, _, _ in predictions) / count, sum(answer for _, answer, _, _ in predictions) / count


def ece(predictions: Sequence[Prediction], *, bins: int = BINS) -> float | None:
    """Expected calibration error: |mean prediction - share of successes| of each bin, weighted by its events.

    Bins of equal width (Naeini et al. 2015); 0 is perfect. None without predictions.
    """
    if not predictions:
        return None
    gaps = (one.events * abs(one.predicted - one.observed) for one in reliability(predictions, bins=bins))
    return fsum(gaps) / len(predictions)


class GroupGap(NamedTuple):
    """A group of students: mean prediction minus share of successes. Above 0: more was expected than was seen."""

    group: str
    events: int
    predicted: float
    observed: float

    @property
    def difference(self) -> float:
        """Mean predicted minus observed."""
        return self.predicted - self.observed


def group_gaps(predictions: Iterable[Prediction], *, least: int = GROUP_EVENTS) -> tuple[GroupGap, ...]:
    """The gap of each named group with at least `least` events, in the order of its name."""
    groups: dict[str, list[Prediction]] = {}
    for prediction in predictions:
        if prediction.group:
            groups.setdefault(prediction.group, []).append(prediction)
    return tuple(
        GroupGap(name, len(members), *_means(members))
        for name, members in sorted(groups.items())
        if len(members) >= least
    )


def groups_apart(gaps: Sequence[GroupGap]) -> float | None:
    """How far the differences of groups lie from each other at most; None for fewer than two groups."""
    differences = [gap.difference for gap in gaps]
    return max(differences) - min(differences) if len(differences) > 1 else None


class Measures(NamedTuple):
    """The calibration report of one estimator over predictions made before each answer.

    auc_later is the AUC over answers with at least SEEN_BEFORE own observations before them.
    """

    events: int
    auc: float | None
    auc_later: float | None
    rmse: float | None
    ece: float | None
    bins: tuple[Bin, ...]
    groups: tuple[GroupGap, ...]


def measure(predictions: Sequence[Prediction], *, bins: int = BINS, group_events: int = GROUP_EVENTS) -> Measures:
    """All measures at once."""
    return Measures(
        events=len(predictions),
        auc=auc(predictions),
        auc_later=auc([one for one in predictions if one.seen >= SEEN_BEFORE]),
        rmse=rmse(predictions),
        ece=ece(predictions, bins=bins),
        bins=reliability(predictions, bins=bins),
        groups=group_gaps(predictions, least=group_events),
    )
