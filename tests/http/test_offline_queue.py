"""What a device sends after it was without a connection: its own, of its own students, once; never an error of ours."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse

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
def test_an_item_that_makes_no_sense_keeps_all_of_them_out(world, client_of, teacher, more):
    answer = send(client_of, teacher, [item(world.student), item(world.student, **more)])

    assert answer.status_code == 400
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("met_at", ["0001-01-01T00:00:00+14:00", "2001-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_no_calendar_has_is_refused_or_now(world, client_of, teacher, met_at):
    answer = send(client_of, teacher, [item(world.student, met_at=met_at)])

    assert answer.status_code in {200, 400}
    assert all(abs((row.met_at - row.created_at).total_seconds()) < 600 for row in CheckIn.objects.all())


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"items": []}', '{"person": 1}', "[" * 50_000])
def test_a_queue_that_makes_no_sense_is_answered_not_broken(client_of, teacher, body):
    assert send(client_of, teacher, body).status_code == 400
