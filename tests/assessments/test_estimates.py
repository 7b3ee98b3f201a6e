"""Both estimators: numbers worked by hand, what must hold for every history, and that a fit finds what was put in."""

from __future__ import annotations

from decimal import Decimal
from math import exp, log, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.estimates import bkt, elo
from assessments.estimates.bkt import BktParameters, Known
from assessments.estimates.elo import Difficulty, EloParameters, PairRating
from assessments.estimates.terms import EstimateError, Response, is_success
from assessments.estimates.words import Sureness, how_sure

CORBETT = BktParameters(p_init=0.5, p_learn=0.1, p_forget=0.0, p_guess=0.2, p_slip=0.1)
FORGETS = BktParameters(p_init=0.5, p_learn=0.1, p_forget=0.05, p_guess=0.2, p_slip=0.1)

parameters = st.builds(
    BktParameters,
    p_init=st.floats(0, 1),
    p_learn=st.floats(0, 0.6),
    p_forget=st.floats(0, 0.4),
    p_guess=st.floats(0.01, 0.5),
    p_slip=st.floats(0.01, 0.49),
)
answers = st.lists(st.booleans(), max_size=25)


# -- knowledge tracing ------------------------------------------------------------------------------------


def test_a_success_and_a_miss_move_the_belief_as_worked_by_hand():
    # success: .5 x .9 / (.5 x .9 + .5 x .2) = 9/11; then 9/11 + 2/11 x .1 = 9.2/11
    # miss: .5 x .1 / (.5 x .1 + .5 x .8) = 1/9; then 1/9 + 8/9 x .1 = 1.8/9
    assert bkt.observe(bkt.begin(CORBETT), True, CORBETT) == (pytest.approx(9.2 / 11), 1)
    assert bkt.observe(bkt.begin(CORBETT), False, CORBETT) == (pytest.approx(0.2), 1)


def test_forgetting_takes_its_share_once_per_own_observation():
    # 9/11 x .95 + 2/11 x .1 = 8.75/11; 1/9 x .95 + 8/9 x .1 = 1.75/9
    assert bkt.observe(bkt.begin(FORGETS), True, FORGETS).probability == pytest.approx(8.75 / 11)
    assert bkt.observe(bkt.begin(FORGETS), False, FORGETS).probability == pytest.approx(1.75 / 9)


def test_what_is_expected_lies_between_a_guess_and_no_slip():
    assert bkt.expected(Known(0.5), CORBETT) == pytest.approx(0.55)
    assert bkt.expected(Known(0.0), CORBETT) == pytest.approx(0.2)
    assert bkt.expected(Known(1.0), CORBETT) == pytest.approx(0.9)


def test_two_observations_in_a_row_by_hand():
    # after a success k = 9.2/11; miss: k x .1 / (k x .1 + (1 - k) x .8) = .92 / (.92 + 1.44) = .92/2.36
    k = 0.92 / 2.36
    assert bkt.replay([True, False], CORBETT) == (pytest.approx(k + (1 - k) * 0.1), 2)


def test_without_an_observation_the_belief_is_the_first_one():
    assert bkt.replay([], CORBETT) == (0.5, 0)


@given(parameters, answers)
def test_a_belief_is_a_probability_and_counts_what_it_saw(given_parameters, successes):
    known = bkt.replay(successes, given_parameters)
    assert 0 <= known.probability <= 1
    assert known.events == len(successes)
    assert (
        given_parameters.p_guess - 1e-12 <= bkt.expected(known, given_parameters) <= 1 - given_parameters.p_slip + 1e-12
    )


@given(parameters, answers)
def test_a_success_never_speaks_against_knowing(given_parameters, successes):
    known = bkt.replay(successes, given_parameters)
    right = bkt.observe(known, True, given_parameters).probability
    wrong = bkt.observe(known, False, given_parameters).probability
    assert right >= wrong - 1e-12


