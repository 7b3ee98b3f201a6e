"""What workers need to know about people and days, read for many students at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.calendar import SchoolCalendar
from accounts.choices import TEACHING_KINDS, RelationshipKind, Role
from accounts.models import Student
from accounts.statements import run

# Adults who may own what is asked of a student's circle.
OWNING_KINDS = frozenset(TEACHING_KINDS | {RelationshipKind.CASELOAD, RelationshipKind.TEAM})


def district_zone() -> ZoneInfo:
    """The time zone in which every school of the district lives (docs/adr, "One district, one clock")."""
    return ZoneInfo(settings.TIME_ZONE)


def district_date(now: datetime) -> date:
    """The date of a moment, in the district's time zone."""
    return now.astimezone(district_zone()).date()


@dataclass(frozen=True, slots=True)
class Pupil:
    """What a worker knows about a student before it looks at what they did. `today` is the district's date."""

    pk: int
    school_id: int | None
    is_active: bool
    alias_of_id: int | None
    today: date


def pupils(student_ids: Collection[int], *, now: datetime, today: date | None = None) -> dict[int, Pupil]:
    """These students by id; who is not there is not in the answer. `today`, where given, holds for all. One query."""
    rows = run(
        """
        SELECT s.id, s.school_id, s.is_active, s.alias_of_id FROM accounts_student s WHERE s.id = ANY(%s::bigint[])
        """,
        [list(student_ids)],
    )
    on = today or district_date(now)
    return {pk: Pupil(pk, school, active, alias, on) for pk, school, active, alias in rows}


def calendars(school_ids: Collection[int | None], *, today: date) -> Mapping[int | None, SchoolCalendar]:
    """The calendar in force on `today` for each school: its school year (else the last one that began), minus
    exceptions, with the year before behind it. Two queries.

    Without any school year in the database, August to July is assumed, so that nothing is ever without an end.
    """
    spans = run(
        "SELECT starts_on, ends_on FROM accounts_schoolyear WHERE starts_on <= %s ORDER BY starts_on DESC LIMIT 2",
        [today],
    )
    if not spans:
        first = date(today.year if today.month >= 8 else today.year - 1, 8, 1)
        spans = [(first, date(first.year + 1, 7, 31))]
    exceptions = run(
        """
        SELECT school_id, day, is_school_day FROM accounts_calendarexception
        WHERE (school_id IS NULL OR school_id = ANY(%s::bigint[])) AND day BETWEEN %s AND %s
        """,
        [[s for s in school_ids if s is not None], spans[-1][0], spans[0][1]],
    )
    found: dict[int | None, SchoolCalendar] = {}
    for school_id in set(school_ids):
        # what a school says of a day holds there, whatever the district says of it
        mine = {day: is_open for school, day, is_open in exceptions if school is None}
        mine |= {day: is_open for school, day, is_open in exceptions if school is not None and school == school_id}
        closed = frozenset(day for day, is_open in mine.items() if not is_open)
        extra = frozenset(day for day, is_open in mine.items() if is_open)
        found[school_id] = _calendar(tuple(spans), closed, extra)
    return found


@lru_cache(maxsize=256)
def _calendar(spans: tuple[tuple[date, date], ...], closed: frozenset[date], extra: frozenset[date]) -> SchoolCalendar:
    """Counted out once for the same days: laying out two years takes longer than everything else about a student."""
    calendar: SchoolCalendar | None = None
    for first, last in reversed(spans):
        if calendar is not None and calendar.last_day >= first:
            calendar = None
        calendar = SchoolCalendar(first, last, closed=closed, extra=extra, previous=calendar)
    assert calendar is not None
    return calendar


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
    """The circle of each student; `students` maps student id to school id. One query, however many students."""
    ids = list(students)
    adults: dict[int, set[int]] = {s: set() for s in ids}
    navigators: dict[int, int] = {}
    sections: dict[int, dict[int, date]] = {s: {} for s in ids}
    teachers: dict[int, list[int]] = {}
    roles: list[tuple[str, int, int | None, int]] = []
    for what, subject, other, kind, since, pk, _place in run(_CIRCLES, [today, ids, OWNING, LEADING]):
        if what == "adult":
            adults[subject].add(other)
            if kind == RelationshipKind.CASELOAD:
                navigators.setdefault(subject, other)
        elif what == "seat":
            sections[subject][other] = since
        elif what == "teacher":
            teachers.setdefault(subject, []).append(other)
        else:
            roles.append((kind, pk, subject, other))
    leads = _leads(roles)
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


