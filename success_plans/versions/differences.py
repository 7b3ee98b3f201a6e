"""What changed between two moments of a plan: entries added, changed and ended, sentences word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.worddiff import Piece, word_pieces
from success_plans.versions.snapshot import FIELDS, WORDS, Entry, Kind, Snapshot


class What(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; `pieces` for sentences, empty for everything else."""

    name: str
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that is not as it was. `before` None: it is new; `after` None: it is no longer on the plan."""

    what: What
    kind: Kind
    id: str
    before: Entry | None
    after: Entry | None
    fields: tuple[FieldChange, ...] = ()


def differences(before: Snapshot, after: Snapshot) -> list[Change]:
    """Every entry that changed, in canonical order. Equal plans have none; names of people alone change nothing.

    An entry ends when it leaves the plan, or when it no longer holds (a need is met, a support is over).
    """
    old = {(e.kind, e.id): e for e in before.entries}
    new = {(e.kind, e.id): e for e in after.entries}
    order = list(Kind)
    found = []
    for kind, identity in sorted(old.keys() | new.keys(), key=lambda key: (order.index(key[0]), key[1])):
        was, now = old.get((kind, identity)), new.get((kind, identity))
        if was == now:
            continue
        found.append(Change(_what(was, now), kind, identity, was, now, _fields(was, now)))
    return found


def apply(before: Snapshot, changes: Sequence[Change]) -> Snapshot:
    """The plan after these changes."""
    entries = {(e.kind, e.id): e for e in before.entries}
    for change in changes:
        entries.pop((change.kind, change.id), None)
        if change.after is not None:
            entries[change.kind, change.id] = change.after
    return Snapshot(before.student, tuple(entries.values()), before.people, before.competencies)


def _what(was: Entry | None, now: Entry | None) -> What:
    if was is None:
        return What.ADDED
    if now is None or (was.is_live and not now.is_live):
        return What.ENDED
    return What.CHANGED


def _fields(was: Entry | None, now: Entry | None) -> tuple[FieldChange, ...]:
    if was is None or now is None:
        return ()
    found = []
    for name in FIELDS[was.kind]:
        before, after = was.fields.get(name), now.fields.get(name)
        if before == after:
            continue
        pieces: tuple[Piece, ...] = ()
        if name in WORDS and isinstance(before, str) and isinstance(after, str):
            pieces = word_pieces(before, after)
        found.append(FieldChange(name, before, after, pieces))
    return tuple(found)