@given(parameters, answers, st.data())
def test_one_miss_turned_into_a_success_never_lowers_the_belief(given_parameters, successes, data):
    if not successes:
        return
    place = data.draw(st.integers(0, len(successes) - 1))
    better = [*successes[:place], True, *successes[place + 1 :]]
    before, after = bkt.replay(successes, given_parameters), bkt.replay(better, given_parameters)
    assert after.probability >= before.probability - 1e-9


@given(parameters, answers, answers)
def test_replaying_all_is_the_same_as_going_on_from_where_it_stood(given_parameters, first, then):
    known = bkt.replay(first, given_parameters)
    for success in then:
        known = bkt.observe(known, success, given_parameters)
    assert known == bkt.replay(first + then, given_parameters)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"p_init": 1.1}, "p_init is 0 to 1, not 1.1"),
        ({"p_learn": -0.1}, "p_learn is 0 to 1"),
        ({"p_forget": float("nan")}, "p_forget is a number"),
        ({"p_guess": True}, "p_guess is a number"),
        ({"p_slip": "0.1"}, "p_slip is a number"),
        ({"p_guess": 0}, "above 0"),
        ({"p_slip": 0}, "above 0"),
        ({"p_guess": 0.6, "p_slip": 0.4}, "below 1 together"),
        ({"p_learn": 0.7, "p_forget": 0.4}, "at most 1 together"),
    ],
)
def test_parameters_that_would_turn_meaning_around_are_refused(wrong, words):
    with pytest.raises(EstimateError, match=words):
        BktParameters(**wrong)


def test_a_rubric_level_is_a_success_from_the_target_on_and_never_by_rounding():
    assert is_success(Decimal(3), Decimal(3))
    assert is_success(Decimal("3.5"), Decimal(3))
    assert not is_success(Decimal("2.999999"), Decimal(3))


def sequences(true: BktParameters, *, students: int, length: int, seed: int) -> list[list[bool]]:
    """Answers as the model itself would give them."""
    chance = Random(seed)
    result = []
    for _ in range(students):
        known, row = chance.random() < true.p_init, []
        for _ in range(length):
            row.append(chance.random() < (1 - true.p_slip if known else true.p_guess))
            known = chance.random() >= true.p_forget if known else chance.random() < true.p_learn
        result.append(row)
    return result


def test_a_fit_finds_the_parameters_that_made_the_answers():
    true = BktParameters(p_init=0.3, p_learn=0.12, p_forget=0.04, p_guess=0.15, p_slip=0.08)
    found = bkt.fit(sequences(true, students=800, length=12, seed=4), strength=0, most_rounds=150, tolerance=1e-7)
    for name in bkt.BOUNDS:
        assert getattr(found.parameters, name) == pytest.approx(getattr(true, name), abs=0.04), name


@pytest.mark.parametrize("strength", [0.0, 20.0])
def test_no_step_of_a_fit_makes_it_worse(strength):
    true = BktParameters(p_init=0.6, p_learn=0.3, p_forget=0.1, p_guess=0.3, p_slip=0.2)
    rows = sequences(true, students=60, length=9, seed=9)
    found = bkt.fit(rows, strength=strength, most_rounds=60, tolerance=0)
    assert found.rounds > 5
    assert all(after >= before - 1e-9 for before, after in zip(found.history, found.history[1:], strict=False))


def brute_force(row: list[bool], p: BktParameters) -> float:
    """Probability of a sequence, summed over every path through known and not known."""
    total = 0.0
    for path in range(2 ** len(row)):
        states = [bool(path >> place & 1) for place in range(len(row))]
        probability = p.p_init if states[0] else 1 - p.p_init
        for before, after in zip(states, states[1:], strict=False):
            stays = (1 - p.p_forget if after else p.p_forget) if before else (p.p_learn if after else 1 - p.p_learn)
            probability *= stays
        for known, right in zip(states, row, strict=True):
            success = 1 - p.p_slip if known else p.p_guess
            probability *= success if right else 1 - success
        total += probability
    return total


