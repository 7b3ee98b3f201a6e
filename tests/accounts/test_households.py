"""Two households of one child see nothing of each other; a document closes its block, and nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import households
from accounts.choices import GuardianBlock, RelationshipKind, Role, SensitiveDomain
from accounts.joining.services import join_people, undo_join
from accounts.models import GuardianLimit, Person, Relationship
from accounts.permissions import Permission, can, domains_for, permissions_on, students_for, students_open_to
from tests import factories as make
from tests.cast import World, add_person, client_for, relate, viewer_of

READS = (Permission.SEE_STUDENT, Permission.READ_PLAN, Permission.READ_EVIDENCE, Permission.READ_FAMILY_PAGE)


def mark(person: Person, household: str) -> None:
    Relationship.objects.filter(person=person, kind=RelationshipKind.GUARDIAN).update(household=household)


def limit(guardian: Person, world: World, block: str, *, starts: int = 0, ends: int | None = None) -> GuardianLimit:
    """A document from `starts` days from today on, up to and without `ends` days from today."""
    return GuardianLimit.objects.create(
        student=world.student,
        guardian=guardian,
        block=block,
        document="Court order 12",
        starts_on=world.today + timedelta(days=starts),
        ends_on=None if ends is None else world.today + timedelta(days=ends),
        entered_by=world.people["plan_lead"],
    )


@pytest.fixture
def second_guardian(world: World) -> Person:
    """Another parent of Maya."""
    person = add_person("second_guardian")
    relate(person, RelationshipKind.GUARDIAN, [world.student])
    return person


# ------------------------------------------------------------------ households
@pytest.mark.parametrize(("mine", "theirs", "sees"), [("", "", 1), ("a", "a", 1), ("a", "b", 0), ("a", "", 0)])
def test_guardians_see_each_other_when_their_marks_are_the_same(
    world: World, guardian: Person, second_guardian: Person, mine: str, theirs: str, sees: int
) -> None:
    mark(guardian, mine)
    mark(second_guardian, theirs)
    ids = {guardian.pk, second_guardian.pk, world.people["teacher"].pk, world.student.person_id}
    shown = households.same_household(viewer_of(guardian), world.student, ids)
    assert shown == (ids if sees else ids - {second_guardian.pk})
    assert households.household_of(viewer_of(guardian), world.student) == mine


def test_what_was_said_under_a_record_that_was_joined_stays_in_its_household(
    world: World, guardian: Person, second_guardian: Person, district: Person
) -> None:
    first, second = add_person("guardian_first"), add_person("guardian_second")
    admin = viewer_of(district)
    join_people(by=admin, kept=second, absorbed=first, reason="One person, says the office.")
    join_people(by=admin, kept=second_guardian, absorbed=second, reason="One person, says the office.")
    mark(guardian, "a")
    mark(second_guardian, "b")

    other = households.other_household(viewer_of(guardian))[world.student.pk]
    mine = households.other_household(viewer_of(second_guardian))[world.student.pk]

    joined = {second_guardian.pk, first.pk, second.pk}
    assert joined <= other
    assert guardian.pk in mine
    assert not joined & mine


def test_of_two_links_of_one_person_the_marked_one_says_which_home(
    world: World, guardian: Person, second_guardian: Person, district: Person
) -> None:
    mark(guardian, "a")
    mark(second_guardian, "b")
    doubled = add_person("guardian_twice")
    relate(doubled, RelationshipKind.GUARDIAN, [world.student])  # of the roster, later, without a mark
    Relationship.objects.filter(person=doubled).update(starts_on=world.today)
    join_people(by=viewer_of(district), kept=guardian, absorbed=doubled, reason="One father, says the office.")
    assert Relationship.objects.filter(person=guardian, student=world.student).count() == 2

    assert households.household_of(viewer_of(guardian), world.student) == "a"
    assert second_guardian.pk in households.other_household(viewer_of(guardian))[world.student.pk]
    mark(guardian, "a")
    Relationship.objects.filter(person=second_guardian).update(household="")
    assert guardian.pk in households.other_household(viewer_of(second_guardian))[world.student.pk]


def test_the_limit_of_a_document_comes_along_when_two_records_are_joined_and_goes_back(
    world: World, guardian: Person, district: Person
) -> None:
    doubled = add_person("guardian_twice")
    limit(guardian, world, GuardianBlock.EVERYTHING)
    assert not can(viewer_of(guardian), Permission.SEE_STUDENT, world.student).allowed

    merge = join_people(by=viewer_of(district), kept=doubled, absorbed=guardian, reason="One father.")
    assert GuardianLimit.objects.get().guardian == doubled
    assert not can(viewer_of(doubled), Permission.SEE_STUDENT, world.student).allowed

    undo_join(by=viewer_of(district), merge=merge)
    assert GuardianLimit.objects.get().guardian == guardian
    assert not can(viewer_of(guardian), Permission.SEE_STUDENT, world.student).allowed


def test_what_a_former_guardian_said_stays_in_the_household_it_was_said_in(
    world: World, guardian: Person, former_guardian: Person
) -> None:
    mark(guardian, "a")
    assert households.same_household(viewer_of(guardian), world.student, [former_guardian.pk]) == set()
    mark(former_guardian, "a")
    assert households.same_household(viewer_of(guardian), world.student, [former_guardian.pk]) == {former_guardian.pk}


@pytest.mark.parametrize("name", ["teacher", "navigator", "student", "principal"])
def test_school_and_student_read_both_households_and_ask_no_query(
    world: World, guardian: Person, second_guardian: Person, name: str, django_assert_num_queries
) -> None:
    mark(guardian, "a")
    mark(second_guardian, "b")
    viewer = viewer_of(world.people[name])
    with django_assert_num_queries(0):
        assert households.same_household(viewer, world.student, [guardian.pk, second_guardian.pk]) == {
            guardian.pk,
            second_guardian.pk,
        }
        assert households.limited_blocks(viewer, world.student) == frozenset()


def test_a_queryset_over_several_children_leaves_out_the_other_household_of_each(
    world: World, guardian: Person, second_guardian: Person, django_assert_num_queries
) -> None:
    sister = world.students[2]
    relate(guardian, RelationshipKind.GUARDIAN, [sister])
    relate(second_guardian, RelationshipKind.GUARDIAN, [sister])
    Relationship.objects.filter(person=second_guardian, student=world.student).update(household="b")
    links = Relationship.objects.filter(kind=RelationshipKind.GUARDIAN, person=second_guardian)
    viewer = viewer_of(guardian)
    with django_assert_num_queries(1):
        kept = households.no_other_household(viewer, student="student", person="person")
    assert [link.student_id for link in links.filter(kept)] == [sister.pk]


# ------------------------------------------------------------------ limits
def test_without_the_whole_page_a_guardian_finds_no_child(world: World, guardian: Person) -> None:
    row = limit(guardian, world, GuardianBlock.EVERYTHING)
    viewer = viewer_of(guardian)
    for permission in READS:
        assert not can(viewer, permission, world.student).visible
        assert not students_for(viewer, permission).exists()
    assert permissions_on(viewer, world.student) == frozenset()
    assert domains_for(viewer, world.student) == frozenset()
    assert not students_open_to(viewer, SensitiveDomain.FAMILY).exists()
    assert households.limited_blocks(viewer, world.student) == frozenset(GuardianBlock.values)
    GuardianLimit.objects.filter(pk=row.pk).update(ends_on=world.today, starts_on=world.day(3))
    assert can(viewer_of(guardian), Permission.READ_FAMILY_PAGE, world.student).allowed


def test_an_open_browser_is_shut_by_the_next_request(world: World, guardian: Person, second_guardian: Person) -> None:
    page = reverse("family_child", args=[world.student.public_id])
    first, second = client_for(guardian), client_for(second_guardian)
    assert first.get(page).status_code == 200
    limit(guardian, world, GuardianBlock.EVERYTHING)
    assert first.get(page).status_code == 404
    assert second.get(page).status_code == 200


@pytest.mark.parametrize(("starts", "ends", "holds"), [(0, None, 1), (0, 1, 1), (-9, 0, 0), (1, None, 0), (-9, 9, 1)])
def test_a_limit_holds_between_its_dates_and_no_day_longer(
    world: World, guardian: Person, starts: int, ends: int | None, holds: int
) -> None:
    limit(guardian, world, GuardianBlock.MEETINGS, starts=starts, ends=ends)
    blocks = households.limited_blocks(viewer_of(guardian), world.student)
    assert blocks == (frozenset({GuardianBlock.MEETINGS}) if holds else frozenset())


@pytest.mark.parametrize(
    ("block", "lost"),
    [
        (GuardianBlock.PLAN, {Permission.READ_PLAN, Permission.SPEAK_AS_FAMILY}),
        (GuardianBlock.EVIDENCE, {Permission.READ_EVIDENCE}),
        (GuardianBlock.MEETINGS, set()),
        (GuardianBlock.CONTACT, set()),
    ],
)
def test_a_named_block_takes_that_block_and_leaves_every_other_right(
    world: World, guardian: Person, second_guardian: Person, block: str, lost: set[Permission]
) -> None:
    before = permissions_on(viewer_of(guardian), world.student)
    limit(guardian, world, block)
    viewer = viewer_of(guardian)
    assert permissions_on(viewer, world.student) == before - lost
    for permission in before:
        assert can(viewer, permission, world.student).allowed == (permission not in lost)
        assert students_for(viewer, permission).exists() == (permission not in lost)
    assert permissions_on(viewer_of(second_guardian), world.student) == before


def test_health_closes_health_and_wellbeing_and_keeps_the_rest(world: World, guardian: Person) -> None:
    limit(guardian, world, GuardianBlock.HEALTH)
    viewer = viewer_of(guardian)
    assert domains_for(viewer, world.student) == {SensitiveDomain.FAMILY}
    assert not students_open_to(viewer, SensitiveDomain.HEALTH).exists()
    assert students_open_to(viewer, SensitiveDomain.FAMILY).exists()


def test_a_limit_of_one_child_says_nothing_about_the_other(world: World, guardian: Person) -> None:
    sister = world.students[2]
    relate(guardian, RelationshipKind.GUARDIAN, [sister])
    limit(guardian, world, GuardianBlock.EVERYTHING)
    assert list(students_for(viewer_of(guardian), Permission.READ_FAMILY_PAGE)) == [sister]


# ------------------------------------------------------------------ roles and purposes
def test_a_school_role_adds_nothing_to_another_ground_until_it_says_why(world: World, principal: Person) -> None:
    relate(principal, RelationshipKind.TEAM, [world.student])
    viewer = viewer_of(principal)
    assert Permission.READ_FLAGS not in permissions_on(viewer, world.student)
    viewer.purposes[str(world.student.public_id)] = "care"
    assert Permission.READ_FLAGS in permissions_on(viewer, world.student)


def test_a_role_at_one_school_is_none_at_another(world: World, principal: Person) -> None:
    make.RoleAssignmentFactory(person=principal, role=Role.PLAN_LEAD, school=world.school_elsewhere)
    viewer = viewer_of(principal)
    assert can(viewer, Permission.TRANSFER_PLANS, world.school_elsewhere).allowed
    assert not can(viewer, Permission.TRANSFER_PLANS, world.school).visible
    assert can(viewer, Permission.ASSIGN_NAVIGATORS, world.school).allowed
