"""Meetings: planned, prepared, run. A decision with an owner and a date becomes an action the moment it is typed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship, Student
from accounts.permissions import Viewer, current
from success_plans.choices import AttendeeRole, Interpreter, MeetingKind, MeetingState
from success_plans.errors import MeetingChangedError, PlanError, taken_back
from success_plans.models import Decision, Meeting, MeetingAttendee, Plan
from success_plans.selectors.open_meetings import family_hears
from success_plans.services.plans import plan_of
from supports.choices import Setting, SupportState, SupportType
from supports.models import Support
from supports.services.delivery import LIVE, end_support

LONGEST_TEXT = 4000
LONGEST_ACTION = timedelta(weeks=12)
OPEN = (MeetingState.PLANNED, MeetingState.RUNNING)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited: a person of the circle, or somebody by name; as what they come."""

    role: AttendeeRole
    person_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as planned."""

    kind: MeetingKind
    starts_at: datetime
    place: str = ""
    is_student_led: bool = False
    interpreter: Interpreter = Interpreter.NOT_NEEDED
    interpreter_language: str = ""
    agenda_extra: str = ""
    guests: Sequence[Guest] = field(default=())


@dataclass(frozen=True, slots=True)
class NewAction:
    """How a decision is carried out. `per_week` 0: it happens once."""

    type: SupportType = SupportType.CORE
    minutes: int = 20
    per_week: int = 0


@dataclass(frozen=True, slots=True)
class DecisionText:
    """What was decided. With an owner and a date it becomes an action."""

    text: str
    owner_id: int | None = None
    due_on: date | None = None
    action: NewAction = field(default_factory=NewAction)


def plan_meeting(*, by: Viewer, student: Student, facts: MeetingFacts, language: str) -> Meeting:
    """Plan a meeting. The caller has authorised the student. PlanError in words for an interpreter who is a student."""
    with transaction.atomic():
        plan = plan_of(by=by, student=student)
        _require_no_student_interprets(facts.guests)
        row = Meeting(plan=plan, language=language, called_by_id=by.actor_id)
        _fill(row, facts)
        row.save()
        _invite(row, facts.guests)
        _record(by, row, student.pk, "meeting.plan")
    return row


def change_meeting(*, by: Viewer, meeting: Meeting, facts: MeetingFacts, version: int) -> Meeting:
    """Change a meeting that has not been held. MeetingChangedError when somebody changed it meanwhile."""
    with transaction.atomic():
        _require_no_student_interprets(facts.guests)
        row = _locked(meeting, version, mine=facts.agenda_extra)
        _fill(row, facts)
        _bump(row)
        kept = {(a.person_id, a.name.casefold()) for a in row.attendees.all()}
        wanted = {(g.person_id, g.name.strip().casefold()) for g in facts.guests}
        for attendee in list(row.attendees.all()):
            if (attendee.person_id, attendee.name.casefold()) not in wanted and attendee.was_there is None:
                attendee.delete()
        _invite(row, [g for g in facts.guests if (g.person_id, g.name.strip().casefold()) not in kept])
        _record(by, row, row.plan.student_id, "meeting.change")
    return row


def cancel_meeting(*, by: Viewer, meeting: Meeting, version: int) -> Meeting:
    """Call a planned meeting off; it stays in the list."""
    with transaction.atomic():
        row = _locked(meeting, version, mine="")
        if row.state != MeetingState.PLANNED:
            raise PlanError(_("This meeting has begun. Finish it instead."))
        row.state = MeetingState.CANCELLED
        _bump(row)
        _record(by, row, row.plan.student_id, "meeting.cancel")
    return row


def start_meeting(*, by: Viewer, meeting: Meeting) -> Meeting:
    """Begin. Beginning twice is beginning once; a meeting that was held or called off does not begin again."""
    with transaction.atomic():
        row = _lock(meeting)
        if row.state == MeetingState.PLANNED:
            row.state, row.started_at = MeetingState.RUNNING, timezone.now()
            _bump(row)
            _record(by, row, row.plan.student_id, "meeting.start")
        elif row.state != MeetingState.RUNNING:
            raise PlanError(_("This meeting is over. Plan a new one."))
    return row


def set_attendance(*, by: Viewer, meeting: Meeting, there: Collection[int], asked: Collection[int]) -> None:
    """Who came, of those who were asked about (keys of attendees). Others stay as they are."""
    with transaction.atomic():
        row = _lock(meeting)
        _require_running(row)
        row.attendees.filter(pk__in=list(asked)).exclude(pk__in=list(there)).update(was_there=False)
        row.attendees.filter(pk__in=set(asked) & set(there)).update(was_there=True)
        _record(by, row, row.plan.student_id, "meeting.attendance")


# ------------------------------------------------------------------ decisions
def decide(*, by: Viewer, meeting: Meeting, decision: DecisionText, language: str, key: uuid.UUID) -> Decision:
    """Write down a decision. With an owner and a date the action exists in the same transaction; where the family sits
    at the table it is shared as said (`family_hears`), else once somebody has read the words for the family.

    The same `key` again returns the first row. PlanError for empty words, an owner outside the student's circle, or a
    date that is past or over twelve weeks away: nothing is written then.
    """
    with transaction.atomic():
        row = _lock(meeting)
        earlier = row.decisions.filter(key=key).first()
        if earlier is not None:
            return earlier
        _require_running(row)
        words = _words(decision.text)
        _require_owner(by, row.plan, decision.owner_id)
        made = Decision(
            meeting=row,
            text=words,
            language=language,
            owner_id=decision.owner_id,
            due_on=decision.due_on,
            author_id=by.actor_id,
            key=key,
        )
        made.support = _action_of(by, row, made, decision.action)
        made.save()
        _record_decision(by, row, made, "decision.add")
    return made


def change_decision(*, by: Viewer, decision: Decision, to: DecisionText, version: int) -> Decision:
    """New words, owner or date; its action follows. MeetingChangedError: it moved on. PlanError: it was taken back."""
    with transaction.atomic():
        row, meeting = _lock_decision(decision)
        if row.withdrawn_at is not None:
            raise PlanError(taken_back())
        if row.version != version:
            raise MeetingChangedError(current=row, theirs=row.text, mine=to.text)
        _require_running(meeting)
        words = _words(to.text)
        _require_owner(by, meeting.plan, to.owner_id)
        row.text, row.owner_id, row.due_on = words, to.owner_id, to.due_on
        row.version += 1
        if row.support is None:
            row.support = _action_of(by, meeting, row, to.action)
        elif row.owner_id is None or row.due_on is None:
            _stop(by, row.support, _("The meeting decided otherwise."))
            row.support = None
        else:
            _follow(by, row)
        row.save()
        _record_decision(by, meeting, row, "decision.change")
    return row


def withdraw_decision(*, by: Viewer, decision: Decision, version: int) -> Decision:
    """Take a decision back while the meeting runs; its action stops. The row stays."""
    with transaction.atomic():
        row, meeting = _lock_decision(decision)
        if row.withdrawn_at is not None:
            return row
        if row.version != version:
            raise MeetingChangedError(current=row, theirs=row.text, mine="")
        _require_running(meeting)
        row.withdrawn_at = timezone.now()
        row.version += 1
        if row.support is not None:
            _stop(by, row.support, _("The meeting decided otherwise."))
        row.save()
        _record_decision(by, meeting, row, "decision.withdraw")
    return row


def finish_meeting(
    *, by: Viewer, meeting: Meeting, assent: str, next_on: date | None, version: int, is_over: bool = True
) -> Meeting:
    """Keep what student and family said to it and the next date; with `is_over`, the meeting was held.

    Decisions typed meanwhile do not change these words. MeetingChangedError when somebody else changed them.
    """
    with transaction.atomic():
        row = _locked(meeting, version, mine=assent)
        _require_running(row)
        if next_on is not None and next_on <= by.today:
            raise PlanError(_("Choose a next date after today."))
        row.assent = _short(assent, 1000)
        row.next_on = next_on
        if is_over:
            row.state, row.held_at = MeetingState.HELD, timezone.now()
        _bump(row)
        _record(by, row, row.plan.student_id, "meeting.finish" if is_over else "meeting.save")
        jobs.facts_changed([row.plan.student_id])
    return row


# ------------------------------------------------------------------ what the student prepares
def prepare(*, by: Viewer, meeting: Meeting, words: str, conference: dict[str, Any], version: int) -> Meeting:
    """The student's own words and what they chose to show. MeetingChangedError when it was changed elsewhere."""
    with transaction.atomic():
        row = _locked(meeting, version, mine=words)
        row.student_words = _short(words, LONGEST_TEXT)
        row.conference = conference
        _bump(row)
        _record(by, row, row.plan.student_id, "meeting.prepare")
    return row


