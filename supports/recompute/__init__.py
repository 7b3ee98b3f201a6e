"""From requests to summaries and flags that never disagree: lease, read, reason without locks, write once.

The pure reasoning is `assessments.mastery` and `supports.rules`; this package only carries data to it and back.

    batches    take what is due, reason, write, give back what raised
    reading    everything a batch needs, in a constant number of queries
    reasoning  one student's evidence and flags become an outcome, without a lock
    writing    the outcome under the requests that still carry our token
    checking   what is stored against what the evidence says

Lock order, for everyone who writes: refresh requests first, in student order; then summaries; then flags.
"""

from supports.recompute.batches import BATCH, refresh, refresh_due
from supports.recompute.checking import Drift, compare
from supports.recompute.reading import UnusableGroundError, World, active_students, read_world, students_to_check
from supports.recompute.reasoning import Outcome, reason
from supports.recompute.writing import write

__all__ = [
    "BATCH",
    "Drift",
    "Outcome",
    "UnusableGroundError",
    "World",
    "active_students",
    "compare",
    "read_world",
    "reason",
    "refresh",
    "refresh_due",
    "students_to_check",
    "write",
]
