"""Agreement of raters: numbers worked by hand or printed in the papers, and what must hold for every table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf, pi, tan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.agreement import (
    Difference,
    Reason,
    Weights,
    adjacent,
    difference,
    exact,
    intraclass,
    kappa,
    position,
    wilson,
)
from assessments.agreement.distributions import beta_share, f_quantile, f_share
from assessments.mastery import MasteryError

FOUR = tuple(map(Decimal, (1, 2, 3, 4)))
SHROUT_AND_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Table 2 of Shrout & Fleiss (1979): six targets, four judges."""


def pairs_of(*table: tuple[int, ...]) -> list[tuple[Fraction, Fraction]]:
    """Pairs from a table of counts: rows are the first rater's levels, columns the second's."""
    return [
        (Fraction(one), Fraction(other))
        for one, row in enumerate(table)
        for other, times in enumerate(row)
        for _ in range(times)
    ]


pairs = st.lists(
    st.tuples(*[st.builds(Fraction, st.integers(0, 6), st.just(2))] * 2), min_size=1, max_size=12
)  # half steps of a scale of four levels


# -- shares -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_intervals_printed_by_newcombe_1998(agreed, total, low, high):
    """Statistics in Medicine 17, 857-872, table I, method 3."""
    found = wilson(agreed, total)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.share == agreed / total


def test_all_and_none_are_never_certain():
    assert (wilson(7, 7).high, wilson(0, 7).low) == (1.0, 0.0)
    assert wilson(7, 7).low == pytest.approx(1 - wilson(0, 7).high)
    assert 0 < wilson(7, 7).low < 1


def test_a_share_of_nothing_is_no_share():
    assert wilson(0, 0) == (0, 0, None, None, None)
    for agreed, total in ((3, 2), (-1, 2), (1, 0)):
        with pytest.raises(ValueError, match="no share"):
            wilson(agreed, total)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_share_lies_in_its_interval(agreed, more):
    found = wilson(agreed, agreed + more - 1) if agreed + more > 1 else wilson(0, 1)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low < found.high


def test_exact_and_adjacent_agreement_by_hand():
    # gaps 0, 1, 2, 1/2, 0: exact 2 of 5, at most a level apart 4 of 5
    some = [(Fraction(a), Fraction(b)) for a, b in ((0, 0), (1, 2), (3, 1), (1, Fraction(3, 2)), (2, 2))]
    assert exact(some)[:3] == (2, 5, 0.4)
    assert adjacent(some)[:3] == (4, 5, 0.8)


# -- kappa ------------------------------------------------------------------------------------------------

BY_HAND = pairs_of((5, 2, 0), (1, 6, 1), (0, 1, 4))
"""20 pieces, rows 7, 8, 5, columns 6, 9, 5."""


@pytest.mark.parametrize(
    ("weights", "value"),
    [
        # agree 15/20; by habit (7 x 6 + 8 x 9 + 5 x 5) / 400 = 139/400: (300 - 139) / (400 - 139)
        (Weights.UNWEIGHTED, Fraction(161, 261)),
        # seen 5/20; by habit (63 + 2 x 35 + 48 + 40 + 2 x 30 + 45) / 400 = 326/400: 1 - 100/326
        (Weights.LINEAR, Fraction(113, 163)),
        # seen 5/20; by habit (63 + 4 x 35 + 48 + 40 + 4 x 30 + 45) / 400 = 456/400: 1 - 100/456
        (Weights.QUADRATIC, Fraction(89, 114)),
    ],
)
def test_kappa_by_hand(weights, value):
    assert kappa(BY_HAND, weights=weights).value == pytest.approx(float(value))


def test_kappa_of_two_yes_and_no_raters():
    # 20 yes-yes, 15 no-no, 5 and 10 apart: (.7 - .5) / (1 - .5); with two levels all weights say the same
    some = pairs_of((20, 5), (10, 15))
    for weights in Weights:
        assert kappa(some, weights=weights, draws=0).value == pytest.approx(0.4)


def test_raters_who_do_the_opposite_are_below_chance():
    assert kappa(pairs_of((0, 4), (4, 0)), draws=0).value == pytest.approx(-1)


def test_raters_who_always_say_the_same_teach_nothing():
    assert kappa(pairs_of((9,))) == (9, None, None, None)
    assert kappa([]) == (0, None, None, None)


def test_a_rater_who_never_changes_agrees_as_chance_would():
    assert kappa(pairs_of((3, 4, 5)), draws=0).value == pytest.approx(0)


