"""What people do with evidence: record it, piece by piece or for a class, correct it, take it back."""

from assessments.services.cells import CellEntry, CellResult, CellState, Work, class_task_key, record_cells
from assessments.services.evidence import NewPiece, Recorded, correct_evidence, record_evidence, withdraw_evidence
from assessments.services.requests import request_refresh

__all__ = [
    "CellEntry",
    "CellResult",
    "CellState",
    "NewPiece",
    "Recorded",
    "Work",
    "class_task_key",
    "correct_evidence",
    "record_cells",
    "record_evidence",
    "request_refresh",
    "withdraw_evidence",
]
