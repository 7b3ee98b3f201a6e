"""How the district shows itself to the public: its name, its pen, its greeting, its logo.

The pens are a closed list: each keeps enough contrast on both papers, by day and by night, and with more contrast
asked for (a test computes it). Only public pages write with another pen; pages of work keep the house's own and show
name and logo.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from accounts import audit
from accounts.choices import FileKind
from accounts.files import FileError, sniff
from accounts.models import District, PublicFace
from accounts.permissions import Permission, Viewer, can

REMEMBERED = 24 * 3600
"""Seconds the cache keeps the face. Saving it forgets at once."""

LONGEST_SIDE = 480
"""Pixels of a logo's longer side; it is shown small."""

LARGEST = 2 * 1024 * 1024
_KEY = "public_face"


@dataclass(frozen=True, slots=True)
class Pen:
    """A hue of the accent (degrees of OKLCH) with the strongest chroma that screens show, on paper and by night."""

    word: Any
    hue: int
    day: float
    night: float


PENS: dict[str, Pen] = {
    "blue": Pen(gettext_lazy("school pen blue"), 271, 0.222, 0.118),
    "violet": Pen(gettext_lazy("violet"), 300, 0.200, 0.118),
    "plum": Pen(gettext_lazy("plum"), 335, 0.165, 0.118),
    "teal": Pen(gettext_lazy("teal"), 195, 0.075, 0.100),
    "green": Pen(gettext_lazy("forest green"), 150, 0.110, 0.118),
    "olive": Pen(gettext_lazy("olive"), 115, 0.095, 0.118),
    "brown": Pen(gettext_lazy("clay brown"), 60, 0.095, 0.100),
}
HUES = tuple(PENS)


@dataclass(frozen=True, slots=True)
class Face:
    """What public pages show. `words` by language: greeting, about. `logo` marks the file; empty without one."""

    name: str
    hue: str
    words: dict[str, dict[str, str]]
    website: str
    logo: str
    logo_says: str

    def greeting(self, language: str) -> str:
        """The greeting in this language, else in another one."""
        return self._words("greeting", language)

    def about(self, language: str) -> str:
        """What the district says of itself, in this language, else in another one."""
        return self._words("about", language)

    def _words(self, kind: str, language: str) -> str:
        texts = {code: words.get(kind, "") for code, words in self.words.items()}
        return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), "")


NO_FACE = Face("", "", {}, "", "", "")


def face(*, viewer: Viewer) -> Face:
    """The district's face, for anyone. One query when the cache does not know it; then it does."""
    known = remembered()
    if known is not None:
        return known
    district = District.objects.select_related("public_face").first()
    found = _face(district) if district is not None else NO_FACE
    cache.set(_KEY, found, REMEMBERED)
    return found


def remembered() -> Face | None:
    """The face without asking the database: None until a public page has read it. For the frame of every page."""
    known = cache.get(_KEY)
    return known if isinstance(known, Face) else None


def _face(district: District) -> Face:
    row = getattr(district, "public_face", None)
    if row is None:
        return Face(district.name, "", {}, "", "", "")
    return Face(
        name=row.shown_name or district.name,
        hue=row.hue,
        words=row.words,
        website=row.website,
        logo=hashlib.sha256(str(row.logo.name).encode()).hexdigest()[:12] if row.logo else "",
        logo_says=row.logo_says,
    )


def stylesheet(hue: str) -> str:
    """The few lines that change the pen of public pages; nothing for the house's own."""
    pen = PENS.get(hue)
    if pen is None or hue == HUES[0]:
        return "/* the house's own pen */\n"
    day, night, turn = pen.day, pen.night, pen.hue
    return (
        "@layer tokens { :root {\n"
        f"  --thread-hue: {turn};\n"
        f"  --thread: light-dark(oklch(calc(.455 - .12 * var(--boost)) {day} {turn}),"
        f" oklch(calc(.765 + .09 * var(--boost)) {night} {turn}));\n"
        f"  --thread-deep: light-dark(oklch(calc(.37 - .1 * var(--boost)) {day * 0.8:.3f} {turn}),"
        f" oklch(calc(.85 + .06 * var(--boost)) {night * 0.68:.3f} {turn}));\n"
        "} }\n"
    )


