"""The class on one branch: who can do what now, by name and by nothing else, and what nobody has looked at yet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import get_language

from accounts.models import Enrolment, Section, Student
from accounts.permissions import Permission, Viewer, current, students_for
from assessments.choices import Shape
from assessments.models import MasterySummary
from assessments.selectors.growth import Branch, branches_of
from competencies import wording as words


@dataclass(frozen=True, slots=True)
class MapRow:
    """One student's line: the shape of each cell with the competency of its column, in the order of the columns."""

    student: UUID
    name: str
    cells: list[tuple[str, UUID]]


@dataclass(frozen=True, slots=True)
class Unseen:
    """A competency, and the students nobody has looked at it with yet, by name."""

    competency: UUID
    name: str
    students: list[tuple[UUID, str]]
    is_everyone: bool


@dataclass(frozen=True, slots=True)
class ClassMap:
    """One branch of one class."""

    section: Section
    branches: list[Branch]
    columns: list[tuple[UUID, str]]
    rows: list[MapRow]
    unseen: list[Unseen]


def class_map(*, viewer: Viewer, section: Section, branch: str = "") -> ClassMap:
    """The branch `branch` (its parent's public id; anything else: the one most of the class was seen in).

    Students stand by name and no other order can be asked for. Five queries, however many students.
    """
    language = get_language() or "en"
    seat = Enrolment.objects.filter(current(viewer.today), student=OuterRef("pk"), section=section, is_active=True)
    students: list[Student] = list(
        students_for(viewer, Permission.READ_EVIDENCE)
        .filter(Exists(seat))
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    seen: dict[tuple[int, int], MasterySummary] = {
        (row.student_id, row.competency_id): row
        for row in MasterySummary.objects.filter(student__in=students, pieces__gt=0).only(
            "student_id", "competency_id", "shape", "held", "pieces"
        )
    }
    touched = sorted({competency for _student, competency in seen})
    rows = branches_of(viewer=viewer, competency_ids=touched)
    counts = {key: sum(pk in members for _s, pk in seen) for key, members in rows.members.items()}
    if branch not in rows.members:
        branch = max(counts, key=lambda key: counts[key], default="")
    mine = rows.members.get(branch, [])
    known = words.known([*mine, *rows.parents.values()], language=language)
    in_branch = [pk for pk in mine if any((student.pk, pk) in seen for student in students)]
    return ClassMap(
        section=section,
        branches=[
            Branch(key, rows.name(key, known), sum(pk in touched for pk in ids), key == branch)
            for key, ids in rows.members.items()
        ],
        columns=[(known[pk].public_id, known[pk].name) for pk in in_branch],
        rows=[
            MapRow(
                student.public_id,
                student.person.display_name,
                [(_shape(seen.get((student.pk, pk))), known[pk].public_id) for pk in in_branch],
            )
            for student in students
        ],
        unseen=[_unseen(known[pk], students, seen) for pk in mine if any((s.pk, pk) not in seen for s in students)],
    )


def _shape(summary: MasterySummary | None) -> str:
    return Shape.OPEN if summary is None else summary.shape


def _unseen(known: words.Known, students: list[Student], seen: dict[tuple[int, int], MasterySummary]) -> Unseen:
    missing = [(s.public_id, s.person.display_name) for s in students if (s.pk, known.pk) not in seen]
    return Unseen(known.public_id, known.name, missing, len(missing) == len(students))
