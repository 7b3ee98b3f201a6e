"""What we see and what it adds up to: evidence and summaries, instruments, students' work, the engine's own records."""

from assessments.models.engine import CompetencyFit, Fit, ItemEstimate, ItemFit, Rollup, RollupChild
from assessments.models.evidence import (
    Evidence,
    EvidenceFile,
    MasterySummary,
    MethodChoice,
    RefreshRequest,
    TeacherJudgement,
)
from assessments.models.imports import ColumnMapper, EvidenceImport, ImportRow
from assessments.models.instruments import (
    Accommodation,
    Alignment,
    AnchorLevel,
    AnchorWork,
    CalibrationTry,
    Contribution,
    Criterion,
    CriterionLevel,
    Instrument,
    InstrumentForm,
    InstrumentVersion,
    Item,
)
from assessments.models.observations import ObservationAnswer
from assessments.models.work import (
    Assignment,
    CriterionScore,
    ItemResponse,
    Moderation,
    Scoring,
    Submission,
    SubmissionFile,
)

__all__ = [
    "Accommodation",
    "Alignment",
    "AnchorLevel",
    "AnchorWork",
    "Assignment",
    "CalibrationTry",
    "ColumnMapper",
    "CompetencyFit",
    "Contribution",
    "Criterion",
    "CriterionLevel",
    "CriterionScore",
    "Evidence",
    "EvidenceFile",
    "EvidenceImport",
    "Fit",
    "ImportRow",
    "Instrument",
    "InstrumentForm",
    "InstrumentVersion",
    "Item",
    "ItemEstimate",
    "ItemFit",
    "ItemResponse",
    "MasterySummary",
    "MethodChoice",
    "Moderation",
    "ObservationAnswer",
    "RefreshRequest",
    "Rollup",
    "RollupChild",
    "Scoring",
    "Submission",
    "SubmissionFile",
    "TeacherJudgement",
]
