"""Who reads what was kept close: words for "family, navigator and those granted it" (`Audience.CLOSE`)."""

from __future__ import annotations

from django.db.models import Q

from accounts.permissions import Permission
from success_plans.choices import GOAL_OPENED_BY

IS_PORTAL = frozenset({Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY, Permission.READ_FAMILY_PAGE})
"""Whoever has one of these reads as family or student: what is closed to them is not there, and nobody says it is."""
_OWN_GROUND = frozenset({Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY, Permission.HOLD_PLAN})


def reads_close(allowed: frozenset[Permission], domains: frozenset[str]) -> bool:
    """Whether somebody with these permissions on a student (`permissions_on`) and these domains (`domains_for`) does.

    The student, the family, the navigator, and whoever of the team was granted a closed domain, whichever it is. The
    author and the scribe of a sentence read it too: who asks this looks at that first.
    """
    return bool(_OWN_GROUND & allowed) or bool(domains)


def goal_is_closed(measure_kind: str, domains: frozenset[str], me: object, *people: object) -> bool:
    """Whether a goal is about what this reader's domains do not open; `people` wrote it or help with it."""
    return GOAL_OPENED_BY.get(measure_kind, "") not in {"", *domains} and (not me or me not in people)


def closed_goals(domains: frozenset[str], person_id: int | None, path: str = "") -> Q:
    """`goal_is_closed` for querysets; `path` leads to the goal. Nothing where all are open."""
    shut = [kind for kind, domain in GOAL_OPENED_BY.items() if domain not in domains]
    if not shut:
        return Q(pk__in=[])
    mine = Q(**{f"{path}author": person_id}) | Q(**{f"{path}helper__isnull": False, f"{path}helper": person_id})
    about = Q(**{f"{path}measure_kind__in": shut})
    return about & ~mine
