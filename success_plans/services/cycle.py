"""What people do to the steps of a plan's year: end one with a reason, keep a student for the next year."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import StepName, StepOutcome
from success_plans.errors import PlanError
from success_plans.models import CycleStep
from success_plans.recompute import refresh_cycle
from success_plans.recompute.reading import STAYS

ENDS: dict[str, tuple[StepOutcome, ...]] = {
    StepName.NAVIGATOR: (StepOutcome.NOT_NEEDED,),
    StepName.INTAKE: (StepOutcome.DONE, StepOutcome.DECLINED, StepOutcome.NOT_NEEDED),
    StepName.CONVERSATION: (StepOutcome.DECLINED, StepOutcome.NOT_NEEDED),
    StepName.CLASS_REVIEW: (StepOutcome.NOT_NEEDED,),
    StepName.MEETING: (StepOutcome.DONE, StepOutcome.DECLINED, StepOutcome.NOT_NEEDED),
    StepName.SUPPORTS: (StepOutcome.DECLINED, StepOutcome.NOT_NEEDED),
    StepName.REVIEW: (StepOutcome.CONTINUE, StepOutcome.CHANGE, StepOutcome.FINISH, StepOutcome.NOT_NEEDED),
    StepName.YEAR_END: (StepOutcome.DONE, StepOutcome.DECLINED, StepOutcome.NOT_NEEDED),
    StepName.TRANSFER: (StepOutcome.DONE, StepOutcome.NOT_NEEDED),
}
"""How a person may end each step. "Not reached" is counted from the tries and never chosen."""


class StepEndedError(Exception):
    """Somebody, or the facts, ended this step meanwhile; `current` says how. Nothing was written."""

    def __init__(self, current: CycleStep) -> None:
        super().__init__(_("This step has ended meanwhile."))
        self.current = current


def end_step(*, by: Viewer, step: CycleStep, outcome: StepOutcome, reason: str) -> CycleStep:
    """End an open step with an outcome and a reason; it stays so whatever the facts say later, and what follows opens.

    Raises StepEndedError when it has ended already, PlanError for an end this step does not have or without a reason.
    Ending it twice in the same way is once.
    """
    words = " ".join(reason.replace("\x00", "").split())[:500]
    if outcome not in ENDS[step.step]:
        raise PlanError(_("This step does not end in this way. Choose one of the list."))
    if not words:
        raise PlanError(_("Say in a few words why."))
    with transaction.atomic():
        row = CycleStep.objects.select_for_update().get(pk=step.pk)
        if row.done_on is not None:
            if (row.outcome, row.reason, row.done_by_id) == (outcome, words, by.actor_id):
                return row
            raise StepEndedError(row)
        row.done_on = by.today
        row.outcome = outcome
        row.reason = words
        row.done_by_id = by.actor_id
        row.save(update_fields=["done_on", "outcome", "reason", "done_by"])
        audit.record(
            by=by.person_id,
            action="cycle.end",
            subject_type="cyclestep",
            subject_id=row.public_id,
            students=[row.student_id],
            details={"step": row.step, "outcome": row.outcome},
        )
        refresh_cycle([row.student_id], today=by.today)
    return row


def stay_next_year(*, by: Viewer, student: Student) -> CycleStep:
    """Say that the navigator keeps the student next year: the part of the year end that a handover is otherwise.

    Raises PlanError while no year end is open for this student.
    """
    with transaction.atomic():
        row = (
            CycleStep.objects.select_for_update()
            .filter(student=student, step=StepName.YEAR_END, done_on__isnull=True)
            .order_by("-opened_on", "-pk")
            .first()
        )
        if row is None:
            raise PlanError(_("The year end of this student is not open now."))
        if not row.reason.startswith(STAYS):
            row.reason = f"{STAYS}{by.today.isoformat()}"
            row.save(update_fields=["reason"])
            audit.record(
                by=by.person_id,
                action="cycle.stay",
                subject_type="cyclestep",
                subject_id=row.public_id,
                students=[student.pk],
            )
        refresh_cycle([student.pk], today=by.today)
        row.refresh_from_db()
    return row


def look_again(*, by: Viewer, student: Student) -> None:
    """Bring a student's steps in line after something was written, as the daily run would tomorrow."""
    refresh_cycle([student.pk], today=by.today)
