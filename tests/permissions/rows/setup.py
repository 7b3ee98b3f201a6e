"""Who may set the district up: its name, its calendar, its catalogue, the framework it uses."""

from __future__ import annotations

from typing import Any

from tests import factories as make
from tests.cast import World
from tests.permissions.matrix import DISTRICT, Row, opens

SET_UP = opens(DISTRICT)

ROWS: list[Row] = [
    Row("district_setup", GET=SET_UP, POST=SET_UP),
    Row("framework_use", "framework_to_use", POST=SET_UP),
    Row("school_calendar", GET=SET_UP),
    Row("school_calendar_days", POST=SET_UP),
    Row("school_year_add", GET=SET_UP, POST=SET_UP),
    Row("school_year_edit", "this_year", GET=SET_UP, POST=SET_UP),
    Row("catalogue", GET=SET_UP),
    Row("catalogue_add", GET=SET_UP, POST=SET_UP),
    Row("catalogue_start", POST=SET_UP),
    Row("catalogue_import", GET=SET_UP, POST=SET_UP),
    Row("catalogue_table", GET=SET_UP),
    Row("catalogue_entry", "kept_offer", GET=SET_UP, POST=SET_UP),
    Row("catalogue_offer", "kept_offer", POST=SET_UP),
]
BODIES: dict[str, dict[str, Any]] = {}


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about."""
    return {
        "framework_to_use": {"public_id": world.framework.public_id},
        "this_year": {"public_id": world.year.public_id},
        "kept_offer": make.CatalogueEntryFactory(),
    }
