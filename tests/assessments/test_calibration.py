"""What an estimator is worth: measures worked by hand, an honest split, logs read and made up."""

from __future__ import annotations

from io import StringIO
from math import sqrt
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.estimates import bkt, calibration, elo
from assessments.estimates.calibration import auc, ece, group_gaps, groups_apart, measure, reliability, rmse, split
from assessments.estimates.responses import BadRow, LogError, RowCode, read_log, write_log
from assessments.estimates.simulation import simulate
from assessments.estimates.terms import EstimateError, Prediction, Response


def predictions(*pairs: tuple[float, int]) -> list[Prediction]:
    return [Prediction(said, bool(answer), 0, "") for said, answer in pairs]


some_predictions = st.lists(
    st.builds(
        Prediction,
        st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        st.booleans(),
        st.integers(0, 9),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=40,
)


# -- measures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "area"),
    [
        ([(0.1, 0), (0.9, 1)], 1.0),
        ([(0.9, 0), (0.1, 1)], 0.0),
        ([(0.5, 0), (0.5, 1)], 0.5),
        # pairs (success, other): (.8, .4) yes, (.8, .6) yes, (.5, .4) yes, (.5, .6) no: 3 of 4
        ([(0.4, 0), (0.6, 0), (0.5, 1), (0.8, 1)], 0.75),
        # (.6, .6) a tie: half; (.6, .2) yes; (.9, both) yes: 3.5 of 4
        ([(0.2, 0), (0.6, 0), (0.6, 1), (0.9, 1)], 0.875),
        ([(0.7, 1), (0.2, 1)], None),
        ([], None),
    ],
)
def test_auc_counts_pairs_and_halves_ties(pairs, area):
    assert auc(predictions(*pairs)) == area


@given(some_predictions)
def test_auc_agrees_with_counting_every_pair(some):
    right = [one.predicted for one in some if one.observed]
    wrong = [one.predicted for one in some if not one.observed]
    if not right or not wrong:
        assert auc(some) is None
        return
    counted = sum((r > w) + (r == w) / 2 for r in right for w in wrong) / (len(right) * len(wrong))
    assert auc(some) == pytest.approx(counted)


@given(some_predictions)
def test_the_order_of_predictions_changes_no_measure(some):
    assert measure(some, group_events=1) == measure(sorted(some, reverse=True), group_events=1)


def test_rmse_by_hand():
    # squares .01, .09, .36, .16: mean .155
    assert rmse(predictions((0.9, 1), (0.3, 0), (0.4, 1), (0.4, 0))) == pytest.approx(sqrt(0.155))
    assert rmse([]) is None


def test_ece_weighs_each_bin_by_its_events():
    # .1-.2: two events, mean .15, share 0: gap .15. .8-.9: two, mean .85, share .5: gap .35. (2 x .15 + 2 x .35) / 4
    some = predictions((0.1, 0), (0.2 - 1e-9, 0), (0.8, 1), (0.9 - 1e-9, 0))
    assert ece(some) == pytest.approx(0.25)
    assert [(one.low, one.events) for one in reliability(some)] == [(0.1, 2), (0.8, 2)]
    assert ece([]) is None


def test_the_last_bin_holds_certainty_and_a_perfect_forecast_has_no_error():
    some = predictions((1.0, 1), (0.0, 0), (1.0, 1))
    assert [(one.low, one.high, one.events) for one in reliability(some)] == [(0.0, 0.1, 1), (0.9, 1.0, 2)]
    assert ece(some) == 0


@given(some_predictions, st.integers(1, 12))
def test_bins_hold_every_prediction_once(some, bins):
    found = reliability(some, bins=bins)
    assert sum(one.events for one in found) == len(some)
    assert all(one.low - 1e-9 <= one.predicted <= one.high + 1e-9 for one in found)
    assert not some or 0 <= ece(some, bins=bins) <= 1


def test_no_bins_are_refused():
    with pytest.raises(EstimateError, match="At least one bin"):
        reliability([], bins=0)


