"""The answers of a class to a check: what each was worth, in one grid. What is missing is not zero."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounts.permissions import Viewer
from assessments.models import Assignment, Item, ItemResponse, Submission
from assessments.selectors.assignments import seated
from assessments.selectors.criteria import plain
from competencies import wording as words


@dataclass(frozen=True, slots=True)
class ItemHead:
    """One question: its key, its words, what a whole answer is worth, and its competency."""

    pk: int
    key: str
    prompt: str
    points: Decimal
    competency: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One student's points as a form shows them, in the order of the items; empty where nothing was answered."""

    student_id: int
    public_id: UUID
    name: str
    version: int
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The grid: items across, students down by name."""

    items: list[ItemHead]
    lines: list[AnswerLine]


def answers_page(*, viewer: Viewer, assignment: Assignment, language: str) -> AnswersPage:
    """Everything in the grid. Each cell is (field name, points as text, words for screen readers). Six queries."""
    items = list(Item.objects.filter(version=assignment.version).order_by("position", "pk"))
    names = words.names({item.competency_id for item in items}, language=language)
    students = seated(viewer=viewer, section=assignment.section)
    works = {w.student_id: w for w in Submission.objects.filter(assignment=assignment, student__in=students)}
    points: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    for student, item, value in ItemResponse.objects.filter(submission__in=list(works.values())).values_list(
        "submission__student_id", "item_id", "points"
    ):
        points[student][item] = value
    return AnswersPage(
        items=[ItemHead(i.pk, i.key, i.prompt, i.points.normalize(), names[i.competency_id]) for i in items],
        lines=[
            AnswerLine(
                student_id=s.pk,
                public_id=s.public_id,
                name=s.person.display_name,
                version=works[s.pk].version if s.pk in works else 0,
                cells=[
                    (
                        f"points-{s.public_id}-{i.pk}",
                        "" if (given := points[s.pk].get(i.pk)) is None else plain(given),
                        f"{s.person.display_name}, {i.key}",
                    )
                    for i in items
                ],
            )
            for s in students
        ],
    )
