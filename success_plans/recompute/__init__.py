"""The cycle kept in step with the facts: read a school in a constant number of queries, decide, write what changed.

The pure reasoning is `success_plans.cycle`; this package only carries data to it and back.

    reading    the facts about many students of one school
    steps      what the lines of `decide` change in the stored steps
    falling_due what falls due and what has just passed, by the person who does it
    digest     the short message on Mondays: counts and a link
    reminders  what falls due in the next school days, once a person and day
    openers    who may let closed parts of a sent plan go along
    partners   who of a partner may see which student, from consents, pathways and members
    places     places on pathways that were kept long enough pass on in the order of the draw
    runs       one run per school and school-local day; students looked at again at once

A step a person closed is never touched again. Running twice changes nothing; a missed day is caught up by the next.
"""

from success_plans.recompute.digest import send_digests
from success_plans.recompute.partners import renew_partner_circles
from success_plans.recompute.places import pass_on_places
from success_plans.recompute.reading import Ground, ground_of, read_facts
from success_plans.recompute.reminders import send_reminders
from success_plans.recompute.runs import follow_dates, refresh_cycle, run_due, run_school
from success_plans.recompute.steps import Change, EndedBecause

__all__ = [
    "Change",
    "EndedBecause",
    "Ground",
    "follow_dates",
    "ground_of",
    "pass_on_places",
    "read_facts",
    "refresh_cycle",
    "renew_partner_circles",
    "run_due",
    "run_school",
    "send_digests",
    "send_reminders",
]
