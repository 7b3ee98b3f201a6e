"""Quick observations of one or several; what families and students say; what comes next; grades."""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts.choices import RelationshipKind
from accounts.models import AuditEvent, StoredFile
from assessments.choices import Context, EvidenceKind
from assessments.models import Evidence, EvidenceFile, MasterySummary, ObservationAnswer, RefreshRequest
from assessments.services import correct_evidence
from competencies.choices import WordingKind
from success_plans.choices import ConsentKind
from success_plans.models import Consent
from supports import recompute
from supports.choices import SupportType
from supports.models import Support
from supports.selectors.next import what_next
from tests import factories as make
from tests.cast import World, add_person, demonstrate, relate, see, viewer_of

pytestmark = pytest.mark.django_db
WAV = b"RIFF" + (36 + 80).to_bytes(4, "little") + b"WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + (
    b"\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data" + (80).to_bytes(4, "little") + b"\x00" * 80
)  # fmt: skip


@pytest.fixture(autouse=True)
def _somewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def says_yes(world: World, guardian: Any) -> None:
    Consent.objects.create(
        student=world.student, kind=ConsentKind.MEDIA, is_yes=True, given_by=guardian, given_on=world.today
    )


def photo(name: str = "Maya Okafor.jpg") -> SimpleUploadedFile:
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (40, 30), "teal").save(held, "JPEG", exif=exif)
    return SimpleUploadedFile(name, held.getvalue(), "image/jpeg")


def observe_url(world: World) -> str:
    return f"/students/{world.student.public_id}/observe"


def seen(world: World, **more: Any) -> dict[str, Any]:
    idea = str(world.idea["compare"].public_id)
    return {"competency": idea, "note": "Cut it into twelfths.", "key": str(uuid.uuid4())} | more


# ------------------------------------------------------------------ one student
def test_a_photo_is_kept_with_its_piece_without_what_the_camera_noted(
    world: World, teacher: Any, guardian: Any, client_of: Any, says_yes: None
) -> None:
    data = seen(world, note="", picture=photo(), shows="A drawn number line", level="3", context="project")

    answer = client_of(teacher).post(observe_url(world), data)

    piece, held = Evidence.objects.get(), EvidenceFile.objects.get()
    assert answer.status_code == 302
    assert (piece.value, piece.context, piece.section) == (Decimal(3), Context.PROJECT, world.section)
    assert (held.evidence, held.file.student, held.file.description) == (piece, world.student, "A drawn number line")
    with held.file.file.open() as kept:
        assert b"taken at home" not in kept.read()
    why = f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"
    for page in (why, f"/evidence/{piece.public_id}", f"/students/{world.student.public_id}/portfolio"):
        text = client_of(guardian).get(page).content.decode()
        assert f"/evidence/files/{held.file.public_id}" in text
        assert 'alt="A drawn number line"' in text


def test_the_same_key_again_doubles_neither_piece_nor_file(
    world: World, teacher: Any, client_of: Any, says_yes: None
) -> None:
    data = seen(world)
    for upload in (photo(), photo(), None):
        more = {"picture": upload} if upload else {"note": "Something else"}
        assert client_of(teacher).post(observe_url(world), data | more).status_code == 302

    assert Evidence.objects.get().note == "Cut it into twelfths."
    assert StoredFile.objects.count() == 1


