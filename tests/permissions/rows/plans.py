"""Who may do what at the addresses of `success_plans.urls.plans` that came after the first of them (`matrix.py`)."""

from __future__ import annotations

from typing import Any

from success_plans.choices import PointerKind
from success_plans.models import DistrictPhrase, PathwayChoice, PlanPointer
from tests.cast import World
from tests.permissions.matrix import (
    ACT,
    ADULTS,
    CIRCLE,
    EDIT,
    FAMILY,
    ROSTERS,
    SELF,
    SIGNED_IN,
    SPEAK,
    Row,
    opens,
)

TALK = opens(SELF | FAMILY | ADULTS, denies=CIRCLE)
ROWS: list[Row] = [
    Row("pathway_add", "maya", GET=SPEAK, POST=SPEAK),
    Row("pathway_edit", "pathway", GET=TALK, POST=TALK),
    Row("pointer_add", "maya", GET=EDIT, POST=EDIT),
    Row("pointer_edit", "pointer", GET=ACT, POST=ACT),
    Row("action_add", "maya", GET=EDIT, POST=EDIT),
    Row("action_change", "support", GET=ACT, POST=ACT),
    Row("wording_check", POST=SIGNED_IN),
    Row("phrases", GET=ROSTERS, POST=ROSTERS),
    Row("phrase_end", "phrase", POST=ROSTERS),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    plan, teacher = rows["plan"], world.people["teacher"]
    return {
        "pathway": PathwayChoice.objects.create(plan=plan, interest="bridges", language="en", author=teacher),
        "pointer": PlanPointer.objects.create(
            plan=plan, kind=PointerKind.SECTION_504, accommodations="Big print", language="en", author=teacher
        ),
        "phrase": DistrictPhrase.objects.create(
            language="en", phrase="frequent flyer", instead="say when and why", created_by=world.people["district"]
        ),
    }
