"""Rolling up: what a parent counts, when it is met, and that it opens again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.mastery import MasteryError, Shape
from assessments.mastery.rollup import Child, Leaves, Parent, RollupCode, Rule, count_leaves, roll_up


def parent(key: str, *children: str | Child, rule: Rule = Rule.ALL, needed: str | None = None) -> Parent:
    made = tuple(child if isinstance(child, Child) else Child(child) for child in children)
    return Parent(key, made, rule, None if needed is None else Decimal(needed))


def carries(key: str, points: str, *, required: bool = False) -> Child:
    return Child(key, Decimal(points), required)


SEEN = {"a": Shape.SHOWN, "b": Shape.DEEPER, "c": Shape.BUILDING, "d": Shape.OPEN}


def test_all_is_met_by_every_child_and_says_what_is_still_open():
    standings = roll_up([parent("ab", "a", "b"), parent("abc", "a", "c", "b", "d")], SEEN)
    assert standings["ab"] == (True, Leaves(2, 0, 0), (), RollupCode.ALL_MET, {"met": 2, "of": 2})
    assert standings["abc"] == (False, Leaves(2, 1, 1), ("c", "d"), RollupCode.SOME_OPEN, {"met": 2, "of": 4})


@pytest.mark.parametrize(("rule", "needed"), [(Rule.ALL, None), (Rule.POINTS, "1")])
def test_no_children_is_not_met(rule, needed):
    standing = roll_up([parent("empty", rule=rule, needed=needed)], SEEN)["empty"]
    assert standing == (False, Leaves(0, 0, 0), (), RollupCode.NO_CHILDREN, {})


def test_a_child_nobody_has_seen_is_not_seen_yet_and_never_a_zero():
    assert roll_up([parent("p", "a", "unheard of")], SEEN)["p"].leaves == Leaves(1, 0, 1)


def test_points_are_carried_by_children_that_are_met():
    children = (carries("a", "1.5"), carries("b", "1"), carries("c", "5"))
    found = roll_up([parent("p", *children, rule=Rule.POINTS, needed="2.5")], SEEN)["p"]
    assert found == (True, Leaves(2, 1, 0), ("c",), RollupCode.POINTS_MET, {"points": "2.5", "needed": "2.5"})
    found = roll_up([parent("p", *children, rule=Rule.POINTS, needed="2.51")], SEEN)["p"]
    assert (found.met, found.code) == (False, RollupCode.POINTS_MISSING)


def test_a_required_child_is_required_however_many_points_there_are():
    children = (carries("a", "5"), carries("b", "5"), carries("c", "0", required=True))
    found = roll_up([parent("p", *children, rule=Rule.POINTS, needed="3")], SEEN)["p"]
    assert (found.met, found.code, found.params) == (
        False,
        RollupCode.REQUIRED_OPEN,
        {"points": "10", "needed": "3", "required": 1},
    )
    assert roll_up([parent("p", *children, rule=Rule.POINTS, needed="3")], SEEN | {"c": Shape.SHOWN})["p"].met


def test_parents_of_parents_count_leaves_and_ask_whether_children_are_met():
    tree = [parent("top", "left", "right"), parent("left", "a", "b"), parent("right", "a", "c")]
    standings = roll_up(tree, SEEN)
    assert list(standings) == ["top", "left", "right"]
    # a lies below both and is counted once
    assert (standings["top"].leaves, standings["top"].open_children) == (Leaves(2, 1, 0), ("right",))
    assert standings["left"].met
    assert not standings["top"].met


def test_a_child_that_is_no_longer_demonstrated_opens_every_parent_again():
    tree = [parent("top", "left"), parent("left", "a", "b")]
    assert all(standing.met for standing in roll_up(tree, SEEN).values())
    assert not any(standing.met for standing in roll_up(tree, SEEN | {"b": Shape.BUILDING}).values())


def test_a_parents_own_shape_does_not_stand_in_for_its_children():
    assert not roll_up([parent("top", "left"), parent("left", "c")], SEEN | {"left": Shape.DEEPER})["top"].met


def test_shapes_as_the_database_spells_them_are_understood():
    assert count_leaves(["shown", "deeper", "building", "open"]) == Leaves(2, 1, 1)


def test_a_very_deep_tree_is_no_trouble():
    tree = [parent(f"n{n}", f"n{n + 1}") for n in range(5_000)]
    standings = roll_up(tree, {"n5000": Shape.SHOWN})
    assert all(standing.met and standing.leaves == Leaves(1, 0, 0) for standing in standings.values())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: parent("p", "a", "a"), "names one twice"),
        (lambda: parent("p", carries("a", "-1")), "0 points or more"),
        (lambda: parent("p", carries("a", "NaN")), "0 points or more"),
        (lambda: parent("p", "a", rule=Rule.POINTS), "how many are needed"),
        (lambda: parent("p", "a", rule=Rule.POINTS, needed="0"), "more than 0"),
        (lambda: parent("p", "a", "b", rule=Rule.POINTS, needed="2.5"), "2.5 points are needed .* carry 2"),
        (lambda: roll_up([parent("p", "a"), parent("p", "b")], SEEN), "two rules"),
        (lambda: roll_up([parent("p", "p")], SEEN), "p lies below itself"),
        (lambda: roll_up([parent("p", "q"), parent("q", "r"), parent("r", "p")], SEEN), "lies below itself"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(make, words):
    with pytest.raises(MasteryError, match=words):
        make()


@st.composite
def trees(draw):
    """Parents p0.. whose children are later parents or leaves, and shapes of the leaves."""
    count = draw(st.integers(1, 5))
    parents = []
    for number in range(count):
        names = [f"p{later}" for later in range(number + 1, count)] + [f"l{leaf}" for leaf in range(5)]
        keys = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
        children = [Child(key, Decimal(draw(st.integers(0, 3))), draw(st.booleans())) for key in keys]
        possible = sum(child.points for child in children)
        if draw(st.booleans()) and possible:
            parents.append(
                Parent(f"p{number}", tuple(children), Rule.POINTS, Decimal(draw(st.integers(1, int(possible)))))
            )
        else:
            parents.append(Parent(f"p{number}", tuple(children)))
    shapes = {f"l{leaf}": draw(st.sampled_from(list(Shape))) for leaf in range(5)}
    return draw(st.permutations(parents)), shapes


def naive_met(key, tree, shapes) -> bool:
    if key not in tree:
        return shapes[key] in ("shown", "deeper")
    rule = tree[key]
    met = {child.key for child in rule.children if naive_met(child.key, tree, shapes)}
    if not rule.children:
        return False
    if rule.rule == "all":
        return len(met) == len(rule.children)
    carried = sum(child.points for child in rule.children if child.key in met)
    return carried >= rule.needed and all(child.key in met for child in rule.children if child.required)


def naive_leaves(key, tree) -> set[str]:
    if key not in tree:
        return {key}
    return {leaf for child in tree[key].children for leaf in naive_leaves(child.key, tree)}


@given(trees())
def test_a_tree_agrees_with_a_naive_walk(made):
    parents, shapes = made
    tree = {one.key: one for one in parents}
    standings = roll_up(parents, shapes)
    for key, standing in standings.items():
        below = [shapes[leaf] for leaf in naive_leaves(key, tree)]
        assert standing.met == naive_met(key, tree, shapes)
        assert standing.leaves.total == len(below)
        assert standing.leaves.not_seen == below.count("open")
        assert standing.leaves.building == below.count("building")


@given(trees(), st.integers(0, 4))
def test_one_more_leaf_shown_never_closes_and_one_less_never_opens_a_parent(made, leaf):
    parents, shapes = made
    less = roll_up(parents, shapes | {f"l{leaf}": Shape.BUILDING})
    more = roll_up(parents, shapes | {f"l{leaf}": Shape.SHOWN})
    assert all(more[key].met or not less[key].met for key in less)
