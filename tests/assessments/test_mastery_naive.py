"""Ten thousand random histories for each method, judged twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random

import pytest

from assessments.mastery import METHODS, Method, Piece, Scale, shown_value, summarise
from tests.assessments import naive

HISTORIES = 10_000
DAYS = [date(2025, 9, 1) + timedelta(days=number) for number in range(8)]
MOMENTS = [datetime(2025, 9, 1) + timedelta(hours=number) for number in range(40)]
CONTEXTS = ("", "quiz", "project", "conversation")
SCALES = [
    (Scale(tuple(map(Decimal, levels)), Decimal(target)), [Decimal(value) for value in values])
    for levels, target, values in (
        (("1", "2", "3", "4"), "3", ("1", "1.5", "2", "2.5", "3", "3.5", "4")),
        (("1", "2", "3", "4"), "2", ("0.5", "1", "2", "3", "4")),
        (("10", "50", "80", "100"), "80", ("10", "33.3", "49.99", "50", "79.99", "80", "81.25", "100")),
        (("0.7", "1.4"), "1.4", ("0.7", "1.05", "1.39", "1.4")),
    )
]
NAIVE_SCALES = [naive.NaiveScale(tuple(map(Fraction, one.levels)), Fraction(one.target)) for one, _ in SCALES]


def history(chance: Random, values: list[Decimal]) -> list[Piece]:
    """Up to seven pieces in no order: shared tasks, several raters, days in common, now and then a record twice, the
    same or another version of it."""
    count = chance.choice((0, 1, 2, 3, 3, 4, 5, 6, 7))
    shares = chance.random() < 0.4
    pieces = [
        Piece(
            f"k{key}",
            chance.choice(DAYS),
            chance.choice(values),
            chance.choice(CONTEXTS),
            chance.choice(("", "essay", "talk")) if shares else f"t{key}",
            chance.randint(0, 2),
            chance.choice(MOMENTS),
            chance.choice(("", "plan")),
        )
        for key in chance.sample(range(10), count)
    ]
    if pieces and chance.random() < 0.1:
        pieces.append(chance.choice(pieces))
    if pieces and chance.random() < 0.1:
        other = chance.choice(pieces)
        later = other.recorded_at + timedelta(hours=chance.choice((-1, 1)) * chance.randint(41, 80))
        pieces.append(other._replace(value=chance.choice(values), task_key=f"t{count + 20}", recorded_at=later))
    return pieces


@cache
def histories() -> list[tuple[list[Piece], tuple[list[naive.NaivePiece], list[str]]]]:
    """The histories, of the scales in turn, with the independent pieces the second implementation finds in each."""
    chance = Random(2025)
    made = [history(chance, SCALES[number % len(SCALES)][1]) for number in range(HISTORIES)]
    return [(pieces, naive.independent_pieces(pieces)) for pieces in made]


@pytest.mark.parametrize("name", list(METHODS))
def test_ten_thousand_histories_agree_with_a_second_implementation(name: str) -> None:
    chance = Random(f"parameters of {name}")
    shapes: dict[str, int] = {}
    methods: dict[str, Method] = {}
    for number, (pieces, independent) in enumerate(histories()):
        place = number % len(SCALES)
        scale, values = SCALES[place]
        parameters = naive.random_parameters(name, chance)
        if place > 1 and parameters.get("cut"):
            parameters["cut"] = str(values[2])
        method = methods.setdefault(repr(parameters), Method(name, parameters))

        first = summarise(pieces, scale=scale, method=method)
        second = naive.judge_pieces(*independent, NAIVE_SCALES[place], name, parameters)

        told = (number, parameters, pieces)
        assert (first.shape, first.demonstrated) == (second.shape, second.demonstrated), told
        assert (first.pieces, first.days, first.contexts) == (second.pieces, second.days, second.contexts), told
        assert first.counted == second.counted, told
        assert first.held == second.held, told
        assert (first.value is None) == (second.value is None), told
        if first.value is not None and second.value is not None:
            # stored: six places, cut towards minus infinity
            assert 0 <= second.value - Fraction(first.value) < Fraction(1, 10**6), told
            assert shown_value(first.value) == naive.half_up(second.value), told
        shapes[second.shape] = shapes.get(second.shape, 0) + 1
    assert set(shapes) == {"open", "building", "shown", "deeper"}, "the histories do not try everything"
    assert min(shapes.values()) >= 10, "exactly the target is rare where the past is weighed in, but it occurs"
