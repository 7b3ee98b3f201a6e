"""A continuum as cards on threads: nothing overlaps, few threads cross, and the same data is the same picture."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.svg.layered import Editing, Hold, layered
from accounts.svg.layers import NARROW, SLIM, WIDE, Card, lay, route
from competencies.continuum import build_continuum

LABELS = (
    "Add",
    "Find and use equivalent fractions in situations that matter to you",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Explain to somebody else, in words, pictures and numbers, why two fractions are or are not the same size",
)


def made(size, edges):
    """Cards k0.. with their layers, from edges between numbers."""
    cards = [Card(f"k{n}", LABELS[n % len(LABELS)], note=f"M.{n}", href=f"?around={n}") for n in range(size)]
    graph = build_continuum(range(size), edges)
    threads = [(f"k{a}", f"k{b}") for a in range(size) for b in graph.successors[a]]
    return cards, {f"k{n}": place for n, place in graph.layer.items()}, threads


def random_edges(size, count, seed):
    chance = Random(seed)
    return [tuple(sorted(chance.sample(range(size), 2))) for _ in range(count)]


CASES = [
    made(1, []),
    made(9, []),
    made(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5)]),
    made(30, random_edges(30, 40, 1)),
    made(40, random_edges(40, 160, 2)),
    made(36, [(0, n) for n in range(1, 36)]),
]


def check(layout, cards):
    """Every label inside its card, no card on another or off the picture, no thread under a card."""
    assert sorted(place.card.key for place in layout.places) == sorted(card.key for card in cards)
    for place in layout.places:
        assert place.box.left <= place.label.left
        assert place.label.right <= place.box.right
        assert place.box.top <= place.label.top
        assert place.label.bottom <= place.box.bottom
        assert place.box.left >= 0
        assert place.box.top >= 0
        assert place.box.right <= layout.width
        assert place.box.bottom <= layout.height
    boxes = [place.box for place in layout.places]
    for number, box in enumerate(boxes):
        assert not any(box.touches(other) for other in boxes[number + 1 :])
    for bend in layout.bends:
        (x1, y1), (x2, y2) = bend.start, bend.end
        assert y1 < y2
        if bend.is_straight:
            assert x1 == x2
            assert not any(box.left < x1 < box.right and box.top < y2 and y1 < box.bottom for box in boxes)
        else:  # between two rows: the bend lies in the space that no card reaches into
            assert not any(box.top < y2 - 0.01 and y1 + 0.01 < box.bottom for box in boxes)


@pytest.mark.parametrize("sizes", [WIDE, NARROW, SLIM])
@pytest.mark.parametrize("case", CASES)
def test_nothing_overlaps_and_no_thread_runs_under_a_card(case, sizes):
    cards, layer, threads = case

    check(lay(cards, layer, threads, sizes), cards)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 14), st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=40))
def test_nothing_overlaps_whatever_the_graph_loops_included(size, edges):
    cards, layer, threads = made(size, [(a % size, b % size) for a, b in edges])

    check(lay(cards, layer, threads, NARROW), cards)


def test_what_comes_first_stands_above():
    cards, layer, threads = made(30, random_edges(30, 40, 1))
    spot = {place.card.key: place.box for place in lay(cards, layer, threads, WIDE).places}

    assert all(spot[a].bottom < spot[b].top for a, b in threads)


def test_every_thread_can_be_followed_from_card_to_card():
    cards, layer, threads = made(12, random_edges(12, 20, 4))
    layout = lay(cards, layer, threads, WIDE)
    following = {}
    for bend in layout.bends:
        following.setdefault(bend.start, []).append(bend.end)
    top = {(place.middle, place.box.top): place.card.key for place in layout.places}

    for place in layout.places:
        reached, waiting = set(), [(place.middle, place.box.bottom)]
        while waiting:
            for end in following.get(waiting.pop(), ()):
                if end in top:
                    reached.add(top[end])
                else:
                    waiting.append(end)
        assert reached == {b for a, b in threads if a == place.card.key}


def test_a_tree_and_a_row_of_pairs_cross_nowhere_and_a_tangle_less_than_it_came():
    pairs = [(n, 7 - n) for n in range(4)]  # given crosswise
    assert lay(*made(8, pairs), WIDE).crossings == 0
    assert lay(*made(7, [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (2, 6)]), WIDE).crossings == 0
    tangle = made(30, random_edges(30, 40, 1))
    assert lay(*tangle, WIDE).crossings <= 45


def test_the_same_data_gives_the_same_picture_whatever_order_threads_are_told_in():
    cards, layer, threads = made(20, random_edges(20, 30, 3))
    mixed = Random(5).sample(threads, len(threads))

    def drawn(told):
        return layered("c", title="T", desc="D", cards=cards, layer=layer, threads=told)

    assert drawn(threads) == drawn(mixed)


def test_more_threads_than_a_picture_bears_are_counted_not_drawn():
    size = 40
    layout = lay(*made(size, [(a, b) for a in range(size) for b in range(a + 1, size)]), WIDE)

    assert layout.left_out == size * (size - 1) // 2 - 160


def test_a_picture_with_links_can_be_walked_by_keyboard_and_says_its_words_once_escaped():
    svg = layered(
        "c",
        title="A & B",
        desc="<D>",
        cards=[Card("a", "One <b>", "M & 1", "?around=a&x=1", here=True, more_before=True), Card("b", "Two")],
        layer={"a": 0, "b": 1},
        threads=[("a", "b")],
    )

    assert svg.count('role="group"') == 2
    assert 'role="img"' not in svg
    assert svg.count('href="?around=a&amp;x=1"') == 2  # wide and narrow; one of them is never shown
    assert 'aria-label="One &lt;b&gt;. M &amp; 1"' in svg
    assert 'aria-current="true"' in svg
    assert "<b>" not in svg
    assert not re.search(r"\s(style|on\w+)=", svg)


def test_a_thread_is_followed_from_card_to_card_through_its_lanes():
    cards, layer, threads = made(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5), (0, 3)])
    layout = lay(cards, layer, threads, WIDE)
    spot = {place.card.key: place for place in layout.places}
    for origin, destination in threads:
        bends = route(layout, origin, destination)
        assert bends[0].start == (spot[origin].middle, spot[origin].box.bottom)
        assert bends[-1].end == (spot[destination].middle, spot[destination].box.top)
        assert all(a.end == b.start for a, b in zip(bends, bends[1:], strict=False))
    assert route(layout, "k5", "k0") == []


def test_what_can_be_changed_is_told_to_a_script_once_escaped_and_nothing_else_is():
    cards, layer, threads = made(3, [(0, 1), (1, 2)])
    editing = Editing({"k0": "From <0>", "k1": "From 1"}, {("k0", "k1"): Hold("tie-1", "“0” & “1”")})
    svg = layered("c", title="T", desc="D", cards=cards, layer=layer, threads=threads, editing=editing)
    assert svg.count('data-tie="tie-1"') == 2  # wide and narrow
    assert svg.count('data-said="“0” &amp; “1”"') == 2
    assert svg.count('data-said="From &lt;0&gt;"') == 2
    assert svg.count("data-node=") == 4
    plain = layered("c", title="T", desc="D", cards=cards, layer=layer, threads=threads)
    assert "data-" not in plain
