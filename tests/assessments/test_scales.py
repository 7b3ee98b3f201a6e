"""From one scale to another, worked by hand: half up at the end, missing stays missing, outside is refused."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.mastery import MasteryError, Scale
from assessments.mastery.scales import (
    HALF,
    Anchors,
    Cuts,
    ScaleCode,
    ScaleError,
    between,
    by_table,
    half_up,
    points,
    read_value,
)


def scale(levels: str, target: str) -> Scale:
    return Scale(tuple(map(Decimal, levels.split())), Decimal(target))


FOUR = scale("1 2 3 4", "3")
FIVE = scale("1 2 3 4 5", "4")
TWO = scale("0 1", "1")
GRADES = Cuts(tuple((Decimal(a), Decimal(b)) for a, b in ((0, 1), (10, 2), (14, 3), (17, 4))), Decimal(20))
"""Grades of 0 to 20 as levels."""


def said(mapping: Anchors | Cuts, value: str) -> str:
    mapped = mapping.map(Decimal(value))
    assert mapped is not None
    return str(mapped)


@pytest.mark.parametrize(
    ("value", "per_cent"),
    [("0", "0"), ("7", "58.33"), ("8", "66.67"), ("6", "50"), ("12", "100"), ("0.0006", "0.01"), ("0.0005", "0")],
)
def test_points_of_twelve_as_per_cent(value, per_cent):
    # 7/12 = 58.333..; 8/12 = 66.666..; .0006/12 = .005 per cent, half up; .0005/12 = .00416..
    assert said(points(Decimal(12)), value) == per_cent


@pytest.mark.parametrize(
    ("value", "level"), [("0", "1"), ("9.99", "1"), ("10", "2"), ("13.999", "2"), ("14", "3"), ("17", "4"), ("20", "4")]
)
def test_cuts_are_never_reached_by_rounding(value, level):
    assert said(GRADES, value) == level


@pytest.mark.parametrize(
    ("value", "goal"),
    [("1", "1"), ("2", "2.5"), ("3", "4"), ("4", "5"), ("2.5", "3.25"), ("3.5", "4.5"), ("1.01", "1.02")],
)
def test_between_scales_ends_and_targets_meet(value, goal):
    # 1..3 onto 1..4: 1 + (v - 1) x 3/2; 3..4 onto 4..5. 1.01: 1.015, half up
    assert said(between(FOUR, FIVE), value) == goal


@pytest.mark.parametrize(("value", "goal"), [("1.5", "2"), ("2", "2.5"), ("2.2", "3"), ("2.16", "2.5"), ("3.4", "4.5")])
def test_between_scales_in_half_steps(value, goal):
    # 1.75, 2.5, 2.8, 2.74 and 4.4 to the nearest half, halves up
    assert said(between(FOUR, FIVE, step=HALF), value) == goal


def test_a_target_at_the_end_of_a_scale_stays_a_target():
    assert [said(between(TWO, FOUR), value) for value in ("0", "0.5", "1")] == ["1", "2", "3"]
    assert [said(between(FOUR, TWO), value) for value in ("1", "2", "3", "4")] == ["0", "0.5", "1", "1"]


def test_a_target_at_the_foot_of_a_scale_stays_a_target():
    every = scale("1 2 3", "1")
    assert [said(between(every, FOUR), value) for value in ("1", "2", "3")] == ["3", "3.5", "4"]


def test_a_table_says_what_each_level_means_and_half_steps_go_half_way():
    table = dict(zip(FOUR.levels, map(Decimal, (0, 50, 80, 100)), strict=True))
    assert [said(by_table(FOUR, table), value) for value in ("1", "2", "2.5", "3", "3.5")] == [
        "0",
        "50",
        "65",
        "80",
        "90",
    ]


@pytest.mark.parametrize("mapping", [GRADES, points(Decimal(20)), between(FOUR, FIVE)])
def test_what_is_missing_stays_missing(mapping):
    assert mapping.map(None) is None


def test_an_empty_cell_is_missing_and_a_zero_is_a_score():
    assert (read_value(""), read_value("  ")) == (None, None)
    assert (read_value("0"), read_value(" 2.50 ")) == (0, Decimal("2.5"))
    assert said(GRADES, "0") == "1"


@pytest.mark.parametrize("text", ["abc", "3,5", "NaN", "inf", "1_0", "--1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ScaleError, match="is not a number") as caught:
        read_value(text)
    assert (caught.value.code, caught.value.params) == (ScaleCode.NOT_A_NUMBER, {"value": text})


@pytest.mark.parametrize(
    ("mapping", "value", "ends"),
    [
        (GRADES, "20.5", ("0", "20")),
        (GRADES, "-1", ("0", "20")),
        (points(Decimal(12)), "12.01", ("0", "12")),
        (between(FOUR, FIVE), "0.5", ("1", "4")),
    ],
)
def test_what_lies_outside_is_refused_and_not_bent_into_the_scale(mapping, value, ends):
    with pytest.raises(MasteryError, match=f"{value} lies outside the scale {ends[0]} to {ends[1]}") as caught:
        mapping.map(Decimal(value))
    assert caught.value.code is ScaleCode.OUT_OF_RANGE
    assert caught.value.params == {"value": value, "low": ends[0], "high": ends[1]}
    with pytest.raises(ScaleError, match="not a number"):
        mapping.map(Decimal("NaN"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Anchors(((Decimal(1), Decimal(1)),)), "Two pairs"),
        (lambda: Anchors(((Decimal(1), Decimal(1)), (Decimal(1), Decimal(2)))), "pairs rise"),
        (lambda: Anchors(((Decimal(1), Decimal(2)), (Decimal(2), Decimal(1)))), "pairs rise"),
        (lambda: Anchors(((Decimal(1), Decimal("NaN")), (Decimal(2), Decimal(1)))), "numbers"),
        (lambda: Anchors(((Decimal(1), Decimal(1)), (Decimal(2), Decimal(2))), Decimal(0)), "step is above 0"),
        (lambda: Cuts((), Decimal(1)), "One cut"),
        (lambda: Cuts(((Decimal(2), Decimal(1)),), Decimal(1)), "inside the scale"),
        (lambda: Cuts(((Decimal(0), Decimal(2)), (Decimal(1), Decimal(1))), Decimal(1)), "so do their levels"),
        (lambda: Cuts(((Decimal(0), Decimal(2)),), Decimal("inf")), "numbers"),
        (lambda: points(Decimal(0)), "pairs rise"),
        (lambda: between(scale("1", "1"), FOUR), "one level"),
        (lambda: by_table(FOUR, {Decimal(1): Decimal(1)}), "says nothing of 2"),
        (lambda: by_table(TWO, {Decimal(n): Decimal(n) for n in range(3)}), "2 is not a level"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(make, words):
    with pytest.raises(ScaleError, match=words):
        make()


@given(st.decimals(-1000, 1000, places=5))
def test_half_up_is_what_decimal_calls_so(value):
    assert half_up(value) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert half_up(value, Decimal(1)) == value.quantize(Decimal(1), ROUND_HALF_UP)
    assert half_up(value, HALF) == (value * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
    assert half_up(Fraction(value)) == half_up(value)


@given(st.decimals(1, 4, places=3), st.decimals(1, 4, places=3), st.sampled_from(["0.01", "0.5", "1"]))
def test_a_higher_value_never_means_less(one, other, step):
    for mapping in (between(FOUR, FIVE, step=Decimal(step)), between(FOUR, TWO, step=Decimal(step))):
        low, high = sorted((one, other))
        assert mapping.map(low) <= mapping.map(high)


@given(st.decimals(1, 4, places=2))
def test_there_and_back_is_nearly_where_it_began(value):
    there = between(FOUR, FIVE).map(value)
    assert abs(between(FIVE, FOUR).map(there) - value) <= Decimal("0.02")
