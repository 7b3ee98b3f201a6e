"""Who may do what at the addresses of `assessments.urls.work`."""

from __future__ import annotations

from typing import Any

from tests.cast import World
from tests.permissions.matrix import Row

ROWS: list[Row] = []
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    return {}