# Who answers for what nobody else owns, nearest first.
LEADS = {Role.PLAN_LEAD: 0, Role.PRINCIPAL: 1, Role.DISTRICT_ADMIN: 2}

OWNING = sorted(str(kind) for kind in OWNING_KINDS)
LEADING = [str(role) for role in LEADS]

# Everybody around some students, whatever binds them, in one answer: what it is, whose, who or where, how, since, key.
_CIRCLES = """
WITH given AS (SELECT %s::date AS today, %s::bigint[] AS students, %s::text[] AS owning, %s::text[] AS leads),
seats AS (
    SELECT e.student_id, e.section_id, e.starts_on
    FROM given, accounts_enrolment e JOIN accounts_section c ON c.id = e.section_id
    WHERE e.student_id = ANY(given.students) AND e.is_active AND c.is_active AND c.ends_on > given.today
      AND e.starts_on <= given.today AND (e.ends_on IS NULL OR e.ends_on > given.today))
SELECT 'adult' AS what, r.student_id AS subject, r.person_id AS other, r.kind, NULL::date, r.id, r.id AS place
FROM given, accounts_relationship r JOIN accounts_person p ON p.id = r.person_id
WHERE r.student_id = ANY(given.students) AND r.kind = ANY(given.owning) AND p.is_active
  AND r.starts_on <= given.today AND (r.ends_on IS NULL OR r.ends_on > given.today)
UNION ALL
SELECT 'seat', student_id, section_id, '', starts_on, 0, section_id FROM seats
UNION ALL
SELECT 'teacher', t.section_id, t.person_id, '', NULL, t.id, CASE WHEN t.is_primary THEN 0 ELSE 1 END
FROM given, accounts_teachingassignment t JOIN accounts_person p ON p.id = t.person_id
WHERE t.section_id IN (SELECT section_id FROM seats) AND t.is_active AND p.is_active
  AND t.starts_on <= given.today AND (t.ends_on IS NULL OR t.ends_on > given.today)
UNION ALL
SELECT 'lead', a.school_id, a.person_id, a.role, NULL, a.id, 0
FROM given, accounts_roleassignment a JOIN accounts_person p ON p.id = a.person_id
WHERE a.role = ANY(given.leads) AND p.is_active
  AND a.starts_on <= given.today AND (a.ends_on IS NULL OR a.ends_on > given.today)
ORDER BY what, place, 6
"""


def _leads(roles: Iterable[tuple[str, int, int | None, int]]) -> dict[int | None, int]:
    """Per school the plan lead, else the principal; under None the district administrator, for schools that have
    neither. `roles`: role, key of the assignment, school, person."""
    found: dict[int | None, int] = {}
    for role, _pk, school, person in sorted(roles, key=lambda row: (LEADS[Role(row[0])], row[1])):
        found.setdefault(None if role == Role.DISTRICT_ADMIN else school, person)
    return found


ANSWERED_WITHIN = 10
"""School days until whoever asked has an answer."""
OVER_SUMMER = timedelta(days=14)
"""Where the school year ends first: days."""


def answer_day(school_id: int | None, *, today: date) -> date:
    """The tenth school day after today, by the calendar of this school. Two queries."""
    calendar = calendars([school_id], today=today)[school_id]
    return calendar.add_school_days(today, ANSWERED_WITHIN) or today + OVER_SUMMER


def within_the_year(school_id: int | None, *, today: date) -> date:
    """The tenth school day after today or, where the year ends before it, its last school day; a fortnight in summer.

    Two queries.
    """
    calendar = calendars([school_id], today=today)[school_id]
    tenth = calendar.add_school_days(today, ANSWERED_WITHIN)
    if tenth is not None:
        return tenth
    return calendar.last_school_day if calendar.last_school_day > today else today + OVER_SUMMER


def canonical(student_ids: Collection[int]) -> dict[int, int]:
    """Student id to the id of the student that stayed after a merge (itself, mostly)."""
    return {
        pk: alias or pk
        for pk, alias in Student.objects.filter(pk__in=list(student_ids)).values_list("pk", "alias_of_id")
    }
