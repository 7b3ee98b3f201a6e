"""Parents count their leaves and say whether their rule is met; the district chooses the rule."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments import services
from assessments.choices import RollupRule
from assessments.models import Rollup
from assessments.selectors.rollups import rolled_up
from supports import recompute
from tests.assessments.test_judgements import judge
from tests.cast import see, viewer_of
from tests.factories.competencies import CompetencyFactory


@pytest.fixture
def tree(world):
    """Numbers: halves and thirds; thirds are made of two parts."""
    top = CompetencyFactory(framework=world.framework, name="Numbers", is_assessable=False)
    halves = CompetencyFactory(framework=world.framework, name="Halves", parent=top, position=1)
    thirds = CompetencyFactory(framework=world.framework, name="Thirds", parent=top, position=2, is_assessable=False)
    parts = [CompetencyFactory(framework=world.framework, name=name, parent=thirds) for name in ("Cut", "Name")]
    return {"top": top, "halves": halves, "thirds": thirds, "cut": parts[0], "name": parts[1]}


def standing(world, teacher, *parents):
    """Maya's standing on each of these parents."""
    found = rolled_up(
        viewer=viewer_of(teacher), student_ids=[world.student.pk], parents=[parent.pk for parent in parents]
    )
    return [found[world.student.pk, parent.pk] for parent in parents]


def weigh(tree, **points):
    return {
        tree[name].public_id: services.Weight(Decimal(value), is_required)
        for name, (value, is_required) in points.items()
    }


def test_all_parts_are_asked_for_and_a_part_that_opens_opens_the_parent(world, teacher, tree):
    for name in ("halves", "cut"):
        judge(teacher, world.student, tree[name])
    see(teacher, world.student, tree["name"], 2)
    recompute.refresh_due()
    top, thirds = standing(world, teacher, tree["top"], tree["thirds"])
    assert (top.met, tuple(top.leaves), top.code) == (False, (2, 1, 0), "some_open")
    assert tuple(thirds.leaves) == (1, 1, 0)

    named = judge(teacher, world.student, tree["name"])
    recompute.refresh_due()
    assert [one.met for one in standing(world, teacher, tree["top"], tree["thirds"])] == [True, True]
    services.end_judgement(by=viewer_of(teacher), judgement=named, reason="too early")
    recompute.refresh_due()
    assert [one.met for one in standing(world, teacher, tree["top"], tree["thirds"])] == [False, False]


def test_points_are_enough_only_with_what_is_required(world, teacher, district, tree):
    children = weigh(tree, halves=(2, False), thirds=(3, True))
    rule = {"by": viewer_of(district), "parent": tree["top"], "rule": RollupRule.POINTS, "children": children}
    services.set_rollup(**rule, needed=Decimal(2), version=0)
    judge(teacher, world.student, tree["halves"])
    recompute.refresh_due()
    [top] = standing(world, teacher, tree["top"])
    assert (top.met, top.code) == (False, "required_open")
    for name in ("cut", "name"):
        judge(teacher, world.student, tree[name])
    recompute.refresh_due()
    [top] = standing(world, teacher, tree["top"])
    assert (top.met, top.code) == (True, "points_met")

    with pytest.raises(services.RollupError):
        services.set_rollup(**rule, needed=Decimal(6), version=1)
    with pytest.raises(services.RollupChangedError):
        services.set_rollup(**rule, needed=Decimal(3), version=0)
    assert Rollup.objects.get().version == 1


def test_a_class_costs_as_many_questions_as_a_child(world, teacher, tree, django_assert_num_queries):
    viewer = viewer_of(teacher)
    for students in (world.students[:1], world.students):
        with django_assert_num_queries(3):
            found = rolled_up(
                viewer=viewer, student_ids=[s.pk for s in students], parents=[tree["top"].pk, tree["thirds"].pk]
            )
        assert len(found) == 2 * len(students)
        assert not any(one.met for one in found.values())


def test_nothing_below_is_no_parent(world, teacher):
    idea = world.idea["compare"]

    assert rolled_up(viewer=viewer_of(teacher), student_ids=[world.student.pk], parents=[idea.pk]) == {}


def test_a_part_that_left_the_framework_counts_for_nothing(world, teacher, tree, today):
    judge(teacher, world.student, tree["cut"])
    recompute.refresh_due()
    tree["name"].retired_at = "2026-01-01T00:00:00Z"
    tree["name"].save()
    [thirds] = standing(world, teacher, tree["thirds"])
    assert (thirds.met, thirds.leaves.total) == (True, 1)


def test_the_district_sets_the_rule_on_its_page(world, district, teacher, tree, client_of):
    client = client_of(district)
    page = reverse("rollup", args=[tree["top"].public_id])
    html = client.get(page).content.decode()
    assert "Halves" in html
    keys = {name: str(tree[name].public_id) for name in ("halves", "thirds")}
    body = {
        "version": "0",
        "rule": "points",
        "needed": "3",
        f"points-{keys['halves']}": "1",
        f"points-{keys['thirds']}": "3",
        f"required-{keys['thirds']}": "on",
    }
    for wrong in (
        {"needed": ""},
        {"needed": "-1"},
        {"needed": "5"},
        {"rule": "best"},
        {f"points-{keys['halves']}": "x"},
    ):
        assert client.post(page, {**body, **wrong}).status_code == 422
    assert client.post(page, body).status_code == 302
    assert client.post(page, body).status_code == 409
    assert client.get(reverse("rollup", args=[world.idea["compare"].public_id])).status_code == 404
    rule = Rollup.objects.get()
    assert (rule.rule, rule.needed, rule.version, rule.children.count()) == ("points", 3, 1, 2)


def test_a_parents_own_page_and_the_map_say_where_it_stands(world, teacher, guardian, tree, client_of):
    judge(teacher, world.student, tree["halves"])
    recompute.refresh_due()
    address = reverse("student_competency", args=[world.student.public_id, tree["top"].public_id])
    for person in (teacher, guardian):
        html = client_of(person).get(address).content.decode()
        assert "Not met yet." in html
        assert "2 not seen yet" in html
    assert "1 shown" in client_of(teacher).get(reverse("student_map", args=[world.student.public_id])).content.decode()
