"""Who lives in the demonstration district: shapes of its people and classes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config.demo.content import SchoolContent
from config.demo.years import Years


@dataclass(frozen=True, slots=True)
class Adult:
    """Someone who works for the schools, belongs to a family, or is a partner.

    `roles` are (role, school code or None for the district). `language` is the language of the account ("" asks the
    browser). `username` is empty for someone without an account.
    """

    key: str
    given: str
    family: str
    languages: tuple[str, ...]
    username: str
    email: str
    phone: str
    language: str = ""
    roles: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A student.

    `voice` is the language in which this child likes to say things here. `previous_school` is None for a child who
    came this year, and for grade 3, where our records begin. `navigator` is None for the few who wait for one.
    """

    key: str
    given: str
    family: str
    languages: tuple[str, ...]
    voice: str
    grade: int
    school: str
    previous_school: str | None
    entered_on: date
    guardians: tuple[str, ...]
    navigator: str | None
    previous_navigator: str | None
    specialist: str | None
    username: str


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A section of one year. `teachers` names the primary one first; `after` is the first day after it."""

    key: str
    school: str
    year: str
    grade: int
    title: str
    course: str
    course_code: str
    subjects: tuple[str, ...]
    teachers: tuple[str, ...]
    students: tuple[str, ...]
    starts_on: date
    after: date

    @property
    def teaches_math(self) -> bool:
        """Whether mathematics is seen here."""
        return "mathematics" in self.subjects

    @property
    def teaches_self_direction(self) -> bool:
        """Whether self-direction is seen here."""
        return "self-direction" in self.subjects


@dataclass(frozen=True, slots=True)
class District:
    """Everyone, both years. `cast` maps a demonstration role ("teacher", "guardian" ...) to a key."""

    seed: int
    today: date
    years: Years
    schools: tuple[SchoolContent, ...]
    adults: Mapping[str, Adult]
    children: Mapping[str, Child]
    classes: tuple[ClassPlan, ...]
    cast: Mapping[str, str]
    demo_class: str

    def classes_of(self, year: str) -> list[ClassPlan]:
        """The classes of "previous" or "current"."""
        return [c for c in self.classes if c.year == year]
