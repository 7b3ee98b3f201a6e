"""The family conferences of a day written down in one go: held, an aim where there was none, the plan agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.models import Student
from accounts.permissions import Viewer
from success_plans.choices import AttendeeRole, GoalState, MeetingKind, MeetingState, PlanState, TemplateKind
from success_plans.errors import PlanError
from success_plans.models import Meeting, MeetingAttendee, Plan, PlanVersion
from success_plans.services.plans import GoalText, set_goal
from success_plans.services.versions import agree_version, lock_whole, move

LONGEST_AGO = timedelta(weeks=8)
WAY: dict[str, tuple[PlanState, ...]] = {
    PlanState.DRAFT: (PlanState.CONSULTATION,),
    PlanState.CONSULTATION: (),
    PlanState.AGREED: (PlanState.REVIEW,),
    PlanState.REVIEW: (),
}
"""The steps from where a plan stands to where it can be agreed: the conference is the consultation."""


@dataclass(frozen=True, slots=True)
class Line:
    """One student of the day. `aim`: what they work towards, where nothing is written yet; an intention is enough."""

    student: Student
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of one line: its version, or the words that say why there is none."""

    student: Student
    version: PlanVersion | None
    words: str = ""


def close_conferences(*, by: Viewer, lines: Sequence[Line], held_on: date, reason: str, language: str) -> list[Closed]:
    """Write each of these conferences down as held on a day and its plan as agreed, in the order of `lines`.

    Only plans of the light template, whose conference is conversation, meeting and agreement in one. Each line stands
    or falls alone: one that cannot be agreed does not keep the others. The same lines again change nothing. The caller
    has authorised every student. PlanError, and nothing written, for a day to come or over eight weeks ago.
    """
    if not by.today - LONGEST_AGO <= held_on <= by.today:
        raise PlanError(_("Choose the day the conferences were held: today, or within the last eight weeks."))
    done: dict[int, Closed] = {}
    for line in sorted(lines, key=lambda one: one.student.pk):
        try:
            done[line.student.pk] = _close(by, line, held_on, reason, language)
        except PlanError as error:
            done[line.student.pk] = Closed(line.student, None, str(error))
    return [done[line.student.pk] for line in lines]


def _close(by: Viewer, line: Line, held_on: date, reason: str, language: str) -> Closed:
    with transaction.atomic():
        plan = lock_whole(line.student)
        if plan.template != TemplateKind.LIGHT:
            raise PlanError(_("This plan uses the full template. Hold its meeting, then agree it on its own page."))
        aims = plan.goals.filter(state=GoalState.ACTIVE)
        aim = line.aim.replace("\x00", "").strip()
        if aim and not aims.filter(text=aim).exists():
            set_goal(by=by, student=line.student, goal=GoalText(aim), language=language)
        elif not aims.exists():
            raise PlanError(_("Write what they work towards. An intention is enough."))
        _hold(by, plan, held_on, language)
        try:
            with transaction.atomic():  # what was held stays held, also where there is nothing new to agree
                for to in WAY[plan.state]:
                    move(by=by, student=line.student, to=to)
                version = agree_version(by=by, student=line.student, reason=reason)
        except PlanError as error:
            return Closed(line.student, None, str(error))
        jobs.facts_changed([plan.student_id])
    return Closed(line.student, version)


def _hold(by: Viewer, plan: Plan, held_on: date, language: str) -> None:
    """The conference of this day is held: the planned or running one, else one written down afterwards."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(held_on, time.min, zone)
    rows = Meeting.objects.select_for_update(of=("self",)).filter(
        plan=plan,
        kind=MeetingKind.CONFERENCE,
        starts_at__gte=start,
        starts_at__lt=datetime.combine(held_on + timedelta(days=1), time.min, zone),
    )
    that_day = list(rows.order_by("starts_at", "pk"))
    if any(row.state == MeetingState.HELD for row in that_day):
        return
    noon = min(timezone.now(), start + timedelta(hours=12))
    row = next((one for one in that_day if one.state in {MeetingState.PLANNED, MeetingState.RUNNING}), None)
    if row is None:
        row = Meeting(
            plan=plan, kind=MeetingKind.CONFERENCE, starts_at=noon, language=language, called_by_id=by.actor_id
        )
    else:
        row.version += 1
    row.state = MeetingState.HELD
    row.held_at = noon
    row.changed_at = timezone.now()
    row.save()
    MeetingAttendee.objects.update_or_create(
        meeting=row,
        person_id=by.actor_id,
        defaults={"was_there": True},
        create_defaults={"was_there": True, "role": AttendeeRole.NAVIGATOR},
    )
    audit.record(
        by=by.person_id,
        action="meeting.finish",
        subject_type="meeting",
        subject_id=row.public_id,
        students=[plan.student_id],
        details={"with": "conference day"},
    )
    jobs.facts_changed([plan.student_id])
