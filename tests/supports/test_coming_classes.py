"""The class to come on the page of classes: who is in it is readable within the window, and nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.choices import RelationshipKind
from tests import factories as make
from tests.cast import World, add_coming_teacher, client_for, relate

pytestmark = pytest.mark.django_db


def test_the_class_to_come_stands_on_the_page_of_classes_and_leads_to_the_plan(world: World) -> None:
    person = add_coming_teacher(world)
    client = client_for(person)

    assert client.get(reverse("home"))["Location"] == reverse("classes")
    page = client.get(reverse("classes")).content.decode()
    plan = reverse("student_plan", args=[world.student.public_id])

    assert "Science 6" in page
    assert plan in page
    assert "You teach no class" not in page
    assert all(other.person.family_name not in page for other in world.everyone()[1:])
    answer = client.get(plan)
    assert answer.status_code == 200
    assert reverse("check_in", args=[world.student.public_id]) not in answer.content.decode()


def test_before_the_window_the_class_to_come_is_not_shown(world: World) -> None:
    person = add_coming_teacher(world)
    person.relationships.filter(kind=RelationshipKind.COMING).update(starts_on=world.today + timedelta(days=1))
    client = client_for(person)

    page = client.get(reverse("classes")).content.decode()

    assert "Science 6" not in page
    assert world.student.person.family_name not in page
    assert client.get(reverse("student_plan", args=[world.student.public_id])).status_code == 404


def test_a_teacher_of_one_class_with_one_to_come_is_shown_both(world: World) -> None:
    person = add_coming_teacher(world)
    make.TeachingAssignmentFactory(section=world.next_door, person=person)
    relate(person, RelationshipKind.SECTION, [world.student_next_door], section=world.next_door)

    page = client_for(person).get(reverse("classes")).content.decode()

    assert page.index("Math 6") < page.index("Science 6")


def test_the_family_reads_who_will_teach_and_from_when(world: World) -> None:
    person = add_coming_teacher(world)

    page = client_for(world.people["guardian"]).get(reverse("who_sees", args=[world.student.public_id]))
    text = page.content.decode()

    assert person.display_name in text
    assert "Science 6, from " in text
    assert "from 15 school days before its first day" in text


def test_a_coming_teacher_is_offered_nobody_s_tasks(world: World) -> None:
    person = add_coming_teacher(world)
    client = client_for(world.people["navigator"])

    page = client.get(reverse("intake", args=[world.student.public_id])).content.decode()

    assert person.display_name not in page
