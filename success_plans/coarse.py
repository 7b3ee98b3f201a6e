"""Counts coarse enough to tell of nobody: of the first day of a quarter, nothing under ten, in steps of five."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

FEWEST = 10
STEP = 5


def quarter_start(day: date) -> date:
    """The first day of the calendar quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def count_words(count: int) -> str:
    """How many, as a partner is told: nothing under ten, then in steps of five."""
    if count < FEWEST:
        return _("fewer than 10")
    return _("%(n)s or more") % {"n": count // STEP * STEP}
