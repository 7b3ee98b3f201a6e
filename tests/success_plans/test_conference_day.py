"""A day of conferences: many plans written down as held and agreed in one submit, each line for itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import AuditEvent
from success_plans.choices import MeetingState, PlanState, StepName, TemplateKind
from success_plans.errors import PlanError
from success_plans.models import Agreement, CycleStep, Goal, Meeting, Plan, PlanVersion
from success_plans.recompute import run_school
from success_plans.selectors.conference_day import conference_day
from success_plans.services.conferences import Line, close_conferences
from tests import factories as make
from tests.cast import relate, viewer_of

pytestmark = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(world, navigator):
    """The navigator holds the plans of the whole class; each has a strength, Maya's has an aim too."""
    relate(navigator, RelationshipKind.CASELOAD, world.students[1:])
    for child in world.students:
        make.PlanStatementFactory(plan=make.PlanFactory(student=child), author=child.person)
    make.GoalFactory(plan=Plan.objects.get(student=world.student), author=world.student.person)
    return world


def close(navigator, lines, *, on=None):
    viewer = viewer_of(navigator)
    return close_conferences(
        by=viewer, lines=lines, held_on=on or viewer.today, reason="Agreed at the conference.", language="en"
    )


def lines_of(world):
    return [Line(world.student), *(Line(child, "Build a kite") for child in world.students[1:])]


def test_a_class_is_held_and_agreed_in_one_go_and_nobody_answers_for_a_family(held, navigator):
    closed = close(navigator, lines_of(held))

    assert [one.version.number for one in closed] == [1] * 6
    assert [one.student for one in closed] == held.students
    assert Meeting.objects.filter(kind="conference", state=MeetingState.HELD).count() == 6
    assert Goal.objects.count() == 6
    assert set(Plan.objects.values_list("state", flat=True)) == {PlanState.AGREED}
    assert not Agreement.objects.exists()
    assert AuditEvent.objects.filter(action="version.agree").count() == 6
    strengths = {entry.get("text") for entry in closed[0].version.content["entries"]}
    assert "I explain things well." in strengths


def test_the_meeting_and_the_conversation_of_each_close_in_the_cycle(held, navigator):
    review = make_review(held)
    close(navigator, lines_of(held))
    run_school(held.school, day=held.today)

    done = CycleStep.objects.filter(student__in=held.students, done_on=held.today)
    assert review.entries.count() == 6
    assert done.filter(step=StepName.MEETING).count() == 6
    assert done.filter(step=StepName.CONVERSATION).count() == 6


def make_review(held):
    """The class was talked through, with enrichment considered for everybody."""
    review = held.section.reviews.create(started_by=held.people["teacher"], started_on=held.today)
    for child in held.students:
        review.entries.create(
            student=child,
            strength="Kind",
            enrichment_considered=True,
            language="en",
            by=held.people["teacher"],
            discussed_on=held.today,
        )
    return review


def test_the_same_lines_again_change_nothing(held, navigator):
    close(navigator, lines_of(held))
    again = close(navigator, lines_of(held))

    assert {one.words for one in again} == {"Nothing changed since version 1."}
    assert PlanVersion.objects.count() == Meeting.objects.count() == Goal.objects.count() == 6
    assert set(Plan.objects.values_list("state", flat=True)) == {PlanState.AGREED}


def test_one_line_that_cannot_be_agreed_keeps_nobody_else_and_leaves_nothing_of_itself(held, navigator):
    maya, ben, chloe = held.students[:3]
    Plan.objects.filter(student=chloe).update(template=TemplateKind.FULL)
    closed = {one.student: one for one in close(navigator, [Line(maya), Line(ben), Line(chloe, "Sing")])}

    assert closed[maya].version.number == 1
    assert closed[ben].words == "Write what they work towards. An intention is enough."
    assert "full template" in closed[chloe].words
    assert list(Meeting.objects.values_list("plan__student", flat=True)) == [maya.pk]
    assert list(Goal.objects.values_list("plan__student", flat=True)) == [maya.pk]


def test_the_second_conference_of_the_year_makes_the_next_version_of_what_changed(held, navigator):
    close(navigator, [Line(held.student)], on=held.day(30))
    make.GoalFactory(plan=Plan.objects.get(student=held.student), author=navigator, text="Read to Ben")
    (closed,) = close(navigator, [Line(held.student)])

    assert closed.version.number == 2
    assert Meeting.objects.filter(state=MeetingState.HELD).count() == 2


