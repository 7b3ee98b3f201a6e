"""Who may do what at the addresses of `success_plans.urls.cycle`."""

from __future__ import annotations

from typing import Any

from success_plans.choices import StepName
from success_plans.models import CycleStep
from tests.cast import World
from tests.permissions.matrix import CIRCLE, CLASS, LEADS, NAVIGATOR, SAID_WHY, SIGNED_IN, Row, opens

HOLD = opens(NAVIGATOR, denies=CIRCLE | LEADS | SAID_WHY)

ROWS: list[Row] = [
    Row("work_list", GET=SIGNED_IN),
    # the step is the navigator's; the circle sees the student, and a lead sees no student without a purpose
    Row("cycle_step", "cycle_step", GET=opens(NAVIGATOR, denies=CIRCLE), POST=opens(NAVIGATOR, denies=CIRCLE)),
    Row("school_cycle", "school", GET=opens(LEADS | SAID_WHY)),
    Row("class_review", "section", GET=CLASS, POST=CLASS),
    Row("class_review_finish", "section", POST=CLASS),
    Row("year_end", "maya", GET=HOLD, POST=HOLD),
    Row("year_end_next", "maya", POST=HOLD),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    step = CycleStep.objects.create(
        student=world.student,
        school=world.school,
        school_year=world.year,
        step=StepName.REVIEW,
        number=90,
        owner=world.people["navigator"],
        opened_on=world.day(3),
        due_on=world.day(-10),
    )
    return {"cycle_step": step}
