"""Who reads what was kept close: words for "family, navigator and those granted it" (`Audience.CLOSE`)."""

from __future__ import annotations

from accounts.permissions import Permission

_OWN_GROUND = frozenset({Permission.SPEAK_AS_STUDENT, Permission.SPEAK_AS_FAMILY, Permission.HOLD_PLAN})


def reads_close(allowed: frozenset[Permission], domains: frozenset[str]) -> bool:
    """Whether somebody with these permissions on a student (`permissions_on`) and these domains (`domains_for`) does.

    The student, the family, the navigator, and whoever of the team was granted a closed domain, whichever it is. The
    author and the scribe of a sentence read it too: who asks this looks at that first.
    """
    return bool(_OWN_GROUND & allowed) or bool(domains)
