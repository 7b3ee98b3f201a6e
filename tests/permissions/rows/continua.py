"""Who may do what at the addresses of continua and crosswalks."""

from __future__ import annotations

from typing import Any

from accounts.choices import JobKind, JobState
from accounts.models import Job
from competencies.choices import AssociationKind
from tests.cast import World
from tests.factories.competencies import AssociationFactory, CompetencyFactory, FrameworkFactory
from tests.permissions.matrix import ALL, DISTRICT, Row, opens

DECIDES = opens(DISTRICT)

ROWS: list[Row] = [
    # what is expected, and in which order it can be learned, is open to everyone
    Row("framework_continuum", "framework", GET=ALL),
    Row("framework_cycles", "framework", GET=ALL),
    # the district decides what evidence of another framework is; it sees counts and no student
    Row("framework_crosswalks", "framework", GET=DECIDES, POST=DECIDES),
    Row("crosswalk_change", "crosswalk_change", GET=DECIDES),
    Row("crosswalk_change_confirm", "crosswalk_change", POST=DECIDES),
    Row("crosswalk_change_cancel", "crosswalk_change", POST=DECIDES),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    other = FrameworkFactory(title="Numeracy Passport", scale=world.framework.scale)
    twin = CompetencyFactory(framework=other, name="Comparing parts")
    AssociationFactory(origin=twin, destination=world.idea["compare"], kind=AssociationKind.EXACT_MATCH)
    job = Job.objects.create(
        kind=JobKind.CHANGE_CROSSWALK,
        state=JobState.WAITING,
        title="Mathematics",
        created_by=world.people["district"],
        parameters={
            "origin": str(world.framework.public_id),
            "goal": str(other.public_id),
            "counting": "beside",
            "reason": "The same idea in both.",
            "seen": 0,
            "confirmed": False,
        },
    )
    return {"crosswalk_change": job}
