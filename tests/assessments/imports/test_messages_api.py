"""Results by message: keys make it safe to repeat, problems name the place, nobody stores beyond their circle."""

import json
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.adapters import token_digest
from accounts.models import ApiToken, AuditEvent
from assessments.imports.messages import MessageError, grade_events, statements
from assessments.models import Evidence, RefreshRequest
from tests.assessments.imports.scene import give_ids, level

XAPI, CALIPER, RESULTS = "/api/v1/xapi/statements", "/api/v1/caliper/events", "/api/v1/results"
db = pytest.mark.django_db


def post(client, url, body):
    return client.post(url, body, content_type="application/json")


@pytest.fixture
def district_client(world, client_of):
    give_ids(world)
    return client_of(world.people["district"])


def statement(world, *, idea="compare", student=None, **more):
    about = world.idea[idea]
    return {
        "id": str(uuid.uuid4()),
        "actor": {
            "objectType": "Agent",
            "account": {
                "homePage": "https://lms.example",
                "name": str((student or world.student).public_id),
            },
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/scored", "display": {"en": "scored"}},
        "object": {"id": f"urn:uuid:{about.public_id}", "definition": {"name": {"en": "Comparing fractions"}}},
        "result": {"score": {"scaled": 0.5}},
        "timestamp": world.today.isoformat() + "T00:30:00+00:00",
        **more,
    }


def result(world, **more):
    return {
        "source": "gradebook",
        "source_id": "r1",
        "student": "s1",
        "student_source": "sis",
        "competency": str(world.idea["compare"].public_id),
        "score": "15",
        "highest": "20",
        "observed_on": world.today.isoformat(),
        **more,
    }


def event(world, **more):
    return {
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": "GradeEvent",
        "actor": "https://lms.example/autograder",
        "action": "Graded",
        "object": {
            "type": "Attempt",
            "assignee": {"id": f"https://lms.example/users/{world.student.public_id}", "type": "Person"},
            "assignable": {
                "id": "https://lms.example/quiz/1",
                "name": "Quiz 1",
                "learningObjectives": [{"id": world.idea["compare"].source_id, "type": "LearningObjective"}],
            },
        },
        "generated": {"type": "Score", "scoreGiven": 7.5, "maxScore": 10},
        "eventTime": world.today.isoformat() + "T01:00:00.000Z",
        **more,
    }


def envelope(*events):
    return {"sensor": "https://lms.example", "sendTime": "2026-01-01T00:00:00Z", "dataVersion": "x", "data": [*events]}


# ------------------------------------------------------------------ plain results


@db
def test_a_result_is_stored_once_corrected_and_taken_back(district_client, world):
    first = post(district_client, RESULTS, {"results": [result(world)]})
    assert (first.status_code, first.json()["results"][0]["outcome"]) == (201, "stored"), first.content
    assert Evidence.objects.get().value == level("3.5")  # 15 of 20 is 3.25 of 1 to 4, half up
    again = post(district_client, RESULTS, {"results": [result(world)]})
    assert (again.status_code, again.json()["results"][0]["outcome"]) == (200, "same")
    other = post(district_client, RESULTS, {"results": [result(world, score="10")]})
    assert other.json()["results"][0]["outcome"] == "corrected"
    assert Evidence.objects.count() == 2
    assert RefreshRequest.objects.get().priority == 0
    gone = post(district_client, RESULTS, {"results": [{"source": "gradebook", "source_id": "r1", "taken_back": True}]})
    assert gone.json()["results"][0]["outcome"] == "taken_back"
    assert not Evidence.objects.filter(withdrawn_at=None, superseded_at=None).exists()
    back = post(district_client, RESULTS, {"results": [result(world, score="10")]})
    assert back.json()["results"][0]["outcome"] == "corrected"
    assert [a.action for a in AuditEvent.objects.filter(subject_type="evidence").order_by("pk")] == [
        "evidence.record",
        "evidence.correct",
        "evidence.withdraw",
        "evidence.correct",
    ]


@db
@pytest.mark.parametrize(
    "wrong",
    [
        {"student": "nobody"},
        {"competency": str(uuid.uuid4())},
        {"score": "21"},
        {"score": None},
        {"observed_on": "2999-01-01"},
        {"observed_on": None},
        {"highest": "0"},
        {"highest": "-1"},
        {"source_id": "x" * 256},
        {"context": "behaviour"},
        {"surprise": 1},
        {"score": "NaN"},
        {"student": "a\x00b"},
    ],
)
def test_one_wrong_result_and_nothing_is_saved(district_client, world, wrong):
    answer = post(district_client, RESULTS, {"results": [result(world, source_id="ok"), result(world, **wrong)]})
    assert 400 <= answer.status_code < 500, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert Evidence.objects.count() == 0


@db
def test_a_teacher_stores_for_their_own_students_only(world, teacher, client_of):
    give_ids(world)
    client = client_of(teacher)
    assert post(client, RESULTS, {"results": [result(world)]}).status_code == 201
    elsewhere = result(world, student=str(world.student_elsewhere.public_id), student_source="", source_id="r2")
    answer = post(client, RESULTS, {"results": [elsewhere]})
    assert answer.status_code == 422
    unknown = post(client, RESULTS, {"results": [{**elsewhere, "student": str(uuid.uuid4())}]})
    assert answer.json() == unknown.json()


@db
def test_nobody_corrects_or_takes_back_what_came_through_somebody_else(district_client, world, teacher, client_of):
    post(district_client, RESULTS, {"results": [result(world)]})
    client = client_of(teacher)
    assert post(client, RESULTS, {"results": [result(world, score="10")]}).status_code == 422
    gone = {"source": "gradebook", "source_id": "r1", "taken_back": True}
    assert post(client, RESULTS, {"results": [gone]}).status_code == 422
    assert Evidence.objects.filter(withdrawn_at=None, superseded_at=None).count() == 1


@db
def test_a_token_needs_the_scope_to_write(world, client):
    give_ids(world)
    for scope, code in (("evidence:read", 403), ("evidence:write", 201)):
        ApiToken.objects.create(
            user=world.people["district"].user,
            label=scope,
            digest=token_digest(scope),
            scopes=[scope],
            expires_at=timezone.now() + timedelta(days=1),
        )
        answer = client.post(
            RESULTS,
            json.dumps({"results": [result(world)]}),
            content_type="application/json",
            headers={"authorization": f"Bearer {scope}"},
        )
        assert answer.status_code == code, answer.content


# ------------------------------------------------------------------ xAPI


@db
def test_a_statement_becomes_a_piece_and_its_id_is_its_key(district_client, world):
    one = statement(world)
    answer = post(district_client, XAPI, one)
    assert (answer.status_code, answer.json()) == (200, [one["id"]]), answer.content
    assert answer["X-Experience-API-Version"] == "1.0.3"
    piece = Evidence.objects.get()
    assert (piece.value, piece.source, piece.source_id) == (level("2.5"), "xapi", one["id"])
    assert piece.task_title == "Comparing fractions"
    assert post(district_client, XAPI, [one]).status_code == 200
    assert Evidence.objects.count() == 1
    other = post(district_client, XAPI, {**one, "result": {"score": {"scaled": 1}}})
    assert other.status_code == 409
    assert Evidence.objects.count() == 1


@db
def test_raw_scores_context_activities_and_ids_of_other_systems_are_understood(district_client, world):
    about = world.idea["compare"]
    type(about).objects.filter(pk=about.pk).update(source_uri="https://case.example/uri/c1")
    one = statement(
        world,
        object={"id": "https://lms.example/quiz/9"},
        context={"contextActivities": {"grouping": [{"id": "https://case.example/uri/c1"}]}},
        result={"score": {"raw": 3, "min": 0, "max": 4}},
        actor={"account": {"homePage": "sis", "name": "s2"}},
    )
    assert post(district_client, XAPI, one).status_code == 200
    assert Evidence.objects.get().student == world.students[1]
    assert Evidence.objects.get().value == level("3.5")


@db
def test_voiding_takes_a_statement_back(district_client, world):
    one = statement(world)
    post(district_client, XAPI, one)
    void = {
        "id": str(uuid.uuid4()),
        "actor": one["actor"],
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": one["id"]},
    }
    assert post(district_client, XAPI, void).status_code == 200
    assert post(district_client, XAPI, void).status_code == 200
    assert Evidence.objects.get().withdrawn_at is not None
    assert (
        post(district_client, XAPI, {**void, "object": {**void["object"], "id": str(uuid.uuid4())}}).status_code == 422
    )


@db
@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"id": "7"}, "0.id"),
        ({"actor": {"mbox": "mailto:a@b.example"}}, "0.actor.account.name"),
        ({"object": {}}, "0.object.id"),
        ({"object": {"id": "https://lms.example/unknown"}}, "0"),
        ({"result": {}}, "0.result.score"),
        ({"result": {"score": {"scaled": -0.5}}}, "0.result.score.scaled"),
        ({"result": {"score": {"scaled": "1"}}}, "0.result.score.scaled"),
        ({"result": {"score": {"raw": 5, "max": 4}}}, "0.result.score.max"),
        ({"result": {"score": {"raw": 5}}}, "0.result.score.max"),
        ({"timestamp": "yesterday"}, "0.timestamp"),
        ({"timestamp": "2999-01-01T00:00:00Z"}, "0"),
    ],
)
def test_a_statement_that_cannot_be_used_says_where(district_client, world, wrong, place):
    answer = post(district_client, XAPI, statement(world, **wrong))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [place]
    assert Evidence.objects.count() == 0


