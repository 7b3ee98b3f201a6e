"""Transfer packets: what travels, what stays, and that a plan arrives as it left."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.choices import ReadPurpose, RelationshipKind, Role
from accounts.models import AuditEvent, Job, Person, Relationship, Student
from assessments.models import Evidence
from competencies.models import Competency, Framework
from success_plans.choices import AgreementAnswer, ConsentKind, PlanState
from success_plans.models import (
    Agreement,
    Amendment,
    CheckIn,
    Consent,
    ContactAttempt,
    Decision,
    EntryFinding,
    FamilyWays,
    Goal,
    Meeting,
    MeetingAttendee,
    Need,
    PathwayChoice,
    Plan,
    PlanPointer,
    PlanStatement,
    PlanVersion,
    Proposal,
    SafetyHold,
    TransferPacket,
    TranslationRequest,
    WorkingNote,
)
from success_plans.selectors.consents import consent_by_id, consents, may
from success_plans.selectors.moments import snapshot
from success_plans.selectors.packets import MODELS
from success_plans.services import versions as version_services
from success_plans.services.packets.receiving import receive_packet
from success_plans.services.packets.sending import send_packet
from success_plans.transfer.packet import Packet, data_parts, digest_of, pack, unpack
from success_plans.transfer.shape import PacketError, Wrong
from success_plans.versions.snapshot import digest, from_json
from supports.models import ReferralEvent, SupportSession
from tests import factories as make
from tests.cast import add_person, demonstrate, relate, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_plan(world, student, navigator, guardian, teacher, plan_lead):
    """Maya's plan with one of everything that travels, and of everything that must not."""
    maya, now = world.student, timezone.now()
    plan = make.PlanFactory(student=maya, created_by=navigator, state=PlanState.CONSULTATION)
    said = make.PlanStatementFactory(plan=plan, author=student, scribe=teacher)
    make.PlanStatementFactory(plan=plan, author=guardian, voice="family", kind="hope", text="Leer más.", language="es")
    make.PlanStatementFactory(plan=plan, author=guardian, voice="family", text="TAKEN BACK", withdrawn_at=now)
    need = make.NeedFactory(plan=plan, author=teacher)
    goal = make.GoalFactory(
        plan=plan, author=student, competency=world.idea["compare"], helper=teacher, how_where="At home too."
    )
    Amendment.objects.create(
        plan=plan, about="need", about_id=need.public_id, voice="family", text="We see it otherwise.",
        language="en", author=guardian,
    )  # fmt: skip
    EntryFinding.objects.create(
        plan=plan, area="academic", competency=world.idea["compare"], found_on=world.today, can_do="Compares.",
        language="en", author=teacher,
    )  # fmt: skip
    PlanPointer.objects.create(plan=plan, kind="iep", accommodations="Large print.", language="en", author=teacher)
    FamilyWays.objects.create(plan=plan, guardian=guardian, best_way="phone", author=guardian)
    PathwayChoice.objects.create(plan=plan, interest="Maps", language="en", author=student)
    support = make.SupportFactory(
        student=maya, owner=teacher, shared_at=now, family_wordings={"en": {"family": "SHOWN"}}
    )
    make.SupportFactory(student=maya, owner=teacher, title="Second", family_wordings={"en": {"family": "UNSHARED"}})
    SupportSession.objects.create(support=support, held_on=world.today, minutes=20, by=teacher, key=uuid.uuid4())
    ReferralEvent.objects.create(support=support, state="offered", on=world.today, by=teacher)
    meeting = Meeting.objects.create(plan=plan, starts_at=now - timedelta(days=1), language="en", called_by=navigator)
    Decision.objects.create(
        meeting=meeting, text="Two afternoons.", language="en", author=navigator, key=uuid.uuid4(), support=support
    )
    for who, role in ((student, "student"), (guardian, "family"), (teacher, "teacher")):
        MeetingAttendee.objects.create(meeting=meeting, person=who, role=role, was_there=True)
    MeetingAttendee.objects.create(meeting=meeting, name="Coach Ama", role="partner")
    asked = {"plan": plan, "language": "en", "author": guardian, "answer_by": world.today}
    Proposal.objects.create(
        goal=goal, voice="family", to_voice="staff", text="Could she read to her brother?", state="partly",
        answer="Yes, on Fridays.", answered_by=navigator, answered_at=now, **asked,
    )  # fmt: skip
    Proposal.objects.create(voice="family", to_voice="staff", text="More chess, please.", **asked)
    Proposal.objects.create(voice="family", to_voice="staff", text="PROPOSAL TAKEN BACK", state="withdrawn", **asked)
    Consent.objects.create(student=maya, kind="media", given_by=guardian, is_yes=True, given_on=world.today)
    Consent.objects.create(
        student=maya, kind="partner", about="Chess club", given_by=guardian, scribe=navigator, is_yes=True,
        given_on=world.today, withdrawn_at=now,
    )  # fmt: skip
    wish = {"asked_by": guardian, "of_version": 1}
    TranslationRequest.objects.create(
        statement=said, language="es", text="Me gustan los mapas.", translated_by=teacher, translated_at=now, **wish
    )
    TranslationRequest.objects.create(goal=goal, language="es", **wish)
    CheckIn.objects.create(student=maya, by=navigator, met_at=now, how="well", language="en", key=uuid.uuid4())
    ContactAttempt.objects.create(
        student=maya, guardian=guardian, by=navigator, tried_at=now, mode="phone", outcome="held", key=uuid.uuid4()
    )
    WorkingNote.objects.create(student=maya, author=teacher, text="WORKING NOTE", purge_on=world.today)
    demonstrate(teacher, maya, world.idea["compare"], until=world.today)
    pieces = Evidence.objects.filter(student=maya).values_list("public_id", flat=True)[:1]
    gone = PlanStatement.objects.get(plan=plan, withdrawn_at__isnull=False)
    meeting.conference = {
        "strengths": [str(said.public_id), str(gone.public_id)],
        "evidence": [str(pk) for pk in pieces],
        "proud": "My bridge held four books.",
        "language": "en",
    }
    meeting.save()
    make.FlagFactory(student=maya, competency=world.idea["compare"], owner=teacher, dismiss_note="FLAG NOTE")
    version = version_services.agree_version(by=viewer_of(navigator), student=maya, reason="Autumn.")
    version_services.answer(
        by=viewer_of(guardian), version=version, person=guardian, answer=AgreementAnswer.DISAGREE,
        statement="Not without music.", language="en",
    )  # fmt: skip
    return {"plan": plan, "said": said, "goal": goal, "need": need, "version": version}


