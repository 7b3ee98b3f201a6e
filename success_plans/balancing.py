"""Who could hold which plan: a proposal for students without a navigator. Pure: no Django, no clock, no I/O.

Nobody who has a navigator is moved. Nobody gets more students than the cap. Brothers and sisters come to one adult
where there is room, first to one who holds a brother or sister already; then a shared home language counts; then who
holds fewest. Nobody is proposed for a child of their own. The same input always gives the same proposal. Nothing a
student can or cannot do is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Child:
    """A student: key, the keys of their guardians, the languages of home, and who holds the plan (None: nobody)."""

    key: int
    guardians: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    navigator: int | None = None


@dataclass(frozen=True, slots=True)
class Adult:
    """Somebody who may hold plans: key, how many they hold now, the languages they speak."""

    key: int
    load: int
    languages: frozenset[str] = frozenset()


class Why(StrEnum):
    """Why this adult was proposed."""

    SIBLING = "sibling"
    LANGUAGE = "language"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a proposal."""

    child: int
    adult: int
    why: Why


def propose(
    children: Sequence[Child], adults: Sequence[Adult], *, cap: int, spoken_by_all: frozenset[str] = frozenset()
) -> list[Pair]:
    """A pair for every child without a navigator for whom there is room, in the order of `children`.

    `spoken_by_all` are languages that set nobody apart. Children without a pair found no room under the cap.
    """
    room = {adult.key: cap - adult.load for adult in adults}
    load = {adult.key: adult.load for adult in adults}
    tongues = {adult.key: adult.languages - spoken_by_all for adult in adults}
    holds: dict[int, set[int]] = {}  # guardian: adults who hold a child of theirs
    for child in children:
        if child.navigator in room:
            for guardian in child.guardians:
                holds.setdefault(guardian, set()).add(child.navigator)
    found: dict[int, Pair] = {}

    def choose(group: Sequence[Child]) -> bool:
        family = {adult for child in group for guardian in child.guardians for adult in holds.get(guardian, ())}
        wanted = {language for child in group for language in child.languages} - spoken_by_all
        parents = {guardian for child in group for guardian in child.guardians}
        open_to = [key for key, left in room.items() if left >= len(group) and key not in parents]
        if not open_to:
            return False
        best = min(open_to, key=lambda key: (key not in family, not (tongues[key] & wanted), load[key], key))
        why = Why.SIBLING if best in family else Why.LANGUAGE if tongues[best] & wanted else Why.ROOM
        for child in group:
            found[child.key] = Pair(child.key, best, why)
            for guardian in child.guardians:
                holds.setdefault(guardian, set()).add(best)
        room[best] -= len(group)
        load[best] += len(group)
        return True

    alone = [child for child in children if child.navigator is None]
    for group in sorted(_families(alone), key=lambda group: (-len(group), group[0].key)):
        if not choose(group):
            for child in group:
                choose([child])
    return [found[child.key] for child in alone if child.key in found]


def _families(children: Iterable[Child]) -> list[list[Child]]:
    """Children who share a guardian, also through a third one, together; each group by key."""
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while parent[key] != key:
            key = parent[key]
        return key

    first: dict[int, int] = {}
    listed = sorted(children, key=lambda child: child.key)
    for child in listed:
        parent[child.key] = child.key
        for guardian in child.guardians:
            if guardian in first:
                parent[root(child.key)] = root(first[guardian])
            first.setdefault(guardian, child.key)
    groups: dict[int, list[Child]] = {}
    for child in listed:
        groups.setdefault(root(child.key), []).append(child)
    return list(groups.values())
