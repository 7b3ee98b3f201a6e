"""Pictures made of numbers: pure functions from data to SVG text and to the table that says the same.

Nothing here knows Django, a clock or a language: callers pass translated labels and ready sentences, and the template
tag `{% chart %}` puts picture and table on the page. Every text is escaped here, once.
"""

from __future__ import annotations

from accounts.svg.bars import Bar, Week, coverage, delivery
from accounts.svg.continuum import Stop, continuum, page_of
from accounts.svg.growth import Aim, Phase, Point, growth
from accounts.svg.layered import Editing, Hold, layered
from accounts.svg.layers import Card
from accounts.svg.parts import Chart

__all__ = [
    "Aim",
    "Bar",
    "Card",
    "Chart",
    "Editing",
    "Hold",
    "Phase",
    "Point",
    "Stop",
    "Week",
    "continuum",
    "coverage",
    "delivery",
    "growth",
    "layered",
    "page_of",
]
