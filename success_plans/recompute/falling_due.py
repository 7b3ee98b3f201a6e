"""What falls due and what has just passed, by the person who does it: ids only, for messages that name nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Due:
    """One thing somebody does: a step, a meeting, a packet whose closed parts wait for their word."""

    of: ReminderOf
    of_id: UUID
    kind: ReminderKind


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day on which messages may go: the schools that are open, with their calendars. No school, no message."""

    today: date
    open: Mapping[int, SchoolCalendar] = field(default_factory=dict)

    @property
    def beginning_week(self) -> list[int]:
        """The schools whose week begins today: this is their first school day since Monday."""
        monday = self.today - timedelta(days=self.today.weekday())
        return [pk for pk, calendar in self.open.items() if calendar.school_days_between(monday, self.today) == 0]


def open_day(at: datetime) -> OpenDay:
    """The day of a moment, empty before six in the morning and where every school is closed. Three queries."""
    local = at.astimezone(district_zone())
    if local.hour < FROM_HOUR:
        return OpenDay(local.date())
    schools = list(School.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    found = calendars(schools, today=local.date())
    return OpenDay(local.date(), {pk: c for pk, c in found.items() if pk is not None and c.is_school_day(local.date())})


def of_the_week(day: OpenDay) -> dict[int, tuple[int, int]]:
    """By person, where the week begins today: how many steps wait until its end, and how many of them are past their
    day. One query."""
    monday = day.today - timedelta(days=day.today.weekday())
    rows = (
        CycleStep.objects.filter(
            school_id__in=day.beginning_week,
            done_on__isnull=True,
            opened_on__lte=day.today,
            due_on__lt=monday + timedelta(days=7),
            owner__isnull=False,
        )
        .values("owner_id")
        .annotate(waiting=Count("pk"), past=Count("pk", filter=Q(due_on__lt=day.today)))
    )
    return {row["owner_id"]: (row["waiting"], row["past"]) for row in rows}


def not_told_yet(day: OpenDay) -> dict[int, list[Due]]:
    """By person, everything that falls due in the next school days or has just passed and that they were not told of.

    A number of queries that does not depend on how much there is, but for packets that wait for a second person.
    """
    found: dict[int, list[Due]] = defaultdict(list)
    for (since, until), schools in _windows(day).items():
        for person, one in [*_steps(schools, since, until, day.today), *_meetings(schools, since, until, day.today)]:
            found[person].append(one)
    for person, public_id in asked_to_open(today=day.today, school_ids=list(day.open)):
        found[person].append(Due(ReminderOf.PACKET, public_id, ReminderKind.ASKED))
    told = set(
        Reminder.objects.filter(person_id__in=found).values_list("person_id", "of", "of_id", "kind") if found else ()
    )
    left = {
        person: [one for one in dues if (person, str(one.of), one.of_id, str(one.kind)) not in told]
        for person, dues in found.items()
    }
    return {person: dues for person, dues in left.items() if dues}


def soon_until(calendar: SchoolCalendar, today: date) -> date:
    """Up to which day something is told of before it falls due."""
    return calendar.add_school_days(today, CLOCK.remind_before) or max(today, calendar.last_day)


def _windows(day: OpenDay) -> Mapping[tuple[date, date], list[int]]:
    """Schools by the days that are told of today: most schools of a district have the same ones."""
    found: dict[tuple[date, date], list[int]] = defaultdict(list)
    for pk, calendar in day.open.items():
        since = calendar.add_school_days(day.today, -CLOCK.remind_after) or calendar.first_day
        found[since, soon_until(calendar, day.today)].append(pk)
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
        (owner, Due(ReminderOf.STEP, public_id, _kind(due_on, today)))
        for owner, public_id, due_on in rows.values_list("owner_id", "public_id", "due_on")
        if owner is not None
    ]


def _meetings(schools: Collection[int], since: date, until: date, today: date) -> list[tuple[int, Due]]:
    rows = (
        with_owner(planned_meetings(since, until), today)
        .filter(plan__student__school_id__in=schools, owner__isnull=False)
        .order_by("pk")
    )
    return [
        (owner, Due(ReminderOf.MEETING, public_id, _kind(timezone.localdate(starts_at), today)))
        for owner, public_id, starts_at in rows.values_list("owner", "public_id", "starts_at")
    ]


def planned_meetings(since: date, until: date) -> QuerySet[Meeting]:
    """Meetings of students who are here, set for these days (both too) and neither held nor called off."""
    zone = district_zone()
    return Meeting.objects.filter(
        state=MeetingState.PLANNED,
        plan__student__is_active=True,
        starts_at__gte=datetime.combine(since, time(), tzinfo=zone),
        starts_at__lt=datetime.combine(until + timedelta(days=1), time(), tzinfo=zone),
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
