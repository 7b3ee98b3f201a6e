"""The year of a success plan as reasoning: facts in, steps out. No Django, no clock, no reading (docs/domain.md)."""

from __future__ import annotations

from success_plans.cycle.decide import decide, due_day, year_end_from
from success_plans.cycle.terms import (
    Clock,
    Ended,
    Facts,
    Given,
    Line,
    Missing,
    Outcome,
    Step,
    Stretch,
    Template,
)
from success_plans.cycle.tries import conversation

__all__ = [
    "Clock",
    "Ended",
    "Facts",
    "Given",
    "Line",
    "Missing",
    "Outcome",
    "Step",
    "Stretch",
    "Template",
    "conversation",
    "decide",
    "due_day",
    "year_end_from",
]
