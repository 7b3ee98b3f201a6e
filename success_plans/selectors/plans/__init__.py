"""The plan on one page: `plan_page` and the shapes it is made of."""

from __future__ import annotations

from success_plans.selectors.plans.page import plan_page
from success_plans.selectors.plans.shapes import (
    Action,
    Block,
    Finding,
    GoalView,
    Guardian,
    NeedView,
    Note,
    OnPathway,
    PathwayView,
    PlanPage,
    Pointer,
    Said,
    Seen,
    Teammate,
    Ways,
)

__all__ = [
    "Action",
    "Block",
    "Finding",
    "GoalView",
    "Guardian",
    "NeedView",
    "Note",
    "OnPathway",
    "PathwayView",
    "PlanPage",
    "Pointer",
    "Said",
    "Seen",
    "Teammate",
    "Ways",
    "plan_page",
]
