"""The versions of a framework, and the difference of any two of them: open to whoever may read the framework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.permissions import Viewer
from competencies.history import steps_of
from competencies.listing import FrameworkCard, card_of
from competencies.models import Framework, FrameworkVersion
from competencies.selectors.differences import Difference, between_versions
from competencies.selectors.frameworks import visible_frameworks


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version and what it changed, in counts. `is_known` false: it was published before that was written down."""

    number: int
    published_at: datetime | None
    note: str
    added: int
    reworded: int
    retired: int
    returned: int
    moved: int
    ties: int
    is_known: bool = True

    @property
    def before(self) -> int:
        """The version it is compared with; 0 for the first."""
        return self.number - 1


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """All versions of a framework, newest first."""

    card: FrameworkCard
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class DiffPage:
    """The difference of two versions. `gaps` are versions of which nothing was written down."""

    card: FrameworkCard
    start: int
    end: int
    started_at: datetime | None
    ended_at: datetime | None
    numbers: tuple[int, ...]
    notes: tuple[tuple[int, str], ...]
    difference: Difference
    gaps: tuple[int, ...]


def framework_versions(*, viewer: Viewer, public_id: UUID, language: str) -> VersionsPage | None:
    """Every version of a framework with its counts; None when it may not be read. Two queries."""
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    rows = {row.number: row for row in FrameworkVersion.objects.filter(framework=framework)}
    return VersionsPage(
        card=card_of(framework, language=language),
        versions=tuple(_row(number, rows.get(number)) for number in range(framework.version, 0, -1)),
    )


def framework_diff(
    *, viewer: Viewer, public_id: UUID, start: int, end: int, language: str, whole: bool = False
) -> DiffPage | None:
    """The difference of two versions, the earlier one first whichever way they are asked for. Eleven queries.

    Numbers there are not become the nearest there are. None when the framework may not be read.
    """
    framework = visible_frameworks(viewer=viewer).filter(public_id=public_id).first()
    if framework is None:
        return None
    newest = framework.version
    start, end = sorted((min(max(start, 1), newest), min(max(end, 1), newest)))
    rows = {
        row.number: row
        for row in FrameworkVersion.objects.filter(framework=framework, number__gte=start, number__lte=end)
    }
    between = [rows[number] for number in range(start + 1, end + 1) if number in rows]
    return DiffPage(
        card=card_of(framework, language=language),
        start=start,
        end=end,
        started_at=_when(rows.get(start), framework),
        ended_at=_when(rows.get(end), framework),
        numbers=tuple(range(1, newest + 1)),
        notes=tuple((row.number, row.note) for row in between if row.note),
        difference=between_versions(
            viewer=viewer,
            framework=framework,
            steps=steps_of(row.changes for row in between),
            start=start,
            end=end,
            language=language,
            whole=whole,
        ),
        gaps=tuple(number for number in range(start + 1, end + 1) if number not in rows),
    )


def _when(row: FrameworkVersion | None, framework: Framework) -> datetime | None:
    return row.published_at if row is not None else None


def _row(number: int, row: FrameworkVersion | None) -> VersionRow:
    if row is None:
        return VersionRow(number, None, "", 0, 0, 0, 0, 0, 0, is_known=False)
    changes: dict[str, Any] = row.changes
    return VersionRow(
        number=number,
        published_at=row.published_at,
        note=row.note,
        added=len(changes.get("added", ())) or changes.get("added_count", 0),
        reworded=len(changes.get("reworded", ())),
        retired=len(changes.get("retired", ())),
        returned=len(changes.get("returned", ())),
        moved=len(changes.get("moved", ())),
        ties=sum(len(ids) for ids in changes["edges"].values()) if "edges" in changes else 0,
    )
