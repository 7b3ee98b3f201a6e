"""The class notice: where many share a need, change the teaching first. Added above the flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from supports.rules.terms import NEED_RULES, Rule, Subject

NOTICE_SECTION_SIZE = 10
NOTICE_STUDENTS = 5
NOTICE_PER_CENT = 20


@dataclass(frozen=True, slots=True)
class Need:
    """A live flag of a student as the class notice sees it; rules that do not speak of a need are passed over."""

    student: int
    rule: Rule
    subject: Subject


@dataclass(frozen=True, slots=True)
class SectionPicture:
    """A section: who sits in it today, and what it works on (its Focus, and what has evidence from it)."""

    section: int
    students: frozenset[int]
    competencies: frozenset[int]


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """Many of a section share a need on one competency. `students` are those whose cards are folded under it."""

    section: int
    competency: int
    students: frozenset[int]
    of_students: int


def needed_competency(subject: Subject) -> int:
    """What a need is about: the competency, of a pair the earlier one, because that is where help helps."""
    return subject.competency if subject.earlier is None else subject.earlier


def class_notices(sections: Iterable[SectionPicture], needs: Iterable[Need]) -> list[NoticePlan]:
    """The notices of the daily run: more than 20 % of a section of at least 10, and at least 5 students.

    Students share a need when they have a live STALLED or PREREQ_GAP flag about the same competency; a student
    counts once. Only competencies the section works on are looked at (for PREREQ_GAP: either of the pair), so
    that a need in fractions is no notice to the music class. Ordered by section, then competency.
    """
    by_student: dict[int, list[Need]] = {}
    for need in needs:
        if need.rule in NEED_RULES:
            by_student.setdefault(need.student, []).append(need)
    notices: list[NoticePlan] = []
    for section in sorted(sections, key=lambda section: section.section):
        size = len(section.students)
        if size < NOTICE_SECTION_SIZE:
            continue
        sharing: dict[int, set[int]] = {}
        for student in section.students:
            for need in by_student.get(student, ()):
                if section.competencies & {need.subject.competency, need.subject.earlier}:
                    sharing.setdefault(needed_competency(need.subject), set()).add(student)
        notices += [
            NoticePlan(section.section, competency, frozenset(students), size)
            for competency, students in sorted(sharing.items())
            if len(students) >= NOTICE_STUDENTS and len(students) * 100 > size * NOTICE_PER_CENT
        ]
    return notices
