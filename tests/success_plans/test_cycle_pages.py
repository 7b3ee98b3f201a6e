"""The work list, one step, the school's year, the review of a class and the year end, as people open them."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, CaseloadHandover, ReadEvent, Relationship, SchoolYear
from success_plans.choices import StepName, StepOutcome
from success_plans.errors import PlanError
from success_plans.models import ClassReview, CycleStep, PlanVersion, ReviewEntry
from success_plans.recompute import refresh_cycle, run_school
from success_plans.selectors.cycle import school_cycle, work_list
from success_plans.services.class_reviews import EntryChangedError, NotEveryoneError, Talk, discuss, finish
from success_plans.services.cycle import StepEndedError, end_step
from tests import factories as make
from tests.cast import add_student, relate, viewer_of

pytestmark = pytest.mark.django_db
S = StepName


@pytest.fixture
def year(world):
    """Riverside's year began 20 days ago, and the cycle was gone through today."""
    SchoolYear.objects.update(starts_on=world.day(20))
    Relationship.objects.update(starts_on=world.day(20))
    run_school(world.school, day=world.today)
    return world


@pytest.fixture
def last_days(world):
    """The school year ends in ten days; Maya's plan has a version."""
    SchoolYear.objects.update(ends_on=world.day(-10))
    plan = make.PlanFactory(student=world.student)
    PlanVersion.objects.create(
        plan=plan, number=1, content={}, digest="0" * 64, reason="First", author=world.people["navigator"],
        as_of=plan.changed_at,
    )  # fmt: skip
    run_school(world.school, day=world.today)
    return world


def step(student, name):
    return CycleStep.objects.get(student=student, step=name)


def talk(strength="Asks good questions", next_step="", enrichment=True):
    return Talk(strength, next_step, enrichment, "en")


# ------------------------------------------------------------------ the work list
def test_the_work_list_shows_each_step_by_date_then_name_with_the_one_link_that_does_it(year, client_of, teacher):
    answer = client_of(teacher).get(reverse("work_list"))
    page = answer.content.decode()
    names = [s.person.display_name for s in sorted(year.students, key=lambda s: s.person.sort_name)]
    review = page[page.index('id="step-class_review"') :]
    assert re.findall(r'class="who"[^>]*>([^<]+)<', review) == names
    for child in year.students:
        assert f"/classes/{year.section.public_id}/review?student={child.public_id}" in page
    assert "Gus" not in page  # next door
    assert ReadEvent.objects.filter(viewer_id=teacher.pk, block="work").exists()


def test_the_work_list_can_show_one_kind_of_step(year, client_of, teacher, navigator):
    page = client_of(navigator).get(reverse("work_list"), {"step": "meeting"}).content.decode()
    assert 'id="step-meeting"' in page
    assert 'id="step-conversation"' not in page
    assert client_of(navigator).get(reverse("work_list"), {"step": "nonsense"}).status_code == 200


def test_somebody_with_nothing_to_do_is_told_so(year, client_of, guardian):
    assert "You are free for the children" in client_of(guardian).get(reverse("work_list")).content.decode()


def test_a_lead_reads_counts_and_no_names_in_the_work_list(year, client_of, plan_lead):
    page = client_of(plan_lead).get(reverse("work_list")).content.decode()
    assert "6 students at Riverside" in page  # without a navigator: all but Maya, and Gus
    assert not [s for s in year.everyone() if s.person.display_name in page]


def test_a_former_navigator_finds_nothing_even_before_the_steps_have_changed_hands(year, client_of, navigator):
    Relationship.objects.filter(person=navigator).update(ends_on=year.today)
    page = client_of(navigator).get(reverse("work_list")).content.decode()
    assert "Maya" not in page


def test_what_closed_itself_says_why(year, client_of, teacher):
    discuss(by=viewer_of(teacher), section=year.section, student=year.student, talk=talk(), version=0)
    page = client_of(teacher).get(reverse("work_list")).content.decode()
    assert "The class was talked through." in page


