"""How often the API and the CASE addresses answer: by key, by person, by address; and what happens without a cache."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import throttles
from accounts.models import ApiToken
from assessments.models import Evidence
from config.cache import ForgivingRedisCache

pytestmark = pytest.mark.django_db

API = "/api/v1/evidence"
DOCUMENTS = "/ims/case/v1p0/CFDocuments"
PACKAGE = "/ims/case/v1p1/CFPackages/aaaaaaaa-0000-4000-8000-000000000001"
CALM = 1_800_000_020


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that stands still, 20 seconds into a minute; `clock.at` sets it."""

    class Clock:
        at = CALM

    monkeypatch.setattr(throttles, "now", lambda: Clock.at)
    return Clock


@pytest.fixture
def few(settings):
    settings.API_A_MINUTE = {"token": 3, "person": 2, "nobody": 2, "case": 40}


def key(person, label="gradebook"):
    secret = uuid.uuid4().hex
    ApiToken.objects.create(
        user=person.user,
        label=label,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=["evidence:write", "evidence:read"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    return Client(headers={"authorization": f"Bearer {secret}"})


def piece(world):
    return {
        "key": str(uuid.uuid4()),
        "student": str(world.student.public_id),
        "competency": str(world.idea["compare"].public_id),
        "value": "3",
        "observed_on": world.today.isoformat(),
    }


def test_a_key_is_stopped_for_the_rest_of_the_minute_and_told_how_long(few, clock, world, teacher):
    client = key(teacher)

    def send():
        return client.post(API, json.dumps({"pieces": [piece(world)]}), content_type="application/json")

    assert [send().status_code for _n in range(3)] == [201, 201, 201]
    refused = send()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "40"
    assert refused["Content-Type"] == "application/problem+json"
    said = refused.json()
    assert said["status"] == 429
    assert said["detail"] == (
        "Too many requests in this minute. Nothing of this one was stored. Send it again in 40 seconds."
    )
    assert Evidence.objects.count() == 3

    clock.at = CALM + 39
    assert send()["Retry-After"] == "1"
    clock.at = CALM + 40
    assert send().status_code == 201


def test_each_key_is_counted_for_itself_and_a_browser_for_its_person(few, teacher, client_of):
    one, other = key(teacher), key(teacher, "library")
    assert [one.get(API).status_code for _n in range(4)] == [200, 200, 200, 429]
    assert other.get(API).status_code == 200
    browser = client_of(teacher)
    assert [browser.get(API).status_code for _n in range(3)] == [200, 200, 429]
    assert browser.get("/").status_code < 400, "pages are not the API"


def test_whoever_names_nobody_or_somebody_unknown_is_counted_by_address(few):
    stranger = Client()
    guesses = [Client(headers={"authorization": f"Bearer guess-{n}"}) for n in range(2)]
    assert [guess.get(API).status_code for guess in guesses] == [401, 401]
    refused = stranger.get(API)
    assert (refused.status_code, refused["Retry-After"]) == (429, "40")
    assert guesses[0].post(API, "{}", content_type="application/json").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get(API).status_code == 401


def test_what_somebody_claims_to_be_forwarded_for_counts_only_behind_our_own_proxy(few, settings):
    def ask(claimed):
        return Client(headers={"x-forwarded-for": claimed}).get(API).status_code

    assert [ask(f"203.0.113.{n}") for n in range(3)] == [401, 401, 429]
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert ask("203.0.113.1, 198.51.100.7") == 401
    assert [ask(f"203.0.113.{n}, 198.51.100.7") for n in range(2, 4)] == [401, 429]


def test_the_case_addresses_are_counted_by_address_and_a_package_for_more(few):
    client = Client()
    assert [client.get(PACKAGE).status_code for _n in range(2)] == [404, 404]
    refused = client.get(DOCUMENTS)
    assert (refused.status_code, refused["Retry-After"]) == (429, "40")
    minor = refused.json()["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"]
    assert minor == "server_busy"
    assert "Send it again in 40 seconds." in refused.json()["imsx_description"]
    assert Client(REMOTE_ADDR="203.0.113.9").get(DOCUMENTS).status_code == 200


def test_without_a_cache_every_request_goes_on(few, monkeypatch, teacher):
    monkeypatch.setattr(ForgivingRedisCache, "away_until", float("inf"))
    client = key(teacher)
    assert {client.get(API).status_code for _n in range(6)} == {200}
    assert {Client().get(DOCUMENTS).status_code for _n in range(6)} == {200}


def test_nobody_is_counted_where_the_limit_is_none(settings, teacher):
    settings.API_A_MINUTE = dict.fromkeys(("token", "person", "nobody", "case"), 0)
    client = key(teacher)
    assert {client.get(API).status_code for _n in range(6)} == {200}


def test_the_limits_let_an_information_system_through(settings):
    pieces_a_minute = settings.API_A_MINUTE["token"] * 500
    assert pieces_a_minute >= 61_000 * 8, "a district of 61,000 students with eight results each"
    assert settings.API_A_MINUTE["token"] >= 20 * 60