def test_without_a_yes_the_page_says_so_and_a_picture_is_refused_with_the_words_kept(
    world: World, teacher: Any, client_of: Any
) -> None:
    client = client_of(teacher)
    page = client.get(observe_url(world)).content.decode()
    assert "has not said yes to keeping pictures" in page
    assert 'name="picture"' not in page

    for sent in ({"picture": photo()}, {"recording": SimpleUploadedFile("v.wav", WAV, "audio/wav")}):
        answer = client.post(observe_url(world), seen(world, **sent))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Cut it into twelfths." in text
        assert "save them without the picture" in text
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "We keep pictures"),
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0 no picture at all", "cannot be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "We keep pictures"),
        (b"\x00" * (10 * 1024 * 1024 + 1), "10 MB"),
    ],
    ids=["program", "empty", "broken", "svg", "large"],
)
def test_a_file_nobody_should_send_leaves_nothing_behind(
    world: World, teacher: Any, client_of: Any, says_yes: None, tmp_path: Any, content: bytes, words: str
) -> None:
    sent = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    fine = SimpleUploadedFile("v.wav", WAV, "audio/wav")

    answer = client_of(teacher).post(observe_url(world), seen(world, picture=photo(), recording=fine, document=sent))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_voice_is_played_on_the_why_page_and_a_correction_keeps_it(
    world: World, teacher: Any, co_teacher: Any, client_of: Any, says_yes: None
) -> None:
    client_of(teacher).post(
        observe_url(world), seen(world, recording=SimpleUploadedFile("v.wav", WAV, "audio/wav"), level="2")
    )
    old, held = Evidence.objects.get(), StoredFile.objects.get()
    new = correct_evidence(by=viewer_of(teacher), evidence=old, key=uuid.uuid4(), value=Decimal(3))

    text = client_of(co_teacher).get(f"/evidence/{new.public_id}").content.decode()
    assert f'<audio controls preload="none" src="/evidence/files/{held.public_id}">' in text
    address = f"/evidence/files/{held.public_id}"
    assert b"".join(client_of(co_teacher).get(address).streaming_content) == WAV
    Consent.objects.update(is_yes=False)
    assert client_of(co_teacher).get(address).status_code == 404
    assert b"".join(client_of(teacher).get(address).streaming_content) == WAV
    assert str(held.public_id) not in client_of(co_teacher).get(f"/evidence/{new.public_id}").content.decode()


def test_what_a_partner_told_is_written_down_as_theirs(world: World, teacher: Any, client_of: Any) -> None:
    client_of(teacher).post(observe_url(world), seen(world, who="partner", level="3", context="community"))

    piece = Evidence.objects.get()
    assert (piece.kind, piece.is_accepted, piece.recorded_by) == (EvidenceKind.PARTNER, True, teacher)


def test_it_is_taken_back_for_ten_minutes_with_its_file(
    world: World, teacher: Any, co_teacher: Any, client_of: Any, says_yes: None
) -> None:
    data = seen(world, picture=photo())
    landing = client_of(teacher).post(observe_url(world), data)["Location"]
    undo = f"/observations/{data['key']}/undo"
    assert undo in client_of(teacher).get(landing).content.decode()
    assert client_of(co_teacher).post(undo).status_code == 404

    for _again in range(2):
        assert client_of(teacher).post(undo, {"next": "https://elsewhere.example/"})["Location"] == "/today"

    assert Evidence.objects.get().withdrawn_at is not None
    assert StoredFile.objects.get().withdrawn_at is not None
    assert undo not in client_of(teacher).get(landing).content.decode()
    assert AuditEvent.objects.filter(action="evidence.withdraw").count() == 1


def test_after_ten_minutes_it_stays(world: World, teacher: Any, client_of: Any) -> None:
    piece = make.EvidenceFactory(
        student=world.student, competency=world.idea["compare"], recorded_by=teacher,
        recorded_at=timezone.now() - timedelta(minutes=11),
    )  # fmt: skip

    answer = client_of(teacher).post(f"/observations/{piece.key}/undo", follow=True)

    assert "Ten minutes are over" in answer.content.decode()
    assert Evidence.objects.get().withdrawn_at is None


# ------------------------------------------------------------------ several at once
def test_several_of_a_class_get_a_piece_each_and_are_taken_back_together(
    world: World, teacher: Any, client_of: Any
) -> None:
    client, url = client_of(teacher), f"/classes/{world.section.public_id}/observe"
    assert "Maya Okafor" in client.get(url).content.decode()
    ids = [str(student.public_id) for student in world.students[:3]]
    data = seen(world, students=ids, level="3")

    for _again in range(2):
        landing = client.post(url, data)["Location"]

    assert Evidence.objects.count() == 3
    assert {row.student for row in Evidence.objects.all()} == set(world.students[:3])
    assert RefreshRequest.objects.count() == 3
    text = client.get(landing).content.decode()
    names = [student.person.display_name for student in sorted(world.students[:3], key=lambda s: s.person.sort_name)]
    places = [text.index(name) for name in names]
    assert places == sorted(places)
    assert world.students[4].person.display_name not in text
    client.post(f"/observations/{data['key']}/undo")
    assert Evidence.objects.filter(withdrawn_at__isnull=True).count() == 0


