"""What workers need to know about people and days, read for many students at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q

from accounts.calendar import SchoolCalendar
from accounts.choices import TEACHING_KINDS, RelationshipKind, Role
from accounts.models import (
    CalendarException,
    Enrolment,
    Relationship,
    RoleAssignment,
    School,
    SchoolYear,
    Student,
    TeachingAssignment,
)
from accounts.permissions import current

# Adults who may own what is asked of a student's circle.
OWNING_KINDS = frozenset(TEACHING_KINDS | {RelationshipKind.CASELOAD, RelationshipKind.TEAM})


def zone_of(school: School | None) -> ZoneInfo:
    """The school's time zone, the district's where the school has none of its own."""
    return ZoneInfo(school.time_zone if school is not None and school.time_zone else settings.TIME_ZONE)


def school_date(school: School | None, now: datetime) -> date:
    """The school-local date of a moment."""
    return now.astimezone(zone_of(school)).date()


def calendars(school_ids: Collection[int | None], *, today: date) -> Mapping[int | None, SchoolCalendar]:
    """The calendar in force on `today` for each school: its school year (else the last one that began), minus
    exceptions, with the year before behind it. Two queries.

    Without any school year in the database, August to July is assumed, so that nothing is ever without an end.
    """
    years = list(SchoolYear.objects.filter(starts_on__lte=today).order_by("-starts_on")[:2])
    spans = [(year.starts_on, year.ends_on) for year in years]
    if not spans:
        first = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
        spans = [(first, date(first.year + 1, 7, 31))]
    exceptions = list(
        CalendarException.objects.filter(
            Q(school__isnull=True) | Q(school_id__in=[s for s in school_ids if s is not None]),
            day__gte=spans[-1][0],
            day__lte=spans[0][1],
        )
    )
    found: dict[int | None, SchoolCalendar] = {}
    for school_id in set(school_ids):
        mine = [e for e in exceptions if e.school_id is None or e.school_id == school_id]
        closed = frozenset(e.day for e in mine if not e.is_school_day)
        extra = frozenset(e.day for e in mine if e.is_school_day)
        calendar: SchoolCalendar | None = None
        for first, last in reversed(spans):
            if calendar is not None and calendar.last_day >= first:
                calendar = None
            calendar = SchoolCalendar(first, last, closed=closed, extra=extra, previous=calendar)
        assert calendar is not None
        found[school_id] = calendar
    return found


@dataclass(frozen=True, slots=True)
class Circle:
    """The adults around one student today, and the sections the student sits in.

    `adults`: person ids who may own something; `sections`: section id to the ids of its teachers; `joined`: section
    id to the day the student's seat in it began.
    """

    adults: frozenset[int]
    navigator: int | None
    plan_lead: int | None
    sections: Mapping[int, tuple[int, ...]]
    joined: Mapping[int, date]


def circles(students: Mapping[int, int | None], *, today: date) -> dict[int, Circle]:
    """The circle of each student; `students` maps student id to school id. Four queries, however many students."""
    ids = list(students)
    adults: dict[int, set[int]] = {s: set() for s in ids}
    navigators: dict[int, int] = {}
    for student, person, kind in (
        Relationship.objects.filter(current(today), student_id__in=ids, kind__in=OWNING_KINDS, person__is_active=True)
        .order_by("pk")
        .values_list("student_id", "person_id", "kind")
    ):
        adults[student].add(person)
        if kind == RelationshipKind.CASELOAD:
            navigators.setdefault(student, person)
    sections: dict[int, dict[int, date]] = {s: {} for s in ids}
    for student, section, starts_on in (
        Enrolment.objects.filter(
            current(today), student_id__in=ids, is_active=True, section__is_active=True, section__ends_on__gt=today
        )
        .order_by("section_id")
        .values_list("student_id", "section_id", "starts_on")
    ):
        sections[student][section] = starts_on
    teachers: dict[int, list[int]] = {}
    for section, person in (
        TeachingAssignment.objects.filter(
            current(today),
            section_id__in={s for mine in sections.values() for s in mine},
            is_active=True,
            person__is_active=True,
        )
        .order_by(F("is_primary").desc(), "pk")
        .values_list("section_id", "person_id")
    ):
        teachers.setdefault(section, []).append(person)
    leads = plan_leads(today=today)
    return {
        student: Circle(
            adults=frozenset(adults[student]),
            navigator=navigators.get(student),
            plan_lead=leads.get(school) or leads.get(None),
            sections={section: tuple(teachers.get(section, ())) for section in sections[student]},
            joined=sections[student],
        )
        for student, school in students.items()
    }


def plan_leads(*, today: date) -> dict[int | None, int]:
    """Who answers for what nobody else owns: per school the plan lead, else the principal; under None the district
    administrator, for schools that have neither."""
    order = {Role.PLAN_LEAD: 0, Role.PRINCIPAL: 1, Role.DISTRICT_ADMIN: 2}
    rows = sorted(
        RoleAssignment.objects.filter(current(today), role__in=list(order), person__is_active=True).values_list(
            "role", "pk", "school_id", "person_id"
        ),
        key=lambda row: (order[Role(row[0])], row[1]),
    )
    found: dict[int | None, int] = {}
    for role, _pk, school, person in rows:
        found.setdefault(None if role == Role.DISTRICT_ADMIN else school, person)
    return found


def canonical(student_ids: Collection[int]) -> dict[int, int]:
    """Student id to the id of the student that stayed after a merge (itself, mostly)."""
    return {
        pk: alias or pk
        for pk, alias in Student.objects.filter(pk__in=list(student_ids)).values_list("pk", "alias_of_id")
    }