def send(world, plan_lead):
    return send_packet(by=viewer_of(plan_lead), student=world.student, other_party="Hillside", reason="Enrolled.")


def elsewhere(world):
    """The plan lead of the other school."""
    return add_person("lead_elsewhere", Role.PLAN_LEAD, world.school_elsewhere)


def counts():
    return {name: model._default_manager.count() for name, model in MODELS.items()}


def test_flags_notes_and_words_taken_back_or_not_shown_stay_here(world, full_plan, plan_lead):
    sent = send(world, plan_lead)

    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert archive.testzip() is None
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        copy = archive.read("plan.html").decode()
    for gone in ("TAKEN BACK", "PROPOSAL TAKEN BACK", "UNSHARED", "WORKING NOTE", "FLAG NOTE", "READY_NEXT", "flag"):
        assert gone not in everything, gone
    for kept in ("More chess, please.", "Coach Ama", "Chess club", "Me gustan los mapas.", "four books."):
        assert kept in everything, kept
        assert kept in copy, kept
    for kept in ("SHOWN", "Leer más.", "We see it otherwise.", "Not without music.", "Large print.", "Two afternoons."):
        assert kept in everything, kept
    for read in ("Leer más.", "We see it otherwise.", "Not without music.", "Compare"):
        assert read in copy, read
    row = AuditEvent.objects.get(action="packet.send")
    assert (row.student_ids, row.details["other_party"]) == ([world.student.pk], "Hillside")
    assert TransferPacket.objects.get().digest == sent.row.digest


