"""What people do with evidence: record it, piece by piece or for a class, correct it, take it back."""

from assessments.services.evidence import NewPiece, Recorded, correct_evidence, record_evidence, withdraw_evidence
from assessments.services.requests import request_refresh

__all__ = [
    "NewPiece",
    "Recorded",
    "correct_evidence",
    "record_evidence",
    "request_refresh",
    "withdraw_evidence",
]
