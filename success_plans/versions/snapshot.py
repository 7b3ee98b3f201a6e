"""The shape of a plan at one moment: entries with plain fields, to JSON and back, with one canonical form and digest.

An entry keeps what people said and agreed, in the language it was said in. Persons and competencies are named by
their public ids inside the fields; `people` and `competencies` say what they were called at that moment, so that a
version can be read for ever, also elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SHAPE = 2
"""The newest version of this shape; a reader refuses a newer one in words. A plan is written in the oldest one that
holds it (`LATER`), so that what says nothing new is read by earlier programs too, to the letter."""


class SnapshotError(ValueError):
    """This is not a snapshot in a shape known here."""


class NewerSnapshotError(SnapshotError):
    """A newer program wrote this."""


class Kind(StrEnum):
    """What an entry is. The order here is the order of the canonical form."""

    STATEMENT = "statement"
    FINDING = "finding"
    POINTER = "pointer"
    NEED = "need"
    GOAL = "goal"
    SUPPORT = "support"
    PATHWAY = "pathway"
    WAYS = "ways"
    DECISION = "decision"
    AMENDMENT = "amendment"


FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.STATEMENT: ("kind", "voice", "text", "means", "file", "audience", "language", "author", "scribe", "said_on"),
    Kind.FINDING: (
        "area", "state", "competency", "tool", "found_on", "can_do", "next_step", "language", "author",
    ),
    Kind.POINTER: (
        "kind", "kept_where", "case_manager", "accommodations", "language", "review_on", "ended_on", "author",
    ),
    Kind.NEED: (
        "domain", "outside", "source", "audience", "text", "language", "author", "opened_on", "review_on", "state",
        "state_reason",
    ),
    Kind.GOAL: (
        "text", "why", "language", "competency", "voice", "horizon", "measure_kind", "measure", "baseline", "target",
        "due_on", "steps", "how_where", "helper", "state", "author",
    ),
    Kind.SUPPORT: (
        "title", "type", "setting", "provider", "provider_person", "competency", "owner", "minutes",
        "sessions_per_week", "starts_on", "ends_on", "state", "referral", "consent_on", "end_reason", "is_shared",
        "wordings",
    ),
    Kind.PATHWAY: ("interest", "pathway", "entry_point", "next_experience", "language", "author", "ended_on"),
    Kind.WAYS: ("guardian", "best_way", "best_time", "interpreter_language", "author"),
    Kind.DECISION: ("text", "language", "owner", "due_on", "support", "author", "meeting", "meeting_kind", "met_on"),
    Kind.AMENDMENT: ("about", "about_id", "voice", "text", "language", "author", "audience", "said_on"),
}  # fmt: skip
"""The fields of each kind of entry. Values are text, numbers, yes or no, null, or (wordings) text by language."""

LATER: Mapping[Kind, Mapping[str, int]] = {Kind.GOAL: {"how_where": 2}}
"""Fields that came after versions were agreed without them, and the shape they came with: while empty they are not
written, so that what was agreed keeps its digest; a version without them has them empty."""

WORDS: frozenset[str] = frozenset(
    {
        "text", "why", "steps", "measure", "baseline", "target", "can_do", "next_step", "accommodations", "interest",
        "pathway", "entry_point", "next_experience", "state_reason", "end_reason", "title", "best_time", "tool",
        "how_where",
    }
)  # fmt: skip
"""Fields that hold sentences: what changed in them is told word by word."""

PEOPLE: frozenset[str] = frozenset(
    {"author", "scribe", "helper", "case_manager", "owner", "provider_person", "guardian"}
)
"""Fields that name a person by public id ("" for nobody)."""

_ORDER = {kind: n for n, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Entry:
    """One entry of a plan: its kind, its public id as text, its fields."""

    kind: Kind
    id: str
    fields: Mapping[str, Any]

    @property
    def is_live(self) -> bool:
        """Whether it still holds: an open need, a goal that is worked on, a support that runs, a pointer not ended."""
        state = self.fields.get("state")
        if self.kind is Kind.NEED:
            return state == "open"
        if self.kind is Kind.GOAL:
            return state in {"active", "paused"}
        if self.kind is Kind.SUPPORT:
            return state in {"planned", "running"}
        return not self.fields.get("ended_on")


@dataclass(frozen=True)
class Snapshot:
    """A whole plan. Entries stand in canonical order, however they were given.

    `shape`: the one it was read in, in which it is written again; 0 for a plan that nobody has written yet.
    """

    student: str
    entries: tuple[Entry, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    competencies: Mapping[str, str] = field(default_factory=dict)
    shape: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.entries, key=lambda e: (_ORDER[e.kind], e.id))
        object.__setattr__(self, "entries", tuple(ordered))

    def of(self, kind: Kind) -> list[Entry]:
        """The entries of one kind."""
        return [entry for entry in self.entries if entry.kind is kind]

    def without(self, gone: Iterable[str]) -> Snapshot:
        """The same plan without the entries of these ids, and without the amendments about them."""
        ids = set(gone)
        kept = tuple(e for e in self.entries if e.id not in ids and e.fields.get("about_id") not in ids)
        return Snapshot(self.student, kept, self.people, self.competencies)


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as plain data, in the shape it was read in or else the oldest one that holds it."""
    return {
        "shape": snapshot.shape or max((_needs(e) for e in snapshot.entries), default=1),
        "student": snapshot.student,
        "entries": [{"entry": str(e.kind), "id": e.id, **_written(e)} for e in snapshot.entries],
        "people": dict(snapshot.people),
        "competencies": dict(snapshot.competencies),
    }


