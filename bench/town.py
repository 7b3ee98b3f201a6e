"""A school to measure in, written in bulk: as many students as asked for, one framework, people of every role.

The tests of query counts use it too. Needs a configured Django and an empty database.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.adapters import token_digest
from accounts.choices import RelationshipKind, Role
from accounts.models import (
    ApiToken,
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
    User,
)
from accounts.names import sort_name
from assessments.choices import Context
from assessments.models import Evidence
from competencies.choices import AssociationKind, WordingKind
from competencies.models import Association, Competency, Framework, Level, Scale, Wording
from supports.models import Focus

GIVEN = ("Ada", "Ben", "Chloé", "Dara", "Eli", "Fay", "Gus", "Hana", "Iris", "José")
FAMILY = ("Alder", "Brook", "Castle", "Diaz", "Esposito", "Fox", "Gray", "Hale", "Ito", "Jones", "Kaya")
CONTEXTS = (Context.CLASSWORK, Context.QUIZ, Context.OBSERVATION, Context.PROJECT)
LEVELS = {1: ("Starting", "Al inicio"), 2: ("Building", "En camino"), 3: ("Shown", "Logrado"), 4: ("Deeper", "A fondo")}


@dataclass
class Town:
    """One school with its people, and what can be learned there."""

    today: date
    school: School
    year: SchoolYear
    section: Section
    framework: Framework
    competencies: list[Competency]
    teacher: Person
    navigator: Person
    guardian: Person
    principal: Person
    students: list[Student] = field(default_factory=list)

    def add_section(self, title: str) -> Section:
        """One more class of the same teacher."""
        section = Section.objects.create(
            school=self.school,
            school_year=self.year,
            title=title,
            subjects=["Mathematics"],
            grades=["05"],
            starts_on=self.year.starts_on,
            ends_on=self.year.ends_on + timedelta(days=1),
        )
        TeachingAssignment.objects.create(
            section=section, person=self.teacher, is_primary=True, starts_on=section.starts_on
        )
        return section


def person(given: str, family: str, **more: object) -> Person:
    """A person, not stored yet."""
    return Person(given_name=given, family_name=family, sort_name=sort_name(family, given), languages=["en"], **more)


def with_account(given: str, family: str, role: Role | None, school: School | None, since: date) -> Person:
    """A stored person with an account and perhaps a role."""
    someone = person(given, family)
    someone.save()
    User.objects.create_user(f"{given}.{family}", person=someone)
    if role is not None:
        RoleAssignment.objects.create(person=someone, role=role, school=school, starts_on=since)
    return someone


def found(
    today: date,
    *,
    competencies: int = 25,
    edges: Sequence[tuple[int, int]] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    weekends: bool = True,
) -> Town:
    """The school before its first student. With `weekends` every day is a school day, so that no result depends on
    the day of the week. `edges` are (earlier, later) places; by default each competency precedes the next two."""
    first, last = starts_on or today - timedelta(days=150), ends_on or today + timedelta(days=150)
    District.objects.create(id=1, name="Bench", languages=["en", "es"])
    school = School.objects.create(name="Riverside")
    year = SchoolYear.objects.create(name="This year", starts_on=first, ends_on=last)
    if weekends:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        CalendarException.objects.bulk_create(
            CalendarException(day=day, is_school_day=True) for day in days if day.weekday() > 4
        )
    if edges is None:
        edges = [(n, n + step) for n in range(competencies) for step in (1, 2) if n + step < competencies]
    framework, ideas = _framework(competencies, edges)
    town = Town(
        today=today,
        school=school,
        year=year,
        section=Section(),
        framework=framework,
        competencies=ideas,
        teacher=with_account("Odette", "Laurent", Role.TEACHER, school, first),
        navigator=with_account("Nia", "Brooks", Role.NAVIGATOR, school, first),
        guardian=with_account("Grace", "Alder", None, None, first),
        principal=with_account("Paul", "Rivers", Role.PRINCIPAL, school, first),
    )
    town.section = town.add_section("Math 5")
    return town


def _framework(count: int, edges: Sequence[tuple[int, int]]) -> tuple[Framework, list[Competency]]:
    scale = Scale.objects.create(name="Four steps")
    Level.objects.bulk_create(
        Level(scale=scale, value=Decimal(value), names={"en": en, "es": es}) for value, (en, es) in LEVELS.items()
    )
    framework = Framework.objects.create(
        title="Bench", source_id="bench", scale=scale, target=Decimal(3), is_published=True, is_in_use=True
    )
    ideas = Competency.objects.bulk_create(
        Competency(
            framework=framework,
            source_id=f"c{n}",
            code=f"M.{n}",
            name=f"Idea {n}",
            statement=f"The learner shows idea {n}.",
            grades=["05"],
            subjects=["Mathematics"],
            position=n,
        )
        for n in range(count)
    )
    Wording.objects.bulk_create(
        Wording(competency=idea, kind=WordingKind.FAMILY, language="en", text=f"Can show {idea.name.lower()} at home.")
        for idea in ideas
    )
    Association.objects.bulk_create(
        Association(
            framework=framework,
            kind=AssociationKind.PRECEDES,
            source_id=f"e{earlier}-{later}",
            origin=ideas[earlier],
            destination=ideas[later],
            origin_source_id=f"c{earlier}",
            destination_source_id=f"c{later}",
        )
        for earlier, later in edges
    )
    return framework, ideas


def settle(town: Town, count: int, *, section: Section | None = None) -> list[Student]:
    """`count` more students with a seat in a class, its teacher, and the navigator; the first of all has a guardian."""
    where = section or town.section
    first = len(town.students)
    people = Person.objects.bulk_create(
        person(GIVEN[n % len(GIVEN)], f"{FAMILY[n % len(FAMILY)]} {n}") for n in range(first, first + count)
    )
    students = Student.objects.bulk_create(
        Student(person=someone, school=town.school, grade="05", entered_on=town.year.starts_on) for someone in people
    )
    since = town.year.starts_on
    Enrolment.objects.bulk_create(Enrolment(section=where, student=student, starts_on=since) for student in students)
    links = [
        Relationship(
            student=student, person=town.teacher, kind=RelationshipKind.SECTION, section=where, starts_on=since
        )
        for student in students
    ]
    links += [
        Relationship(student=student, person=town.navigator, kind=RelationshipKind.CASELOAD, starts_on=since)
        for student in students
    ]
    if not town.students:
        links.append(
            Relationship(student=students[0], person=town.guardian, kind=RelationshipKind.GUARDIAN, starts_on=since)
        )
    Relationship.objects.bulk_create(links)
    town.students += students
    return students


def focus_on(town: Town, competencies: Sequence[Competency], *, section: Section | None = None) -> None:
    """What a class works on now."""
    Focus.objects.bulk_create(
        Focus(
            section=section or town.section,
            competency=competency,
            starts_on=town.today - timedelta(days=10),
            ends_on=town.today + timedelta(days=60),
            chosen_by=town.teacher,
        )
        for competency in competencies
    )


def write_evidence(
    town: Town,
    students: Sequence[Student],
    competencies: Sequence[Competency],
    values: Sequence[object],
    *,
    section: Section | None = None,
    days_apart: int = 3,
) -> None:
    """One piece for each value, the last of them `days_apart` days ago, without asking anybody to look at them."""
    rows = []
    for student in students:
        for competency in competencies:
            for n, value in enumerate(values):
                key = uuid.uuid4()
                rows.append(
                    Evidence(
                        key=key,
                        order_key=key,
                        student=student,
                        competency=competency,
                        section=section or town.section,
                        value=Decimal(str(value)),
                        context=CONTEXTS[n % len(CONTEXTS)],
                        task_key=str(key),
                        observed_on=town.today - timedelta(days=days_apart * (len(values) - n)),
                        recorded_by=town.teacher,
                        rater=town.teacher,
                    )
                )
    Evidence.objects.bulk_create(rows, batch_size=5000)


def token_of(someone: Person, *scopes: str) -> str:
    """A secret for `Authorization: Bearer`."""
    secret = uuid.uuid4().hex
    ApiToken.objects.create(
        user=someone.user,
        label="bench",
        digest=token_digest(secret),
        scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return secret
