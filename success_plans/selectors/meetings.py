"""Meetings as their readers see them: the list, the page with its agenda, what was decided, a student's conference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import RelationshipKind
from accounts.households import other_household
from accounts.languages import language_name
from accounts.models import Relationship, Student
from accounts.permissions import Permission, Viewer, current, domains_for, permissions_on, students_for
from success_plans.agenda import Point, build_agenda, since_when
from success_plans.choices import (
    AttendeeRole,
    Interpreter,
    MeetingKind,
    MeetingState,
    Subject,
)
from success_plans.models import (
    Decision,
    FamilyWays,
    Goal,
    Meeting,
    MeetingAttendee,
    PlanVersion,
)
from success_plans.selectors.closeness import IS_PORTAL, goal_is_closed
from success_plans.selectors.holds import withheld_from
from success_plans.selectors.meeting_agenda import facts_of
from success_plans.selectors.meeting_words import Decided, Line, decided
from success_plans.selectors.open_meetings import family_hears, meetings_open_to

STUDENT_LEADS_FROM = 3


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the table. `name` "" is a person of whom this reader sees the role alone."""

    pk: int
    name: str
    role: str
    was_there: bool | None


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in the list."""

    public_id: UUID
    kind: str
    state: str
    state_name: str
    starts_at: datetime
    place: str
    is_student_led: bool
    decisions: int


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything the page of a meeting shows to this reader."""

    meeting: Meeting
    public_id: UUID
    version: int
    student: UUID
    name: str
    short_name: str
    title: str
    state: str
    state_name: str
    guests: list[Guest]
    interpreter: str
    agenda: list[Point[Line]]
    since: date
    is_first: bool
    decisions: list[Decided]
    goals_made: list[Line]
    languages: list[str]
    untranslated: int
    may_plan: bool
    may_decide: bool
    may_hold: bool
    is_student: bool
    family_hears: bool

    @property
    def is_running(self) -> bool:
        """Whether people sit together now."""
        return self.state == MeetingState.RUNNING

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state in {MeetingState.PLANNED, MeetingState.RUNNING}


# ------------------------------------------------------------------ which meetings
def _visible(viewer: Viewer, student: Student) -> QuerySet[Meeting]:
    """The meetings of a student this reader may know of; nothing on hold reaches family or student."""
    found = meetings_open_to(viewer=viewer, student=student)
    held = withheld_from(viewer=viewer, student=student)
    if held.whole_plan:
        return found.none()
    return found.exclude(public_id__in=held.of(Subject.MEETING))


def meeting_student(*, viewer: Viewer, public_id: UUID) -> UUID | None:
    """The student a meeting is about, for the loader to decide; None when there is no such meeting.

    School roles come in by the loader's purpose, so this looks at every meeting and says nothing but that id.
    """
    row = Meeting.objects.select_related("plan__student").filter(public_id=public_id).first()
    return row.plan.student.public_id if row is not None else None


def meeting_by_id(*, viewer: Viewer, student: Student, public_id: UUID) -> Meeting | None:
    """A meeting of a student this viewer was let in to by the loader."""
    return (
        _visible(viewer, student)
        .select_related("plan__student__person", "called_by")
        .filter(public_id=public_id)
        .first()
    )


def meetings_of(*, viewer: Viewer, student: Student) -> list[MeetingRow]:
    """The meetings of a student, the next and newest first."""
    rows = _visible(viewer, student).prefetch_related("decisions").order_by("-starts_at", "-pk")
    return [
        MeetingRow(
            public_id=row.public_id,
            kind=row.get_kind_display(),
            state=row.state,
            state_name=row.get_state_display(),
            starts_at=row.starts_at,
            place=row.place,
            is_student_led=row.is_student_led,
            decisions=sum(d.withdrawn_at is None for d in row.decisions.all()),
        )
        for row in rows
    ]


def next_conference(*, viewer: Viewer, student: Student) -> Meeting | None:
    """The next meeting the student leads or a conference; else the next one planned; else the newest they prepared."""
    rows = list(
        _visible(viewer, student)
        .select_related("plan__student__person", "called_by")
        .exclude(state=MeetingState.CANCELLED)
        .order_by("starts_at", "pk")
    )
    coming = [row for row in rows if row.state in {MeetingState.PLANNED, MeetingState.RUNNING}]
    led = [row for row in coming if row.is_student_led or row.kind == MeetingKind.CONFERENCE]
    prepared = [row for row in rows if row.conference or row.student_words]
    return next(iter([*led, *coming, *reversed(prepared)]), None)


