"""Anchor work to practise on, and what one's own tries agreed with. Nobody reads a colleague's tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.files.base import File

from accounts.permissions import Viewer
from assessments.agreement import adjacent, exact, position
from assessments.models import AnchorLevel, AnchorWork, CalibrationTry
from assessments.selectors.instrument_pages import Cell, rubrics_of, whole_levels
from assessments.selectors.instruments import readable_versions


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion of the anchor's rubric with what each level looks like, for choosing."""

    pk: int
    public_id: UUID
    name: str
    look_for: str
    competency: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """One criterion: what you chose, what the anchor shows and why; `gap` in levels, for words only."""

    name: str
    mine: Cell
    anchored: Cell
    reason: str
    gap: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """A try of one's own beside the anchored levels: how many were the same, how many at most one level apart."""

    at: datetime
    lines: tuple[Beside, ...]
    same: int
    near: int

    @property
    def total(self) -> int:
        """How many criteria."""
        return len(self.lines)


def anchor_by_id(*, viewer: Viewer, public_id: UUID) -> AnchorWork | None:
    """An anchor in use of an instrument this viewer reads; staff only, for students never see it."""
    if not viewer.is_staff:
        return None
    return (
        AnchorWork.objects.select_related("version__instrument__school")
        .filter(public_id=public_id, retired_at__isnull=True, version__in=readable_versions(viewer=viewer))
        .first()
    )


def open_picture(*, viewer: Viewer, anchor: AnchorWork) -> File[Any]:
    """The bytes of an anchor's picture. FileNotFoundError when they are gone from disk."""
    return anchor.picture.storage.open(str(anchor.picture.name), "rb")


def asked(*, viewer: Viewer, anchor: AnchorWork, language: str) -> list[Asked]:
    """The criteria to judge an anchor by, in their order. Four queries."""
    return criteria_of(viewer=viewer, version=anchor.version, language=language)


def criteria_of(*, viewer: Viewer, version: Any, language: str) -> list[Asked]:
    """The criteria of a version with what each whole level looks like, in their order."""
    rubrics = rubrics_of(viewer=viewer, version=version, language=language)
    found = []
    for row in version.criteria.prefetch_related("levels"):
        texts = {level.value: level.text for level in row.levels.all()}
        rubric = rubrics[row.competency_id]
        cells = tuple(Cell(value, word, mark, texts.get(value, "")) for value, word, mark in whole_levels(rubric))
        found.append(Asked(row.pk, row.public_id, row.name, row.look_for, rubric.name, cells))
    return found


def outcome(*, viewer: Viewer, anchor: AnchorWork, key: UUID, language: str) -> Outcome | None:
    """One try of this viewer's own beside the anchored levels; None for a key that is not theirs."""
    mine = {
        row.criterion_id: row
        for row in CalibrationTry.objects.filter(anchor=anchor, person_id=viewer.actor_id, key=key)
    }
    if not mine:
        return None
    anchored = {row.criterion_id: row for row in AnchorLevel.objects.filter(anchor=anchor)}
    lines, pairs = [], []
    for one in asked(viewer=viewer, anchor=anchor, language=language):
        if one.pk not in mine or one.pk not in anchored:
            continue
        scale = [cell.value for cell in one.cells]
        there = anchored[one.pk]
        pair = (position(mine[one.pk].value, scale), position(there.value, scale))
        pairs.append(pair)
        lines.append(
            Beside(
                name=one.name,
                mine=_cell(one, mine[one.pk].value),
                anchored=_cell(one, there.value),
                reason=there.reason,
                gap=abs(pair[0] - pair[1]),
            )
        )
    at = max(row.tried_at for row in mine.values())
    return Outcome(at, tuple(lines), exact(pairs).agreed, adjacent(pairs).agreed)


def tries(*, viewer: Viewer, anchor: AnchorWork, limit: int = 10) -> list[tuple[UUID, datetime]]:
    """This viewer's own tries on an anchor, newest first: key and hour. One query."""
    rows = (
        CalibrationTry.objects.filter(anchor=anchor, person_id=viewer.actor_id)
        .order_by("-tried_at", "key")
        .values_list("key", "tried_at")
        .distinct()
    )
    return list(dict(rows).items())[:limit]


def _cell(one: Asked, value: Decimal) -> Cell:
    return next(cell for cell in one.cells if cell.value == value)
