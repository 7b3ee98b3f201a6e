"""Builds the people and classes of the demonstration district from a seed. Pure and deterministic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from config.demo.content import Content, SchoolContent
from config.demo.families import MAYA, Families
from config.demo.names import Usernames
from config.demo.people import District
from config.demo.rooms import Rooms
from config.demo.staff import DEMO_SCHOOL, Staff
from config.demo.years import plan_years

SIZES = ("small", "full")


def build_district(content: Content, *, seed: int, today: date, size: str = "full") -> District:
    """The whole district as it stands on `today`. The same arguments give the same district.

    "full" has about 900 students in 3 schools, "small" the same 3 schools with one small class a grade.
    Raises ValueError for an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"The size is one of {', '.join(SIZES)}, not {size!r}.")
    people = content.people
    schools = tuple(_scaled(school, size) for school in people.schools)
    years = plan_years(today, tuple(school.code for school in schools))
    usernames = Usernames()
    staff = Staff(people, seed, schools, usernames)
    staff.hire()
    families = Families(people, seed, today, years, schools, staff.specialists, usernames)
    families.settle()
    rooms = Rooms(people, seed, years, schools, staff, families.children)
    rooms.fill()
    rooms.share_caseloads()
    return District(
        seed=seed,
        today=today,
        years=years,
        schools=schools,
        adults={**staff.adults, **families.adults},
        children=families.children,
        classes=tuple(rooms.sections),
        cast={**staff.cast, "guardian": families.children[MAYA].guardians[0], "student": MAYA},
        demo_class=next(c.key for c in rooms.sections if c.year == "current" and MAYA in c.students),
    )


def _scaled(school: SchoolContent, size: str) -> SchoolContent:
    if size == "full":
        return school
    return replace(school, classes_per_grade=1, class_size=12 if school.code == DEMO_SCHOOL else 8)
