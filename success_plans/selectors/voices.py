"""Questions that help somebody say who they are, and what they have said to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Viewer, domains_for, permissions_on
from success_plans.choices import AFTER_SCHOOL_FROM_GRADE, Audience, StatementKind, Voice
from success_plans.models import PlanStatement
from success_plans.selectors.closeness import reads_close
from success_plans.selectors.files import FileView, file_view
from success_plans.selectors.holds import withheld_from


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said: words, or a picture or recording, or both."""

    public_id: UUID
    text: str
    language: str
    by: str
    scribe: str
    on: date
    file: FileView | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with what was said to it so far."""

    kind: str
    title: str
    question: str
    said: list[Utterance]


def question(kind: str, voice: str) -> str:
    """A warm question a child of eight understands, or one for a family."""
    if voice == Voice.FAMILY:
        return {
            StatementKind.STRENGTH: _("What is your child good at? What are you proud of?"),
            StatementKind.HOPE: _("What do you hope for, this year and later?"),
            StatementKind.HOME: _("What works well at home?"),
            StatementKind.CONCERN: _("Is there something you wonder about?"),
            StatementKind.CULTURE: _("What should we know about your family, your language, your days that matter?"),
        }.get(StatementKind(kind), "")
    return {
        StatementKind.STRENGTH: _("What are you good at? What can you show a friend?"),
        StatementKind.INTEREST: _("What do you love to do? What could you talk about all day?"),
        StatementKind.LEARNING: _("When does learning go well for you? What helps you?"),
        StatementKind.TRUST: _("Who do you talk to when you need someone?"),
        StatementKind.HOPE: _("What do you wish for this year?"),
        StatementKind.KNOW: _("What should the adults at school know about you?"),
        StatementKind.AFTER: _("What would you like to do when school is over?"),
    }.get(StatementKind(kind), "")


def prompts(*, viewer: Viewer, student: Student, kinds: Sequence[StatementKind], voice: Voice) -> list[Prompt]:
    """The questions with their answers; what this viewer may not read is left out. A constant number of queries."""
    rows = (
        PlanStatement.objects.filter(
            no_other_household(viewer, student="plan__student", person="author"),
            plan__student=student,
            voice=voice,
            withdrawn_at__isnull=True,
        )
        .select_related("author", "scribe", "file")
        .order_by("said_on", "pk")
    )
    if not reads_close(permissions_on(viewer, student), domains_for(viewer, student)):
        mine = Q(author=viewer.person_id) | Q(scribe=viewer.person_id)
        rows = rows.filter(~Q(audience=Audience.CLOSE) | mine)
    held = withheld_from(viewer=viewer, student=student)
    said: dict[str, list[Utterance]] = {}
    for row in rows:
        if held.covers("statement", row.public_id):
            continue
        said.setdefault(row.kind, []).append(
            Utterance(
                public_id=row.public_id,
                text=row.text,
                language=row.language,
                by=row.author.display_name,
                scribe=row.scribe.display_name if row.scribe else "",
                on=row.said_on,
                file=file_view(row.file),
            )
        )
    young = not student.grade.isdecimal() or int(student.grade) < AFTER_SCHOOL_FROM_GRADE
    return [
        Prompt(kind, str(kind.label), question(kind, voice), said.get(kind, []))
        for kind in kinds
        if not (kind == StatementKind.AFTER and young)
    ]
