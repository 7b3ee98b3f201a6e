"""Methods and judgements: every number here is worked by hand (docs/methods.md)."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from assessments.mastery import (
    METHODS,
    Code,
    MasteryError,
    Method,
    Piece,
    Scale,
    Shape,
    best_n_standing,
    independent,
    plain,
    shown_value,
    summarise,
    why_not_yet,
)

START = date(2025, 9, 1)
FOUR = Scale(tuple(map(Decimal, (1, 2, 3, 4))), Decimal(3))
FIVE = Scale(tuple(map(Decimal, (1, 2, 3, 4, 5))), Decimal(3))


def piece(
    number: int,
    value: str,
    *,
    context: str = "quiz",
    task: str | None = None,
    rater: int = 1,
    day: int | None = None,
    recorded: int | None = None,
    sub_skill: str = "",
) -> Piece:
    """Piece number `number`, one a day, each a task of its own unless said otherwise."""
    return Piece(
        key=f"k{number:04}",
        observed_on=START + timedelta(days=number if day is None else day),
        value=Decimal(value),
        context=context,
        task_key=f"t{number}" if task is None else task,
        rater=rater,
        recorded_at=datetime(2025, 9, 1, 12) + timedelta(days=number if recorded is None else recorded),
        sub_skill=sub_skill,
    )


def pieces(values: str, contexts: str = "quiz project") -> list[Piece]:
    """One piece a day with these values; the contexts take turns ('-' is unknown)."""
    names = ["" if name == "-" else name for name in contexts.split()]
    return [piece(number, value, context=names[number % len(names)]) for number, value in enumerate(values.split())]


def judge(values: str, method: Method | None = None, *, scale: Scale = FOUR, contexts: str = "quiz project"):
    return summarise(pieces(values, contexts), scale=scale, method=method or Method())


# -- the vectors of the specification ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "exact", "shown"),
    [
        (Method("average"), "2.4", "2.40"),
        (Method("decaying", {"w": 65}), "3.512493", "3.51"),
        (Method("power_law"), None, "3.65"),
        (Method("highest"), "4", "4.00"),
        (Method("latest"), "4", "4.00"),
        (Method("median_recent"), "3", "3.00"),
        (Method("criterion"), "3", "3.00"),
        (Method("best_n"), "3", "3.00"),  # (2 + 3 + 4) / 3
        (Method("n_mastery", {"n": 2}), "3.5", "3.50"),
        (Method("weighted", {"w": 65}), "3.3", "3.30"),  # .65 x 4 + .35 x 2
    ],
)
def test_scores_1_2_2_3_4_under_every_method(method: Method, exact: str | None, shown: str):
    value = judge("1 2 2 3 4", method).value
    assert value is not None
    assert exact is None or plain(value) == exact
    assert shown_value(value) == Decimal(shown)


def test_power_law_of_1_2_2_3_4_is_3_650_at_three_places():
    value = judge("1 2 2 3 4", Method("power_law")).value
    assert value is not None
    assert round(value, 3) == Decimal("3.650")


@pytest.mark.parametrize(
    ("method", "exact", "shown"),
    [
        (Method("weighted", {"w": 65}), "4.125", "4.13"),
        (Method("decaying", {"w": 65}), "4.469618", "4.47"),
        (Method("n_mastery", {"n": 3, "cut": 3}), "4", "4.00"),
    ],
)
def test_scores_1_to_5(method: Method, exact: str, shown: str):
    value = judge("1 2 3 4 5", method, scale=FIVE).value
    assert value is not None
    assert (plain(value), shown_value(value)) == (exact, Decimal(shown))


def test_n_mastery_with_fewer_than_n_scores_at_the_cut_has_no_value():
    judgement = judge("1 2 3 4 5", Method("n_mastery", {"n": 4, "cut": 3}), scale=FIVE)
    assert (judgement.value, judgement.held, judgement.shape) == (None, None, Shape.BUILDING)
    assert judgement.explanation.code is Code.N_MASTERY_NOT_ENOUGH
    assert judgement.explanation.params == {"pieces": 5, "n": 4, "cut": "3", "reached": 3}


def test_weighted_multiplies_before_it_divides():
    # .65 x 3 + .35 x 14.5/7 = 2.675 exactly; a mean cut on the way gives 2.67
    value = judge("2 2 2 1 2 1.5 4 3", Method("weighted")).value
    assert value is not None
    assert (plain(value), shown_value(value)) == ("2.675", Decimal("2.68"))


def test_weighted_55_of_3_5_1_4_3_is_2_93():
    # .55 x 3 + .45 x 8.5/3 = 2.925
    value = judge("3.5 1 4 3", Method("weighted", {"w": 55})).value
    assert value is not None
    assert (plain(value), shown_value(value)) == ("2.925", Decimal("2.93"))


def test_decaying_step_by_step():
    # 2; .65 x 3 + .35 x 2 = 2.65; .65 x 4 + .35 x 2.65 = 3.5275
    assert [judge(scores, Method("decaying")).value for scores in ("2", "2 3", "2 3 4")] == [
        Decimal("2"),
        Decimal("2.65"),
        Decimal("3.5275"),
    ]


def test_weighted_of_one_piece_is_that_piece():
    assert judge("2.5", Method("weighted")).value == Decimal("2.5")


@pytest.mark.parametrize(
    ("scores", "median"), [("4", "4"), ("4 1", "2.5"), ("1 4 2", "2"), ("4 4 1 2 3", "2"), ("1 1 3 2.5", "2.5")]
)
def test_median_of_the_last_three_or_of_what_is_there(scores: str, median: str):
    assert judge(scores, Method("median_recent")).value == Decimal(median)


# -- criterion --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "held", "why"),
    [
        ("1 2 2 3 4", "3", "two of 2, 3, 4 are at 3, in two contexts"),
        ("3", None, "one piece is not two"),
        ("3 3", "3", "two of the last up to three"),
        ("3 3 2", "3", "the latest is not below the level under 3"),
        ("3 3 1", "2", "the latest is below 2, so 3 is not held; 2 is: 3 and 3, and 1 is not below 1"),
        ("3 3 1.5", "2", "a half step below 2 is below 2"),
        ("2.5 2.5 2.5", "2", "half steps count down"),
        ("3.5 3.5 3.5", "3", "half steps count down above the target too"),
        ("4 4 1 1", "1", "early pieces leave the window: only one of 4, 1, 1 is above 1"),
        ("1 1 4 4", "4", "early attempts never lower"),
        ("4 3 3", "3", "only one of three at 4"),
        ("0 0 0", None, "nothing below the lowest level is held"),
    ],
)
def test_criterion_holds(scores: str, held: str | None, why: str):
    judgement = judge(scores)
    assert judgement.held == (None if held is None else Decimal(held)), why
    assert judgement.value == judgement.held


def test_criterion_needs_two_contexts_at_the_level():
    assert judge("1 2 2 3 4", contexts="quiz").held is None
    # 3, 3 and 3 are all from quizzes: the project piece is below 3, so 2 is held and 3 is not
    some = [
        piece(0, "2", context="project"),
        piece(1, "3"),
        piece(2, "3"),
        piece(3, "3"),
    ]
    assert summarise(some, scale=FOUR, method=Method()).held == 2


def test_contexts_are_those_of_all_pieces_at_the_level_not_of_the_last_three():
    first = [piece(0, "3", context="project"), piece(1, "3"), piece(2, "3")]
    assert summarise(first, scale=FOUR, method=Method()).held == 3
    assert summarise([*first, piece(3, "3")], scale=FOUR, method=Method()).held == 3


def test_unknown_counts_as_one_context():
    assert judge("3 3", contexts="- quiz").held == 3


def test_where_every_piece_at_a_level_is_of_unknown_context_the_demand_is_dropped_and_said():
    judgement = judge("3 3 3", contexts="-")
    assert judgement.held == 3
    assert judgement.context_demand_dropped == (1, 2, 3)
    assert judgement.explanation.code is Code.CRITERION_HELD_CONTEXTS_UNKNOWN
    assert "contexts" not in judgement.explanation.params


def test_the_demand_is_dropped_only_for_the_levels_whose_pieces_are_all_unknown():
    some = [piece(0, "2"), piece(1, "3", context=""), piece(2, "3", context="")]
    judgement = summarise(some, scale=FOUR, method=Method())
    assert (judgement.held, judgement.context_demand_dropped) == (3, (3,))


def test_a_district_may_ask_for_three_of_four_in_one_context():
    method = Method("criterion", {"needed": 3, "window": 4, "contexts": 1})
    assert judge("3 3 2 3", method, contexts="quiz").held == 3
    assert judge("3 2 2 3", method, contexts="quiz").held == 2


def test_the_level_under_a_level_is_the_next_one_of_the_scale():
    tens = Scale(tuple(map(Decimal, (0, 50, 80, 100))), Decimal(80))
    assert judge("80 90 50", scale=tens).held == 80
    assert judge("80 90 49", scale=tens).held == 50


def test_criterion_says_what_it_saw():
    assert judge("1 2 2 3 4").explanation == (
        Code.CRITERION_HELD,
        {"pieces": 5, "level": "3", "shown": 2, "recent": 3, "needed": 2, "window": 3, "contexts": 2},
    )
    assert judge("3").explanation == (Code.CRITERION_BUILDING, {"pieces": 1, "needed": 2, "window": 3})


# -- demonstrated, shapes ---------------------------------------------------------------------------------


def test_without_a_piece_the_shape_is_open_and_nothing_is_zero():
    judgement = summarise([], scale=FOUR, method=Method())
    assert judgement.shape is Shape.OPEN
    assert (judgement.held, judgement.value, judgement.pieces, judgement.days) == (None, None, 0, 0)
    assert judgement.explanation == (Code.NO_EVIDENCE, {})


def test_two_pieces_at_the_target_hold_it_and_do_not_demonstrate_it():
    judgement = judge("3 3")
    assert (judgement.held, judgement.demonstrated, judgement.shape) == (3, False, Shape.BUILDING)


def test_three_pieces_of_one_day_do_not_demonstrate():
    one_day = [piece(number, "3", context=name, day=0) for number, name in enumerate(["quiz", "project", ""])]
    judgement = summarise(one_day, scale=FOUR, method=Method())
    assert (judgement.held, judgement.days, judgement.demonstrated) == (3, 1, False)


def test_three_pieces_on_two_dates_demonstrate():
    two_days = [piece(0, "3"), piece(1, "3", context="project", day=0), piece(2, "3")]
    judgement = summarise(two_days, scale=FOUR, method=Method())
    assert (judgement.pieces, judgement.days, judgement.shape) == (3, 2, Shape.SHOWN)


def test_held_above_the_target_is_deeper():
    assert judge("2 4 4").shape is Shape.DEEPER


def test_a_value_between_two_levels_holds_the_lower_and_counts_as_above_the_target():
    judgement = judge("2 3 4 4", Method("average"))
    assert (judgement.value, judgement.held, judgement.shape) == (Decimal("3.25"), 3, Shape.DEEPER)


def test_a_value_that_rounds_up_to_the_target_does_not_reach_it():
    # 599/200 = 2.995 is shown as 3.00
    hundreds = [piece(number, "3" if number else "2", context="quiz") for number in range(200)]
    judgement = summarise(hundreds, scale=FOUR, method=Method("average"))
    assert judgement.value is not None
    assert shown_value(judgement.value) == Decimal("3.00")
    assert (judgement.held, judgement.demonstrated) == (2, False)


def test_decaying_comes_as_near_to_the_target_as_it_likes_without_reaching_it():
    judgement = judge("2 " + "3 " * 300, Method("decaying"))
    assert judgement.value is not None
    assert (shown_value(judgement.value), judgement.value < 3, judgement.demonstrated) == (
        Decimal("3.00"),
        True,
        False,
    )


def test_decaying_falls_towards_the_target_and_stays_above_it():
    judgement = judge("4 " + "3 " * 300, Method("decaying"))
    assert judgement.value == 3
    assert judgement.shape is Shape.DEEPER


def test_the_same_score_again_and_again_is_that_score_under_every_method():
    for name in METHODS:
        assert judge("3 " * 7, Method(name)).value == 3, name


def test_power_law_is_clipped_to_the_scale():
    assert judge("1 3 4 4 4", Method("power_law")).value == 4
    assert judge("4 2 1 1 1", Method("power_law")).value == 1


def test_the_decimal_context_of_the_caller_changes_nothing():
    for name in METHODS:
        expected = judge("1 2.5 2 3 4 3.5", Method(name))
        with localcontext() as context:
            context.prec = 3
            assert judge("1 2.5 2 3 4 3.5", Method(name)) == expected, name


def test_rounding_half_up_happens_at_the_edge():
    assert [shown_value(Decimal(text)) for text in ("2.675", "2.665", "4.125", "3")] == [
        Decimal("2.68"),
        Decimal("2.67"),
        Decimal("4.13"),
        Decimal("3.00"),
    ]


# -- independent pieces -----------------------------------------------------------------------------------


def test_raters_of_one_work_are_one_piece_with_the_lower_median():
    rated = [
        piece(0, "2", task="essay", rater=1),
        piece(1, "4", task="essay", rater=2),
        piece(2, "3", task="essay", rater=3, context="project"),
        piece(3, "4", task="essay", rater=4),
    ]
    (one,) = independent(rated)
    # 2, 3, 4, 4: the lower middle is 3; date, key and context are those of the newest rating
    assert (one.value, one.key, one.observed_on, one.context) == (
        3,
        "k0003",
        START + timedelta(days=3),
        "quiz",
    )


def test_of_two_raters_the_lower_rating_counts():
    assert independent([piece(0, "4", task="essay"), piece(1, "2", task="essay", rater=2)])[0].value == 2


def test_a_raters_later_rating_of_the_same_work_replaces_the_earlier_one():
    rated = [
        piece(0, "1", task="essay", rater=1),
        piece(1, "3", task="essay", rater=2),
        piece(2, "4", task="essay", rater=1),
    ]
    judgement = summarise(rated, scale=FOUR, method=Method("latest"))
    assert (judgement.value, judgement.pieces, judgement.counted) == (3, 1, ("k0001", "k0002"))


def test_a_new_try_is_a_new_work():
    assert len(independent([piece(0, "1", task="try 1"), piece(1, "3", task="try 2")])) == 2


def test_work_without_a_task_key_stands_for_itself():
    assert len(independent([piece(0, "2", task=""), piece(1, "3", task="")])) == 2


def test_the_same_key_twice_is_one_piece_as_recorded_last():
    before, after = piece(0, "2", recorded=1), piece(0, "4", recorded=5)
    for both in ([before, after], [after, before]):
        judgement = summarise(both, scale=FOUR, method=Method("latest"))
        assert (judgement.value, judgement.counted) == (4, ("k0000",))


def test_the_same_key_twice_is_one_piece_even_where_the_correction_named_another_work():
    before, after = piece(0, "2", task="essay", recorded=1), piece(0, "4", task="talk", recorded=5)
    for both in ([before, after], [after, before]):
        judgement = summarise(both, scale=FOUR, method=Method("average"))
        assert (judgement.value, judgement.pieces, judgement.counted) == (4, 1, ("k0000",))


def test_pieces_of_one_day_are_ordered_by_their_key():
    some = [piece(2, "1", day=0), piece(1, "4", day=0)]
    assert summarise(some, scale=FOUR, method=Method("latest")).value == 1


def test_a_backdated_piece_takes_its_place_in_time_not_in_arrival():
    some = [piece(0, "4", recorded=0), piece(5, "3", recorded=1), piece(2, "1", recorded=9)]
    assert summarise(some, scale=FOUR, method=Method("latest")).value == 3


# -- best_n -----------------------------------------------------------------------------------------------


def test_best_n_takes_the_best_of_each_sub_skill_and_pools_them():
    some = [
        piece(0, "1", sub_skill="plan"),
        piece(1, "3", sub_skill="plan"),
        piece(2, "4", sub_skill="plan"),
        piece(3, "2", sub_skill="draft"),
    ]
    # best two of plan: 3, 4; of draft only 2 is there: (3 + 4 + 2) / 3
    assert summarise(some, scale=FOUR, method=Method("best_n", {"n": 2})).value == 3


def test_a_portfolio_says_progress_growth_and_what_a_person_set_as_met():
    some = [
        piece(0, "2", sub_skill="plan"),
        piece(1, "3", sub_skill="plan"),
        piece(2, "4", sub_skill="plan"),
        piece(3, "3", sub_skill="draft"),
        piece(4, "1", sub_skill="nobody asked"),
    ]
    standing = best_n_standing(some, required={"plan": 2, "draft": 2, "revise": 1}, overridden={"revise"}, missed=1)
    # value (3 + 4 + 3) / 3; baseline the first rating, 2; shown 2 of 2, 1 of 2, and revise as met
    assert (standing.value, standing.growth) == (Fraction(10, 3), Fraction(4, 3))
    assert (standing.shown, standing.required, standing.missed) == (4, 5, 1)
    assert [part.met for part in standing.sub_skills] == [False, True, True]


def test_growth_is_counted_from_the_value_set_at_entry():
    standing = best_n_standing([piece(0, "3")], required={"": 1}, baseline=Decimal("1.5"))
    assert standing.growth == Decimal("1.5")


def test_a_portfolio_without_ratings_has_no_value_and_no_growth():
    standing = best_n_standing([], required={"": 3}, missed=2)
    assert (standing.value, standing.growth, standing.shown, standing.missed) == (None, None, 0, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"required": {"plan": 0}},
        {"required": {"plan": 1}, "overridden": {"draft"}},
        {"required": {"plan": 1}, "missed": -1},
    ],
)
def test_a_portfolio_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(MasteryError):
        best_n_standing([], **wrong)


# -- what would make us surer -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "contexts", "needs"),
    [
        ("", "quiz", [("needs_first_piece", {})]),
        (
            "2",
            "quiz",
            [
                ("needs_level_again", {"level": "3", "count": 2}),
                ("needs_another_context", {"level": "3", "count": 2, "seen": ""}),
                ("needs_more_pieces", {"count": 2}),
                ("needs_another_day", {"count": 1}),
            ],
        ),
        ("3 3", "quiz project", [("needs_more_pieces", {"count": 1})]),
        ("3 3 3", "quiz", [("needs_another_context", {"level": "3", "count": 1, "seen": "quiz"})]),
        ("3 3 1", "quiz project", [("needs_latest_near", {"level": "3", "at_least": "2"})]),
        (
            "3 2 2 2",
            "quiz project",
            [
                ("needs_level_again", {"level": "3", "count": 2}),
                ("needs_another_context", {"level": "3", "count": 1, "seen": "quiz"}),
            ],
        ),
        ("3 3 3", "quiz project", []),
        (
            "1 2 2",
            "-",
            [
                ("needs_level_again", {"level": "3", "count": 2}),
                ("needs_another_context", {"level": "3", "count": 2, "seen": ""}),
            ],
        ),
    ],
)
def test_why_not_yet(scores: str, contexts: str, needs: list[tuple[str, dict]]):
    assert list(why_not_yet(pieces(scores, contexts), scale=FOUR, method=Method())) == needs


def test_why_not_yet_of_a_value_names_target_and_value():
    (need,) = why_not_yet(pieces("2 2 3"), scale=FOUR, method=Method("average"))
    assert need == (Code.NEEDS_HIGHER_VALUE, {"target": "3", "value": "2.33"})


def test_why_not_yet_of_n_mastery_counts_the_scores_still_missing():
    (need,) = why_not_yet(pieces("3 2 2"), scale=FOUR, method=Method("n_mastery"))
    assert need == (Code.NEEDS_LEVEL_AGAIN, {"level": "3", "count": 2})


# -- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "target"),
    [((), 3), ((1, 2, 2), 2), ((3, 2, 1), 2), ((1, 2, 3), 4), (("NaN",), "NaN"), (("1", "1.0000001"), "1")],
)
def test_a_scale_that_makes_no_sense_is_refused(levels, target):
    with pytest.raises(MasteryError):
        Scale(tuple(map(Decimal, levels)), Decimal(target))


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("elo", {}, "There is no method 'elo'"),
        ("latest", {"w": 65}, "latest has no parameter 'w'; its parameters: none"),
        ("decaying", {"w": 49}, "w of decaying is 50 to 99, not 49"),
        ("decaying", {"w": 100}, "w of decaying is 50 to 99, not 100"),
        ("weighted", {"w": 0}, "w of weighted is 1 to 99, not 0"),
        ("weighted", {"w": Decimal("0.65")}, "w of weighted is a whole number"),
        ("weighted", {"w": True}, "w of weighted is a whole number"),
        ("n_mastery", {"n": 0}, "n of n_mastery is 1 to 10, not 0"),
        ("n_mastery", {"n": 11}, "n of n_mastery is 1 to 10, not 11"),
        ("n_mastery", {"cut": "high"}, "cut of n_mastery is a value on the scale"),
        ("n_mastery", {"cut": "NaN"}, "cut of n_mastery is a value on the scale"),
        ("n_mastery", {"cut": 2.5}, "cut of n_mastery is a value on the scale"),
        ("criterion", {"needed": 4, "window": 3}, "criterion cannot ask for 4 of the last 3"),
        ("criterion", {"contexts": 3}, "contexts of criterion is 1 to 2, not 3"),
        ("best_n", {"n": 0}, "n of best_n is 1 to 10"),
        ("median_recent", {"k": 0}, "k of median_recent is 1 to 25"),
    ],
)
def test_a_method_says_what_is_wrong_with_it(name: str, parameters, words: str):
    with pytest.raises(MasteryError, match=words):
        Method(name, parameters)


def test_a_version_we_do_not_have_is_refused_rather_than_guessed():
    with pytest.raises(MasteryError, match="version 1 here, not 7"):
        Method("criterion", {}, 7)


def test_a_method_is_complete_once_made_and_survives_storing():
    assert Method("criterion").parameters == {"needed": 2, "window": 3, "contexts": 2}
    stored = Method("n_mastery", {"cut": Decimal("3.50")})
    assert (stored.parameters, stored.version) == ({"n": 3, "cut": "3.5"}, 1)
    again = Method(stored.name, stored.parameters, stored.version)
    assert again == stored
    assert pickle.loads(pickle.dumps(stored)).find(pieces("4 4 4"), FOUR) == again.find(pieces("4 4 4"), FOUR)


def test_a_method_says_when_it_does_not_fit_a_scale():
    with_zero = Scale((Decimal(0), Decimal(1)), Decimal(1))
    with pytest.raises(MasteryError, match="above 0"):
        Method("power_law").check(with_zero)
    with pytest.raises(MasteryError, match="above 0"):
        judge("0 1", Method("power_law"), scale=with_zero)
    with pytest.raises(MasteryError, match="outside the scale 1 to 4"):
        Method("n_mastery", {"cut": 5}).check(FOUR)
    for name in METHODS:
        Method(name).check(FOUR)


def test_every_explanation_of_a_method_can_be_stored_as_json():
    for name in METHODS:
        explanation = judge("1 2.5 3 4", Method(name)).explanation
        assert all(type(value) in (int, str) for value in explanation.params.values()), name
