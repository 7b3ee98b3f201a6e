"""Where a student is, branch by branch: the same facts for the plan, the map and the family page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from assessments.choices import Shape
from assessments.models import MasterySummary
from competencies import wording as words
from supports.models import Focus


@dataclass(frozen=True, slots=True)
class Place:
    """A competency and where the student is on it."""

    public_id: UUID
    name: str
    shape: str
    word: str
    pieces: int
    last_on: date | None
    in_focus: bool


@dataclass(frozen=True, slots=True)
class Strand:
    """The competencies of one branch, in the framework's order."""

    name: str
    places: list[Place]

    @property
    def marks(self) -> list[str]:
        """The shapes walked so far."""
        return [p.shape for p in self.places if p.shape != Shape.OPEN]


def strands(*, viewer: Viewer, student: Student, summaries: Iterable[MasterySummary] | None = None) -> list[Strand]:
    """Where the student is, by branch of the framework: what was seen and what is in focus. Three queries.

    `summaries`: those at hand, of a past day too; else the stored ones are read.
    """
    language = get_language() or "en"
    focus = set(
        Focus.objects.filter(
            Q(student=student)
            | Q(section__enrolments__student=student, section__enrolments__is_active=True, section__is_active=True),
            starts_on__lte=viewer.today,
            ends_on__gt=viewer.today,
        ).values_list("competency_id", flat=True)
    )
    summaries = list(MasterySummary.objects.filter(student=student) if summaries is None else summaries)
    known = words.known(focus | {s.competency_id for s in summaries}, language=language)
    return drawn(known=known, summaries=summaries, focus=focus)


def drawn(*, known: Mapping[int, words.Known], summaries: Iterable[MasterySummary], focus: Set[int]) -> list[Strand]:
    """The branches of what was seen and what is in focus; `known` holds at least these, in the framework's order."""
    seen = {s.competency_id: s for s in summaries}
    grouped: dict[tuple[int | None, str], list[Place]] = defaultdict(list)
    for row in known.values():
        if row.pk not in seen and row.pk not in focus:
            continue
        summary = seen.get(row.pk)
        grouped[row.parent_id, row.parent].append(
            Place(
                public_id=row.public_id,
                name=row.name,
                shape=summary.shape if summary else Shape.OPEN,
                word=row.levels.word(summary.held) if summary and summary.held is not None else "",
                pieces=summary.pieces if summary else 0,
                last_on=summary.last_observed_on if summary else None,
                in_focus=row.pk in focus,
            )
        )
    return [Strand(name if parent else _("Other"), places) for (parent, name), places in grouped.items()]