def test_the_same_plan_gives_the_same_digest_and_a_changed_one_another(world, full_plan, plan_lead):
    first, second = send(world, plan_lead), send(world, plan_lead)
    Goal.objects.update(steps="A page a day.", how_where="At the library.")

    assert first.row.digest == second.row.digest
    assert send(world, plan_lead).row.digest != first.row.digest


def test_what_is_on_hold_stays_with_what_belongs_to_it_and_is_counted(world, full_plan, plan_lead, navigator):
    SafetyHold.objects.create(
        student=world.student, about="need", about_id=full_plan["need"].public_id, reason="safety", placed_by=navigator
    )

    sent = send(world, plan_lead)
    packet, _digest = unpack(sent.content)

    assert sent.held_back == 2  # the need, and the version that contains it
    assert packet.student["held_back"] == 2
    for table in ("needs", "amendments", "versions", "agreements"):
        assert packet.rows[table] == [], table
    assert b"More time with fractions" not in b"".join(data_parts(packet).values())


@pytest.mark.django_db(transaction=True)
def test_a_packet_in_an_empty_instance_is_the_same_plan(world, full_plan, plan_lead, navigator):
    before = snapshot(viewer=viewer_of(navigator), student=world.student)
    there, version = counts(), full_plan["version"]
    content = send(world, plan_lead).content
    sessions = [json.loads(d) for n, d in data_parts(unpack(content)[0]).items() if n == "record.json"]
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    make.DistrictFactory()
    school = make.SchoolFactory(name="Far Away")
    lead = add_person("far_lead", Role.PLAN_LEAD, school)

    got = receive_packet(by=viewer_of(lead), school=school, content=content, student=None)

    child = Student.objects.get()
    after = snapshot(viewer=viewer_of(lead), student=child)
    expected = {  # what was taken back stays, and so do the words the family was not shown
        e.id: e for e in before.entries
    }
    assert {e.id: e.fields for e in after.entries} == {pk: e.fields for pk, e in expected.items()}
    assert dict(after.people) == dict(before.people)
    assert dict(after.competencies) == dict(before.competencies)
    assert digest(after) == digest(before)
    less = {name: there[name] - 1 for name in ("statements", "proposals")}  # what was taken back stays
    assert counts() == there | less
    again = PlanVersion.objects.get()
    assert (again.content, again.digest, again.template) == (version.content, version.digest, version.template)
    assert Agreement.objects.get().statement == "Not without music."
    assert not Framework.objects.get().is_published
    assert Competency.objects.get().name == "Compare"
    assert Evidence.objects.values_list("value", flat=True).distinct().get() == 3
    assert sessions[0]["sessions"][0]["minutes"] == SupportSession.objects.get().minutes
    assert not Relationship.objects.exclude(ends_on__lte=timezone.localdate()).exists()
    assert not Person.objects.filter(user__isnull=False).exclude(pk=lead.pk).exists()

    repeated = receive_packet(by=viewer_of(lead), school=school, content=content, student=None)

    assert repeated.is_repeat
    assert repeated.row == got.row
    assert counts() == there | less
    assert Student.objects.count() == 1
    back = send_packet(by=viewer_of(lead), student=child, other_party="Riverside", reason="Back again.")
    returned, _sum = unpack(back.content)
    came, _sum = unpack(content)
    assert {name for name, rows in came.rows.items() if not rows} == set()  # one of everything travelled
    assert returned.rows == came.rows
    assert (returned.student, returned.people, returned.plan) == (came.student, came.people, came.plan)
    assert [returned.competencies[pk]["name"] for pk in came.competencies] == ["Compare"]