@pytest.mark.parametrize("change", [{"students": []}, {"students": ["x"]}, {"note": " "}, {"level": "9"}, {"key": "1"}])
def test_a_group_that_does_not_fit_saves_nothing(
    world: World, teacher: Any, client_of: Any, change: dict[str, Any]
) -> None:
    ids = [str(student.public_id) for student in world.students[:2]]
    url = f"/classes/{world.section.public_id}/observe"

    assert client_of(teacher).post(url, seen(world, students=ids) | change).status_code == 422
    stranger = seen(world, students=[str(world.student_next_door.public_id)])
    assert client_of(teacher).post(url, stranger).status_code == 422
    assert not Evidence.objects.exists()


# ------------------------------------------------------------------ what waited on a device
def waited(student: Any, idea: Any, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "student": str(student.public_id),
        "competency": str(idea.public_id),
        "level": "2.5",
        "context": "project",
        "seen_at": (timezone.now() - timedelta(hours=2)).isoformat(),
    } | more


def send(client_of: Any, person: Any, items: Any, *, of: Any = None) -> Any:
    browser = client_of(person)
    browser.raise_request_exception = False
    body = items if isinstance(items, str) else json.dumps({"person": str((of or person).public_id), "items": items})
    return browser.post("/observations/sync", body, content_type="application/json")


def test_what_waited_is_written_once_and_a_stranger_is_refused_without_a_name(
    world: World, teacher: Any, co_teacher: Any, client_of: Any
) -> None:
    idea = world.idea["compare"]
    late = (timezone.now() - timedelta(days=15)).isoformat()
    items = [
        waited(world.student, idea),
        waited(world.student_elsewhere, idea),
        waited(world.student, idea, level="9"),
        waited(world.student, idea, seen_at=late),
    ]

    for _again in range(2):
        answer = send(client_of, teacher, items)

    assert [bool(one["why"]) for one in answer.json()["answers"]] == [False, True, True, True]
    assert world.student_elsewhere.person.given_name not in answer.content.decode()
    piece = Evidence.objects.get()
    assert (piece.value, piece.context, piece.note) == (Decimal("2.5"), "project", "")
    assert send(client_of, teacher, items, of=co_teacher).status_code == 409


@pytest.mark.parametrize(
    "more",
    [
        {"level": "NaN"}, {"level": ["3"]}, {"competency": "x"}, {"key": 5}, {"student": {"$gt": ""}},
        {"context": "moon"}, {"seen_at": "yesterday"}, {"level": "9" * 5000},
    ],
    ids=lambda more: repr(more)[:24],
)  # fmt: skip
def test_an_item_that_makes_no_sense_is_answered_with_why_and_keeps_none_of_the_others_out(
    world: World, teacher: Any, client_of: Any, more: dict[str, Any]
) -> None:
    idea = world.idea["compare"]
    good = waited(world.student, idea)

    answer = send(client_of, teacher, [waited(world.student, idea) | more, good])

    assert answer.status_code == 200
    assert [bool(one["why"]) for one in answer.json()["answers"]] == [True, False]
    assert str(Evidence.objects.get().key) == good["key"]


def test_what_is_no_queue_at_all_is_refused_and_keeps_nothing(world: World, teacher: Any, client_of: Any) -> None:
    assert send(client_of, teacher, "[" * 20_000).status_code == 400
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("seen_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", ""])
def test_a_moment_no_calendar_has_is_refused_or_now(world: World, teacher: Any, client_of: Any, seen_at: str) -> None:
    answer = send(client_of, teacher, [waited(world.student, world.idea["compare"], seen_at=seen_at)])

    assert answer.status_code in {200, 400}
    assert all(row.observed_on == world.today for row in Evidence.objects.all())


