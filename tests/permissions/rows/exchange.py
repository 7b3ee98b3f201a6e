"""Who may do what at the addresses of `competencies.urls.exchange`: what is published is everybody's to read."""

from __future__ import annotations

from typing import Any

from accounts.choices import JobKind, JobState
from accounts.models import Job
from competencies.case_extensions import identifier_of
from competencies.models import ColumnMapper
from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import ALL, ROSTERS, Row

ROWS: list[Row] = [
    Row("framework_import_columns", "sheet_job", GET=ROSTERS, POST=ROSTERS),
    Row("framework_mapper_forget", "sheet_mapper", POST=ROSTERS),
    Row("framework_download", "framework_file", GET=ALL),
    Row("case_documents", "case", GET=ALL),
    Row("case_document", "case_framework", GET=ALL),
    Row("case_package", "case_framework", GET=ALL),
    Row("case_item", "case_item", GET=ALL),
    Row("case_item_associations", "case_item", GET=ALL),
    Row("case_association", "case_association", GET=ALL),
    Row("case_rubric", "case_rubric", GET=ALL),
    Row("case_definition", "case_subject", GET=ALL),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """A published framework with something of every kind that has an address."""
    named = {"id": "dddddddd-0000-4000-8000-000000000001", "title": "One"}
    framework = make.FrameworkFactory(
        is_published=True,
        details={"subject_definitions": [named], "rubrics": [{**named, "criteria": []}]},
    )
    one, other = (make.CompetencyFactory(framework=framework) for _ in range(2))
    edge = make.AssociationFactory(framework=framework, origin=one, destination=other)
    said = {"version": "v1p0"}
    district = world.people["district"]
    return {
        "sheet_job": Job.objects.create(
            kind=JobKind.IMPORT_FRAMEWORK, state=JobState.QUEUED, title="ours.xlsx", created_by=district
        ),
        "sheet_mapper": ColumnMapper.objects.create(name="Ours", saved_by=district),
        "case": said,
        "framework_file": {**said, "public_id": framework.public_id},
        "case_framework": {**said, "identifier": identifier_of(framework.source_id)},
        "case_item": {**said, "identifier": identifier_of(one.source_id)},
        "case_association": {**said, "identifier": identifier_of(edge.source_id)},
        "case_rubric": {**said, "identifier": named["id"]},
        "case_subject": {**said, "kind": "CFSubjects", "identifier": named["id"]},
    }
