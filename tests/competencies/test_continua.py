"""The continuum of a framework: from all of it down to one competency, in words and in a picture, for everyone."""

from __future__ import annotations

import re
import uuid
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from competencies.continuum import build_continuum
from competencies.models import Association, Competency
from competencies.zoom import MOST, PAGE, Item, Tree, look_around, look_into
from tests import factories as make

# ------------------------------------------------------------------ pure


def flat(size, branches=1, first=1000):
    """Items 0.. under branches `first`..."""
    return [Item(first + n, None, False) for n in range(branches)] + [
        Item(n, first + n * branches // size, True) for n in range(size)
    ]


def graph_of(items, edges):
    return build_continuum([item.pk for item in items if item.is_idea], edges)


def test_a_class_of_thirty_is_shown_whole():
    items = flat(30, 3)
    view = look_into(Tree(items), graph_of(items, [(0, 1), (9, 10)]))

    assert view.nodes == tuple(range(30))
    assert (view.groups, view.pages) == ({}, 1)
    assert [(tie.origin, tie.destination) for tie in view.ties] == [(0, 1), (9, 10)]


def test_a_thousand_are_shown_by_branch_with_what_leads_from_one_to_the_other_counted():
    items = flat(1000, 5)
    edges = [(n, n + 1) for n in range(999)] + [(n, n + 200) for n in range(10)]
    view = look_into(Tree(items), graph_of(items, edges))

    assert view.nodes == (1000, 1001, 1002, 1003, 1004)
    assert set(view.groups.values()) == {200}
    assert [(t.origin, t.destination, t.count) for t in view.ties] == [
        (1000, 1001, 11),
        (1001, 1002, 1),
        (1002, 1003, 1),
        (1003, 1004, 1),
    ]


def test_a_large_branch_without_branches_is_leafed_through_and_nothing_is_missing():
    items = flat(1000, 5)
    tree, graph = Tree(items), graph_of(flat(1000, 5), [(n, n + 1) for n in range(999)])
    pages = [look_into(tree, graph, at=1002, page=page) for page in range(1, look_into(tree, graph, at=1002).pages + 1)]

    assert [len(page.nodes) for page in pages] == [PAGE] * 5 + [20]
    assert [pk for page in pages for pk in page.nodes] == list(range(400, 600))
    assert pages[1].outside == {400 + PAGE: (True, False), 400 + 2 * PAGE - 1: (False, True)}
    assert look_into(tree, graph, at=1002, page=99).page == 6


def test_ten_thousand_in_one_branch_or_in_a_thousand_are_looked_at_without_weighing_each_against_all():
    ties = [(n, n + 1) for n in range(9_999)] + [(n, n + 37) for n in range(9_900)]
    in_one, in_many = flat(10_000, 1, 20_000), flat(10_000, 1_250, 20_000)
    graph = graph_of(in_one, ties)

    assert look_into(Tree(in_one), graph, at=20_000).pages == 278
    view = look_into(Tree(in_many), graph_of(in_many, [*ties, (9_999, 3), (5, 9_000)]))
    assert (view.pages, len(view.nodes)) == (35, PAGE)


def test_branches_that_lead_to_each_other_both_ways_are_drawn_the_way_more_go():
    items = flat(100, 2)
    view = look_into(Tree(items), graph_of(items, [(0, 50), (1, 51), (52, 2)]))

    assert [(t.origin, t.destination, t.count, t.is_back) for t in view.ties] == [
        (1000, 1001, 2, False),
        (1001, 1000, 1, True),
    ]
    assert view.layer == {1000: 0, 1001: 1}


def test_a_branch_that_holds_nothing_but_a_branch_is_passed_through():
    items = [Item(2000, None, False), *(Item(i.pk, i.parent or 2000, i.is_idea) for i in flat(100, 2))]

    assert look_into(Tree(items), graph_of(items, [])).nodes == (1000, 1001)


def test_around_one_competency_are_as_many_steps_as_were_asked_for():
    graph = build_continuum(range(7), [(n, n + 1) for n in range(6)])

    assert look_around(graph, 3, steps=1).nodes == (2, 3, 4)
    assert look_around(graph, 3, steps=2).nodes == (1, 2, 3, 4, 5)
    assert look_around(graph, 3, steps=1).outside == {2: (True, False), 4: (False, True)}


def test_a_tree_that_bites_its_tail_ends():
    tree = Tree([Item(1, 2, True), Item(2, 1, True), Item(3, 3, True)])

    assert tree.ideas_under(1) == [1, 2]
    assert tree.path_to(1) == [1, 2] or tree.path_to(1) == [2]
    assert tree.ideas_under(None) == [1, 2, 3]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=120),
    st.lists(st.integers(100, 112), min_size=100, max_size=100),
    st.randoms(use_true_random=False),
)
def test_whatever_the_tree_and_the_graph_what_is_shown_is_bounded_complete_and_always_the_same(edges, parents, chance):
    items = [Item(pk, None if pk < 103 else 100 + pk % 3, False) for pk in range(100, 113)]
    items += [Item(n, parent, True) for n, parent in enumerate(parents)]
    tree, graph = Tree(items), graph_of(items, edges)
    view = look_into(tree, graph)

    assert len(view.nodes) <= max(MOST, PAGE)
    assert view == look_into(tree, graph_of(items, chance.sample(edges, len(edges)))) or graph.cycles
    seen, waiting = set(), [None]
    while waiting:  # by its links, every competency can be reached
        at = waiting.pop()
        for page in range(1, look_into(tree, graph, at=at).pages + 1):
            part = look_into(tree, graph, at=at, page=page)
            waiting.extend(part.groups)
            seen.update(pk for pk in part.nodes if pk not in part.groups)
            for tie in part.ties:
                assert tie.is_back or part.layer[tie.origin] < part.layer[tie.destination]
    assert seen == set(range(100))


