"""What of a student's plan stays here when it leaves: what is on hold, what is closed, and what hangs on either."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.choices import SensitiveDomain
from accounts.permissions import Viewer
from success_plans.choices import FINDING_OPENED_BY, GOAL_OPENED_BY, OPENED_BY, Audience, Subject
from success_plans.models import Decision, Proposal
from success_plans.selectors.holds import HeldSet
from success_plans.selectors.reading import SUPPORT_OPENED_BY
from supports.models import Support

_HOLDS = {
    "statements": Subject.STATEMENT,
    "findings": Subject.FINDING,
    "needs": Subject.NEED,
    "goals": Subject.GOAL,
    "supports": Subject.SUPPORT,
    "meetings": Subject.MEETING,
    "contacts": Subject.CONTACT,
    "check_ins": Subject.CHECK_IN,
    "versions": Subject.VERSION,
    "evidence": Subject.EVIDENCE,
}
_BELONGS = {
    "sessions": "support",
    "referral_steps": "support",
    "attendees": "meeting",
    "decisions": "meeting",
    "proposals": "goal",
    "agreements": "of_version",
}
_LATER: Mapping[str, Callable[[Any], UUID | None]] = {
    "sessions": lambda row: row.support.public_id,
    "referral_steps": lambda row: row.support.public_id,
    "decisions": lambda row: row.support.public_id if row.support is not None else None,
    "proposals": lambda row: row.goal.public_id if row.goal is not None else None,
    "amendments": lambda row: row.about_id,
}
"""What is said of an entry and grows after it: the entry's id."""
_UNDATED: Mapping[str, Any] = {
    "supports": Support.pgh_event_model,  # type: ignore[attr-defined]
    "decisions": Decision.pgh_event_model,  # type: ignore[attr-defined]
    "proposals": Proposal.pgh_event_model,  # type: ignore[attr-defined]
}
"""What bears no day of its last change: its history tells."""
FAMILY = SensitiveDomain.FAMILY


@dataclass(frozen=True, slots=True)
class KeptHere:
    """What a packet does not hold: how many entries a safety hold kept, and how many are closed, of which domains."""

    held: int
    closed: int
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class Yes:
    """What a second person let go along: their domains, and when they said so. `moved`: what its history says was
    changed since."""

    domains: frozenset[str]
    until: datetime | None
    moved: frozenset[UUID]

    def keeps_here(self, row: Any, domain: str) -> bool:
        """Whether this row of this domain stays: nobody opened the domain, or it says something newer than the yes."""
        if domain not in self.domains or row.public_id in self.moved:
            return True
        newest = max(row.created_at, getattr(row, "changed_at", row.created_at))
        return self.until is not None and newest > self.until


def moved(*, viewer: Viewer, found: Mapping[str, list[Any]], until: datetime | None) -> frozenset[UUID]:
    """Of what bears no day of its last change, what was changed since. A query for each such table."""
    if until is None:
        return frozenset()
    return frozenset(
        public_id
        for table, events in _UNDATED.items()
        for public_id in events.objects.filter(
            pgh_obj__in=[row.pk for row in found[table]], pgh_created_at__gt=until
        ).values_list("public_id", flat=True)
    )


def closed(found: Mapping[str, list[Any]], yes: Yes) -> dict[UUID, str]:
    """What this yes does not open: its id and the domain it belongs to ("" for what was kept close)."""
    about: dict[str, Callable[[Any], str]] = {
        "needs": lambda row: OPENED_BY.get(row.domain, ""),
        "findings": lambda row: FINDING_OPENED_BY.get(row.area, ""),
        "goals": lambda row: GOAL_OPENED_BY.get(row.measure_kind, ""),
        "supports": lambda row: SUPPORT_OPENED_BY.get(row.type, ""),
    }
    shut = {
        row.public_id: domain(row)
        for table, domain in about.items()
        for row in found[table]
        if domain(row) and yes.keeps_here(row, domain(row))
    }
    for table in ("statements", "needs", "amendments"):
        for row in found[table]:
            if row.audience == Audience.CLOSE:
                shut[row.public_id] = ""  # whatever it is about: no yes lets it go
    parents: dict[UUID | None, str] = {
        row.public_id: domain(row) for table, domain in about.items() for row in found[table]
    }
    for table, key in _LATER.items():  # what was said since of what was opened
        for row in found[table]:
            opened = parents.get(key(row), "")
            if opened in yes.domains and yes.keeps_here(row, opened):
                shut.setdefault(row.public_id, opened)
    for row in found["decisions"]:  # the action says what was decided
        if row.support is not None and row.support.public_id in shut:
            shut[row.public_id] = shut[row.support.public_id]
    return shut


def hold_back(
    found: dict[str, list[Any]], holds: HeldSet, shut: Mapping[UUID, str], blanked: Collection[UUID]
) -> KeptHere:
    """Takes what is on hold or closed out of the rows, with what belongs to it and the versions that contain it.

    `blanked`: contacts that go along without their note, which counts as closed."""
    held_ids: set[UUID] = set()
    if holds:
        for table, subject in _HOLDS.items():
            held_ids |= {row.public_id for row in found[table] if holds.covers(subject, row.public_id)}
    gone = held_ids | set(shut)
    closed = set(shut) - held_ids
    for version in found["versions"]:
        inside = {entry.get("id") for entry in version.content.get("entries", [])}
        if inside & {str(pk) for pk in held_ids}:
            held_ids.add(version.public_id)
        elif inside & {str(pk) for pk in gone}:
            closed.add(version.public_id)
    gone = held_ids | closed
    for table, rows in found.items():
        found[table] = [
            row
            for row in rows
            if row.public_id not in gone
            and getattr(row, "about_id", None) not in gone
            and getattr(getattr(row, _BELONGS.get(table, "id")), "public_id", None) not in gone
        ]
    notes = set(blanked) - gone
    domains = {*shut.values(), *([FAMILY] if notes else [])}
    return KeptHere(len(held_ids), len(closed) + len(notes), frozenset(domains) - {""})