def decision_by_id(*, viewer: Viewer, public_id: UUID) -> Decision | None:
    """A decision of a meeting about a student whose plan this viewer edits."""
    return (
        Decision.objects.select_related("meeting__plan__student__person", "author", "support", "owner")
        .filter(public_id=public_id, meeting__plan__student__in=students_for(viewer, Permission.EDIT_PLAN))
        .first()
    )


# ------------------------------------------------------------------ planning
@dataclass(frozen=True, slots=True)
class Inviting:
    """Whom a meeting can invite and what is known about understanding each other."""

    people: list[tuple[int, str, str]]
    interpreter_language: str
    leads: bool


def circle_roles(*, viewer: Viewer, student: Student) -> list[tuple[int, str, str]]:
    """(person id, name, `AttendeeRole`) of the student's circle, the student first, then by name. For adults only."""
    roles = {
        RelationshipKind.GUARDIAN: AttendeeRole.FAMILY,
        RelationshipKind.CASELOAD: AttendeeRole.NAVIGATOR,
        RelationshipKind.SECTION: AttendeeRole.TEACHER,
        RelationshipKind.SUBSTITUTE: AttendeeRole.TEACHER,
        RelationshipKind.TEAM: AttendeeRole.SPECIALIST,
    }
    rows = (
        Relationship.objects.filter(
            current(viewer.today), student=student, person__is_active=True, kind__in=list(roles)
        )
        .select_related("person")
        .order_by("person__sort_name", "pk")
    )
    found = {student.person_id: (student.person.display_name, str(AttendeeRole.STUDENT))}
    for row in rows:
        found.setdefault(row.person_id, (row.person.display_name, str(roles[RelationshipKind(row.kind)])))
    return [(pk, name, role) for pk, (name, role) in found.items()]


def inviting(*, viewer: Viewer, student: Student) -> Inviting:
    """Whom to ask, with the interpreter need the family told and whether the student leads (from grade 3)."""
    ways = (
        FamilyWays.objects.filter(plan__student=student)
        .exclude(interpreter_language="")
        .order_by("-changed_at")
        .values_list("interpreter_language", flat=True)
        .first()
    )
    return Inviting(
        people=circle_roles(viewer=viewer, student=student),
        interpreter_language=ways or "",
        leads=student.grade.isdecimal() and int(student.grade) >= STUDENT_LEADS_FROM,
    )


# ------------------------------------------------------------------ the page
def meeting_page(*, viewer: Viewer, student: Student, meeting: Meeting) -> MeetingPage:
    """A meeting for a reader who was let in by the loader: agenda, people, decisions. A constant number of queries."""
    language = get_language() or "en"
    allowed = permissions_on(viewer, student)
    strangers = other_household(viewer).get(student.pk, frozenset())
    earlier = _held_before(viewer, student, meeting)
    agreed_on = (
        PlanVersion.objects.filter(plan=meeting.plan, as_of__lt=meeting.starts_at)
        .order_by("-number")
        .values_list("as_of", flat=True)
        .first()
    )
    since = since_when(
        agreed_on=timezone.localdate(agreed_on) if agreed_on else None,
        held_on=timezone.localdate(earlier[0].held_at) if earlier and earlier[0].held_at else None,
        begun_on=timezone.localdate(meeting.plan.created_at),
    )
    facts = facts_of(
        viewer=viewer,
        student=student,
        meeting=meeting,
        earlier=earlier,
        language=language,
        allowed=allowed,
        strangers=strangers,
    )
    agenda = build_agenda(facts, since=since, meeting_on=timezone.localdate(meeting.starts_at))
    made = _decisions(viewer, meeting, strangers, language)
    return MeetingPage(
        meeting=meeting,
        public_id=meeting.public_id,
        version=meeting.version,
        student=student.public_id,
        name=student.person.display_name,
        short_name=student.person.short_name,
        title=meeting.get_kind_display(),
        state=meeting.state,
        state_name=meeting.get_state_display(),
        guests=_guests(meeting, strangers),
        interpreter=_interpreter_words(meeting),
        agenda=agenda,
        since=since,
        is_first=agreed_on is None and not earlier,
        decisions=made,
        goals_made=_goals_made(viewer, student, meeting, strangers, is_portal=bool(IS_PORTAL & allowed)),
        languages=_own_names(student.person.languages),
        untranslated=sum(
            item.what.said is not None and item.what.said.can_ask for point in agenda for item in point.items
        ),
        may_plan=Permission.EDIT_PLAN in allowed,
        may_decide=Permission.EDIT_PLAN in allowed,
        may_hold=Permission.HOLD_PLAN in allowed,
        is_student=viewer.own_student_id == student.pk,
        family_hears=meeting.state == MeetingState.RUNNING and family_hears(viewer=viewer, meeting=meeting),
    )