def test_a_plan_joins_a_student_on_the_roster_and_nobody_of_ours_is_taken_for_an_author(
    world, full_plan, plan_lead, teacher
):
    lead = elsewhere(world)
    child = make.StudentFactory(school=world.school_elsewhere, person__given_name="Maya", person__family_name="Okafor")
    content = send(world, plan_lead).content

    receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=child)

    plan = Plan.objects.get(student=child)
    assert plan.statements.count() == 2
    own = plan.statements.get(kind="strength")
    assert own.author == child.person
    assert own.scribe != teacher
    assert (own.scribe.display_name, own.scribe.is_active) == (teacher.display_name, False)
    assert own.public_id != full_plan["said"].public_id  # that id is somebody else's here
    prepared = Meeting.objects.get(plan=plan).conference
    assert prepared["strengths"] == [str(own.public_id)]
    (piece,) = prepared["evidence"]
    assert Evidence.objects.get(public_id=piece).student == child
    note = Amendment.objects.get(plan=plan)
    assert note.about_id == Need.objects.get(plan=plan).public_id
    assert Evidence.objects.filter(student=child).count() == 3
    assert set(Evidence.objects.values_list("competency_id", flat=True)) == {world.idea["compare"].pk}
    assert not Relationship.objects.filter(student=child, kind=RelationshipKind.GUARDIAN, ends_on__isnull=True).exists()


def test_two_households_stay_apart_after_a_move(world, full_plan, plan_lead, guardian):
    other = add_person("second_home")
    relate(other, "guardian", [world.student])
    Relationship.objects.filter(person=guardian).update(household="a")
    Relationship.objects.filter(person=other).update(household="b")
    lead = elsewhere(world)
    content = send(world, plan_lead).content

    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=None)

    marks = Relationship.objects.filter(student=got.row.student, kind="guardian").values_list("household", flat=True)
    assert sorted(marks) == ["", "a", "b"]  # with who was family once


def test_a_consent_from_elsewhere_is_told_and_opens_nothing(world, full_plan, plan_lead, guardian, client_of):
    lead = elsewhere(world)
    assert may(world.student, ConsentKind.MEDIA)

    got = receive_packet(
        by=viewer_of(lead), school=world.school_elsewhere, content=send(world, plan_lead).content, student=None
    )

    child = got.row.student
    assert Consent.objects.filter(student=child).count() == 2
    assert not may(child, ConsentKind.MEDIA)
    media = next(a for a in consents(viewer=viewer_of(lead), student=child) if a.kind == ConsentKind.MEDIA)
    assert not media.is_open
    assert not media.was_asked
    (answer,) = media.answers
    assert (answer.is_yes, answer.is_standing, answer.elsewhere) == (True, False, world.school.name)
    row = Consent.objects.get(student=child, kind=ConsentKind.MEDIA)
    assert consent_by_id(viewer=viewer_of(lead), public_id=row.public_id) is None  # nothing to take back here
    navigator_there = add_person("navigator_there", Role.NAVIGATOR, world.school_elsewhere)
    relate(navigator_there, RelationshipKind.CASELOAD, [child])
    page = client_of(navigator_there).get(reverse("consents", args=[child.public_id])).content.decode()
    assert f"said at {world.school.name}; it does not count here" in page
    assert "Nobody has been asked yet" in page


def test_a_yes_given_here_stays_in_force_when_the_plan_comes_back(world, full_plan, plan_lead):
    content = send(world, plan_lead).content

    receive_packet(by=viewer_of(plan_lead), school=world.school, content=content, student=world.student)

    assert Consent.objects.count() == 2
    assert may(world.student, ConsentKind.MEDIA)


def test_who_came_is_known_by_role_and_nobody_becomes_a_person_for_it(world, full_plan, plan_lead, teacher):
    packet, _sum = unpack(send(world, plan_lead).content)
    rows = {row["role"]: row for row in packet.rows["attendees"]}

    assert (rows["teacher"]["person"], rows["teacher"]["name"]) == (None, teacher.display_name)
    assert (rows["partner"]["person"], rows["partner"]["name"]) == (None, "Coach Ama")
    assert rows["family"]["person"] in packet.people
    assert rows["student"]["person"] == packet.student["person"]
    assert all(row["was_there"] for role, row in rows.items() if role != "partner")


