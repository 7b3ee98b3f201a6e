"""One kept choice of columns, so that a visitor can bring in the public file of student performance at once."""

from __future__ import annotations

from decimal import Decimal

from accounts.permissions import Viewer
from assessments.imports.mapping import ColumnMapping, CompetencyBy, ScoreColumn, Scoring, StudentBy
from assessments.models import ColumnMapper
from config.demo.chance import uid
from config.demo.people import District

NAME = "Term marks of a public data set (UCI student performance)"


def write_mapper(by: Viewer, plan: District) -> None:
    """Three term marks out of 20, joined by row number; which competency and when is asked each time."""
    mapping = ColumnMapping(
        scores=tuple(ScoreColumn(f"G{term}", f"Term mark {term}") for term in (1, 2, 3)),
        student_by=StudentBy.ROW,
        competency_by=CompetencyBy.FILE,
        scoring=Scoring.POINTS,
        out_of=Decimal(20),
        source="uci",
    )
    ColumnMapper.objects.create(
        public_id=uid(plan.seed, "mapper", NAME), name=NAME, mapping=mapping.as_json(), created_by_id=by.actor_id
    )
