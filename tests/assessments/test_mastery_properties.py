"""What must hold for every history, and a second, naive implementation to compare with."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.mastery import (
    METHODS,
    Code,
    Method,
    Piece,
    Scale,
    Shape,
    independent,
    shown_value,
    summarise,
    why_not_yet,
)

START = date(2025, 9, 1)
SCALE = Scale(tuple(map(Decimal, (1, 2, 3, 4))), Decimal(3))
HALF_STEPS = [Decimal(half) / 2 for half in range(2, 9)]
moderate = settings(deadline=None, max_examples=200)


@st.composite
def histories(draw: st.DrawFn, min_size: int = 0, max_size: int = 9) -> list[Piece]:
    """Pieces in no particular order; some share a task, a day or a moment of recording."""
    count = draw(st.integers(min_size, max_size))
    keys = draw(st.permutations(range(count)))
    return [
        Piece(
            key=f"k{key:03}",
            observed_on=START + timedelta(days=draw(st.integers(0, 12))),
            value=draw(st.sampled_from(HALF_STEPS)),
            context=draw(st.sampled_from(["", "quiz", "project"])),
            task_key=draw(st.sampled_from(["", "essay", "talk", *[f"own {key}"] * 5])),
            rater=draw(st.integers(0, 2)),
            recorded_at=datetime(2025, 9, 1) + timedelta(hours=draw(st.integers(0, 40))),
            sub_skill=draw(st.sampled_from(["", "", "plan"])),
        )
        for key in keys
    ]


methods = st.one_of(
    st.sampled_from([Method(name) for name in METHODS]),
    st.builds(lambda w: Method("decaying", {"w": w}), st.integers(50, 99)),
    st.builds(lambda w: Method("weighted", {"w": w}), st.integers(1, 99)),
    st.builds(
        lambda n, cut: Method("n_mastery", {"n": n, "cut": cut}),
        st.integers(1, 4),
        st.sampled_from(HALF_STEPS),
    ),
    st.builds(
        lambda needed, more, contexts: Method(
            "criterion", {"needed": needed, "window": needed + more, "contexts": contexts}
        ),
        st.integers(1, 3),
        st.integers(0, 2),
        st.integers(1, 2),
    ),
)


# -- a second implementation, straight from the text ------------------------------------------------------


def naive_pieces(pieces: list[Piece]) -> list[tuple[date, str, Fraction, str]]:
    """(date, key, value, context) of every independent piece, in order."""
    works = defaultdict(list)
    for number, one in enumerate(pieces):
        works[one.task_key or number].append(one)
    result = []
    for ratings in works.values():
        by_rater = {}
        for one in sorted(ratings, key=lambda one: (one.observed_on, one.key)):
            by_rater[one.rater] = one
        newest = max(by_rater.values(), key=lambda one: (one.observed_on, one.key))
        values = sorted(one.value for one in by_rater.values())
        lower_median = values[len(values) // 2] if len(values) % 2 else values[len(values) // 2 - 1]
        result.append((newest.observed_on, newest.key, Fraction(lower_median), newest.context))
    return sorted(result)


def naive_criterion(pieces: list[Piece], needed: int, window: int, contexts: int) -> Fraction | None:
    ordered = naive_pieces(pieces)
    if not ordered:
        return None
    held = None
    for level in SCALE.levels:
        enough = len([one for one in ordered[-window:] if one[2] >= level]) >= needed
        at_level = {one[3] for one in ordered if one[2] >= level}
        in_contexts = len(at_level) >= contexts or at_level == {""}
        index = SCALE.levels.index(level)
        near = index == 0 or ordered[-1][2] >= SCALE.levels[index - 1]
        if enough and in_contexts and near:
            held = Fraction(level)
    return held


def naive_decaying(pieces: list[Piece], w: int) -> Fraction | None:
    value = None
    for _, _, score, _ in naive_pieces(pieces):
        value = score if value is None else Fraction(w, 100) * score + (1 - Fraction(w, 100)) * value
    return value


def naive_n_mastery(pieces: list[Piece], n: int, cut: Decimal) -> Fraction | None:
    reached = [one[2] for one in naive_pieces(pieces) if one[2] >= Fraction(cut)]
    return sum(reached, Fraction(0)) / len(reached) if len(reached) >= n else None


def half_up(value: Fraction) -> Decimal:
    hundredths = (value * 100 + Fraction(1, 2)).__floor__()
    return Decimal(hundredths) / 100


def agrees(pieces: list[Piece], method: Method, exact: Fraction | None) -> None:
    """The judgement is the one the naive value leads to, in everything that compares exact values."""
    judgement = summarise(pieces, scale=SCALE, method=method)
    ordered = naive_pieces(pieces)
    assert (judgement.pieces, judgement.days) == (len(ordered), len({one[0] for one in ordered}))
    if exact is None:
        assert (judgement.value, judgement.held, judgement.demonstrated) == (None, None, False)
        return
    assert judgement.value is not None
    assert abs(Fraction(judgement.value) - exact) < Fraction(1, 10**6)
    assert shown_value(judgement.value) == half_up(exact)
    assert judgement.held == max((level for level in SCALE.levels if level <= exact), default=None)
    shown = exact >= SCALE.target and judgement.pieces >= 3 and judgement.days >= 2
    assert judgement.demonstrated == shown
    assert (judgement.shape is Shape.DEEPER) == (shown and exact > SCALE.target)


@moderate
@given(histories(), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))
def test_criterion_agrees_with_a_naive_implementation(pieces, needed, more, contexts):
    method = Method("criterion", {"needed": needed, "window": needed + more, "contexts": contexts})
    agrees(pieces, method, naive_criterion(pieces, needed, needed + more, contexts))


@moderate
@given(histories(max_size=30), st.integers(50, 99))
def test_decaying_agrees_with_a_naive_implementation(pieces, w):
    agrees(pieces, Method("decaying", {"w": w}), naive_decaying(pieces, w))


@moderate
@given(histories(), st.integers(1, 5), st.sampled_from(HALF_STEPS))
def test_n_mastery_agrees_with_a_naive_implementation(pieces, n, cut):
    agrees(pieces, Method("n_mastery", {"n": n, "cut": cut}), naive_n_mastery(pieces, n, cut))


@moderate
@given(histories(min_size=1), st.integers(1, 99))
def test_weighted_agrees_with_a_naive_implementation(pieces, w):
    *earlier, latest = [one[2] for one in naive_pieces(pieces)]
    share = Fraction(w, 100)
    exact = share * latest + (1 - share) * sum(earlier) / len(earlier) if earlier else latest
    agrees(pieces, Method("weighted", {"w": w}), exact)


# -- principles -------------------------------------------------------------------------------------------


@moderate
@given(st.data(), histories(), methods)
def test_arrival_order_changes_nothing(data, pieces, method):
    shuffled = data.draw(st.permutations(pieces))
    assert summarise(shuffled, scale=SCALE, method=method) == summarise(pieces, scale=SCALE, method=method)


@moderate
@given(st.data(), histories(min_size=1), methods)
def test_a_piece_delivered_twice_counts_once(data, pieces, method):
    again = data.draw(st.lists(st.sampled_from(pieces), max_size=4))
    assert summarise(pieces + again, scale=SCALE, method=method) == summarise(pieces, scale=SCALE, method=method)


@moderate
@given(histories(), methods)
def test_when_it_was_recorded_changes_nothing(pieces, method):
    at_once = [one._replace(recorded_at=datetime(2025, 9, 1)) for one in pieces]
    assert summarise(at_once, scale=SCALE, method=method) == summarise(pieces, scale=SCALE, method=method)


def early(value: Decimal, context: str) -> Piece:
    return Piece("early", START - timedelta(days=1), value, context, "early", 9, datetime(2025, 9, 20), "plan")


def later(number: int, value: Decimal) -> Piece:
    """A piece of its own task and day, after everything `histories` makes."""
    return Piece(
        f"later {number}",
        START + timedelta(days=20 + number),
        value,
        "",
        f"later {number}",
        9,
        datetime(2025, 10, 20),
        "plan",
    )


@moderate
@given(
    histories(),
    st.sampled_from(["criterion", "latest", "highest"]),
    st.sampled_from(HALF_STEPS),
    st.sampled_from(["", "quiz"]),
)
def test_an_early_attempt_never_lowers_a_later_judgement(pieces, name, value, context):
    before = summarise(pieces, scale=SCALE, method=Method(name))
    after = summarise([*pieces, early(value, context)], scale=SCALE, method=Method(name))
    assert before.value is None or (after.value is not None and after.value >= before.value)
    assert after.demonstrated or not before.demonstrated


@moderate
@given(histories(), st.lists(st.sampled_from(HALF_STEPS), min_size=2, max_size=4), st.data())
def test_an_early_attempt_does_not_enter_best_n_once_n_better_pieces_exist(pieces, values, data):
    value = data.draw(st.sampled_from([half for half in HALF_STEPS if half <= min(values)]))
    pieces = [*pieces, *(later(number, one) for number, one in enumerate(values))]
    assert len([one for one in independent(pieces) if one.sub_skill == "plan" and one.value >= value]) >= 2
    method = Method("best_n", {"n": 2})
    after = summarise([*pieces, early(value, "")], scale=SCALE, method=method)
    assert after.value == summarise(pieces, scale=SCALE, method=method).value


@moderate
@given(histories(min_size=2), st.integers(-1, 13), st.sampled_from(["", "quiz", "project", "community"]))
def test_one_more_good_piece_never_takes_a_criterion_level_away(pieces, day, context):
    before = summarise(pieces, scale=SCALE, method=Method())
    assume(before.held is not None)
    good = Piece("good", START + timedelta(days=day), before.held, context, "good", 9, datetime(2025, 9, 20))
    after = summarise([*pieces, good], scale=SCALE, method=Method())
    assert after.held is not None
    assert after.held >= before.held
    assert after.demonstrated or not before.demonstrated


@moderate
@given(histories(), methods)
def test_what_is_held_is_a_level_and_demonstrated_means_what_it_says(pieces, method):
    judgement = summarise(pieces, scale=SCALE, method=method)
    assert judgement.held is None or judgement.held in SCALE.levels
    assert judgement.held is None or judgement.held <= judgement.value
    if judgement.demonstrated:
        assert judgement.held >= SCALE.target
        assert judgement.pieces >= 3
        assert judgement.days >= 2
        assert judgement.shape in (Shape.SHOWN, Shape.DEEPER)
        assert why_not_yet(pieces, scale=SCALE, method=method) == ()
    else:
        assert judgement.shape is (Shape.BUILDING if pieces else Shape.OPEN)
        assert why_not_yet(pieces, scale=SCALE, method=method)


@moderate
@given(histories(), methods)
def test_counted_keys_are_those_of_the_ratings_that_entered_in_order(pieces, method):
    judgement = summarise(pieces, scale=SCALE, method=method)
    by_key = {one.key: one for one in pieces}
    order = [(by_key[key].observed_on, key) for key in judgement.counted]
    assert order == sorted(order)
    assert {one.key for one in independent(pieces)} <= set(judgement.counted)
    replaced = {
        one.key
        for one in pieces
        for other in pieces
        if one.task_key and (one.task_key, one.rater) == (other.task_key, other.rater)
        if (one.observed_on, one.key) < (other.observed_on, other.key)
    }
    assert set(judgement.counted) == set(by_key) - replaced


@moderate
@given(histories())
def test_doing_what_why_not_yet_asks_is_enough_for_criterion(pieces):
    counts: defaultdict[Code, int] = defaultdict(int)
    needs = why_not_yet(pieces, scale=SCALE, method=Method())
    for need in needs:
        if need.code is Code.NEEDS_FIRST_PIECE:
            return
        counts[need.code] = int(need.params.get("count", 1))
    asked = max(counts.values(), default=0)
    for number in range(asked):
        pieces = [
            *pieces,
            Piece(
                f"new{number}",
                START + timedelta(days=20 + number),
                SCALE.target,
                f"new context {number}" if counts[Code.NEEDS_ANOTHER_CONTEXT] else "quiz",
                f"new task {number}",
                1,
                datetime(2025, 10, 1),
            ),
        ]
    assert summarise(pieces, scale=SCALE, method=Method()).demonstrated


@moderate
@given(st.decimals(0, 100, places=6))
def test_shown_value_is_half_up(value):
    assert shown_value(value) == value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    assert shown_value(value) == half_up(Fraction(value))


@pytest.mark.parametrize("w", [50, 65, 99])
def test_two_thousand_pieces_are_still_exact(w):
    pieces = [
        Piece(
            f"k{number:05}",
            START + timedelta(days=number % 180),
            Decimal(1 + number % 4),
            "quiz",
            f"t{number}",
            1,
            datetime(2025, 9, 1),
        )
        for number in range(2_000)
    ]
    agrees(pieces, Method("decaying", {"w": w}), naive_decaying(pieces, w))
