"""What falls due and what has just passed, by the person who does it: ids only, for messages that name nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.calendar import SchoolCalendar
from accounts.choices import RelationshipKind
from accounts.models import Relationship, School
from accounts.permissions import current
from accounts.recompute import calendars, district_zone
from success_plans.choices import MeetingState, ReminderKind, ReminderOf
from success_plans.cycle import Clock
from success_plans.models import CycleStep, Meeting, Reminder
from success_plans.recompute.openers import asked_to_open

FROM_HOUR = 6
"""School-local; messages come from six in the morning on."""
CLOCK = Clock()
Windows = Mapping[tuple[date, date], Collection[int]]
"""Schools by the first and the last day that are told of there."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing somebody does: a step, a meeting, a packet whose closed parts wait for their word (due on no day)."""

    of: ReminderOf
    of_id: UUID
    kind: ReminderKind
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """What Monday's message says of somebody's steps: how many wait until the week's end, how many of them are past
    their day, and which they are."""

    waiting: int
    past: int
    steps: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day on which messages may go: the schools that are open, with their calendars. No school, no message."""

    today: date
    open: Mapping[int, SchoolCalendar] = field(default_factory=dict)

    @property
    def monday(self) -> date:
        """The Monday of this week, school day or not."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def beginning_week(self) -> list[int]:
        """The schools whose week begins today: this is their first school day since Monday."""
        return [pk for pk, calendar in self.open.items() if calendar.school_days_between(self.monday, self.today) == 0]


def open_day(at: datetime) -> OpenDay:
    """The day of a moment, empty before six in the morning and where every school is closed. Three queries."""
    local = at.astimezone(district_zone())
    if local.hour < FROM_HOUR:
        return OpenDay(local.date())
    schools = list(School.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    found = calendars(schools, today=local.date())
    return OpenDay(local.date(), {pk: c for pk, c in found.items() if pk is not None and c.is_school_day(local.date())})


def of_the_week(day: OpenDay) -> dict[int, Week]:
    """By person, where the week begins today: the steps that wait until its end. One query."""
    rows = (
        CycleStep.objects.filter(
            school_id__in=day.beginning_week,
            done_on__isnull=True,
            opened_on__lte=day.today,
            due_on__lt=day.monday + timedelta(days=7),
            owner__isnull=False,
        )
        .values("owner_id")
        .annotate(waiting=Count("pk"), past=Count("pk", filter=Q(due_on__lt=day.today)), steps=ArrayAgg("public_id"))
    )
    return {row["owner_id"]: Week(row["waiting"], row["past"], frozenset(row["steps"])) for row in rows}


def not_told_yet(day: OpenDay) -> dict[int, list[Due]]:
    """By person, everything that falls due in the next school days or has just passed and that they were not told of.

    A number of queries that depends on how many different calendars the schools have, and on nothing else.
    """
    found: dict[int, list[Due]] = defaultdict(list)
    in_days = windows(day.open, day.today)
    for (since, until), schools in in_days.items():
        for person, one in _steps(schools, since, until, day.today):
            found[person].append(one)
    for person, one in _meetings(in_days, day.today):
        found[person].append(one)
    for person, public_id in asked_to_open(today=day.today, school_ids=list(day.open)):
        found[person].append(Due(ReminderOf.PACKET, public_id, ReminderKind.ASKED))
    rows = Reminder.objects.filter(person_id__in=found) if found else Reminder.objects.none()
    told = set(rows.values_list("person_id", "of", "of_id", "kind", "due_on"))
    left = {
        person: [one for one in dues if (person, str(one.of), one.of_id, str(one.kind), one.due_on) not in told]
        for person, dues in found.items()
    }
    return {person: dues for person, dues in left.items() if dues}


def windows(calendars: Mapping[int, SchoolCalendar], today: date) -> Windows:
    """Schools by the days (both too) that are told of today: most schools of a district have the same ones."""
    found: dict[tuple[date, date], list[int]] = defaultdict(list)
    for pk, calendar in calendars.items():
        since = calendar.add_school_days(today, -CLOCK.remind_after) or calendar.first_day
        until = calendar.add_school_days(today, CLOCK.remind_before) or max(today, calendar.last_day)
        found[since, until].append(pk)
    return found


def _kind(due_on: date, today: date) -> ReminderKind:
    return ReminderKind.PAST if due_on < today else ReminderKind.SOON


def _steps(schools: Collection[int], since: date, until: date, today: date) -> list[tuple[int, Due]]:
    rows = CycleStep.objects.filter(
        school_id__in=schools,
        done_on__isnull=True,
        opened_on__lte=today,
        due_on__gte=since,
        due_on__lte=until,
        owner__isnull=False,
    ).order_by("pk")
    return [
        (owner, Due(ReminderOf.STEP, public_id, _kind(due_on, today), due_on))
        for owner, public_id, due_on in rows.values_list("owner_id", "public_id", "due_on")
        if owner is not None
    ]


def _meetings(in_days: Windows, today: date) -> list[tuple[int, Due]]:
    rows = with_owner(planned_meetings(in_days), today).filter(owner__isnull=False).order_by("pk")
    found = []
    for owner, public_id, starts_at in rows.values_list("owner", "public_id", "starts_at"):
        due_on = timezone.localdate(starts_at)
        found.append((owner, Due(ReminderOf.MEETING, public_id, _kind(due_on, today), due_on)))
    return found


def planned_meetings(in_days: Windows) -> QuerySet[Meeting]:
    """Meetings of students who are here, set for the days of their school and neither held nor called off."""
    if not in_days:
        return Meeting.objects.none()
    then = Q()
    for (since, until), schools in in_days.items():
        first, last = moments(since, until)
        then |= Q(plan__student__school_id__in=schools, starts_at__gte=first, starts_at__lt=last)
    return Meeting.objects.filter(then, state=MeetingState.PLANNED, plan__student__is_active=True)


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the first moment of a day up to, not with, the first one after another day, school-local."""
    zone = district_zone()
    return (
        datetime.combine(since, time(), tzinfo=zone),
        datetime.combine(until + timedelta(days=1), time(), tzinfo=zone),
    )


def with_owner(rows: QuerySet[Meeting], today: date) -> QuerySet[Any]:
    """The person who sees to a meeting, as `owner`: who called it while they are around the student, else whoever holds
    the plan now."""
    around = Relationship.objects.filter(
        current(today),
        ~Q(kind=RelationshipKind.GUARDIAN),
        student=OuterRef("plan__student"),
        person__is_active=True,
    )
    holds = around.filter(kind=RelationshipKind.CASELOAD).order_by("-starts_on", "pk").values("person_id")
    return rows.annotate(
        owner=Coalesce(
            Subquery(around.filter(person=OuterRef("called_by")).values("person_id")[:1]), Subquery(holds[:1])
        )
    )
