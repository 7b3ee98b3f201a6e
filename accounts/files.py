"""Files people add to a student's record: what they are is read from their bytes, and what they give away is removed.

A picture is read and written anew, so that place, camera, date and anything hidden behind it stay away. Recordings and
documents are kept as they came. Names on disk are random; only a view that asks the policy gives a file out.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import puremagic
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts import audit
from accounts.choices import FileKind
from accounts.models import Job, StoredFile, Student
from accounts.permissions import Viewer

LARGEST = 10 * 1024 * 1024
"""Bytes a file may have."""
MOST_PIXELS = 50_000_000
NEWEST_ORPHAN, OLDEST_ORPHAN = timedelta(days=1), timedelta(days=31)
LONGEST_SIDE = 2048
"""Pixels a kept picture has at most on a side."""

PICTURES = ("JPEG", "PNG", "WEBP", "GIF")
# what the bytes are said to be: what the browser is told
RECORDINGS = {
    "audio/webm": "audio/webm",
    "video/webm": "audio/webm",
    "video/x-matroska": "audio/webm",
    "audio/ogg": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/mp4": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "video/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
}
DOCUMENTS = {"application/pdf": "application/pdf"}
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "application/pdf": "pdf",
}
PHONE_PICTURES = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class FileError(ValueError):
    """A file that cannot be kept; the message says why and what to do. Nothing was stored."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes are, and the bytes that may be kept."""

    kind: FileKind
    content_type: str
    content: bytes


def sniff(content: bytes) -> Sniffed:
    """What a file is by its bytes; a picture comes back written anew, without what its camera noted.

    Raises FileError, in words, for an empty or too large file, a picture that cannot be read, and every other kind.
    """
    if not content:
        raise FileError(_("This file is empty. Choose it again."))
    if len(content) > LARGEST:
        raise FileError(_("This file is larger than 10 MB. A shorter recording or a smaller picture will do."))
    if content[4:8] == b"ftyp" and content[8:12] in PHONE_PICTURES:
        raise FileError(
            _(
                "This picture is in the HEIC format, which not every browser shows. Send it as JPEG: on an iPhone, "
                "choose Settings, Camera, Formats, Most Compatible; or take a screenshot of it."
            )
        )
    picture = _picture(content)
    if picture is not None:
        return picture
    for found in _types(content):
        if found in RECORDINGS:
            return Sniffed(FileKind.AUDIO, RECORDINGS[found], content)
        if found in DOCUMENTS:
            return Sniffed(FileKind.DOCUMENT, DOCUMENTS[found], content)
    raise FileError(_("We keep pictures (JPEG, PNG, WebP, GIF), recordings (WebM, Ogg, MP3, M4A, WAV) and PDF files."))


def _types(content: bytes) -> list[str]:
    if content[:4] == b"\x1aE\xdf\xa3":  # what a browser records; told apart from other Matroska by its document type
        return ["audio/webm"] if b"webm" in content[:64] else []
    try:
        return [match.mime_type for match in puremagic.magic_string(content) if match.confidence >= 0.3]
    except puremagic.PureError:
        return []


def _picture(content: bytes) -> Sniffed | None:
    """The picture turned upright, made small enough and written anew; None when the bytes are no picture."""
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=PICTURES)
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileError(_("This picture has too many pixels. A smaller one will do.")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise FileError(_("This picture cannot be read; the file may be damaged. Choose another one.")) from error
    if image.width * image.height > MOST_PIXELS:
        raise FileError(_("This picture has too many pixels. A smaller one will do."))
    try:
        image = ImageOps.exif_transpose(image)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        see_through = image.has_transparency_data
        image = image.convert("RGBA" if see_through else "RGB")
        clean = Image.new(image.mode, image.size)
        clean.paste(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise FileError(_("This picture cannot be read; the file may be damaged. Choose another one.")) from error
    written = io.BytesIO()
    clean.save(written, **({"format": "PNG"} if see_through else {"format": "JPEG", "quality": 85}))
    return Sniffed(FileKind.PICTURE, "image/png" if see_through else "image/jpeg", written.getvalue())


def look_at(upload: UploadedFile[Any]) -> Sniffed:
    """What an upload is, its picture written anew: seconds of work for a large one, so before anything is locked.

    Raises FileError.
    """
    if (upload.size or 0) > LARGEST:
        raise FileError(_("This file is larger than 10 MB. A shorter recording or a smaller picture will do."))
    return sniff(upload.read())


def keep_file(
    *,
    by: Viewer,
    student: Student,
    upload: UploadedFile[Any],
    found: Sniffed | None = None,
    kinds: frozenset[str] = frozenset(FileKind.values),
    description: str = "",
    language: str = "",
) -> StoredFile:
    """Store a file of a student. Whether the family said yes to keeping it is the caller's question.

    `kinds`: what is welcome here. `description` says in words what it shows or says. `found`: what `look_at` said of
    this upload, where it was looked at before. Raises FileError.
    """
    found = found or look_at(upload)
    if found.kind not in kinds:
        welcome = ", ".join(str(FileKind(kind).label) for kind in FileKind.values if kind in kinds)
        raise FileError(_("This is another kind of file. Welcome here: %(kinds)s.") % {"kinds": welcome})
    row = StoredFile(
        student=student,
        kind=found.kind,
        name=_plain_name(upload.name or "")[:200],
        content_type=found.content_type,
        size=len(found.content),
        digest=hashlib.sha256(found.content).hexdigest(),
        description=description.replace("\x00", "").strip()[:500],
        language=language,
        added_by_id=by.actor_id,
    )
    row.file.save(secrets.token_hex(20), ContentFile(found.content), save=False)
    try:
        with transaction.atomic():
            row.save()
            audit.record(
                by=by.person_id,
                action="file.add",
                subject_type="storedfile",
                subject_id=row.public_id,
                students=[student.pk],
                details={"kind": row.kind, "size": row.size},
            )
    except BaseException:
        row.file.delete(save=False)
        raise
    return row


def forget_orphans(*, by: None = None, now: datetime | None = None) -> int:
    """Remove from disk what no row tells of, because its request was rolled back or its process ended between the
    file and the row. Returns how many.

    Looks at files that are one day to a month old: younger ones may still get their row, older ones were looked at.
    """
    at = now or timezone.now()
    count = 0
    for model, name in ((StoredFile, "file"), (Job, "upload")):
        field = cast("FileField", model._meta.get_field(name))
        folder, storage = str(field.upload_to), field.storage
        try:
            found = [folder + one for one in storage.listdir(folder)[1]]
        except FileNotFoundError:
            continue
        old = [one for one in found if NEWEST_ORPHAN < at - storage.get_modified_time(one) < OLDEST_ORPHAN]
        for start in range(0, len(old), 1000):
            some = old[start : start + 1000]
            told = set(model._default_manager.filter(**{f"{name}__in": some}).values_list(name, flat=True))
            for one in sorted(set(some) - told):
                storage.delete(one)
                count += 1
    if count:
        with transaction.atomic():
            audit.record(by=by, action="file.forget", subject_type="file", subject_id="", details={"files": count})
    return count


def open_file(row: StoredFile) -> File[Any]:
    """The bytes, for reading. FileNotFoundError when they are gone from disk."""
    return row.file.storage.open(str(row.file.name), "rb")


def given_name(row: StoredFile) -> str:
    """The name a download gets: what it is, never who it is about."""
    return f"{row.kind}.{ENDINGS.get(row.content_type, 'bin')}"


def _plain_name(name: str) -> str:
    return "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
