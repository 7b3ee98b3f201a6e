"""Who a change of a framework touches: counted by hand, and said in counts that name nobody."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.choices import InstrumentState, MethodName, Shape
from assessments.models import MasterySummary
from competencies.choices import PathwayState
from competencies.models import Pathway
from dashboards.affected import FEWEST, affected, in_words
from success_plans.choices import GoalState
from supports.choices import SupportState
from tests import factories as make
from tests.cast import viewer_of


@pytest.fixture
def said(world, district):
    """`said(**ids)` is what the page says, by sentence: (reworded, retired, moved)."""

    def by_sentence(**ids):
        pks = {kind: [world.idea[name].pk for name in names] for kind, names in ids.items()}
        rows = affected(viewer=viewer_of(district), ids=pks)
        return {row.what: (row.reworded, row.retired, row.moved) for row in rows}

    return by_sentence


def showed(student, competency, *, pieces=1):
    MasterySummary.objects.create(
        student=student,
        competency=competency,
        shape=Shape.OPEN,
        pieces=pieces,
        method=MethodName.CRITERION,
        method_version=1,
        framework_version=1,
    )


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "none"), (1, "fewer than 10"), (9, "fewer than 10"), (10, "10"), (4321, "4321")],
    ids=["none", "one", "nine", "ten", "many"],
)
def test_small_counts_are_not_said_exactly(count, words):
    assert in_words(count) == words


def test_nothing_changed_touches_nobody(said):
    assert set(said().values()) == {("none", "none", "none")}
    assert set(said(reworded=[], retired=[], moved=[]).values()) == {("none", "none", "none")}


def test_each_student_counts_once_however_many_changes_they_meet(world, said):
    students = [make.StudentFactory() for _n in range(FEWEST)]
    for student in students:
        showed(student, world.idea["compare"])
        showed(student, world.idea["add"], pieces=4)
    showed(world.student, world.idea["compare"], pieces=0)  # everything was withdrawn: nothing stands there
    showed(world.student, world.idea["ratios"])
    found = said(reworded=["compare", "add"], retired=["ratios"], moved=["equal parts"])
    assert found["Students who have shown something on them"] == ("10", "fewer than 10", "none")


def test_classes_count_while_they_work_on_it(world, said):
    chosen = {"competency": world.idea["add"], "chosen_by": world.people["teacher"]}
    for _n in range(FEWEST - 1):
        make.FocusFactory(section=make.SectionFactory(school=world.school, school_year=world.year), **chosen)
    make.FocusFactory(section=world.section, starts_on=world.day(30), ends_on=world.day(5), **chosen)  # over
    make.FocusFactory(student=world.student, **chosen)  # one student's own, no class
    assert said(reworded=["add"])["Classes that work on them now"][0] == "fewer than 10"
    make.FocusFactory(section=world.next_door, **chosen)
    assert said(reworded=["add"])["Classes that work on them now"][0] == "10"
    # the world's Math 5 works on "compare": a class of its own
    assert said(reworded=["add", "compare"])["Classes that work on them now"][0] == "11"


def test_plans_count_by_their_goals_under_way(world, said):
    for _n in range(FEWEST):
        goal = make.GoalFactory(competency=world.idea["add"])
        make.GoalFactory(plan=goal.plan, competency=world.idea["add"])  # two goals of one plan
    make.GoalFactory(competency=world.idea["add"], state=GoalState.REACHED)
    make.GoalFactory(competency=world.idea["ratios"])
    found = said(moved=["add"], retired=["ratios"])["Plans with a goal on them"]
    assert found == ("none", "fewer than 10", "10")


def test_supports_count_until_they_end(world, said):
    for n in range(FEWEST):
        state = SupportState.PLANNED if n % 2 else SupportState.RUNNING
        make.SupportFactory(competency=world.idea["add"], state=state)
    for state in (SupportState.FINISHED, SupportState.STOPPED):
        make.SupportFactory(competency=world.idea["add"], state=state)
    assert said(reworded=["add"])["Supports under way on them"][0] == "10"


def test_instruments_count_once_by_what_they_align_or_judge(world, said):
    add = world.idea["add"]
    for _n in range(FEWEST):
        version = make.InstrumentVersionFactory()
        make.CriterionFactory(version=version, competency=add)  # aligned too: still one instrument
    make.AlignmentFactory(competency=add, version=make.InstrumentVersionFactory(state=InstrumentState.DRAFT))
    assert said(reworded=["add"])["Instruments that give evidence on them"][0] == "10"
    make.AlignmentFactory(competency=world.idea["ratios"])
    assert said(retired=["ratios", "add"])["Instruments that give evidence on them"][1] == "11"


def test_pathways_count_until_they_are_closed(world, said):
    for _n in range(FEWEST):
        make.PathwayFactory(competencies=[world.idea["add"], world.idea["ratios"]])
    closed = make.PathwayFactory(competencies=[world.idea["add"]])
    assert said(retired=["add"], moved=["ratios"])["Pathways that lead to them"] == ("none", "11", "10")
    Pathway.objects.filter(pk=closed.pk).update(state=PathwayState.CLOSED, closed_at=timezone.now())
    assert said(retired=["add"])["Pathways that lead to them"][1] == "10"
