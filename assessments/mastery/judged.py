"""A person's judgement beside what was computed: it leads, and both stay to be seen.

A judgement names a level of the scale. At the target or above it the competency is demonstrated, whatever was counted;
below it is building, also where nothing was counted: somebody has looked. It says nothing about pieces and days.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from assessments.mastery.terms import Code, Explanation, Judgement, Scale, Shape, plain


class PersonsJudgement(NamedTuple):
    """A judgement that stands: its id, the level, the day it speaks of, when it was written down and by whom."""

    id: int
    level: Decimal
    judged_on: date
    recorded_at: datetime
    judged_by: int


def effective(computed: Judgement, said: PersonsJudgement | None, *, scale: Scale) -> Judgement:
    """What counts: the person's judgement where one stands, else what was computed.

    Pieces, days, contexts and what was counted stay those of the evidence. A half step counts down for the level held.
    """
    if said is None:
        return computed
    shape = Shape.BUILDING
    if said.level >= scale.target:
        shape = Shape.DEEPER if said.level > scale.target else Shape.SHOWN
    return computed._replace(
        shape=shape,
        held=scale.level_of(said.level),
        value=said.level,
        demonstrated=said.level >= scale.target,
        explanation=Explanation(Code.JUDGED, {"pieces": computed.pieces, "level": plain(said.level)}),
    )
