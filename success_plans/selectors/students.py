"""My students' plans in one list: only students one works with, by name, with what is due for each plan.

There is no other order than the name, and nothing here is about what a student can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Enrolment, Section, Student
from accounts.names import grade_word
from accounts.permissions import Permission, Viewer, current, sections_for, students_for
from success_plans.choices import (
    OPENED_BY,
    Audience,
    NeedState,
    ProposalState,
    StatementKind,
    StepName,
    Voice,
)
from success_plans.models import CheckIn, CycleStep, Need, PlanStatement, Proposal

SOON = timedelta(days=7)
"""A step is due from a week before its day on."""
QUIET = timedelta(weeks=4)
"""Without a check-in for so long, one is due."""


class Due(StrEnum):
    """What a plan can wait for."""

    PROPOSAL = "proposal"
    STEP = "step"
    REVIEW = "review"
    CHECK_IN = "check_in"
    PLAN = "plan"


def due_words() -> list[tuple[str, str]]:
    """The choices of the filter."""
    return [
        (Due.PROPOSAL, _("A proposal waits")),
        (Due.STEP, _("A step is due")),
        (Due.REVIEW, _("A review is due")),
        (Due.CHECK_IN, _("No check-in for four weeks")),
        (Due.PLAN, _("No plan yet")),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A student and what is due: words with a day where there is one."""

    public_id: UUID
    name: str
    grade: str
    dues: list[tuple[str, str, date | None]]


@dataclass(frozen=True, slots=True)
class Roll:
    """The list; `total` before filtering."""

    rows: list[Row]
    total: int
    sections: list[Section]


def my_roll(*, viewer: Viewer, due: str = "", section: UUID | None = None, words: str = "") -> Roll:
    """The students this viewer works with, by name. Three queries, however many there are.

    `due` is one of `Due` or "" for all; `section` the public id of one of their classes; `words` part of a name.
    """
    students = list(_students(viewer))
    sections = list(sections_for(viewer).order_by("title", "pk"))
    seats: set[int] | None = None
    if section is not None:
        mine = [s.pk for s in sections if s.public_id == section]
        seats = set(
            Enrolment.objects.filter(current(viewer.today), section__in=mine, is_active=True).values_list(
                "student_id", flat=True
            )
        )
    rows = []
    for student in students:
        name = student.person.display_name
        if (seats is not None and student.pk not in seats) or words.casefold() not in name.casefold():
            continue
        dues = _dues(viewer, student)
        if due and due not in {what for what, _words, _on in dues}:
            continue
        rows.append(Row(student.public_id, name, grade_word(student.grade), dues))
    return Roll(rows=rows, total=len(students), sections=sections)


def _students(viewer: Viewer) -> QuerySet[Student]:
    """Everybody's colleagues' students: taught, held or in the team; family and oneself are other pages."""
    steps = CycleStep.objects.filter(
        student=OuterRef("pk"), done_on__isnull=True, due_on__lte=viewer.today + SOON
    ).order_by("due_on", "pk")
    talks = CheckIn.objects.filter(student=OuterRef("pk"), undone_at__isnull=True).order_by("-met_at")
    said = PlanStatement.objects.filter(
        plan__student=OuterRef("pk"),
        kind__in=[StatementKind.STRENGTH, StatementKind.INTEREST],
        withdrawn_at__isnull=True,
    )
    # a need of a closed domain would give itself away by being due
    needs = Need.objects.filter(
        plan__student=OuterRef("pk"),
        state=NeedState.OPEN,
        review_on__lte=viewer.today,
        audience=Audience.CIRCLE,
    ).exclude(domain__in=list(OPENED_BY))
    asked = Proposal.objects.filter(plan__student=OuterRef("pk"), state=ProposalState.OPEN, to_voice=Voice.STAFF)
    plain = steps.exclude(step=StepName.REVIEW)
    return (
        students_for(viewer, Permission.CHECK_IN)
        .select_related("person")
        .annotate(
            step_name=Subquery(plain.values("step")[:1]),
            step_on=Subquery(plain.values("due_on")[:1]),
            review_on=Subquery(steps.filter(step=StepName.REVIEW).values("due_on")[:1]),
            need_is_due=Exists(needs),
            last_talk=Subquery(talks.values("met_at")[:1]),
            is_begun=Exists(said),
            is_asked=Exists(asked),
            answer_by=Subquery(asked.order_by("answer_by").values("answer_by")[:1]),
        )
        .order_by("person__sort_name", "pk")
    )


def _dues(viewer: Viewer, student: Student) -> list[tuple[str, str, date | None]]:
    facts = student.__dict__
    found: list[tuple[str, str, date | None]] = []
    if facts["is_asked"]:
        found.append((Due.PROPOSAL, _("a proposal waits"), facts["answer_by"]))
    if facts["step_name"]:
        found.append((Due.STEP, str(StepName(facts["step_name"]).label), facts["step_on"]))
    if facts["review_on"] or facts["need_is_due"]:
        found.append((Due.REVIEW, _("time for a review"), facts["review_on"]))
    talked = timezone.localtime(facts["last_talk"]).date() if facts["last_talk"] else None
    if talked is None:
        found.append((Due.CHECK_IN, _("no check-in yet"), None))
    elif talked < viewer.today - QUIET:
        found.append((Due.CHECK_IN, _("last check-in"), talked))
    if not facts["is_begun"]:
        found.append((Due.PLAN, _("no plan yet"), None))
    return found