@db
def test_bodies_that_are_no_statements_are_refused(district_client):
    deep = "[" * 200 + "]" * 200
    for body in ("[]", "7", "null", '"x"', deep, "{" * 5000, "[1]", '{"id": {}}', json.dumps([{}] * 501)):
        answer = district_client.post(XAPI, body, content_type="application/json")
        assert 400 <= answer.status_code < 500, body[:20]


# ------------------------------------------------------------------ Caliper


@db
def test_grade_events_become_pieces_and_other_events_are_passed_over(district_client, world):
    one = event(world)
    answer = post(district_client, CALIPER, envelope(one, {"type": "ViewEvent", "id": "x"}))
    assert answer.status_code == 201, answer.content
    assert answer.json()["passed_over"] == 1
    piece = Evidence.objects.get()
    assert (piece.value, piece.source, piece.source_id) == (level("3.5"), "caliper", one["id"])
    assert post(district_client, CALIPER, envelope(one)).status_code == 200
    assert Evidence.objects.count() == 1
    changed = {**one, "generated": {"scoreGiven": 1, "maxScore": 10}}
    assert post(district_client, CALIPER, envelope(changed)).status_code == 409


@db
@pytest.mark.parametrize(
    "wrong",
    [
        {"generated": {"scoreGiven": 11, "maxScore": 10}},
        {"generated": {"scoreGiven": 1}},
        {"generated": None},
        {"object": {}},
        {"eventTime": None},
        {"id": ""},
    ],
)
def test_a_grade_that_cannot_be_used_is_refused(district_client, world, wrong):
    assert post(district_client, CALIPER, envelope(event(world, **wrong))).status_code == 422
    assert Evidence.objects.count() == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "actor", "account", "name", "object", "result", "score", "raw", "data", "type"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON)
@settings(max_examples=150)
def test_whatever_comes_in_is_understood_or_refused(data):
    zone = timezone.get_default_timezone()
    for read in (statements, grade_events):
        with suppress(MessageError):  # any other exception fails
            assert read(data, zone=zone) is not None


def test_the_reader_of_messages_knows_no_django():
    text = Path("assessments/imports/messages.py").read_text("utf-8")
    assert "django" not in text
