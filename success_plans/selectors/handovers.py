"""The handovers somebody is part of: offered to them, waiting from them, answered lately."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import HandoverState
from accounts.models import CaseloadHandover, Student
from accounts.names import grade_word
from accounts.permissions import Permission, Viewer, students_for

LOOKED_BACK = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Offer:
    """A handover. `student` and `name` are empty for a reader who does not see the student (yet)."""

    public_id: UUID
    student: UUID | None
    name: str
    grade: str
    school: str
    from_name: str
    to_name: str
    asked_by: str
    asked_on: date
    note: str
    state: str
    state_name: str
    answer: str


@dataclass(frozen=True, slots=True)
class Mine:
    """Somebody's own handovers."""

    to_me: list[Offer] = field(default_factory=list)
    from_me: list[Offer] = field(default_factory=list)
    answered: list[Offer] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)


def offers(*, viewer: Viewer) -> QuerySet[CaseloadHandover]:
    """Every handover, oldest first, with its people; who calls narrows it to what this viewer may read."""
    return CaseloadHandover.objects.select_related(
        "student__person", "student__school", "from_person", "to_person", "asked_by"
    ).order_by("asked_at", "pk")


def offer_of(*, viewer: Viewer, row: CaseloadHandover, is_seen: bool) -> Offer:
    """A handover as it is shown; without the student while this viewer does not see them (`is_seen`)."""
    student = row.student
    return Offer(
        public_id=row.public_id,
        student=student.public_id if is_seen else None,
        name=student.person.display_name if is_seen else "",
        grade=grade_word(student.grade),
        school=student.school.name if student.school else "",
        from_name=row.from_person.display_name if row.from_person else "",
        to_name=row.to_person.display_name,
        asked_by=row.asked_by.display_name,
        asked_on=timezone.localtime(row.asked_at).date(),
        note=row.note,
        state=row.state,
        state_name=str(row.get_state_display()),
        answer=row.answer,
    )


def offered_to_me(*, viewer: Viewer) -> list[Offer]:
    """What waits for this viewer's yes or no, oldest first. Two queries; a student they do not see has no name yet."""
    rows = list(
        offers(viewer=viewer).filter(to_person=viewer.person_id, state=HandoverState.WAITING, student__is_active=True)
    )
    seen = _seen(viewer, rows)
    return [offer_of(viewer=viewer, row=row, is_seen=row.student_id in seen) for row in rows]


def handovers(*, viewer: Viewer) -> Mine:
    """Everything on the page of one's own handovers: offered to me, waiting from me, answered in the last weeks."""
    since = timezone.now() - LOOKED_BACK
    rows = list(
        offers(viewer=viewer).filter(
            Q(to_person=viewer.person_id) | Q(asked_by=viewer.person_id) | Q(from_person=viewer.person_id),
            Q(state=HandoverState.WAITING) | Q(answered_at__gte=since),
            student__is_active=True,
        )
    )
    seen = _seen(viewer, rows)
    mine = Mine()
    for row in rows:
        offer = offer_of(viewer=viewer, row=row, is_seen=row.student_id in seen)
        if row.state != HandoverState.WAITING:
            mine.answered.append(offer)
        elif row.to_person_id == viewer.person_id:
            mine.to_me.append(offer)
        else:
            mine.from_me.append(offer)
    waiting = {row.student_id for row in rows if row.state == HandoverState.WAITING}
    mine.students.extend(
        s
        for s in students_for(viewer, Permission.HOLD_PLAN).select_related("person").order_by("person__sort_name", "pk")
        if s.pk not in waiting
    )
    return mine


def _seen(viewer: Viewer, rows: list[CaseloadHandover]) -> set[int]:
    if not rows:
        return set()
    return set(
        students_for(viewer, Permission.SEE_STUDENT)
        .filter(pk__in={row.student_id for row in rows})
        .values_list("pk", flat=True)
    )


def handover_by_id(*, viewer: Viewer, public_id: UUID) -> CaseloadHandover | None:
    """A handover this viewer is part of, or of a school whose navigators they name."""
    return (
        offers(viewer=viewer)
        .filter(
            Q(to_person=viewer.person_id)
            | Q(asked_by=viewer.person_id)
            | Q(from_person=viewer.person_id)
            | Q(student__school_id__in=viewer.school_ids()),
            public_id=public_id,
        )
        .first()
    )
