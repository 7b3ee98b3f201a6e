"""Who may do what at the addresses of observations: quick ones, those of families, what comes next, grades."""

from __future__ import annotations

import uuid
from typing import Any

from assessments.choices import EvidenceKind
from supports.models import Showing
from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import (
    CIRCLE,
    CLASS,
    EDIT,
    FAMILY,
    LEADS,
    READ_EVIDENCE,
    SAID_WHY,
    SELF,
    SIGNED_IN,
    Row,
    opens,
)

AT_HOME = opens(FAMILY, denies=CIRCLE | LEADS | SAID_WHY)
MINE = opens(SELF, denies=CIRCLE | LEADS | SAID_WHY)
ITS_AUTHOR = opens({"teacher"})

ROWS: list[Row] = [
    Row("student_next", "maya_competency", GET=EDIT),
    Row("class_observe", "section", GET=CLASS, POST=CLASS),
    Row("class_next", "section", GET=CLASS),
    Row("observation_sync", POST=SIGNED_IN),
    Row("observation_undo", "just_seen", POST=ITS_AUTHOR),
    Row("family_observe", "maya", GET=AT_HOME, POST=AT_HOME),
    Row("my_view", "maya_competency", GET=MINE, POST=MINE),
    Row("observations_waiting", GET=SIGNED_IN),
    Row("observation_answer", "seen_at_home", GET=EDIT, POST=EDIT),
    Row("showing_ask", "maya_competency", GET=MINE, POST=MINE),
    Row("showings", "maya", GET=READ_EVIDENCE),
    Row("showing_answer", "showing", GET=EDIT, POST=EDIT),
    Row("showing_done", "showing", POST=EDIT),
    Row("showing_take_back", "showing", POST=MINE),
    Row("grades_export", "section", GET=CLASS, POST=CLASS),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """Something the teacher wrote down a moment ago, and something Maya's family saw at home."""
    key = uuid.uuid4()
    make.EvidenceFactory(
        student=world.student, competency=world.idea["shapes"], recorded_by=world.people["teacher"], key=key, value=None
    )
    return {
        "just_seen": {"key": key},
        "showing": Showing.objects.create(
            key=uuid.uuid4(),
            student=world.student,
            competency=world.idea["compare"],
            how="I build a fraction wall",
            language="en",
            asked_on=world.today,
            answer_by=world.today,
        ),
        "seen_at_home": make.EvidenceFactory(
            student=world.student,
            competency=world.idea["compare"],
            recorded_by=world.people["guardian"],
            kind=EvidenceKind.FAMILY,
            is_accepted=False,
            value=None,
            note="Cut the cake into twelfths",
        ),
    }