def test_groups_are_compared_once_they_have_five_hundred_events():
    some = (
        [Prediction(0.6, n % 2 == 0, 0, "east") for n in range(500)]
        + [Prediction(0.5, n % 4 > 0, 0, "west") for n in range(800)]
        + [Prediction(0.9, False, 0, "north") for n in range(499)]
        + [Prediction(0.9, False, 0, "") for n in range(900)]
    )
    east, west = group_gaps(some)
    assert (east.group, east.events, east.difference) == ("east", 500, pytest.approx(0.1))
    assert (west.group, west.events, west.difference) == ("west", 800, pytest.approx(-0.25))
    assert groups_apart((east, west)) == pytest.approx(0.35)
    assert groups_apart((east,)) is None


def test_the_second_auc_begins_after_four_observations():
    some = [Prediction(0.9, False, 3, ""), Prediction(0.2, False, 4, ""), Prediction(0.8, True, 5, "")]
    found = measure(some)
    assert (found.auc, found.auc_later) == (0.5, 1.0)


# -- the split --------------------------------------------------------------------------------------------


def test_no_student_is_on_both_sides_and_nothing_is_lost():
    log = simulate(students=20, seed=3)
    parts = split(log, seed=5)
    train, test = ({one.student for one in part} for part in parts)
    assert (len(train), len(test), train & test) == (16, 4, set())
    assert sorted(parts.train + parts.test) == sorted(log)
    assert parts.test == [one for one in log if one.student in test]


def test_the_split_depends_on_seed_and_students_alone():
    log = simulate(students=20, seed=3)
    tested = {one.student for one in split(log, seed=5).test}
    assert tested == {one.student for one in split(list(reversed(log)), seed=5).test}
    assert tested != {one.student for one in split(log, seed=6).test}


def test_two_students_are_one_each_and_one_is_too_few():
    two = [Response("a", "x", "", True, 1), Response("b", "x", "", True, 2)]
    assert [len(part) for part in split(two, test_share=0.9)] == [1, 1]
    with pytest.raises(EstimateError, match="At least two students"):
        split(two[:1])
    with pytest.raises(EstimateError, match="test_share is 0.05 to 0.95"):
        split(two, test_share=1)


# -- the simulator, and both estimators on it -------------------------------------------------------------


def test_a_made_up_log_is_the_same_every_time_and_in_the_order_of_time():
    log = simulate(students=7, seed=1)
    assert log == simulate(students=7, seed=1)
    assert log != simulate(students=7, seed=2)
    assert len(log) == 1400
    assert [one.at for one in log] == sorted(one.at for one in log)
    assert log[0] == Response("s00001", log[0].skill, log[0].item, log[0].correct, 1.0, log[0].group)
    with pytest.raises(EstimateError, match="At least two students"):
        simulate(students=1, seed=1)


def test_both_estimators_are_calibrated_on_students_they_were_not_fitted_on():
    train, test = split(simulate(students=160, seed=1), test_share=0.3, seed=1)
    traced = measure(bkt.fit_log(train).predict(test))
    rated = measure(elo.fit_log(train).predict(test))
    for found in (traced, rated):
        assert found.ece <= calibration.ECE_GOAL
        assert groups_apart(found.groups) <= calibration.GROUP_GOAL
        assert found.auc_later > found.auc
    # items carry something here; nothing of nobody's answers reaches .80 without a leak
    assert 0.68 < traced.auc < rated.auc < 0.80


def test_fitting_has_not_seen_the_students_it_is_tested_on():
    train, test = split(simulate(students=12, seed=1), seed=1)
    model = elo.fit_log(train)
    assert sum(one.events for one in model.competencies.values()) == len(train)
    assert not {one.student for one in train} & {one.student for one in test}


# -- logs as files ----------------------------------------------------------------------------------------


def read(text: str, **options):
    return read_log(StringIO(text), **options)


