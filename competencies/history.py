"""What happened to each competency between two versions of a framework, folded from what every version changed. Pure.

The input are the `changes` of `FrameworkVersion`, oldest first, of the versions after the earlier one up to the later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Steps:
    """Before and after, by database id; an id that is nowhere here is as it was.

    `was_there` and `is_there`: whether it was part of the framework before and is after. `parent_before` and
    `parent_after` only for what hangs elsewhere. `worded`: worded anew at least once. `born`: published for the first
    time in between. `edge_was` and `edge_is` likewise for associations; `edge_changed` are worded anew. `head` is
    field: (before, after).
    """

    was_there: dict[int, bool] = field(default_factory=dict)
    is_there: dict[int, bool] = field(default_factory=dict)
    parent_before: dict[int, int | None] = field(default_factory=dict)
    parent_after: dict[int, int | None] = field(default_factory=dict)
    worded: set[int] = field(default_factory=set)
    born: set[int] = field(default_factory=set)
    edge_was: dict[int, bool] = field(default_factory=dict)
    edge_is: dict[int, bool] = field(default_factory=dict)
    edge_changed: set[int] = field(default_factory=set)
    head: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def added(self) -> list[int]:
        """Published for the first time, and there after."""
        return [pk for pk in self._came() if pk in self.born]

    @property
    def returned(self) -> list[int]:
        """There after, not before, and there once earlier."""
        return [pk for pk in self._came() if pk not in self.born]

    @property
    def retired(self) -> list[int]:
        """There before, not after."""
        return [pk for pk, was in self.was_there.items() if was and not self.is_there[pk]]

    @property
    def stayed(self) -> list[int]:
        """There before and after, and something happened to them."""
        return [pk for pk, was in self.was_there.items() if was and self.is_there[pk]]

    @property
    def moved(self) -> list[tuple[int, int | None, int | None]]:
        """There before and after, in another branch: id, parent before, parent after."""
        return [
            (pk, self.parent_before[pk], self.parent_after[pk])
            for pk in self.stayed
            if pk in self.parent_before and self.parent_before[pk] != self.parent_after[pk]
        ]

    def edges(self, *, came: bool) -> list[int]:
        """Associations that came (`came`) or went."""
        return [pk for pk, was in self.edge_was.items() if was is not came and self.edge_is[pk] is came]

    def _came(self) -> list[int]:
        return [pk for pk, was in self.was_there.items() if not was and self.is_there[pk]]


def steps_of(changes: Iterable[Mapping[str, Any]]) -> Steps:
    """Fold what several versions changed, oldest first, into what was before and what is after."""
    steps = Steps()
    for one in changes:
        for name, came in (("added", True), ("returned", True), ("retired", False)):
            for pk in one.get(name, ()):
                steps.was_there.setdefault(pk, not came)
                steps.is_there[pk] = came
        steps.born.update(one.get("added", ()))
        for pk in one.get("reworded", ()):
            _stayed(steps, pk)
            steps.worded.add(pk)
        for pk, before, after in one.get("moved", ()):
            _stayed(steps, pk)
            steps.parent_before.setdefault(pk, before)
            steps.parent_after[pk] = after
        _edges(steps, one.get("edges") or {})
        for name, (before, after) in (one.get("head") or {}).items():
            steps.head[name] = (steps.head[name][0] if name in steps.head else before, after)
    return steps


def _stayed(steps: Steps, pk: int) -> None:
    steps.was_there.setdefault(pk, True)
    steps.is_there.setdefault(pk, True)


def _edges(steps: Steps, edges: Mapping[str, Iterable[int]]) -> None:
    for name, came in (("added", True), ("retired", False)):
        for pk in edges.get(name, ()):
            steps.edge_was.setdefault(pk, not came)
            steps.edge_is[pk] = came
    for pk in edges.get("changed", ()):
        steps.edge_was.setdefault(pk, True)
        steps.edge_is[pk] = True
        steps.edge_changed.add(pk)
