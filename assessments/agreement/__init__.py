"""Whether raters mean the same: agreement, kappa, intraclass correlation, and when two people should talk. Pure.

Ratings are given as positions on the scale (`position`): neighbouring levels are 1 apart, a half step lies between.
docs/methods.md describes every number.
"""

from assessments.agreement.differences import DIFFER_FROM, Difference, Reason, difference, position
from assessments.agreement.intraclass import Intraclass, intraclass
from assessments.agreement.kappas import Kappa, Weights, kappa
from assessments.agreement.shares import Share, adjacent, exact, wilson

__all__ = [
    "DIFFER_FROM",
    "Difference",
    "Intraclass",
    "Kappa",
    "Reason",
    "Share",
    "Weights",
    "adjacent",
    "difference",
    "exact",
    "intraclass",
    "kappa",
    "position",
    "wilson",
]