def test_columns_may_stand_in_any_order_with_any_others_between():
    found = read("Time,extra,CORRECT,student, skill ,item\n2,?,1,ana,fractions,q1\n1,?,0,ana,fractions,q2\n")
    assert found.responses == [
        Response("ana", "fractions", "q2", False, 1.0),
        Response("ana", "fractions", "q1", True, 2.0),
    ]
    assert (found.bad, found.repeated) == ([], 0)


def test_a_group_is_read_where_it_is_known():
    found = read("student,skill,item,correct,time,group\nana,x,q,1,1,east\n")
    assert found.responses[0].group == "east"


def test_a_byte_order_mark_and_empty_lines_are_no_trouble():
    found = read("\ufeffstudent,skill,item,correct,time\n\nana,x,q,true,1\n,,,,\n")
    assert ([one.correct for one in found.responses], found.bad) == ([True], [])


def test_dates_are_put_in_order_and_a_zone_is_understood():
    found = read(
        "student,skill,item,correct,time\n"
        "b,x,q,1,2025-09-02T08:00:00+02:00\n"
        "a,x,q,1,2025-09-02T07:00:00\n"
        "c,x,q,1,2025-09-01\n"
    )
    assert [one.student for one in found.responses] == ["c", "b", "a"]


def test_a_time_without_a_zone_is_the_same_wherever_the_machine_stands(monkeypatch):
    text = "student,skill,item,correct,time\na,x,q,1,2025-09-02T07:00:00\nb,x,q,1,2025-09-02T06:30:00Z\n"
    monkeypatch.setenv("TZ", "America/New_York")
    tzset()
    try:
        assert [one.student for one in read(text).responses] == ["b", "a"]
        assert read(text).responses[1].at == 1756796400.0
    finally:
        monkeypatch.undo()
        tzset()


def test_each_row_that_cannot_be_used_is_named_with_its_line():
    found = read(
        "student,skill,item,correct,time\n"
        "ana,x,q,1,1\n"
        ",x,q,1,2\n"
        "ana,,q,1,3\n"
        'ana,x,"two\nlines",2,4\n'
        "ana,x,q,1,later\n"
        "ana,x,q,1,2025-09-01\n"
        "ana,x,q,1\n"
        "ana,x,q,1,inf\n"
        "ana,x,q,,9\n"
    )
    assert len(found.responses) == 1
    assert found.bad == [
        BadRow(3, RowCode.NO_STUDENT, ""),
        BadRow(4, RowCode.NO_SKILL, ""),
        BadRow(6, RowCode.CORRECT, "2"),
        BadRow(7, RowCode.TIME, "later"),
        BadRow(8, RowCode.OTHER_TIME, "2025-09-01"),
        BadRow(9, RowCode.WIDTH, "4"),
        BadRow(10, RowCode.TIME, "inf"),
        BadRow(11, RowCode.CORRECT, ""),
    ]


def test_one_answer_listed_for_each_of_its_skills_is_noticed():
    text = (
        "student,skill,item,correct,time\nana,x,q,1,1\nana,y,q,1,1\nana,x,q,1,2\nben,x,q,1,1\nana,x,,1,1\nana,y,,1,1\n"
    )
    assert (read(text).repeated, len(read(text).responses)) == (1, 6)
    dropped = read(text, drop_repeated=True)
    assert (dropped.repeated, [one.skill for one in dropped.responses]) == (1, ["x", "x", "x", "y", "x"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "It names nothing; student, skill, item, correct, time cannot be found"),
        ("student,skill,correct,time\n", "item cannot be found"),
        ("student,skill,item,correct,time,student\n", "names student more than once"),
        ('student,skill,item,correct,time\n"ana,x\n', "is not CSV"),
    ],
)
def test_a_file_that_is_no_log_says_why(text, words):
    with pytest.raises(LogError, match=words):
        read(text)


def test_what_is_written_is_read_back():
    log = simulate(students=2, seed=8)
    text = "".join(",".join(row) + "\n" for row in write_log(log))
    assert read(text) == (log, [], 0)
