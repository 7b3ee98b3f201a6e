"""Ids of others, fields nobody asked for: refused, and nothing is written."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from assessments.models import Evidence
from success_plans.models import Goal, PlanStatement
from supports import recompute
from supports.models import Flag, Focus, Support
from tests import factories as make
from tests.cast import demonstrate, sign_in, viewer_of

pytestmark = pytest.mark.django_db


def post(person, path: str, body: dict[str, Any], *, is_json: bool = False) -> Any:
    client = Client()
    sign_in(client, person)
    if is_json:
        return client.post(path, json.dumps(body), content_type="application/json")
    return client.post(path, body)


# ------------------------------------------------------------------ ids of others
def piece(world, student, **more) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "student": str(student.public_id),
        "competency": str(world.idea["compare"].public_id),
        "value": "3",
        "observed_on": world.today.isoformat(),
        **more,
    }


def test_one_stranger_among_many_pieces_keeps_all_of_them_out(world, teacher):
    pieces = [piece(world, student) for student in (*world.students, world.student_elsewhere)]

    answer = post(teacher, "/api/v1/evidence", {"pieces": pieces}, is_json=True)

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {pieces[-1]["key"]}
    assert not Evidence.objects.exists()
    assert world.student_elsewhere.person.given_name not in answer.content.decode()


def test_a_line_of_the_class_form_for_a_stranger_is_not_there(world, teacher):
    ours, stranger = world.student, world.student_elsewhere
    answer = post(
        teacher,
        f"/classes/{world.section.public_id}",
        {
            "competency": world.idea["compare"].public_id,
            "on": world.today.isoformat(),
            f"level-{ours.public_id}": "3",
            f"key-{ours.public_id}": uuid.uuid4(),
            f"level-{stranger.public_id}": "3",
            f"key-{stranger.public_id}": uuid.uuid4(),
        },
    )

    assert answer.status_code < 500
    assert not Evidence.objects.filter(student=stranger).exists()


@pytest.mark.parametrize("where", ["theirs", "ours"])
def test_a_cell_of_a_stranger_opens_in_no_class(world, teacher, where):
    section = world.section_elsewhere if where == "theirs" else world.section
    answer = post(
        teacher,
        f"/classes/{section.public_id}/cells/{world.student_elsewhere.public_id}",
        {
            "competency": world.idea["compare"].public_id,
            "on": world.today.isoformat(),
            "key": uuid.uuid4(),
            "value": "3",
        },
    )

    assert answer.status_code == 404
    assert not Evidence.objects.exists()


def test_a_next_step_goes_to_ones_own_students_only(world, teacher, teacher_elsewhere):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    demonstrate(teacher_elsewhere, world.student_elsewhere, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    flags = Flag.objects.filter(rule="READY_NEXT")
    assert flags.count() == 2

    post(
        teacher,
        "/flags/next",
        {
            "flags": ",".join(str(flag.public_id) for flag in flags),
            "competency": world.idea["equivalent"].public_id,
            "kind": "learn",
        },
    )

    assert list(Focus.objects.exclude(student=None).values_list("student", flat=True)) == [world.student.pk]
    assert flags.get(student=world.student_elsewhere).state == "open"


def test_a_focus_of_another_class_does_not_end_through_ones_own(world, teacher):
    theirs = make.FocusFactory(section=world.section_elsewhere, competency=world.idea["add"])

    post(teacher, f"/classes/{world.section.public_id}/focus/{theirs.public_id}/end", {})

    theirs.refresh_from_db()
    assert theirs.ends_on > world.today


def test_a_goal_names_no_helper_from_outside_the_circle(world, teacher, teacher_elsewhere):
    answer = post(
        teacher,
        f"/students/{world.student.public_id}/goals",
        {"text": "Read more", "language": "en", "helper": teacher_elsewhere.pk},
    )

    assert answer.status_code == 422
    assert not Goal.objects.exists()


def test_a_plan_lead_joins_no_records_of_another_school(world, plan_lead):
    pair = {"one": world.student.person.public_id, "other": world.student_elsewhere.person.public_id}

    answer = post(plan_lead, "/people/join", {**pair, "kept": pair["one"], "reason": "same child"})

    assert answer.status_code == 404
    assert world.student_elsewhere.person.family_name not in answer.content.decode()


def test_a_purpose_for_one_student_opens_no_other(world, principal):
    client = Client()
    sign_in(client, principal)
    client.post(f"/students/{world.student.public_id}/purpose", {"purpose": "care"})
    other = world.students[1].public_id

    assert client.get(f"/students/{world.student.public_id}/plan").status_code == 200
    answer = client.get(f"/students/{other}/plan")
    assert (answer.status_code, "/purpose" in answer.headers["Location"]) == (302, True)


def test_a_link_lost_while_the_page_was_open_writes_nothing(world, guardian):
    client = Client()
    sign_in(client, guardian)
    path = f"/students/{world.student.public_id}/statements?kind=hope"
    assert client.get(path).status_code == 200
    world.student.relationships.filter(person=guardian).update(ends_on=world.today)

    answer = client.post(path, {"text": "We hope.", "language": "es", "kind": "hope"})

    assert answer.status_code == 404
    assert not PlanStatement.objects.exists()
    assert viewer_of(guardian).kinds == frozenset()


# ------------------------------------------------------------------ fields nobody asked for
@pytest.mark.parametrize(
    "field",
    ["recorded_by", "rater", "is_accepted", "section", "withdrawn_at", "order_key", "id", "source", "source_id"],
)
def test_a_field_nobody_asked_for_is_refused_by_name(world, teacher, field):
    answer = post(teacher, "/api/v1/evidence", {"pieces": [piece(world, world.student, **{field: 1})]}, is_json=True)

    assert answer.status_code == 400
    assert field in answer.content.decode()
    assert not Evidence.objects.exists()


def test_a_family_cannot_speak_as_the_school_or_as_somebody_else(world, guardian, teacher):
    answer = post(
        guardian,
        f"/students/{world.student.public_id}/statements",
        {
            "kind": "hope",
            "text": "We hope.",
            "language": "es",
            "voice": "staff",
            "said_by_student": "on",
            "author": teacher.pk,
            "author_id": teacher.pk,
            "plan": 1,
        },
    )

    assert answer.status_code == 302
    said = PlanStatement.objects.get()
    assert (said.voice, said.author, said.scribe) == ("family", guardian, None)


def test_a_support_takes_no_owner_or_student_from_outside(world, teacher, teacher_elsewhere):
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due()
    flag = Flag.objects.get(student=world.student, rule="READY_NEXT")
    entry = make.CatalogueEntryFactory()
    path = f"/flags/{flag.public_id}/support"
    form = {
        "entry": entry.public_id,
        "version": flag.version,
        "starts_on": world.today.isoformat(),
        "ends_on": world.day(-30).isoformat(),
        "title": "Partner work",
        "minutes": 10,
        "sessions_per_week": 2,
        "owner": teacher_elsewhere.pk,
        "student": world.student_elsewhere.pk,
        "state": "finished",
    }

    answer = post(teacher, path, form)

    assert answer.status_code < 500
    for support in Support.objects.all():
        assert (support.owner, support.student, support.state) == (teacher, world.student, "running")
