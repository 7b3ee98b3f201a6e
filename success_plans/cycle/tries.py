"""The day on which the conversation with a family ended; what counts as its end says `success_plans.contacts`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from success_plans.contacts import Attempt, conversation_outcome
from success_plans.cycle.terms import Outcome

ENDS = {"held": Outcome.DONE, "declined": Outcome.DECLINED, "not_reached": Outcome.NOT_REACHED}


def conversation(tries: Iterable[Attempt]) -> tuple[date, Outcome] | None:
    """The day and the way it ended; None while there is more to try. `Attempt.at` is school-local.

    The day is that of the try which made it so: the first talk, the first no, the third try in vain.
    """
    in_order = sorted(tries, key=lambda one: one.at)
    final = conversation_outcome(in_order)
    if final == "open":
        return None
    for count, one in enumerate(in_order, 1):
        if conversation_outcome(in_order[:count]) == final:
            return one.at.date(), ENDS[final]
    return None
