"""S5: ready to show it now, in a form of one's own, with a day within ten school days, any time of the year."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEvent, CalendarException, Relationship
from supports.choices import ShowingState
from supports.errors import ShowingChangedError, ShowingError
from supports.models import Showing
from supports.services import showings as services
from tests.cast import viewer_of

pytestmark = pytest.mark.django_db


def wish(**more):
    given = {"how": "I build a wall of fractions", "when_suits": "Mondays", "language": "en"} | more
    return services.Wish(key=given.pop("key", None) or uuid.uuid4(), **given)


@pytest.fixture
def asked(world, student) -> Showing:
    return services.ask_to_show(
        by=viewer_of(student), student=world.student, competency=world.idea["compare"], wish=wish()
    )


def day(on, **more):
    return services.Day(on=on, **({"place": "Room 12", "text": "I look forward to it.", "language": "en"} | more))


def test_a_wish_promises_a_day_within_ten_school_days(world, asked):
    assert asked.answer_by == world.today + timedelta(days=10)  # this school never closes
    assert asked.state == ShowingState.ASKED
    assert AuditEvent.objects.filter(action="showing.ask", student_ids__contains=[world.student.pk]).exists()


def test_in_summer_a_wish_gets_a_day_too(world, student, teacher):
    """S5: any time of year; where the school year ends first, within two weeks."""
    summer = world.year.ends_on + timedelta(days=12)
    row = services.ask_to_show(
        by=replace(viewer_of(student), today=summer),
        student=world.student,
        competency=world.idea["compare"],
        wish=wish(),
    )
    given = services.give_day(
        by=replace(viewer_of(teacher), today=summer), showing=row, version=1, day=day(summer + timedelta(days=14))
    )

    assert (row.asked_on, row.answer_by) == (summer, summer + timedelta(days=14))
    assert given.show_on == row.answer_by


@pytest.mark.parametrize(("left", "days"), [(10, 10), (9, 9), (1, 1), (0, 14)], ids=["ten", "nine", "one", "none"])
def test_before_the_summer_the_day_comes_before_the_year_ends(world, student, teacher, left, days):
    """This school is open every day: with `left` days to go, the last of them, and a fortnight once none is left."""
    today = world.year.ends_on - timedelta(days=left)
    row = services.ask_to_show(
        by=replace(viewer_of(student), today=today),
        student=world.student,
        competency=world.idea["compare"],
        wish=wish(),
    )

    assert (row.answer_by - today).days == days
    by = replace(viewer_of(teacher), today=today)
    with pytest.raises(ShowingError):
        services.give_day(by=by, showing=row, version=1, day=day(today + timedelta(days=days + 1)))
    assert services.give_day(by=by, showing=row, version=1, day=day(today + timedelta(days=days))).version == 2


def test_days_without_school_are_not_counted(world, student):
    for ahead in (1, 2, 10):
        CalendarException.objects.create(day=world.today + timedelta(days=ahead), is_school_day=False, reason="Closed")
    row = services.ask_to_show(
        by=viewer_of(student), student=world.student, competency=world.idea["compare"], wish=wish()
    )

    assert row.answer_by == world.today + timedelta(days=13)


def test_sent_twice_or_again_while_it_is_open_it_is_one_wish(world, student, asked):
    by = viewer_of(student)
    for key in (asked.key, uuid.uuid4()):
        again = services.ask_to_show(
            by=by, student=world.student, competency=world.idea["compare"], wish=wish(key=key, how="something else")
        )
        assert (again.pk, again.how) == (asked.pk, "I build a wall of fractions")
    services.ask_to_show(by=by, student=world.student, competency=world.idea["ratios"], wish=wish())
    assert Showing.objects.count() == 2


def test_a_level_never_keeps_somebody_from_asking(world, student):
    for idea in world.idea.values():
        services.ask_to_show(by=viewer_of(student), student=world.student, competency=idea, wish=wish())
    assert Showing.objects.count() == len(world.idea)


@pytest.mark.parametrize("ahead", [0, 10])
def test_an_adult_gives_it_a_day_up_to_the_tenth_school_day(world, teacher, asked, ahead):
    on = world.today + timedelta(days=ahead)
    row = services.give_day(by=viewer_of(teacher), showing=asked, version=1, day=day(on))
    assert (row.state, row.show_on, row.answered_by, row.version) == (ShowingState.DATED, on, teacher, 2)


@pytest.mark.parametrize("ahead", [-1, 11])
def test_a_day_that_is_over_or_too_far_away_is_refused_in_words(world, teacher, asked, ahead):
    with pytest.raises(ShowingError):
        services.give_day(by=viewer_of(teacher), showing=asked, version=1, day=day(world.today + timedelta(days=ahead)))
    assert Showing.objects.get().state == ShowingState.ASKED


def test_a_late_answer_still_has_ten_school_days(world, teacher, asked):
    Showing.objects.update(asked_on=world.day(30), answer_by=world.day(20))
    row = services.give_day(by=viewer_of(teacher), showing=asked, version=1, day=day(world.today + timedelta(days=10)))
    assert row.show_on == world.today + timedelta(days=10)


def test_two_adults_at_once_one_day_stands_and_the_other_is_told(world, teacher, co_teacher, asked):
    services.give_day(by=viewer_of(teacher), showing=asked, version=1, day=day(world.today))
    with pytest.raises(ShowingChangedError):
        services.give_day(by=viewer_of(co_teacher), showing=asked, version=1, day=day(world.today + timedelta(days=2)))
    assert Showing.objects.get().show_on == world.today


def test_taken_back_it_has_no_day_and_can_be_asked_again(world, student, teacher, asked):
    services.take_back(by=viewer_of(student), showing=asked)
    services.take_back(by=viewer_of(student), showing=asked)
    with pytest.raises(ShowingChangedError):
        services.give_day(by=viewer_of(teacher), showing=asked, version=2, day=day(world.today))
    services.ask_to_show(by=viewer_of(student), student=world.student, competency=world.idea["compare"], wish=wish())
    assert AuditEvent.objects.filter(action="showing.take_back").count() == 1


# ------------------------------------------------------------------ pages
def test_from_the_wish_to_the_day_in_pages(world, student, teacher, guardian, client_of):
    idea = world.idea["compare"]
    page = reverse("showing_ask", args=[world.student.public_id, idea.public_id])
    client = client_of(student)
    assert client.post(page, {"how": " ", "key": str(uuid.uuid4())}).status_code == 422
    assert client.post(page, {"how": "A poster", "key": str(uuid.uuid4())}).status_code == 302
    row = Showing.objects.get()

    board = client_of(teacher).get("/today").content.decode()
    assert "A poster" in board
    assert "a day is promised by" in board
    answer = reverse("showing_answer", args=[row.public_id])
    assert client_of(teacher).post(answer, {"on": "soon", "version": 1}).status_code == 422
    too_far = {"on": (world.today + timedelta(days=40)).isoformat(), "version": 1}
    assert client_of(teacher).post(answer, too_far).status_code == 422
    good = {"on": world.today.isoformat(), "version": 1, "place": "Library"}
    assert client_of(teacher).post(answer, good).status_code == 302
    assert client_of(teacher).post(answer, good).status_code == 409
    assert "a day is promised by" not in client_of(teacher).get("/today").content.decode()
    for person in (student, guardian, teacher):
        assert "Library" in client_of(person).get(f"/students/{world.student.public_id}/showings").content.decode()

    done = client_of(teacher).post(reverse("showing_done", args=[row.public_id]), {"version": 2})
    assert done["Location"].endswith(f"/record?competency={idea.public_id}")
    assert Showing.objects.get().state == ShowingState.DONE


def test_asking_again_on_a_page_leads_to_the_wish_that_is_open(world, student, client_of, asked):
    page = reverse("showing_ask", args=[world.student.public_id, world.idea["compare"].public_id])
    client = client_of(student)
    there = reverse("showings", args=[world.student.public_id])

    for answer in (
        client.get(page, follow=True),
        client.post(page, {"how": "A film", "key": str(uuid.uuid4())}, follow=True),
    ):
        assert answer.redirect_chain == [(there, 302)]
        text = answer.content.decode()
        assert "You asked to show “Compare” on" in text
        assert "Sent." not in text
    assert Showing.objects.get().how == "I build a wall of fractions"


def test_a_promise_that_nobody_kept_is_owed_by_the_adults_and_stays_on_their_day(
    world, teacher, student, client_of, asked
):
    Showing.objects.update(asked_on=world.day(30), answer_by=world.day(20))

    board = client_of(teacher).get("/today").content.decode()
    assert "is ready to show “Compare”" in board
    assert "is still owed" in board
    own = client_of(student).get(f"/students/{world.student.public_id}/showings").content.decode()
    assert "The adults still owe it." in own


def test_when_its_day_has_come_it_is_on_the_day_of_the_adults_until_it_is_told(world, teacher, client_of, asked):
    services.give_day(by=viewer_of(teacher), showing=asked, version=1, day=day(world.today + timedelta(days=3)))
    assert "shows “Compare”" not in client_of(teacher).get("/today").content.decode()

    Showing.objects.update(show_on=world.today)
    board = client_of(teacher).get("/today").content.decode()
    assert "shows “Compare”" in board
    assert "Room 12" in board
    services.finish_showing(by=viewer_of(teacher), showing=asked, version=2)
    assert "shows “Compare”" not in client_of(teacher).get("/today").content.decode()


def test_when_the_class_is_over_the_navigator_still_gives_it_a_day(world, teacher, navigator, client_of, asked):
    Relationship.objects.filter(student=world.student, person=teacher).update(ends_on=world.today)
    answer = reverse("showing_answer", args=[asked.public_id])
    sent = {"on": world.today.isoformat(), "version": 1}

    assert "is ready to show" not in client_of(teacher).get("/today").content.decode()
    assert client_of(teacher).post(answer, sent).status_code == 404
    assert "is ready to show “Compare”" in client_of(navigator).get("/today").content.decode()
    assert client_of(navigator).post(answer, sent).status_code == 302


def test_a_wish_about_what_is_not_in_use_is_not_there(world, student, client_of):
    page = reverse("showing_ask", args=[world.student.public_id, uuid.uuid4()])
    assert client_of(student).get(page).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_on_two_connections_is_one(world, student):
    by, idea = viewer_of(student), world.idea["compare"]

    def send(_n):
        try:
            return services.ask_to_show(by=by, student=world.student, competency=idea, wish=wish()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert Showing.objects.count() == 1


def test_the_key_of_another_wish_is_refused_in_words_and_answers_for_nothing(world, student, asked):
    with pytest.raises(ShowingError, match="could not be kept"):
        services.ask_to_show(
            by=viewer_of(student),
            student=world.student,
            competency=world.idea["add"],
            wish=wish(key=asked.key),
        )

    assert list(Showing.objects.values_list("competency", flat=True)) == [world.idea["compare"].pk]
