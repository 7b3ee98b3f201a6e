"""Who may see whom because of the roster: teachers by the sections they share with a student, family by its links.

Set-based: the database joins seats and teaching assignments, so a district of 60,000 students is a few statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.calendar import SchoolCalendar
from accounts.choices import RelationshipKind, Source
from accounts.models import Relationship, Section
from accounts.oneroster import records as r
from accounts.oneroster.columns import Kind
from accounts.recompute import calendars
from accounts.rosters.ledger import Entity, Note, Tally
from accounts.rosters.tables import Values, insert_rows, update_rows
from accounts.rosters.work import Work

READS_AFTER = 15
"""School days after a section's end in which its teachers still read."""
READS_BEFORE = 15
"""School days before a section's first day in which its teachers read already."""

DAY = timedelta(days=1)


def reads_until(calendar: SchoolCalendar, ends_on: date) -> date:
    """The first day on which the teachers of a section no longer read.

    `ends_on` is the first day after the section. Fifteen school days are counted from there; after the calendar's
    last day weekdays are counted, so that a summer does not keep a page open until autumn.
    """
    day, left = ends_on - DAY, READS_AFTER
    while left:
        day += DAY
        left -= _counts(calendar, day)
    return day + DAY


def reads_from(calendar: SchoolCalendar, starts_on: date) -> date:
    """The first day on which the coming teachers of a section read: the fifteenth school day before `starts_on`.

    Where no school year is, in the summer, weekdays are counted, so that a class of autumn does not open in spring.
    """
    day, left = starts_on, READS_BEFORE
    while left:
        day -= DAY
        left -= _counts(calendar, day)
    return day


def _counts(calendar: SchoolCalendar, day: date) -> bool:
    """Whether a day is one of the fifteen: a school day of a known year, a weekday outside of all of them."""
    year: SchoolCalendar | None = calendar
    while year is not None:
        if year.first_day <= day <= year.last_day:
            return year.is_school_day(day)
        year = year.previous
    return day.weekday() < 5


_Rows = Collection[tuple[int, int, date]]


def _reads_until(sections: _Rows) -> dict[int, date]:
    """Section id to the first day without reading; `sections` are (id, school id, ends_on)."""
    return _by_calendar(sections, reads_until, before=DAY)


def _reads_from(sections: _Rows) -> dict[int, date]:
    """Section id to the first day of reading before it; `sections` are (id, school id, starts_on)."""
    return _by_calendar(sections, reads_from)


def _by_calendar(
    sections: _Rows, edge: Callable[[SchoolCalendar, date], date], before: timedelta = timedelta()
) -> dict[int, date]:
    """Section id to `edge` of its day, by the calendar in force `before` that day; each pair is counted once."""
    schools_by_day: dict[date, set[int | None]] = defaultdict(set)
    for _pk, school_id, day in sections:
        schools_by_day[day].add(school_id)
    found = {day: calendars(ids, today=day - before) for day, ids in schools_by_day.items()}
    edges: dict[tuple[int, date], date] = {}
    for _pk, school_id, day in sections:
        if (school_id, day) not in edges:
            edges[school_id, day] = edge(found[day][school_id], day)
    return {pk: edges[school_id, day] for pk, school_id, day in sections}


