"""What was said about an instrument. Who said it is a role; a name only for staff who work with that student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.models import Relationship
from accounts.permissions import Permission, Viewer, current, students_for
from assessments.choices import ContributionState, Speaker
from assessments.models import Contribution, Instrument
from assessments.selectors.instruments import readable_versions


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution as this reader sees it; `answer` is empty while nobody answered."""

    public_id: UUID
    kind: str
    is_proposal: bool
    who: str
    is_mine: bool
    text: str
    language: str
    at: datetime
    version: int
    criterion: str
    state: str
    state_word: str
    answer: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state == ContributionState.OPEN


def thread(*, viewer: Viewer, instrument: Instrument) -> list[Said]:
    """Everything said about the versions this viewer reads, oldest first. Up to three queries."""
    rows = list(
        Contribution.objects.filter(
            version__in=readable_versions(viewer=viewer).filter(instrument=instrument).values("pk")
        )
        .select_related("author", "version", "criterion")
        .order_by("created_at", "pk")
    )
    names = _names(viewer, rows)
    return [_said(viewer, row, names) for row in rows]


def contribution_by_id(*, viewer: Viewer, public_id: UUID) -> Contribution | None:
    """A contribution to a version this viewer reads."""
    return (
        Contribution.objects.select_related("version__instrument__school", "criterion", "author")
        .filter(public_id=public_id, version__in=readable_versions(viewer=viewer))
        .first()
    )


def said_of(*, viewer: Viewer, contribution: Contribution) -> Said:
    """One contribution as this viewer reads it."""
    return _said(viewer, contribution, _names(viewer, [contribution]))


def _said(viewer: Viewer, row: Contribution, names: dict[int, str]) -> Said:
    is_mine = row.author_id == viewer.person_id
    return Said(
        public_id=row.public_id,
        kind=str(row.get_kind_display()),
        is_proposal=row.kind == "proposal",
        who=_("You") if is_mine else names.get(row.author_id) or _role(row.speaker),
        is_mine=is_mine,
        text=row.text,
        language=row.language,
        at=row.created_at,
        version=row.version.number,
        criterion=row.criterion.name if row.criterion else "",
        state=row.state,
        state_word=str(row.get_state_display()),
        answer=row.answer,
        answered_at=row.answered_at,
    )


def _role(speaker: str) -> str:
    return {Speaker.TEACHER: _("A teacher"), Speaker.STUDENT: _("A student"), Speaker.FAMILY: _("A family")}[
        Speaker(speaker)
    ]


def _names(viewer: Viewer, rows: Sequence[Contribution]) -> dict[int, str]:
    """The names this viewer may read, by person: colleagues', and those of students and families they work with.

    Students and families read roles only, so that nobody learns who the other home or the neighbour is.
    """
    if not viewer.is_staff:
        return {}
    names = {row.author_id: row.author.display_name for row in rows}
    known = {row.author_id for row in rows if row.speaker == Speaker.TEACHER}
    others = {row.author_id for row in rows} - known
    if others:
        theirs = students_for(viewer, Permission.SEE_STUDENT)
        known |= set(theirs.filter(person__in=others).values_list("person_id", flat=True))
        known |= set(
            Relationship.objects.filter(
                current(viewer.today), person__in=others, kind=RelationshipKind.GUARDIAN, student__in=theirs
            ).values_list("person_id", flat=True)
        )
    return {pk: name for pk, name in names.items() if pk in known}
