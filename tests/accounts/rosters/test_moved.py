"""A child or an adult changes school: who held the plan hands it over, and the old support team sees it no longer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from accounts.choices import RelationshipKind, Role
from accounts.models import Person, Relationship, RoleAssignment, Student
from accounts.permissions import Permission, can
from accounts.rosters.ledger import Ledger
from accounts.rosters.moved import end_what_was_outgrown
from tests.cast import World, viewer_of


@dataclass
class Import:
    """What an import found out, as `Work` carries it."""

    today: object
    moved_students: dict = field(default_factory=dict)
    left_schools: set = field(default_factory=set)
    ledger: Ledger = field(default_factory=Ledger)


@pytest.fixture
def at_work(world: World) -> tuple[Person, Person]:
    """Maya's navigator and specialist, both with a role at her school."""
    pair = world.people["navigator"], world.people["specialist"]
    for person, role in zip(pair, (Role.NAVIGATOR, Role.SPECIALIST), strict=True):
        RoleAssignment.objects.filter(person=person).delete()
        RoleAssignment.objects.create(person=person, role=role, school=world.school, starts_on=world.day(30))
    return pair


def move_maya(world: World) -> None:
    Student.objects.filter(pk=world.student.pk).update(school=world.school_elsewhere)
    end_what_was_outgrown(Import(world.today, moved_students={world.student.pk: world.school.pk}))
    world.student.refresh_from_db()


def sees(person: Person, world: World) -> bool:
    return can(viewer_of(person), Permission.SEE_STUDENT, world.student).visible


def link(world: World, person: Person, kind: RelationshipKind) -> Relationship:
    return Relationship.objects.get(person=person, student=world.student, kind=kind)


def test_a_child_who_moves_leaves_the_team_at_once_and_the_navigator_after_fifteen_school_days(
    world: World, at_work: tuple[Person, Person]
) -> None:
    navigator, specialist = at_work
    move_maya(world)
    assert not sees(specialist, world)
    assert sees(navigator, world), "to hand the plan over"
    ends_on = link(world, navigator, RelationshipKind.CASELOAD).ends_on
    assert ends_on == world.today + timedelta(days=15)
    move_maya(world)
    assert link(world, navigator, RelationshipKind.CASELOAD).ends_on == ends_on, "not put off"


@pytest.mark.parametrize("where", ["new school", "district"])
def test_who_works_at_the_new_school_or_for_the_district_keeps_the_child(
    world: World, at_work: tuple[Person, Person], where: str
) -> None:
    school = world.school_elsewhere if where == "new school" else None
    for person in at_work:
        RoleAssignment.objects.filter(person=person).update(school=school)
    move_maya(world)
    assert all(sees(person, world) for person in at_work)
    assert link(world, at_work[0], RelationshipKind.CASELOAD).ends_on is None


def test_an_adult_whose_work_at_the_school_ended_hands_over_and_others_keep_theirs(
    world: World, at_work: tuple[Person, Person]
) -> None:
    navigator, specialist = at_work
    RoleAssignment.objects.filter(person=navigator).update(ends_on=world.today)
    end_what_was_outgrown(Import(world.today, left_schools={(navigator.pk, world.school.pk)}))
    assert link(world, navigator, RelationshipKind.CASELOAD).ends_on == world.today + timedelta(days=15)
    assert sees(specialist, world)
    RoleAssignment.objects.filter(person=specialist).update(ends_on=world.today)
    end_what_was_outgrown(Import(world.today, left_schools={(specialist.pk, world.school.pk)}))
    assert not sees(specialist, world)


def test_an_import_in_which_nobody_moved_touches_no_link(world: World) -> None:
    before = list(Relationship.objects.order_by("pk").values())
    end_what_was_outgrown(Import(world.today))
    assert list(Relationship.objects.order_by("pk").values()) == before
