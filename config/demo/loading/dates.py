"""When a flag would have opened in a district that had run all along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from accounts import recompute as people
from accounts.calendar import SchoolCalendar
from assessments.models import Evidence
from config.demo.loading.ids import Ids
from config.demo.people import District
from config.demo.recorder import SHOWN
from supports.choices import FlagState, RuleName
from supports.models import Flag

LATENCY = timedelta(seconds=3)
"""From the evidence to the flag, in a district whose workers run."""


class Seen(NamedTuple):
    """What of a piece of evidence a date depends on."""

    competency: int
    value: Decimal | None
    context: str
    recorded_at: datetime


@dataclass(slots=True)
class Dated:
    """A flag with its dates, and what became of it."""

    flag: Flag
    opened_on: date
    opened_at: datetime
    calendar: SchoolCalendar
    state: str = FlagState.OPEN
    ended_at: datetime | None = None
    ended_by: int | None = None
    end_code: str = ""
    dismiss_reason: str = ""
    acknowledged_at: datetime | None = None

    @property
    def lapse_on(self) -> date:
        """The day it ends by itself."""
        return self.calendar.lapse_on(self.opened_on)


def first_true(rule: str, pieces: Sequence[Seen]) -> datetime:
    """When the pieces of a flag first made its rule true; `pieces` in the order of the flag."""
    if rule == RuleName.READY_NEXT:
        for count in range(3, len(pieces)):
            high = [p for p in pieces[:count] if p.value is not None and p.value >= SHOWN]
            recent = [p for p in pieces[count - 3 : count] if p in high]
            if len(recent) >= 2 and len({p.context for p in high}) >= 2:
                return max(p.recorded_at for p in pieces[:count])
    if rule == RuleName.READY_DEEPER:
        return next((p.recorded_at for p in pieces[1:] if p.context != pieces[0].context), pieces[-1].recorded_at)
    if rule in (RuleName.PREREQ_GAP, RuleName.NOT_SEEN_YET):
        about = {p.competency for p in pieces}
        return max(sorted(p.recorded_at for p in pieces if p.competency == pk)[:2][-1] for pk in about)
    return pieces[-1].recorded_at


class Dates:
    """Dates flags by the calendars of both years, school by school."""

    def __init__(self, plan: District, ids: Ids, zone: ZoneInfo) -> None:
        self.today, self.zone = plan.today, zone
        schools = list(ids.schools.values())
        self.now = people.calendars(schools, today=plan.today)
        self.then = people.calendars(schools, today=plan.years.previous.ends_on)
        self.school_of = {ids.students[key]: ids.schools[child.school] for key, child in plan.children.items()}

    def read(self, flags: Iterable[Flag]) -> list[Dated]:
        """The flags with the day on which each would have opened."""
        rows = list(flags)
        wanted = {i for flag in rows for i in flag.evidence_ids}
        columns = ("pk", "competency_id", "value", "context", "recorded_at")
        pieces = {pk: Seen(*rest) for pk, *rest in Evidence.objects.filter(pk__in=wanted).values_list(*columns)}
        return [self.date(flag, [pieces[i] for i in flag.evidence_ids]) for flag in rows]

    def date(self, flag: Flag, pieces: Sequence[Seen]) -> Dated:
        """The first moment at which it was true; after it lapsed, the first new piece that opened it again."""
        school = self.school_of[flag.student_id]
        if flag.evidence_through is None:
            params = flag.reason["params"]
            since = date.fromisoformat(str(params["since"]))
            day = self.now[school].add_school_days(since, int(params["school_days"])) or self.today
            return self.opened(flag, datetime.combine(min(day, self.today), time(0, 20), self.zone))
        row = self.opened(flag, first_true(flag.rule, pieces).astimezone(self.zone) + LATENCY)
        moments = sorted(piece.recorded_at.astimezone(self.zone) for piece in pieces)
        while row.lapse_on <= self.today:
            later = [moment for moment in moments if moment.date() >= row.lapse_on]
            if not later:
                break
            row = self.opened(flag, later[0] + LATENCY)
        return row

    def opened(self, flag: Flag, moment: datetime) -> Dated:
        """Opened at that moment; on or after the last day of school the next year's first daily run decides."""
        school = self.school_of[flag.student_id]
        calendar, before = self.now[school], self.then[school]
        day = moment.date()
        if day < calendar.first_day and before.flags_may_open(day):
            return Dated(flag, day, moment, before)
        if day < calendar.first_day:
            moment = datetime.combine(calendar.first_day, time(0, 20), self.zone)
        return Dated(flag, min(moment.date(), self.today), moment, calendar)
