"""When a family conversation counts as held, declined or not reached (domain.md section 3). No Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TRIES = 3
WAYS = 2

Conversation = Literal["held", "declined", "not_reached", "open"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, how (a `ContactMode` value) and what came of it (a `ContactOutcome` value)."""

    at: datetime
    mode: str
    outcome: str


def conversation_outcome(attempts: Iterable[Attempt]) -> Conversation:
    """Where the conversation with a family stands after these tries, given in any order.

    "held" once people talked, whatever else happened. "declined" once the family said they would rather not.
    "not_reached" after three tries in two ways. A family that asked for another time was reached and waits for us:
    the tries are counted anew from there. Else "open".
    """
    tries = sorted(attempts, key=lambda one: one.at)
    outcomes = {one.outcome for one in tries}
    if "held" in outcomes:
        return "held"
    if "declined" in outcomes:
        return "declined"
    since: list[Attempt] = []
    for one in tries:
        if one.outcome == "later":
            since.clear()
        else:
            since.append(one)
    if len(since) >= TRIES and len({one.mode for one in since}) >= WAYS:
        return "not_reached"
    return "open"


def tries_left(attempts: Iterable[Attempt]) -> tuple[int, bool]:
    """How many tries are missing until "not reached", and whether another way is: for the words beside the form.

    (0, False) when the conversation is not open any more.
    """
    tries = sorted(attempts, key=lambda one: one.at)
    if conversation_outcome(tries) != "open":
        return (0, False)
    last = max((n for n, one in enumerate(tries) if one.outcome == "later"), default=-1)
    since = tries[last + 1 :]
    another_way = len({one.mode for one in since}) < WAYS
    return (max(TRIES - len(since), 1 if another_way else 0), another_way)
