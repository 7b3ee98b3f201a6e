"""What is kept of a file, and what is not."""

from __future__ import annotations

import io
import wave
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from accounts import files
from accounts.choices import FileKind
from accounts.files import FileError, forget_orphans, keep_file, sniff
from accounts.models import AuditEvent, StoredFile
from tests.cast import viewer_of

GPS = 34853


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(form="JPEG", size=(60, 40), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "green").save(out, form, **options)
    return out.getvalue()


def photo_with_place():
    exif = Image.Exif()
    exif[271] = "SecretCamera"
    exif[274] = 6  # lies on its side
    exif.get_ifd(GPS)[2] = (41.0, 24.0, 12.0)
    return picture(exif=exif)


def sound():
    out = io.BytesIO()
    with wave.open(out, "wb") as track:
        track.setparams((1, 2, 8000, 0, "NONE", ""))
        track.writeframes(b"\x00\x01" * 800)
    return out.getvalue()


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\x00" * 40


def test_a_photo_loses_place_and_camera_and_stands_upright():
    assert b"SecretCamera" in photo_with_place()

    kept = sniff(photo_with_place())

    image = Image.open(io.BytesIO(kept.content))
    assert (kept.kind, kept.content_type) == (FileKind.PICTURE, "image/jpeg")
    assert dict(image.getexif()) == {}
    assert b"SecretCamera" not in kept.content
    assert image.size == (40, 60)


def test_what_hides_behind_a_picture_stays_outside():
    kept = sniff(picture("PNG") + b"<script>alert(1)</script>")

    assert b"script" not in kept.content


def test_a_picture_one_can_see_through_stays_so():
    assert sniff(picture("PNG", mode="RGBA")).content_type == "image/png"


def test_a_large_picture_is_made_smaller():
    assert Image.open(io.BytesIO(sniff(picture(size=(4000, 1000))).content)).size == (2048, 512)


@pytest.mark.parametrize(
    ("content", "kind", "content_type"),
    [
        (sound(), FileKind.AUDIO, "audio/wav"),
        (WEBM, FileKind.AUDIO, "audio/webm"),
        (b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead" + b"\x00" * 30, FileKind.AUDIO, "audio/ogg"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\x00" * 60, FileKind.AUDIO, "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom" + b"\x00" * 40, FileKind.AUDIO, "audio/mp4"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", FileKind.DOCUMENT, "application/pdf"),
        (picture("WEBP"), FileKind.PICTURE, "image/jpeg"),
        (picture("GIF"), FileKind.PICTURE, "image/jpeg"),
    ],
    ids=["wav", "webm", "ogg", "mp3", "m4a", "pdf", "webp", "gif"],
)
def test_a_file_is_what_its_bytes_say(content, kind, content_type):
    found = sniff(content)

    assert (found.kind, found.content_type) == (kind, content_type)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "We keep"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "We keep"),
        (b"MZ\x90\x00" + b"\x00" * 100, "We keep"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (picture()[:200], "damaged"),
        (b"\xff" * (files.LARGEST + 1), "10 MB"),
    ],
    ids=["empty", "html", "svg", "program", "heic", "damaged", "large"],
)
def test_what_is_not_kept_is_refused_in_words(content, says):
    with pytest.raises(FileError, match=says):
        sniff(content)


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_PIXELS", 100)

    with pytest.raises(FileError, match="pixels"):
        sniff(picture())


def test_a_kept_file_has_a_random_name_and_a_row_in_the_audit(world, teacher, tmp_path):
    upload = SimpleUploadedFile("../../maya okafor.jpg", picture(), "text/html")

    row = keep_file(by=viewer_of(teacher), student=world.student, upload=upload, description="My garden")

    assert row.content_type == "image/jpeg"
    assert row.name == "maya okafor.jpg"
    assert "maya" not in row.file.name
    with files.open_file(row) as opened:
        assert opened.read() == (tmp_path / row.file.name).read_bytes()
    assert files.given_name(row) == "picture.jpg"
    assert AuditEvent.objects.filter(action="file.add", subject_id=str(row.public_id)).count() == 1


def test_only_the_kinds_that_are_welcome_are_kept(world, teacher, tmp_path):
    upload = SimpleUploadedFile("song.wav", sound())

    with pytest.raises(FileError, match="Welcome here: picture"):
        keep_file(by=viewer_of(teacher), student=world.student, upload=upload, kinds=frozenset({FileKind.PICTURE}))

    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.*"))


def test_a_file_whose_request_was_rolled_back_is_removed_from_disk_after_a_day(world, teacher, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4 kept")
    kept = keep_file(by=viewer_of(teacher), student=world.student, upload=pdf)
    with transaction.atomic():
        lost = keep_file(
            by=viewer_of(teacher), student=world.student, upload=SimpleUploadedFile("b.pdf", b"%PDF-1.4 lost")
        )
        transaction.set_rollback(True)
    path = Path(lost.file.path)
    assert path.exists()

    now = timezone.now()
    assert forget_orphans(now=now) == 0, "its row may still come"
    assert forget_orphans(now=now + timedelta(hours=25)) == 1
    assert not path.exists()
    assert Path(kept.file.path).exists()