# ------------------------------------------------------------------ families
def at_home(world: World) -> str:
    return f"/students/{world.student.public_id}/at-home"


def told(world: World, **more: Any) -> dict[str, Any]:
    return {
        "competency": str(world.idea["compare"].public_id), "note": "Halved the recipe.", "key": str(uuid.uuid4())
    } | more  # fmt: skip


def test_what_a_family_saw_waits_counts_once_accepted_and_is_answered(
    world: World, teacher: Any, guardian: Any, client_of: Any
) -> None:
    make.WordingFactory(
        competency=world.idea["compare"], kind=WordingKind.FAMILY, level=Decimal(3), text="Compares without a drawing."
    )
    parent, adult = client_of(guardian), client_of(teacher)
    page = parent.get(at_home(world), {"competency": world.idea["compare"].public_id}).content.decode()
    assert "Compares without a drawing." in page
    for _again in range(2):
        parent.post(at_home(world), data := told(world) | {"key": "11111111-1111-4111-8111-111111111111"})
    assert data["note"]
    sent = Evidence.objects.get()
    assert (sent.kind, sent.is_accepted, sent.value) == (EvidenceKind.FAMILY, False, None)
    assert "has not read it yet" in parent.get(at_home(world)).content.decode()

    why = f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"
    for where in ("/observations/waiting", why):
        assert f"/observations/{sent.public_id}" in adult.get(where).content.decode()
    assert "/observations/" not in parent.get(why).content.decode()
    answer = adult.post(
        f"/observations/{sent.public_id}", {"decision": "accept", "level": "3", "text": "Lovely, thank you."}
    )

    assert answer.status_code == 302
    recompute.refresh_due(today=world.today)
    stands = Evidence.objects.get(superseded_at__isnull=True)
    assert (stands.value, stands.recorded_by, stands.rater, stands.note) == (
        Decimal(3), guardian, teacher, "Halved the recipe.",
    )  # fmt: skip
    assert MasterySummary.objects.get(student=world.student).pieces == 1
    assert AuditEvent.objects.filter(action="evidence.accept", subject_id=str(stands.public_id)).exists()
    text = parent.get(at_home(world)).content.decode()
    assert "Lovely, thank you." in text
    assert "It counts now." in text
    again = adult.post(f"/observations/{stands.public_id}", {"decision": "accept", "level": "4"})
    assert again.status_code == 302
    assert ObservationAnswer.objects.count() == 1
    assert "Nothing waits" in adult.get("/observations/waiting").content.decode()


def test_kept_beside_it_never_counts_and_the_family_reads_why(
    world: World, teacher: Any, guardian: Any, client_of: Any
) -> None:
    client_of(guardian).post(at_home(world), told(world))
    sent = Evidence.objects.get()
    address = f"/observations/{sent.public_id}"

    assert client_of(teacher).post(address, {"decision": "beside"}).status_code == 422
    client_of(teacher).post(address, {"decision": "beside", "text": "We look at this in spring."})

    recompute.refresh_due(today=world.today)
    assert not MasterySummary.objects.filter(pieces__gt=0).exists()
    assert "We look at this in spring." in client_of(guardian).get(at_home(world)).content.decode()


def test_what_a_family_corrects_waits_again_and_its_level_is_theirs(
    world: World, teacher: Any, guardian: Any, client_of: Any
) -> None:
    client_of(guardian).post(at_home(world), told(world))
    client_of(teacher).post(f"/observations/{Evidence.objects.get().public_id}", {"decision": "accept", "level": "2"})
    stands = Evidence.objects.get(superseded_at__isnull=True)

    new = correct_evidence(by=viewer_of(guardian), evidence=stands, key=uuid.uuid4(), value=Decimal(4))

    recompute.refresh_due(today=world.today)
    assert (new.is_accepted, new.rater) == (False, guardian)
    assert not MasterySummary.objects.filter(pieces__gt=0).exists()
    assert str(new.public_id) in client_of(teacher).get("/observations/waiting").content.decode()