def test_the_interval_of_kappa_holds_it_and_is_the_same_every_time():
    found = kappa(BY_HAND)
    assert found.low < found.value < found.high <= 1
    assert found == kappa(list(reversed(BY_HAND)))
    assert found != kappa(BY_HAND, seed=1)
    many = kappa(BY_HAND * 9)
    assert many.high - many.low < found.high - found.low


def test_the_interval_of_kappa_is_near_the_one_of_large_samples():
    # Fleiss, Cohen & Everitt (1969), unweighted: variance of (20, 5 / 10, 15) with po .7, pe .5:
    # (.7 x .3) / (50 x .25) is the leading term, standard error about .13
    found = kappa(pairs_of((20, 5), (10, 15)), weights=Weights.UNWEIGHTED)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.13, abs=0.02)


@settings(max_examples=60)
@given(pairs, st.randoms(use_true_random=False))
def test_kappa_is_symmetric_and_knows_no_order(some, chance):
    shuffled = chance.sample(some, len(some))
    for weights in Weights:
        before = kappa(some, weights=weights, draws=0)
        after = kappa([(b, a) for a, b in shuffled], weights=weights, draws=0)
        assert before.value == (None if after.value is None else pytest.approx(after.value))


@given(pairs)
def test_perfect_agreement_is_one_and_nothing_is_above(some):
    same = [(one, one) for one, _ in some]
    for weights in Weights:
        perfect = kappa(same, weights=weights, draws=0).value
        assert perfect == (1 if len({one for one, _ in some}) > 1 else None)
        value = kappa(some, weights=weights, draws=0).value
        assert value is None or value <= 1
    assert exact(same).share == adjacent(same).share == 1


# -- ICC --------------------------------------------------------------------------------------------------


def test_icc_of_shrout_and_fleiss_1979():
    """Mean squares of their table 3 and ICC(2,1) = .29; the interval as their formulas for case 2 give it."""
    found = intraclass(SHROUT_AND_FLEISS)
    assert (found.between_pieces, found.between_raters, found.residual) == (
        pytest.approx(11.24, abs=0.005),
        pytest.approx(32.49, abs=0.005),
        pytest.approx(1.02, abs=0.005),
    )
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert (found.low, found.high) == (pytest.approx(0.019, abs=5e-4), pytest.approx(0.761, abs=5e-4))


def test_icc_counts_a_constant_leniency_as_disagreement():
    # BMS 2, JMS 1.5, EMS 0: 2 / (2 + 2 x 1.5 / 3) = 2/3. With 2 and 1 degrees of freedom F is 799.5, with 1 and 2
    # it is 38.5063: 6 / (799.5 x 3 + 6) and 6 x 38.5063 / (3 + 6 x 38.5063)
    found = intraclass([[1, 2], [2, 3], [3, 4]])
    assert found.value == pytest.approx(2 / 3)
    assert (found.low, found.high) == (pytest.approx(0.0024953, abs=1e-6), pytest.approx(0.987182, abs=1e-5))


def test_icc_of_raters_who_agree_is_one_and_of_pieces_all_alike_cannot_be_said():
    assert intraclass([[1, 1], [2, 2], [4, 4]])[:5] == (3, 2, 1, 1, 1)
    assert intraclass([[2, 2], [2, 2]]).value is None
    # pieces alike, raters apart: nothing of the variance is the pieces'
    assert intraclass([[1, 2], [1, 2]]).value is None


def test_icc_can_say_that_there_is_no_agreement():
    # BMS 1/2, JMS 0, EMS 4/3: (1/2 - 4/3) / (1/2 + 4/3 - 2 x 4/3 / 4) = -5/7
    found = intraclass([[1, 3], [3, 1], [2, 2], [1, 1]])
    assert found.value == pytest.approx(-5 / 7)
    assert -1 <= found.low <= found.value <= found.high <= 1
    # BMS 1/6, JMS 1/2, EMS 13/6: -2 / (7/3 - 5/6) = -4/3, said as -1
    assert intraclass([[1, 3], [3, 2], [2, 2], [4, 1]]).value == -1


tables = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.integers(0, 6).map(lambda n: n / 2), min_size=raters, max_size=raters), min_size=2, max_size=7
    )
)


