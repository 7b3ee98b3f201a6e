"""Who holds whose plan: naming, offering, accepting, declining and moving navigators.

A student has one navigator. The moment a handover takes effect, the old link ends that day (half-open: already today
it opens nothing) and the new one begins; what the old navigator still had open for the student goes along. Everything
locks in one order: students, handovers, links, flags, steps, supports, each by key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.choices import HandoverState, RelationshipKind, Source
from accounts.models import CaseloadHandover, Person, Relationship, School, Student
from accounts.permissions import Permission, Viewer, can, current
from success_plans.models import CycleStep
from success_plans.selectors.caseloads import adults_of
from supports.choices import LIVE_FLAG_STATES, SupportState
from supports.models import Flag, Support

LARGEST_CAP = 500
OPEN_SUPPORTS = (SupportState.PLANNED, SupportState.RUNNING)


class CaseloadError(ValueError):
    """A handover that cannot be; the message says why and what stands now. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Move:
    """A student (key) and the adult (person key) who shall hold the plan."""

    student_id: int
    to_id: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of several moves: how many took effect, and how many were so already."""

    moved: int
    unchanged: int


# ------------------------------------------------------------------ offers
def offer_handover(*, by: Viewer, student: Student, to: Person, note: str = "") -> CaseloadHandover:
    """Ask an adult to take over a student. Nothing changes until they accept.

    The same offer twice is one. Raises CaseloadError while another one waits, and when `to` holds the plan already;
    PermissionError when the one who asks neither holds the plan nor leads the school any more.
    """
    with transaction.atomic():
        _lock_students([student.pk])
        _require_may_move(by, student)
        holders = _holders([student.pk], by.today).get(student.pk, [])
        if to.pk in holders:
            raise CaseloadError(_("%(name)s is the navigator already.") % {"name": to.display_name})
        waiting = (
            CaseloadHandover.objects.filter(student=student, state=HandoverState.WAITING)
            .select_related("to_person")
            .first()
        )
        if waiting is not None:
            if waiting.to_person_id == to.pk:
                return waiting
            raise CaseloadError(
                _("This student is offered to %(name)s already. Take that back first, or wait for the answer.")
                % {"name": waiting.to_person.display_name}
            )
        row = CaseloadHandover.objects.create(
            student=student,
            from_person_id=holders[0] if holders else None,
            to_person=to,
            note=_note(note),
            asked_by_id=by.actor_id,
        )
        _record(by, "handover.offer", row)
    return row


def accept_handover(*, by: Viewer, handover: CaseloadHandover) -> CaseloadHandover:
    """Take over: from this moment the old navigator sees the student no more, and the new one does.

    Accepting twice is once. Raises CaseloadError when it was taken back or declined meanwhile, and when whoever
    accepts works at the school no longer; PermissionError for anybody but the one it was offered to.
    """
    with transaction.atomic():
        row = _lock_waiting(by, handover, mine="to_person_id")
        if row.state == HandoverState.ACCEPTED:
            return row
        _require_waiting(row)
        if not _may_still_hold(by, row.student):
            raise CaseloadError(
                _("You work at this student’s school no longer, or you are family. Somebody there has to take over.")
            )
        _answer(row, HandoverState.ACCEPTED)
        _take_effect(by, [Move(row.student_id, row.to_person_id)])
        _record(by, "handover.accept", row)
    return row


def _may_still_hold(by: Viewer, student: Student) -> bool:
    """What was asked at the offer, asked again: they work at the student's school, and are no family of theirs."""
    if student.school is None:
        return False
    family = Relationship.objects.filter(
        current(by.today), student=student, person=by.actor_id, kind=RelationshipKind.GUARDIAN
    )
    adults = adults_of(viewer=by, school=student.school)
    return not family.exists() and adults.filter(pk=by.actor_id).exists()


def decline_handover(*, by: Viewer, handover: CaseloadHandover, answer: str = "") -> CaseloadHandover:
    """Say no, with a word why. Whoever holds the plan goes on holding it. Errors as in `accept_handover`."""
    with transaction.atomic():
        row = _lock_waiting(by, handover, mine="to_person_id")
        if row.state == HandoverState.DECLINED:
            return row
        _require_waiting(row)
        _answer(row, HandoverState.DECLINED, answer)
        _record(by, "handover.decline", row)
    return row


def withdraw_handover(*, by: Viewer, handover: CaseloadHandover) -> CaseloadHandover:
    """Take an offer back before it is answered. Raises CaseloadError when it was answered, PermissionError for
    anybody but who asked, who holds the plan, and who leads the school."""
    with transaction.atomic():
        row = _lock_waiting(by, handover, mine=None)
        if by.actor_id not in {row.asked_by_id, row.from_person_id}:
            _require_may_move(by, row.student)
        if row.state == HandoverState.WITHDRAWN:
            return row
        _require_waiting(row)
        _answer(row, HandoverState.WITHDRAWN)
        _record(by, "handover.withdraw", row)
    return row


