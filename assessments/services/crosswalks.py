"""What evidence on one framework is for another: previewed in counts, decided by a person, summed up anew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.choices import JobKind, JobState
from accounts.models import Job
from accounts.permissions import Viewer
from accounts.statements import run
from assessments.choices import Priority
from assessments.recompute import Decision, grounds, read_crossings
from assessments.recompute.preview import preview
from assessments.services.requests import request_refresh
from competencies.choices import Counting
from competencies.models import Crosswalk, Framework
from competencies.selectors.crosswalks import ties_between

CHUNK = 5000


class CrosswalkError(ValueError):
    """A decision that cannot be made, or that holds already; the message says why. Nothing was written."""


class CrosswalkChangedError(Exception):
    """Somebody decided on this pair since the preview was made: it says nothing any more."""

    def __init__(self) -> None:
        super().__init__(_("Somebody decided on these two frameworks since the preview was made. Make a new one."))


def start_crosswalk_change(*, by: Viewer, origin: UUID, goal: UUID, counting: str, reason: str) -> Job:
    """Store what somebody would like to decide for evidence on one framework, and ring for a worker that counts.

    `origin` and `goal` are public ids: evidence recorded on the first, for the competencies of the second.

    Raises CrosswalkError where the two are not tied, no reason is given, or the decision holds already.
    """
    if counting not in Counting.values:
        raise CrosswalkError(_("Choose one of the list."))
    if not reason.strip():
        raise CrosswalkError(_("Say why, in a sentence that others can read later."))
    of = {row.public_id: row for row in Framework.objects.filter(public_id__in=[origin, goal])}
    if len(of) < 2:
        raise CrosswalkError(_("Nothing ties these two frameworks."))
    first, second = of[origin], of[goal]
    ties = ties_between(origin=first.pk, goal=second.pk)
    if not ties.exact + ties.related:
        raise CrosswalkError(_("Nothing ties these two frameworks."))
    if counting == Counting.COUNTS and not ties.exact:
        raise CrosswalkError(_("No competency of one is the same as one of the other, so nothing could count."))
    newest = _newest(origin=first.pk, goal=second.pk)
    if counting == (newest.counting if newest else Counting.NOT):
        raise CrosswalkError(_("This holds already. Choose something else first."))
    return jobs.create_job(
        by=by,
        kind=JobKind.CHANGE_CROSSWALK,
        title=f"{first.title} → {second.title}",
        parameters={
            "origin": str(origin),
            "goal": str(goal),
            "counting": counting,
            "reason": reason.strip()[:500],
            "seen": newest.number if newest else 0,
            "confirmed": False,
        },
    )


def _newest(*, origin: int, goal: int) -> Crosswalk | None:
    """The decision that holds for evidence on `origin`; None: nobody decided, it stays where it was recorded."""
    return Crosswalk.objects.filter(from_framework=origin, to_framework=goal).order_by("-number").first()


def confirm_crosswalk_change(*, by: Viewer, job: Job) -> bool:
    """Say yes to a preview: a new decision stands, and everybody concerned is put in line at the lowest priority.

    False when the preview was answered already. Raises CrosswalkChangedError when somebody decided on the pair since.
    """
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING or locked.parameters.get("confirmed"):
            return False
        wish = locked.parameters
        both = Framework.objects.select_for_update(no_key=True).filter(public_id__in=[wish["origin"], wish["goal"]])
        of = {str(row.public_id): row for row in both.order_by("pk")}
        origin, goal = of[wish["origin"]], of[wish["goal"]]
        newest = _newest(origin=origin.pk, goal=goal.pk)
        if wish["seen"] != (newest.number if newest else 0):
            raise CrosswalkChangedError
        row = Crosswalk.objects.create(
            from_framework=origin,
            to_framework=goal,
            number=wish["seen"] + 1,
            counting=wish["counting"],
            reason=wish["reason"],
            decided_by_id=by.actor_id,
        )
        audit.record(
            by=by.person_id,
            action="crosswalk.decide",
            subject_type="framework",
            subject_id=goal.public_id,
            details={"from": wish["origin"], "number": row.number, "counting": row.counting},
        )
        if _concerns_levels(newest.counting if newest else "", row.counting):
            request_refresh(students_tied(origin.pk, goal.pk), priority=Priority.RECOMPUTE)
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**wish, "before": newest.counting if newest else Counting.NOT, "confirmed": True}
        locked.save(update_fields=["state", "attempts", "parameters"])
        jobs.ring_job(locked)
    return True


def _concerns_levels(before: str, then: str) -> bool:
    return Counting.COUNTS in (before, then)


def run_crosswalk_change(*, job_id: int) -> None:
    """The next part: count what it would do or, once confirmed, find who was missed. Safe to ring twice."""
    job = jobs.lease_job(job_id)
    if job is None:
        return
    wish = job.parameters
    origin = Framework.objects.get(public_id=wish["origin"])
    goal = Framework.objects.get(public_id=wish["goal"])
    if wish.get("confirmed"):
        in_line = _replay(origin, goal) if _concerns_levels(wish["before"], wish["counting"]) else 0
        jobs.finish_job(job, state=JobState.DONE, report={**job.report, "in_line": in_line})
        return
    report = _count(job, origin, goal)
    if report is None:
        jobs.finish_job(job, state=JobState.CANCELLED, report={})
    else:
        jobs.finish_job(job, state=JobState.FAILED if "problem" in report else JobState.WAITING, report=report)


def _count(job: Job, origin: Framework, goal: Framework) -> dict[str, Any] | None:
    """What the decision would do, in counts. None when somebody stopped the counting."""
    found = grounds()
    ground = found.get(goal.pk)
    students = students_tied(origin.pk, goal.pk)
    if ground is None:
        return {"students": len(students), "problem": _("A scale or method of these frameworks cannot be used.")}
    then = Decision(origin.pk, goal.pk, counts=job.parameters["counting"] == Counting.COUNTS)
    crossings = (read_crossings(found), read_crossings(found, assuming=then))
    with jobs.reporting(job) as progress:
        changes = preview(
            now=ground,
            then=ground,
            tell=lambda done, total: progress("counting", done, total),
            crossings=crossings,
            students=students,
        )
    if changes is None:
        return None
    return {
        "students": len(students),
        "gaining_students": changes.gaining_students,
        "losing_students": changes.losing_students,
        "level_students": changes.level_students,
        "kept": changes.kept,
    }


def _replay(origin: Framework, goal: Framework) -> int:
    """Everybody once more, after the decision was committed: who was being worked on then read the old one."""
    ids = students_tied(origin.pk, goal.pk)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            request_refresh(ids[start : start + CHUNK], priority=Priority.RECOMPUTE)
    return len(ids)


def students_tied(origin: int, goal: int) -> list[int]:
    """Ids of everybody with evidence on a competency of `origin` that is tied to one of `goal`, in order.

    Of merged records the one that stayed. One query.
    """
    rows = run(
        """
        WITH asked AS (SELECT %s::bigint AS origin, %s::bigint AS goal),
        ends AS (
            SELECT origin_id AS one, destination_id AS other FROM competencies_association
            WHERE kind IN ('exactMatchOf', 'isRelatedTo') AND retired_at IS NULL
            UNION SELECT destination_id, origin_id FROM competencies_association
            WHERE kind IN ('exactMatchOf', 'isRelatedTo') AND retired_at IS NULL),
        tied AS MATERIALIZED (
            SELECT o.id FROM asked CROSS JOIN ends
            JOIN competencies_competency o ON o.id = ends.one AND o.framework_id = asked.origin
            JOIN competencies_competency g ON g.id = ends.other AND g.framework_id = asked.goal)
        SELECT DISTINCT coalesce(s.alias_of_id, s.id) FROM assessments_evidence e
        JOIN accounts_student s ON s.id = e.student_id
        WHERE e.competency_id IN (SELECT id FROM tied) ORDER BY 1
        """,
        [origin, goal],
    )
    return [student for (student,) in rows]
