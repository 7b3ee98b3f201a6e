"""What people do with evidence: record it, piece by piece or for a class, correct it, take it back."""

from assessments.services.cells import CellEntry, CellResult, CellState, Work, class_task_key, record_cells
from assessments.services.crosswalks import (
    CrosswalkChangedError,
    CrosswalkError,
    confirm_crosswalk_change,
    run_crosswalk_change,
    start_crosswalk_change,
)
from assessments.services.evidence import NewPiece, Recorded, correct_evidence, record_evidence, withdraw_evidence
from assessments.services.fits import absorb_responses, refit
from assessments.services.judgements import JudgementError, JudgementStandsError, end_judgement, set_judgement
from assessments.services.methods import (
    MethodChangedError,
    MethodChangeError,
    confirm_method_change,
    run_method_change,
    start_method_change,
)
from assessments.services.requests import request_refresh
from assessments.services.rollups import RollupChangedError, RollupError, Weight, set_rollup

__all__ = [
    "CellEntry",
    "CellResult",
    "CellState",
    "CrosswalkChangedError",
    "CrosswalkError",
    "JudgementError",
    "JudgementStandsError",
    "MethodChangeError",
    "MethodChangedError",
    "NewPiece",
    "Recorded",
    "RollupChangedError",
    "RollupError",
    "Weight",
    "Work",
    "absorb_responses",
    "class_task_key",
    "confirm_crosswalk_change",
    "confirm_method_change",
    "correct_evidence",
    "end_judgement",
    "record_cells",
    "record_evidence",
    "refit",
    "request_refresh",
    "run_crosswalk_change",
    "run_method_change",
    "set_judgement",
    "set_rollup",
    "start_crosswalk_change",
    "start_method_change",
    "withdraw_evidence",
]