def test_a_planned_conference_of_that_day_is_the_one_that_was_held(held, navigator):
    planned(held, navigator, timezone.now())
    close(navigator, [Line(held.student)])

    row = Meeting.objects.get()
    assert (row.state, row.version) == (MeetingState.HELD, 2)
    assert [(a.person, a.was_there) for a in row.attendees.all()] == [(navigator, True)]


@pytest.mark.parametrize("ago", [-1, 57])
def test_a_day_to_come_or_long_gone_writes_nothing(held, navigator, ago):
    with pytest.raises(PlanError, match="within the last eight weeks"):
        close(navigator, [Line(held.student)], on=held.day(ago))
    assert not Meeting.objects.exists()


@REAL
def test_two_who_write_the_same_day_down_at_once_make_one_of_everything(held, navigator):
    by = viewer_of(navigator)

    def go(_n):
        try:
            return close_conferences(by=by, lines=lines_of(held), held_on=by.today, reason="Agreed.", language="en")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = [one for closed in pool.map(go, range(4)) for one in closed]

    assert sum(one.version is not None for one in answers) == 6
    assert PlanVersion.objects.count() == Meeting.objects.count() == Goal.objects.count() == 6


# ------------------------------------------------------------------ who sees what, and the page
def test_only_whose_plan_i_hold_stands_in_the_list_by_name(held, navigator, teacher):
    names = [seat.name for seat in conference_day(viewer=viewer_of(navigator)).seats]

    assert names == sorted(names, key=lambda name: name.split()[-1])
    assert len(names) == 6
    assert conference_day(viewer=viewer_of(teacher)).students == []


def test_the_list_takes_the_same_queries_for_one_as_for_six(held, navigator, django_assert_max_num_queries):
    viewer = viewer_of(navigator)
    with django_assert_max_num_queries(2):
        assert len(conference_day(viewer=viewer).seats) == 6


def test_who_has_no_plan_or_a_full_one_is_named_with_the_way_to_it(held, navigator, client_of):
    Plan.objects.filter(student=held.students[1]).delete()
    Plan.objects.filter(student=held.students[2]).update(template=TemplateKind.FULL)
    page = client_of(navigator).get("/conferences").content.decode()

    assert f"/students/{held.students[1].public_id}/intake" in page
    assert f'value="{held.students[2].public_id}"' not in page
    assert f"/students/{held.students[2].public_id}/versions" in page


def body(held, *children, **more):
    return {
        "student": [str(child.public_id) for child in children],
        "held_on": held.today.isoformat(),
        "reason": "Agreed.",
        "language": "en",
        **more,
    }


def test_a_line_without_an_aim_says_so_beside_the_name_and_the_others_are_agreed(held, navigator, client_of):
    answer = client_of(navigator).post("/conferences", body(held, *held.students[:2]))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 plan is written down as agreed." in page
    assert "Write what they work towards. An intention is enough." in page
    assert PlanVersion.objects.get().plan.student == held.student


def test_all_agreed_leads_back_to_the_list(held, navigator, client_of):
    answer = client_of(navigator).post("/conferences", body(held, held.student), follow=True)

    assert answer.redirect_chain == [("/conferences", 302)]
    assert "Version 1" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"held_on": "yesterday"}, {"reason": " "}, {"student": []}, {"held_on": "2001-01-01"}]
)
def test_bad_input_is_422_and_writes_nothing(held, navigator, client_of, wrong):
    assert client_of(navigator).post("/conferences", body(held, held.student, **wrong)).status_code == 422
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("who", ["teacher", "student", "guardian", "plan_lead", "navigator"])
def test_a_student_whose_plan_one_does_not_hold_is_not_there(held, client_of, who):
    sent = held.student_next_door if who == "navigator" else held.student
    assert client_of(held.people[who]).post("/conferences", body(held, sent)).status_code == 404
    assert client_of(held.people["navigator"]).post("/conferences", body(held) | {"student": "x"}).status_code == 404
    assert not Meeting.objects.exists()


def test_a_conference_planned_for_another_day_stays_planned(held, navigator):
    planned(held, navigator, timezone.now() - timedelta(weeks=3))
    close(navigator, [Line(held.student)])

    assert sorted(Meeting.objects.values_list("state", flat=True)) == [MeetingState.HELD, MeetingState.PLANNED]


def planned(held, navigator, starts_at):
    """A conference of Maya's, called for this moment."""
    plan = Plan.objects.get(student=held.student)
    Meeting.objects.create(plan=plan, kind="conference", called_by=navigator, starts_at=starts_at, language="en")
