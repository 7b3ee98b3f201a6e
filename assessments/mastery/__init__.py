"""What evidence adds up to: pure, order-independent, exact.

Described for a second implementation in docs/methods.md. Everything outsiders need is named here.
"""

from assessments.mastery.best_n import BestNStanding, SubSkillStanding, best_n_standing
from assessments.mastery.judged import PersonsJudgement, effective
from assessments.mastery.methods import METHODS, Method, MethodSpec, ParameterSpec
from assessments.mastery.summary import assess, independent, still_needed, summarise, why_not_yet
from assessments.mastery.terms import (
    DEMONSTRATED_DAYS,
    DEMONSTRATED_PIECES,
    Code,
    Explanation,
    Judgement,
    MasteryError,
    Params,
    Piece,
    Scale,
    Shape,
    plain,
    shown_value,
)

__all__ = [
    "DEMONSTRATED_DAYS",
    "DEMONSTRATED_PIECES",
    "METHODS",
    "BestNStanding",
    "Code",
    "Explanation",
    "Judgement",
    "MasteryError",
    "Method",
    "MethodSpec",
    "ParameterSpec",
    "Params",
    "PersonsJudgement",
    "Piece",
    "Scale",
    "Shape",
    "SubSkillStanding",
    "assess",
    "best_n_standing",
    "effective",
    "independent",
    "plain",
    "shown_value",
    "still_needed",
    "summarise",
    "why_not_yet",
]
