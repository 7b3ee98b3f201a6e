"""Scores and days as people write them, and a score's place on a framework's scale. Exact: Decimal, half up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from assessments.imports.problems import Code
from assessments.mastery.scales import HALF, Anchors, ScaleError

MISSING: Final = frozenset({"", "-", "--", ".", "na", "n/a", "null", "none"})
"""What stands where there is no score. Never zero."""
OLDEST: Final = timedelta(days=3 * 366)
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d{1,9},\d{1,2}", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_PARTS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


class DayOrder(StrEnum):
    """How days are written that do not begin with the year."""

    YEAR = ""
    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


@dataclass(frozen=True, slots=True)
class Score:
    """A score as read: a number, None where it is missing, or a problem. `warned`: read with a decimal comma."""

    value: Decimal | None
    problem: Code | None = None
    warned: bool = False


def read_score(text: str) -> Score:
    """What a cell says: a number (`7`, `7.5`, `7,5`, `85 %`), nothing, or something that is no number."""
    text = text.strip()
    if text.lower() in MISSING:
        return Score(None)
    if text.endswith("%"):
        text = text[:-1].rstrip()
    if _NUMBER.fullmatch(text):
        return Score(Decimal(text))
    if _COMMA.fullmatch(text):
        return Score(Decimal(text.replace(",", ".")), warned=True)
    return Score(None, Code.SCORE_NOT_A_NUMBER)


def read_day(text: str, order: str, today: date) -> date | Code:
    """A day that is not in the future and not older than three years, or the problem with it."""
    text = text.strip()
    if not text:
        return Code.DAY_BLANK
    found = _ISO.fullmatch(text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups())
        elif order and (parts := _PARTS.fullmatch(text)):
            one, other, year = (int(part) for part in parts.groups())
            month, day = (one, other) if order == DayOrder.MONTH_FIRST else (other, one)
        else:
            return Code.DAY_UNREADABLE
        said = date(year, month, day)
    except ValueError:
        return Code.DAY_UNREADABLE
    return day_problem(said, today) or said


def day_problem(day: date, today: date) -> Code | None:
    """What is wrong with a day something was seen."""
    if day > today:
        return Code.DAY_FUTURE
    if day < today - OLDEST:
        return Code.DAY_TOO_OLD
    return None


def level_of(score: Decimal, *, low: Decimal | None, high: Decimal | None, levels: Sequence[Decimal]) -> Decimal | Code:
    """The score on a scale with these levels (lowest first), in half steps, half up; or the problem with it.

    Without `low` and `high` the score is a level already. With them, `low` is the lowest level, `high` the highest
    and the way between is straight.
    """
    if not levels:
        return Code.SCORE_NOT_A_LEVEL
    if low is None or high is None:
        if not levels[0] <= score <= levels[-1]:
            return Code.SCORE_OUT_OF_RANGE
        return Code.SCORE_NOT_A_LEVEL if score % HALF else score
    if len(levels) < 2 or high <= low:
        return Code.SCORE_RANGE
    try:
        found = Anchors(((low, levels[0]), (high, levels[-1])), HALF).map(score)
    except ScaleError:
        return Code.SCORE_OUT_OF_RANGE
    return Code.SCORE_OUT_OF_RANGE if found is None else found
