"""Too much of anything is answered in words, and nothing of it is kept."""

from __future__ import annotations

import json
import uuid

import pytest
from django.conf import settings

from assessments.models import Evidence
from success_plans.models import PlanStatement

pytestmark = pytest.mark.django_db

API = "/api/v1/evidence"


@pytest.fixture
def client(world, teacher, client_of):
    """The teacher's; an error of ours is an answer here, not a traceback."""
    client = client_of(teacher)
    client.raise_request_exception = False
    return client


def piece(world, **more):
    return {
        "key": str(uuid.uuid4()),
        "student": str(world.student.public_id),
        "competency": str(world.idea["compare"].public_id),
        "value": "3",
        "observed_on": world.today.isoformat(),
        **more,
    }


def send(client, body, **options):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(API, text, content_type="application/json", **options)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nothing",
        "{",
        "[]",
        "null",
        "true",
        '"text"',
        "{}",
        '{"pieces": null}',
        '{"pieces": []}',
        '{"pieces": {}}',
        '{"pieces": [null]}',
        '{"pieces": [[]]}',
        '{"pieces": "x"}',
        '{"pieces": [{}]}',
        '{"pieces": 1e400}',
        b"\xff\xfe\x00",
        b'{"pieces": "\xed\xa0\x80"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"pieces": [' + "[" * 5_000 + "]" * 5_000 + "]}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_makes_no_sense_is_answered_not_broken(client, body):
    answer = send(client, body)

    assert 400 <= answer.status_code < 500, answer.status_code
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("value", "NaN"),
        ("value", "Infinity"),
        ("value", "1e9"),
        ("value", "-1"),
        ("value", "2.25"),
        ("value", "5"),
        ("value", 10**400),
        ("value", [3]),
        ("value", True),
        ("observed_on", "2999-01-01"),
        ("observed_on", "0001-01-01"),
        ("observed_on", "tomorrow"),
        ("observed_on", 20260101),
        ("observed_on", "2026-02-30"),
        ("key", "x"),
        ("key", None),
        ("student", "x"),
        ("student", "5a1c1f0e-3b7e-4f0a-9a53-000000000001"),
        ("competency", "5a1c1f0e-3b7e-4f0a-9a53-000000000002"),
        ("context", "prison"),
        ("kind", "self"),
        ("kind", "partner"),
        ("note", "n" * 10_001),
        ("note", "nul \x00 here"),
        ("note", {"$gt": ""}),
        ("task_key", "k" * 121),
        ("task_title", "t" * 201),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_value_that_does_not_fit_is_named_and_nothing_is_kept(world, client, field, value):
    good = piece(world)

    answer = send(client, {"pieces": [good, piece(world, **{field: value})]})

    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not Evidence.objects.exists(), "the good piece came in without the other"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "\u202egnirts",
        "zero\u200bwidth",
        "{{ 7*7 }}",
        "{% now 'Y' %}",
        "'; DROP TABLE x; --",
        "\U0001f469\u200d\U0001f3eb",
        "=1+1",
    ],
)
def test_any_text_is_kept_as_it_was_written_and_shown_as_text(world, client, text):
    answer = send(client, {"pieces": [piece(world, note=text, task_title=text)]})

    assert answer.status_code == 201, answer.content
    row = Evidence.objects.get()
    assert row.note == text
    page = client.get(f"/evidence/{row.public_id}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_more_pieces_than_fit_are_refused_together(world, client):
    answer = send(client, {"pieces": [piece(world) for _n in range(501)]})

    assert answer.status_code == 400
    assert not Evidence.objects.exists()


def test_as_many_as_fit_are_kept_together(world, client):
    assert send(client, {"pieces": [piece(world) for _n in range(500)]}).status_code == 201
    assert Evidence.objects.count() == 500


def test_a_body_of_many_megabytes_is_not_read(client):
    answer = send(client, b'{"pieces": "' + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10) + b'"}')

    assert answer.status_code in {400, 413}


def test_a_form_of_very_many_fields_is_refused(world, client):
    form = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    answer = client.post(f"/students/{world.student.public_id}/statements", form)

    assert answer.status_code == 400
    assert not PlanStatement.objects.exists()


@pytest.mark.parametrize(
    "kind", ["text/xml", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_the_api_speaks_json_only(client, kind):
    answer = client.generic("POST", API, "<pieces/>", content_type=kind)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "cursor=-1",
        "cursor=x",
        "cursor=99999999999999999999",
        "limit=x",
        "limit=-5",
        "limit=999999999",
        "student=x",
        "limit=0",
    ],
)
def test_a_question_that_makes_no_sense_is_answered(client, query):
    assert client.get(f"{API}?{query}").status_code in {200, 422}


@pytest.mark.parametrize(
    "words", ["x" * 7000, "\x00", "%00", "' OR 1=1", "../../etc/passwd", "\u202e", "\U0001f4a5" * 500]
)
@pytest.mark.parametrize("path", ["/students", "/frameworks", "/today", "/classes"])
def test_looking_for_anything_breaks_nothing(client, path, words):
    assert client.get(path, {"q": words, "page": words[:50], "start": words[:50]}).status_code < 500


def test_a_very_long_note_in_a_form_is_answered_and_not_cut(world, client):
    answer = client.post(
        f"/students/{world.student.public_id}/statements",
        {"kind": "strength", "text": "n" * 1_000_000, "language": "en"},
    )

    assert answer.status_code == 422
    assert not PlanStatement.objects.exists()
