"""Bayesian knowledge tracing with forgetting: one probability per student and competency, closed form per event.

Corbett, A. T., Anderson, J. R. (1995). Knowledge tracing: modeling the acquisition of procedural knowledge. User
Modeling and User-Adapted Interaction 4, 253-278; with a probability to forget, as the two-state chain allows.

With k = P(known) before the answer, g = guess, s = slip, l = learn, f = forget:

    P(success)      = k (1 - s) + (1 - k) g
    k | success     = k (1 - s) / P(success)
    k | no success  = k s / (1 - P(success))
    next k          = k' (1 - f) + (1 - k') l,  one step of the chain per own observation

Nothing here knows another competency of the same student: a state belongs to one pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from assessments.estimates.terms import EstimateError, Prediction, Response, share

BOUNDS: Mapping[str, tuple[float, float]] = {
    "p_init": (0.01, 0.99),
    "p_learn": (0.001, 0.5),
    "p_forget": (0.001, 0.3),
    "p_guess": (0.01, 0.5),
    "p_slip": (0.01, 0.4),
}
"""Where a fit may put a parameter: outside, known and not known would change their meaning."""
PRIOR_STRENGTH = 20.0
"""Observations the shared parameters are worth when a competency with few sequences is fitted."""


@dataclass(frozen=True, slots=True)
class BktParameters:
    """The five probabilities of one competency.

    p_init    known before the first observation, 0 to 1
    p_learn   becomes known from one observation to the next, 0 to 1
    p_forget  is forgotten from one observation to the next, 0 to 1
    p_guess   success though not known, above 0
    p_slip    no success though known, above 0

    Raises EstimateError outside these ranges, where guess + slip reach 1 (a success would then speak against
    knowing) and where learn + forget exceed 1 (knowing would then speak against still knowing).
    """

    p_init: float = 0.4
    p_learn: float = 0.15
    p_forget: float = 0.03
    p_guess: float = 0.2
    p_slip: float = 0.1

    def __post_init__(self) -> None:
        for name in BOUNDS:
            share(name, getattr(self, name))
        if self.p_guess <= 0 or self.p_slip <= 0:
            raise EstimateError("p_guess and p_slip are above 0: no single answer proves anything.")
        if self.p_guess + self.p_slip >= 1:
            raise EstimateError("p_guess and p_slip are below 1 together, or a success would speak against knowing.")
        if self.p_learn + self.p_forget > 1:
            raise EstimateError("p_learn and p_forget are at most 1 together.")


DEFAULT = BktParameters()
"""Where nothing was fitted yet."""


class Known(NamedTuple):
    """What is believed of one student and one competency: P(known) now, after `events` own observations."""

    probability: float
    events: int = 0


def begin(parameters: BktParameters = DEFAULT) -> Known:
    """The belief before the first observation."""
    return Known(parameters.p_init)


def expected(known: Known, parameters: BktParameters = DEFAULT) -> float:
    """Probability that the next observation is a success; between guess and 1 - slip."""
    k = known.probability
    return k * (1 - parameters.p_slip) + (1 - k) * parameters.p_guess


def observe(known: Known, success: bool, parameters: BktParameters = DEFAULT) -> Known:
    """The belief after one more observation: Bayes' rule, then one step of learning and forgetting. O(1)."""
    k = known.probability
    right = k * (1 - parameters.p_slip) + (1 - k) * parameters.p_guess
    k = k * (1 - parameters.p_slip) / right if success else k * parameters.p_slip / (1 - right)
    return Known(k * (1 - parameters.p_forget) + (1 - k) * parameters.p_learn, known.events + 1)


def replay(successes: Iterable[bool], parameters: BktParameters = DEFAULT) -> Known:
    """The belief after all observations of one student on one competency, given in order (observed_on, key)."""
    known = begin(parameters)
    for success in successes:
        known = observe(known, success, parameters)
    return known


class BktFit(NamedTuple):
    """Parameters found, and how.

    log_likelihood   of the sequences under the parameters (natural logarithm)
    rounds           steps of expectation and maximisation taken
    history          objective before each step (log-likelihood plus the logarithm of the prior): it never falls
    """

    parameters: BktParameters
    log_likelihood: float
    rounds: int
    sequences: int
    events: int
    history: tuple[float, ...]


def fit(
    sequences: Iterable[Sequence[int]],
    *,
    prior: BktParameters = DEFAULT,
    strength: float = PRIOR_STRENGTH,
    most_rounds: int = 15,
    tolerance: float = 1e-4,
) -> BktFit:
    """Parameters of one competency from the sequences of its students: successes as True or 1, in order.

    An empty sequence says nothing.

    Expectation and maximisation for a chain of two states (Baum et al. 1970), with `strength` observations' worth
    of the `prior` for each parameter (the mode of a Beta posterior) and each parameter kept in BOUNDS. Both keep
    every step an ascent: each parameter stands alone in what is maximised, and that is concave in it. Ends when a
    step gains less than `tolerance` per event. Without any event the prior is returned.
    """
    counts = Counter(bytes(map(bool, sequence)) for sequence in sequences if len(sequence))
    events = sum(len(sequence) * times for sequence, times in counts.items())
    parameters, history, likelihood = _bounded(prior), [], 0.0
    for _ in range(most_rounds if events else 0):
        likelihood, found = _expectations(counts, parameters)
        history.append(likelihood + _log_prior(parameters, prior, strength))
        if len(history) > 1 and history[-1] - history[-2] < tolerance * events:
            break
        parameters = _bounded(
            BktParameters(
                *(
                    (yes + strength * getattr(prior, name)) / (of + strength) if of + strength else getattr(prior, name)
                    for name, (yes, of) in zip(BOUNDS, found, strict=True)
                )
            )
        )
    if events:
        likelihood = _expectations(counts, parameters)[0]
    return BktFit(parameters if events else prior, likelihood, len(history), counts.total(), events, tuple(history))


