"""District, schools, calendar, people, classes, and who belongs to whose circle: what a roster would bring."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.choices import RelationshipKind, Role, Source, TermKind
from accounts.models import (
    CalendarException,
    District,
    Enrolment,
    Person,
    Relationship,
    RoleAssignment,
    School,
    SchoolYear,
    Section,
    Student,
    TeachingAssignment,
    Term,
    User,
)
from accounts.names import sort_name
from config.demo.chance import uid
from config.demo.content import Content
from config.demo.loading.ids import Ids
from config.demo.people import Adult, Child, ClassPlan
from config.demo.people import District as Plan

NO_PASSWORD = "!demonstration"  # noqa: S105 - a mark that no password can match
READS_AFTER = 15
"""School days a section teacher still reads after the section ended (access.md)."""
DEMONSTRATION = Source.DEMONSTRATION


def write_people(plan: Plan, content: Content, ids: Ids) -> None:
    """Everyone and every class of both years. Fills `ids`."""
    _schools(plan, content, ids)
    _persons(plan, ids)
    _users(plan, ids)
    _roles(plan, ids)
    _sections(plan, ids)
    _circles(plan, ids)


def mark(plan: Plan) -> None:
    """Write the demonstration marker; nothing else does."""
    District.objects.update(demonstration_seed=plan.seed)


def _schools(plan: Plan, content: Content, ids: Ids) -> None:
    seed = plan.seed
    District.objects.create(
        pk=1,
        public_id=uid(seed, "district"),
        name=content.people.district,
        languages=list(content.people.languages),
    )
    for school in plan.schools:
        row = School.objects.create(
            public_id=uid(seed, "school", school.code),
            name=school.name,
            source=DEMONSTRATION,
            source_id=school.code,
        )
        ids.schools[school.code] = row.pk
    for year in (plan.years.previous, plan.years.current):
        stored = SchoolYear.objects.create(
            public_id=uid(seed, "year", year.key),
            name=year.name,
            starts_on=year.starts_on,
            ends_on=year.ends_on,
            source=DEMONSTRATION,
            source_id=year.key,
        )
        ids.years[year.key] = stored.pk
        Term.objects.bulk_create(
            Term(
                public_id=uid(seed, "term", year.key, term.title),
                school_year=stored,
                title=f"{term.title}, {year.name}",
                kind=TermKind.GRADING_PERIOD,
                starts_on=term.starts_on,
                ends_on=term.ends_on,
                source=DEMONSTRATION,
                source_id=f"{year.key}/{term.title}",
            )
            for term in year.terms
        )
        CalendarException.objects.bulk_create(
            CalendarException(
                school_id=ids.schools[closure.school] if closure.school else None,
                day=closure.day,
                reason=closure.reason,
            )
            for closure in year.closures
        )


def _person(plan: Plan, key: str, who: Adult | Child, *, email: str = "", phone: str = "") -> Person:
    return Person(
        public_id=uid(plan.seed, "person", key),
        given_name=who.given,
        family_name=who.family,
        sort_name=sort_name(who.family, who.given),
        email=email,
        phone=phone,
        languages=list(who.languages),
        source=DEMONSTRATION,
    )


def _persons(plan: Plan, ids: Ids) -> None:
    adults = [_person(plan, a.key, a, email=a.email, phone=a.phone) for a in plan.adults.values()]
    children = [_person(plan, c.key, c) for c in plan.children.values()]
    stored = Person.objects.bulk_create([*adults, *children], batch_size=1000)
    keys = [*plan.adults, *plan.children]
    ids.persons |= {key: row.pk for key, row in zip(keys, stored, strict=True)}
    students = Student.objects.bulk_create(
        Student(
            public_id=uid(plan.seed, "student", child.key),
            person_id=ids.persons[child.key],
            school_id=ids.schools[child.school],
            grade=f"{child.grade:02}",
            entered_on=child.entered_on,
        )
        for child in plan.children.values()
    )
    ids.students |= {key: row.pk for key, row in zip(plan.children, students, strict=True)}


def _users(plan: Plan, ids: Ids) -> None:
    everyone: list[tuple[str, Adult | Child]] = [*plan.adults.items(), *plan.children.items()]
    rows = [
        User(
            public_id=uid(plan.seed, "user", key),
            person_id=ids.persons[key],
            username=who.username,
            email=who.email if isinstance(who, Adult) else "",
            language=who.language if isinstance(who, Adult) else who.voice,
            password=NO_PASSWORD,
        )
        for key, who in everyone
        if who.username
    ]
    User.objects.bulk_create(rows, batch_size=1000)


def _roles(plan: Plan, ids: Ids) -> None:
    starts_on = plan.years.previous.starts_on
    rows = [(a.key, role, school) for a in plan.adults.values() for role, school in a.roles]
    holders = {(child.navigator, child.school) for child in plan.children.values() if child.navigator}
    known = set(rows)
    rows += sorted(
        (key, Role.NAVIGATOR.value, school) for key, school in holders if (key, "navigator", school) not in known
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            person_id=ids.persons[key],
            role=Role(role),
            school_id=ids.schools[school] if school else None,
            starts_on=starts_on,
            source=DEMONSTRATION,
        )
        for key, role, school in rows
    )


def _sections(plan: Plan, ids: Ids) -> None:
    stored = Section.objects.bulk_create(
        Section(
            public_id=uid(plan.seed, "section", section.key),
            school_id=ids.schools[section.school],
            school_year_id=ids.years[section.year],
            title=section.title,
            course_title=section.course,
            course_code=section.course_code,
            subjects=list(section.subjects),
            grades=[f"{section.grade:02}"],
            starts_on=section.starts_on,
            ends_on=section.after,
            source=DEMONSTRATION,
            source_id=section.key,
        )
        for section in plan.classes
    )
    ids.sections |= {section.key: row.pk for section, row in zip(plan.classes, stored, strict=True)}
    Enrolment.objects.bulk_create(
        (
            Enrolment(
                section_id=ids.sections[section.key],
                student_id=ids.students[key],
                starts_on=max(section.starts_on, plan.children[key].entered_on),
                ends_on=section.after if section.year == "previous" else None,
                source=DEMONSTRATION,
                source_id=f"{section.key}/{key}",
            )
            for section in plan.classes
            for key in section.students
        ),
        batch_size=1000,
    )
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(
            section_id=ids.sections[section.key],
            person_id=ids.persons[teacher],
            is_primary=place == 0,
            starts_on=section.starts_on,
            ends_on=section.after,
            source=DEMONSTRATION,
            source_id=f"{section.key}/{teacher}",
        )
        for section in plan.classes
        for place, teacher in enumerate(section.teachers)
    )


def _circles(plan: Plan, ids: Ids) -> None:
    rows: list[Relationship] = []
    for section in plan.classes:
        until = plan.years.calendar.add_school_days(section.after - timedelta(days=1), READS_AFTER)
        until = until + timedelta(days=1) if until else section.after + timedelta(weeks=3)
        for teacher in section.teachers:
            rows += [
                Relationship(
                    student_id=ids.students[key],
                    person_id=ids.persons[teacher],
                    kind=RelationshipKind.SECTION,
                    section_id=ids.sections[section.key],
                    starts_on=_since(section, plan.children[key]),
                    ends_on=until,
                    source=DEMONSTRATION,
                )
                for key in section.students
            ]
    for child in plan.children.values():
        rows += _own_circle(plan, child, ids)
    Relationship.objects.bulk_create(rows, batch_size=1000)


def _since(section: ClassPlan, child: Child) -> date:
    return max(section.starts_on, child.entered_on)


def _own_circle(plan: Plan, child: Child, ids: Ids) -> list[Relationship]:
    years = plan.years
    circle: list[tuple[str, RelationshipKind, date, date | None]] = [
        (key, RelationshipKind.GUARDIAN, child.entered_on, None) for key in child.guardians
    ]
    if child.specialist:
        circle.append((child.specialist, RelationshipKind.TEAM, years.current.starts_on, None))
    if child.navigator:
        since = max(years.current.starts_on, child.entered_on)
        circle.append((child.navigator, RelationshipKind.CASELOAD, since, None))
    if child.previous_navigator and child.previous_school:
        circle.append(
            (child.previous_navigator, RelationshipKind.CASELOAD, years.previous.starts_on, years.previous.after)
        )
    return [
        Relationship(
            student_id=ids.students[child.key],
            person_id=ids.persons[key],
            kind=kind,
            starts_on=since,
            ends_on=until,
            source=DEMONSTRATION,
        )
        for key, kind, since, until in circle
    ]
