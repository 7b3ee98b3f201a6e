"""One run of the cycle per school and school-local day, and students looked at again at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, jobs
from accounts.models import School, Student
from accounts.recompute import district_date
from success_plans.cycle import decide
from success_plans.models import CycleRun, CycleStep
from success_plans.recompute.partners import renew_partner_circles
from success_plans.recompute.places import pass_on_places
from success_plans.recompute.reading import Ground, ground_of, read_facts
from success_plans.recompute.steps import Change, write_steps

CHUNK = 1000
LEFT_LATELY = timedelta(days=60)
"""How long the plan of a student who left is asked for."""


def run_due(*, now: datetime | None = None) -> Change:
    """Go through every school whose day has begun and was not gone through yet.

    A school that fails is told in the log, holds up no other, and is tried again at the next tick.
    """
    at = now or timezone.now()
    total, went = Change(), False
    done = set(CycleRun.objects.filter(day__gte=at.date() - timedelta(days=2)).values_list("school_id", "day"))
    for school in School.objects.filter(is_active=True).order_by("pk"):
        day = district_date(at)
        if (school.pk, day) not in done:
            with jobs.standing_apart("cycle_run.failed", school.pk):
                total += run_school(school, day=day)
                went = went or CycleRun.objects.filter(school=school, day=day).exists()
    if went:  # once a day and school: what follows from dates that nobody wrote today
        follow_dates()
    return total


def follow_dates() -> None:
    """Places that became free go on, and what partners may see follows the consents that began or ended."""
    pass_on_places()
    renew_partner_circles()


def run_school(school: School, *, day: date) -> Change:
    """Go through one school as of a day: close the old year's steps, open and close this year's.

    Safe to run twice, and at the same time as people work: the second run finds nothing to change.
    """
    ground = ground_of(school, today=day)
    if ground is None:
        return Change()
    ids = list(
        Student.objects.filter(school=school, alias_of__isnull=True)
        .filter(Q(is_active=True) | Q(left_on__gte=day - LEFT_LATELY) | Q(pk__in=_still_open(school)))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    total = Change()
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            total += _look(ids[start : start + CHUNK], ground)
    with transaction.atomic():
        run, _is_new = CycleRun.objects.get_or_create(school=school, day=day)
        if not total.is_nothing:
            run.opened += total.opened
            run.closed += total.closed
            run.save(update_fields=["opened", "closed"])
            audit.record(
                by=None,
                action="cycle.run",
                subject_type="school",
                subject_id=school.public_id,
                details={
                    "day": day.isoformat(),
                    "opened": total.opened,
                    "closed": total.closed,
                    "moved": total.moved,
                },
            )
    return total


def refresh_cycle(student_ids: Collection[int], *, today: date | None = None) -> Change:
    """Bring the steps of these students in line at once, for after a write; by school, a constant number of queries
    each. Students who belong to no school, or are not known, are passed over."""
    by_school: dict[int, list[int]] = defaultdict(list)
    schools: dict[int, School] = {}
    rows = Student.objects.filter(pk__in=list(student_ids), alias_of__isnull=True, school__isnull=False)
    for student in rows.select_related("school").order_by("pk"):
        assert student.school is not None
        schools[student.school.pk] = student.school
        by_school[student.school.pk].append(student.pk)
    total, now = Change(), timezone.now()
    for pk, ids in sorted(by_school.items()):
        ground = ground_of(schools[pk], today=today or district_date(now))
        if ground is not None:
            with transaction.atomic():
                total += _look(ids, ground)
    return total


def _still_open(school: School) -> list[int]:
    """Students with an open step at this school, whatever became of them: a step never stays open for nobody."""
    rows = CycleStep.objects.filter(school=school, done_on__isnull=True, student__is_active=False)
    return list(rows.values_list("student_id", flat=True).distinct())


def _look(ids: Collection[int], ground: Ground) -> Change:
    students = list(Student.objects.filter(pk__in=ids).order_by("pk"))
    rows = list(
        CycleStep.objects.filter(student_id__in=ids)
        .filter(Q(school_year=ground.year) | Q(done_on__isnull=True))
        .order_by("pk")
    )
    facts = read_facts(students, rows, ground)
    lines = {pk: decide(one, ground.calendar, today=ground.today) for pk, one in facts.items()}
    return write_steps(students, rows, lines, ground)
