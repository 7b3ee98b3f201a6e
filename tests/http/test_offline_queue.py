"""What a device sends after it was without a connection: its own, of its own students, once; never an error of ours."""

from __future__ import annotations

import json
import uuid

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from assessments.models import Evidence
from success_plans.models import CheckIn

pytestmark = pytest.mark.django_db


def item(whom, **more):
    return {"key": str(uuid.uuid4()), "student": str(whom.public_id), "how": "well", "note": "", **more}


def send(client_of, person, items, *, of=None):
    browser = client_of(person)
    browser.raise_request_exception = False
    body = items if isinstance(items, str) else json.dumps({"person": str((of or person).public_id), "items": items})
    return browser.post(reverse("check_in_sync"), body, content_type="application/json")


def test_a_stranger_in_the_queue_is_refused_without_a_name_and_the_others_are_kept(world, client_of, teacher):
    stranger = world.student_elsewhere

    answer = send(client_of, teacher, [item(stranger), item(world.student)])

    assert [bool(one["why"]) for one in answer.json()["answers"]] == [True, False]
    assert stranger.person.given_name not in answer.content.decode()
    assert list(CheckIn.objects.values_list("student", flat=True)) == [world.student.pk]


def test_the_queue_of_another_person_is_not_taken(world, client_of, teacher, co_teacher):
    answer = send(client_of, teacher, [item(world.student)], of=co_teacher)

    assert answer.status_code == 409
    assert not CheckIn.objects.exists()


def test_the_same_queue_again_writes_nothing_and_another_persons_key_is_their_own(
    world, client_of, teacher, co_teacher
):
    waiting = [item(world.student), item(world.students[1])]

    first, again = (send(client_of, teacher, waiting).json()["answers"] for _n in range(2))
    send(client_of, co_teacher, waiting)

    assert first == again
    assert CheckIn.objects.filter(by=teacher).count() == CheckIn.objects.filter(by=co_teacher).count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"how": "grade A"},
        {"how": ["well"]},
        {"how": None},
        {"key": "x"},
        {"key": 5},
        {"student": "x"},
        {"student": {"$gt": ""}},
        {"note": "a\x00b"},
        {"note": "half \ud83d"},
        {"note": "n" * 1_000_000},
        {"met_at": 5},
        {"met_at": "yesterday"},
    ],
    ids=lambda more: repr(more)[:24],
)
def test_an_item_that_makes_no_sense_is_answered_with_why_and_keeps_none_of_the_others_out(
    world, client_of, teacher, more
):
    broken = item(world.student, **more)

    answer = send(client_of, teacher, [item(world.student), broken, item(world.students[1])])

    assert answer.status_code == 200
    answers = answer.json()["answers"]
    assert [bool(one["why"]) for one in answers] == [False, True, False]
    assert answers[1]["key"] == (broken["key"] if isinstance(broken["key"], str) else "")
    assert set(CheckIn.objects.values_list("student", flat=True)) == {world.student.pk, world.students[1].pk}


@pytest.mark.parametrize("thing", ["x", None, 5, []], ids=repr)
def test_a_thing_that_is_no_item_keeps_none_of_the_others_out(world, client_of, teacher, thing):
    answers = send(client_of, teacher, [thing, item(world.student)]).json()["answers"]

    assert [bool(one["why"]) for one in answers] == [True, False]
    assert CheckIn.objects.get().student == world.student


def test_more_than_one_request_may_bring_is_refused_as_a_whole(world, client_of, teacher):
    assert send(client_of, teacher, [item(world.student)] * 201).status_code == 400
    assert not CheckIn.objects.exists()


def test_an_observation_that_makes_no_sense_keeps_none_of_the_others_out(world, client_of, teacher):
    def seen(**more):
        competency = str(world.idea["compare"].public_id)
        return {"key": str(uuid.uuid4()), "student": str(world.student.public_id), "competency": competency} | more

    items = [seen(level="many"), seen(context="moon"), seen(level="3", context="classwork")]
    body = json.dumps({"person": str(teacher.public_id), "items": items})
    answer = client_of(teacher).post(reverse("observation_sync"), body, content_type="application/json")

    assert [(one["key"], bool(one["why"])) for one in answer.json()["answers"]] == [
        (items[0]["key"], True),
        (items[1]["key"], True),
        (items[2]["key"], False),
    ]
    assert str(Evidence.objects.get().key) == items[2]["key"]


def test_a_reworded_page_for_without_a_connection_is_another_version_of_the_worker(
    client, client_of, teacher, tmp_path
):
    def version(browser):
        return browser.get(reverse("check_in_worker")).content.decode().split('const KEPT = "')[1].split('"')[0]

    assert version(client) == version(client) == version(client_of(teacher))

    page = tmp_path / "success_plans" / "check_in_shell.html"
    page.parent.mkdir()
    page.write_text("<p>Other words</p>")
    engine = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    before = version(client)
    with override_settings(TEMPLATES=engine):
        assert version(client) != before


@pytest.mark.parametrize("met_at", ["0001-01-01T00:00:00+14:00", "2001-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_no_calendar_has_is_refused_or_now(world, client_of, teacher, met_at):
    answer = send(client_of, teacher, [item(world.student, met_at=met_at)])

    assert answer.status_code in {200, 400}
    assert all(abs((row.met_at - row.created_at).total_seconds()) < 600 for row in CheckIn.objects.all())


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"items": []}', '{"person": 1}', "[" * 50_000])
def test_a_queue_that_makes_no_sense_is_answered_not_broken(client_of, teacher, body):
    assert send(client_of, teacher, body).status_code == 400