def test_the_work_list_asks_the_database_as_often_for_many_students_as_for_few(year, teacher):
    viewer = viewer_of(teacher)
    with CaptureQueriesContext(connection) as few:
        before = work_list(viewer=viewer)
    more = [add_student(year.section, f"More{n}", f"Many{n}") for n in range(30)]
    relate(teacher, "section", more, section=year.section, starts_on=year.day(20))
    run_school(year.school, day=year.today)
    with CaptureQueriesContext(connection) as many:
        after = work_list(viewer=viewer)
    assert after.waiting > before.waiting
    assert len(many) == len(few) <= 8


# ------------------------------------------------------------------ one step
def test_a_step_is_ended_with_an_outcome_and_a_reason(year, client_of, navigator):
    row = step(year.student, S.CONVERSATION)
    page = reverse("cycle_step", args=[row.public_id])
    client = client_of(navigator)
    assert "a talk with the family" in client.get(page).content.decode()
    assert client.post(page, {"outcome": "declined"}).status_code == 422
    assert client.post(page, {"outcome": "done", "reason": "x"}).status_code == 422  # only a talk makes it done
    answer = client.post(page, {"outcome": "declined", "reason": "They will write to us."})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.reason, row.done_by, row.done_on) == (
        StepOutcome.DECLINED, "They will write to us.", navigator, year.today,
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="cycle.end", subject_id=str(row.public_id)).count() == 1
    again = client.post(page, {"outcome": "not_needed", "reason": "Other"})
    assert again.status_code == 409
    assert "They will write to us." in again.content.decode()


def test_the_same_end_twice_is_once_and_another_one_is_told(year, navigator):
    row, by = step(year.student, S.MEETING), viewer_of(navigator)
    first = end_step(by=by, step=row, outcome=StepOutcome.DECLINED, reason="Not now")
    assert end_step(by=by, step=row, outcome=StepOutcome.DECLINED, reason="Not  now") == first
    with pytest.raises(StepEndedError):
        end_step(by=by, step=row, outcome=StepOutcome.DONE, reason="It was held")
    with pytest.raises(PlanError):
        end_step(by=by, step=step(year.student, S.INTAKE), outcome=StepOutcome.FINISH, reason="x")


def test_a_review_that_goes_on_opens_the_next_one(world, navigator):
    SchoolYear.objects.update(starts_on=world.day(80))
    make.PlanFactory(student=world.student, template="full")
    run_school(world.school, day=world.today)
    CycleStep.objects.filter(student=world.student, step=S.MEETING).update(
        done_on=world.day(60), outcome="done", done_by=navigator, reason="Held"
    )
    refresh_cycle([world.student.pk])
    row = step(world.student, S.REVIEW)
    assert row.opened_on == world.day(18)
    end_step(by=viewer_of(navigator), step=row, outcome=StepOutcome.CONTINUE, reason="It helps")
    refresh_cycle([world.student.pk], today=world.day(-42))
    second = CycleStep.objects.get(student=world.student, step=S.REVIEW, number=2)
    assert second.opened_on == world.day(-42)


# ------------------------------------------------------------------ a school in counts
def test_a_school_reads_its_clocks_in_counts_and_adults(year, client_of, principal, navigator):
    CycleStep.objects.filter(student=year.student, step=S.MEETING).update(due_on=year.day(1))
    page = school_cycle(viewer=viewer_of(principal), school=year.school)
    counts = {c.step: c for c in page.steps}
    assert (counts[S.MEETING].past, counts[S.MEETING].waiting) == (1, 7)
    assert {load.name: load.students for load in page.loads}[navigator.display_name] == 1
    html = client_of(principal).get(reverse("school_cycle", args=[year.school.public_id])).content.decode()
    assert not [s for s in year.everyone() if s.person.display_name in html]
    assert "past its day" in html.lower()