def _held_before(viewer: Viewer, student: Student, meeting: Meeting) -> list[Meeting]:
    """Meetings held before this one, newest first."""
    return list(
        _visible(viewer, student)
        .filter(state=MeetingState.HELD, held_at__isnull=False, starts_at__lt=meeting.starts_at)
        .exclude(pk=meeting.pk)
        .order_by("-starts_at")[:6]
    )


def _guests(meeting: Meeting, strangers: frozenset[int]) -> list[Guest]:
    rows = MeetingAttendee.objects.filter(meeting=meeting).select_related("person").order_by("role", "pk")
    order = list(AttendeeRole)
    found = []
    for row in sorted(rows, key=lambda r: (order.index(AttendeeRole(r.role)), r.pk)):
        hidden = row.person_id in strangers or (strangers and row.person is None and row.role == AttendeeRole.FAMILY)
        name = row.person.display_name if row.person else row.name
        found.append(Guest(row.pk, "" if hidden else name, row.get_role_display(), row.was_there))
    return found


def _interpreter_words(meeting: Meeting) -> str:
    if meeting.interpreter == Interpreter.NOT_NEEDED:
        return ""
    words = {
        Interpreter.PROFESSIONAL: _("with an interpreter"),
        Interpreter.PHONE: _("with an interpreter by phone or video"),
        Interpreter.STAFF: _("with an adult of the school who speaks the language"),
        Interpreter.MISSING: _("an interpreter is still needed"),
    }[Interpreter(meeting.interpreter)]
    names = _own_names([meeting.interpreter_language]) if meeting.interpreter_language else []
    return f"{words} ({names[0]})" if names else words


def _own_names(codes: Iterable[str]) -> list[str]:
    return [language_name(code) for code in codes]


def _decisions(viewer: Viewer, meeting: Meeting, strangers: frozenset[int], language: str) -> list[Decided]:
    rows = list(
        Decision.objects.filter(meeting=meeting)
        .select_related("owner", "author", "support")
        .order_by("created_at", "pk")
    )
    return decided(viewer, rows, strangers, language)


def _goals_made(
    viewer: Viewer, student: Student, meeting: Meeting, strangers: frozenset[int], *, is_portal: bool
) -> list[Line]:
    """Goals that came about while the meeting ran, but those of another household and what is on hold."""
    if meeting.started_at is None:
        return []
    rows = Goal.objects.filter(plan=meeting.plan, created_at__gte=meeting.started_at).exclude(author__in=strangers)
    if meeting.held_at is not None:
        rows = rows.filter(created_at__lte=meeting.held_at)
    held = withheld_from(viewer=viewer, student=student)
    domains = domains_for(viewer, student)
    found = []
    for row in rows.select_related("author").order_by("created_at", "pk"):
        if held.covers(Subject.GOAL, row.public_id):
            continue
        if not goal_is_closed(row.measure_kind, domains, viewer.person_id, row.author_id, row.helper_id):
            found.append(Line(text=row.text, language=row.language))
        elif not is_portal:
            found.append(Line(owner=row.author.display_name))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked to a meeting already, in the shape of its form."""

    people: list[str]
    others: dict[str, str]


def guests_for_form(*, viewer: Viewer, meeting: Meeting) -> Asked:
    """People by key, and the first further people by name and role (`other_1`, `other_role_1` ...)."""
    rows = list(MeetingAttendee.objects.filter(meeting=meeting).order_by("pk"))
    others: dict[str, str] = {}
    for number, row in enumerate((row for row in rows if row.person_id is None), start=1):
        others[f"other_{number}"] = row.name
        others[f"other_role_{number}"] = row.role
    return Asked([str(row.person_id) for row in rows if row.person_id is not None], others)
