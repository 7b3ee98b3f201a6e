"""Safety holds: what of a student's record is not shown to the family and the student, at once and until it ends.

A hold stops display, messages and digests; adults at school keep reading. Formal inspection goes by the
privacy officer. Family pages ask `withheld_from` and leave out what it `covers`, without a word that something is
left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.choices import RelationshipKind
from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, can, current, students_for
from success_plans.choices import Subject
from success_plans.models import SafetyHold


@dataclass(frozen=True, slots=True)
class HeldSet:
    """What is on hold for one student: the whole plan, or single entries as (`Subject`, public id)."""

    whole_plan: bool = False
    entries: frozenset[tuple[str, UUID]] = frozenset()

    def covers(self, subject: str, public_id: UUID | None) -> bool:
        """Whether this entry is on hold; a hold on the plan covers every entry."""
        return self.whole_plan or (public_id is not None and (str(subject), public_id) in self.entries)

    def of(self, subject: str) -> list[UUID]:
        """The public ids of the entries of one kind on hold."""
        return [public_id for kind, public_id in self.entries if kind == subject]

    def __bool__(self) -> bool:
        return self.whole_plan or bool(self.entries)


NOTHING_HELD = HeldSet()


def held(student: Student) -> HeldSet:
    """Every hold in force for this student, whoever asks; also for a message nobody reads yet. One query."""
    return _in_force(student)


def _in_force(student: Student) -> HeldSet:
    rows = SafetyHold.objects.filter(student=student, ended_at__isnull=True).values_list("about", "about_id")
    pairs = list(rows)
    return HeldSet(
        whole_plan=any(about == Subject.PLAN for about, _id in pairs),
        entries=frozenset((about, public_id) for about, public_id in pairs if public_id is not None),
    )


def withheld_from(*, viewer: Viewer, student: Student) -> HeldSet:
    """What is held back from this viewer: nothing from adults at school, everything on hold from family and student.

    Whoever is family counts as family, on whatever other ground they came in. At most two queries.
    """
    if viewer.own_student_id != student.pk and (
        RelationshipKind.GUARDIAN not in viewer.kinds
        or not Relationship.objects.filter(
            current(viewer.today), student=student, person=viewer.person_id, kind=RelationshipKind.GUARDIAN
        ).exists()
    ):
        return NOTHING_HELD
    return _in_force(student)


def may_hold(*, viewer: Viewer, student: Student) -> bool:
    """The navigator who holds the plan, and a plan lead of the school, place and end holds."""
    if can(viewer, Permission.HOLD_PLAN, student).allowed:
        return True
    return student.school is not None and can(viewer, Permission.TRANSFER_PLANS, student.school).allowed


def holds_of(*, viewer: Viewer, student: Student) -> list[SafetyHold]:
    """Holds of a student for those who place them, those in force first, then newest first."""
    rows = SafetyHold.objects.filter(student=student).select_related("placed_by", "ended_by").order_by("-placed_at")
    return sorted(rows, key=lambda row: row.ended_at is not None)


def hold_by_id(*, viewer: Viewer, public_id: UUID) -> SafetyHold | None:
    """A hold about a student this viewer sees, or whose school they lead."""
    row = SafetyHold.objects.select_related("student__person", "student__school").filter(public_id=public_id).first()
    if row is None:
        return None
    is_mine = students_for(viewer, Permission.READ_PLAN).filter(pk=row.student_id).exists()
    return row if is_mine or row.student.school_id in viewer.school_ids() else None
