"""Evidence from other systems: checked in one go, written in chunks, each exactly once."""

from assessments.services.imports.merging import Merged, write_chunk
from assessments.services.imports.running import (
    NotHereError,
    cancel_evidence_import,
    confirm_evidence_import,
    forget_mapper,
    forget_stale_evidence_imports,
    layout_of,
    map_evidence_import,
    queue_results,
    run_evidence_import,
    save_mapper,
    start_evidence_import,
)

__all__ = [
    "Merged",
    "NotHereError",
    "cancel_evidence_import",
    "confirm_evidence_import",
    "forget_mapper",
    "forget_stale_evidence_imports",
    "layout_of",
    "map_evidence_import",
    "queue_results",
    "run_evidence_import",
    "save_mapper",
    "start_evidence_import",
    "write_chunk",
]