def test_a_second_packet_brings_only_what_is_new(world, full_plan, plan_lead):
    first, said = send(world, plan_lead).content, full_plan["said"]
    TranslationRequest.objects.create(
        statement=full_plan["said"],
        language="so",
        text="Waan jeclahay.",
        of_version=1,
        asked_by=said.author,
    )
    MeetingAttendee.objects.create(meeting=Meeting.objects.get(), name="Aunt Lu", role="family")
    second = send(world, plan_lead).content
    lead = elsewhere(world)

    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=first, student=None)
    more = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=second, student=got.row.student)

    assert {name: n for name, n in more.written.items() if n} == {"translations": 1, "attendees": 1}
    assert "rows" not in more.row.left_over


def test_a_text_that_has_words_in_a_language_here_keeps_them(world, full_plan, plan_lead):
    content = send(world, plan_lead).content
    lead = elsewhere(world)
    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=None)
    said = PlanStatement.objects.get(plan__student=got.row.student, kind="strength")
    said.translations.all().delete()
    TranslationRequest.objects.create(
        statement=said, language="es", text="Dicho aquí.", of_version=1, asked_by=said.author
    )
    Goal.objects.filter(plan__student=world.student).update(steps="A page a day.")  # so that it is another packet

    more = receive_packet(
        by=viewer_of(lead), school=world.school_elsewhere, content=send(world, plan_lead).content,
        student=got.row.student,
    )  # fmt: skip

    assert said.translations.get().text == "Dicho aquí."
    assert [row["table"] for row in more.row.left_over["rows"]] == ["translations"]


def test_a_packet_of_the_first_format_is_still_read(world):
    content = (Path(__file__).parent / "packet_of_schema_1.zip").read_bytes()
    lead = elsewhere(world)

    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=None)

    assert PlanVersion.objects.get(plan__student=got.row.student).number == 1
    assert got.written["statements"] == 2
    assert {got.written[name] for name in ("attendees", "proposals", "consents", "translations")} == {0}
    assert got.row.left_over == {}


def test_a_table_that_a_format_did_not_have_is_left_over(world, full_plan, plan_lead):
    content = send(world, plan_lead).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        said = json.loads(archive.read("manifest.json"))
    older = remade(content, lambda parts: parts.update({"manifest.json": json.dumps(said | {"schema": 1}).encode()}))

    packet, _sum = unpack(older)

    assert packet.rows["consents"] == []
    assert len(packet.left_over["record"]["consents"]) == 2