# A student's or a teacher's own exit ends the view that day; the section's end leaves fifteen school days. An end
# one day short of the section's is how some systems write "to the end". (`least` passes over NULL.)
# Who is stated from the first day of a class that has not begun reads before it, as COMING; `since` is NULL for others.
_WANTED = """
    WITH scope AS (
        SELECT * FROM unnest(%(sections)s::bigint[], %(until)s::date[], %(since)s::date[]) AS given(id, until, since)
    ), wanted AS MATERIALIZED (
        SELECT * FROM (
            SELECT e.student_id, t.person_id, s.id AS section_id,
                   CASE WHEN t.is_substitute THEN 'substitute' ELSE 'section' END AS kind,
                   CASE WHEN t.is_substitute THEN greatest(e.starts_on, t.starts_on)
                        ELSE greatest(e.starts_on, t.starts_on, s.starts_on) END AS begins_on,
                   max(CASE
                       WHEN t.is_substitute THEN least(t.ends_on, e.ends_on, s.ends_on)
                       WHEN least(t.ends_on, e.ends_on) < s.ends_on - 1 THEN least(t.ends_on, e.ends_on)
                       ELSE scope.until
                   END) AS ends_on
            FROM scope
            JOIN accounts_section s ON s.id = scope.id AND s.is_active
            JOIN accounts_enrolment e ON e.section_id = s.id AND e.is_active
            JOIN accounts_student st ON st.id = e.student_id AND st.is_active
            JOIN accounts_teachingassignment t ON t.section_id = s.id AND t.is_active
            JOIN accounts_person p ON p.id = t.person_id AND p.is_active
            WHERE t.person_id <> st.person_id
            GROUP BY e.student_id, t.person_id, s.id, kind, begins_on
            UNION
            SELECT e.student_id, t.person_id, s.id, 'coming', scope.since, s.starts_on
            FROM scope
            JOIN accounts_section s ON s.id = scope.id AND s.is_active
            JOIN accounts_enrolment e ON e.section_id = s.id AND e.is_active
            JOIN accounts_student st ON st.id = e.student_id AND st.is_active
            JOIN accounts_teachingassignment t ON t.section_id = s.id AND t.is_active AND NOT t.is_substitute
            JOIN accounts_person p ON p.id = t.person_id AND p.is_active
            WHERE scope.since IS NOT NULL AND t.person_id <> st.person_id
                AND greatest(e.starts_on, t.starts_on) <= s.starts_on
                AND least(t.ends_on, e.ends_on, s.ends_on) > s.starts_on
        ) every(student_id, person_id, section_id, kind, starts_on, ends_on) WHERE every.ends_on > every.starts_on
    )
"""
_END = f"""{_WANTED}
    UPDATE accounts_relationship r SET ends_on = greatest(r.starts_on, %(today)s)
    WHERE r.id IN (
        SELECT old.id FROM accounts_relationship old
        WHERE old.source = 'roster' AND old.kind IN ('section', 'substitute', 'coming')
            AND old.section_id = ANY(%(sections)s)
            AND (old.ends_on IS NULL OR old.ends_on > %(today)s)
            AND NOT EXISTS (
                SELECT FROM wanted w
                WHERE w.student_id = old.student_id AND w.person_id = old.person_id
                    AND w.section_id = old.section_id AND w.kind = old.kind AND w.starts_on = old.starts_on
            )
        ORDER BY old.id FOR NO KEY UPDATE
    )
"""  # noqa: S608 - no value is written into the statement
_WRITE = f"""{_WANTED}, written AS (
        INSERT INTO accounts_relationship AS r
            (student_id, person_id, kind, section_id, starts_on, ends_on, source, domains, household)
        SELECT student_id, person_id, kind, section_id, starts_on, ends_on, 'roster', '{{}}', ''
        FROM wanted ORDER BY student_id, person_id, section_id
        ON CONFLICT ON CONSTRAINT relationship_is_stated_once DO UPDATE SET ends_on = EXCLUDED.ends_on
        WHERE r.source = 'roster' AND r.ends_on IS DISTINCT FROM EXCLUDED.ends_on
        RETURNING (xmax = 0) AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM wanted)
    FROM written
"""  # noqa: S608 - no value is written into the statement


def refresh_section_relationships(*, source: str, today: date, tally: Tally | None = None) -> Tally:
    """Make the section relationships of a source's sections equal to who sits and teaches there.

    Sections whose last reading day is past are left as they are. Rows entered by hand are never touched.
    """
    rows = list(Section.objects.filter(source=source).values_list("pk", "school_id", "starts_on", "ends_on"))
    return _refresh(rows, today, tally if tally is not None else Tally())


def refresh_section(*, section: Section, today: date) -> Tally:
    """The same for one section, whoever keeps it: after a teacher or substitute was entered by hand."""
    return _refresh([(section.pk, section.school_id, section.starts_on, section.ends_on)], today, Tally())


