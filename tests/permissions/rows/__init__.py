"""Every line of the matrix, and what they are about: a file for each part of the product."""

from __future__ import annotations

from typing import Any

from tests.permissions import matrix
from tests.permissions.matrix import Row
from tests.permissions.rows import (
    assessment_views,
    authoring,
    caseloads,
    continua,
    cycle,
    engine,
    entry,
    exchange,
    imports,
    instruments,
    invitations,
    meetings,
    memberships,
    observations,
    pathways,
    plans,
    record,
    setup,
    versions,
    work,
)

PARTS = (
    *(plans, entry, record, versions, cycle, meetings, caseloads),
    *(instruments, work, observations, imports, engine, assessment_views, continua),
    authoring,
    setup,
    memberships,
    exchange,
    pathways,
    invitations,
)
ROWS: list[Row] = [*matrix.ROWS, *(row for part in PARTS for row in part.ROWS)]
BODIES: dict[str, dict[str, Any]] = {about: body for part in PARTS for about, body in part.BODIES.items()}
