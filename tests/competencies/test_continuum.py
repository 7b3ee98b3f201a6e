"""What comes before, what comes after, what could come next."""

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competencies.continuum import build_continuum

FRACTIONS = [
    ("equal shares", "unit fractions"),
    ("unit fractions", "on a number line"),
    ("unit fractions", "compare"),
    ("on a number line", "equivalence"),
    ("compare", "equivalence"),
    ("equivalence", "add"),
]
NAMES = ["equal shares", "unit fractions", "on a number line", "compare", "equivalence", "add"]


@pytest.fixture
def fractions():
    return build_continuum(NAMES, FRACTIONS)


def nodes(steps):
    return [step.node for step in steps]


def test_direct_neighbours_and_everything_beyond_them(fractions):
    around = fractions.before_and_after("equivalence")
    assert around.before == ("on a number line", "compare")
    assert around.after == ("add",)
    assert around.all_before == ("on a number line", "compare", "unit fractions", "equal shares")
    assert around.all_after == ("add",)


def test_layers_are_the_longest_way_from_a_start(fractions):
    assert fractions.layers() == (
        ("equal shares",),
        ("unit fractions",),
        ("on a number line", "compare"),
        ("equivalence",),
        ("add",),
    )


def test_an_unknown_competency_is_an_error_not_a_guess(fractions):
    with pytest.raises(KeyError):
        fractions.before_and_after("division")


def test_two_ready_steps_where_the_graph_has_two(fractions):
    steps = fractions.next_steps({"equal shares", "unit fractions"})
    assert nodes(steps) == ["on a number line", "compare"]
    assert all(step.ready and step.unmet == () for step in steps)
    assert steps[0].follows == ("unit fractions",)


def test_a_look_ahead_names_what_is_not_shown_yet(fractions):
    steps = fractions.next_steps({"equal shares"})
    assert nodes(steps) == ["unit fractions", "on a number line", "compare"]
    assert [step.ready for step in steps] == [True, False, False]
    assert steps[1].unmet == ("unit fractions",)


def test_everything_shown_leaves_nothing_to_suggest(fractions):
    assert fractions.next_steps(set(NAMES)) == ()


def test_something_skipped_earlier_is_named_but_does_not_bar_the_way(fractions):
    steps = fractions.next_steps({"unit fractions", "on a number line", "compare"}, limit=1)
    assert nodes(steps) == ["equivalence"]
    assert steps[0].ready
    assert steps[0].earlier == ("equal shares",)


def test_what_follows_from_something_shown_comes_before_a_fresh_start():
    continuum = build_continuum(["patterns", "count", "add"], [("count", "add")])
    assert nodes(continuum.next_steps({"count"})) == ["add", "patterns"]


def test_a_scope_limits_what_is_suggested_not_what_is_needed(fractions):
    steps = fractions.next_steps({"equal shares"}, scope={"compare", "equivalence"})
    assert nodes(steps) == ["compare"]
    assert not steps[0].ready
    assert steps[0].unmet == ("unit fractions",)


def test_evidence_on_something_the_continuum_does_not_know_is_ignored(fractions):
    assert fractions.next_steps({"equal shares", "cooking"}) == fractions.next_steps({"equal shares"})


def test_a_loop_is_reported_and_the_rest_still_works():
    continuum = build_continuum("abcd", [("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])
    assert continuum.removed == {("c", "b")}
    assert continuum.cycles[0].path == ("b", "c")
    assert continuum.layers() == (("a",), ("b",), ("c",), ("d",))
    assert continuum.before_and_after("b").before == ("a",)


def test_edges_to_elsewhere_never_bar_the_way():
    continuum = build_continuum("ab", [("elsewhere", "a"), ("a", "b")])
    assert continuum.outside == (("elsewhere", "a"),)
    assert nodes(continuum.next_steps(set(), wanted=1)) == ["a"]


GRAPHS = st.tuples(
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=50),
    st.sets(st.integers(0, 11)),
)


@given(GRAPHS)
def test_a_suggestion_is_never_already_shown_and_names_every_unmet_prerequisite(graph):
    edges, shown = graph
    continuum = build_continuum(range(12), edges)
    for step in continuum.next_steps(shown):
        before = set(continuum.predecessors[step.node])
        assert step.node not in shown
        assert set(step.unmet) == before - shown
        assert set(step.follows) == before & shown
        assert step.ready == (before <= shown)
        assert not set(step.earlier) & shown


@given(GRAPHS)
def test_two_options_whenever_two_competencies_are_within_a_step(graph):
    edges, shown = graph
    continuum = build_continuum(range(12), edges)
    unshown = set(range(12)) - shown
    ready = {n for n in unshown if set(continuum.predecessors[n]) <= shown}
    ahead = {n for n in unshown - ready if set(continuum.predecessors[n]) <= shown | ready}
    steps = continuum.next_steps(shown)
    assert {s.node for s in steps if s.ready} == ready
    assert len(steps) >= min(2, len(ready | ahead))
    if unshown:
        assert ready, "a graph without loops always has a way in"


@given(GRAPHS)
def test_every_edge_leads_to_a_later_layer(graph):
    continuum = build_continuum(range(12), graph[0])
    for node, after in continuum.successors.items():
        assert all(continuum.layer[node] < continuum.layer[later] for later in after)


@given(GRAPHS, st.randoms())
def test_the_order_of_the_edges_changes_no_suggestion(graph, random):
    edges, shown = graph
    shuffled = list(edges)
    random.shuffle(shuffled)
    assert build_continuum(range(12), edges).next_steps(shown) == build_continuum(range(12), shuffled).next_steps(shown)


def test_ten_thousand_competencies_grow_in_proportion():
    """Not a stopwatch but a ratio: ten times the graph may not take a hundred times as long.

    Of several rounds the quickest, without the collector walking through whatever the run holds already.
    """

    def seconds(size):
        edges = [(n, n + step) for n in range(size) for step in (1, 7, 40) if n + step < size]
        gc.disable()
        try:
            began = time.process_time()
            continuum = build_continuum(range(size), edges)
            continuum.next_steps(set(range(0, size, 2)), limit=50)
            continuum.before_and_after(size // 2)
            return time.process_time() - began
        finally:
            gc.enable()

    small = max(min(seconds(1_000) for _ in range(5)), 0.001)
    assert min(seconds(10_000) for _ in range(5)) < 40 * small