# ------------------------------------------------------------------ helpers
def _lock(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("plan", "called_by").get(pk=meeting.pk)


def _locked(meeting: Meeting, version: int, *, mine: str) -> Meeting:
    row = _lock(meeting)
    if row.version != version:
        theirs = "\n\n".join(text for text in (row.agenda_extra, row.student_words, row.assent) if text)
        raise MeetingChangedError(current=row, theirs=theirs or str(row.get_state_display()), mine=mine)
    if row.state not in OPEN:
        raise PlanError(_("This meeting is over. Plan a new one."))
    return row


def _lock_decision(decision: Decision) -> tuple[Decision, Meeting]:
    meeting = _lock(decision.meeting)
    row = Decision.objects.select_for_update(of=("self",)).select_related("support", "author").get(pk=decision.pk)
    return row, meeting


def _require_running(meeting: Meeting) -> None:
    if meeting.state == MeetingState.PLANNED:
        raise PlanError(_("This meeting has not begun. Its navigator begins it."))
    if meeting.state != MeetingState.RUNNING:
        raise PlanError(_("This meeting is over. Plan a new one."))


def _require_owner(by: Viewer, plan: Plan, owner_id: int | None) -> None:
    if owner_id is None:
        return
    is_student = Student.objects.filter(pk=plan.student_id, person=owner_id).exists()
    is_circle = Relationship.objects.filter(current(by.today), student=plan.student_id, person=owner_id).exists()
    if not (is_student or is_circle):
        raise PlanError(_("Choose somebody of this student’s circle."))


def _require_no_student_interprets(guests: Sequence[Guest]) -> None:
    people = [g.person_id for g in guests if g.role == AttendeeRole.INTERPRETER and g.person_id is not None]
    if people and Person.objects.filter(pk__in=people, student__isnull=False).exists():
        raise PlanError(_("A student is never the interpreter. Choose an adult, or an interpreter by phone."))


def _fill(row: Meeting, facts: MeetingFacts) -> None:
    row.kind = facts.kind
    row.starts_at = facts.starts_at
    row.place = _short(facts.place, 200)
    row.is_student_led = facts.is_student_led
    row.interpreter = facts.interpreter
    row.interpreter_language = facts.interpreter_language[:35]
    row.agenda_extra = _short(facts.agenda_extra, LONGEST_TEXT)


def _invite(row: Meeting, guests: Sequence[Guest]) -> None:
    MeetingAttendee.objects.bulk_create(
        [
            MeetingAttendee(meeting=row, person_id=g.person_id, name=_short(g.name, 200), role=g.role)
            for g in guests
            if g.person_id is not None or g.name.strip()
        ],
        ignore_conflicts=True,
    )


def _action_of(by: Viewer, meeting: Meeting, decision: Decision, action: NewAction) -> Support | None:
    """The action of a decision that has an owner and a date; it begins today."""
    if decision.owner_id is None or decision.due_on is None:
        return None
    _require_date(by, decision.due_on)
    plan, is_heard = meeting.plan, family_hears(viewer=by, meeting=meeting)
    is_home = Relationship.objects.filter(
        current(by.today), student=plan.student_id, person=decision.owner_id, kind=RelationshipKind.GUARDIAN
    ).exists()
    return Support.objects.create(
        student_id=plan.student_id,
        type=action.type,
        setting=Setting.HOME if is_home else Setting.SCHOOL,
        title=decision.text[:200],
        owner_id=decision.owner_id,
        minutes=action.minutes,
        sessions_per_week=action.per_week,
        starts_on=by.today,
        ends_on=decision.due_on,
        state=SupportState.RUNNING,
        family_wordings={decision.language: {"title": decision.text[:200]}} if is_heard else {},
        shared_at=timezone.now() if is_heard else None,
        created_by_id=by.actor_id,
    )


def _require_date(by: Viewer, due_on: date) -> None:
    if not by.today < due_on <= by.today + LONGEST_ACTION:
        raise PlanError(_("Choose a day after today and within 12 weeks."))


def _follow(by: Viewer, decision: Decision) -> None:
    """The action says what the decision says."""
    assert decision.support_id is not None
    assert decision.due_on is not None
    row = Support.objects.select_for_update(of=("self",)).get(pk=decision.support_id)
    if row.state not in LIVE:
        return
    if row.ends_on != decision.due_on:
        _require_date(by, decision.due_on)
    row.title = decision.text[:200]
    row.owner_id = decision.owner_id  # type: ignore[assignment]
    row.ends_on = decision.due_on
    if row.shared_at is not None:
        row.family_wordings = {**row.family_wordings, decision.language: {"title": decision.text[:200]}}
    row.version += 1
    row.save()


def _stop(by: Viewer, support: Support, reason: str) -> None:
    fresh = Support.objects.get(pk=support.pk)
    if fresh.state in LIVE:
        end_support(by=by, support=fresh, state=SupportState.STOPPED, reason=reason, version=fresh.version)


def _bump(row: Meeting) -> None:
    row.version += 1
    row.changed_at = timezone.now()
    row.save()


def _words(text: str) -> str:
    words = _short(text, LONGEST_TEXT + 1)
    if not words:
        raise PlanError(_("Write a few words first."))
    if len(words) > LONGEST_TEXT:
        raise PlanError(_("That is longer than 4,000 characters. Shorten it a little, or add it in two parts."))
    return words


def _short(text: str, longest: int) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:longest]


def _record(by: Viewer, row: Meeting, student_id: int, action: str) -> None:
    audit.record(
        by=by.person_id, action=action, subject_type="meeting", subject_id=row.public_id, students=[student_id]
    )


def _record_decision(by: Viewer, meeting: Meeting, row: Decision, action: str) -> None:
    audit.record(
        by=by.person_id,
        action=action,
        subject_type="decision",
        subject_id=row.public_id,
        students=[meeting.plan.student_id],
        details={"support": str(row.support.public_id)} if row.support is not None else {},
    )