def written_in(content):
    """The schema a packet says it is in."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("manifest.json"))["schema"]


def without_versions(content):
    """The same packet before anything was agreed."""
    packet, _sum = unpack(content)
    packet.rows |= {"versions": [], "agreements": []}
    return pack(packet, made_at="", copy="")[0]


def test_a_packet_that_says_nothing_new_is_the_one_earlier_programs_know(world, full_plan, plan_lead):
    """The digest is that of schema 2, as it was made before goals said how and where."""
    Goal.objects.update(how_where="")
    content = without_versions(send(world, plan_lead).content)

    packet, _sum = unpack(content)
    assert written_in(content) == 2
    assert ["how_where" in row for row in packet.rows["goals"]] == [False]
    said = {"id": "g", "text": "Read"}
    sums = [
        digest_of(data_parts(Packet({"district": "d"}, {"id": "s"}, rows={"goals": [goal]})))
        for goal in (said, said | {"how_where": ""}, said | {"how_where": None})
    ]
    assert {*sums} == {"96db1684141def9675407116a5d846336704e8f771fcd97004a825bd3e8807f7"}
    lead = elsewhere(world)
    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=None)
    assert Goal.objects.get(plan__student=got.row.student).how_where == ""


@pytest.mark.parametrize("where", ["in the goal", "in a version"])
def test_a_packet_with_something_new_says_so_to_earlier_programs(world, full_plan, plan_lead, where):
    if where == "in the goal":
        content = without_versions(send(world, plan_lead).content)
    else:
        Goal.objects.update(how_where="")
        content = send(world, plan_lead).content

    assert written_in(content) == 3
    lead = elsewhere(world)
    got = receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=content, student=None)
    goal = Goal.objects.get(plan__student=got.row.student)
    assert goal.how_where == ("At home too." if where == "in the goal" else "")
    assert got.row.left_over == {}


def test_a_version_of_a_newer_program_inside_a_packet_is_told_as_such(world, full_plan, plan_lead):
    packet, _sum = unpack(send(world, plan_lead).content)
    packet.rows["versions"][0]["content"] |= {"shape": 99}
    content, _sum = pack(packet, made_at="", copy="")

    with pytest.raises(PacketError) as caught:
        receive_packet(by=viewer_of(elsewhere(world)), school=world.school_elsewhere, content=content, student=None)

    assert caught.value.wrong == Wrong.NEWER


# ------------------------------------------------------------------ what is not a packet
def remade(content, change):
    """The same zip with other parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_files_that_are_no_packets_are_refused_in_kind_words(world, full_plan, plan_lead):
    content = send(world, plan_lead).content

    def swap(old, new, part="plan.json"):
        def change(parts):
            parts[part] = parts[part].replace(old, new)

        return change

    def add(name):
        return lambda parts: parts.update({name: b"x"})

    wrong = {
        b"": Wrong.NOT_A_ZIP,
        b"PK\x03\x04 nonsense": Wrong.NOT_A_ZIP,
        content[: len(content) // 2]: Wrong.NOT_A_ZIP,
        remade(content, lambda parts: parts.pop("manifest.json")): Wrong.NOT_A_PACKET,
        remade(content, lambda parts: parts.pop("plan.json")): Wrong.MISSING,
        remade(content, add("../../etc/passwd")): Wrong.NOT_A_PACKET,
        remade(content, add("files/x.py")): Wrong.NOT_A_PACKET,
        remade(content, swap(b"Leer", b"Leet")): Wrong.CHANGED,
        remade(content, swap(b'"schema":3', b'"schema":4', "manifest.json")): Wrong.NEWER,
        remade(content, swap(b'"schema":3', b'"schema":0', "manifest.json")): Wrong.NOT_A_PACKET,
        remade(content, swap(b'"schema":3', b'"schema":true', "manifest.json")): Wrong.NOT_A_PACKET,
        remade(content, swap(b"throughline-transfer", b"something", "manifest.json")): Wrong.NOT_A_PACKET,
        remade(content, lambda p: p.update({"manifest.json": b"[" * 100_000})): Wrong.NOT_A_PACKET,
        remade(content, lambda p: p.update({"plan.html": b"0" * (26 * 1024 * 1024)})): Wrong.TOO_LARGE,
    }
    for bad, why in wrong.items():
        with pytest.raises(PacketError) as caught:
            unpack(bad)
        assert caught.value.wrong == why


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("statements", "said_on", "yesterday"),
        ("statements", "kind", "grade"),
        ("statements", "author", "5a1c1f0e-3b7e-4f0a-9a53-000000000004"),
        ("statements", "author", None),
        ("statements", "id", "1"),
        ("statements", "text", "a\x00b"),
        ("statements", "text", "x" * 5000),
        ("statements", "version", True),
        ("supports", "minutes", -1),
        ("supports", "ends_on", "2999-01-01"),
        ("statements", "said_on", "0001-01-01"),
        ("statements", "said_on", "9999-12-31"),
        ("statements", "created_at", "0001-01-01T00:00:00+14:00"),
        ("statements", "version", -1),
        ("statements", "version", 2**31),
        ("statements", "text", {"a": "b"}),
        ("statements", "language", "l" * 36),
        ("evidence", "value", "1E+1000000"),
        ("versions", "number", 2**40),
        ("versions", "template", {"kind": "a\x00b"}),
        ("versions", "template", {"number": float("inf")}),
        ("supports", "family_wordings", {"en": {"title": "a\x00b"}}),
        ("evidence", "value", "NaN"),
        ("evidence", "value", "99999999"),
        ("versions", "content", {"shape": 1}),
        ("versions", "digest", "0" * 64),
        ("consents", "is_yes", None),
        ("meetings", "conference", {"strengths": ["x"]}),
        ("meetings", "conference", {"strengths": "x"}),
        ("meetings", "conference", {"proud": ["x"]}),
        ("meetings", "conference", {"proud": "x" * 5000}),
        ("meetings", "conference", {"colour": "green"}),
        ("consents", "kind", "everything"),
        ("proposals", "state", "maybe"),
        ("proposals", "goal", 7),
        ("translations", "of_version", -1),
        ("translations", "about", 7),
        ("attendees", "role", "boss"),
        ("attendees", "was_there", "yes"),
    ],
)
def test_a_packet_with_a_value_that_cannot_be_leaves_nothing_behind(world, full_plan, plan_lead, table, field, value):
    packet, _sum = unpack(send(world, plan_lead).content)
    packet.rows[table][0][field] = value
    bad, _digest = pack(packet, made_at="2026-01-01", copy="")
    before = (counts(), Person.objects.count(), Student.objects.count())
    lead = elsewhere(world)

    with pytest.raises(PacketError):
        receive_packet(by=viewer_of(lead), school=world.school_elsewhere, content=bad, student=None)

    assert (counts(), Person.objects.count() - 1, Student.objects.count()) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opened_on", "whenever"),
        ("opened_on", 5),
        ("review_on", "0001-01-01"),
        ("domain", {"en": {"a": "b"}}),
        ("text", 7),
        ("id", "not an id"),
    ],
)
def test_a_version_no_page_could_tell_is_not_taken_in(world, full_plan, plan_lead, field, value):
    packet, _sum = unpack(send(world, plan_lead).content)
    row = packet.rows["versions"][0]
    need = next(entry for entry in row["content"]["entries"] if entry["entry"] == "need")
    need[field] = value
    row["digest"] = digest(from_json(row["content"]))
    bad, _digest = pack(packet, made_at="2026-01-01", copy="")
    before = counts()

    with pytest.raises(PacketError):
        receive_packet(by=viewer_of(elsewhere(world)), school=world.school_elsewhere, content=bad, student=None)

    assert counts() == before


