"""Check-ins, tries to reach a family, working notes, statements and holds: what is written, for whom, and how often."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import AuditEvent, Relationship
from success_plans.choices import CheckInHow, Subject, Voice
from success_plans.errors import PlanError, TextChangedError
from success_plans.models import Amendment, CheckIn, ContactAttempt, Need, Proposal, SafetyHold, WorkingNote
from success_plans.purging import purge_notes
from success_plans.selectors.check_ins import waiting
from success_plans.services import notes as note_services
from success_plans.services.check_ins import Met, check_in, undo
from success_plans.services.contacts import NewContact, add_contact
from success_plans.services.holds import end_hold, place_hold
from tests import factories as make
from tests.cast import add_person, relate, viewer_of

pytestmark = pytest.mark.django_db


def send(client, person, *items, **more):
    body = {"person": str(person.public_id), "items": list(items)} | more
    return client.post("/check-in/sync", json.dumps(body), content_type="application/json")


def item(student, how="well", **more):
    return {"key": str(uuid.uuid4()), "student": str(student.public_id), "how": how} | more


# ------------------------------------------------------------------ one student
def test_the_same_key_twice_is_one_check_in_with_one_audit_row(world, teacher, client_of):
    client, path = client_of(teacher), f"/students/{world.student.public_id}/check-in"
    key = str(uuid.uuid4())

    for _tap in range(2):
        assert client.post(path, {"how": "well", "key": key, "note": "Fine"}).status_code == 302

    row = CheckIn.objects.get()
    assert (row.student, row.by, row.how, row.note) == (world.student, teacher, "well", "Fine")
    assert AuditEvent.objects.filter(action="check_in.add").count() == 1
    page = client.get(path).content.decode()
    assert "Take it back" in page


def test_a_tap_that_says_nothing_is_asked_again(world, teacher, client_of):
    path = f"/students/{world.student.public_id}/check-in"
    for body in ({}, {"how": "brilliant", "key": str(uuid.uuid4())}, {"how": "well", "key": "x"}):
        assert client_of(teacher).post(path, body).status_code == 422
    assert not CheckIn.objects.exists()


def test_it_is_taken_back_for_ten_minutes_by_its_author_only(world, teacher, co_teacher):
    (row,) = check_in(by=viewer_of(teacher), how={world.student: CheckInHow.WELL}, met=Met(uuid.uuid4()))

    with pytest.raises(LookupError):
        undo(by=viewer_of(co_teacher), public_id=row.public_id)
    assert undo(by=viewer_of(teacher), public_id=row.public_id) == 1
    assert undo(by=viewer_of(teacher), public_id=row.public_id) == 0
    CheckIn.objects.update(created_at=timezone.now() - timedelta(minutes=11), undone_at=None)
    with pytest.raises(PlanError):
        undo(by=viewer_of(teacher), public_id=row.public_id)
    assert CheckIn.objects.get().undone_at is None


def test_who_has_waited_longest_is_told_by_date_and_by_nothing_else(world, teacher):
    for ago, student in ((1, world.students[0]), (9, world.students[2])):
        check_in(
            by=viewer_of(teacher), how={student: CheckInHow.FOLLOW_UP},
            met=Met(uuid.uuid4(), met_at=timezone.now() - timedelta(days=ago)),
        )  # fmt: skip
    check_in(by=viewer_of(teacher), how={world.students[3]: CheckInHow.NOT_MET}, met=Met(uuid.uuid4()))

    by_name = [one.name for one in waiting(viewer=viewer_of(teacher))]
    by_date = [one.name for one in waiting(viewer=viewer_of(teacher), by_date=True)]

    assert by_name == sorted(by_name, key=lambda name: name.split()[-1])
    never = [name for name in by_name if name not in {"Maya Okafor", "Chloé Diaz"}]
    assert by_date == [*never, "Chloé Diaz", "Maya Okafor"]


# ------------------------------------------------------------------ a group
def test_a_group_is_one_submit_and_absentees_could_not_be_met(world, teacher, client_of):
    ids = [str(student.public_id) for student in world.students[:4]]
    body = {"student": ids, "here": ids[:3], "how": "celebrate", "key": str(uuid.uuid4()), "note": "Fair day"}

    assert client_of(teacher).post("/check-in", body).status_code == 302

    rows = CheckIn.objects.order_by("student_id")
    assert [row.how for row in rows] == ["celebrate"] * 3 + ["not_met"]
    assert len({row.batch for row in rows}) == 1
    assert undo(by=viewer_of(teacher), public_id=rows[0].batch) == 4


def test_nobody_is_met_who_is_not_in_the_circle(world, teacher, client_of):
    stranger = world.student_elsewhere
    body = {"student": [str(stranger.public_id)], "here": [str(stranger.public_id)], "how": "well"}

    assert client_of(teacher).post("/check-in", body | {"key": str(uuid.uuid4())}).status_code == 422
    answer = send(client_of(teacher), teacher, item(stranger), item(world.student))

    refused, kept = answer.json()["answers"]
    assert "circle" in refused["why"]
    assert (kept["why"], bool(kept["undo"])) == ("", True)
    assert [row.student for row in CheckIn.objects.all()] == [world.student]
    assert stranger.person.family_name not in answer.content.decode()


# ------------------------------------------------------------------ what waited on a device
def test_what_waited_is_written_once_however_often_it_is_sent(world, teacher, client_of):
    met = (timezone.now() - timedelta(hours=3)).isoformat()
    waited = item(world.student, "follow_up", met_at=met)

    first, second = (send(client_of(teacher), teacher, waited).json() for _time in range(2))

    assert first == second
    row = CheckIn.objects.get()
    assert row.met_at.isoformat() == met
    assert AuditEvent.objects.filter(action="check_in.add").count() == 1


def test_a_clock_that_is_ahead_means_now_and_one_far_back_is_refused(world, teacher, client_of):
    ahead = item(world.student, met_at=(timezone.now() + timedelta(days=3)).isoformat())
    old = item(world.student, met_at=(timezone.now() - timedelta(days=15)).isoformat())

    kept, refused = send(client_of(teacher), teacher, ahead, old).json()["answers"]

    assert kept["why"] == ""
    assert "two weeks" in refused["why"]
    assert CheckIn.objects.get().met_at <= timezone.now()


def test_a_queue_is_taken_from_nobody_but_whom_it_was_kept_for(world, teacher, co_teacher, client_of):
    answer = send(client_of(teacher), co_teacher, item(world.student))

    assert answer.status_code == 409
    assert not CheckIn.objects.exists()


UNREADABLE = [
    "",
    "[]",
    "{",
    '{"person": 1}',
    '{"person": "x", "items": {"a": 1}}',
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_is_400(world, teacher, client_of, body):
    answer = client_of(teacher).post("/check-in/sync", body, content_type="application/json")

    assert answer.status_code == 400
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("item", [1, {"how": "well"}])
def test_what_cannot_be_read_of_one_entry_is_told_to_its_writer_only(world, teacher, client_of, item):
    theirs = json.dumps({"person": "x", "items": [item]})
    own = json.dumps({"person": str(teacher.public_id), "items": [item]})

    refused = client_of(teacher).post("/check-in/sync", theirs, content_type="application/json")
    told = client_of(teacher).post("/check-in/sync", own, content_type="application/json")

    assert (refused.status_code, told.status_code) == (409, 200)
    assert [bool(one["why"]) for one in told.json()["answers"]] == [True]
    assert not CheckIn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_the_same_at_once_write_one(world, teacher):
    met, viewer = Met(uuid.uuid4()), viewer_of(teacher)
    ready = threading.Barrier(4)
    failed = []

    def tab():
        try:
            ready.wait(5)
            check_in(by=viewer, how={world.student: CheckInHow.WELL}, met=met)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connection.close()

    tabs = [threading.Thread(target=tab) for _n in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(20)

    assert failed == []
    assert CheckIn.objects.count() == 1
    assert AuditEvent.objects.filter(action="check_in.add").count() == 1


def test_the_page_without_a_connection_says_nothing_about_anybody(world, teacher, client_of):
    here, nobody = (client.get("/check-in/offline?language=es") for client in (client_of(teacher), client_of(None)))

    for answer in (here, nobody):
        text = answer.content.decode()
        assert answer.status_code == 200
        assert 'lang="es"' in text
        assert all(person.given_name not in text for person in [teacher, *(s.person for s in world.students)])
        assert str(teacher.public_id) not in text
    worker = client_of(None).get("/check-in-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Service-Worker-Allowed"] == "/"
    assert "/check-in/offline?language=en" in worker.content.decode()
    listed = client_of(teacher).get(f"/students/{world.student.public_id}/check-in")
    assert "no-store" in listed["Cache-Control"]


# ------------------------------------------------------------------ reaching a family
def tried(by, world, guardian=None, **more):
    contact = NewContact(**({"key": uuid.uuid4(), "mode": "phone", "outcome": "no_answer"} | more),
                         guardian_id=guardian.pk if guardian else None)  # fmt: skip
    return add_contact(by=viewer_of(by), student=world.student, contact=contact)


def test_a_student_is_never_the_interpreter(world, navigator, guardian):
    for child in (world.student, world.students[2]):
        with pytest.raises(PlanError, match="never the interpreter"):
            tried(navigator, world, guardian, interpreter="staff", interpreter_id=child.person_id)
    assert not ContactAttempt.objects.exists()
    assert tried(navigator, world, guardian, interpreter="staff", interpreter_id=world.people["teacher"].pk)


def test_a_forged_student_is_no_choice_on_the_page_either(world, navigator, guardian, client_of):
    path = f"/students/{world.student.public_id}/contacts"
    body = {"mode": "phone", "outcome": "held", "purpose": "conversation", "interpreter": "staff", "language": "en",
            "guardian": guardian.pk, "key": str(uuid.uuid4())}  # fmt: skip

    assert client_of(navigator).post(path, body | {"interpreted_by": world.student.person_id}).status_code == 422
    assert not ContactAttempt.objects.exists()
    assert client_of(navigator).post(path, body).status_code == 302
    assert ContactAttempt.objects.get().guardian == guardian
    assert "was held" in client_of(navigator).get(path).content.decode()


def test_a_try_stays_with_the_home_of_the_guardian_who_was_tried(world, navigator, guardian):
    other = add_person("father")
    relate(other, RelationshipKind.GUARDIAN, [world.student])
    Relationship.objects.filter(person=guardian).update(household="one")
    Relationship.objects.filter(person=other).update(household="two")

    assert tried(navigator, world, other).household == "two"
    with pytest.raises(PlanError, match="two homes"):
        tried(navigator, world)
    with pytest.raises(PlanError):
        tried(navigator, world, world.people["other_guardian"])


# ------------------------------------------------------------------ working notes
def note(by, world, text="Ask about the bus", **fields):
    row = note_services.add_note(by=viewer_of(by), student=world.student, text=text)
    if fields:
        WorkingNote.objects.filter(pk=row.pk).update(**fields)
    return row


def test_a_note_is_its_authors_alone_and_says_what_it_is(world, teacher, co_teacher, guardian, client_of):
    row = note(teacher, world)
    path = f"/students/{world.student.public_id}/notes"

    mine = client_of(teacher).get(path).content.decode()
    assert "Ask about the bus" in mine
    assert "Part of the record if a family asks" in mine
    assert "Ask about the bus" not in client_of(co_teacher).get(path).content.decode()
    assert client_of(co_teacher).get(f"/notes/{row.public_id}").status_code == 404
    assert client_of(guardian).get(path).status_code == 403


def test_two_tabs_that_change_a_note_keep_both_texts(world, teacher):
    row = note(teacher, world)
    note_services.change_note(by=viewer_of(teacher), note=row, text="First", purge_on=None, version=1)

    with pytest.raises(TextChangedError) as changed:
        note_services.change_note(by=viewer_of(teacher), note=row, text="Second", purge_on=None, version=1)

    assert (changed.value.theirs, changed.value.mine) == ("First", "Second")


def test_the_purge_takes_a_note_on_its_day_with_its_history(world, teacher):
    row = note(teacher, world)
    note_services.change_note(by=viewer_of(teacher), note=row, text="Reworded", purge_on=None, version=1)
    kept = WorkingNote.pgh_event_model.objects
    assert kept.filter(text="Ask about the bus").exists()

    assert purge_notes(today=world.today + timedelta(days=59)) == 0
    assert purge_notes(today=world.today + timedelta(days=60)) == 1

    assert not WorkingNote.objects.exists()
    assert not kept.exists()
    event = AuditEvent.objects.get(action="note.purge")
    assert (event.student_ids, event.details["notes"]) == ([world.student.pk], 1)


def test_the_purge_halts_under_a_hold_and_while_a_wish_of_the_family_is_open(world, teacher, navigator, guardian):
    note(teacher, world, purge_on=world.today)
    hold = place_hold(by=viewer_of(navigator), student=world.student, about=Subject.PLAN, reason="Safety")
    assert purge_notes(today=world.today) == 0
    end_hold(by=viewer_of(navigator), hold=hold)
    wish = Proposal.objects.create(
        plan=make.PlanFactory(student=world.student), voice=Voice.FAMILY, to_voice=Voice.STAFF, text="More art",
        language="en", author=guardian, answer_by=world.today,
    )  # fmt: skip
    assert purge_notes(today=world.today) == 0
    Proposal.objects.filter(pk=wish.pk).update(state="accepted")
    assert purge_notes(today=world.today) == 1


def test_a_note_becomes_one_entry_and_goes(world, teacher, client_of):
    row = note(teacher, world)
    path = f"/notes/{row.public_id}/enter"
    body = {"text": "A seat near the front helps", "domain": "academic", "language": "en"}

    assert client_of(teacher).post(path, body).status_code == 302
    assert client_of(teacher).post(path, body).status_code == 422
    assert Need.objects.get().text == "A seat near the front helps"
    assert purge_notes(today=world.today) == 1


# ------------------------------------------------------------------ statements and holds, through their pages
def test_family_and_staff_add_to_an_entry_and_a_team_only_reads(world, teacher, guardian, specialist, client_of):
    need = make.NeedFactory(plan=make.PlanFactory(student=world.student), author=teacher)
    path = f"/students/{world.student.public_id}/timeline/need/{need.public_id}"
    body = {"text": "It helps at home too", "language": "en", "audience": "circle"}

    assert client_of(guardian).post(path, body).status_code == 302
    assert client_of(guardian).post(path, body | {"text": " "}).status_code == 422
    assert client_of(specialist).get(path).status_code == 200
    assert client_of(specialist).post(path, body).status_code == 403
    assert client_of(teacher).get(path.replace("/need/", "/goal/")).status_code == 404
    row = Amendment.objects.get()
    assert (row.voice, row.author) == (Voice.FAMILY, guardian)
    assert "It helps at home too" in client_of(teacher).get(path).content.decode()


def test_a_hold_is_placed_and_ended_by_navigator_and_plan_lead(world, navigator, guardian, plan_lead, client_of):
    (row,) = check_in(by=viewer_of(navigator), how={world.student: CheckInHow.WELL}, met=Met(uuid.uuid4(), note="Hm"))
    place = f"/students/{world.student.public_id}/holds?about=check_in&entry={row.public_id}"
    line = f"/students/{world.student.public_id}/timeline"

    assert client_of(navigator).post(place, {"reason": ""}).status_code == 422
    for _twice in range(2):
        assert client_of(navigator).post(place, {"reason": "A court asked"}).status_code == 302
    hold = SafetyHold.objects.get()
    assert "Going well" not in client_of(guardian).get(line).content.decode()
    assert client_of(guardian).post(f"/holds/{hold.public_id}/end").status_code == 403
    lead = client_of(plan_lead)
    lead.post(f"/students/{world.student.public_id}/purpose", {"purpose": "safety"})
    assert lead.post(f"/holds/{hold.public_id}/end").status_code == 302
    assert "Going well" in client_of(guardian).get(line).content.decode()
    assert AuditEvent.objects.filter(action__startswith="hold.").count() == 2
