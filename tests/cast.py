"""The cast: the same people in every test, and the small world they live in.

    def test_a_teacher_opens_the_class(teacher, world, client_of):
        answer = client_of(teacher).get(f"/classes/{world.section.public_id}")

Everyone is a `Person`; `anonymous` is None. The world is two schools in one district:

* Riverside: *Math 5* (`world.section`; `teacher`, `co_teacher`; six students, first of them `student`, Maya) and
  *Math 6* (`world.next_door`; `teacher_next_door`; `world.student_next_door`). `navigator` holds Maya's plan,
  `specialist` is in her team, `guardian` is her family, `other_guardian` that of a classmate, `former_guardian` was
  her family until last week, `former_teacher` taught her until last week. `principal` and `plan_lead` lead Riverside.
* Hillside: *Math 5 Hillside* (`world.section_elsewhere`; `teacher_elsewhere`; `student_elsewhere`), led by
  `principal_elsewhere`.
* `district`, `operator`, `partner` (Maya is referred to them; speaks for `world.partner`, an employer) and `leaver`
  (roles that ended) belong to no school.

The school never closes (weekends are school days), so no test depends on the day of the week it runs on; a test about
calendars brings its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from accounts.choices import RelationshipKind, Role
from accounts.http import viewer_for
from accounts.models import CalendarException, Partner, Person, School, SchoolYear, Section, Student
from accounts.permissions import Viewer
from assessments.choices import Context
from assessments.services import NewPiece, Recorded, record_evidence
from competencies.models import Competency, Framework
from supports.models import Focus
from tests import factories as make
from tests.again import again

CLASSMATES = (
    ("Maya", "Okafor"),
    ("Ben", "Alder"),
    ("Chloé", "Diaz"),
    ("Dara", "Esposito"),
    ("Eli", "Fox"),
    ("Fay", "Gray"),
)
CHAIN = ("equal parts", "compare", "equivalent", "add", "ratios")  # each comes before the next
IDEAS = (*CHAIN, "shapes")


@dataclass
class World:
    """Everything the fixtures of this module point at."""

    today: date
    school: School
    school_elsewhere: School
    year: SchoolYear
    section: Section
    next_door: Section
    section_elsewhere: Section
    students: list[Student]
    student_next_door: Student
    student_elsewhere: Student
    framework: Framework
    idea: dict[str, Competency]
    focus: Focus
    partner: Partner
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def student(self) -> Student:
        """Maya, the first student of Math 5."""
        return self.students[0]

    def day(self, ago: int) -> date:
        """The date `ago` days before today: also `ago` school days, since this school never closes."""
        return self.today - timedelta(days=ago)

    def everyone(self) -> list[Student]:
        """Every student of both schools."""
        return [*self.students, self.student_next_door, self.student_elsewhere]


def add_person(name: str, role: Role | None = None, school: School | None = None, **fields: object) -> Person:
    """Someone with an account whose user name is `name`, and perhaps a role."""
    given, _sep, family = name.replace("_", " ").title().partition(" ")
    person = make.PersonFactory(given_name=given, family_name=family or "Cast", **fields)
    make.UserFactory(person=person, username=name)
    if role is not None:
        make.RoleAssignmentFactory(person=person, role=role, school=school)
    return person


def add_teacher(name: str, section: Section, *, is_primary: bool = True) -> Person:
    """A teacher of this section and, as the roster service would write it, of each of its students."""
    person = add_person(name, Role.TEACHER, section.school)
    make.TeachingAssignmentFactory(section=section, person=person, is_primary=is_primary)
    relate(person, RelationshipKind.SECTION, students_in(section), section=section)
    return person


def add_student(section: Section, given: str, family: str) -> Student:
    """A student who sits in this section; teachers added before are not related to them."""
    student = make.StudentFactory(school=section.school, person__given_name=given, person__family_name=family)
    make.EnrolmentFactory(section=section, student=student)
    return student


def students_in(section: Section) -> list[Student]:
    """Who sits in this section."""
    return list(Student.objects.filter(enrolments__section=section).order_by("pk"))


def relate(
    person: Person,
    kind: RelationshipKind,
    students: Collection[Student],
    *,
    section: Section | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> None:
    """Put a person into the circle of these students."""
    for student in students:
        more = {} if starts_on is None else {"starts_on": starts_on}
        make.RelationshipFactory(person=person, student=student, kind=kind, section=section, ends_on=ends_on, **more)


def add_coming_teacher(world: World) -> Person:
    """Somebody whose class with Maya begins in nine days, as the roster service would write it."""
    first = world.today + timedelta(days=9)
    section = make.SectionFactory(
        school=world.school,
        school_year=world.year,
        title="Science 6",
        starts_on=first,
        ends_on=first + timedelta(days=90),
    )
    make.EnrolmentFactory(section=section, student=world.student, starts_on=first)
    person = add_person("coming_teacher", Role.TEACHER, world.school)
    make.TeachingAssignmentFactory(section=section, person=person, starts_on=first)
    relate(person, RelationshipKind.COMING, [world.student], section=section, ends_on=first)
    relate(person, RelationshipKind.SECTION, [world.student], section=section, starts_on=first)
    return person


def never_closed(year: SchoolYear) -> None:
    """Make every Saturday and Sunday of the year a school day."""
    days = (year.starts_on + timedelta(days=n) for n in range((year.ends_on - year.starts_on).days + 1))
    CalendarException.objects.bulk_create(
        CalendarException(day=day, is_school_day=True) for day in days if day.weekday() > 4
    )


def build_world(today: date) -> World:
    """Two schools, three classes, a continuum of six ideas and one Focus, with today in the middle of the year."""
    make.DistrictFactory()
    riverside, hillside = make.SchoolFactory(name="Riverside"), make.SchoolFactory(name="Hillside")
    year = make.SchoolYearFactory(starts_on=today - timedelta(days=150), ends_on=today + timedelta(days=150))
    never_closed(year)
    section = make.SectionFactory(school=riverside, school_year=year, title="Math 5")
    next_door = make.SectionFactory(school=riverside, school_year=year, title="Math 6")
    elsewhere = make.SectionFactory(school=hillside, school_year=year, title="Math 5 Hillside")
    students = [add_student(section, given, family) for given, family in CLASSMATES]
    student_next_door = add_student(next_door, "Gus", "Hale")
    student_elsewhere = add_student(elsewhere, "Iris", "Jones")
    framework = make.FrameworkFactory()
    idea = {
        name: make.CompetencyFactory(framework=framework, name=name.capitalize(), position=n)
        for n, name in enumerate(IDEAS)
    }
    for earlier, later in (
        ("equal parts", "compare"),
        ("compare", "equivalent"),
        ("equivalent", "add"),
        ("add", "ratios"),
    ):
        make.AssociationFactory(origin=idea[earlier], destination=idea[later])
    people = {
        "teacher": add_teacher("teacher", section),
        "co_teacher": add_teacher("co_teacher", section, is_primary=False),
        "teacher_next_door": add_teacher("teacher_next_door", next_door),
        "teacher_elsewhere": add_teacher("teacher_elsewhere", elsewhere),
        "former_teacher": add_person("former_teacher", Role.TEACHER, riverside),
        "navigator": add_person("navigator", Role.NAVIGATOR, riverside),
        "specialist": add_person("specialist", Role.SPECIALIST, riverside),
        "guardian": add_person("guardian", languages=["es"]),
        "other_guardian": add_person("other_guardian"),
        "former_guardian": add_person("former_guardian"),
        "principal": add_person("principal", Role.PRINCIPAL, riverside),
        "plan_lead": add_person("plan_lead", Role.PLAN_LEAD, riverside),
        "principal_elsewhere": add_person("principal_elsewhere", Role.PRINCIPAL, hillside),
        "district": add_person("district", Role.DISTRICT_ADMIN),
        "operator": add_person("operator", Role.OPERATOR),
        "partner": add_person("partner", Role.PARTNER),
        "leaver": add_person("leaver"),
        "student": students[0].person,
        "student_elsewhere": student_elsewhere.person,
    }
    make.UserFactory(person=people["student"], username="student")
    make.UserFactory(person=people["student_elsewhere"], username="student_elsewhere")
    maya, classmate = students[0], students[1]
    last_week = today - timedelta(days=7)
    relate(people["former_teacher"], RelationshipKind.SECTION, students, section=section, ends_on=last_week)
    relate(people["navigator"], RelationshipKind.CASELOAD, [maya])
    relate(people["specialist"], RelationshipKind.TEAM, [maya])
    relate(people["guardian"], RelationshipKind.GUARDIAN, [maya])
    relate(people["other_guardian"], RelationshipKind.GUARDIAN, [classmate])
    relate(people["former_guardian"], RelationshipKind.GUARDIAN, [maya], ends_on=last_week)
    relate(people["partner"], RelationshipKind.REFERRAL, [maya])
    organisation = make.PartnerFactory(name="Harrow Bridgeworks")
    make.PartnerMemberFactory(partner=organisation, person=people["partner"])
    make.RoleAssignmentFactory(person=people["leaver"], role=Role.PRINCIPAL, school=riverside, ends_on=last_week)
    focus = make.FocusFactory(section=section, competency=idea["compare"], chosen_by=people["teacher"])
    return World(
        today=today,
        school=riverside,
        school_elsewhere=hillside,
        year=year,
        section=section,
        next_door=next_door,
        section_elsewhere=elsewhere,
        students=students,
        student_next_door=student_next_door,
        student_elsewhere=student_elsewhere,
        framework=framework,
        idea=idea,
        focus=focus,
        partner=organisation,
        people=people,
    )


# ------------------------------------------------------------------ acting
def viewer_of(person: Person | None) -> Viewer:
    """The viewer of a person, as a request of theirs would have it."""
    assert person is not None
    return viewer_for(person.pk, user_id=person.user.pk)


def sign_in(client: Client, person: Person) -> None:
    """Give this client the session of a person."""
    client.force_login(person.user, backend=settings.AUTHENTICATION_BACKENDS[0])


def client_for(person: Person | None, **options: object) -> Client:
    """A test client signed in as this person; nobody signed in for None. Options go to the client."""
    client = Client(**options)
    if person is not None:
        sign_in(client, person)
    return client


def see(
    by: Person,
    student: Student,
    competency: Competency,
    value: object,
    *,
    on: date | None = None,
    context: str = Context.CLASSWORK,
    key: uuid.UUID | None = None,
    section: Section | None = None,
    task: str = "",
    note: str = "",
) -> Recorded:
    """Record one piece through the service, as this person."""
    viewer = viewer_of(by)
    piece = NewPiece(
        key=key or uuid.uuid4(),
        student=student.public_id,
        competency=competency.public_id,
        value=None if value is None else Decimal(str(value)),
        observed_on=on or viewer.today,
        context=context,
        task_key=task,
        note=note,
    )
    return record_evidence(by=viewer, pieces=[piece], section_id=section.pk if section else None)[0]


def demonstrate(by: Person, student: Student, competency: Competency, *, until: date, value: object = 3) -> None:
    """Three pieces on three days in three contexts: enough for `criterion`."""
    for ago, context in ((9, Context.CLASSWORK), (5, Context.QUIZ), (0, Context.OBSERVATION)):
        see(by, student, competency, value, on=until - timedelta(days=ago), context=context)


# ------------------------------------------------------------------ fixtures
@pytest.fixture
def world(db: None, today: date) -> World:
    """The small world of this module's description, built once a process and written again for each test."""
    return again(("world", today), lambda: build_world(today))


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(person)` is a test client signed in as them; `client_of(None)` is a visitor's."""
    return client_for


def _cast(name: str) -> Callable[..., Person]:
    def person(world: World) -> Person:
        return world.people[name]

    person.__doc__ = f"`{name}` of the world."
    return pytest.fixture(name=name)(person)


teacher = _cast("teacher")
co_teacher = _cast("co_teacher")
teacher_next_door = _cast("teacher_next_door")
teacher_elsewhere = _cast("teacher_elsewhere")
former_teacher = _cast("former_teacher")
navigator = _cast("navigator")
specialist = _cast("specialist")
student = _cast("student")
student_elsewhere = _cast("student_elsewhere")
guardian = _cast("guardian")
other_guardian = _cast("other_guardian")
former_guardian = _cast("former_guardian")
principal = _cast("principal")
plan_lead = _cast("plan_lead")
principal_elsewhere = _cast("principal_elsewhere")
district = _cast("district")
operator = _cast("operator")
partner = _cast("partner")
leaver = _cast("leaver")


@pytest.fixture
def anonymous() -> None:
    """Nobody signed in."""
