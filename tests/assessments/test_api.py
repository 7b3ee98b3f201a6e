"""The evidence API: keys make it safe to repeat, errors name the piece, nobody reads beyond their circle."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.adapters import token_digest
from accounts.models import ApiToken, AuditEvent, ReadEvent
from assessments.models import Evidence, RefreshRequest
from assessments.services import set_judgement, withdraw_evidence
from supports import recompute
from tests.cast import demonstrate, see, viewer_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/evidence"


def piece(world, **changes) -> dict:
    facts = {
        "key": str(uuid.uuid4()),
        "student": str(world.student.public_id),
        "competency": str(world.idea["compare"].public_id),
        "value": "3",
        "observed_on": world.today.isoformat(),
        "context": "quiz",
    }
    return {**facts, **changes}


def post(client, *pieces, **extra):
    return client.post(URL, {"pieces": list(pieces), **extra}, content_type="application/json")


def test_a_piece_is_stored_with_its_audit_row_and_its_refresh_request(world, teacher, client_of):
    answer = post(client_of(teacher), piece(world))
    assert answer.status_code == 201, answer.content
    assert answer.json()["recorded"][0]["is_repeat"] is False
    assert Evidence.objects.get().recorded_by == teacher
    assert AuditEvent.objects.filter(action="evidence.record").count() == 1
    assert RefreshRequest.objects.filter(student=world.student).count() == 1


def test_sending_it_again_is_the_same_piece(world, teacher, client_of):
    client, one = client_of(teacher), piece(world)
    first, again = post(client, one), post(client, one)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["recorded"][0]["public_id"] == again.json()["recorded"][0]["public_id"]
    assert Evidence.objects.count() == 1
    assert AuditEvent.objects.filter(action="evidence.record").count() == 1


def test_the_same_key_for_another_piece_is_refused(world, teacher, client_of):
    client, one = client_of(teacher), piece(world)
    post(client, one)
    answer = post(client, {**one, "value": "2"})
    assert answer.status_code == 422
    assert one["key"] in answer.json()["errors"]
    assert Evidence.objects.get().value == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "9"},
        {"value": "0"},
        {"value": "2.25"},
        {"observed_on": "2999-01-01"},
        {"observed_on": "1999-01-01"},
        {"competency": str(uuid.uuid4())},
        {"student": str(uuid.uuid4())},
        {"note": "a\x00b"},
    ],
)
def test_a_piece_that_cannot_be_used_is_named_and_nothing_is_kept(world, teacher, client_of, changes):
    bad, good = piece(world, **changes), piece(world)
    answer = post(client_of(teacher), good, bad)
    assert answer.status_code in {400, 422}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Evidence.objects.exists()
    assert not RefreshRequest.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"value": "NaN"}, {"value": "1e400"}, {"key": "x"}, {"context": "gym"}, {"rank": 1}]
)
def test_a_field_that_makes_no_sense_is_named(world, teacher, client_of, changes):
    answer = post(client_of(teacher), piece(world, **changes))
    assert answer.status_code == 400
    assert next(iter(changes)) in str(answer.json()["errors"])
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b'{"pieces": []}', b'{"pieces": 3}', b"[" * 5000])
def test_a_body_that_is_no_list_of_pieces_is_an_answer_not_an_error(world, teacher, client_of, body):
    answer = client_of(teacher).generic("POST", URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_teacher_of_another_school_writes_nothing_here(world, teacher_elsewhere, guardian, student, client_of):
    for person in (teacher_elsewhere, guardian, student):
        assert post(client_of(person), piece(world)).status_code == 422
    assert not Evidence.objects.exists()


def test_nobody_signed_in_is_answered_401(world, client_of):
    assert post(client_of(None), piece(world)).status_code == 401
    assert client_of(None).get(URL).status_code == 401


def test_evidence_comes_out_in_order_by_cursor_and_only_of_my_students(world, teacher, teacher_elsewhere, client_of):
    for ago in range(5):
        see(teacher, world.student, world.idea["compare"], 2, on=world.day(ago))
    see(teacher_elsewhere, world.student_elsewhere, world.idea["compare"], 2)
    client = client_of(teacher)
    first = client.get(URL, {"limit": 3}).json()
    second = client.get(URL, {"limit": 3, "cursor": first["next"]}).json()
    assert [len(first["results"]), len(second["results"]), second["next"]] == [3, 2, None]
    assert {row["student"] for row in first["results"] + second["results"]} == {str(world.student.public_id)}
    assert ReadEvent.objects.filter(viewer_id=teacher.pk, block="evidence").count() == 1


def test_the_read_log_holds_every_student_of_every_page_of_the_feed(world, teacher, client_of):
    for student in world.students[:3]:
        see(teacher, student, world.idea["compare"], 2)
    client, cursor = client_of(teacher), "0"
    while cursor is not None:
        cursor = client.get(URL, {"limit": 1, "cursor": cursor}).json()["next"]
    seen = ReadEvent.objects.filter(viewer_id=teacher.pk, block="evidence").values_list("student_ids", flat=True)
    assert sorted(i for ids in seen for i in ids) == sorted(s.pk for s in world.students[:3])


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": "many"}, {"student": "me"}, {"cursor": "9" * 30}])
def test_a_query_that_cannot_be_read_is_said(world, teacher, client_of, query):
    assert client_of(teacher).get(URL, query).status_code == 422


def test_summaries_are_for_the_circle(world, teacher, teacher_elsewhere, guardian, principal, client_of):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    url = f"/api/v1/students/{world.student.public_id}/summaries"
    for person in (teacher, guardian):
        [row] = client_of(person).get(url).json()["results"]
        assert (row["shape"], row["is_demonstrated"], row["pieces"]) == ("shown", True, 3)
        assert row["is_judged"] is False
    assert client_of(teacher_elsewhere).get(url).status_code == 404
    assert client_of(principal).get(url).status_code == 403, "a school lead says why first"


def token(person, *scopes, days=1, **changes) -> dict:
    secret = uuid.uuid4().hex
    ApiToken.objects.create(
        user=person.user,
        label="gradebook",
        digest=token_digest(secret),
        scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=days),
        **changes,
    )
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_does_what_its_scope_says_and_no_more(world, teacher, client):
    write = token(teacher, "evidence:write")
    body = {"pieces": [piece(world)]}
    assert client.post(URL, body, content_type="application/json", headers=write).status_code == 201
    assert client.get(URL, headers=write).json()["results"] == []
    read = token(teacher, "evidence:read")
    assert len(client.get(URL, headers=read).json()["results"]) == 1
    refused = client.post(URL, {"pieces": [piece(world)]}, content_type="application/json", headers=read)
    assert refused.status_code == 422
    assert Evidence.objects.count() == 1


def test_a_dead_token_is_refused(world, teacher, client):
    for dead in (token(teacher, days=-1), token(teacher, revoked_at=timezone.now()), {"Authorization": "Bearer x"}):
        assert client.get(URL, headers=dead).status_code == 401
    teacher.user.is_active = False
    teacher.user.save()
    assert client.get(URL, headers=token(teacher, "evidence:read")).status_code == 401


def test_the_contract_describes_what_is_there(client):
    answer = client.get("/api/v1/schema", headers={"Accept": "application/json"})
    assert answer.status_code in {200, 401}


def test_a_summary_says_where_a_teachers_judgement_leads(world, teacher, client_of):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    set_judgement(
        by=viewer_of(teacher),
        student=world.student,
        competency=world.idea["compare"],
        key=uuid.uuid4(),
        level=Decimal(2),
        reason="Needed help with each of them.",
        language="en",
        judged_on=world.today,
        replaces=None,
    )
    recompute.refresh_due(today=world.today)
    [row] = client_of(teacher).get(f"/api/v1/students/{world.student.public_id}/summaries").json()["results"]
    assert (row["is_judged"], row["shape"], row["held"]) == (True, "building", "2.00")


@pytest.mark.django_db(transaction=True)
def test_a_piece_whose_id_was_drawn_earlier_and_is_stored_later_is_not_passed_over(world, teacher, client_of):
    """A chunk of an import draws its ids, a teacher's piece comes after them and is stored before them."""
    see(teacher, world.student, world.idea["compare"], 2)
    client = client_of(teacher)
    drawn, go_on = threading.Event(), threading.Event()

    def chunk() -> None:
        try:
            with transaction.atomic():
                see(teacher, world.students[1], world.idea["compare"], 2)
                drawn.set()
                go_on.wait(timeout=60)
        finally:
            connection.close()

    slow = threading.Thread(target=chunk)
    slow.start()
    assert drawn.wait(timeout=60)
    see(teacher, world.students[2], world.idea["compare"], 2)
    first = client.get(URL).json()
    go_on.set()
    slow.join(timeout=60)
    rest = client.get(URL, {"cursor": first["cursor"]}).json()

    read = [row["student"] for row in first["results"] + rest["results"]]
    assert sorted(read) == sorted(str(one.public_id) for one in world.students[:3])
    assert rest["next"] is None
    assert client.get(URL, {"cursor": rest["cursor"]}).json() == {
        "results": [], "next": None, "cursor": rest["cursor"],
    }  # fmt: skip


def test_what_was_withdrawn_or_corrected_after_it_was_read_can_be_asked_for(world, teacher, client_of):
    for ago in range(3):
        see(teacher, world.student, world.idea["compare"], 2, on=world.day(ago))
    client = client_of(teacher)
    assert client.get(URL, {"changed_since": "2020-01-01T00:00:00Z"}).json()["results"] == []
    row = Evidence.objects.order_by("pk").first()
    withdraw_evidence(by=viewer_of(teacher), evidence=row, reason="The wrong child")

    [changed] = client.get(URL, {"changed_since": "2020-01-01T00:00:00Z"}).json()["results"]
    assert (changed["public_id"], changed["is_withdrawn"]) == (str(row.public_id), True)
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert client.get(URL, {"changed_since": later}).json()["results"] == []


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01", "2026-01-01T00:00:00"])
def test_a_moment_without_its_zone_is_refused(world, teacher, client_of, since):
    assert client_of(teacher).get(URL, {"changed_since": since}).status_code == 422