@settings(max_examples=60)
@given(tables, st.randoms(use_true_random=False))
def test_icc_knows_no_order_of_pieces_or_raters(table, chance):
    found = intraclass(table)
    raters = chance.sample(range(len(table[0])), len(table[0]))
    again = intraclass([[row[rater] for rater in raters] for row in chance.sample(table, len(table))])
    if found.value is None:
        assert again.value is None
        return
    assert again.value == pytest.approx(found.value, abs=1e-9)
    assert found.low <= found.value <= found.high
    assert (again.low, again.high) == (pytest.approx(found.low, abs=1e-6), pytest.approx(found.high, abs=1e-6))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "At least two pieces"),
        ([[1, 2]], "At least two pieces"),
        ([[1], [2]], "two raters"),
        ([[1, 2], [1]], "every"),
    ],
)
def test_a_table_with_holes_is_refused(table, words):
    with pytest.raises(ValueError, match=words):
        intraclass(table)
    with pytest.raises(ValueError, match="confidence"):
        intraclass([[1, 2], [2, 1]], confidence=1)


# -- the F distribution -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "above", "below", "x"),
    [
        (0.95, 5, 10, 3.3258),
        (0.95, 1, 1, 161.4476),
        (0.975, 5, 15, 3.5764),
        (0.975, 2, 1, 799.5),
        (0.975, 1, 2, 38.5063),
        (0.95, 2, inf, 2.9957),
        (0.05, 10, 5, 1 / 3.3258),
    ],
)
def test_f_quantiles_as_tables_print_them(share, above, below, x):
    assert f_quantile(share, above, below) == pytest.approx(x, rel=2e-5)


@given(st.floats(0.01, 0.99), st.floats(1, 60))
def test_f_where_it_has_a_closed_form(share, below):
    # (1, 1): tan^2 of pi p / 2; (2, v): 1 - (1 + 2 x / v)^(-v / 2)
    assert f_quantile(share, 1, 1) == pytest.approx(tan(pi * share / 2) ** 2, rel=1e-9)
    assert f_share(3.0, 2, below) == pytest.approx(1 - (1 + 6 / below) ** (-below / 2))


@given(st.floats(0.01, 0.99), st.floats(0.5, 80), st.floats(0.5, 80))
def test_a_quantile_and_its_share_undo_each_other(share, above, below):
    assert f_share(f_quantile(share, above, below), above, below) == pytest.approx(share, rel=1e-7)
    assert beta_share(share, above, below) == pytest.approx(1 - beta_share(1 - share, below, above), abs=1e-12)


def test_f_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="quantile"):
        f_quantile(1, 2, 2)
    with pytest.raises(ValueError, match="not defined"):
        beta_share(0.5, 0, 1)
    assert f_share(-1, 2, 2) == 0


# -- when two people should talk --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratings", "asked", "found"),
    [
        ([(1, "2"), (2, "4")], False, (Reason.DIFFER, 2, Decimal(2), Decimal(4))),
        ([(1, "2"), (2, "3")], False, None),
        ([(1, "2"), (2, "3.5")], False, None),
        ([(1, "1.5"), (2, "3.5")], False, (Reason.DIFFER, 2, Decimal("1.5"), Decimal("3.5"))),
        ([(1, "1"), (2, "2"), (3, "3")], False, (Reason.DIFFER, 2, Decimal(1), Decimal(3))),
        ([(1, "1"), (1, "4")], False, None),
        ([(1, "1"), (2, "4"), (1, "4")], False, None),
        ([(1, "2"), (2, "3")], True, (Reason.ASKED, 1, Decimal(2), Decimal(3))),
        ([(1, "2")], True, (Reason.ASKED, 0, Decimal(2), Decimal(2))),
        ([(1, "1"), (2, "4")], True, (Reason.DIFFER, 3, Decimal(1), Decimal(4))),
        ([], False, None),
    ],
)
def test_raters_two_levels_apart_should_talk_and_so_should_whoever_asks(ratings, asked, found):
    given_ratings = [(rater, Decimal(value)) for rater, value in ratings]
    assert difference(given_ratings, FOUR, asked=asked) == (None if found is None else Difference(*found))


def test_levels_apart_are_counted_on_the_scale_and_not_in_its_numbers():
    tens = tuple(map(Decimal, (0, 50, 80, 100)))
    assert difference([(1, Decimal(50)), (2, Decimal(80))], tens) is None
    assert difference([(1, Decimal(50)), (2, Decimal(100))], tens).apart == 2
    assert position(Decimal(65), tens) == Fraction(3, 2)


def test_what_lies_outside_the_scale_is_refused_and_so_is_moderation_of_nothing():
    with pytest.raises(MasteryError, match="outside the scale"):
        position(Decimal(5), FOUR)
    with pytest.raises(MasteryError, match="cannot be moderated"):
        difference([], FOUR, asked=True)
