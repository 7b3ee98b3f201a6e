"""What the estimators learn at night, what a summary says of it, and that nothing is decided by it."""

from __future__ import annotations

import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Student
from assessments import services
from assessments.estimates import bkt
from assessments.models import (
    Assignment,
    CompetencyFit,
    Fit,
    Instrument,
    InstrumentVersion,
    Item,
    ItemEstimate,
    ItemFit,
    ItemResponse,
    MasterySummary,
    RefreshRequest,
    Submission,
)
from assessments.tasks import refit as refit_task
from supports import recompute
from tests.cast import see


def learn(world, teacher, values=(1, 2, 3, 3, 3), ideas=("compare", "shapes")):
    """Everybody works on two ideas."""
    for n, student in enumerate(world.students):
        for idea in ideas:
            for ago, value in enumerate(values):
                see(teacher, student, world.idea[idea], value if n % 2 else 4 - value, on=world.day(20 - ago))
    recompute.refresh_due()


def draw(world):
    """The same students are left out in every run: the draw goes by their public ids."""
    for n, student in enumerate(world.students):
        Student.objects.filter(pk=student.pk).update(public_id=uuid.UUID(int=n))


def test_a_summary_says_how_sure_it_is_with_the_parameters_it_came_with(world, teacher):
    for ago in range(6):
        see(teacher, world.student, world.idea["compare"], 3, on=world.day(ago), context="quiz" if ago else "project")
    recompute.refresh_due()
    row = MasterySummary.objects.get()

    assert float(row.estimate) == pytest.approx(bkt.replay([True] * 6).probability, abs=1e-6)
    assert (row.explanation["sureness"], row.explanation["fit"]) == ("sure", 0)


def test_an_estimate_never_changes_what_the_method_says(world, teacher):
    learn(world, teacher)
    said = {(r.student_id, r.competency_id): (r.shape, r.held) for r in MasterySummary.objects.all()}
    services.refit(by=None)
    recompute.refresh_due()

    assert {(r.student_id, r.competency_id): (r.shape, r.held) for r in MasterySummary.objects.all()} == said
    fit = Fit.objects.get()
    assert {r.explanation["fit"] for r in MasterySummary.objects.all()} == {fit.pk}
    assert recompute.compare(recompute.students_to_check()) == []


def test_a_fit_is_stored_with_its_report_and_everybody_is_in_line(world, teacher):
    learn(world, teacher)
    made = services.refit(by=None)

    assert made.events == 60
    assert CompetencyFit.objects.filter(fit=made).count() == 2
    assert {row.events for row in CompetencyFit.objects.all()} == {30}
    assert RefreshRequest.objects.count() == len(world.students)
    assert made.report["students"] == 6
    assert bkt.BktParameters(**made.report["shared"])
    assert services.refit(by=None) is None  # nothing was recorded since
    assert services.refit(by=None, force=True) is not None


def test_without_evidence_there_is_nothing_to_fit(world):
    refit_task()

    assert not Fit.objects.exists()


def test_the_report_is_made_on_students_who_were_left_out(world, teacher, monkeypatch):
    learn(world, teacher)
    draw(world)
    monkeypatch.setattr("assessments.services.fits.TEST_SHARE", 0.6)
    made = services.refit(by=None)

    found = made.report["knowledge"]
    assert 0 < made.report["tested"] < 6
    assert found["events"] == made.report["tested"] * 10
    assert found["groups"] == {"school": [], "language": []}  # nobody has 500 events


def test_the_page_says_why_groups_are_not_compared(world, teacher, client_of, monkeypatch):
    learn(world, teacher)
    draw(world)
    monkeypatch.setattr("assessments.services.fits.TEST_SHARE", 0.6)
    made = services.refit(by=None)
    lead = client_of(world.people["district"])
    page = lead.get(reverse("calibration")).content.decode()
    assert page.count("By school: nothing can be compared.") == 1
    assert page.count("By language of the roster: nothing can be compared.") == 1
    made.report["knowledge"]["groups"]["school"] = [["Riverside", 900, 0.01]]
    made.save()
    page = lead.get(reverse("calibration")).content.decode()
    assert "By school: only one group is large enough" in page


