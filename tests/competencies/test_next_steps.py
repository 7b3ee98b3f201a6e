"""Next steps, whatever the graph: never what is shown, never past something in silence, empty only at the end."""

from __future__ import annotations

import inspect
import random
from itertools import combinations, count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Student
from assessments.choices import Shape
from assessments.models import MasterySummary
from competencies.continuum import Continuum, build_continuum
from competencies.models import Competency
from competencies.nearby import around
from competencies.zoom import look_around
from success_plans.selectors.maps import map_page
from supports import recompute
from supports.selectors.next import what_next
from tests import factories as make
from tests.cast import demonstrate, viewer_of

SIZE = 7
GRAPHS = st.tuples(
    # many ties among few: most graphs are narrow, loops included, so that steps further ahead are offered too
    st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), min_size=6, max_size=40),
    st.sets(st.integers(0, SIZE - 1)),
)


@settings(max_examples=150)
@given(GRAPHS)
def test_it_is_empty_only_at_the_end_and_holds_two_wherever_two_are_left(graph):
    edges, shown = graph
    steps = build_continuum(range(SIZE), edges).next_steps(shown)

    left = SIZE - len(shown)
    assert bool(steps) == bool(left)
    assert len(steps) >= min(2, left)
    assert len({step.node for step in steps}) == len(steps)
    assert shown.isdisjoint(step.node for step in steps)


@settings(max_examples=150)
@given(GRAPHS)
def test_nothing_is_passed_over_in_silence(graph):
    """Every prerequisite that is not shown is named with the step, and stands itself among the steps, ready."""
    edges, shown = graph
    continuum = build_continuum(range(SIZE), edges)
    steps = {step.node: step for step in continuum.next_steps(shown)}

    for node, step in steps.items():
        assert set(step.unmet) == set(continuum.predecessors[node]) - shown
        assert all(steps[before].ready for before in step.unmet)


FOUR = list(combinations(range(4), 2))


@pytest.mark.parametrize("ties", range(len(FOUR) + 1))
def test_every_graph_of_four_with_everything_that_can_be_shown(ties):
    """Not drawn but all of them, against a second reading: small graphs are those that need to look further ahead."""
    ahead_seen = 0
    for edges in combinations(FOUR, ties):
        before = {n: {a for a, b in edges if b == n} for n in range(4)}
        continuum = build_continuum(range(4), edges)
        for shown in (set(chosen) for size in range(5) for chosen in combinations(range(4), size)):
            ready = {n for n in range(4) if n not in shown and before[n] <= shown}
            ahead = {n for n in set(range(4)) - shown - ready if before[n] <= shown | ready}
            steps = {step.node: step for step in continuum.next_steps(shown)}

            assert set(steps) == (ready if len(ready) >= 2 else ready | ahead)
            for node, step in steps.items():
                assert (step.ready, set(step.unmet)) == (node in ready, before[node] - shown)
                assert set(step.follows) == before[node] & shown
            ahead_seen += len(set(steps) & ahead)
    assert bool(ahead_seen) == bool(ties)


@settings(max_examples=60)
@given(GRAPHS)
def test_whoever_takes_any_step_offered_reaches_the_end(graph):
    """Loops included: each round shows the last one offered, and as many rounds as competencies are enough."""
    edges, shown = graph
    continuum = build_continuum(range(SIZE), edges)
    known = set(shown)
    for _round in range(SIZE - len(shown)):
        ready = [step.node for step in continuum.next_steps(known) if step.ready]
        known.add(ready[-1])

    assert continuum.next_steps(known) == ()
    assert known == set(range(SIZE))


@settings(max_examples=60)
@given(GRAPHS)
def test_more_evidence_never_takes_a_way_on_away(graph):
    """What was ready stays ready when something else is shown too."""
    edges, shown = graph
    continuum = build_continuum(range(SIZE), edges)
    ready = {step.node for step in continuum.next_steps(shown) if step.ready}
    for more in ready:
        then = {step.node for step in continuum.next_steps(shown | {more}) if step.ready}
        assert ready - {more} <= then


def test_hand_made_the_two_ways_out_of_a_diamond_and_its_end():
    diamond = build_continuum("abcd", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])

    def told(*shown):
        return [(step.node, step.ready, step.unmet) for step in diamond.next_steps(set(shown))]

    assert told() == [("a", True, ()), ("b", False, ("a",)), ("c", False, ("a",))]
    assert told("a") == [("b", True, ()), ("c", True, ())]
    assert told("a", "b") == [("c", True, ()), ("d", False, ("c",))]
    assert told("a", "b", "c") == [("d", True, ())]
    assert told("a", "b", "c", "d") == []


def test_hand_made_a_loop_of_everything_has_a_way_in():
    ring = build_continuum(range(6), [(n, (n + 1) % 6) for n in range(6)])

    assert [(step.node, step.ready) for step in ring.next_steps(set())] == [(0, True), (1, False)]
    assert ring.removed == {(5, 0)}


class Counted:
    """A node that counts how often it is looked at."""

    looks = count()

    def __init__(self, number):
        self.number = number

    def __hash__(self):
        next(Counted.looks)
        return self.number

    def __eq__(self, other):
        return self.number == other.number


