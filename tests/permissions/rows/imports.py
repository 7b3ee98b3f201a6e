"""Who may do what at the addresses of `assessments.urls.imports`."""

from __future__ import annotations

from typing import Any

from accounts.choices import JobKind, JobState
from accounts.models import Job
from assessments.models import ColumnMapper
from tests.cast import World
from tests.permissions.matrix import DISTRICT, KNOWN, LIVE_TOKENS, Row, opens

IMPORTERS = opens(DISTRICT)
# of one's own students within one's scope: perhaps of nobody; a token without the scope to write is told so
MESSAGES = opens(KNOWN | LIVE_TOKENS - {"token_to_read"}, denies={"token_to_read"})

ROWS: list[Row] = [
    Row("evidence_imports", GET=IMPORTERS, POST=IMPORTERS),
    Row("evidence_import", "evidence_job", GET=IMPORTERS),
    Row("evidence_import_columns", "evidence_job", GET=IMPORTERS, POST=IMPORTERS),
    Row("evidence_import_confirm", "evidence_job", POST=IMPORTERS),
    Row("evidence_import_cancel", "evidence_job", POST=IMPORTERS),
    Row("evidence_import_rows", "evidence_job", GET=IMPORTERS),
    Row("evidence_import_report", "evidence_job", GET=IMPORTERS),
    Row("evidence_mapper_forget", "mapper", POST=IMPORTERS),
    Row("api_results", POST=MESSAGES),
    Row("api_xapi_statements", POST=MESSAGES),
    Row("api_caliper_events", POST=MESSAGES),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    district = world.people["district"]
    return {
        "evidence_job": Job.objects.create(
            kind=JobKind.IMPORT_EVIDENCE, state=JobState.QUEUED, title="scores.csv", created_by=district
        ),
        "mapper": ColumnMapper.objects.create(name="Unit checks", mapping={}, created_by=district),
    }
