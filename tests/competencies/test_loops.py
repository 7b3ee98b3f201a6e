"""A loop of "comes before" is found exactly when there is one, and said in a sentence that names it."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competencies.graphs import CYCLE_MEMBERS_SHOWN, way, without_cycles
from competencies.loops import NAMED, cycle_sentence, loop_sentence

EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


def can_reach(start, end, edges, seen=frozenset()):
    """The naive way: try every step from here, never through the same place twice."""
    if start == end:
        return True
    return any(
        can_reach(b, end, edges, seen | {start}) for a, b in set(edges) if a == start and b not in seen | {start}
    )


@settings(max_examples=150, deadline=None)
@given(EDGES, st.integers(0, 9), st.integers(0, 9))
def test_a_new_tie_is_refused_exactly_when_a_naive_search_comes_back(edges, origin, destination):
    loop = way(destination, origin, edges)
    assert bool(loop) == can_reach(destination, origin, edges)
    if loop:
        assert (loop[0], loop[-1]) == (destination, origin)
        assert len(set(loop)) == len(loop)
        assert set(zip(loop, loop[1:], strict=False)) <= set(edges)


@settings(max_examples=150, deadline=None)
@given(EDGES)
def test_loops_are_reported_exactly_when_a_naive_search_finds_one(edges):
    graph = without_cycles(range(10), edges)
    assert bool(graph.cycles) == any(can_reach(b, a, edges) for a, b in edges)
    kept = [(a, b) for a, others in graph.successors.items() for b in others]
    assert not any(can_reach(b, a, kept) for a, b in kept)
    names = {node: f"N{node}" for node in range(10)}
    for cycle in graph.cycles:
        assert set(zip(cycle.path, cycle.path[1:], strict=False)) | {cycle.removed} <= set(edges)
        said = cycle_sentence(cycle, names)
        assert all(f"“N{node}”" in said for node in cycle.path[:NAMED])


def test_a_loop_deeper_than_the_interpreter_can_go_ends():
    size = sys.getrecursionlimit() * 5
    ring = [(n, (n + 1) % size) for n in range(size)]
    assert len(way(1, 0, ring)) == size
    cycle = without_cycles(range(size), ring).cycles[0]
    assert (cycle.length, len(cycle.path), cycle.removed) == (size, CYCLE_MEMBERS_SHOWN, (size - 1, 0))
    said = cycle_sentence(cycle, {n: f"N{n}" for n in range(size)})
    assert said.startswith("“N0” comes before “N1”, “N1” before “N2”, ")
    assert said.endswith(f", and so on through {size - NAMED} more, and “N{size - 1}” before “N0” again.")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("A", "“A” would come before itself."),
        ("AB", "“A” comes before “B”, and “B” before “A” again."),
        ("ABC", "“A” comes before “B”, “B” before “C”, and “C” before “A” again."),
    ],
    ids=["one", "two", "three"],
)
def test_a_loop_is_a_sentence(names, said):
    assert loop_sentence(names) == said


def test_a_long_loop_names_its_beginning_and_its_end_and_counts_the_rest():
    names = [f"N{n}" for n in range(12)]
    said = loop_sentence(names)
    assert said.count("“N7”") == 1
    assert "“N8”" not in said
    assert said.endswith("and so on through 4 more, and “N11” before “N0” again.")