def resealed(content, old, new):
    """The packet with other bytes in its parts, and sums that are right for them."""

    def change(parts):
        manifest = json.loads(parts.pop("manifest.json"))
        for name in parts:
            parts[name] = parts[name].replace(old, new)
        manifest["digest"] = digest_of(parts)
        manifest["parts"] = [{"name": n, "sha256": hashlib.sha256(data).hexdigest()} for n, data in parts.items()]
        parts["manifest.json"] = json.dumps(manifest).encode()

    return remade(content, change)


@pytest.mark.parametrize("what", [b"a\\u0000b", b"\\ud83d", b'", "x": 1e999, "y": "'])
def test_what_no_database_keeps_is_refused_before_anybody_is_looked_for(world, full_plan, plan_lead, client_of, what):
    packet, _sum = unpack(send(world, plan_lead).content)
    packet.student["preferred_name"] = "PLACE"
    content, _digest = pack(packet, made_at="2026-01-01", copy="")
    assert unpack(resealed(content, b"PLACE", b"Other"))[0].student["preferred_name"] == "Other"

    with pytest.raises(PacketError) as caught:
        unpack(resealed(content, b"PLACE", what))
    assert caught.value.wrong == Wrong.BAD_VALUE
    answer = client_of(plan_lead).post(
        reverse("packet_import", args=[world.school.public_id]),
        {"file": SimpleUploadedFile("plan.zip", resealed(content, b"PLACE", what))},
    )
    assert answer.status_code == 422