def offer_many(*, by: Viewer, school: School, students: Collection[UUID], to: Person, note: str = "") -> int:
    """Offer several students of a school to one adult; those that already wait or are theirs are left. How many."""
    with transaction.atomic():
        rows = _students_of(by, school, students)
        holders = _holders([s.pk for s in rows], by.today)
        waits = set(
            CaseloadHandover.objects.filter(student__in=rows, state=HandoverState.WAITING).values_list(
                "student_id", flat=True
            )
        )
        offers = CaseloadHandover.objects.bulk_create(
            CaseloadHandover(
                student=student,
                from_person_id=next(iter(holders.get(student.pk, [])), None),
                to_person=to,
                note=_note(note),
                asked_by_id=by.actor_id,
            )
            for student in rows
            if student.pk not in waits and to.pk not in holders.get(student.pk, [])
        )
        _record_all(by, "handover.offer", offers)
    return len(offers)


def take_over_now(*, by: Viewer, school: School, moves: dict[UUID, Person], note: str = "") -> Moved:
    """Name navigators with effect at once: by the student's public id, who shall hold the plan.

    For plan leads and principals of this school; students of another one are not touched. Offers that wait for these
    students are taken back. Raises PermissionError for everybody else.
    """
    with transaction.atomic():
        rows = _students_of(by, school, moves)
        holders = _holders([s.pk for s in rows], by.today)
        wanted = [
            (student, moves[student.public_id])
            for student in rows
            if holders.get(student.pk, []) != [moves[student.public_id].pk]
        ]
        waiting = CaseloadHandover.objects.filter(
            student__in=[s.pk for s, _to in wanted], state=HandoverState.WAITING
        ).order_by("pk")
        for offer in waiting.select_for_update(of=("self",)):
            _answer(offer, HandoverState.WITHDRAWN)
        done = CaseloadHandover.objects.bulk_create(
            CaseloadHandover(
                student=student,
                from_person_id=next((pk for pk in holders.get(student.pk, []) if pk != to.pk), None),
                to_person=to,
                state=HandoverState.ACCEPTED,
                note=_note(note),
                asked_by_id=by.actor_id,
                answered_at=timezone.now(),
            )
            for student, to in wanted
        )
        _take_effect(by, [Move(row.student_id, row.to_person_id) for row in done])
        _record_all(by, "handover.now", done)
    return Moved(moved=len(done), unchanged=len(rows) - len(done))


def set_cap(*, by: Viewer, school: School, cap: int) -> School:
    """How many students one navigator of this school holds at most. Raises CaseloadError outside 1 to 500."""
    if not 1 <= cap <= LARGEST_CAP:
        raise CaseloadError(_("Choose a number from 1 to %(n)d.") % {"n": LARGEST_CAP})
    with transaction.atomic():
        row = School.objects.select_for_update(no_key=True).get(pk=school.pk)
        if not can(by, Permission.ASSIGN_NAVIGATORS, row).allowed:
            raise PermissionError
        if row.caseload_cap != cap:
            audit.record(
                by=by.person_id,
                action="caseload.cap",
                subject_type="school",
                subject_id=row.public_id,
                details={"from": row.caseload_cap, "to": cap},
            )
            row.caseload_cap = cap
            row.save(update_fields=["caseload_cap"])
    return row


