"""From a student's picture to what happens with their flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from accounts.calendar import SchoolCalendar
from assessments.mastery import Method, Piece, Scale
from supports.rules.terms import CompetencyPicture, FlagPlan, Rule, RuleSetting, StudentPicture


def look_at(ratings: Iterable[Piece], *, scale: Scale, method: Method) -> CompetencyPicture:
    """The picture of one competency from its counted pieces: judgement and independent pieces in one go."""
    raise NotImplementedError


def decide(
    picture: StudentPicture,
    *,
    today: date,
    calendar: SchoolCalendar,
    settings: Mapping[Rule, RuleSetting],
) -> FlagPlan:
    """What to open, renew, resolve, lapse and hand over. Applying the plan and asking again changes nothing."""
    raise NotImplementedError
