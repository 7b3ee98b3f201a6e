"""Files nobody should send: each is refused in words, and nothing of it is kept."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.files import LARGEST
from accounts.models import Job, StoredFile
from success_plans.choices import ConsentKind
from success_plans.models import Consent, Meeting, Plan, PlanStatement, TransferPacket
from success_plans.transfer import packet as packets
from tests import factories as make

pytestmark = pytest.mark.django_db

EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def drawing(**more: object) -> bytes:
    """A small JPEG."""
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(held, "JPEG", **more)
    return held.getvalue()


def zipped(**parts: bytes) -> bytes:
    """A zip of these parts; `__` in a name is a dot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "."), data)
    return held.getvalue()


def sealed(plan: bytes) -> bytes:
    """A packet whose sums are right, around this plan."""
    parts = {f"{name}.json": b"{}" for name in ("student", "record", "versions", "evidence")} | {"plan.json": plan}
    manifest = {
        "format": packets.FORMAT,
        "schema": packets.SCHEMA,
        "sender": {},
        "digest": packets.digest_of(parts),
        "parts": [{"name": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in parts.items()],
    }
    return zipped(manifest__json=json.dumps(manifest).encode(), **{k.replace(".", "__"): v for k, v in parts.items()})


@pytest.fixture
def says_yes(world, guardian):
    """The family said yes to keeping pictures and recordings: a refusal below is about the file itself."""
    return Consent.objects.create(
        student=world.student, kind=ConsentKind.MEDIA, given_by=guardian, is_yes=True, given_on=world.today
    )


BAD = {
    "nothing in it": (b"", "empty"),
    "a drawing that is a program": (SVG, "We keep pictures"),
    "a page": (HTML, "We keep pictures"),
    "a program": (EXE, "We keep pictures"),
    "a program behind a recording's name": (b"MZ" + b"OggS" * 40, "We keep pictures"),
    "half a picture": (drawing()[:60], "damaged"),
    "too large": (b"RIFF\x00\x00\x00\x00WAVEfmt " + b"\x00" * LARGEST, "larger than 10 MB"),
    "a zip": (zipped(a__txt=b"x"), "We keep pictures"),
}


@pytest.mark.parametrize(
    ("field", "name", "bad"),
    [
        *(("picture", "me.png", bad) for bad in BAD),
        *(("recording", "me.mp3", bad) for bad in BAD),
        *(("picture", name, "a page") for name in ("../../me.png", "me\x00.png", "\u202egnp.exe")),
    ],
)
def test_what_is_no_picture_and_no_recording_is_refused_and_not_kept(
    world, says_yes, student, client_of, field, name, bad
):
    content, words = BAD[bad]
    upload = SimpleUploadedFile(name, content, content_type="image/png")

    answer = client_of(student).post(
        reverse("voice", args=[world.student.public_id]),
        {"kind": "strength", "text": "", "language": "en", "shows": "My bridge", field: upload},
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not PlanStatement.objects.exists()


def test_a_picture_that_is_a_page_too_is_kept_as_a_picture_alone(world, says_yes, student, client_of):
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "SECRET CAMERA", {1: "N", 2: (51.0, 30.0, 0.0)}
    twofold = drawing(exif=exif, comment=b"SECRET COMMENT") + HTML + zipped(evil__txt=b"SECRET ZIP")

    answer = client_of(student).post(
        reverse("voice", args=[world.student.public_id]),
        {
            "kind": "strength", "text": "", "language": "en", "shows": "My bridge",
            "picture": SimpleUploadedFile("me.html", twofold, content_type="text/html"),
        },
    )  # fmt: skip

    assert answer.status_code == 302
    row = StoredFile.objects.get()
    with row.file.storage.open(row.file.name, "rb") as kept:
        content = kept.read()
    assert row.content_type == "image/jpeg"
    assert b"SECRET" not in content
    assert b"<script" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    given = client_of(student).get(reverse("file", args=[row.public_id]))
    assert given["Content-Type"] == "image/jpeg"
    assert given["X-Content-Type-Options"] == "nosniff"
    given.close()
    row.file.delete(save=False)


DEEP = b"[" * 50_000 + b"]" * 50_000


NO_PACKETS = {
    "nothing": (b"", "empty"),
    "a page": (HTML, "cannot be opened"),
    "a program": (EXE, "cannot be opened"),
    "a picture": (drawing(), "cannot be opened"),
    "another zip": (zipped(a__txt=b"x"), "This is not a transfer packet"),
    "a zip behind a picture": (drawing() + zipped(a__txt=b"x"), "This is not a transfer packet"),
    "a manifest nested too deep": (zipped(manifest__json=DEEP), "This is not a transfer packet"),
    "an endless version": (zipped(manifest__json=b'{"format": "throughline-transfer", "schema": 1e400}'), ""),
    "a plan nested too deep": (sealed(b'{"plan": ' + DEEP + b"}"), ""),
    "goals that are numbers": (sealed(b'{"plan": {}, "goals": [' + b"1," * 1000 + b"1]}"), "cannot be understood"),
    "goals that are one thing": (sealed(b'{"plan": {}, "goals": {"a": 1}}'), "cannot be understood"),
    "a part too large": (zipped(manifest__json=b"{}", plan__html=b"0" * (26 * 1024 * 1024)), "too large"),
}


@pytest.mark.parametrize("kind", NO_PACKETS)
def test_what_is_no_packet_is_refused_and_not_kept(world, plan_lead, client_of, kind):
    content, words = NO_PACKETS[kind]

    answer = client_of(plan_lead).post(
        reverse("packet_import", args=[world.school.public_id]), {"file": SimpleUploadedFile("plan.zip", content)}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "error-summary" in answer.content.decode()
    assert not Job.objects.exists()
    assert not Plan.objects.exists()
    assert not TransferPacket.objects.exists()


LONG = "x" * 200_000
NEW = "7f3a1c52-94d0-4e1b-8a6e-2c5d9b0f4e71"
"""A key of a form; not drawn, so that every process names the tests alike."""


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "party"},
        {"starts_at": "whenever"},
        {"starts_at": "0001-01-01T00:00"},
        {"starts_at": "9999-12-31T23:59"},
        {"starts_at": ["2026-10-10T10:00", "\x00"]},
        {"people": ["0", "-1", "999999999999999999999", "x"]},
        {"place": LONG},
        {"place": "a\x00b"},
        {"agenda_extra": LONG},
        {"agenda_extra": "a\x00b"},
        {"interpreter": "student"},
        {"interpreter_language": "<script>"},
        {"other_1": LONG},
        {"other_role_1": "boss", "other_1": "Somebody"},
        {"version": "1e9"},
        {"version": "99999999999999999999"},
    ],
    ids=lambda change: "-".join(f"{name}={str(value)[:14]!r}" for name, value in change.items()),
)
def test_a_meeting_is_not_made_of_what_nobody_can_read(world, navigator, client_of, change):
    make.PlanFactory(student=world.student, created_by=navigator)
    good = {"kind": "plan", "starts_at": "2026-12-01T15:00", "interpreter": "not_needed", "other_role_1": "other"}

    answer = client_of(navigator).post(reverse("meeting_plan", args=[world.student.public_id]), good | change)

    if "version" in change:  # a meeting that is made has none, whatever is sent
        assert answer.status_code in {302, 422}
        return
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"what": "decision"},
        {"what": "decision", "text": LONG, "key": NEW},
        {"what": "decision", "text": "a\x00b", "key": "no key"},
        {"what": "decision", "text": "Read together.", "key": NEW, "owner": "9" * 5000},
        {"what": "decision", "text": "Read together.", "key": NEW, "due_on": "0000-00-00"},
        {"what": "goal", "text": "a\x00b"},
        {"what": "save", "assent": LONG, "next_on": "x"},
        {"what": "save", "version": "9" * 30, "assent": "a\x00b"},
        {"what": "\x00"},
        {"what": "attendance", "there": ["9" * 5000, "x", "-1", "\u00b2", "\x00"]},
    ],
    ids=lambda body: "-".join(f"{name}={str(value)[:14]!r}" for name, value in body.items()) or "nothing",
)
def test_a_running_meeting_takes_no_harm(world, navigator, client_of, body):
    plan = make.PlanFactory(student=world.student, created_by=navigator)
    meeting = Meeting.objects.create(
        plan=plan, starts_at=f"{world.today}T15:00Z", language="en", called_by=navigator, state="running"
    )

    answer = client_of(navigator).post(reverse("meeting_run", args=[meeting.public_id]), body)

    assert answer.status_code == (302 if body.get("what") == "attendance" else 422)
    assert not meeting.decisions.exists()
    assert meeting.attendees.filter(was_there=True).count() == 0
