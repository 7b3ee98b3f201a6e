"""Why a step ended, and what one still waits for, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import StepName, StepOutcome
from success_plans.cycle import Missing
from success_plans.cycle import decide as decide_steps
from success_plans.models import CycleStep
from success_plans.recompute import EndedBecause, ground_of, read_facts


def because(row: CycleStep) -> str:
    """Why a step ended, in a sentence: what a person said, or which facts closed it."""
    if row.done_on is None:
        return ""
    if row.done_by_id is not None:
        return f"{row.get_outcome_display()}: {row.reason}" if row.reason else str(row.get_outcome_display())
    said = {
        EndedBecause.YEAR_OVER: _("The school year ended."),
        EndedBecause.MOVED: _("The student goes to another school now."),
        EndedBecause.LEFT: _("The student left."),
        EndedBecause.NO_LONGER: _("It is not asked for any more."),
    }
    if row.reason in said:
        return said[EndedBecause(row.reason)]
    if row.outcome == StepOutcome.NOT_REACHED:
        return _("Three tries in two ways, and nobody was reached.")
    if row.outcome == StepOutcome.DECLINED:
        return _("The family would rather not.")
    facts = {
        StepName.NAVIGATOR: _("Somebody holds the plan now."),
        StepName.INTAKE: _("The student spoke, and something was looked at."),
        StepName.CONVERSATION: _("The family and the school talked."),
        StepName.CLASS_REVIEW: _("The class was talked through."),
        StepName.MEETING: _("The meeting was held, there is something to work towards, enrichment was considered."),
        StepName.SUPPORTS: _("The first session took place."),
        StepName.YEAR_END: _("Student and family signed off, and the next year has a navigator."),
        StepName.TRANSFER: _("The plan was sent along."),
    }
    return facts.get(StepName(row.step), "")


def missing_of(*, viewer: Viewer, student: Student, step: CycleStep) -> tuple[Missing, ...]:
    """What a step still waits for by the facts of this moment; nothing for a step of another school year."""
    ground = ground_of(step.school, today=viewer.today)
    if ground is None or ground.year.pk != step.school_year_id:
        return ()
    rows = list(CycleStep.objects.filter(student=student, school_year=ground.year).order_by("pk"))
    facts = read_facts([student], rows, ground)[student.pk]
    lines = decide_steps(facts, ground.calendar, today=viewer.today)
    return next((line.missing for line in lines if str(line.step) == step.step and line.missing), ())


def missing_words() -> dict[Missing, str]:
    """Each thing a step can wait for, in words."""
    return {
        Missing.NAVIGATOR: _("an adult who holds the plan"),
        Missing.WHO_I_AM: _("who I am, in the student’s own words"),
        Missing.ACADEMIC: _("a first look at something the student learns"),
        Missing.WELLBEING: _("how they feel; the family said yes to asking"),
        Missing.TALK: _("a talk with the family, a no of theirs, or three tries in two ways"),
        Missing.DISCUSSED: _("a strength and a next step, said in the review of the class"),
        Missing.MEETING: _("the meeting itself"),
        Missing.AIM: _("something to work towards: a goal, or in the light plan an intention"),
        Missing.ENRICHMENT: _("whether something that reaches further would suit, as for everyone"),
        Missing.SESSION: _("the first session"),
        Missing.DECISION: _("a word of people: it goes on, is changed, or is finished"),
        Missing.STUDENT: _("the student’s answer to the plan"),
        Missing.FAMILY: _("the family’s answer to the plan"),
        Missing.NEXT: _("who holds the plan next year"),
        Missing.PACKET: _("the packet for the next school"),
    }
