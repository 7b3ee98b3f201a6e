"""Rolling up: when a parent competency is met, and where its leaves stand. Never an average of averages.

A parent counts leaves and asks whether they are demonstrated; no value of a child enters. Nothing is kept between
two calls, so a child that is no longer demonstrated re-opens every parent above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from assessments.mastery.terms import MasteryError, Shape, plain


class Rule(StrEnum):
    """How a parent is met by its children."""

    ALL = "all"
    """Every child is met. Without children the parent is not met."""
    POINTS = "points"
    """Children that are met carry their points; enough of them, and every required child."""


class Child(NamedTuple):
    """One child of a parent. `points` (0 or more) and `required` are read under POINTS only."""

    key: str
    points: Decimal = Decimal(1)
    required: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """A competency with children, and the rule by which they meet it. `needed` is the points asked for, above 0.

    Raises MasteryError for a child named twice, points below 0, and under POINTS for no or no positive `needed` and
    for children that could never carry it together (no children at all is allowed: not filled yet).
    """

    key: str
    children: tuple[Child, ...] = ()
    rule: Rule = Rule.ALL
    needed: Decimal | None = None

    def __post_init__(self) -> None:
        keys = [child.key for child in self.children]
        if len(set(keys)) != len(keys):
            raise MasteryError(f"A child counts once for its parent; {self.key} names one twice.")
        if any(not child.points.is_finite() or child.points < 0 for child in self.children):
            raise MasteryError("A child carries 0 points or more.")
        if self.rule is not Rule.POINTS:
            return
        if self.needed is None or not self.needed.is_finite() or self.needed <= 0:
            raise MasteryError("A rule of points says how many are needed, more than 0.")
        possible = sum(child.points for child in self.children)
        if self.children and possible < self.needed:
            raise MasteryError(
                f"{plain(self.needed)} points are needed and all children together carry {plain(Decimal(possible))}."
            )


class Leaves(NamedTuple):
    """How many leaves lie below a parent, each counted once: demonstrated, building, not seen yet."""

    demonstrated: int
    building: int
    not_seen: int

    @property
    def total(self) -> int:
        """All leaves."""
        return self.demonstrated + self.building + self.not_seen


class RollupCode(StrEnum):
    """Why a parent is met or not; parameters are listed with each, points are plain decimal strings."""

    NO_CHILDREN = "no_children"
    """Not met: there is nothing to show yet. No parameters."""
    ALL_MET = "all_met"
    """met, of"""
    SOME_OPEN = "some_open"
    """Not met. met, of"""
    POINTS_MET = "points_met"
    """points, needed"""
    POINTS_MISSING = "points_missing"
    """Not met. points, needed"""
    REQUIRED_OPEN = "required_open"
    """Not met though the points are there. points, needed, required (how many required children are open)"""


class Standing(NamedTuple):
    """Where a parent stands. `open_children` are the children not met, in their order: what is still to come."""

    met: bool
    leaves: Leaves
    open_children: tuple[str, ...]
    code: RollupCode
    params: Mapping[str, int | str]


def count_leaves(shapes: Iterable[Shape]) -> Leaves:
    """Leaves by what was seen: demonstrated (shown or deeper), building, and open as not seen yet."""
    demonstrated = building = not_seen = 0
    for shape in shapes:
        if shape in (Shape.SHOWN, Shape.DEEPER):
            demonstrated += 1
        elif shape == Shape.BUILDING:
            building += 1
        else:
            not_seen += 1
    return Leaves(demonstrated, building, not_seen)


def roll_up(parents: Iterable[Parent], shapes: Mapping[str, Shape]) -> dict[str, Standing]:
    """The standing of every parent, by key, in the order given.

    `shapes` are those of the leaves; a leaf without one is not seen yet. A key that is a parent is judged by its
    children alone, whatever shape stands for it. A leaf below a parent by two ways is counted once. Raises
    MasteryError where a parent is given twice or lies below itself.
    """
    tree: dict[str, Parent] = {}
    for parent in parents:
        if parent.key in tree:
            raise MasteryError(f"{parent.key} has two rules.")
        tree[parent.key] = parent
    met: dict[str, bool] = {}
    below: dict[str, frozenset[str]] = {}
    standings: dict[str, Standing] = {}
    for key in _children_first(tree):
        parent = tree[key]
        for child in parent.children:
            if child.key not in tree:
                met[child.key] = shapes.get(child.key, Shape.OPEN) in (Shape.SHOWN, Shape.DEEPER)
                below[child.key] = frozenset((child.key,))
        below[key] = frozenset().union(*(below[child.key] for child in parent.children))
        leaves = count_leaves(shapes.get(leaf, Shape.OPEN) for leaf in below[key])
        standings[key] = _standing(parent, met, leaves)
        met[key] = standings[key].met
    return {key: standings[key] for key in tree}


def _children_first(tree: Mapping[str, Parent]) -> list[str]:
    """The parents, each after the parents below it. Without recursion: a framework may be deep."""
    order: list[str] = []
    done: set[str] = set()
    for start in tree:
        path: list[str] = []
        on_path: set[str] = set()
        waiting = [start]
        while waiting:
            key = waiting[-1]
            if key in done:
                waiting.pop()
            elif key in on_path:
                waiting.pop()
                on_path.discard(path.pop())
                done.add(key)
                order.append(key)
            else:
                path.append(key)
                on_path.add(key)
                inner = [child.key for child in tree[key].children if child.key in tree]
                around = next((child for child in inner if child in on_path), None)
                if around is not None:
                    raise MasteryError(f"{around} lies below itself.")
                waiting += [child for child in inner if child not in done]
    return order


def _standing(parent: Parent, met: Mapping[str, bool], leaves: Leaves) -> Standing:
    still_open = tuple(child.key for child in parent.children if not met[child.key])
    if not parent.children:
        return Standing(False, leaves, (), RollupCode.NO_CHILDREN, {})
    count = len(parent.children)
    if parent.rule is Rule.ALL:
        code = RollupCode.SOME_OPEN if still_open else RollupCode.ALL_MET
        return Standing(not still_open, leaves, still_open, code, {"met": count - len(still_open), "of": count})
    assert parent.needed is not None
    points = sum((child.points for child in parent.children if met[child.key]), Decimal(0))
    required = sum(child.required and not met[child.key] for child in parent.children)
    params: dict[str, int | str] = {"points": plain(points), "needed": plain(parent.needed)}
    if points < parent.needed:
        return Standing(False, leaves, still_open, RollupCode.POINTS_MISSING, params)
    if required:
        return Standing(False, leaves, still_open, RollupCode.REQUIRED_OPEN, params | {"required": required})
    return Standing(True, leaves, still_open, RollupCode.POINTS_MET, params)
