"""What every answer carries, whatever it is about."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_cookies_are_for_us_alone(world, teacher, client):
    teacher.user.set_password("a long enough password")
    teacher.user.save()

    answer = client.post("/account/login/", {"login": "teacher", "password": "a long enough password"})

    assert answer.status_code == 302
    session = answer.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == answer.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(world, teacher, client, target):
    teacher.user.set_password("a long enough password")
    teacher.user.save()
    form = {"login": "teacher", "password": "a long enough password", "next": target}

    answer = client.post("/account/login/", form)

    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    assert "javascript" not in answer.headers["Location"]


def test_a_wrong_password_says_the_same_whoever_it_is_for(world, teacher, client):
    def words(name: str) -> str:
        answer = client.post("/account/login/", {"login": name, "password": "not this one"})
        return re.sub(r'[A-Za-z0-9]{32,}|nonce-[^"]+', "", answer.content.decode()).replace(name, "NAME")

    assert words("teacher") == words("nobody-at-all")


def test_what_is_not_there_and_what_is_not_yours_look_the_same(world, teacher, client_of):
    client = client_of(teacher)

    def body(public_id) -> str:
        answer = client.get(f"/students/{public_id}/plan")
        assert answer.status_code == 404
        text = answer.content.decode().replace(str(public_id), "ID")
        return re.sub(r"[A-Za-z0-9]{32,}|nonce-[^']+", "", text)

    assert body(world.student_elsewhere.public_id) == body(uuid.uuid4())


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "localhost:80@evil.example", "a b", ""])
def test_a_request_under_another_name_is_refused(host):
    answer = Client(headers={"host": host}).get("/frameworks")

    assert answer.status_code == 400
    assert host.encode() not in answer.content or not host


def test_the_probes_answer_without_a_name_and_say_nothing_more():
    assert Client(headers={"host": "10.0.0.7:8000"}).get("/healthz").content == b"ok"
    answer = Client(headers={"host": "10.0.0.7:8000"}).get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json().values()) == {True}
