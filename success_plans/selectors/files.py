"""Pictures and recordings in plans: who may open one, and what a page needs to show it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.choices import FileKind
from accounts.households import no_other_household
from accounts.models import StoredFile
from accounts.permissions import Permission, Viewer, can, domains_for, permissions_on, students_for
from success_plans.choices import Audience, ConsentKind
from success_plans.models import PlanStatement
from success_plans.selectors.closeness import reads_close
from success_plans.selectors.consents import may
from success_plans.selectors.holds import withheld_from


@dataclass(frozen=True, slots=True)
class FileView:
    """What `success_plans/_file.html` shows. `words` says what the file holds, for those who do not see or hear it."""

    public_id: UUID
    kind: str
    words: str
    language: str

    @property
    def is_picture(self) -> bool:
        """Shown as a picture."""
        return self.kind == FileKind.PICTURE

    @property
    def is_audio(self) -> bool:
        """Played."""
        return self.kind == FileKind.AUDIO


def file_view(row: StoredFile | None) -> FileView | None:
    """A file as a page shows it; None without one, and for one that was taken back. No queries."""
    if row is None or row.withdrawn_at is not None:
        return None
    return FileView(row.public_id, row.kind, row.description, row.language)


def file_by_id(*, viewer: Viewer, public_id: UUID) -> StoredFile | None:
    """A file this viewer may open: through a sentence they read, while the family says yes to keeping such things.

    The student, and whoever of the family or the school added it, open it without asking that. Nothing another
    household added or said; nothing on hold for the student or the family.
    """
    said = PlanStatement.objects.filter(
        no_other_household(viewer, student="plan__student", person="author"),
        file=OuterRef("pk"),
        withdrawn_at__isnull=True,
    )
    row = (
        StoredFile.objects.select_related("student")
        .filter(
            Q(Exists(said)) | Q(added_by=viewer.person_id),
            no_other_household(viewer, student="student", person="added_by"),
            public_id=public_id,
            withdrawn_at__isnull=True,
            student__in=students_for(viewer, Permission.READ_PLAN),
        )
        .first()
    )
    if row is None:
        return None
    allowed = permissions_on(viewer, row.student)
    is_family = bool(allowed & {Permission.SPEAK_AS_FAMILY, Permission.SPEAK_AS_STUDENT})
    statements = list(PlanStatement.objects.filter(file=row, withdrawn_at__isnull=True))
    if is_family:
        held = withheld_from(viewer=viewer, student=row.student)
        return None if any(held.covers("statement", s.public_id) for s in statements) else row
    mine = any(viewer.person_id in {row.added_by_id, s.author_id, s.scribe_id} for s in statements)
    closed = all(s.audience == Audience.CLOSE for s in statements) and bool(statements)
    if closed and not mine and not reads_close(allowed, domains_for(viewer, row.student)):
        return None
    if row.added_by_id != viewer.person_id and not may(row.student, ConsentKind.MEDIA):
        return None
    return row


def reason_for(viewer: Viewer, row: StoredFile) -> str:
    """On what ground this viewer opens the file, for the log of looks."""
    return can(viewer, Permission.READ_PLAN, row.student).reason
