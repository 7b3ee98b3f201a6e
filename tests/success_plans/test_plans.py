"""The plan: everyone in their own voice, nothing overwritten, closed needs stay closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import strip_tags

from accounts import audit
from accounts.models import AuditEvent
from success_plans.choices import GoalState, NeedDomain, NeedState, StatementKind, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Goal, PlanStatement, TranslationRequest
from success_plans.selectors import asked as asked_selectors
from success_plans.selectors import family as family_selectors
from success_plans.selectors import plans as selectors
from success_plans.selectors import texts
from success_plans.services import plans as services
from success_plans.services.plans import GoalText
from supports import recompute
from tests import factories as make
from tests.cast import demonstrate, see, viewer_of

pytestmark = pytest.mark.django_db


def say(by, student, text="I explain with drawings.", **changes) -> PlanStatement:
    facts = {"kind": StatementKind.STRENGTH, "voice": Voice.STAFF, "language": "en", **changes}
    return services.say(by=viewer_of(by), student=student, text=text, **facts)


def test_a_plan_begins_with_its_first_sentence(world, teacher):
    row = say(teacher, world.student)
    assert row.plan.student == world.student
    assert row.plan.created_by == teacher
    assert AuditEvent.objects.filter(action="statement.add", subject_id=str(row.public_id)).count() == 1


def test_an_adult_who_writes_down_what_a_child_said_is_its_scribe(world, teacher, student):
    row = say(teacher, world.student, voice=Voice.STUDENT, author_id=student.pk)
    assert (row.author, row.scribe) == (student, teacher)
    page = selectors.plan_page(viewer=viewer_of(teacher), student=world.student)
    strengths = next(b for b in page.student_blocks if b.kind == StatementKind.STRENGTH)
    assert [s.scribe for s in strengths.said] == [teacher.display_name]


@pytest.mark.parametrize("text", ["", "   \n", "\x00", "x" * 4001])
def test_empty_and_endless_texts_are_refused_and_nothing_is_written(world, teacher, text):
    with pytest.raises(PlanError):
        say(teacher, world.student, text)
    assert not PlanStatement.objects.exists()


def test_a_reworded_sentence_keeps_its_earlier_wording(world, teacher):
    row = say(teacher, world.student, "Likes bridges")
    services.reword(by=viewer_of(teacher), statement=row, text="Loves bridges", version=1)
    history = PlanStatement.pgh_event_model.objects.filter(pgh_obj_id=row.pk)
    assert [event.text for event in history] == ["Likes bridges"]


def test_two_people_rewording_at_once_both_keep_their_text(world, teacher):
    row = say(teacher, world.student, "First")
    services.reword(by=viewer_of(teacher), statement=row, text="Second", version=1)
    with pytest.raises(TextChangedError) as changed:
        services.reword(by=viewer_of(teacher), statement=row, text="Mine", version=1)
    assert (changed.value.theirs, changed.value.mine) == ("Second", "Mine")
    row.refresh_from_db()
    assert row.text == "Second"


def test_nobody_rewords_somebody_elses_sentence(world, teacher, co_teacher):
    row = say(teacher, world.student)
    with pytest.raises(PermissionError):
        services.reword(by=viewer_of(co_teacher), statement=row, text="Other words", version=1)
    with pytest.raises(PermissionError):
        services.withdraw(by=viewer_of(co_teacher), statement=row, version=1)
    row.refresh_from_db()
    assert (row.text, row.withdrawn_at) == ("I explain with drawings.", None)


@pytest.mark.django_db(transaction=True)
def test_ten_writers_of_one_sentence_lose_nothing(world, teacher):
    row = say(teacher, world.student, "0")

    def write(n: int) -> str:
        try:
            services.reword(by=viewer_of(teacher), statement=row, text=f"text {n}", version=1)
        except TextChangedError as changed:
            return changed.mine
        finally:
            connections.close_all()
        return "won"

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(write, range(10)))
    assert answers.count("won") == 1
    assert all(a == "won" or a.startswith("text") for a in answers)
    row.refresh_from_db()
    assert row.version == 2


def test_without_measure_date_and_person_it_is_an_intention(world, teacher):
    viewer = viewer_of(teacher)
    services.set_goal(by=viewer, student=world.student, goal=GoalText("Build a bridge"), language="en")
    services.set_goal(
        by=viewer,
        student=world.student,
        goal=GoalText("Add fractions", "", "pieces", "1", "3", world.today, "", teacher.pk),
        language="en",
    )
    page = selectors.plan_page(viewer=viewer, student=world.student)
    assert [(g.said.text, g.is_goal) for g in page.goals] == [("Build a bridge", False), ("Add fractions", True)]


def test_a_goal_says_how_and_where_in_school_and_out_of_it(world, teacher, student, client_of):
    mine, form = client_of(student), reverse("goal_add", args=[world.student.public_id])
    sent = {"text": "Build a bridge", "how_where": "At the workshop on Fridays, and at home", "language": "en"}
    assert mine.post(form, sent | {"how_where": "x" * 301}).status_code == 422
    assert mine.post(form, sent).status_code == 302
    goal = Goal.objects.get()
    assert goal.how_where == "At the workshop on Fridays, and at home"
    page = strip_tags(client_of(teacher).get(reverse("student_plan", args=[world.student.public_id])).text)
    assert "How and where: At the workshop on Fridays, and at home" in page
    services.change_goal(by=viewer_of(teacher), goal=goal, to=GoalText("Build a bridge"), version=1)
    assert Goal.objects.get().how_where == ""
    assert goal.events.latest("pgh_id").how_where == "At the workshop on Fridays, and at home"


def test_a_need_says_when_it_was_noted_and_an_action_from_when_on(world, teacher, client_of):
    plan = make.PlanFactory(student=world.student, created_by=teacher)
    make.NeedFactory(plan=plan, author=teacher, text="More time", opened_on=world.day(3), domain=NeedDomain.ACADEMIC)
    make.SupportFactory(student=world.student, owner=teacher, title="Reading circle", starts_on=world.day(2))
    page = client_of(teacher).get(reverse("student_plan", args=[world.student.public_id])).text
    assert f"Noted on {date_format(world.day(3), 'DATE_FORMAT')}." in page
    assert f"from {date_format(world.day(2), 'MONTH_DAY_FORMAT')} on" in page


def test_a_goal_that_ended_moves_to_the_earlier_ones(world, teacher):
    viewer = viewer_of(teacher)
    goal = services.set_goal(by=viewer, student=world.student, goal=GoalText("Build a bridge"), language="en")
    services.end_goal(by=viewer, goal=goal, state=GoalState.REACHED, version=1)
    page = selectors.plan_page(viewer=viewer, student=world.student)
    assert (page.goals, [g.state for g in page.past_goals]) == ([], [GoalState.REACHED])
    with pytest.raises(TextChangedError):
        services.change_goal(by=viewer, goal=goal, to=GoalText("Another"), version=1)
    assert Goal.objects.get().text == "Build a bridge"


def test_a_sensitive_need_shows_a_teacher_only_that_it_exists(world, teacher, navigator, guardian):
    need = services.note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.BASIC, text="The bus is late", language="en"
    )
    [seen] = selectors.plan_page(viewer=viewer_of(teacher), student=world.student).needs
    assert (seen.said, seen.domain, seen.owner) == (None, "", navigator.display_name)
    assert texts.need_by_id(viewer=viewer_of(teacher), public_id=need.public_id) is None
    for person in (navigator, guardian):
        [open_one] = selectors.plan_page(viewer=viewer_of(person), student=world.student).needs
        assert open_one.said.text == "The bus is late"


def test_a_need_ends_with_a_reason_and_stays_in_the_record(world, teacher):
    viewer = viewer_of(teacher)
    need = services.note_need(
        by=viewer, student=world.student, domain=NeedDomain.ACADEMIC, text="A number line helps", language="en"
    )
    services.end_need(by=viewer, need=need, state=NeedState.MET, reason="Has one now", version=1)
    page = selectors.plan_page(viewer=viewer, student=world.student)
    [seen] = page.past_needs
    assert (page.needs, seen.is_open, seen.state_reason) == ([], False, "Has one now")


# ------------------------------------------------------------------ languages
def test_words_in_another_language_can_be_asked_for_once_and_stay_beside_the_translation(world, teacher, guardian):
    row = say(guardian, world.student, "Le encantan los puentes", voice=Voice.FAMILY, language="es")
    for _n in range(2):
        services.ask_for_language(by=viewer_of(teacher), text=row, language="en")
    wish = TranslationRequest.objects.get()
    assert [a.asked_by for a in asked_selectors.asked(viewer=viewer_of(teacher))] == [teacher.display_name]
    services.answer_translation(by=viewer_of(teacher), wish=wish, text="She loves bridges")
    assert asked_selectors.asked(viewer=viewer_of(teacher)) == []
    with translation.override("en"):
        page = selectors.plan_page(viewer=viewer_of(teacher), student=world.student)
    [said] = next(b for b in page.family_blocks if b.kind == StatementKind.STRENGTH).said
    assert (said.text, said.original, said.original_language) == ("She loves bridges", "Le encantan los puentes", "es")
    services.reword(by=viewer_of(guardian), statement=row, text="Le encantan los barcos", version=1)
    with translation.override("en"):
        page = selectors.plan_page(viewer=viewer_of(teacher), student=world.student)
    [said] = next(b for b in page.family_blocks if b.kind == StatementKind.STRENGTH).said
    assert said.is_stale


def test_a_closed_need_stays_closed_where_somebody_asks_for_it_in_a_language(world, teacher, navigator, guardian):
    need = services.note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.HEALTH, text="Insulin at noon", language="en"
    )
    wish = services.ask_for_language(by=viewer_of(guardian), text=need, language="es")
    assert asked_selectors.asked(viewer=viewer_of(teacher)) == []
    assert texts.wish_by_id(viewer=viewer_of(teacher), public_id=wish.public_id) is None
    assert [a.quote for a in asked_selectors.asked(viewer=viewer_of(navigator))] == ["Insulin at noon"]
    assert texts.wish_by_id(viewer=viewer_of(navigator), public_id=wish.public_id) == wish
    learning = services.note_need(
        by=viewer_of(navigator), student=world.student, domain=NeedDomain.ACADEMIC, text="Big print", language="en"
    )
    services.ask_for_language(by=viewer_of(guardian), text=learning, language="es")
    assert [a.quote for a in asked_selectors.asked(viewer=viewer_of(teacher))] == ["Big print"]


def test_a_teacher_elsewhere_finds_no_text_of_the_plan(world, teacher, teacher_elsewhere):
    row = say(teacher, world.student)
    assert texts.statement_by_id(viewer=viewer_of(teacher_elsewhere), public_id=row.public_id) is None


# ------------------------------------------------------------------ pages stay constant
def queries_of(work) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def test_the_plan_page_asks_no_more_queries_when_the_plan_grows(world, teacher):
    viewer = viewer_of(teacher)
    for ago, name in enumerate(("compare", "equivalent")):
        see(teacher, world.student, world.idea[name], 2, on=world.day(ago))
    one = GoalText("One", competency=world.idea["compare"])
    say(teacher, world.student)
    services.set_goal(by=viewer, student=world.student, goal=one, language="en")
    services.note_need(by=viewer, student=world.student, domain=NeedDomain.ACADEMIC, text="x", language="en")
    few = queries_of(lambda: selectors.plan_page(viewer=viewer, student=world.student))
    for n in range(20):
        say(teacher, world.student, f"Sentence {n}", language="es")
        services.set_goal(
            by=viewer,
            student=world.student,
            goal=GoalText(f"Goal {n}", competency=world.idea["compare"]),
            language="en",
        )
        services.note_need(by=viewer, student=world.student, domain=NeedDomain.ACADEMIC, text="x", language="es")
        see(teacher, world.student, world.idea["add"], 2, on=world.day(n))
    assert queries_of(lambda: selectors.plan_page(viewer=viewer, student=world.student)) == few


def test_a_family_reads_what_was_shown_more_than_once(world, teacher, guardian):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    page = family_selectors.family_page(viewer=viewer_of(guardian), student=world.student)
    assert [(c.sentence, c.shape) for c in page.cans] == [("Compare", "shown")]


def test_families_see_their_own_children_and_nobody_else(world, guardian, other_guardian, former_guardian):
    assert family_selectors.children(viewer=viewer_of(guardian)) == [world.students[0]]
    assert family_selectors.children(viewer=viewer_of(other_guardian)) == [world.students[1]]
    assert family_selectors.children(viewer=viewer_of(former_guardian)) == []


def test_a_family_sees_that_the_district_looked_and_never_the_other_household(
    world, guardian, other_guardian, district
):
    for person in (district, other_guardian):
        audit.record_read(
            viewer=viewer_of(person),
            subject=f"student:{world.student.pk}",
            students=[world.student.pk],
            block="identity",
            purpose="records",
            reason="joins records",
        )
    looks = family_selectors.looks(viewer=viewer_of(guardian), student=world.student)
    assert [look.who for look in looks] == [f"{district.display_name}, district administrator"]


def test_a_family_that_rewords_its_goal_keeps_who_helps_and_what_it_is_about(world, teacher, guardian, client_of):
    goal = services.set_goal(
        by=viewer_of(guardian),
        student=world.student,
        goal=GoalText("Read maps", helper_id=teacher.pk, competency=world.idea["ratios"]),
        language="en",
    )
    browser, address = client_of(guardian), reverse("goal_edit", args=[goal.public_id])
    shown = browser.get(address).context["form"]
    sent = {name: shown[name].value() or "" for name in shown.fields} | {"text": "Read city maps"}
    assert browser.post(address, sent).status_code == 302
    goal.refresh_from_db()
    assert (goal.text, goal.helper, goal.competency) == ("Read city maps", teacher, world.idea["ratios"])