def test_the_command_prints_the_figures(world, teacher):
    learn(world, teacher)
    out = StringIO()
    call_command("refit", stdout=out)
    call_command("refit", stdout=out)

    assert "60 events of 6 students" in out.getvalue()
    assert "Nothing new to fit" in out.getvalue()


@pytest.fixture
def answers(world, teacher):
    """Answers of two students to three items, in the order given; returns how to mark one."""
    version = InstrumentVersion.objects.create(
        instrument=Instrument.objects.create(kind="check", school=world.school, created_by=teacher),
        number=1,
        title="Warm up",
        language="en",
        created_by=teacher,
    )
    items = [
        Item.objects.create(version=version, competency=world.idea["compare"], key=f"q{n}", points=2) for n in range(3)
    ]
    work = Assignment.objects.create(
        key=uuid.uuid4(),
        version=version,
        section=world.section,
        title="Warm up",
        opens_on=world.today,
        language="en",
        created_by=teacher,
    )
    handed_in = [Submission.objects.create(assignment=work, student=student) for student in world.students[:2]]

    def mark(student, item, points):
        return ItemResponse.objects.create(
            submission=handed_in[student], item=items[item], points=points, marked_by=teacher
        )

    return mark


def test_answers_move_one_students_estimate_of_one_competency(world, teacher, answers):
    marked = [answers(0, 0, 2), answers(0, 1, 2), answers(0, 2, None), answers(1, 0, 1)]
    ids = [row.pk for row in marked]
    assert services.absorb_responses(by=None, response_ids=ids) == 2
    first = dict(ItemEstimate.objects.values_list("student_id", "theta"))
    assert services.absorb_responses(by=None, response_ids=ids[::-1]) == 2  # again, in another order

    assert dict(ItemEstimate.objects.values_list("student_id", "theta")) == first
    up, down = (ItemEstimate.objects.get(student=student) for student in world.students[:2])
    assert (up.events, down.events) == (2, 1)
    assert up.theta > 0 > down.theta
    marked[3].points = 2
    marked[3].save()
    services.absorb_responses(by=None, response_ids=[marked[3].pk])
    down.refresh_from_db()
    assert (down.events, down.theta > 0) == (1, True)
    assert services.absorb_responses(by=None, response_ids=[]) == 0


def test_the_night_learns_how_hard_items_are_and_replays_everybody(world, teacher, answers):
    see(teacher, world.student, world.idea["compare"], 3)
    marked = [answers(student, item, points) for student, item, points in ((0, 0, 2), (0, 1, 0), (1, 0, 2), (1, 1, 0))]
    services.absorb_responses(by=None, response_ids=[row.pk for row in marked])
    before = ItemEstimate.objects.get(student=world.student).theta
    made = services.refit(by=None)

    easy, hard = ItemFit.objects.filter(fit=made).order_by("item__key")
    assert easy.difficulty < 0 < hard.difficulty
    assert ItemEstimate.objects.get(student=world.student).theta != before
    assert ItemEstimate.objects.count() == 2


def test_the_page_of_calibration_speaks_in_words_and_names_nobody(
    world, teacher, district, operator, client_of, monkeypatch
):
    address = reverse("calibration")
    assert "No fit was made yet" in client_of(operator).get(address).content.decode()
    learn(world, teacher)
    draw(world)
    monkeypatch.setattr("assessments.services.fits.TEST_SHARE", 0.6)
    services.refit(by=None)
    html = client_of(district).get(address).content.decode()
    assert "points of 100 apart on average" in html
    assert "manage.py refit --force" in html
    assert not any(student.person.family_name in html for student in world.students)
    assert client_of(teacher).get(address).status_code == 404


def test_how_sure_is_said_in_words_where_it_stands(world, teacher, client_of):
    for ago in range(6):
        see(teacher, world.student, world.idea["compare"], 3, on=world.day(ago), context="quiz" if ago else "project")
    recompute.refresh_due()
    address = reverse("student_competency", args=[world.student.public_id, world.idea["compare"].public_id])
    html = client_of(teacher).get(address).content.decode()

    assert "We are sure of this: several pieces say the same." in html
    assert str(MasterySummary.objects.get().estimate) not in html
