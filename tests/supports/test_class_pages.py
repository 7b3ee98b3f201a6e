"""The class page: who sees it, what a cell answers, a whole class in one form, and what it costs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.choices import RelationshipKind
from accounts.models import Enrolment, Person, ReadEvent, Relationship, Student
from assessments.models import Evidence, MasterySummary
from supports import recompute
from supports.models import Focus
from tests import factories as make
from tests.cast import World, demonstrate, see

HTMX = {"HTTP_HX_REQUEST": "true"}
ClientOf = Callable[[Person | None], Client]


def grid_url(world: World) -> str:
    return f"/classes/{world.section.public_id}"


def cell_url(world: World, student: Student | None = None) -> str:
    return f"{grid_url(world)}/cells/{(student or world.student).public_id}"


def cell(world: World, value: object = "3", **more: Any) -> dict[str, Any]:
    """What the page sends for one cell."""
    return {
        "competency": world.idea["compare"].public_id,
        "task": "Bridge lengths",
        "on": world.today.isoformat(),
        "context": "quiz",
        "value": value,
        "key": uuid.uuid4(),
        "expected": "",
    } | more


def fill(world: World, n: int) -> None:
    """More students in the class, known to its teachers."""
    people = Person.objects.bulk_create(
        make.PersonFactory.build(given_name=f"Given{i}", family_name=f"Family{i:04}") for i in range(n)
    )
    students = Student.objects.bulk_create(
        make.StudentFactory.build(person=person, school=world.school) for person in people
    )
    Enrolment.objects.bulk_create(
        make.EnrolmentFactory.build(section=world.section, student=student) for student in students
    )
    Relationship.objects.bulk_create(
        make.RelationshipFactory.build(
            person=world.people[name], kind=RelationshipKind.SECTION, student=student, section=world.section
        )
        for name in ("teacher", "co_teacher")
        for student in students
    )
    world.students += students


def statements(queries: CaptureQueriesContext) -> int:
    """Statements of the request itself: its transaction is a savepoint only inside a test."""
    return len(queries) - 2


# ------------------------------------------------------------------ who sees it
def test_somebody_with_one_class_goes_straight_to_it(world: World, teacher: Person, client_of: ClientOf) -> None:
    assert client_of(teacher).get("/classes")["Location"] == grid_url(world)


def test_somebody_with_two_classes_chooses(world: World, teacher: Person, client_of: ClientOf) -> None:
    make.TeachingAssignmentFactory(section=world.next_door, person=teacher)

    page = client_of(teacher).get("/classes").content.decode()

    assert page.index("Math 5") < page.index("Math 6")


def test_somebody_without_a_class_is_told_where_classes_come_from(world: World, navigator: Any, client_of: Any) -> None:
    answer = client_of(navigator).get("/classes")

    assert answer.status_code == 200
    assert "come from the roster" in answer.content.decode()


@pytest.mark.parametrize(
    "who",
    [
        "teacher_next_door",
        "teacher_elsewhere",
        "former_teacher",
        "navigator",
        "guardian",
        "student",
        "principal",
        "district",
        "partner",
        "leaver",
    ],
)
def test_a_class_is_not_there_for_anybody_who_does_not_teach_it(world: World, client_of: ClientOf, who: str) -> None:
    client = client_of(world.people[who])

    for answer in (
        client.get(grid_url(world)),
        client.post(grid_url(world), {f"level-{world.student.public_id}": "3"}),
        client.post(cell_url(world), cell(world)),
        client.get(f"{grid_url(world)}/levels"),
        client.get(f"{grid_url(world)}/focus"),
        client.post(f"{grid_url(world)}/focus", {}),
        client.post(f"{grid_url(world)}/focus/{world.focus.public_id}/end"),
    ):
        assert answer.status_code == 404
        assert "Maya" not in answer.content.decode()
    assert not Evidence.objects.exists()
    assert Focus.objects.count() == 1


def test_a_visitor_is_sent_to_sign_in(world: World, client_of: ClientOf) -> None:
    assert client_of(None).get(grid_url(world)).status_code == 302
    fragment = client_of(None).post(cell_url(world), cell(world), **HTMX)
    assert (fragment.status_code, bool(fragment["HX-Redirect"])) == (204, True)


def test_a_student_of_another_class_cannot_be_entered_here(world: World, teacher: Person, client_of: ClientOf) -> None:
    answer = client_of(teacher).post(cell_url(world, world.student_next_door), cell(world), **HTMX)

    assert answer.status_code == 404
    assert not Evidence.objects.exists()


def test_the_page_names_students_by_family_name_and_logs_one_look(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    page = client.get(grid_url(world)).content.decode()
    client.get(grid_url(world))

    names = re.findall(r'<th scope="row"><a href="[^"]+">([^<]*) ?<b>([^<]*)</b>', page)
    assert [family for _given, family in names] == ["Alder", "Diaz", "Esposito", "Fox", "Gray", "Okafor"]
    look = ReadEvent.objects.get(viewer_id=teacher.pk)
    assert look.subject == f"section:{world.section.pk}"
    assert look.student_ids == sorted(s.pk for s in world.students)


def test_only_the_focus_of_today_makes_columns(world: World, teacher: Any, client_of: Any) -> None:
    make.FocusFactory(
        section=world.section, competency=world.idea["add"], chosen_by=teacher,
        starts_on=world.day(30), ends_on=world.today,
    )  # fmt: skip
    page = client_of(teacher).get(grid_url(world)).content.decode()

    assert "Compare" in page
    assert ">Add<" not in page


def test_a_class_without_focus_says_what_to_do(world: World, teacher: Any, client_of: Any) -> None:
    world.focus.delete()

    page = client_of(teacher).get(grid_url(world)).content.decode()

    assert f"{grid_url(world)}/focus" in page
    assert "<table" not in page


def test_a_name_with_markup_stays_text(world: World, teacher: Any, client_of: Any) -> None:
    person = world.student.person
    person.given_name, person.family_name = '<b id="x">"Jo', "O'Neil & <script>"
    person.save()
    client = client_of(teacher)

    page = client.get(grid_url(world)).content.decode()
    part = client.post(cell_url(world), cell(world), **HTMX).content.decode()

    for html in (page, part):
        assert escape(person.display_name) in html
        assert '<b id="x">' not in html
        assert "<script>" not in html


# ------------------------------------------------------------------ one cell
def test_a_cell_saves_and_answers_with_itself(world: World, teacher: Any, client_of: Any) -> None:
    answer = client_of(teacher).post(cell_url(world), cell(world, "2.5"), **HTMX)

    piece = Evidence.objects.get()
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.startswith('<td class="now entry"')
    assert f'data-expected="{piece.public_id}"' in html
    assert "Building ½" in html
    assert (piece.value, piece.context, piece.task_title) == (Decimal("2.5"), "quiz", "Bridge lengths")


def test_a_cell_speaks_the_readers_language(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.cookies["django_language"] = "es"

    html = client.post(cell_url(world), cell(world), **HTMX).content.decode()

    assert "Demostrado" in html


def test_a_colleagues_entry_answers_409_with_both_values(
    world: World, teacher: Any, co_teacher: Any, client_of: Any
) -> None:
    client_of(co_teacher).post(cell_url(world), cell(world, "3"), **HTMX)

    answer = client_of(teacher).post(cell_url(world), cell(world, "2"), **HTMX)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Co Teacher" in html
    assert "Shown" in html
    assert "Building" in html
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "9"}, "not on the scale"),
        ({"value": "x"}, "one of the levels"),
        ({"value": "NaN"}, "one of the levels"),
        ({"value": "1e400"}, "on the scale"),
        ({"context": "moon"}, "moon"),
        ({"key": "no key"}, "UUID"),
        ({"task": "x" * 300}, "200"),
    ],
)
def test_what_does_not_fit_answers_422_in_the_cell_and_keeps_the_value(
    world: World, teacher: Any, client_of: Any, change: dict[str, Any], words: str
) -> None:
    answer = client_of(teacher).post(cell_url(world), cell(world, **change), **HTMX)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-state="fault"' in html
    assert words in html
    assert not Evidence.objects.exists()


def test_a_day_ahead_is_refused(world: World, teacher: Any, client_of: Any) -> None:
    tomorrow = (world.today + timedelta(days=1)).isoformat()

    answer = client_of(teacher).post(cell_url(world), cell(world, on=tomorrow), **HTMX)

    assert answer.status_code == 422
    assert "future" in answer.content.decode()


def test_an_unknown_competency_is_not_there(world: World, teacher: Any, client_of: Any) -> None:
    for wrong in (uuid.uuid4(), "", "x"):
        assert client_of(teacher).post(cell_url(world), cell(world, competency=wrong), **HTMX).status_code == 404


def test_taking_back_by_cell(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.post(cell_url(world), cell(world, "3"), **HTMX)
    mine = Evidence.objects.get()

    answer = client.post(cell_url(world), cell(world, "clear", expected=mine.public_id), **HTMX)

    mine.refresh_from_db()
    assert answer.status_code == 200
    assert mine.withdrawn_at is not None
    assert 'data-expected=""' in answer.content.decode()


def test_a_cell_costs_eight_queries_with_session_user_and_policy(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.post(cell_url(world), cell(world), **HTMX)
    for student in world.students[1:3]:
        with CaptureQueriesContext(connection) as queries:
            assert client.post(cell_url(world, student), cell(world), **HTMX).status_code == 200
        assert statements(queries) <= 8, [q["sql"][:120] for q in queries]
    mine = Evidence.objects.get(student=world.student)
    with CaptureQueriesContext(connection) as queries:
        client.post(cell_url(world), cell(world, "4", expected=mine.public_id), **HTMX)
    assert statements(queries) <= 8, [q["sql"][:120] for q in queries]


# ------------------------------------------------------------------ a class in one form, without JavaScript
def plain_form(page: str) -> dict[str, str]:
    """What a browser without JavaScript would send back from the page's entry form."""
    form = page[page.index('id="entry-form"') :]
    data = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select class="input entry-select" name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        data[name] = chosen.group(1) if chosen else ""
    return data