# ------------------------------------------------------------------ changing it
class FaceChangedError(Exception):
    """Somebody saved the face while it was being edited; `current` is how it stands now."""

    def __init__(self, current: PublicFace) -> None:
        self.current = current


def face_to_edit(*, viewer: Viewer) -> PublicFace | None:
    """The row behind the face, made on paper only where there is none yet; None for who may not show the district."""
    district = District.objects.select_related("public_face").first()
    if district is None or not can(viewer, Permission.SHOW_DISTRICT).allowed:
        return None
    return getattr(district, "public_face", None) or PublicFace(district=district)


def logo_file(*, viewer: Viewer) -> tuple[bytes, str] | None:
    """The bytes of the logo and what they are; anyone may see it. None where there is none (any more)."""
    row = PublicFace.objects.exclude(logo="").first()
    if row is None:
        return None
    try:
        with row.logo.storage.open(str(row.logo.name), "rb") as file:
            return bytes(file.read()), row.logo_type
    except OSError:
        return None


def show_district(
    *,
    by: Viewer,
    version: int,
    shown_name: str,
    hue: str,
    words: dict[str, dict[str, str]],
    website: str,
    logo: UploadedFile[Any] | None = None,
    logo_says: str = "",
    without_logo: bool = False,
) -> PublicFace:
    """Save how the district shows itself. A new logo is read from its bytes and written anew, small.

    Raises FaceChangedError when it was saved since `version`, FileError for a logo that is no picture, ValueError for
    a hue that is not in the list, PermissionError for who may not.
    """
    if not can(by, Permission.SHOW_DISTRICT).allowed:
        raise PermissionError
    if hue and hue not in PENS:
        raise ValueError(hue)
    picture = _picture(logo) if logo is not None else None
    with transaction.atomic():
        district = District.objects.select_for_update(of=("self",)).get()
        row = PublicFace.objects.filter(district=district).first() or PublicFace(district=district, version=0)
        if (row.version or 0) != version and row.pk is not None:
            raise FaceChangedError(row)
        row.shown_name, row.hue, row.website = shown_name.strip()[:200], hue, website
        row.words = {code: {k: v.strip() for k, v in said.items() if v.strip()} for code, said in words.items()}
        old = row.logo.name if row.logo and (picture is not None or without_logo) else ""
        if picture is not None:
            content, row.logo_type = picture
            row.logo.save(f"{secrets.token_hex(16)}.png", ContentFile(content), save=False)
        elif without_logo:
            row.logo, row.logo_type = "", ""
        row.logo_says = logo_says.strip()[:200] if row.logo else ""
        row.changed_by_id, row.changed_at, row.version = by.actor_id, timezone.now(), (row.version or 0) + 1
        row.save()
        audit.record(
            by=by.person_id,
            action="district.show",
            subject_type="district",
            subject_id=district.pk,
            details={"hue": hue, "logo": bool(row.logo)},
        )
        storage = row.logo.storage
        transaction.on_commit(lambda: _forget(storage, str(old or "")))
    return row


def forget_face() -> None:
    """Read the face anew when it is next asked for."""
    cache.delete(_KEY)


def _forget(storage: Any, old: str) -> None:
    forget_face()
    if old:
        storage.delete(old)


def _picture(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    if (upload.size or 0) > LARGEST:
        raise FileError(_("This picture is larger than 2 MB. A logo is shown small; a smaller one will do."))
    found = sniff(upload.read())
    if found.kind != FileKind.PICTURE:
        raise FileError(_("A logo is a picture: JPEG, PNG, WebP or GIF."))
    with Image.open(io.BytesIO(found.content)) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        written = io.BytesIO()
        image.save(written, format="PNG")
    return written.getvalue(), "image/png"