def test_nobody_accepts_what_they_sent_themselves(world: World, teacher: Any, guardian: Any, client_of: Any) -> None:
    client_of(guardian).post(at_home(world), told(world))
    relate(guardian, RelationshipKind.SECTION, [world.student], section=world.section)

    address = f"/observations/{Evidence.objects.get().public_id}"
    assert client_of(guardian).post(address, {"decision": "accept", "level": "4"}).status_code == 403
    assert not Evidence.objects.get().is_accepted


def test_the_other_home_sees_nothing_of_it(world: World, teacher: Any, guardian: Any, client_of: Any) -> None:
    other = add_person("second_home")
    relate(other, RelationshipKind.GUARDIAN, [world.student])
    for person, mark in ((guardian, "one"), (other, "two")):
        world.student.relationships.filter(person=person).update(household=mark)
    client_of(other).post(at_home(world), told(world, note="At our own table."))
    sent = Evidence.objects.get()
    client_of(teacher).post(
        f"/observations/{sent.public_id}", {"decision": "accept", "level": "3", "text": "Dear you."}
    )
    stands = Evidence.objects.get(superseded_at__isnull=True)
    student = f"/students/{world.student.public_id}"

    assert "Dear you." in client_of(other).get(at_home(world)).content.decode()
    client = client_of(guardian)
    pages = [
        at_home(world), f"{student}/portfolio", f"/family/{world.student.public_id}", f"{student}/plan",
        f"{student}/competencies/{world.idea['compare'].public_id}", f"{student}/timeline", f"{student}/growth",
    ]  # fmt: skip
    for page in pages:
        text = client.get(page).content.decode()
        for secret in ("At our own table.", "Dear you.", str(stands.public_id), str(sent.public_id), "Second Home"):
            assert secret not in text, (page, secret)
    for row in (sent, stands):
        assert client.get(f"/evidence/{row.public_id}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"note": " "}, {"on": "2999-01-01"}, {"level": "9"}, {"key": "x"}, {"note": "x" * 4001}, {"note": "a\x00b"}],
)
def test_an_observation_that_does_not_fit_is_asked_again(
    world: World, guardian: Any, client_of: Any, change: dict[str, str]
) -> None:
    make.WordingFactory(competency=world.idea["compare"], kind=WordingKind.FAMILY, level=Decimal(3), text="Compares.")

    assert client_of(guardian).post(at_home(world), told(world) | change).status_code == 422
    assert client_of(guardian).post(at_home(world), told(world, competency=str(uuid.uuid4()))).status_code == 422
    assert not Evidence.objects.exists()


# ------------------------------------------------------------------ students
def test_my_own_view_stands_beside_and_is_never_counted(
    world: World, teacher: Any, student: Any, client_of: Any
) -> None:
    make.WordingFactory(
        competency=world.idea["compare"], kind=WordingKind.STUDENT, level=Decimal(4), text="I explain it to a friend."
    )
    why = f"/students/{world.student.public_id}/competencies/{world.idea['compare'].public_id}"
    assert f"{why}/my-view" in client_of(student).get(why).content.decode()
    body = {"sure": "nearly", "level": "4", "note": "Drawing helps me.", "key": str(uuid.uuid4())}

    assert client_of(student).post(f"{why}/my-view", body | {"sure": ""}).status_code == 422
    for _again in range(2):
        assert client_of(student).post(f"{why}/my-view", body)["Location"] == why

    recompute.refresh_due(today=world.today)
    piece = Evidence.objects.get()
    assert (piece.kind, piece.value, piece.rater) == (EvidenceKind.SELF, Decimal(4), student)
    assert not MasterySummary.objects.filter(pieces__gt=0).exists()
    text = client_of(teacher).get(why).content.decode()
    assert "Maya’s own view" in text
    assert "I am nearly there" in text
    assert f"{why}/my-view" not in text