def test_the_likelihood_is_that_of_every_path_summed():
    rows = [[True, False, True], [False], [True, True, True, False], [True, False, True]]
    found = bkt.fit(rows, prior=FORGETS, most_rounds=1, strength=1e12)
    assert found.parameters.p_init == pytest.approx(FORGETS.p_init)
    assert found.log_likelihood == pytest.approx(sum(log(brute_force(row, FORGETS)) for row in rows))
    assert (found.sequences, found.events) == (4, 11)


def test_the_likelihood_of_a_very_long_sequence_does_not_vanish():
    found = bkt.fit([[True, False] * 2000], most_rounds=1)
    assert -4000 < found.log_likelihood < -2000


def test_a_fit_without_answers_is_the_prior():
    assert bkt.fit([[], []], prior=CORBETT) == (CORBETT, 0.0, 0, 0, 0, ())


def test_successes_may_be_told_as_numbers_or_bytes():
    rows = [[True, False, True], [False]]
    assert bkt.fit([[1, 0, 1], [0]]) == bkt.fit([bytes(row) for row in rows]) == bkt.fit(rows)


def test_a_competency_with_little_evidence_stays_near_the_shared_parameters():
    few = bkt.fit([[False, False, False]], prior=CORBETT).parameters
    assert few.p_guess == pytest.approx(CORBETT.p_guess, abs=0.03)
    assert few.p_slip == pytest.approx(CORBETT.p_slip, abs=0.03)


def test_a_competency_nobody_was_seen_on_gets_the_shared_parameters():
    model = bkt.fit_log([Response("a", "x", "", True, 1), Response("b", "x", "", False, 2)])
    assert model.of("x") != model.shared
    assert model.of("never seen") == model.shared


# -- Elo --------------------------------------------------------------------------------------------------


def test_the_first_answer_moves_all_three_by_their_own_step():
    # p = .5; a success: theta + .9 x .5, b - .4 x .5, d - .4 x .5
    pair, competency, item = elo.observe(PairRating(), Difficulty(), Difficulty(), True)
    assert (pair, competency, item) == ((pytest.approx(0.45), 1), (pytest.approx(-0.2), 1), (pytest.approx(-0.2), 1))


def test_a_step_gets_smaller_with_what_was_seen():
    # after 10 answers K = .9 / (1 + .6) = .5625 and .4 / 1.6 = .25; p = 1 / (1 + e^-(1 - .5 + .5)) = 1 / (1 + e^-1)
    p = 1 / (1 + exp(-1))
    pair, competency, item = elo.observe(PairRating(1.0, 10), Difficulty(0.5, 10), Difficulty(-0.5, 0), False)
    assert pair == (pytest.approx(1 - 0.5625 * p), 11)
    assert competency == (pytest.approx(0.5 + 0.25 * p), 11)
    assert item == (pytest.approx(-0.5 + 0.4 * p), 1)


@pytest.mark.parametrize(("x", "p"), [(0, 0.5), (log(3), 0.75), (-log(3), 0.25), (1000, 1.0), (-1000, 0.0)])
def test_the_sigmoid_never_overflows(x, p):
    assert elo.sigmoid(x) == pytest.approx(p)


def test_the_spread_is_the_root_of_the_next_step():
    assert elo.spread(PairRating()) == pytest.approx(sqrt(0.9))
    assert elo.spread(PairRating(2.0, 10)) == pytest.approx(0.75)


def test_a_rating_at_the_difficulty_says_neither_yes_nor_no():
    assert elo.probability_known(PairRating(0.7, 5), Difficulty(0.7, 40)) == pytest.approx(0.5)
    # one spread above: Phi(1)
    assert elo.probability_known(PairRating(0.75, 10), Difficulty()) == pytest.approx(0.841345, abs=1e-6)


def responses(rows: list[tuple[int, int, int, bool]]) -> list[Response]:
    return [Response(f"s{s}", f"c{c}", f"i{c}-{i}", right, at) for at, (s, c, i, right) in enumerate(rows)]


