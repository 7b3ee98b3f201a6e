"""Who may do what at the addresses of `assessments.urls.views`."""

from __future__ import annotations

from typing import Any

from accounts.models import StoredFile
from assessments.models import EvidenceFile
from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import CLASS, READ_EVIDENCE, Row

ROWS: list[Row] = [
    Row("student_growth", "maya", GET=READ_EVIDENCE),
    Row("student_portfolio", "maya", GET=READ_EVIDENCE),
    Row("class_map", "section", GET=CLASS),
    Row("evidence_file", "piece_file", GET=READ_EVIDENCE),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A picture that shows a piece of Maya's."""
    teacher = world.people["teacher"]
    piece = make.EvidenceFactory(student=world.student, competency=world.idea["compare"], recorded_by=teacher)
    stored = StoredFile.objects.create(
        student=world.student,
        kind="picture",
        file="files/gone-from-disk",
        content_type="image/png",
        size=1,
        digest="0" * 64,
        added_by=teacher,
    )
    EvidenceFile.objects.create(evidence=piece, file=stored)
    return {"piece_file": stored}
