"""Who works in the demonstration district. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from config.demo.chance import stream
from config.demo.content import PeopleContent, SchoolContent
from config.demo.names import Usernames, phone, plain
from config.demo.people import Adult

CASELOAD = 12
DEMO_SCHOOL, DEMO_GRADE = "cedar-bend", 5
KEPT = {"Renee", "Odette", "Rosalind", "Yusuf", "Baptiste", "Laurent", "Whitfield", "Hassan"}
"""Names of people a visitor meets; nobody else carries them."""
SPECIALISTS = {DEMO_SCHOOL: ("Yusuf", "Hassan")}
PRINCIPALS = {DEMO_SCHOOL: ("Rosalind", "Whitfield")}


@dataclass(slots=True)
class Staff:
    """Everyone who works here, by key, and who does what in which school."""

    people: PeopleContent
    seed: int
    schools: tuple[SchoolContent, ...]
    usernames: Usernames
    adults: dict[str, Adult] = field(default_factory=dict)
    cast: dict[str, str] = field(default_factory=dict)
    teachers: dict[str, list[str]] = field(default_factory=dict)
    helpers: dict[str, list[str]] = field(default_factory=dict)
    specialists: dict[str, str] = field(default_factory=dict)

    def hire(self) -> None:
        """Teachers, other adults who hold plans, leads and specialists of every school, and the district's own."""
        rng = stream(self.seed, "staff")
        given = [n for n in self.people.staff_given if n not in KEPT]
        family = [n for n in self.people.staff_family if n not in {"Baptiste", "Laurent", "Whitfield", "Hassan"}]
        rng.shuffle(given)
        pairs = self._staff_names(rng, given, family)
        for school in self.schools:
            count = len(school.grades) * school.classes_per_grade
            teaching = count + count // 2 if school.kind == "middle" else count
            students = count * school.class_size
            holding = max(0, math.ceil(students / CASELOAD) - teaching)
            self.teachers[school.code] = [
                self._employ(f"teacher/{school.code}/{n}", *next(pairs), ("teacher", school.code))
                for n in range(teaching)
            ]
            self.helpers[school.code] = [
                self._employ(f"helper/{school.code}/{n}", *next(pairs), ("navigator", school.code))
                for n in range(holding)
            ]
            name = PRINCIPALS.get(school.code) or next(pairs)
            self._employ(f"principal/{school.code}", *name, ("principal", school.code))
            self._employ(f"lead/{school.code}", *next(pairs), ("plan_lead", school.code))
            name = SPECIALISTS.get(school.code) or next(pairs)
            self.specialists[school.code] = self._employ(
                f"specialist/{school.code}", *name, ("specialist", school.code)
            )
        for role in ("district_admin", "privacy_officer", "operator"):
            self._employ(role, *next(pairs), (role, None))
        for number, partner in enumerate(self.people.partners[:2]):
            key = self._employ(f"partner/{number}", *next(pairs), ("partner", None))
            self.adults[key] = replace(self.adults[key], email=f"{plain(partner)}@example.org")
        self._cast_staff()

    def _staff_names(self, rng: Random, given: list[str], family: list[str]) -> Iterator[tuple[str, str]]:
        for turn in range(len(family)):
            rotated = family[turn:] + family[:turn]
            yield from zip(given, rotated, strict=False)

    def _employ(self, key: str, given: str, family: str, role: tuple[str, str | None]) -> str:
        username = self.usernames.claim(plain(given)[:1] + plain(family))
        address = f"{username}@riverbend.example.org"
        self.adults[key] = Adult(key, given, family, ("en",), username, address, phone(self.seed, key), "en", (role,))
        return key

    def _cast_staff(self) -> None:
        """The people a visitor can be keep their names whatever the seed."""
        teacher = self._room_teacher()
        navigator = self.helpers[DEMO_SCHOOL][0] if self.helpers[DEMO_SCHOOL] else self.teachers[DEMO_SCHOOL][-1]
        self._rename(teacher, "Renee", "Baptiste", ("en", "ht"))
        self._rename(navigator, "Odette", "Laurent", ("en", "ht", "es"))
        self.cast |= {
            "teacher": teacher,
            "navigator": navigator,
            "principal": f"principal/{DEMO_SCHOOL}",
            "plan_lead": f"lead/{DEMO_SCHOOL}",
            "district_admin": "district_admin",
            "partner": "partner/0",
            "operator": "operator",
        }
        for role, key in self.cast.items():
            self.adults[key] = replace(self.adults[key], username=f"demo.{role}")

    def _room_teacher(self) -> str:
        school = next(s for s in self.schools if s.code == DEMO_SCHOOL)
        place = (school.grades.index(DEMO_GRADE) + 1) * school.classes_per_grade - 1
        return self.teachers[DEMO_SCHOOL][place]

    def _rename(self, key: str, given: str, family: str, languages: tuple[str, ...]) -> None:
        address = f"{plain(given)[:1]}{plain(family)}@riverbend.example.org"
        self.adults[key] = replace(self.adults[key], given=given, family=family, languages=languages, email=address)