def test_the_school_page_counts_the_same_queries_for_many(year, principal):
    viewer = viewer_of(principal)
    with CaptureQueriesContext(connection) as few:
        school_cycle(viewer=viewer, school=year.school)
    for n in range(20):
        add_student(year.section, f"More{n}", f"Many{n}")
    run_school(year.school, day=year.today)
    with CaptureQueriesContext(connection) as many:
        school_cycle(viewer=viewer, school=year.school)
    assert len(many) == len(few) <= 12


# ------------------------------------------------------------------ the class talked through
def test_a_review_begins_with_a_strength(year, client_of, teacher):
    client, page = client_of(teacher), reverse("class_review", args=[year.section.public_id])
    first = client.get(page).content.decode()
    ordered = sorted(year.students, key=lambda s: s.person.sort_name)
    assert ordered[0].person.display_name in first
    url = f"{page}?student={ordered[0].public_id}"
    assert client.post(url, {"next_step": "Longer texts", "language": "en"}).status_code == 422
    assert not ReviewEntry.objects.exists()
    answer = client.post(url, {"strength": "Draws what she thinks", "language": "en", "enrichment_considered": "on"})
    assert answer.status_code == 302
    assert str(ordered[1].public_id) in answer["Location"]
    entry = ReviewEntry.objects.get()
    assert (entry.student, entry.by, entry.enrichment_considered) == (ordered[0], teacher, True)
    assert step(ordered[0], S.CLASS_REVIEW).outcome == StepOutcome.DONE


def test_a_review_can_be_left_and_continued_where_it_was(year, client_of, teacher, co_teacher):
    page = reverse("class_review", args=[year.section.public_id])
    ordered = sorted(year.students, key=lambda s: s.person.sort_name)
    discuss(by=viewer_of(teacher), section=year.section, student=ordered[0], talk=talk(), version=0)
    later = client_of(co_teacher).get(page).content.decode()
    assert f'<h2 id="here"><a href="/students/{ordered[1].public_id}/plan">' in later
    assert "1 of 6 talked about" in later


def test_a_review_is_finished_when_everyone_was_talked_about(year, client_of, teacher):
    by, finishing = viewer_of(teacher), reverse("class_review_finish", args=[year.section.public_id])
    with pytest.raises(NotEveryoneError):
        finish(by=by, section=year.section)
    for child in year.students[:-1]:
        discuss(by=by, section=year.section, student=child, talk=talk(), version=0)
    told = client_of(teacher).post(finishing, follow=True).content.decode()
    assert year.students[-1].person.display_name in told
    assert ClassReview.objects.get().finished_on is None
    discuss(by=by, section=year.section, student=year.students[-1], talk=talk(), version=0)
    client_of(teacher).post(finishing)
    assert ClassReview.objects.get().finished_on == year.today
    assert AuditEvent.objects.filter(action="class_review.finish").count() == 1
    finish(by=by, section=year.section)
    assert AuditEvent.objects.filter(action="class_review.finish").count() == 1


def test_two_teachers_about_one_student_keep_both_texts(year, client_of, teacher, co_teacher):
    url = f"{reverse('class_review', args=[year.section.public_id])}?student={year.student.public_id}"
    first = client_of(teacher).post(url, {"strength": "Kind", "language": "en", "version": "0"})
    second = client_of(co_teacher).post(url, {"strength": "Never gives up", "language": "en", "version": "0"})
    assert (first.status_code, second.status_code) == (302, 409)
    page = second.content.decode()
    assert "Kind" in page
    assert "Never gives up" in page
    third = client_of(co_teacher).post(url, {"strength": "Kind, and never gives up", "language": "en", "version": "1"})
    assert third.status_code == 302
    assert ReviewEntry.objects.get().strength == "Kind, and never gives up"


def test_the_same_words_twice_are_once(year, teacher):
    by = viewer_of(teacher)
    first = discuss(by=by, section=year.section, student=year.student, talk=talk(), version=0)
    assert discuss(by=by, section=year.section, student=year.student, talk=talk(), version=0) == first
    with pytest.raises(EntryChangedError):
        discuss(by=by, section=year.section, student=year.student, talk=talk("Other"), version=0)