# ------------------------------------------------------------------ what comes next
def test_after_every_recording_a_step_a_support_and_an_enrichment_are_offered(
    world: World, teacher: Any, client_of: Any
) -> None:
    near, far = (
        make.CatalogueEntryFactory(type=kind, wordings={"en": {"title": title}})
        for kind, title in ((SupportType.TUTORING, "Math lab"), (SupportType.ENRICHMENT, "Bridge club"))
    )
    near.competencies.add(world.idea["compare"])
    landing = client_of(teacher).post(observe_url(world), seen(world, level="2"))["Location"]

    text = client_of(teacher).get(landing).content.decode()

    for words in ("A next step", "Compare", "Equal parts", "Math lab", "Bridge club"):
        assert words in text
    start = f"/students/{world.student.public_id}/actions?entry={near.public_id}&amp;competency="
    assert start + str(world.idea["compare"].public_id) in text
    assert str(far.public_id) in text
    assert "/next" in client_of(teacher).get(f"/classes/{world.section.public_id}").content.decode()


def test_a_support_begun_from_there_is_about_that_competency(world: World, teacher: Any, client_of: Any) -> None:
    body = {
        "title": "Math lab", "owner": str(teacher.pk), "ends_on": (world.today + timedelta(weeks=3)).isoformat(),
        "competency": str(world.idea["compare"].public_id), "step": "keep",
    }  # fmt: skip

    client_of(teacher).post(f"/students/{world.student.public_id}/actions", body)

    assert Support.objects.get().competency == world.idea["compare"]


def test_what_is_shown_leads_to_what_follows_in_the_order_of_the_framework(world: World, teacher: Any) -> None:
    for idea in ("equal parts", "compare"):
        demonstrate(teacher, world.student, world.idea[idea], until=world.today)
    recompute.refresh_due(today=world.today)

    def steps(idea: str) -> list[tuple[str, bool, str]]:
        found = what_next(
            viewer=viewer_of(teacher), students=[world.student], competency=world.idea[idea].public_id, language="en"
        )
        assert found is not None
        return [(step.name, step.is_here, step.before) for step in found[world.student.pk].steps]

    assert steps("compare") == [("Equivalent", False, "")]
    assert steps("equivalent") == [("Equivalent", True, ""), ("Add", False, "Equivalent")]
    assert steps("shapes") == [("Shapes", True, "")]


def test_a_class_asks_no_more_than_one_student(world: World, teacher: Any) -> None:
    counts = []
    for students in (world.students[:1], world.students):
        for student in students:
            see(teacher, student, world.idea["compare"], 2)
        recompute.refresh_due(today=world.today)
        with CaptureQueriesContext(connection) as queries:
            what_next(
                viewer=viewer_of(teacher), students=students, competency=world.idea["compare"].public_id, language="en"
            )
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


# ------------------------------------------------------------------ grades
def test_grades_hold_mastery_by_name_and_taking_them_is_written_down(
    world: World, teacher: Any, client_of: Any
) -> None:
    world.students[1].person.given_name = "=cmd()"
    world.students[1].person.save()
    demonstrate(teacher, world.student, world.idea["compare"], until=world.today)
    recompute.refresh_due(today=world.today)
    client, url = client_of(teacher), f"/classes/{world.section.public_id}/grades"
    assert "average of points" in client.get(url).content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422

    answer = client.post(url, {"reason": "Report cards"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "not a zero" in rows[0][0]
    assert rows[1] == ["Student", "Competency", "Shape", "Level held", "Last seen", "How it adds up"]
    names = [row[0] for row in rows[2:]]
    by_name = sorted(world.students, key=lambda s: (s.person.sort_name, s.pk))
    assert [name.lstrip("'") for name in names] == [student.person.display_name for student in by_name]
    assert any(name.startswith("'=") for name in names)
    maya = next(row for row in rows if row[0] == "Maya Okafor")
    assert maya[2:5] == ["Shown", make_word(world), world.today.isoformat()]
    assert all(row[3] == "" for row in rows[2:] if row is not maya)
    event = AuditEvent.objects.get(action="grades.export")
    assert event.reason == "Report cards"
    assert set(event.student_ids) == {student.pk for student in world.students}


def make_word(world: World) -> str:
    """The word of the target level."""
    level = world.framework.scale.levels.get(value=world.framework.target)
    return str(level.names["en"])
