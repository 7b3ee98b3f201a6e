"""What one import carries along: what was read, what is stored, what was counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db import connection

from accounts.oneroster import RosterBundle
from accounts.rosters.ledger import Entity, Ledger

Tell = Callable[[str, int, int], None]
"""Says how far it is: phase, done, total. Raises ImportCancelledError when a person asked to stop."""


class ImportCancelledError(Exception):
    """A person asked to stop; nothing was written."""


class TooManyLeaveError(Exception):
    """More than 10 % of a school would leave and nobody confirmed it; nothing was written."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__("more than 10 % of a school would leave")
        self.ledger = ledger


class Outcome(StrEnum):
    """What became of one person; the values are the names of a tally's counts."""

    CREATED = "created"
    CHANGED = "changed"
    RETURNED = "returned"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class SessionSpan:
    """When an academic session runs (half-open) and in which school year."""

    year_id: int
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Work:
    """One import under way. `today` is the district-local date; the maps go from ids of the source to keys."""

    bundle: RosterBundle
    source: str
    today: date
    by_person_id: int | None
    tell: Tell
    confirmed: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    schools: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, SessionSpan] = field(default_factory=dict)
    default_year: str = ""
    sections: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    students: dict[str, int] = field(default_factory=dict)
    outcomes: dict[int, tuple[Entity, Outcome]] = field(default_factory=dict)
    leavers: set[int] = field(default_factory=set)
    left_students: set[int] = field(default_factory=set)
    returned_students: set[int] = field(default_factory=set)
    new_addresses: dict[int, tuple[str, str]] = field(default_factory=dict)  # person: the old one, the new one
    moved_students: dict[int, int] = field(default_factory=dict)  # student to the school they were at
    left_schools: set[tuple[int, int]] = field(default_factory=set)  # (person, school) whose role ended now
    stopped: bool = False


def one_roster_change_at_a_time() -> None:
    """Waits until no other import or join is under way, and holds them off until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('roster change', 0))")