def from_json(data: object) -> Snapshot:
    """The snapshot of plain data. Raises NewerSnapshotError for a shape that comes after those known here,
    SnapshotError for anything else `to_json` could not have made.

    A field that came later is read under an earlier shape too: for a while it was written so, and that was agreed.
    """
    content = _mapping(data, "a plan")
    shape = content.get("shape")
    if not isinstance(shape, int) or isinstance(shape, bool) or shape < 1:
        raise SnapshotError("The shape of this plan is not known here.")
    if shape > SHAPE:
        raise NewerSnapshotError("A newer program wrote this plan.")
    entries = content.get("entries")
    if not isinstance(entries, list):
        raise SnapshotError("A plan without a list of entries.")
    return Snapshot(
        student=_text(content.get("student")),
        entries=tuple(_entry(e) for e in entries),
        people=_names(content.get("people")),
        competencies=_names(content.get("competencies")),
        shape=shape,
    )


def canonical(snapshot: Snapshot) -> bytes:
    """The one byte form of a snapshot: sorted keys, no spaces, UTF-8."""
    return json.dumps(to_json(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(snapshot: Snapshot) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def _entry(data: object) -> Entry:
    content = dict(_mapping(data, "an entry"))
    # "kind" is also a field of statements and pointers: the entry's own kind comes with it as `entry`
    try:
        kind = Kind(_text(content.pop("entry", None)))
    except ValueError as error:
        raise SnapshotError("An entry of a kind that is not known here.") from error
    identity = _text(content.pop("id", None))
    content = dict.fromkeys(LATER.get(kind, ()), "") | content
    if set(content) != set(FIELDS[kind]):
        raise SnapshotError(f"The fields of a {kind} are not those known here.")
    for value in content.values():
        if not isinstance(value, str | int | bool | None) and not _is_wordings(value):
            raise SnapshotError(f"A field of a {kind} holds something unknown.")
    return Entry(kind, identity, content)


def _written(entry: Entry) -> dict[str, Any]:
    later = LATER.get(entry.kind, {})
    return {name: value for name, value in entry.fields.items() if value != "" or name not in later}


def _needs(entry: Entry) -> int:
    """The oldest shape that holds what this entry says."""
    later = LATER.get(entry.kind, {})
    return max((shape for name, shape in later.items() if entry.fields.get(name, "") != ""), default=1)


def _is_wordings(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(words, dict) and all(isinstance(w, str) for w in words.values()) for words in value.values()
    )


def _mapping(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise SnapshotError(f"This is not {what}.")
    return data


def _names(data: object) -> dict[str, str]:
    return {key: _text(value) for key, value in _mapping(data, "a list of names").items()}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise SnapshotError("Text was expected.")
    return value
