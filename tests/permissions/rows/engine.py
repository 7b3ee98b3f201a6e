"""Who may do what at the addresses of `assessments.urls.engine`."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.choices import JobKind, JobState
from accounts.models import Job
from assessments.models import TeacherJudgement
from tests.cast import World
from tests.factories.competencies import CompetencyFactory
from tests.permissions.matrix import DISTRICT, EDIT, OPERATOR, Row, opens

METHODS = opens(DISTRICT)

ROWS: list[Row] = [
    Row("judgement", "maya_competency", GET=EDIT, POST=EDIT),
    Row("judgement_end", "said", POST=EDIT),
    # the district chooses how a framework is judged; it sees counts and no student
    Row("framework_method", "framework", GET=METHODS, POST=METHODS),
    Row("method_change", "method_change", GET=METHODS),
    Row("method_change_confirm", "method_change", POST=METHODS),
    Row("method_change_cancel", "method_change", POST=METHODS),
    Row("rollup", "parent", GET=METHODS, POST=METHODS),
    Row("calibration", GET=opens(DISTRICT | OPERATOR)),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    idea = world.idea["shapes"]
    judgement = TeacherJudgement.objects.create(
        key=uuid.uuid4(),
        student=world.student,
        competency=idea,
        level=3,
        reason="Sorted every shape and said why.",
        language="en",
        judged_on=world.day(3),
        judged_by=world.people["teacher"],
    )
    job = Job.objects.create(
        kind=JobKind.CHANGE_METHOD,
        state=JobState.WAITING,
        title="Mathematics",
        created_by=world.people["district"],
        parameters={
            "framework": str(world.framework.public_id),
            "method": "latest",
            "parameters": {},
            "target": "3",
            "scale": str(world.framework.scale.public_id),
            "seen": [0, 1],
            "confirmed": False,
        },
    )
    parent = CompetencyFactory(framework=world.framework, name="Fractions", is_assessable=False)
    CompetencyFactory(framework=world.framework, name="Halves", parent=parent)
    return {
        "said": judgement,
        "method_change": job,
        "parent": parent,
    }