def test_what_has_no_place_here_is_kept_with_the_packet(world, full_plan, plan_lead):
    packet, _sum = unpack(send(world, plan_lead).content)
    packet.rows["goals"][0]["colour"] = "green"
    content, _digest = pack(packet, made_at="2026-01-01", copy="")

    got = receive_packet(by=viewer_of(elsewhere(world)), school=world.school_elsewhere, content=content, student=None)

    assert got.row.left_over["goals"] == [{"colour": "green", "id": packet.rows["goals"][0]["id"]}]


# ------------------------------------------------------------------ pages
def test_the_plan_lead_sends_from_the_page_after_saying_to_whom_and_why(
    world, full_plan, plan_lead, teacher, guardian, principal, client_of
):
    address = reverse("packet_export", args=[world.student.public_id])
    client = client_of(plan_lead)
    assert client.get(address).status_code == 302  # asked for a purpose first
    client.post(reverse("student_purpose", args=[world.student.public_id]), {"purpose": ReadPurpose.RECORDS})

    assert client.get(address).status_code == 200
    assert client.post(address, {"other_party": "Hillside"}).status_code == 422
    sent = client.post(address, {"other_party": "Hillside", "reason": "Enrolled."})

    assert (sent.status_code, sent["Content-Type"]) == (200, "application/zip")
    assert "maya" not in sent["Content-Disposition"].lower()
    assert unpack(sent.content)[0].student["given_name"] == "Maya"
    assert "Hillside" in client.get(address).content.decode()
    for person in (teacher, guardian):
        assert client_of(person).post(address, {"other_party": "x", "reason": "y"}).status_code == 403


def test_the_receiving_lead_looks_first_and_then_says_whose_plan_it_is(
    world, full_plan, plan_lead, principal_elsewhere, client_of
):
    content = send(world, plan_lead).content
    lead = elsewhere(world)
    names = {"person__given_name": "Maya", "person__family_name": "Okafor"}
    child = make.StudentFactory(school=world.school_elsewhere, grade="05", **names)
    address = reverse("packet_import", args=[world.school_elsewhere.public_id])
    client = client_of(lead)

    broken = client.post(address, {"file": SimpleUploadedFile("plan.zip", b"PK no")})
    assert broken.status_code == 422
    assert "cut short" in broken.content.decode()
    looked = client.post(address, {"file": SimpleUploadedFile("plan.zip", content)})
    assert looked.status_code == 302
    page = client.get(looked.url)
    assert "Maya Okafor, grade 5<" in page.content.decode()
    assert not Plan.objects.filter(student=child).exists()
    assert client.post(looked.url, {}).status_code == 422
    assert client.post(looked.url, {"student": str(world.student.public_id)}).status_code == 422
    assert client.post(looked.url, {"student": str(child.public_id)}).status_code == 302
    assert Plan.objects.get(student=child).goals.count() == 1
    assert client.get(looked.url).status_code == 404
    assert not Job.objects.get().upload
    again = client.post(address, {"file": SimpleUploadedFile("plan.zip", content)})
    assert "here already" in client.get(again.url).content.decode()
    assert client_of(principal_elsewhere).get(address).status_code == 404


def test_the_command_sends_and_takes_in_as_a_plan_lead(world, full_plan, plan_lead, tmp_path, capsys):
    lead = elsewhere(world)
    path = tmp_path / "plan.zip"

    call_command(
        "transfer_packet", "export", str(world.student.public_id), str(path), "--as", "plan_lead", "--to", "Hillside",
        "--reason", "Enrolled.",
    )  # fmt: skip
    for _time in range(2):
        call_command(
            "transfer_packet", "import", str(world.school_elsewhere.public_id), str(path), "--as", lead.user.username
        )

    assert "nothing was written" in capsys.readouterr().out
    assert Student.objects.filter(school=world.school_elsewhere, person__given_name="Maya").count() == 1
    assert PlanStatement.objects.count() == 5
