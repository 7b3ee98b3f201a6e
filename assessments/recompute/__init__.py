"""What workers do with evidence: take requests, read, judge, store. Set-based, idempotent, keys in order.

line        who has work to do, and who has taken it
grounds     how each framework is judged, and the parameters of the estimates
histories   counted pieces and standing judgements of students
crossings   pieces of one framework that count for another one too
storing     from what was found to the stored row
"""

from assessments.recompute.crossings import (
    NO_CROSSINGS,
    Crossing,
    Crossings,
    Decision,
    crossed,
    read_crossings,
)
from assessments.recompute.grounds import NOT_FITTED, Fitted, Ground, grounds, grounds_before, read_fitted
from assessments.recompute.histories import History, histories
from assessments.recompute.line import LEASE_SECONDS, MAX_ATTEMPTS, Leased, give_back, hold, lease, pending, settle
from assessments.recompute.storing import COLUMNS, store_summaries, stored_summaries, sum_up, summary_row

__all__ = [
    "COLUMNS",
    "LEASE_SECONDS",
    "MAX_ATTEMPTS",
    "NOT_FITTED",
    "NO_CROSSINGS",
    "Crossing",
    "Crossings",
    "Decision",
    "Fitted",
    "Ground",
    "History",
    "Leased",
    "crossed",
    "give_back",
    "grounds",
    "grounds_before",
    "histories",
    "hold",
    "lease",
    "pending",
    "read_crossings",
    "read_fitted",
    "settle",
    "store_summaries",
    "stored_summaries",
    "sum_up",
    "summary_row",
]
