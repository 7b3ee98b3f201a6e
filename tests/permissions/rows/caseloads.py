"""Who may do what at the addresses of `success_plans.urls.caseloads`, and at those of one student's circle."""

from __future__ import annotations

from typing import Any

from accounts.choices import GuardianBlock
from accounts.models import CaseloadHandover, GuardianLimit
from tests.cast import World
from tests.permissions.matrix import CIRCLE, LEADS, NAVIGATOR, SAID_WHY, SIGNED_IN, TEAM, Row, opens

SCHOOL = opens(LEADS | SAID_WHY)
FOR_A_PURPOSE = opens(SAID_WHY, ask=LEADS, denies=CIRCLE)

ROWS: list[Row] = [
    Row("students", GET=SIGNED_IN, POST=SIGNED_IN),
    # ---- a school's caseloads
    Row("caseload", "school", GET=SCHOOL, POST=SCHOOL),
    Row("caseload_cap", "school", POST=SCHOOL),
    Row("caseload_balance", "school", GET=SCHOOL, POST=SCHOOL),
    Row("caseload_navigator", "held", GET=SCHOOL, POST=SCHOOL),
    # ---- from one adult to another: offered to the specialist by the navigator
    Row("handovers", GET=SIGNED_IN),
    Row(
        "handover_offer",
        "maya",
        GET=opens(NAVIGATOR, denies=CIRCLE | LEADS | SAID_WHY),
        POST=opens(NAVIGATOR, denies=CIRCLE | LEADS | SAID_WHY),
    ),
    Row("handover_answer", "handover", POST=opens(TEAM, denies=NAVIGATOR | LEADS | SAID_WHY)),
    Row("handover_withdraw", "handover", POST=opens(NAVIGATOR | LEADS | SAID_WHY, denies=TEAM)),
    # ---- one student's circle: for a purpose, also for a lead who belongs to it
    Row("circle_edit", "maya", GET=FOR_A_PURPOSE),
    Row("circle_households", "maya", POST=FOR_A_PURPOSE),
    Row("circle_domains", "circle_member", POST=FOR_A_PURPOSE),
    Row("circle_of_age", "maya", POST=FOR_A_PURPOSE),
    Row("limit_enter", "maya", POST=FOR_A_PURPOSE),
    Row("limit_end", "limit", POST=opens(SAID_WHY, ask=LEADS)),
]

BODIES: dict[str, dict[str, Any]] = {"handover": {"answer": "no"}, "circle_member": {}}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    navigator, specialist = world.people["navigator"], world.people["specialist"]
    BODIES["circle_member"].update(member=str(specialist.public_id), domains=["health"])
    return {
        "handover": CaseloadHandover.objects.create(
            student=world.student, from_person=navigator, to_person=specialist, asked_by=navigator
        ),
        "limit": GuardianLimit.objects.create(
            student=world.student,
            guardian=world.people["former_guardian"],
            block=GuardianBlock.MEETINGS,
            document="An order",
            starts_on=world.day(9),
            entered_by=world.people["plan_lead"],
        ),
        "held": {"public_id": world.school.public_id, "person_id": navigator.public_id},
        "circle_member": world.student,
    }
