"""Pictures say what their tables say, escape everything, and never print one word over another."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.svg import Aim, Bar, Phase, Point, Stop, Week, continuum, coverage, delivery, growth, page_of
from accounts.svg.continuum import LAND, Layout, lay_narrow, lay_wide
from accounts.svg.parts import Box, measure, number, wrap

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60
).filter(str.strip)
MARKS = st.sampled_from(["open", "building", "shown", "deeper"])


def stops(labels: list[str], ahead: list[str], here: int | None) -> list[Stop]:
    walked = [Stop(label, "shown", "Shown", here=index == here) for index, label in enumerate(labels)]
    return [*walked, *(Stop(label, "open", "Open", ahead=True) for label in ahead)]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<all>{svg}</all>")


def texts(svg: str) -> str:
    return " ".join(node.text or "" for node in parsed(svg).iter("text"))


def lay_land(walked, ahead, edge_words):
    return lay_wide(walked, ahead, edge_words, LAND)


@pytest.mark.parametrize("lay", [lay_wide, lay_narrow, lay_land])
@given(labels=st.lists(words, min_size=1, max_size=12), ahead=st.lists(words, max_size=4), data=st.data())
@settings(max_examples=120, deadline=None)
def test_no_label_lies_on_another_or_on_a_mark_or_outside(lay, labels, ahead, data):
    here = data.draw(st.none() | st.integers(0, len(labels) - 1))
    every = stops(labels, ahead, here)
    layout: Layout = lay([one for one in every if not one.ahead], [one for one in every if one.ahead], "at my edge")
    boxes = [(f"label {place.stop.label!r}", place.label) for place in layout.places]
    boxes += [(f"mark {place.stop.label!r}", place.knot) for place in layout.places]
    if layout.flag is not None:
        boxes.append(("flag", layout.flag))
    for (name, one), (other, two) in combinations(boxes, 2):
        assert not one.touches(two), (name, one, other, two)
    for name, box in boxes:
        assert box.left >= -0.5, (name, box)
        assert box.top >= -0.5, (name, box)
        assert box.right <= layout.width + 0.5, (name, box)
        assert box.bottom <= layout.height + 0.5, (name, box)


@given(labels=st.lists(words, min_size=1, max_size=40), ahead=st.lists(words, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_table_of_a_map_lists_every_stop_of_every_page_in_order(labels, ahead):
    every = stops(labels, ahead, len(labels) - 1)
    first, pages = page_of(every)
    assert first == pages
    seen = ""
    for page in range(1, pages + 1):
        chart = continuum("m", title="t", desc="d", stops=every, edge_words="edge", heads=("a", "b", "c"), page=page)
        assert [row[0] for row in chart.rows] == labels + ahead
        assert len(parsed(chart.svg).findall("svg")) == 2
        drawn = parsed(chart.svg).find("svg")
        assert len(drawn.findall("use")) <= 12
        seen += chart.svg
    assert seen.count("<use") == 2 * (len(labels) + min(4, len(ahead)))


@given(nasty=words)
@settings(max_examples=80, deadline=None)
def test_every_picture_is_well_formed_and_escapes_what_people_wrote(nasty):
    on = date(2026, 9, 1)
    pictures = [
        coverage("c", title=nasty, desc=nasty, bars=[Bar(nasty, 1, 2, nasty)], heads=(nasty, nasty)),
        delivery("d", title=nasty, desc=nasty, weeks=[Week(nasty, 2, 1, nasty)], heads=(nasty,) * 4),
        growth(
            "g",
            title=nasty,
            desc=nasty,
            points=[Point(on, 1, nasty, nasty)],
            levels=[nasty, nasty],
            phases=[Phase(on, nasty)],
            day=lambda _on: nasty,
            heads=(nasty,) * 3,
        ),
        continuum(
            "m",
            title=nasty,
            desc=nasty,
            stops=[Stop(nasty, "shown", nasty, here=True), Stop(nasty, "open", nasty, ahead=True)],
            edge_words=nasty,
            heads=(nasty,) * 3,
            land=True,
        ),
    ]
    for chart in pictures:
        root = parsed(chart.svg)
        for svg in root.findall("svg"):
            assert svg.get("role") == "img"
            ids = {node.get("id"): node.text for node in svg}
            assert ids[svg.get("aria-labelledby")] == nasty
            assert ids[svg.get("aria-describedby")] == nasty
        assert not root.findall(".//script")
        assert "style=" not in re.sub(r">[^<]*<", "><", chart.svg)


def test_markup_in_a_name_stays_text():
    chart = coverage(
        "c",
        title="<b>",
        desc='"><script>alert(1)</script>',
        bars=[Bar("<i>x</i>", 1, 2, "1 & 2")],
        heads=("a", "b"),
    )
    assert "<script" not in chart.svg
    assert "<i>" not in chart.svg
    assert "&lt;i&gt;x&lt;/i&gt;" in chart.svg
    assert "1 &amp; 2" in chart.svg


@given(label=st.text(min_size=0, max_size=200), width=st.floats(40, 600))
@settings(max_examples=200, deadline=None)
def test_wrapped_lines_fit_and_there_are_never_more_than_three(label, width):
    rows = wrap(label, width)
    assert len(rows) <= 3
    assert all(measure(row) <= width for row in rows)


def test_wrapping_keeps_the_words_when_there_is_room():
    assert wrap("Add fractions, different parts", 120) == ["Add fractions,", "different parts"]


@given(part=st.integers(0, 500), whole=st.integers(0, 500))
def test_a_bar_never_leaves_its_track_and_nothing_to_divide_by_draws_nothing(part, whole):
    chart = coverage("c", title="t", desc="d", bars=[Bar("Plans", part, whole, "words")], heads=("a", "b"))
    wide = parsed(chart.svg).find("svg")
    track, *parts = wide.findall("rect")
    if whole == 0 or part == 0:
        assert not parts
    else:
        assert float(parts[0].get("width")) <= float(track.get("width")) + 0.1
    assert chart.rows == (("Plans", "words"),)


def test_a_withheld_count_is_words_only():
    chart = coverage(
        "c", title="t", desc="d", bars=[Bar("Arabic at home", None, 0, "too few to show")], heads=("a", "b")
    )
    assert 'class="part"' not in chart.svg
    assert chart.rows == (("Arabic at home", "too few to show"),)


@given(planned=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_delivery_draws_one_dot_for_each_session_of_its_table(planned):
    weeks = [
        Week(f"Week {index}", plan, held, "words", future=future) for index, (plan, held, future) in enumerate(planned)
    ]
    chart = delivery("d", title="t", desc="d", weeks=weeks, heads=("w", "p", "h", "s"))
    for svg in parsed(chart.svg).findall("svg"):
        dots = svg.findall("circle")
        assert sum(dot.get("class") == "dot" for dot in dots) == sum(int(row[2]) for row in chart.rows)
        assert len(dots) == sum(max(int(row[1]), int(row[2])) for row in chart.rows)
        width, height = (float(side) for side in svg.get("viewBox").split()[2:])
        for dot in dots:
            assert 7 <= float(dot.get("cx")) <= width - 6.9
            assert 7 <= float(dot.get("cy")) <= height - 6.9


@given(days=st.lists(st.tuples(st.integers(0, 250), st.integers(0, 3)), min_size=1, max_size=20))
@settings(max_examples=80, deadline=None)
def test_growth_draws_every_piece_as_its_own_dot_inside_the_picture(days):
    start = date(2026, 8, 20)
    points = [Point(start + timedelta(days=day), level, "piece", "word") for day, level in days]
    chart = growth(
        "g",
        title="t",
        desc="d",
        points=points,
        levels=["Not yet", "Building", "Shown", "Deeper"],
        held=[(start, 0), (start + timedelta(days=40), 1)],
        aim=Aim(start, 1, start + timedelta(days=200), 2),
        phases=[Phase(start + timedelta(days=60), "Number line")],
        day=lambda on: f"{on:%b} {on.day}",
        heads=("Day", "What", "Level"),
    )
    for svg in parsed(chart.svg).findall("svg"):
        dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in svg.findall("circle")]
        assert len(dots) == len(points) == len(chart.rows)
        for (x1, y1), (x2, y2) in combinations(dots, 2):
            assert abs(x1 - x2) > 13 or abs(y1 - y2) > 13
        width, height = (float(side) for side in svg.get("viewBox").split()[2:])
        assert all(0 < x < width and 0 < y < height for x, y in dots)
        ticks = [node for node in svg.findall("text") if node.get("text-anchor") == "middle"]
        below = [
            Box(
                float(node.get("x")) - measure(node.text) / 2,
                float(node.get("y")) - 12,
                float(node.get("x")) + measure(node.text) / 2,
                float(node.get("y")),
            )
            for node in ticks
        ]
        for one, two in combinations(below, 2):
            assert not one.touches(two)
        names = [node for node in svg.findall("text") if node.get("text-anchor") == "end"]
        for one in below:
            assert all(one.left >= float(node.get("x")) for node in names), "a date under the name of a level"


def test_the_table_of_growth_is_in_date_order_whatever_order_came_in():
    on = date(2026, 10, 1)
    points = [Point(on + timedelta(days=3), 2, "later", "Shown"), Point(on, 1, "first", "Building")]
    chart = growth(
        "g", title="t", desc="d", points=points, levels=["a", "b", "c"], day=date.isoformat, heads=("d", "w", "l")
    )
    assert [row[1] for row in chart.rows] == ["first", "later"]


def test_the_map_opens_on_the_page_of_the_edge():
    labels = [f"Stop {index}" for index in range(30)]
    assert page_of(stops(labels, [], 13)) == (2, 3)
    assert page_of(stops(labels, [], None)) == (3, 3)
    assert page_of([]) == (1, 1)


def test_the_thread_is_solid_to_the_edge_and_dotted_behind_it():
    every = stops(["a", "b", "c", "d"], ["e"], 1)
    chart = continuum("m", title="t", desc="d", stops=every, edge_words="edge", heads=("a", "b", "c"))
    wide = parsed(chart.svg).find("svg")
    kinds = [path.get("class") for path in wide.findall("path")]
    assert kinds == ["map-done", "map-ahead", "map-ahead", "map-ahead"]


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0"), (-0.04, "0"), (12.0, "12"), (1.25, "1.2"), (-3.5, "-3.5")])
def test_numbers_are_short(value, shown):
    assert number(value) == shown


def test_trees_keep_clear_of_every_word():
    labels = ["Equal parts", "On the number line", "Equal fractions", "Compare and say why", "Add, same", "Add, other"]
    every = stops(labels, ["Multiply fractions", "Mixed numbers on a plan"], 5)
    chart = continuum("m", title="t", desc="d", stops=every, edge_words="My edge", heads=("a", "b", "c"), land=True)
    layout = lay_wide([one for one in every if not one.ahead], [one for one in every if one.ahead], "My edge", LAND)
    wide = parsed(chart.svg).find("svg")
    trees = wide.findall("ellipse")
    assert trees
    for tree in trees:
        x, y = float(tree.get("cx")), float(tree.get("cy"))
        room = Box(x - 8, y - 12, x + 8, y + 12)
        assert not any(room.touches(place.label) or room.touches(place.knot) for place in layout.places)