def _bounded(parameters: BktParameters) -> BktParameters:
    return BktParameters(**{n: min(max(getattr(parameters, n), low), high) for n, (low, high) in BOUNDS.items()})


def _log_prior(parameters: BktParameters, prior: BktParameters, strength: float) -> float:
    total = 0.0
    for name in BOUNDS:
        now, before = getattr(parameters, name), getattr(prior, name)
        total += strength * (before * log(now) + (1 - before) * log(1 - now))
    return total


_Expected = tuple[tuple[float, float], ...]
"""(times it happened, times it could have) of init, learn, forget, guess, slip."""


def _expectations(counts: Mapping[bytes, int], parameters: BktParameters) -> tuple[float, _Expected]:
    """Log-likelihood, and the expected counts under the parameters: filter forwards, smooth backwards."""
    init, learn, forget = parameters.p_init, parameters.p_learn, parameters.p_forget
    guess, slip = parameters.p_guess, parameters.p_slip
    hit, keep = 1 - slip, 1 - forget
    gain, stay = hit - guess, keep - learn
    likelihood = 0.0
    started = known_first = learned = could_learn = forgot = could_forget = guessed = unknown = slipped = known = 0.0
    for sequence, times in counts.items():
        k, before, after, product, logs = init, [], [], 1.0, 0.0
        for success in sequence:
            before.append(k)
            right = guess + k * gain
            if success:
                product *= right
                k = k * hit / right
            else:
                product *= 1 - right
                k = k * slip / (1 - right)
            if product < 1e-200:  # long sequences would underflow
                logs += log(product)
                product = 1.0
            after.append(k)
            k = learn + k * stay
        likelihood += times * (logs + log(product))
        # P(known) at each observation given all of them, from the last one backwards
        smooth = last = after.pop()
        successes = sequence.count(1)
        before.reverse()
        after.reverse()
        in_all, in_successes = smooth, smooth if sequence[-1] else 0.0
        kept_in_all = lost_in_all = 0.0
        for k, following, success in zip(after, before, sequence[-2::-1], strict=False):
            kept = smooth * k * keep / following
            lost = (1 - smooth) * k * forget / (1 - following)
            smooth = kept + lost
            kept_in_all += kept
            lost_in_all += lost
            in_all += smooth
            if success:
                in_successes += smooth
        started += times
        known_first += times * smooth
        learned += times * (in_all - smooth - kept_in_all)
        could_learn += times * (len(sequence) - 1 - in_all + last)
        forgot += times * lost_in_all
        could_forget += times * (in_all - last)
        guessed += times * (successes - in_successes)
        unknown += times * (len(sequence) - in_all)
        slipped += times * (in_all - in_successes)
        known += times * in_all
    return likelihood, (
        (known_first, started),
        (learned, could_learn),
        (forgot, could_forget),
        (guessed, unknown),
        (slipped, known),
    )


class BktModel(NamedTuple):
    """Fitted parameters of every competency of a log, and `shared` ones for a competency it has not seen."""

    shared: BktParameters
    by_skill: Mapping[str, BktParameters]

    def of(self, skill: str) -> BktParameters:
        """The parameters of a competency."""
        return self.by_skill.get(skill, self.shared)

    def predict(self, log: Iterable[Response]) -> list[Prediction]:
        """What was expected before each answer of a log in the order of time; the belief moves, the model does not."""
        states: dict[tuple[str, str], Known] = {}
        said: list[Prediction] = []
        for response in log:
            pair, parameters = (response.student, response.skill), self.of(response.skill)
            known = states.get(pair) or begin(parameters)
            said.append(Prediction(expected(known, parameters), response.correct, known.events, response.group))
            states[pair] = observe(known, response.correct, parameters)
        return said


def fit_log(log: Iterable[Response], *, shared_events: int = 10_000) -> BktModel:
    """Parameters of every skill of a log in the order of time: first shared ones, then each skill with those as prior.

    The shared ones are fitted on whole sequences, in the order of the log, of about `shared_events` events: they
    are five numbers, and more would not move them.
    """
    by_skill: dict[str, dict[str, list[bool]]] = {}
    for response in log:
        by_skill.setdefault(response.skill, {}).setdefault(response.student, []).append(response.correct)
    some: list[list[bool]] = []
    events = 0
    queues = [iter(students.values()) for students in by_skill.values()]
    while queues and events < shared_events:
        for queue in list(queues):
            sequence = next(queue, None)
            if sequence is None:
                queues.remove(queue)
            else:
                some.append(sequence)
                events += len(sequence)
    shared = fit(some, strength=1.0, most_rounds=25).parameters
    return BktModel(
        shared, {skill: fit(students.values(), prior=shared).parameters for skill, students in by_skill.items()}
    )
