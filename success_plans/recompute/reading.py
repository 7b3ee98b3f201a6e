"""The facts about many students of one school, in a number of queries that does not depend on how many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Min, Q

from accounts.calendar import SchoolCalendar
from accounts.choices import HandoverState, RelationshipKind
from accounts.models import CaseloadHandover, Relationship, School, SchoolYear, Student
from accounts.recompute import calendars, circles, district_zone
from assessments.models import Evidence
from success_plans.choices import (
    AgreementAnswer,
    ConsentKind,
    ContactPurpose,
    FindingArea,
    FindingState,
    GoalState,
    MeetingKind,
    MeetingState,
    PacketDirection,
    StepName,
    Voice,
)
from success_plans.contacts import Attempt
from success_plans.cycle import Ended, Facts, Given, Outcome, Step, Stretch, Template, year_end_from
from success_plans.models import (
    Agreement,
    Consent,
    ContactAttempt,
    CycleStep,
    EntryFinding,
    Goal,
    Meeting,
    Plan,
    PlanStatement,
    PlanVersion,
    ReviewEntry,
    TransferPacket,
)
from success_plans.selectors.consents import students_with
from supports.choices import SessionState, SupportState, SupportType
from supports.models import Support, SupportSession

STAYS = "stays:"
"""A year-end step whose reason begins so, with the day: the navigator keeps the plan next year."""

_BROADER = (SupportType.ENRICHMENT, SupportType.ACCELERATION)
_SIGNED = (AgreementAnswer.AGREE, AgreementAnswer.PARTLY)


@dataclass(frozen=True, slots=True)
class Ground:
    """A school on a day: its year, its calendar, its clock."""

    school: School
    year: SchoolYear
    calendar: SchoolCalendar
    zone: ZoneInfo
    today: date

    def local(self, moment: datetime) -> date:
        """The school-local date of a moment."""
        return moment.astimezone(self.zone).date()


def ground_of(school: School, *, today: date) -> Ground | None:
    """The ground of a school on a day; None before any school year was entered. Three queries."""
    year = SchoolYear.objects.filter(starts_on__lte=today).order_by("-starts_on", "pk").first()
    if year is None:
        return None
    return Ground(school, year, calendars([school.pk], today=today)[school.pk], district_zone(), today)


def offsets(rows: Collection[CycleStep], ground: Ground) -> dict[tuple[int, str], int]:
    """(student, step) to the highest number another school gave that step this year: numbers go on after a move."""
    found: dict[tuple[int, str], int] = {}
    for row in rows:
        if row.school_year_id == ground.year.pk and row.school_id != ground.school.pk:
            key = (row.student_id, row.step)
            found[key] = max(found.get(key, 0), row.number)
    return found


def read_facts(students: Collection[Student], rows: Collection[CycleStep], ground: Ground) -> dict[int, Facts]:
    """Student id to what is known. `rows` are the stored steps of these students."""
    reader = _Reader(students, rows, ground)
    return {student.pk: reader.facts(student) for student in students}


class _Reader:
    """Reads each kind of thing once for everybody."""

    def __init__(self, students: Collection[Student], rows: Collection[CycleStep], ground: Ground) -> None:
        self.ground = ground
        self.ids = [student.pk for student in students]
        first = ground.year.starts_on
        self.starts = {s.pk: max(first, s.entered_on or first) for s in students}
        self.plans = {plan.student_id: plan for plan in Plan.objects.filter(student_id__in=self.ids)}
        self.circles = circles({s.pk: s.school_id for s in students}, today=ground.today)
        self.stretches = self._stretches()
        self.entry = self._entry()
        self.tries = self._tries()
        self.meetings = self._meetings()
        self.goals = self._goals()
        self.reviews = self._reviews()
        self.supports, self.broader = self._supports()
        self.agreed, self.signed = self._versions()
        self.handed = self._handed(rows)
        self.packets = self._packets()
        self.ended = self._ended(rows)

    def facts(self, student: Student) -> Facts:
        """One student's."""
        pk, starts = student.pk, self.starts[student.pk]
        plan, circle = self.plans.get(pk), self.circles[pk]
        teachers = [person for section in sorted(circle.sections) for person in circle.sections[section][:1]]
        entry, meetings = self.entry[pk], self.meetings[pk]
        discussed, considered = self.reviews.get(pk, (None, None))
        aim, goal = self.goals.get(pk, (None, None))
        left = student.left_on if student.left_on and student.left_on >= self.ground.year.starts_on else None
        return Facts(
            starts_on=starts,
            is_active=student.is_active,
            moved_here=plan is not None
            and starts > self.ground.year.starts_on
            and self.ground.local(plan.created_at) < starts,
            template=Template(plan.template) if plan else Template.LIGHT,
            navigator=circle.navigator,
            navigators=tuple(self.stretches[pk]),
            teacher=teachers[0] if teachers else None,
            plan_lead=circle.plan_lead,
            who_i_am_on=entry.get("voice"),
            academic_on=_first(entry.get("academic"), entry.get("evidence")),
            wellbeing_consent="consent" in entry,
            wellbeing_on=entry.get("wellbeing"),
            tries=tuple(self.tries[pk]),
            family_meeting_on=meetings.get("family"),
            discussed_on=discussed,
            meeting_on=meetings.get("plan"),
            aim_on=aim,
            goal_on=goal,
            enrichment_on=_first(considered, self.broader.get(pk)),
            agreed_on=self.agreed.get(pk),
            supports=tuple(self.supports[pk]),
            student_signed_on=self.signed.get((pk, Voice.STUDENT)),
            family_signed_on=self.signed.get((pk, Voice.FAMILY)),
            handed_on=self.handed.get(pk),
            has_plan=plan is not None,
            leaving_on=left,
            packet_on=self.packets.get(pk),
            ended=self.ended[pk],
        )

    def _since(self, student_id: int, day: date) -> bool:
        return day >= self.starts[student_id]

    def _stretches(self) -> Mapping[int, list[Stretch]]:
        found: dict[int, list[Stretch]] = defaultdict(list)
        rows = Relationship.objects.filter(
            student_id__in=self.ids, kind=RelationshipKind.CASELOAD, person__is_active=True
        ).order_by("starts_on", "pk")
        for student, starts_on, ends_on in rows.values_list("student_id", "starts_on", "ends_on"):
            found[student].append(Stretch(starts_on, ends_on))
        return found

    def _entry(self) -> Mapping[int, dict[str, date]]:
        """The first day of each part of the first look, whenever it was."""
        found: dict[int, dict[str, date]] = defaultdict(dict)
        said = PlanStatement.objects.filter(
            plan__student_id__in=self.ids, voice=Voice.STUDENT, withdrawn_at__isnull=True
        )
        for student, day in said.values_list("plan__student_id").annotate(first=Min("said_on")):
            found[student]["voice"] = day
        findings = EntryFinding.objects.filter(
            Q(area=FindingArea.ACADEMIC, state=FindingState.FOUND) | Q(area=FindingArea.WELLBEING),
            plan__student_id__in=self.ids,
            withdrawn_at__isnull=True,
        )
        for student, area, day in findings.values_list("plan__student_id", "area").annotate(first=Min("found_on")):
            found[student][area] = day
        for student, day in (
            Evidence.objects.filter(student_id__in=self.ids, withdrawn_at__isnull=True)
            .values_list("student_id")
            .annotate(first=Min("observed_on"))
        ):
            found[student]["evidence"] = day
        rows = Consent.objects.filter(student_id__in=self.ids, kind=ConsentKind.WELLBEING, elsewhere="")
        open_ones = students_with(rows, ConsentKind.WELLBEING, on=self.ground.today)
        for student, day in rows.filter(student_id__in=open_ones, is_yes=True).values_list("student_id", "given_on"):
            found[student]["consent"] = max(day, found[student].get("consent", day))
        return found

    def _tries(self) -> Mapping[int, list[Attempt]]:
        found: dict[int, list[Attempt]] = defaultdict(list)
        rows = ContactAttempt.objects.filter(
            student_id__in=self.ids,
            purpose=ContactPurpose.CONVERSATION,
            tried_at__date__gte=self.ground.year.starts_on,
        ).order_by("tried_at", "pk")
        for student, at, mode, outcome in rows.values_list("student_id", "tried_at", "mode", "outcome"):
            found[student].append(Attempt(at.astimezone(self.ground.zone), mode, outcome))
        return found

    def _meetings(self) -> Mapping[int, dict[str, date]]:
        found: dict[int, dict[str, date]] = defaultdict(dict)
        rows = Meeting.objects.filter(
            plan__student_id__in=self.ids,
            state=MeetingState.HELD,
            kind__in=[MeetingKind.PLAN, MeetingKind.CONFERENCE, MeetingKind.FAMILY],
            held_at__isnull=False,
        ).order_by("held_at", "pk")
        for student, kind, held_at in rows.values_list("plan__student_id", "kind", "held_at"):
            assert held_at is not None  # asked for above
            day = self.ground.local(held_at)
            if self._since(student, day):
                found[student].setdefault("family" if kind == MeetingKind.FAMILY else "plan", day)
        return found

    def _goals(self) -> Mapping[int, tuple[date | None, date | None]]:
        """The first day of an aim, and of a goal that has measure, baseline, target, date and a person."""
        found: dict[int, tuple[date | None, date | None]] = {}
        rows = Goal.objects.filter(plan__student_id__in=self.ids, state=GoalState.ACTIVE).order_by("created_at", "pk")
        for goal in rows.annotate(student_pk=F("plan__student_id")):
            student: int = goal.__dict__["student_pk"]
            whole = goal.measure and goal.baseline and goal.target and goal.due_on and goal.helper_id
            aim, full = found.get(student, (None, None))
            found[student] = (
                _first(aim, self.ground.local(goal.created_at)),
                _first(full, self.ground.local(goal.changed_at)) if whole else full,
            )
        return found

    def _reviews(self) -> Mapping[int, tuple[date | None, date | None]]:
        """The first day this year a student was talked through, and the first with enrichment considered."""
        found: dict[int, tuple[date | None, date | None]] = {}
        rows = ReviewEntry.objects.filter(student_id__in=self.ids, discussed_on__gte=self.ground.year.starts_on)
        for student, day, considered in rows.values_list("student_id", "discussed_on", "enrichment_considered"):
            if self._since(student, day):
                discussed, enriched = found.get(student, (None, None))
                found[student] = (_first(discussed, day), _first(enriched, day) if considered else enriched)
        return found

    def _supports(self) -> tuple[Mapping[int, list[Given]], Mapping[int, date]]:
        """Supports given since the clocks started, in the order they were given; and the first that reaches further."""
        found: dict[int, list[Given]] = defaultdict(list)
        broader: dict[int, date] = {}
        rows = list(
            Support.objects.filter(student_id__in=self.ids, created_at__date__gte=self.ground.year.starts_on).order_by(
                "pk"
            )
        )
        held = SupportSession.objects.filter(
            support__in=[row.pk for row in rows], state=SessionState.HELD, undone_at__isnull=True
        )
        first: dict[int, date] = dict(held.values_list("support_id").annotate(first=Min("held_on")))
        agreed = self._agreed_days()
        for row in rows:
            created = self.ground.local(row.created_at)
            if not self._since(row.student_id, created):
                continue
            after = [day for day in agreed.get(row.student_id, ()) if day >= created]
            begins = max(row.starts_on, min(after) if after else created)
            is_live = row.state in {SupportState.PLANNED, SupportState.RUNNING} and row.ends_on > self.ground.today
            found[row.student_id].append(Given(row.owner_id, begins, is_live, first.get(row.pk)))
            if row.type in _BROADER:
                broader[row.student_id] = min(created, broader.get(row.student_id, created))
        return found, broader

    def _agreed_days(self) -> dict[int, list[date]]:
        self._version_rows: list[Any] = list(
            PlanVersion.objects.filter(
                plan__student_id__in=self.ids, as_of__date__gte=self.ground.year.starts_on
            ).values_list("plan__student_id", "as_of")
        )
        found: dict[int, list[date]] = defaultdict(list)
        for student, as_of in self._version_rows:
            found[student].append(self.ground.local(as_of))
        return found

    def _versions(self) -> tuple[Mapping[int, date], Mapping[tuple[int, str], date]]:
        """The first version agreed since the clocks started; who signed off since the year's end began."""
        agreed: dict[int, date] = {}
        for student, as_of in self._version_rows:
            day = self.ground.local(as_of)
            if self._since(student, day):
                agreed[student] = min(day, agreed.get(student, day))
        opens = year_end_from(self.ground.calendar)
        newest: dict[tuple[int, int], tuple[str, str, date]] = {}
        rows = Agreement.objects.filter(
            of_version__plan__student_id__in=self.ids, created_at__date__gte=opens
        ).order_by("created_at", "pk")
        for student, person, voice, answer, at in rows.values_list(
            "of_version__plan__student_id", "person_id", "voice", "answer", "created_at"
        ):
            newest[student, person] = (voice, answer, self.ground.local(at))
        signed: dict[tuple[int, str], date] = {}
        for (student, _person), (voice, answer, day) in newest.items():
            if answer in _SIGNED:
                signed[student, voice] = min(day, signed.get((student, voice), day))
        return agreed, signed

    def _handed(self, rows: Collection[CycleStep]) -> Mapping[int, date]:
        """A handover accepted since the year's end began, or the word that the navigator stays."""
        opens = year_end_from(self.ground.calendar)
        found: dict[int, date] = {}
        for student, at in CaseloadHandover.objects.filter(
            student_id__in=self.ids, state=HandoverState.ACCEPTED, answered_at__date__gte=opens
        ).values_list("student_id", "answered_at"):
            assert at is not None  # asked for above
            day = self.ground.local(at)
            found[student] = min(day, found.get(student, day))
        for row in rows:
            if (
                row.step == StepName.YEAR_END
                and row.school_year_id == self.ground.year.pk
                and row.reason.startswith(STAYS)
            ):
                found.setdefault(row.student_id, date.fromisoformat(row.reason.removeprefix(STAYS)))
        return found

    def _packets(self) -> Mapping[int, date]:
        rows = TransferPacket.objects.filter(
            student_id__in=self.ids,
            direction=PacketDirection.SENT,
            created_at__date__gte=self.ground.year.starts_on,
        )
        return {student: self.ground.local(at) for student, at in rows.values_list("student_id", "created_at")}

    def _ended(self, rows: Collection[CycleStep]) -> Mapping[int, dict[tuple[Step, int], Ended]]:
        """What people closed at this school this year, numbered as if the student had always been here."""
        found: dict[int, dict[tuple[Step, int], Ended]] = defaultdict(dict)
        shift = offsets(rows, self.ground)
        for row in rows:
            here = row.school_year_id == self.ground.year.pk and row.school_id == self.ground.school.pk
            if here and row.done_on is not None and row.done_by_id is not None:
                number = row.number - shift.get((row.student_id, row.step), 0)
                found[row.student_id][Step(row.step), number] = Ended(row.done_on, Outcome(row.outcome))
        return found


def _first(*days: date | None) -> date | None:
    known = [day for day in days if day is not None]
    return min(known) if known else None
