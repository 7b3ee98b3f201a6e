"""The table `mastery_numbers.csv`: every row worked by hand or taken from where its source says, judged both ways.

scores    value[:sub-skill][@task.rater], in the order of their keys; a task of its own and rater 1 where not said
contexts  take turns over the scores, '-' is unknown; days: one a score, one after the other where empty
value     a number, a ratio of two, ~ before six places of one that does not end, or none
held      the level, or none; shape: open, building, shown, deeper
how       the calculation; source: who did it
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessments.mastery import METHODS, Method, Piece, Scale, shown_value, summarise
from tests.assessments import naive

with Path(__file__).with_name("mastery_numbers.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))


def pieces_of(row: dict[str, str]) -> list[Piece]:
    scores, contexts = row["scores"].split(), row["contexts"].split()
    days = [int(day) for day in row["days"].split()] or list(range(len(scores)))
    pieces = []
    for number, (score, day) in enumerate(zip(scores, days, strict=True)):
        score, _, work = score.partition("@")
        value, _, sub_skill = score.partition(":")
        task, _, rater = work.partition(".")
        context = contexts[number % len(contexts)]
        pieces.append(
            Piece(
                key=f"k{number:02}",
                observed_on=date(2025, 9, 1) + timedelta(days=day),
                value=Decimal(value),
                context="" if context == "-" else context,
                task_key=task or f"t{number}",
                rater=int(rater or 1),
                recorded_at=datetime(2025, 9, 1),
                sub_skill=sub_skill,
            )
        )
    return pieces


def parameters_of(row: dict[str, str]) -> dict[str, int | str]:
    named = (part.split("=") for part in row["parameters"].split())
    return {name: given if name == "cut" else int(given) for name, given in named}


def number(text: str) -> Fraction | None:
    if text == "none":
        return None
    top, _, bottom = text.removeprefix("~").partition("/")
    return Fraction(top) / Fraction(bottom or 1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"].replace(" ", "-"))
def test_a_number_of_the_table(row: dict[str, str]) -> None:
    levels, target = [Decimal(level) for level in row["levels"].split()], Decimal(row["target"])
    value, held, pieces = number(row["value"]), number(row["held"]), pieces_of(row)

    first = summarise(pieces, scale=Scale(tuple(levels), target), method=Method(row["method"], parameters_of(row)))
    scale = naive.NaiveScale(tuple(map(Fraction, levels)), Fraction(target))
    second = naive.judge(pieces, scale, row["method"], parameters_of(row))

    assert (first.held, first.shape) == (held, row["shape"]), row["how"]
    assert (second.held, second.shape) == (held, row["shape"]), row["how"]
    if value is None or first.value is None or second.value is None:
        assert (value, first.value, second.value) == (None, None, None), row["how"]
    elif row["value"].startswith("~"):
        assert round(first.value, 6) == Decimal(row["value"][1:])
        assert abs(second.value - value) < Fraction(1, 10**6)
    else:
        assert second.value == value, row["how"]
        assert 0 <= value - Fraction(first.value) < Fraction(1, 10**6), row["how"]
        assert shown_value(first.value) == naive.half_up(value)


def test_the_table_holds_more_than_sixty_numbers_of_every_method_and_each_says_how() -> None:
    assert len(ROWS) > 60
    assert {row["method"] for row in ROWS} == set(METHODS)
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert all(row["how"] and row["source"] for row in ROWS)
