"""Classes of both years, and who holds whose plan. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from config.demo.chance import some, stream
from config.demo.content import PeopleContent, SchoolContent
from config.demo.families import MAYA
from config.demo.people import Child, ClassPlan
from config.demo.staff import DEMO_SCHOOL, Staff
from config.demo.years import YearPlan, Years

WITHOUT_NAVIGATOR = 0.02


@dataclass(slots=True)
class Rooms:
    """Puts children into mixed classes and gives each plan an adult; changes `children` in place."""

    people: PeopleContent
    seed: int
    years: Years
    schools: tuple[SchoolContent, ...]
    staff: Staff
    children: dict[str, Child]
    sections: list[ClassPlan] = field(default_factory=list)

    def fill(self) -> None:
        """Mixed classes of both years: names are shuffled, nothing else decides who sits where."""
        for year in (self.years.previous, self.years.current):
            here: dict[tuple[str, int], list[str]] = defaultdict(list)
            for child in self.children.values():
                if year.key == "current":
                    here[child.school, child.grade].append(child.key)
                elif child.previous_school is not None:
                    here[child.previous_school, child.grade - 1].append(child.key)
            for school in self.schools:
                for grade in school.grades:
                    self._classes_of(school, year, grade, here[school.code, grade])

    def _classes_of(self, school: SchoolContent, year: YearPlan, grade: int, students: list[str]) -> None:
        if not students:
            return
        rng = stream(self.seed, "classes", year.key, school.code, grade)
        parallel = school.classes_per_grade
        first = (grade - school.grades[0]) * parallel
        staff = self.staff.teachers[school.code]
        base = len(school.grades) * parallel
        if school.kind != "middle":
            for place, members in enumerate(self._mix(rng, students, parallel, year)):
                room = self._room(school, grade, place)
                self._open(school, year, grade, "elementary", (staff[first + place],), members, room=room)
            return
        half = parallel // 2 or 1
        for place, members in enumerate(self._mix(rng, students, parallel, year)):
            math_place = (grade - school.grades[0]) * half + place // 2
            teachers = (staff[base + math_place % max(1, len(staff) - base)],)
            self._open(school, year, grade, "middle_math", teachers, members, period=place + 1 + (grade - 6) % 2)
        for place, members in enumerate(self._mix(rng, students, parallel, year)):
            teachers = (staff[first + place],)
            self._open(school, year, grade, "middle_advisory", teachers, members, letter="ABCDEF"[place])

    def _mix(self, rng: Random, students: list[str], parallel: int, year: YearPlan) -> list[list[str]]:
        shuffled = some(rng, students, len(students))
        groups = [shuffled[place::parallel] for place in range(parallel)]
        if year.key == "current" and MAYA in shuffled:
            groups.sort(key=lambda members: MAYA in members)
        return groups

    def _room(self, school: SchoolContent, grade: int, place: int) -> int:
        if school.code == DEMO_SCHOOL:
            return 4 * (grade - 3) + 4 - (school.classes_per_grade - 1 - place)
        return 20 + 5 * (grade - 3) + place

    def _open(
        self,
        school: SchoolContent,
        year: YearPlan,
        grade: int,
        kind: str,
        teachers: tuple[str, ...],
        students: list[str],
        **place: object,
    ) -> None:
        course = self.people.courses[kind]
        self.sections.append(
            ClassPlan(
                key=f"class/{year.key}/{school.code}/{kind}/{grade}/{'-'.join(map(str, place.values()))}",
                school=school.code,
                year=year.key,
                grade=grade,
                title=course.title.format(grade=grade, **place),
                course=course.course.format(grade=grade),
                course_code=course.code.format(grade=grade),
                subjects=course.subjects,
                teachers=teachers,
                students=tuple(students),
                starts_on=year.starts_on,
                after=year.after,
            )
        )

    def share_caseloads(self) -> None:
        """Every student gets a navigator, about a dozen each; a few wait for one. Last year's is drawn anew."""
        for school in self.schools:
            for year in ("previous", "current"):
                rng = stream(self.seed, "caseloads", school.code, year)
                holders = [*self.staff.helpers[school.code], *self.staff.teachers[school.code]]
                where = "school" if year == "current" else "previous_school"
                mine = [c.key for c in self.children.values() if getattr(c, where) == school.code]
                rng.shuffle(mine)
                for place, key in enumerate(mine):
                    holder = holders[place % len(holders)]
                    child = self.children[key]
                    if year == "previous":
                        self.children[key] = replace(child, previous_navigator=holder)
                    elif key == MAYA:
                        self.children[key] = replace(child, navigator=self.staff.cast["navigator"])
                    elif rng.random() >= WITHOUT_NAVIGATOR:
                        self.children[key] = replace(child, navigator=holder)
