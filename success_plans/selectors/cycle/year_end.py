"""The year end of one student: who signed off, and who holds the plan next year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship, Student
from accounts.permissions import Viewer, current
from success_plans.choices import StepName, Voice
from success_plans.models import Agreement, CycleStep, PlanVersion
from success_plans.recompute.reading import STAYS
from success_plans.selectors.cycle.endings import because, missing_of, missing_words


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs off, and the newest answer they gave to the newest version."""

    person: Person
    voice: str
    answer: str
    statement: str
    on: date | None


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What the year end of a student waits for."""

    step: CycleStep | None
    version: PlanVersion | None
    signers: list[Signer]
    stays: bool
    missing: list[str]
    because: str


def year_end(*, viewer: Viewer, student: Student) -> YearEnd:
    """Who signed off, and whether the next year has a navigator. Family members of every household are listed: this is
    a page of the navigator, who reaches them all."""
    step = (
        CycleStep.objects.select_related("school", "school_year", "owner", "student__person")
        .filter(student=student, step=StepName.YEAR_END, opened_on__lte=viewer.today)
        .order_by("-opened_on", "-pk")
        .first()
    )
    version = PlanVersion.objects.filter(plan__student=student).order_by("-number").first()
    words = missing_words()
    still = () if step is None or step.done_on is not None else missing_of(viewer=viewer, student=student, step=step)
    return YearEnd(
        step=step,
        version=version,
        signers=_signers(viewer, student, version),
        stays=step is not None and step.reason.startswith(STAYS),
        missing=[words[one] for one in still],
        because="" if step is None else because(step),
    )


def _signers(viewer: Viewer, student: Student, version: PlanVersion | None) -> list[Signer]:
    family = (
        Relationship.objects.filter(
            current(viewer.today), student=student, kind=RelationshipKind.GUARDIAN, person__is_active=True
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    people = [(student.person, Voice.STUDENT), *((row.person, Voice.FAMILY) for row in family)]
    newest: dict[int, Agreement] = {}
    if version is not None:
        for row in Agreement.objects.filter(of_version=version).order_by("created_at", "pk"):
            newest[row.person_id] = row
    return [
        Signer(
            person=person,
            voice=voice,
            answer=newest[person.pk].get_answer_display() if person.pk in newest else "",
            statement=newest[person.pk].statement if person.pk in newest else "",
            on=timezone.localtime(newest[person.pk].created_at).date() if person.pk in newest else None,
        )
        for person, voice in people
    ]
