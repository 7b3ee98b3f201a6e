"""The files that show pieces of evidence: whose they are by the piece, through every correction, and who opens them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from accounts.choices import FileKind
from accounts.households import no_other_household
from accounts.media import family_allows_media
from accounts.models import StoredFile, Student
from accounts.permissions import Permission, Viewer, permissions_on
from assessments.models import Evidence, EvidenceFile

NEEDS_A_YES = frozenset({FileKind.PICTURE, FileKind.AUDIO})


@dataclass(frozen=True, slots=True)
class Keepsake:
    """A file that shows a piece; `words` says what it holds."""

    public_id: UUID
    kind: str
    words: str

    @property
    def is_picture(self) -> bool:
        """Shown as a picture."""
        return self.kind == FileKind.PICTURE

    @property
    def is_audio(self) -> bool:
        """Played."""
        return self.kind == FileKind.AUDIO


def files_of(*, viewer: Viewer, student: Student, pieces: Collection[Evidence]) -> dict[UUID, list[Keepsake]]:
    """By the pieces' public ids, the files this viewer may open. One query; two more where there are pictures.

    A correction keeps the files of what it corrects.
    """
    if not pieces:
        return {}
    held = list(
        EvidenceFile.objects.filter(
            evidence__order_key__in={piece.order_key for piece in pieces},
            evidence__student__in={piece.student_id for piece in pieces},
            file__withdrawn_at__isnull=True,
        )
        .select_related("file")
        .annotate(order_key=F("evidence__order_key"))
        .order_by("pk")
    )
    closed = any(one.file.kind in NEEDS_A_YES for one in held) and not _opens_pictures(viewer, student)
    by_place: dict[UUID, list[Keepsake]] = defaultdict(list)
    for one in held:
        if closed and one.file.kind in NEEDS_A_YES and one.file.added_by_id != viewer.person_id:
            continue
        by_place[one.order_key].append(Keepsake(one.file.public_id, one.file.kind, one.file.description))
    return {piece.public_id: by_place[piece.order_key] for piece in pieces if piece.order_key in by_place}


def _opens_pictures(viewer: Viewer, student: Student) -> bool:
    """The student and the family always; the school while the family says yes to keeping pictures."""
    allowed = permissions_on(viewer, student)
    if allowed & {Permission.SPEAK_AS_FAMILY, Permission.SPEAK_AS_STUDENT}:
        return True
    return family_allows_media(student)


def file_of_piece(*, viewer: Viewer, public_id: UUID) -> tuple[StoredFile, UUID] | None:
    """A file that shows a piece that stands, with the student's public id for the loader to decide; else None."""
    withdrawn = Evidence.objects.filter(
        order_key=OuterRef("evidence__order_key"),
        student=OuterRef("evidence__student"),
        superseded_at__isnull=True,
        withdrawn_at__isnull=False,
    )
    held = (
        EvidenceFile.objects.filter(
            ~Exists(withdrawn),
            no_other_household(viewer, student="evidence__student", person="evidence__recorded_by"),
            file__public_id=public_id,
            file__withdrawn_at__isnull=True,
        )
        .select_related("file", "evidence__student__alias_of")
        .first()
    )
    if held is None:
        return None
    student = held.evidence.student.alias_of or held.evidence.student
    is_mine = held.file.added_by_id == viewer.person_id
    if held.file.kind in NEEDS_A_YES and not is_mine and not _opens_pictures(viewer, student):
        return None
    return held.file, student.public_id