# ------------------------------------------------------------------ taking effect
def _take_effect(by: Viewer, moves: Sequence[Move]) -> None:
    """The old links end, the new ones begin, what was open goes along. The students are locked already."""
    if not moves:
        return
    today = by.today
    to = {move.student_id: move.to_id for move in moves}
    links = list(
        Relationship.objects.filter(student_id__in=to, kind=RelationshipKind.CASELOAD)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    old = [link for link in links if link.person_id != to[link.student_id]]
    Relationship.objects.filter(pk__in=[link.pk for link in old]).update(ends_on=Greatest(F("starts_on"), today))
    kept = {link.student_id for link in links if link.person_id == to[link.student_id] and link.starts_on <= today}
    # A plan that came back on the same day opens the row of that day again.
    Relationship.objects.bulk_create(
        [
            Relationship(
                student_id=student_id,
                person_id=person_id,
                kind=RelationshipKind.CASELOAD,
                starts_on=today,
                source=Source.HAND,
            )
            for student_id, person_id in sorted(to.items())
            if student_id not in kept
        ],
        update_conflicts=True,
        update_fields=["ends_on"],
        unique_fields=["student", "person", "kind", "section", "starts_on"],
    )
    Relationship.objects.filter(
        pk__in=[link.pk for link in links if link.student_id in kept and link.person_id == to[link.student_id]]
    ).exclude(ends_on=None).update(ends_on=None)
    pairs: dict[tuple[int, int], list[int]] = {}  # (old navigator, new one): students
    for link in old:
        pairs.setdefault((link.person_id, to[link.student_id]), []).append(link.student_id)
    _pass_on(pairs, today)


def _pass_on(pairs: dict[tuple[int, int], list[int]], today: date) -> None:
    """Open flags, steps and supports of the old navigators; a few statements for each pair of adults.

    A class's flag stays with who teaches that class, navigator or not.
    """
    theirs = Q(pk__in=[])
    for (before, _after), students in pairs.items():
        theirs |= Q(owner=before, student_id__in=students)
    teaching = Relationship.objects.filter(
        current(today), kind=RelationshipKind.SECTION, person_id__in={before for before, _after in pairs}
    )
    taught = set(teaching.values_list("person_id", "student_id", "section_id"))
    flags = [
        flag
        for flag in Flag.objects.filter(theirs, state__in=LIVE_FLAG_STATES)
        .order_by("pk")
        .select_for_update(of=("self",))
        if (flag.owner_id, flag.student_id, flag.section_id) not in taught
    ]
    steps = list(CycleStep.objects.filter(theirs, done_on__isnull=True).order_by("pk").select_for_update(of=("self",)))
    supports = list(
        Support.objects.filter(theirs, state__in=OPEN_SUPPORTS).order_by("pk").select_for_update(of=("self",))
    )
    for (before, after), students in sorted(pairs.items()):
        with_these = Q(owner=before, student_id__in=students)
        Flag.objects.filter(with_these, pk__in=[row.pk for row in flags]).update(
            owner_id=after, version=F("version") + 1
        )
        CycleStep.objects.filter(with_these, pk__in=[row.pk for row in steps]).update(owner_id=after)
        Support.objects.filter(with_these, pk__in=[row.pk for row in supports]).update(
            owner_id=after, version=F("version") + 1
        )


# ------------------------------------------------------------------ what they share
def _lock_students(ids: Iterable[int]) -> list[Student]:
    """One mover at a time for each student, in one order."""
    return list(
        Student.objects.filter(pk__in=list(ids), is_active=True)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )


def _students_of(by: Viewer, school: School, public_ids: Iterable[UUID]) -> list[Student]:
    if not can(by, Permission.ASSIGN_NAVIGATORS, school).allowed:
        raise PermissionError
    ids = Student.objects.filter(public_id__in=list(public_ids), alias_of__isnull=True).values_list("pk", flat=True)
    return [student for student in _lock_students(ids) if student.school_id == school.pk]


def _require_may_move(by: Viewer, student: Student) -> None:
    """The navigator of today, or who names navigators at the student's school. Asked under the lock."""
    if can(by, Permission.HOLD_PLAN, student).allowed:
        return
    if student.school is None or not can(by, Permission.ASSIGN_NAVIGATORS, student.school).allowed:
        raise PermissionError


def _holders(student_ids: Iterable[int], today: date) -> dict[int, list[int]]:
    """By student, who holds the plan today, in the order in which they began."""
    found: dict[int, list[int]] = {}
    rows = Relationship.objects.filter(
        current(today), student_id__in=list(student_ids), kind=RelationshipKind.CASELOAD
    ).order_by("starts_on", "pk")
    for student_id, person_id in rows.values_list("student_id", "person_id"):
        found.setdefault(student_id, []).append(person_id)
    return found


def _lock_waiting(by: Viewer, handover: CaseloadHandover, *, mine: str | None) -> CaseloadHandover:
    """The offer as it stands, locked after its student; PermissionError when it is somebody else's."""
    _lock_students([handover.student_id])
    row = (
        CaseloadHandover.objects.select_for_update(of=("self",))
        .select_related("student__school", "student__person", "to_person")
        .get(pk=handover.pk)
    )
    if mine is not None and getattr(row, mine) != by.actor_id:
        raise PermissionError
    if not row.student.is_active:
        raise CaseloadError(_("This student has left the school. Nothing is to be handed over any more."))
    return row


def _require_waiting(row: CaseloadHandover) -> None:
    if row.state != HandoverState.WAITING:
        raise CaseloadError(
            _("This was answered meanwhile: %(state)s. Nothing was changed.") % {"state": row.get_state_display()}
        )


def _answer(row: CaseloadHandover, state: HandoverState, answer: str = "") -> None:
    row.state = state
    row.answer = answer.replace("\x00", "").strip()[:500]
    row.answered_at = timezone.now()
    row.version += 1
    row.save(update_fields=["state", "answer", "answered_at", "version"])


def _note(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:2000]


def _record(by: Viewer, action: str, row: CaseloadHandover) -> None:
    _record_all(by, action, [row])


def _record_all(by: Viewer, action: str, rows: Sequence[CaseloadHandover]) -> None:
    audit.record_many(
        [
            (
                by.person_id,
                action,
                "caseloadhandover",
                row.public_id,
                [row.student_id],
                "",
                {"from": row.from_person_id, "to": row.to_person_id},
            )
            for row in rows
        ]
    )