def looks_at(size):
    """How many looks it takes when everything leads to everything."""
    nodes = [Counted(n) for n in range(size)]
    Counted.looks = count()
    continuum = build_continuum(nodes, [(a, b) for a in nodes for b in nodes])
    continuum.next_steps(set(nodes[::2]))
    look_around(continuum, nodes[size // 2], steps=2)
    return next(Counted.looks)


def test_loops_never_hang_the_work_grows_with_the_ties_and_no_faster():
    """Counted in looks at nodes, not in seconds: four times the ties take about four times the looks."""
    small, large = looks_at(24), looks_at(48)

    assert small < 60 * 24 * 24
    assert large / small < 4.6


def test_neither_age_nor_grade_is_asked_for():
    assert set(inspect.signature(Continuum.next_steps).parameters) == {"self", "shown", "wanted", "scope", "limit"}


def test_my_map_and_what_could_come_next_agree_and_no_grade_changes_them(world, teacher):
    demonstrate(teacher, world.student, world.idea["equal parts"], until=world.today)
    recompute.refresh_due()
    viewer = viewer_of(teacher)

    def offered():
        choices = map_page(viewer=viewer, student=world.student).choices
        steps = what_next(
            viewer=viewer, students=[world.student], competency=world.idea["equal parts"].public_id, language="en"
        )[world.student.pk].steps
        return [(c.name, c.first) for c in choices], [(s.name, s.before) for s in steps]

    on_map, after = offered()
    assert on_map[0] == ("Compare", "")
    assert after == [("Compare", "")]
    Competency.objects.update(grades=["12"])
    with CaptureQueriesContext(connection) as queries:
        around([world.idea["compare"].pk])
    assert len(queries) == 3
    assert not any("grade" in one["sql"] for one in queries)
    Student.objects.update(grade="01")
    assert offered() == (on_map, after)


def stands(student, competency, *, shown):
    """What is stored of a student on a competency: shown, or begun."""
    MasterySummary.objects.create(
        student=student,
        competency=competency,
        shape=Shape.SHOWN if shown else Shape.BUILDING,
        is_demonstrated=shown,
        method="criterion",
        method_version=1,
        framework_version=1,
    )


def stored_graph(chance, framework, elsewhere, size=8):
    """A graph without loops in the database, two of its competencies in another framework; (rows, earlier by later)."""
    rows = [
        make.CompetencyFactory(framework=elsewhere if n in (2, 5) else framework, name=f"n{n}") for n in range(size)
    ]
    pairs = {(a, b) for a, b in ((chance.randrange(size), chance.randrange(size)) for _ in range(2 * size)) if a < b}
    for a, b in sorted(pairs):
        make.AssociationFactory(origin=rows[a], destination=rows[b])
    return rows, {b: {a for a, into in pairs if into == b} for b in range(size)}


@pytest.mark.parametrize("number", range(4))
def test_whatever_is_stored_no_reading_of_it_passes_over_a_prerequisite(world, teacher, number):
    """The neighbourhood of a competency knows every prerequisite of what it may offer; so does my map, across
    frameworks: never what is shown, every open prerequisite by its name, two choices wherever two are left."""
    chance = random.Random(f"stored-{number}")
    Competency.objects.filter(framework=world.framework).update(is_assessable=False)
    rows, earlier = stored_graph(chance, world.framework, make.FrameworkFactory(title="Elsewhere"))
    place = {row.pk: n for n, row in enumerate(rows)}

    for row in rows:
        graph = around([row.pk])
        for near in {row.pk, *graph.predecessors[row.pk], *graph.successors[row.pk]}:
            assert {place[pk] for pk in graph.predecessors[near]} == earlier[place[near]]

    shown = set(chance.sample(range(len(rows)), chance.randrange(1, len(rows))))
    begun = set(chance.sample(sorted(set(range(len(rows))) - shown), 1))
    for n in shown | begun:
        stands(world.student, rows[n], shown=n in shown)
    viewer = viewer_of(teacher)
    choices = map_page(viewer=viewer, student=world.student).choices

    offered = {int(one.name[1:]): {int(name[1:]) for name in one.first.split(", ") if name} for one in choices}
    assert shown.isdisjoint(offered)
    assert offered == {n: earlier[n] - shown for n in offered}
    known = {rows[n].framework_id for n in shown | begun}
    left = [n for n, row in enumerate(rows) if row.framework_id in known and n not in shown]
    assert len(offered) >= min(2, len(left))
    for row in rows:
        steps = what_next(viewer=viewer, students=[world.student], competency=row.public_id, language="en")
        for step in steps[world.student.pk].steps:
            n = int(step.name[1:])
            assert n not in shown
            assert step.is_here or {int(name[1:]) for name in step.before.split(", ") if name} == earlier[n] - shown


def test_a_prerequisite_in_a_framework_nobody_may_read_keeps_nobody(world, teacher):
    hidden = make.CompetencyFactory(framework=make.FrameworkFactory(title="Hidden", is_published=False), name="Hidden")
    make.AssociationFactory(origin=hidden, destination=world.idea["compare"])

    assert hidden.pk not in around([world.idea["compare"].pk]).order


def test_when_only_something_begun_is_left_it_is_the_choice(world, teacher):
    for idea in world.idea.values():
        stands(world.student, idea, shown=idea != world.idea["compare"])

    choices = map_page(viewer=viewer_of(teacher), student=world.student).choices

    assert [one.name for one in choices] == ["Compare"]
    MasterySummary.objects.update(is_demonstrated=True)
    assert map_page(viewer=viewer_of(teacher), student=world.student).choices == []


def test_my_map_names_what_comes_first_where_a_step_is_further_away(world, teacher):
    """Of a chain one step is ready; the second choice says what it comes after."""
    world.idea["shapes"].delete()
    demonstrate(teacher, world.student, world.idea["equal parts"], until=world.today)
    recompute.refresh_due()

    choices = map_page(viewer=viewer_of(teacher), student=world.student).choices

    assert [(one.name, one.before, one.first) for one in choices] == [
        ("Compare", "Equal parts", ""),
        ("Equivalent", "", "Compare"),
    ]
