"""Rosters in, as the standard says and as real systems write them. Pure: bytes in, records and a report out."""

from accounts.oneroster.bundle import RosterBundle, read_roster
from accounts.oneroster.issues import Code, Issue, RosterUnreadable, Severity
from accounts.oneroster.resolving import KnownRoster

__all__ = ["Code", "Issue", "KnownRoster", "RosterBundle", "RosterUnreadable", "Severity", "read_roster"]
