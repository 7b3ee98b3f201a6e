"""What can be learned: frameworks, their next versions while they are written, and pathways."""

from __future__ import annotations

from competencies.models.frameworks import (
    NOTHING,
    Association,
    Competency,
    CompetencyVersion,
    Framework,
    Level,
    Scale,
    Wording,
)
from competencies.models.pathways import (
    Pathway,
    PathwayComment,
    PathwayCompetency,
    PathwayDesigner,
    PathwayExperience,
    PathwayInvitation,
    PathwayReview,
    PathwayVersion,
    PathwayWay,
)
from competencies.models.working import (
    ColumnMapper,
    Crosswalk,
    FrameworkVersion,
    WorkingComment,
    WorkingCopy,
    WorkingEdge,
    WorkingItem,
)

__all__ = [
    "NOTHING",
    "Association",
    "ColumnMapper",
    "Competency",
    "CompetencyVersion",
    "Crosswalk",
    "Framework",
    "FrameworkVersion",
    "Level",
    "Pathway",
    "PathwayComment",
    "PathwayCompetency",
    "PathwayDesigner",
    "PathwayExperience",
    "PathwayInvitation",
    "PathwayReview",
    "PathwayVersion",
    "PathwayWay",
    "Scale",
    "Wording",
    "WorkingComment",
    "WorkingCopy",
    "WorkingEdge",
    "WorkingItem",
]
