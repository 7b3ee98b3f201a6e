"""Who may do what at the addresses of `success_plans.urls.plans` that came after the first of them (`matrix.py`)."""

from __future__ import annotations

from typing import Any

from success_plans.models import DistrictPhrase
from tests.cast import World
from tests.permissions.matrix import ROSTERS, SIGNED_IN, Row

ROWS: list[Row] = [
    Row("wording_check", POST=SIGNED_IN),
    Row("phrases", GET=ROSTERS, POST=ROSTERS),
    Row("phrase_end", "phrase", POST=ROSTERS),
]

BODIES: dict[str, dict[str, Any]] = {}
"""What is sent along with a POST, by what the address is about."""


def things(world: World, rows: dict[str, Any]) -> dict[str, Any]:
    """What these addresses are about; `rows` holds what the stage has made already."""
    return {
        "phrase": DistrictPhrase.objects.create(
            language="en", phrase="frequent flyer", instead="say when and why", created_by=world.people["district"]
        ),
    }
