"""What is kept close is read by the same people on every page: student, family, navigator and those granted it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Relationship
from accounts.permissions import Permission
from success_plans.choices import Audience, Subject, Voice
from success_plans.models import SafetyHold
from success_plans.selectors.closeness import reads_close
from success_plans.selectors.texts import goal_by_id, need_by_id, statement_by_id
from tests import factories as make
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db

SAID = "He sleeps little since they moved"
NEEDED = "A calm way into the day"
PAGES = ("student_plan", "student_timeline", "plan_as_of")


@pytest.fixture
def close(world, co_teacher):
    """A sentence and a need of Maya's plan, kept close by somebody none of the readers here is."""
    plan = make.PlanFactory(student=world.student)
    sentence = make.PlanStatementFactory(
        plan=plan, author=co_teacher, voice=Voice.STAFF, text=SAID, audience=Audience.CLOSE
    )
    need = make.NeedFactory(plan=plan, author=co_teacher, text=NEEDED, audience=Audience.CLOSE)
    return sentence, need


def granted(world, person, domains):
    Relationship.objects.filter(student=world.student, person=person).update(domains=domains)


@pytest.mark.parametrize(
    ("who", "domains", "reads"),
    [
        ("student", [], True),
        ("guardian", [], True),
        ("navigator", [], True),
        ("specialist", ["health"], True),
        ("specialist", ["wellbeing"], True),
        ("specialist", [], False),
        ("teacher", [], False),
        ("co_teacher", [], True),  # who wrote it
    ],
)
def test_every_page_answers_alike_who_reads_what_was_kept_close(world, close, client_of, who, domains, reads):
    person = world.people[who]
    if domains:
        granted(world, person, domains)
    sentence, need = close

    for page in PAGES:
        text = (
            client_of(person).get(reverse(page, args=[world.student.public_id]), {"on": world.today}).content.decode()
        )
        assert (SAID in text) is reads, page
        assert (NEEDED in text) is reads, page
    viewer = viewer_of(person)
    assert (statement_by_id(viewer=viewer, public_id=sentence.public_id) is not None) is reads
    assert (need_by_id(viewer=viewer, public_id=need.public_id) is not None) is reads


def test_a_teacher_reads_it_in_the_answers_of_a_family_no_more_than_on_the_plan(world, teacher, guardian, client_of):
    plan = make.PlanFactory(student=world.student)
    make.PlanStatementFactory(
        plan=plan, author=guardian, voice=Voice.FAMILY, kind="hope", text=SAID, audience=Audience.CLOSE
    )
    make.PlanStatementFactory(
        plan=plan, author=guardian, scribe=teacher, voice=Voice.FAMILY, kind="hope", text=NEEDED,
        audience=Audience.CLOSE,
    )  # fmt: skip

    text = (
        client_of(teacher).get(reverse("voice", args=[world.student.public_id]), {"whose": "family"}).content.decode()
    )

    assert SAID not in text


def test_a_permission_to_edit_alone_is_not_close():
    assert not reads_close(frozenset({Permission.EDIT_PLAN, Permission.READ_PLAN}), frozenset())
    assert reads_close(frozenset({Permission.HOLD_PLAN}), frozenset())
    assert reads_close(frozenset(), frozenset({"health"}))


def test_a_goal_on_hold_is_in_no_list_and_behind_no_address_of_the_family(world, guardian, navigator, client_of):
    plan = make.PlanFactory(student=world.student)
    goal = make.GoalFactory(plan=plan, author=navigator, text=SAID)
    SafetyHold.objects.create(
        student=world.student, about=Subject.GOAL, about_id=goal.public_id, reason="Safety", placed_by=navigator
    )

    answer = client_of(guardian).get(reverse("proposals", args=[world.student.public_id]))

    assert answer.status_code == 200
    assert SAID not in answer.content.decode()
    assert goal_by_id(viewer=viewer_of(guardian), public_id=goal.public_id) is None
    assert goal_by_id(viewer=viewer_of(navigator), public_id=goal.public_id) is not None