# ------------------------------------------------------------------ pages


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def address(framework, **query):
    path = reverse("framework_continuum", args=[framework.public_id])
    return path + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


@pytest.fixture
def thousand(db):
    """Five branches of two hundred, each competency tied to some that follow."""
    chance = Random(7)
    framework = make.FrameworkFactory(title="A thousand")
    tops = [
        make.CompetencyFactory(framework=framework, name=f"Branch {n}", is_assessable=False, position=n * 1000)
        for n in range(5)
    ]
    rows = Competency.objects.bulk_create(
        Competency(
            framework=framework,
            source_id=f"big-{n}",
            code=f"B.{n}",
            name=f"Understand and use idea number {n} in new situations",
            statement="As it says.",
            parent=tops[n // 200],
            position=(n // 200) * 1000 + n % 200 + 1,
        )
        for n in range(1000)
    )
    pairs = {(n, min(999, n + chance.randint(1, 30))) for n in range(999) for _time in range(3)}
    Association.objects.bulk_create(
        Association(
            framework=framework,
            kind="precedes",
            source_id=f"big-{a}-{b}",
            origin=rows[a],
            destination=rows[b],
            origin_source_id=rows[a].source_id,
            destination_source_id=rows[b].source_id,
        )
        for a, b in pairs
        if a != b
    )
    framework.top, framework.middle = tops[0], rows[500]
    return framework


def test_anybody_zooms_from_everything_to_one_competency_without_a_script(world, client_of):
    visitor, framework = client_of(None), world.framework

    whole = text_of(visitor.get(address(framework)))
    assert f'href="?around={world.idea["compare"].public_id}"' in whole
    near = text_of(visitor.get(address(framework, around=world.idea["equivalent"].public_id, steps=2)))

    assert "Equal parts" in near
    assert "Ratios" in near
    assert "Shapes" not in near
    assert reverse("competency_detail", args=[world.idea["equivalent"].public_id]) in near


def test_the_table_says_what_the_picture_shows(world, client_of):
    text = text_of(client_of(None).get(address(world.framework)))
    table = text[text.index("<tbody>") :]

    for name, row in world.idea.items():
        assert f'aria-label="{name.capitalize()}. {row.code}"' in text
        assert re.search(rf'<th scope="row"><a href="[^"]*around={row.public_id}">', table)
    assert table.count(f"around={world.idea['compare'].public_id}") == 3  # its own line, one before it, one after it


def test_a_thousand_competencies_cost_few_queries_and_bounded_bytes(thousand, client_of):
    visitor = client_of(None)
    for query in (
        {},
        {"branch": thousand.top.public_id},
        {"branch": thousand.top.public_id, "page": 4},
        {"around": thousand.middle.public_id, "steps": 2},
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = visitor.get(address(thousand, **query))
        assert answer.status_code == 200
        assert len(queries) < 10
        assert len(answer.content) < 200_000
    assert "200 competencies" in text_of(visitor.get(address(thousand)))


def test_what_is_not_there_is_404_and_what_makes_no_sense_is_the_nearest_that_does(world, client_of):
    visitor = client_of(None)
    compare = world.idea["compare"].public_id

    assert visitor.get(address(world.framework, around=uuid.uuid4())).status_code == 404
    assert visitor.get(address(world.framework, around="x")).status_code == 404
    assert visitor.get(address(world.framework, branch=compare)).status_code == 404  # no branch
    assert visitor.get(reverse("framework_continuum", args=[uuid.uuid4()])).status_code == 404
    assert visitor.get(address(world.framework, around=compare, steps=99)).status_code == 200
    assert visitor.get(address(world.framework, page="minus")).status_code == 200
    world.framework.is_published = False
    world.framework.save()
    assert visitor.get(address(world.framework)).status_code == 404


def test_an_empty_framework_says_so(db, client_of):
    assert "Nothing can be learned here yet" in text_of(client_of(None).get(address(make.FrameworkFactory())))


def test_no_age_grade_or_level_decides_what_comes_next(world, client_of):
    """Grades are shown nowhere on these pages, and whatever they say the answer is the same."""
    visitor = client_of(None)

    def shown():
        return text_of(visitor.get(address(world.framework))).partition("<main")[2]

    before = shown()
    Competency.objects.update(grades=["12"])

    assert "Compare" in before
    assert shown() == before


def test_a_retired_competency_is_not_drawn_and_its_neighbours_say_what_it_is(world, client_of):
    visitor = client_of(None)
    Competency.objects.filter(pk=world.idea["equivalent"].pk).update(retired_at=timezone.now())

    assert "Equivalent" not in text_of(visitor.get(address(world.framework)))
    page = text_of(visitor.get(reverse("competency_detail", args=[world.idea["compare"].public_id])))
    assert "no longer in its framework" in page
    assert 'aria-label="Equivalent. no longer in its framework"' in page


def test_the_competency_page_has_a_small_picture_where_something_comes_before_or_after(world, client_of):
    visitor = client_of(None)

    page = text_of(visitor.get(reverse("competency_detail", args=[world.idea["compare"].public_id])))
    assert page.count('id="around-') == 4  # title and description, wide and narrow
    assert address(world.framework, around=world.idea["compare"].public_id) in page
    alone = text_of(visitor.get(reverse("competency_detail", args=[world.idea["shapes"].public_id])))
    assert 'id="around-' not in alone


def test_every_loop_is_told_in_words_with_what_was_left_out(world, client_of):
    back = make.AssociationFactory(
        origin=world.idea["equivalent"], destination=world.idea["equal parts"], is_broken_cycle=True
    )
    visitor = client_of(None)

    assert "1 connection is not drawn" in text_of(visitor.get(address(world.framework)))
    page = text_of(visitor.get(reverse("framework_cycles", args=[world.framework.public_id])))
    way = re.findall(r"<li><a[^>]*><bdi>?([^<]*)|<li><a href=\"[^\"]*\">(?:<span[^>]*>)?([^<]+)", page)
    assert "In 1 place" in page
    assert "“Equivalent” comes before “Equal parts”" in page
    assert [one or other for one, other in way if (one or other) in ("Equal parts", "Compare", "Equivalent")] == [
        "Equal parts",
        "Compare",
        "Equivalent",
    ]
    back.delete()
    assert "Nothing leads back to itself" in text_of(
        visitor.get(reverse("framework_cycles", args=[world.framework.public_id]))
    )


def test_many_loops_are_counted_and_a_loop_nobody_opened_hangs_nothing(db, client_of):
    framework = make.FrameworkFactory()
    rows = [make.CompetencyFactory(framework=framework) for _n in range(60)]
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        make.AssociationFactory(origin=one, destination=other)
        make.AssociationFactory(origin=other, destination=one)

    page = text_of(client_of(None).get(reverse("framework_cycles", args=[framework.public_id])))

    assert "In 30 places" in page
    assert page.count('class="sheet stack"') == 25
    assert "25 are told here" in page
    assert "30 connections are not drawn" in text_of(client_of(None).get(address(framework)))


def test_the_page_is_there_in_spanish_as_well(world, client_of):
    with translation.override("en"):  # what the request chose ends with it
        answer = client_of(None).get(address(world.framework), headers={"accept-language": "es"})

    assert answer.status_code == 200
    assert 'lang="es"' in answer.content.decode()