logs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3), st.booleans()), max_size=40).map(
    responses
)


@given(logs)
def test_predictions_are_probabilities_and_the_same_log_gives_the_same(some):
    for module in (bkt, elo):
        said = module.fit_log(some).predict(some)
        assert said == module.fit_log(list(some)).predict(list(some))
        assert all(0 <= one.predicted <= 1 for one in said)
        assert [one.observed for one in said] == [one.correct for one in some]


@given(logs)
def test_what_was_seen_before_is_counted_for_each_pair(some):
    counts: dict[tuple[str, str], int] = {}
    expected = []
    for one in some:
        key = (one.student, one.skill)
        expected.append(counts.get(key, 0))
        counts[key] = expected[-1] + 1
    for module in (bkt, elo):
        assert [one.seen for one in module.fit_log([]).predict(some)] == expected


@given(logs, logs)
def test_answers_to_one_competency_never_move_what_is_expected_of_another(fitted, some):
    """No global term: what a student shows elsewhere is not in the prediction."""
    turned = [one._replace(correct=not one.correct) if one.skill == "c0" else one for one in some]
    for module in (bkt, elo):
        model = module.fit_log(fitted)
        before, after = model.predict(some), model.predict(turned)
        assert [p.predicted for p, one in zip(before, some, strict=True) if one.skill != "c0"] == [
            p.predicted for p, one in zip(after, some, strict=True) if one.skill != "c0"
        ]


@given(logs, st.integers(0, 3))
def test_a_students_predictions_do_not_depend_on_who_else_is_there(some, student):
    for module in (bkt, elo):
        model = module.fit_log(some)
        name = f"s{student}"
        alone = model.predict([one for one in some if one.student == name])
        together = zip(model.predict(some), some, strict=True)
        assert alone == [said for said, one in together if one.student == name]


@given(logs)
def test_a_success_never_lowers_what_is_expected_next(some):
    for module in (bkt, elo):
        model = module.fit_log(some)
        right, wrong = (
            model.predict([Response("n", "c0", "i0-0", was, 1), Response("n", "c0", "i0-0", True, 2)])[1].predicted
            for was in (True, False)
        )
        assert right >= wrong - 1e-12


def test_an_answer_without_an_item_teaches_no_difficulty_of_one():
    model = elo.fit_log([Response("a", "x", "", True, 1), Response("b", "x", "", True, 2)])
    assert (dict(model.items), model.competencies["x"].events) == ({}, 2)


@pytest.mark.parametrize("wrong", [{"a_pair": 0}, {"a_difficulty": 5}, {"settling": -1}, {"a_pair": float("inf")}])
def test_steps_that_make_no_sense_are_refused(wrong):
    with pytest.raises(EstimateError):
        EloParameters(**wrong)


# -- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "events", "demonstrated", "word"),
    [
        (0.95, 4, True, Sureness.SURE),
        (0.9, 4, None, Sureness.SURE),
        (0.95, 3, True, Sureness.FAIRLY_SURE),
        (0.8, 9, True, Sureness.FAIRLY_SURE),
        (0.74, 9, True, Sureness.NOT_SURE_YET),
        (0.99, 1, True, Sureness.NOT_SURE_YET),
        (0.05, 6, False, Sureness.SURE),
        (0.05, 6, None, Sureness.SURE),
        (0.05, 6, True, Sureness.NOT_SURE_YET),
        (0.95, 6, False, Sureness.NOT_SURE_YET),
        (0.5, 99, None, Sureness.NOT_SURE_YET),
    ],
)
def test_how_sure_we_are_of_what_the_method_says(probability, events, demonstrated, word):
    assert how_sure(probability, events, demonstrated=demonstrated) is word


def test_a_probability_outside_its_range_is_refused():
    with pytest.raises(EstimateError, match="probability is 0 to 1, not 1.2"):
        how_sure(1.2, 3)