def test_nobody_from_another_class_is_talked_about_here(year, client_of, teacher):
    with pytest.raises(PermissionError):
        discuss(by=viewer_of(teacher), section=year.section, student=year.student_next_door, talk=talk(), version=0)
    page = reverse("class_review", args=[year.section.public_id])
    client = client_of(teacher)
    for wrong in (year.student_next_door.public_id, uuid.uuid4(), "nonsense"):
        assert client.get(page, {"student": wrong}).status_code == 404
        assert client.post(f"{page}?student={wrong}", {"strength": "x", "language": "en"}).status_code == 404


def test_a_review_entry_without_a_strength_cannot_be_stored(year, teacher):
    review = ClassReview.objects.create(section=year.section, started_by=teacher, started_on=year.today)
    with pytest.raises((IntegrityError, ValidationError)):
        ReviewEntry.objects.create(
            review=review, student=year.student, strength="", language="en", by=teacher, discussed_on=year.today
        )


@pytest.mark.django_db(transaction=True)
def test_two_teachers_who_begin_at_once_share_one_review(world, teacher, co_teacher):
    def say(person, child):
        try:
            discuss(by=viewer_of(person), section=world.section, student=child, talk=talk(), version=0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        list(two.map(say, [teacher, co_teacher], world.students[:2]))
    assert ClassReview.objects.count() == 1
    assert ReviewEntry.objects.count() == 2


# ------------------------------------------------------------------ the end of the year
def test_the_year_closes_with_both_answers_and_the_next_navigator(last_days, client_of, navigator, student, guardian):
    client, page = client_of(navigator), reverse("year_end", args=[last_days.student.public_id])
    assert "the family’s answer to the plan" in client.get(page).content.decode()
    assert client.post(page, {"person": str(guardian.public_id), "language": "es"}).status_code == 422
    for person, language in ((student, "en"), (guardian, "es")):
        said = {"person": str(person.public_id), "answer": "agree", "statement": "", "language": language}
        assert client.post(page, said).status_code == 302
    assert step(last_days.student, S.YEAR_END).done_on is None
    client.post(reverse("year_end_next", args=[last_days.student.public_id]), {"to": ""})
    row = step(last_days.student, S.YEAR_END)
    assert (row.outcome, row.done_on) == (StepOutcome.DONE, last_days.today)
    assert "the next year has a navigator" in client.get(page).content.decode()


def test_no_answer_and_a_no_are_no_signature(last_days, client_of, navigator, student, guardian):
    client, page = client_of(navigator), reverse("year_end", args=[last_days.student.public_id])
    client.post(page, {"person": str(student.public_id), "answer": "agree", "language": "en"})
    client.post(page, {"person": str(guardian.public_id), "answer": "disagree", "statement": "Más", "language": "es"})
    client.post(reverse("year_end_next", args=[last_days.student.public_id]), {"to": ""})
    assert step(last_days.student, S.YEAR_END).done_on is None
    assert "Más" in client.get(page).content.decode()


def test_another_adult_is_asked_and_nothing_changes_until_they_say_yes(last_days, client_of, navigator, co_teacher):
    following = reverse("year_end_next", args=[last_days.student.public_id])
    answer = client_of(navigator).post(following, {"to": str(co_teacher.public_id), "note": "Likes maps."})
    assert answer.status_code == 302
    assert CaseloadHandover.objects.get().to_person == co_teacher
    assert client_of(navigator).post(following, {"to": str(uuid.uuid4())}).status_code == 422
    assert client_of(navigator).get(reverse("year_end", args=[last_days.student.public_id])).status_code == 200


def test_before_its_time_the_year_end_says_so(year, client_of, navigator):
    page = client_of(navigator).get(reverse("year_end", args=[year.student.public_id])).content.decode()
    assert "It is not time yet" in page
    following = reverse("year_end_next", args=[year.student.public_id])
    assert client_of(navigator).post(following, {"to": ""}).status_code == 422