def test_a_whole_class_goes_in_with_one_plain_form(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    data = plain_form(client.get(grid_url(world), {"task": "Bridge lengths", "context": "quiz"}).content.decode())
    for n, student in enumerate(world.students):
        data[f"level-{student.public_id}"] = ["3", "2.5", "seen", "", "1", "4"][n]

    answer = client.post(grid_url(world), data, follow=True)

    assert answer.status_code == 200
    assert Evidence.objects.count() == 5
    assert Evidence.objects.get(student=world.students[2]).value is None
    assert set(Evidence.objects.values_list("context", "task_title")) == {("quiz", "Bridge lengths")}
    assert "<b data-seen>5</b>" in answer.content.decode()


def test_sending_the_same_form_twice_saves_it_once(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    data = plain_form(client.get(grid_url(world)).content.decode())
    data[f"level-{world.student.public_id}"] = "3"

    client.post(grid_url(world), data)
    client.post(grid_url(world), data)

    assert Evidence.objects.count() == 1


def test_a_line_set_back_to_nothing_takes_ones_own_entry_back(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.post(cell_url(world), cell(world, task="", context=""), **HTMX)
    data = plain_form(client.get(grid_url(world)).content.decode())
    assert data[f"level-{world.student.public_id}"] == "3"
    data[f"level-{world.student.public_id}"] = ""

    client.post(grid_url(world), data)

    assert Evidence.objects.get().withdrawn_at is not None


def test_lines_that_were_not_touched_change_nothing(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.post(cell_url(world), cell(world), **HTMX)
    data = plain_form(client.get(grid_url(world), {"task": "Bridge lengths"}).content.decode())
    data[f"level-{world.students[1].public_id}"] = "2"

    client.post(grid_url(world), data)

    assert Evidence.objects.count() == 2
    assert Evidence.objects.get(student=world.student).context == "quiz"


def test_a_colleagues_entry_is_shown_beside_ones_own_line_and_the_rest_is_saved(
    world: World, teacher: Any, co_teacher: Any, client_of: Any
) -> None:
    client = client_of(teacher)
    data = plain_form(client.get(grid_url(world), {"task": "Bridge lengths"}).content.decode())
    client_of(co_teacher).post(cell_url(world), cell(world, "3"), **HTMX)
    for student in world.students:
        data[f"level-{student.public_id}"] = "2"

    answer = client.post(grid_url(world), data)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Co Teacher saved “Shown”" in page
    assert Evidence.objects.filter(recorded_by=teacher).count() == len(world.students) - 1
    again = plain_form(page)
    assert again[f"level-{world.student.public_id}"] == "2"  # what was typed is still there

    assert client.post(grid_url(world), again).status_code == 302
    assert Evidence.objects.filter(student=world.student).count() == 2  # now beside the colleague's, on purpose


def test_a_forged_level_saves_nothing_of_the_class(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    data = plain_form(client.get(grid_url(world)).content.decode())
    data[f"level-{world.students[0].public_id}"] = "3"
    data[f"level-{world.students[1].public_id}"] = "<script>"

    answer = client.post(grid_url(world), data)

    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().replace('<script src="', "").replace("<script type", "")
    assert not Evidence.objects.exists()


def test_a_class_of_thirty_in_one_form_costs_eight_queries(world: World, teacher: Any, client_of: Any) -> None:
    fill(world, 24)
    client = client_of(teacher)
    data = plain_form(client.get(grid_url(world), {"task": "Bridge lengths"}).content.decode())
    for student in world.students:
        data[f"level-{student.public_id}"] = "3"

    with CaptureQueriesContext(connection) as queries:
        assert client.post(grid_url(world), data).status_code == 302

    assert Evidence.objects.count() == 30
    assert statements(queries) <= 8, [q["sql"][:120] for q in queries]


# ------------------------------------------------------------------ the batch is asked once
def test_the_batch_is_kept_for_this_class_and_the_task_only_for_today(
    world: World, teacher: Any, client_of: Any
) -> None:
    client = client_of(teacher)
    client.get(grid_url(world), {"task": " Bridge   lengths ", "context": "project"})

    page = client.get(grid_url(world)).content.decode()

    assert 'name="task" value="Bridge lengths"' in page
    assert 'name="context" value="project"' in page
    session = client.session
    session["class_entry"][str(world.section.public_id)]["day"] = world.day(1).isoformat()
    session.save()
    later = client.get(grid_url(world)).content.decode()
    assert 'name="task" value=""' in later
    assert 'name="context" value="project"' in later


def test_a_wrong_day_is_said_above_the_class(world: World, teacher: Any, client_of: Any) -> None:
    answer = client_of(teacher).get(grid_url(world), {"on": "2999-01-01"})

    assert answer.status_code == 422
    assert "future" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["competency=x", "competency=%00", "on=yesterday", "context=moon", "task=" + "x" * 999]
)
def test_strange_addresses_are_answered_kindly(world: World, teacher: Any, client_of: Any, query: str) -> None:
    assert client_of(teacher).get(f"{grid_url(world)}?{query}").status_code == 422


# ------------------------------------------------------------------ what a worker finished meanwhile
def poll_of(page: str) -> str:
    found = re.search(r'id="level-poll"[^>]* hx-get="([^"]+)"', page)
    assert found is not None
    return found.group(1).replace("&amp;", "&")


def test_the_poll_is_silent_until_a_level_moves_and_then_sends_only_that(
    world: World, teacher: Any, client_of: Any, settings: Any
) -> None:
    client = client_of(teacher)
    address = poll_of(client.get(grid_url(world)).content.decode())
    assert client.get(address, **HTMX).status_code == 204
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    assert client.get(address, **HTMX).status_code == 204  # the worker has not answered yet

    recompute.refresh_due()
    answer = client.get(address, **HTMX)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'id="l-([0-9a-f]{12})-', html) == [world.student.public_id.hex[:12]]
    assert "<b>1</b> of 6" in html
    assert client.get(poll_of(html), **HTMX).status_code == 204
    assert not ReadEvent.objects.filter(block="class_grid", subject="poll").exists()
    assert ReadEvent.objects.count() == 1  # the page itself; a poll writes no read log


def test_a_level_that_goes_away_is_sent_too(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    client.post(cell_url(world), cell(world), **HTMX)
    recompute.refresh_due()
    address = poll_of(client.get(grid_url(world)).content.decode())
    mine = Evidence.objects.get()
    client.post(cell_url(world), cell(world, "clear", expected=mine.public_id), **HTMX)
    recompute.refresh_due()
    assert not MasterySummary.objects.exists()

    html = client.get(address, **HTMX).content.decode()

    assert f'id="l-{world.student.public_id.hex[:12]}-' in html
    assert "#level-open" in html


@pytest.mark.parametrize("since", ["", "x", "1.2", "9" * 50 + ".1.1", "-1.1.1", "a.b.c"])
def test_a_strange_token_only_means_everything_is_new(world: World, teacher: Any, client_of: Any, since: str) -> None:
    assert client_of(teacher).get(f"{grid_url(world)}/levels", {"since": since}).status_code in {200, 204}


# ------------------------------------------------------------------ what it costs
def test_a_class_of_a_thousand_costs_as_many_queries_as_one_of_six(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    for name in ("equal parts", "equivalent", "add"):
        make.FocusFactory(section=world.section, competency=world.idea[name], chosen_by=teacher)
    see(teacher, world.student, world.idea["compare"], 3, section=world.section)
    recompute.refresh_due()
    client.get(grid_url(world))
    counts = []
    for more in (0, 994):
        fill(world, more)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(grid_url(world)).content.decode()
        assert page.count('<th scope="row"><a') == 6 + more
        counts.append(statements(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 10, [q["sql"][:150] for q in queries]


# ------------------------------------------------------------------ what the class works on
def focus_data(world: World, **more: Any) -> dict[str, Any]:
    return {
        "competency": str(world.idea["add"].public_id),
        "kind": "learn",
        "last_day": (world.today + timedelta(days=20)).isoformat(),
    } | more


def test_a_class_gets_a_column_by_choosing_a_focus(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)

    answer = client.post(f"{grid_url(world)}/focus", focus_data(world))

    focus = Focus.objects.get(competency=world.idea["add"])
    assert answer.status_code == 302
    assert (focus.section, focus.chosen_by, focus.ends_on) == (
        world.section, teacher, world.today + timedelta(days=21),
    )  # fmt: skip
    assert ">Add<" in client.get(grid_url(world)).content.decode()


def test_choosing_it_again_moves_its_last_day_and_adds_no_second(world: World, teacher: Any, client_of: Any) -> None:
    client = client_of(teacher)
    for days in (20, 30):
        client.post(
            f"{grid_url(world)}/focus",
            focus_data(world, last_day=(world.today + timedelta(days=days)).isoformat()),
        )

    assert Focus.objects.get(competency=world.idea["add"]).ends_on == world.today + timedelta(days=31)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"competency": ""}, "Choose what the class will work on"),
        ({"competency": str(uuid.uuid4())}, "not in use"),
        ({"kind": "win"}, "Select a valid choice"),
        ({"last_day": ""}, "Choose the last day"),
        ({"last_day": "2020-01-01"}, "has passed"),
        ({"last_day": "2098-01-01"}, "26 weeks"),
        ({"last_day": "9999-12-31"}, "year"),
    ],
)
def test_a_focus_that_cannot_be_says_why(
    world: World, teacher: Any, client_of: Any, change: dict[str, str], words: str
) -> None:
    answer = client_of(teacher).post(f"{grid_url(world)}/focus", focus_data(world, **change))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Focus.objects.count() == 1


def test_a_focus_is_taken_out_today_and_what_was_seen_stays(world: World, teacher: Any, client_of: Any) -> None:
    see(teacher, world.student, world.idea["compare"], 3)
    client = client_of(teacher)

    client.post(f"{grid_url(world)}/focus/{world.focus.public_id}/end")

    world.focus.refresh_from_db()
    assert world.focus.ends_on == world.today
    assert Evidence.objects.count() == 1
    assert "<table" not in client.get(grid_url(world)).content.decode()


def test_a_focus_of_another_class_cannot_be_ended_from_here(world: World, teacher: Any, client_of: Any) -> None:
    theirs = make.FocusFactory(
        section=world.next_door, competency=world.idea["add"], chosen_by=world.people["teacher_next_door"]
    )

    client_of(teacher).post(f"{grid_url(world)}/focus/{theirs.public_id}/end")

    theirs.refresh_from_db()
    assert theirs.ends_on > world.today


def test_finding_a_competency_by_a_word_answers_with_the_list(world: World, teacher: Any, client_of: Any) -> None:
    html = client_of(teacher).get(f"{grid_url(world)}/focus", {"q": "ratio"}, **HTMX).content.decode()

    assert "Ratios" in html
    assert "Shapes" not in html
    assert "<html" not in html
