"""What a meeting talks about, built from what changed. Pure: facts and dates in, points in their order out.

The student's own words come first, then strengths, then what became possible; needs come after. Enrichment is
considered for everyone, so that point is always there. Nothing here compares one student with another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

STRENGTHS_SHOWN = 3
"""How many strengths stand on an agenda when none was said since the last time."""


class PointKind(StrEnum):
    """The points, in their order."""

    VOICE = "voice"
    STRENGTHS = "strengths"
    SHOWN = "shown"
    GOALS = "goals"
    ACTIONS = "actions"
    DECISIONS = "decisions"
    NEEDS = "needs"
    PROPOSALS = "proposals"
    ENRICHMENT = "enrichment"
    ADDED = "added"


ORDER = tuple(PointKind)
ALWAYS = frozenset({PointKind.VOICE, PointKind.STRENGTHS, PointKind.GOALS, PointKind.ENRICHMENT})


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """Something that may be talked about: when it last changed, whether it is open, and what to show (`what`)."""

    on: date
    what: T
    is_open: bool = True
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts(Generic[T]):
    """Everything an agenda is built from. Each list in the order in which it should be read."""

    voice: Sequence[Fact[T]] = ()
    strengths: Sequence[Fact[T]] = ()
    shown: Sequence[Fact[T]] = ()
    goals: Sequence[Fact[T]] = ()
    actions: Sequence[Fact[T]] = ()
    decisions: Sequence[Fact[T]] = ()
    needs: Sequence[Fact[T]] = ()
    proposals: Sequence[Fact[T]] = ()
    enrichment: Sequence[Fact[T]] = ()
    added: Sequence[Fact[T]] = ()


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """A line of a point; `is_new`: it changed since the last time."""

    what: T
    is_new: bool


@dataclass(frozen=True, slots=True)
class Point(Generic[T]):
    """A point of the agenda; without items it is still a question to ask."""

    kind: PointKind
    items: tuple[Item[T], ...] = field(default=())


def since_when(*, agreed_on: date | None, held_on: date | None, begun_on: date) -> date:
    """From when on something counts as changed: the later of the last agreed version and the last meeting held."""
    return max((day for day in (agreed_on, held_on) if day is not None), default=begun_on)


def build_agenda(facts: Facts[T], *, since: date, meeting_on: date) -> list[Point[T]]:
    """The points of a meeting on `meeting_on`, of what changed on or after `since`.

    Strengths said since, or the newest three; what was shown since; every open goal, action and decision, and those
    that ended since; needs that are new or due for review by the day of the meeting; proposals that wait for an answer.
    Points without a line are left out, but for the four that are always asked.
    """
    items: dict[PointKind, list[Item[T]]] = {
        PointKind.VOICE: _all(facts.voice, since),
        PointKind.STRENGTHS: _newest(facts.strengths, since),
        PointKind.SHOWN: _all((f for f in facts.shown if f.on >= since), since),
        PointKind.GOALS: _open_or_new(facts.goals, since),
        PointKind.ACTIONS: _open_or_new(facts.actions, since),
        PointKind.DECISIONS: _all((f for f in facts.decisions if f.is_open), since),
        PointKind.NEEDS: _all((f for f in facts.needs if _need_is_due(f, since, meeting_on)), since),
        PointKind.PROPOSALS: _all((f for f in facts.proposals if f.is_open), since),
        PointKind.ENRICHMENT: _all(facts.enrichment, since),
        PointKind.ADDED: _all(facts.added, since),
    }
    return [Point(kind, tuple(items[kind])) for kind in ORDER if items[kind] or kind in ALWAYS]


def _all(facts: Iterable[Fact[T]], since: date) -> list[Item[T]]:
    return [Item(fact.what, fact.on >= since) for fact in facts]


def _newest(facts: Sequence[Fact[T]], since: date) -> list[Item[T]]:
    said_since = [fact for fact in facts if fact.on >= since]
    return _all(said_since or sorted(facts, key=lambda fact: fact.on)[-STRENGTHS_SHOWN:], since)


def _open_or_new(facts: Sequence[Fact[T]], since: date) -> list[Item[T]]:
    return _all((fact for fact in facts if fact.is_open or fact.on >= since), since)


def _need_is_due(fact: Fact[T], since: date, meeting_on: date) -> bool:
    if not fact.is_open:
        return fact.on >= since
    return fact.on >= since or (fact.review_on is not None and fact.review_on <= meeting_on)
