"""What a change of the school calendar moves, and what stays as it was said. Counts that name nobody.

Dates given to somebody (a flag's review day, an answer promised, a day to show something) are kept when the calendar
changes: a promise is a promise. What is counted anew every day follows the calendar from the next daily run on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import School
from accounts.permissions import Viewer
from dashboards.affected import in_words
from success_plans.choices import ProposalState
from success_plans.models import CycleStep, Proposal
from supports.choices import LIVE_FLAG_STATES, ShowingState
from supports.models import Flag, Showing


@dataclass(frozen=True, slots=True)
class MovedRow:
    """What it is, how many of them (in words), and what becomes of them."""

    what: str
    count: str
    becomes: str


def moved(*, viewer: Viewer, school: School | None, first: date, last: date) -> list[MovedRow]:
    """What runs across these days in the district (school None) or one school. Four queries."""
    anew = _("counted anew at the next daily run")
    stays = _("stay on the day that was said")

    def here(rows: QuerySet[CycleStep] | QuerySet[Flag] | QuerySet[Proposal] | QuerySet[Showing], path: str) -> int:
        return rows.filter(Q() if school is None else Q(**{path: school})).count()

    steps = CycleStep.objects.filter(done_on__isnull=True, opened_on__lte=last, due_on__gte=first)
    flags = Flag.objects.filter(state__in=LIVE_FLAG_STATES, opened_on__lte=last, lapse_on__gte=first)
    proposals = Proposal.objects.filter(state=ProposalState.OPEN, answer_by__gte=first)
    showings = Showing.objects.filter(state=ShowingState.ASKED, answer_by__gte=first)
    return [
        MovedRow(_("Steps of the year that wait for somebody"), in_words(here(steps, "school")), anew),
        MovedRow(_("Flags that are open"), in_words(here(flags, "student__school")), stays),
        MovedRow(
            _("Answers promised to families and students"), in_words(here(proposals, "plan__student__school")), stays
        ),
        MovedRow(_("Wishes to show something"), in_words(here(showings, "student__school")), stays),
    ]
