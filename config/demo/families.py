"""The families of the demonstration district and their children. Pure.

Names and languages are drawn apart from everything about learning: nothing a child shows later can follow from a
name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from random import Random

from config.demo.chance import stream
from config.demo.content import NameGroup, PeopleContent, SchoolContent
from config.demo.names import Usernames, phone, plain
from config.demo.people import Adult, Child
from config.demo.staff import DEMO_GRADE, DEMO_SCHOOL
from config.demo.years import Years

NEW_THIS_YEAR = 0.05
WITH_SPECIALIST = 0.08
WITH_ACCOUNT = 0.72
MAYA = "child/0/0"


@dataclass(slots=True)
class Families:
    """Children and their guardians, by key; `specialists` names the counselor of each school."""

    people: PeopleContent
    seed: int
    today: date
    years: Years
    schools: tuple[SchoolContent, ...]
    specialists: dict[str, str]
    usernames: Usernames
    adults: dict[str, Adult] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)

    def settle(self) -> None:
        """Families with one to three children, until every seat is taken; siblings go to neighbouring schools."""
        rng = stream(self.seed, "families")
        campuses: dict[bool, list[tuple[str, int]]] = defaultdict(list)
        for school in self.schools:
            for grade in school.grades:
                seats = school.classes_per_grade * school.class_size
                campuses[school.kind == "all"] += [(school.code, grade)] * seats
        for seats_left in campuses.values():
            rng.shuffle(seats_left)
        campuses[True].remove((DEMO_SCHOOL, DEMO_GRADE))
        self._first_family()
        groups = [group for group in self.people.groups for _ in range(group.share)]
        number = 1
        while any(campuses.values()):
            total = sum(map(len, campuses.values()))
            pool = campuses[rng.random() * total < len(campuses[True])]
            size = min(len(pool), rng.choices((1, 2, 3), (78, 19, 3))[0])
            self._family(rng, number, rng.choice(groups), [pool.pop() for _ in range(size)])
            number += 1

    def _first_family(self) -> None:
        """Maya and her parents: the student and the family a visitor can be."""
        mother = Adult(
            key="guardian/0/0",
            given="Lucía",
            family="Ruiz",
            languages=("es", "en"),
            username="demo.guardian",
            email="lucia.ruiz@example.org",
            phone="615-555-0118",
            language="es",
        )
        father = Adult(
            key="guardian/0/1",
            given="Karim",
            family="Haddad",
            languages=("ar", "en"),
            username="karim.haddad.family",
            email="karim.haddad@example.org",
            phone="615-555-0127",
        )
        self.adults |= {mother.key: mother, father.key: father}
        self.usernames.taken |= {mother.username, father.username}
        self.names.add(("Maya", "Haddad Ruiz"))
        self.children[MAYA] = Child(
            key=MAYA,
            given="Maya",
            family="Haddad Ruiz",
            languages=("es", "ar", "en"),
            voice="en",
            grade=DEMO_GRADE,
            school=DEMO_SCHOOL,
            previous_school=DEMO_SCHOOL,
            entered_on=self.years.previous.starts_on,
            guardians=(mother.key, father.key),
            navigator=None,
            previous_navigator=None,
            specialist=self.specialists[DEMO_SCHOOL],
            username="demo.student",
        )

    def _family(self, rng: Random, number: int, group: NameGroup, seats: list[tuple[str, int]]) -> None:
        first = rng.choice(group.family)
        second = rng.choice([name for name in group.family if name != first])
        two_parents = rng.random() < 0.78
        guardians = [self._guardian(rng, number, 0, group, first if rng.random() < 0.6 else second)]
        if two_parents:
            other = rng.choice(self.people.groups) if rng.random() < 0.06 else group
            name = rng.choice(other.family) if other is not group else first
            guardians.append(self._guardian(rng, number, 1, other, name))
        surname = f"{first} {second}" if group.two_family_names and rng.random() < 0.5 else first
        languages = dict.fromkeys([*group.home_languages, "en"])
        for place, (school, grade) in enumerate(seats):
            given = self._given(rng, group, surname)
            speaks_spanish = "es" in languages and rng.random() < 0.4
            previous, entered = self._before(rng, school, grade)
            key = f"child/{number}/{place}"
            self.children[key] = Child(
                key=key,
                given=given,
                family=surname,
                languages=tuple(languages),
                voice="es" if speaks_spanish else "en",
                grade=grade,
                school=school,
                previous_school=previous,
                entered_on=entered,
                guardians=tuple(guardians),
                navigator=None,
                previous_navigator=None,
                specialist=self.specialists[school] if rng.random() < WITH_SPECIALIST else None,
                username=self.usernames.claim(f"{plain(given)}.{plain(surname)[:14]}"),
            )

    def _given(self, rng: Random, group: NameGroup, surname: str) -> str:
        free = [name for name in group.given if (name, surname) not in self.names]
        given = rng.choice(free)
        self.names.add((given, surname))
        return given

    def _guardian(self, rng: Random, number: int, place: int, group: NameGroup, family: str) -> str:
        key = f"guardian/{number}/{place}"
        taken = self.adults[f"guardian/{number}/0"].given if place else ""
        given = rng.choice([name for name in group.adult_given if name != taken])
        language = group.home_languages[0]
        has_account = rng.random() < WITH_ACCOUNT
        username = self.usernames.claim(f"{plain(given)}.{plain(family)}.family") if has_account else ""
        address = f"{plain(given)}.{plain(family)}.{number}{'ab'[place]}@example.org" if has_account else ""
        self.adults[key] = Adult(
            key=key,
            given=given,
            family=family,
            languages=tuple(dict.fromkeys([*group.home_languages, "en"])),
            username=username,
            email=address,
            phone=phone(self.seed, key),
            language=language if language in ("en", "es") else "",
        )
        return key

    def _before(self, rng: Random, school: str, grade: int) -> tuple[str | None, date]:
        """Where this child learned last year, and since when it is ours."""
        current, previous = self.years.current, self.years.previous
        if rng.random() < NEW_THIS_YEAR:
            late = [d for d in current.days if d < self.today][: len(current.days) // 3]
            return None, rng.choice(late[:1] * 3 + late[::9])
        if grade == 3:
            return None, current.starts_on
        kinds = {s.code: s for s in self.schools}
        if grade - 1 in kinds[school].grades:
            return school, previous.starts_on
        feeders = [s.code for s in self.schools if grade - 1 in s.grades and s.kind != "all"]
        return feeders[0], previous.starts_on
