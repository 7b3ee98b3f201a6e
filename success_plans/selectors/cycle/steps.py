"""One step: what it waits for, or how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.permissions import Permission, Viewer, students_for
from success_plans.models import CycleStep
from success_plans.selectors.cycle.endings import because, missing_of, missing_words


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step: whose, until when, what still closes it, how it ended."""

    step: CycleStep
    missing: list[str]
    because: str


def step_by_id(*, viewer: Viewer, public_id: UUID) -> CycleStep | None:
    """A step of a student this viewer sees by name."""
    return (
        CycleStep.objects.select_related("student__person", "student__school", "school", "school_year", "owner")
        .filter(public_id=public_id, student__in=students_for(viewer, Permission.SEE_STUDENT))
        .first()
    )


def step_page(*, viewer: Viewer, step: CycleStep) -> StepPage:
    """What a step still waits for, from the facts of this moment."""
    missing = missing_of(viewer=viewer, student=step.student, step=step) if step.done_on is None else ()
    words = missing_words()
    return StepPage(step, [words[one] for one in missing], because(step))
