"""The daily run: no evidence arriving must be noticed too. One run per school and school-local day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import jobs
from accounts import recompute as people
from accounts.models import Enrolment, School, Student
from accounts.permissions import current
from assessments.choices import Priority
from assessments.models import Evidence, RefreshRequest
from assessments.services import request_refresh
from supports import recompute
from supports.choices import LIVE_FLAG_STATES
from supports.models import ClassNotice, DailyRun, Flag, Focus
from supports.rules import Need, Rule, SectionPicture, Subject, class_notices


def run_due(*, now: datetime | None = None) -> int:
    """Put every active student of each school in line once per school-local day. Returns how many students.

    A school that fails is told in the log, holds up no other, and is tried again at the next tick.
    """
    at = now or timezone.now()
    for run in DailyRun.objects.filter(noticed_at__isnull=True).select_related("school").order_by("pk"):
        with jobs.standing_apart("notices.failed", run.school_id):
            notice_school(run)
    day = people.district_date(at)
    count = 0
    for school in School.objects.filter(is_active=True).order_by("pk"):
        with jobs.standing_apart("daily_run.failed", school.pk):
            count += run_school(school, day=day)
    return count


def run_school(school: School, *, day: date) -> int:
    """One school, one day; a second call for the same day does nothing."""
    with transaction.atomic():
        run, is_new = DailyRun.objects.get_or_create(school=school, day=day)
        if not is_new:
            return 0
        ids = recompute.active_students(school)
        request_refresh(ids, priority=Priority.RECOMPUTE)
        run.students = len(ids)
        run.save(update_fields=["students"])
    return len(ids)


def reconcile(*, heal: bool = True, chunk: int = 200, today: date | None = None) -> list[recompute.Drift]:
    """Recompute and compare everyone; what drifted is put in line again. Returns every drift found.

    Between midnight and a school's daily run its students are still as of yesterday, and are left out.
    """
    drifts: list[recompute.Drift] = []
    still_yesterday = set() if today else _students_before_their_run(timezone.now())
    ids = [student for student in recompute.students_to_check() if student not in still_yesterday]
    for start in range(0, len(ids), chunk):
        found = recompute.compare(ids[start : start + chunk], today=today)
        drifts += found
        if found and heal:
            with transaction.atomic():
                request_refresh({drift.student_id for drift in found}, priority=Priority.RECOMPUTE)
    return drifts


def _students_before_their_run(now: datetime) -> set[int]:
    """Students of schools that have daily runs, but none yet for the day that has begun there."""
    last_runs = DailyRun.objects.values("school").annotate(last=Max("day")).values_list("school", "last")
    today = people.district_date(now)
    waiting = [school for school, last in last_runs if last < today]
    return set(Student.objects.filter(school_id__in=waiting).values_list("pk", flat=True))


def notice_school(run: DailyRun) -> bool:
    """Draw the class notices of a day, once all its students were worked on. False: some are still in line.

    A notice that is not drawn again ends; one that is stays with its dates.
    """
    ids = recompute.active_students(run.school)
    waiting = RefreshRequest.objects.filter(student_id__in=ids, quarantined_at__isnull=True)
    if waiting.exists():
        return False
    sections = _section_pictures(run.school, run.day)
    flags = Flag.objects.filter(student_id__in=ids, state__in=LIVE_FLAG_STATES)
    needs = [
        Need(student, Rule(rule), Subject(competency, earlier))
        for student, rule, competency, earlier in flags.values_list(
            "student_id", "rule", "competency_id", "earlier_competency_id"
        )
    ]
    plans = {(plan.section, plan.competency): plan for plan in class_notices(sections, needs)}
    calendar = people.calendars([run.school_id], today=run.day)[run.school_id]
    with transaction.atomic():
        locked = DailyRun.objects.select_for_update().get(pk=run.pk)
        if locked.noticed_at is not None:
            return True
        live = ClassNotice.objects.filter(section__school=run.school, ended_on__isnull=True)
        for notice in live.select_for_update().order_by("pk"):
            plan = plans.pop((notice.section_id, notice.competency_id), None)
            if plan is None or notice.lapse_on <= run.day:
                notice.ended_on = run.day
            else:
                notice.students, notice.of_students = len(plan.students), plan.of_students
            notice.save(update_fields=["ended_on", "students", "of_students"])
        if calendar.flags_may_open(run.day):
            ClassNotice.objects.bulk_create(
                ClassNotice(
                    section_id=plan.section,
                    competency_id=plan.competency,
                    students=len(plan.students),
                    of_students=plan.of_students,
                    opened_on=run.day,
                    lapse_on=calendar.lapse_on(run.day),
                )
                for plan in plans.values()
            )
        locked.noticed_at = timezone.now()
        locked.save(update_fields=["noticed_at"])
    return True


def _section_pictures(school: School, day: date) -> list[SectionPicture]:
    students: dict[int, set[int]] = defaultdict(set)
    for section, student in Enrolment.objects.filter(
        current(day), section__school=school, section__is_active=True, section__ends_on__gt=day, is_active=True
    ).values_list("section_id", "student_id"):
        students[section].add(student)
    competencies: dict[int, set[int]] = defaultdict(set)
    for section, competency in (
        Focus.objects.filter(current(day), section_id__in=students)
        .values_list("section_id", "competency_id")
        .distinct()
    ):
        if section is not None:
            competencies[section].add(competency)
    evidence = Evidence.objects.filter(section_id__in=students)
    for section, competency in evidence.values_list("section_id", "competency_id").distinct():
        if section is not None:
            competencies[section].add(competency)
    return [SectionPicture(s, frozenset(mine), frozenset(competencies[s])) for s, mine in students.items()]
