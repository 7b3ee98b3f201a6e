"""Working copies somebody may read: writers every one, everybody at the schools those that are being read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import Person
from accounts.permissions import Permission, Viewer, can
from competencies.choices import WorkingState
from competencies.models import Framework, WorkingComment, WorkingCopy, WorkingItem

READ_BY_ALL = (WorkingState.REVIEW, WorkingState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A working copy in a list."""

    public_id: UUID
    title: str
    language: str
    state: str
    state_word: str
    opened_by: str
    changed_at: datetime
    based_on: int
    published_version: int | None
    open_comments: int


@dataclass(frozen=True, slots=True)
class Said:
    """A comment and its answer, with who said each."""

    public_id: UUID
    text: str
    language: str
    author: str
    at: datetime
    item_name: str
    item_id: UUID | None
    answer: str
    answer_language: str
    answered_by: str
    answered_at: datetime | None


def may_write(viewer: Viewer) -> bool:
    """Whether this viewer writes frameworks."""
    return can(viewer, Permission.WRITE_FRAMEWORKS).allowed


def readable_copies(*, viewer: Viewer) -> QuerySet[WorkingCopy]:
    """The copies this viewer may read."""
    if may_write(viewer):
        return WorkingCopy.objects.all()
    if can(viewer, Permission.REVIEW_FRAMEWORKS).allowed:
        return WorkingCopy.objects.filter(state__in=READ_BY_ALL)
    return WorkingCopy.objects.none()


def working_copy(*, viewer: Viewer, public_id: UUID) -> WorkingCopy | None:
    """A copy with its framework, None when it may not be read. One query."""
    return readable_copies(viewer=viewer).select_related("framework").filter(public_id=public_id).first()


def working_item(*, viewer: Viewer, public_id: UUID) -> WorkingItem | None:
    """An item with its copy, None when it may not be read. One query."""
    return (
        WorkingItem.objects.filter(public_id=public_id, copy__in=readable_copies(viewer=viewer))
        .select_related("copy__framework")
        .first()
    )


def working_comment(*, viewer: Viewer, public_id: UUID) -> WorkingComment | None:
    """A comment with its copy, None when it may not be read. One query."""
    return (
        WorkingComment.objects.filter(public_id=public_id, copy__in=readable_copies(viewer=viewer))
        .select_related("copy")
        .first()
    )


def item_of(*, viewer: Viewer, copy: WorkingCopy, public_id: UUID) -> WorkingItem | None:
    """An item of this copy. One query."""
    return WorkingItem.objects.filter(copy=copy, public_id=public_id).first()


def working_copies(*, viewer: Viewer) -> list[CopyLine]:
    """Copies this viewer may read, open ones first, the last changed before the others; at most 100. One query."""
    rows = (
        readable_copies(viewer=viewer)
        .select_related("opened_by")
        .annotate(waiting=Count("comments", filter=Q(comments__answered_at__isnull=True)))
        .order_by("-closed_at", "-changed_at")[:100]
    )
    return [
        CopyLine(
            public_id=row.public_id,
            title=str(row.head.get("title", "")),
            language=str(row.head.get("language", "")),
            state=row.state,
            state_word=row.get_state_display(),
            opened_by=row.opened_by.display_name,
            changed_at=row.changed_at,
            based_on=row.based_on,
            published_version=row.published_version,
            open_comments=row.waiting,
        )
        for row in rows
    ]


def framework_to_write(*, viewer: Viewer, public_id: UUID) -> Framework | None:
    """A framework whose next version this viewer may write. One query."""
    if not may_write(viewer):
        return None
    return Framework.objects.filter(public_id=public_id, retired_at__isnull=True).first()


def open_copy_of(*, viewer: Viewer, framework: Framework) -> WorkingCopy | None:
    """The open copy of a framework this viewer may read, if there is one. One query."""
    return (
        readable_copies(viewer=viewer)
        .filter(source=framework.source, source_id=framework.source_id, closed_at__isnull=True)
        .first()
    )


def open_copy_id(*, viewer: Viewer, framework_id: UUID) -> UUID | None:
    """The open copy of a public framework by its public id, for a link on its page. One query; none for families."""
    if not viewer.is_known:
        return None
    found: UUID | None = (
        readable_copies(viewer=viewer)
        .filter(framework__public_id=framework_id, closed_at__isnull=True)
        .values_list("public_id", flat=True)
        .first()
    )
    return found


def name_of_person(*, viewer: Viewer, person_id: int | None) -> str:
    """Who wrote something, for the other side of a conflict. One query."""
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    return person.display_name if person else ""


def comments_of(*, viewer: Viewer, copy: WorkingCopy, item_key: str | None = None) -> list[Said]:
    """What was said about a copy (every item included) or, with `item_key`, about one item. One query."""
    about = WorkingItem.objects.filter(copy=copy, key=OuterRef("item_key"))
    rows = (
        WorkingComment.objects.filter(copy=copy)
        .select_related("author", "answered_by")
        .annotate(item_name=Subquery(about.values("name")), item_id=Subquery(about.values("public_id")))
        .order_by("created_at", "pk")
    )
    if item_key is not None:
        rows = rows.filter(item_key=item_key)
    return [
        Said(
            public_id=row.public_id,
            text=row.text,
            language=row.language,
            author=row.author.display_name,
            at=row.created_at,
            item_name=row.item_name or "",
            item_id=row.item_id,
            answer=row.answer,
            answer_language=row.answer_language,
            answered_by=row.answered_by.display_name if row.answered_by else "",
            answered_at=row.answered_at,
        )
        for row in rows[:300]
    ]
