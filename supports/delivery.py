"""What a dose asks for, what may follow on a referral step, and which ends are open. Pure: dates and words in, out.

A support says how often it should happen; its log says what took place. "4 of 6" counts the sessions that were held
against those the dose asked for up to today. A session that was called off is nobody's fault and still counts as asked
for; a student who was away was away, and the words say so.
"""

from __future__ import annotations

from datetime import date

OFFERED, ACCEPTED, DECLINED, STARTED = "offered", "accepted", "declined", "started"
ATTENDED, NOT_REACHED, ENDED = "attended", "not_reached", "ended"

NEXT_STEPS: dict[str, tuple[str, ...]] = {
    "": (OFFERED,),
    OFFERED: (ACCEPTED, DECLINED, NOT_REACHED),
    ACCEPTED: (STARTED, DECLINED, NOT_REACHED),
    STARTED: (ATTENDED, NOT_REACHED, ENDED),
    ATTENDED: (NOT_REACHED, ENDED),
    NOT_REACHED: (OFFERED, ACCEPTED, DECLINED, STARTED),
    DECLINED: (OFFERED,),
    ENDED: (),
}
"""Referral steps that can follow each step. "Not reached" leads back into the loop and never to its end."""

NOT_DONE_YET = frozenset({OFFERED, ACCEPTED, NOT_REACHED})
"""Referral steps at which a support cannot be called finished: nothing has reached the student."""


def sessions_due(*, starts_on: date, ends_on: date, per_week: int, today: date) -> int:
    """How many sessions the dose asked for from the first day up to and including `today` (or the last day).

    `per_week` 0: it happens once, on or after its first day. Started weeks count in proportion, rounded down; the
    first session is due once the support has run for its share of a week.
    """
    if today < starts_on:
        return 0
    if per_week == 0:
        return 1
    days = (min(today + date.resolution, ends_on) - starts_on).days
    return max(days, 0) * per_week // 7


def may_finish(referral: str) -> bool:
    """Whether a support with this referral step may be called finished. "Not reached" is never done."""
    return referral not in NOT_DONE_YET
