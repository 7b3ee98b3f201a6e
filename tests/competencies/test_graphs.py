"""Loops are opened the same way every time, whatever the size."""

from hypothesis import given
from hypothesis import strategies as st

from competencies.graphs import CYCLE_MEMBERS_SHOWN, CYCLES_DESCRIBED, reachable, without_cycles

NODES = st.integers(0, 12)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=60)


def is_acyclic(successors):
    """Kahn's count, an independent judge: every node can be taken away in turn."""
    waiting = dict.fromkeys(successors, 0)
    for neighbours in successors.values():
        for neighbour in neighbours:
            waiting[neighbour] += 1
    free = [node for node, count in waiting.items() if count == 0]
    taken = 0
    while free:
        taken += 1
        for neighbour in successors[free.pop()]:
            waiting[neighbour] -= 1
            if waiting[neighbour] == 0:
                free.append(neighbour)
    return taken == len(waiting)


def test_a_graph_without_loops_keeps_every_edge():
    graph = without_cycles("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    assert graph.successors == {"a": ("b", "c"), "b": ("c",), "c": ()}
    assert graph.predecessors == {"a": (), "b": ("a",), "c": ("a", "b")}
    assert graph.removed == frozenset()
    assert graph.starts == ("a",)


def test_the_edge_that_closes_a_loop_is_left_out_and_named():
    graph = without_cycles("abc", [("a", "b"), ("b", "c"), ("c", "a")])
    assert graph.removed == {("c", "a")}
    assert graph.cycles[0].path == ("a", "b", "c")
    assert graph.cycles[0].length == 3
    assert graph.successors["c"] == ()


def test_a_loop_is_entered_from_what_leads_into_it():
    graph = without_cycles("bca", [("a", "b"), ("b", "c"), ("c", "b")])
    assert graph.starts == ("a",)
    assert graph.removed == {("c", "b")}


def test_a_node_that_points_at_itself_is_a_loop_of_one():
    graph = without_cycles("a", [("a", "a")])
    assert graph.cycles[0].length == 1
    assert graph.removed == {("a", "a")}


def test_edges_that_leave_the_nodes_are_kept_apart():
    graph = without_cycles("ab", [("a", "b"), ("a", "x"), ("y", "b")])
    assert graph.outside == (("a", "x"), ("y", "b"))
    assert graph.successors["a"] == ("b",)


def test_a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack():
    size = 100_000
    graph = without_cycles(range(size), [(n, (n + 1) % size) for n in range(size)])
    assert graph.removed == {(size - 1, 0)}
    assert graph.cycles[0].length == size
    assert len(graph.cycles[0].path) == CYCLE_MEMBERS_SHOWN


def test_many_loops_are_all_opened_but_described_only_up_to_a_limit():
    size = 300
    everyone = [(a, b) for a in range(size) for b in range(size) if a != b]
    graph = without_cycles(range(size), everyone)
    assert len(graph.removed) == size * (size - 1) // 2
    assert len(graph.cycles) == CYCLES_DESCRIBED


def test_reachable_names_the_nearest_first_and_never_the_start():
    neighbours = {"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}
    assert reachable("a", neighbours) == ("b", "c", "d")


@given(EDGES)
def test_what_is_left_never_has_a_loop(edges):
    graph = without_cycles(range(13), edges)
    assert is_acyclic(graph.successors)
    assert is_acyclic(graph.predecessors)


@given(EDGES)
def test_no_edge_is_left_out_that_closed_no_loop(edges):
    graph = without_cycles(range(13), edges)
    for origin, destination in graph.removed:
        assert origin == destination or origin in reachable(destination, graph.successors)


@given(EDGES)
def test_the_order_in_which_edges_are_written_changes_nothing(edges):
    assert without_cycles(range(13), edges).removed == without_cycles(range(13), reversed(edges)).removed