def _refresh(rows: Collection[tuple[int, int, date, date]], today: date, found: Tally) -> Tally:
    until = _reads_until([(pk, school_id, ends_on) for pk, school_id, _starts_on, ends_on in rows])
    since = _reads_from(
        [(pk, school_id, starts_on) for pk, school_id, starts_on, _ends_on in rows if starts_on > today]
    )
    open_ones = sorted(pk for pk, day in until.items() if day > today)
    values: Any = {
        "sections": open_ones,
        "until": [until[pk] for pk in open_ones],
        "since": [since.get(pk) for pk in open_ones],
        "today": today,
    }
    if not open_ones:
        return found
    with connection.cursor() as cursor:
        # The rows were written a moment ago, so the planner has no figures for them and would join row by row.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_END, values)
        found.left += cursor.rowcount
        cursor.execute(_WRITE, values)
        created, changed, wanted = cursor.fetchone()
        cursor.execute("SET LOCAL enable_nestloop = on")
    found.created += created
    found.changed += changed
    found.unchanged += wanted - created - changed
    return found


# ------------------------------------------------------------------ family


def write_family_links(work: Work) -> None:
    """Family relationships from the roster.

    A relative is not a parent in the eyes of the law, so a link that says only that opens nothing and is counted
    for the office to look at. A link that was ended by hand (its row says so) is never opened again.
    """
    tally = work.ledger[Entity.FAMILY_LINKS]
    wanted: set[tuple[int, int]] = set()
    relatives: set[tuple[int, int]] = set()
    for link in work.bundle.links:
        if link.student_id not in work.students or link.person_id not in work.people:
            continue
        pair = (work.students[link.student_id], work.people[link.person_id])
        (relatives if link.relation is r.UserRole.RELATIVE else wanted).add(pair)
    work.ledger.note(Note.RELATIVE_WITHOUT_ACCESS, len(relatives - wanted))
    stored: dict[tuple[int, int], Values] = {}
    by_hand: dict[tuple[int, int], bool] = {}
    for row in (
        Relationship.objects.filter(kind=RelationshipKind.GUARDIAN)
        .order_by("starts_on", "pk")
        .values("pk", "student_id", "person_id", "starts_on", "ends_on", "source", "household")
    ):
        pair = (row["student_id"], row["person_id"])
        running = row["ends_on"] is None or row["ends_on"] > work.today
        if row["source"] == Source.ROSTER:
            stored[pair] = dict(row)
        else:
            by_hand[pair] = running
    changes: list[Values] = []
    fresh: list[Values] = []
    for pair in sorted(wanted):
        if pair in by_hand:
            work.ledger.note(Note.LINK_ENDED_BY_HAND, not by_hand[pair])
            continue
        before = stored.get(pair)
        if before is not None and before["ends_on"] is None:
            tally.unchanged += 1
        elif before is not None and before["starts_on"] >= work.today:
            changes.append({"id": before["pk"], "ends_on": None})
            tally.returned += 1
        else:
            fresh.append(
                {
                    "student_id": pair[0],
                    "person_id": pair[1],
                    "kind": RelationshipKind.GUARDIAN.value,
                    "starts_on": work.today,
                    # who comes back to a family comes back to the household they were in
                    "household": before["household"] if before is not None else "",
                    "source": Source.ROSTER.value,
                }
            )
            tally.created += 1
    for pair in _ending_links(work, stored.keys() - wanted):
        ending = stored[pair]
        if ending["ends_on"] is None or ending["ends_on"] > work.today:
            changes.append({"id": ending["pk"], "ends_on": max(work.today, ending["starts_on"])})
            tally.left += 1
    update_rows(Relationship, changes)
    insert_rows(Relationship, fresh)


def _ending_links(work: Work, pairs: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of the links this roster no longer states, those it could have stated: the student is in it, and the files that
    carry links speak of everyone. Links of a family member who left end in any case; links of a student who left
    stay, because a missing student says nothing about the family.
    """
    bundle = work.bundle
    kinds = [Kind.USER] + ([Kind.RELATIONSHIP] if bundle.modes[Kind.RELATIONSHIP] != "absent" else [])
    # An export without the column of links says nothing about families.
    speaks = bool(bundle.links) and all(bundle.speaks_of_all(kind) for kind in kinds)
    held = {work.people[key] for key in bundle.held[Kind.USER] if key in work.people}
    held_students = {work.students[key] for key in bundle.held[Kind.USER] if key in work.students}
    present = {work.students[key] for key in bundle.student_schools} - held_students
    own_people = set(work.people.values()) - held
    return sorted(
        (student_id, person_id)
        for student_id, person_id in pairs
        if person_id in work.leavers or (speaks and student_id in present and person_id in own_people)
    )
