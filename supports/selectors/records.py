"""What stands beside the form when one piece is written down: what is in focus, what was seen so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import Enrolment, Section, Student
from accounts.permissions import Viewer, current, sections_for
from assessments.choices import EvidenceKind, Shape
from assessments.models import Evidence, MasterySummary, RefreshRequest
from assessments.selectors.rubrics import Choice, Rubric, choices
from competencies.models import Competency
from supports.models import Focus
from supports.selectors.grid import focus_of_student

LATEST = 5


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known of one student on one competency: the level, the latest pieces, the student's own view."""

    shape: str
    pieces: Sequence[dict[str, Any]]
    own: Sequence[dict[str, Any]]
    is_pending: bool


def so_far(*, viewer: Viewer, student: Student, rubric: Rubric) -> SoFar:
    """The latest pieces, oldest first, and what they add up to. Three queries."""
    rows = list(
        Evidence.objects.filter(
            Q(student=student) | Q(student__alias_of=student),
            competency=rubric.competency_id,
            superseded_at__isnull=True,
            withdrawn_at__isnull=True,
        ).order_by("-observed_on", "-order_key")[: 4 * LATEST]
    )
    shape = MasterySummary.objects.filter(student=student, competency=rubric.competency_id).values_list(
        "shape", flat=True
    )
    words = rubric.words

    def line(row: Evidence) -> dict[str, Any]:
        return {
            "on": row.observed_on,
            "what": row.task_title or str(row.get_context_display()),
            "mark": words.mark(row.value),
            "word": words.word(row.value),
            "note": row.note,
        }

    return SoFar(
        shape=next(iter(shape), Shape.OPEN.value),
        pieces=[line(row) for row in reversed([r for r in rows if r.kind != EvidenceKind.SELF][:LATEST])],
        own=[line(row) for row in [r for r in rows if r.kind == EvidenceKind.SELF][:1]],
        is_pending=RefreshRequest.objects.filter(student=student).exists(),
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be written down: in focus first. `options` are grouped choices of a form; `first` leads the list."""

    options: list[tuple[str, Any]]
    first: list[Choice]
    found: int


def offered(*, viewer: Viewer, student: Student, language: str, query: str = "") -> Offered:
    """The competencies to choose from, those in focus first, the others by branch. Two queries."""
    in_focus = focus_of_student(viewer=viewer, student=student)
    every = choices(viewer=viewer, language=language, query=query, first=in_focus)
    wanted = set(Competency.objects.filter(pk__in=in_focus).values_list("public_id", flat=True)) if in_focus else set()
    first = [choice for choice in every if choice.public_id in wanted]
    groups = grouped([choice for choice in every if choice.public_id not in wanted])
    if first:
        groups = [(_("In focus now"), [(str(choice.public_id), choice.name) for choice in first]), *groups]
    return Offered([("", _("Choose one")), *groups], first, len(every))


def offered_to_class(*, viewer: Viewer, section: Section, language: str) -> Offered:
    """The same for a class: what it works on first. Two queries."""
    in_focus = list(
        Focus.objects.filter(current(viewer.today), section=section)
        .order_by("starts_on", "pk")
        .values_list("competency__public_id", flat=True)
    )
    every = choices(viewer=viewer, language=language)
    first = [choice for choice in every if choice.public_id in set(in_focus)]
    groups = grouped([choice for choice in every if choice.public_id not in set(in_focus)])
    if first:
        groups = [(_("In focus now"), [(str(choice.public_id), choice.name) for choice in first]), *groups]
    return Offered([("", _("Choose one")), *groups], first, len(every))


def grouped(rows: Sequence[Choice]) -> list[tuple[str, Any]]:
    """Choices under the names of their branches; of several frameworks the framework's name comes first."""
    many = len({choice.framework for choice in rows}) > 1
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in rows:
        parts = [part for part in (choice.framework if many else "", choice.strand) if part]
        groups.setdefault(" · ".join(parts), []).append((str(choice.public_id), choice.name))
    found: list[tuple[str, Any]] = []
    for name, options in groups.items():
        found += [(name, options)] if name else options
    return found


def section_of(*, viewer: Viewer, student: Student, competency_id: int) -> int | None:
    """The class a piece is filed under: one the viewer teaches the student in, best one that works on it. One query."""
    seat = Enrolment.objects.filter(current(viewer.today), student=student, section=OuterRef("pk"), is_active=True)
    focus = Focus.objects.filter(current(viewer.today), section=OuterRef("pk"), competency=competency_id)
    row = (
        sections_for(viewer)
        .filter(Exists(seat))
        .annotate(works_on_it=Exists(focus))
        .order_by("-works_on_it", "title", "pk")
        .first()
    )
    return None if row is None else row.pk


def class_of(*, viewer: Viewer, student: Student) -> Section | None:
    """A class in which this viewer teaches the student, by title; None where there is none. One query."""
    seat = Enrolment.objects.filter(current(viewer.today), student=student, section=OuterRef("pk"), is_active=True)
    return sections_for(viewer).filter(Exists(seat)).order_by("title", "pk").first()


def saved_before(*, viewer: Viewer, key: UUID) -> UUID | None:
    """The public id of a piece this viewer sent with this key already; None when there is none. One query."""
    return Evidence.objects.filter(key=key, recorded_by=viewer.person_id).values_list("public_id", flat=True).first()
