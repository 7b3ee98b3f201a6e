"""A first catalogue to begin with: our own words, in English and Spanish, for every district to change."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("catalogue.json")


@cache
def entries_to_begin_with() -> tuple[dict[str, Any], ...]:
    """What a district may begin with, in the order of the file. Not to be changed by who reads it."""
    return tuple(json.loads(FILE.read_text(encoding="utf-8"))["entries"])
