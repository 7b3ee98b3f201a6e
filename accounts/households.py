"""Two households of one child, and what a legal document takes from one guardian.

Guardians whose links carry different marks (`Relationship.household`) see nothing of each other: no word, no name, no
way to reach them, no answer to a version. No mark is a mark like any other, so two unmarked links are one household.
Students and staff read both sides; they are asked here too, and get everybody.

A document closes blocks (`GuardianBlock`) to one guardian between its dates. "The whole page" is the policy's matter:
the child is gone for that guardian (404). A missing plan or missing evidence is refused by the policy as well
(`permissions.LIMITED`). The other blocks are withheld by the pages: ask `limited_blocks` and leave the block out with
`components/withheld.html`. A document is about a person: whoever comes in on another ground as well (a teacher's own
child) still finds these blocks closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from accounts.choices import GuardianBlock, RelationshipKind
from accounts.models import GuardianLimit, PersonMerge, Relationship, Student
from accounts.permissions import Permission, Viewer, current
from accounts.policy import LIMITED


def household_of(viewer: Viewer, student: Student) -> str:
    """The mark of this guardian's own household of this child; "" without one, and for everybody else. One query."""
    if RelationshipKind.GUARDIAN not in viewer.kinds:
        return ""
    rows = Relationship.objects.filter(
        current(viewer.today), student=student, person=viewer.person_id, kind=RelationshipKind.GUARDIAN
    ).order_by("starts_on", "pk")
    return marks_of(rows.values_list("person_id", "household")).get(viewer.person_id or 0, "")


def marks_of(links: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The household of each person, from (person id, mark) of their links to one child, oldest first.

    The office marks every link of a person alike, so a link without a mark beside one with a mark came in later (from
    a second record that was joined): it says nothing, and the mark stays.
    """
    marks: dict[int, str] = {}
    for person_id, mark in links:
        marks[person_id] = mark or marks.get(person_id, "")
    return marks


def other_household(viewer: Viewer) -> dict[int, frozenset[int]]:
    """By student id, the person ids of the other households of this guardian's children.

    One query where no record was joined to another; none for staff. Whoever was family once counts with the mark of
    the last link: what they said stays theirs, and so does what they said under a record that was joined to theirs.
    """
    if viewer.person_id is None or RelationshipKind.GUARDIAN not in viewer.kinds:
        return {}
    family = Relationship.objects.filter(kind=RelationshipKind.GUARDIAN)
    children = family.filter(current(viewer.today), person=viewer.person_id).values("student_id")
    links: dict[int, list[tuple[int, str]]] = {}
    joined = ArraySubquery(_JOINS.filter(kept=OuterRef("person_id")).values("absorbed_id"))
    rows = family.filter(student_id__in=children).order_by("starts_on", "pk").annotate(joined=joined)
    records: dict[int, set[int]] = {}
    for student_id, person_id, mark, absorbed in rows.values_list("student_id", "person_id", "household", "joined"):
        links.setdefault(student_id, []).append((person_id, mark))
        if absorbed:
            records[person_id] = set(absorbed)
    marks = {student_id: marks_of(several) for student_id, several in links.items()}
    for person_id, gone in records.items():
        everything = _with_earlier_joins(gone)
        for people in marks.values():
            if person_id in people:
                people |= dict.fromkeys(everything, people[person_id])
    return {
        student_id: frozenset(person for person, mark in people.items() if mark != people[viewer.person_id])
        for student_id, people in marks.items()
    }


_JOINS = PersonMerge.objects.filter(undone_at__isnull=True)


def _with_earlier_joins(records: set[int]) -> set[int]:
    """These absorbed records and those that were absorbed by them before."""
    found, newest = set(records), records
    while newest:
        newest = set(_JOINS.filter(kept__in=newest).values_list("absorbed_id", flat=True)) - found
        found |= newest
    return found


def same_household(viewer: Viewer, student: Student, person_ids: Iterable[int]) -> set[int]:
    """Those of these people whose words and names this viewer may be shown about this student. At most one query.

    Everybody but the guardians of another household, and everybody when the viewer is no guardian of the child.
    """
    return set(person_ids) - other_household(viewer).get(student.pk, frozenset())


def no_other_household(viewer: Viewer, *, student: str, person: str) -> Q:
    """For querysets over several children: rows whose `person` is of no other household of its `student`.

    Both are field paths, such as `no_other_household(viewer, student="plan__student", person="author")`.
    """
    kept = Q()
    for student_id, people in other_household(viewer).items():
        if people:
            kept &= ~Q(**{student: student_id, f"{person}__in": people})
    return kept


SILENCED_BY = tuple(block for block, taken in LIMITED.items() if Permission.SPEAK_AS_FAMILY in taken)
"""The blocks without which a guardian does not speak for the family: the whole page, and the plan."""


def speaks_for_family(on: date) -> Q:
    """For rows with a `student` and a `given_by`: who said it is family of the student on this day, and no document
    takes from them what they would speak about. Whoever was family once, or is silenced, is not asked and not counted.
    """
    kept = Q(student=OuterRef("student")) | Q(student=OuterRef("student__alias_of"))
    links = Relationship.objects.filter(current(on), kept, kind=RelationshipKind.GUARDIAN, person=OuterRef("given_by"))
    limits = GuardianLimit.objects.filter(current(on), kept, guardian=OuterRef("given_by"), block__in=SILENCED_BY)
    return Q(Exists(links)) & ~Q(Exists(limits))


def limited_blocks(viewer: Viewer, student: Student) -> frozenset[str]:
    """The `GuardianBlock`s a document closes to this viewer today; the whole page is every block. At most one query.

    Nobody but a guardian is limited, and then on whichever ground they come in.
    """
    if RelationshipKind.GUARDIAN not in viewer.kinds:
        return frozenset()
    blocks = frozenset(
        GuardianLimit.objects.filter(current(viewer.today), guardian=viewer.person_id, student=student).values_list(
            "block", flat=True
        )
    )
    return frozenset(GuardianBlock.values) if GuardianBlock.EVERYTHING in blocks else blocks
