"""Joins that are not for one person alone: who may reach whom, and the second yes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import RelationshipKind, Role
from accounts.joining import asking, selectors
from accounts.joining.services import CannotJoinError
from accounts.models import AuditEvent, JoinRequest, Person, PersonMerge, User
from tests import factories as make
from tests.cast import World, add_person, relate, viewer_of


def reachable(world: World, person: Person, by: str = "plan_lead") -> bool:
    return selectors.person_to_join(viewer=viewer_of(world.people[by]), public_id=person.public_id) is not None


@pytest.mark.parametrize(
    "role", [Role.PRINCIPAL, Role.PLAN_LEAD, Role.DISTRICT_ADMIN, Role.OPERATOR, Role.PRIVACY_OFFICER]
)
def test_people_who_lead_are_the_districts_to_join(world: World, role: Role) -> None:
    chief = add_person("Chief Somebody")
    relate(chief, RelationshipKind.GUARDIAN, [world.student])
    assert reachable(world, chief), "as family of the school"
    school = world.school if role in {Role.PRINCIPAL, Role.PLAN_LEAD} else None
    make.RoleAssignmentFactory(person=chief, role=role, school=school)
    assert not reachable(world, chief)
    assert reachable(world, chief, by="district")


def test_who_works_at_another_school_by_now_is_not_this_schools_to_join(world: World) -> None:
    teacher = add_person("Gone Elsewhere")
    make.RoleAssignmentFactory(
        person=teacher, role=Role.TEACHER, school=world.school, starts_on=world.day(90), ends_on=world.day(30)
    )
    assert reachable(world, teacher), "who only left is still found, beside a new record"
    make.RoleAssignmentFactory(person=teacher, role=Role.TEACHER, school=world.school_elsewhere)
    assert not reachable(world, teacher)


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    """Two records of the school, each with an account."""
    pair = add_person("Ada One"), add_person("Ada Two")
    for person in pair:
        relate(person, RelationshipKind.GUARDIAN, [world.student])
    return pair


def test_two_people_who_can_sign_in_are_joined_by_two(world: World, two: tuple[Person, Person]) -> None:
    lead, district = viewer_of(world.people["plan_lead"]), viewer_of(world.people["district"])
    for _n in range(2):
        assert asking.join_or_ask(by=lead, kept=two[0], absorbed=two[1], reason="One mother.") is None
    asked = JoinRequest.objects.get()
    assert User.objects.filter(person__in=two, is_active=True).count() == 2
    assert not PersonMerge.objects.exists()
    with pytest.raises(PermissionError):
        asking.agree(by=lead, asked=asked, kept=two[0], absorbed=two[1])
    with pytest.raises(PermissionError):
        asking.agree(by=district, asked=asked, kept=two[0], absorbed=world.people["teacher"])
    merge = asking.agree(by=district, asked=asked, kept=two[0], absorbed=two[1])
    assert (merge.kept, merge.absorbed, merge.reason) == (two[0], two[1], "One mother.")
    with pytest.raises(CannotJoinError):
        asking.agree(by=district, asked=asked, kept=two[0], absorbed=two[1])
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"person.join_ask", "person.join_agree", "person.join"} <= actions


def test_a_student_and_an_adult_are_joined_by_two_and_records_without_accounts_by_one(world: World) -> None:
    adult = make.PersonFactory()
    child = make.StudentFactory(school=world.school).person
    by = viewer_of(world.people["district"])
    assert selectors.needs_second_yes(adult, child)
    assert asking.join_or_ask(by=by, kept=adult, absorbed=child, reason="x") is None
    merge = asking.join_or_ask(by=by, kept=adult, absorbed=make.PersonFactory(), reason="x")
    assert merge is not None


def test_a_second_yes_is_asked_for_and_given_on_the_pages(
    world: World, two: tuple[Person, Person], client_of: Callable[..., Client]
) -> None:
    lead, district = client_of(world.people["plan_lead"]), client_of(world.people["district"])
    query = {"one": str(two[0].public_id), "other": str(two[1].public_id)}
    assert "second yes" in lead.get(reverse("join_preview"), query).content.decode()
    answer = lead.post(reverse("join_preview"), query | {"kept": query["one"], "reason": "One mother."})
    assert answer.headers["Location"] == reverse("people")
    asked = JoinRequest.objects.get()
    path = reverse("join_request", args=[asked.public_id])
    assert path in lead.get(reverse("people")).content.decode()
    page = lead.get(path).content.decode()
    assert 'value="yes"' not in page
    assert 'value="yes"' in district.get(path).content.decode()
    assert lead.post(path, {"answer": "yes"}).status_code == 403
    assert district.post(path, {"answer": "yes"}).status_code == 302
    assert PersonMerge.objects.get().absorbed == two[1]
    assert district.post(path, {"answer": "yes"}).status_code == 404


def test_who_asked_takes_it_back(world: World, two: tuple[Person, Person], client_of: Callable[..., Client]) -> None:
    lead = client_of(world.people["plan_lead"])
    asking.join_or_ask(by=viewer_of(world.people["plan_lead"]), kept=two[0], absorbed=two[1], reason="x")
    path = reverse("join_request", args=[JoinRequest.objects.get().public_id])
    assert lead.post(path, {"answer": "no"}).status_code == 302
    assert lead.get(path).status_code == 404
    assert not PersonMerge.objects.exists()
