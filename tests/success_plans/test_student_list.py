"""My students: only related ones, by name, narrowed by what is due and by class, and never ordered by anything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Person
from success_plans.choices import CheckInHow, NeedDomain, ProposalState, StepName, StepOutcome, Voice
from success_plans.models import CheckIn, CycleStep, Proposal
from success_plans.selectors.students import Due, my_roll
from tests import factories as make
from tests.cast import World, relate, viewer_of


def names(viewer_person: Person, **by: object) -> list[str]:
    return [row.name for row in my_roll(viewer=viewer_of(viewer_person), **by).rows]


def check_in(world: World, *, ago: int) -> None:
    CheckIn.objects.create(
        student=world.student,
        by=world.people["teacher"],
        met_at=timezone.now() - timedelta(days=ago),
        how=CheckInHow.WELL,
        language="en",
        key="8d4f0a53-5f0b-4c06-9f3a-3f6f1f6b5a11",
    )


def step(world: World, name: str, *, due: int, **more: object) -> CycleStep:
    return CycleStep.objects.create(
        student=world.student,
        school=world.school,
        school_year=world.year,
        step=name,
        opened_on=world.day(30),
        due_on=world.today + timedelta(days=due),
        **more,
    )


def test_a_teacher_sees_who_they_teach_by_name_and_nobody_else(world: World, teacher: Person) -> None:
    assert names(teacher) == ["Ben Alder", "Chloé Diaz", "Dara Esposito", "Eli Fox", "Fay Gray", "Maya Okafor"]


@pytest.mark.parametrize("name", ["guardian", "student", "principal", "district", "partner", "former_teacher"])
def test_family_students_and_leads_find_nobody_here(world: World, name: str) -> None:
    assert names(world.people[name]) == []


def test_a_teacher_whose_own_child_sits_elsewhere_does_not_find_it_here(world: World, teacher: Person) -> None:
    relate(teacher, RelationshipKind.GUARDIAN, [world.student_elsewhere])
    assert "Iris Jones" not in names(teacher)


def test_without_a_word_there_is_no_plan_yet(world: World, teacher: Person) -> None:
    assert "Maya Okafor" in names(teacher, due=Due.PLAN)
    make.PlanStatementFactory(plan=make.PlanFactory(student=world.student))
    assert "Maya Okafor" not in names(teacher, due=Due.PLAN)


@pytest.mark.parametrize(("ago", "due"), [(None, True), (29, True), (28, False), (0, False)])
def test_four_weeks_without_a_check_in_ask_for_one(world: World, teacher: Person, ago: int | None, due: bool) -> None:
    if ago is not None:
        check_in(world, ago=ago)
    assert ("Maya Okafor" in names(teacher, due=Due.CHECK_IN)) is due


@pytest.mark.parametrize(("due", "listed"), [(-3, True), (7, True), (8, False)])
def test_a_step_is_due_from_a_week_before(world: World, teacher: Person, due: int, listed: bool) -> None:
    step(world, StepName.CONVERSATION, due=due)
    assert ("Maya Okafor" in names(teacher, due=Due.STEP)) is listed
    assert names(teacher, due=Due.REVIEW) == []


def test_a_step_that_ended_is_not_due_and_a_review_is_its_own_filter(world: World, teacher: Person) -> None:
    step(world, StepName.CONVERSATION, due=0, done_on=world.today, outcome=StepOutcome.DONE)
    step(world, StepName.REVIEW, due=0)
    assert names(teacher, due=Due.STEP) == []
    assert names(teacher, due=Due.REVIEW) == ["Maya Okafor"]


def test_a_need_of_a_closed_domain_does_not_give_itself_away(world: World, teacher: Person) -> None:
    plan = make.PlanFactory(student=world.student)
    due = {"opened_on": world.day(60), "review_on": world.today}
    make.NeedFactory(plan=plan, domain=NeedDomain.HEALTH, **due)
    assert names(teacher, due=Due.REVIEW) == []
    make.NeedFactory(plan=plan, domain=NeedDomain.ACADEMIC, **due)
    assert names(teacher, due=Due.REVIEW) == ["Maya Okafor"]


def test_a_proposal_to_the_school_waits(world: World, teacher: Person, guardian: Person) -> None:
    row = Proposal.objects.create(
        plan=make.PlanFactory(student=world.student),
        voice=Voice.FAMILY,
        to_voice=Voice.STAFF,
        text="More reading",
        language="en",
        author=guardian,
        answer_by=world.today,
    )
    assert names(teacher, due=Due.PROPOSAL) == ["Maya Okafor"]
    Proposal.objects.filter(pk=row.pk).update(state=ProposalState.ACCEPTED)
    assert names(teacher, due=Due.PROPOSAL) == []


def test_one_class_of_two(world: World, teacher: Person) -> None:
    make.TeachingAssignmentFactory(section=world.next_door, person=teacher)
    relate(teacher, RelationshipKind.SECTION, [world.student_next_door], section=world.next_door)
    assert len(names(teacher)) == 7
    assert names(teacher, section=world.next_door.public_id) == ["Gus Hale"]
    assert names(teacher, section=world.section_elsewhere.public_id) == []


def test_the_list_costs_the_same_for_a_hundred(world: World, teacher: Person, django_assert_num_queries) -> None:
    more = [make.StudentFactory(school=world.school) for _n in range(100)]
    relate(teacher, RelationshipKind.SECTION, more, section=world.section)
    viewer = viewer_of(teacher)
    with django_assert_num_queries(3):
        assert len(my_roll(viewer=viewer, section=world.section.public_id).rows) == 6


def test_the_page_stays_within_ten_queries(
    world: World, teacher: Person, client_of: Callable[..., Client], django_assert_max_num_queries
) -> None:
    client = client_of(teacher)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("students"), {"due": "plan", "class": world.section.public_id}).status_code == 200


def test_a_name_is_looked_for_in_the_body_of_a_request_only(
    world: World, teacher: Person, client_of: Callable[..., Client]
) -> None:
    client = client_of(teacher)
    found = client.post(reverse("students"), {"q": "okaf"}).content.decode()
    assert "Maya Okafor" in found
    assert "Ben Alder" not in found
    assert "Ben Alder" in client.get(reverse("students"), {"q": "okaf"}).content.decode()
    by_address = re.findall(r'<form method="get".*?</form>', found, re.DOTALL)
    assert by_address
    assert 'name="q"' not in "".join(by_address)


@pytest.mark.parametrize(
    "query", [{"due": "level"}, {"class": "5"}, {"due": "\x00", "class": "\x00"}, {"sort": "level"}]
)
def test_an_unknown_filter_is_no_filter(
    world: World, teacher: Person, client_of: Callable[..., Client], query: dict[str, str]
) -> None:
    page = client_of(teacher).get(reverse("students"), query)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.index("Ben Alder") < text.index("Maya Okafor")
