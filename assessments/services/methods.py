"""How a framework is judged: tried out on everything recorded so far, chosen by a person, replayed for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, jobs
from accounts.choices import JobKind, JobState
from accounts.models import Job
from accounts.permissions import Viewer
from assessments.choices import Priority
from assessments.mastery import MasteryError, Method, Scale
from assessments.models import MethodChoice
from assessments.recompute import Ground, grounds, read_crossings
from assessments.recompute.preview import Changes, preview, students_on
from assessments.services.requests import request_refresh
from competencies.models import Framework, Level

SHAPES = ("open", "building", "shown", "deeper")
CHUNK = 5000


class MethodChangeError(ValueError):
    """A way of judging that cannot be used, or that is the one in use; the message says why. Nothing was written."""


class MethodChangedError(Exception):
    """Somebody chose another method or target since the preview was made: it says nothing any more."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this framework since the preview was made. Make a new one."))


def start_method_change(
    *,
    by: Viewer,
    framework: Framework,
    method: str,
    parameters: Mapping[str, int | str | None],
    target: Decimal,
    scale: UUID,
) -> Job:
    """Store what somebody would like to change and ring for a worker that counts what it would do.

    Raises MethodChangeError for what cannot be used with this framework, and where nothing would be different.
    """
    now = _ground(framework)
    then = _wished(framework, now, method, dict(parameters), target, scale)
    return jobs.create_job(
        by=by,
        kind=JobKind.CHANGE_METHOD,
        title=framework.title,
        parameters={
            "framework": str(framework.public_id),
            "method": then.method.name,
            "parameters": dict(then.method.parameters),
            "target": f"{then.scale.target:f}",
            "scale": str(scale),
            "seen": [now.method_version, framework.version],
            "confirmed": False,
        },
    )


def _ground(framework: Framework) -> Ground:
    found = grounds().get(framework.pk)
    if found is None:
        raise MethodChangeError(_("This framework’s scale or method cannot be used. Bring the framework in again."))
    return found


def _wished(
    framework: Framework, now: Ground, method: str, parameters: dict[str, Any], target: Decimal, scale: UUID
) -> Ground:
    """The ground as it would be. Raises MethodChangeError."""
    levels = list(Level.objects.filter(scale__public_id=scale).order_by("value"))
    try:
        wished = Scale(tuple(level.value.normalize() for level in levels), target.normalize())
        chosen = Method(method, parameters)
        chosen.check(wished)
    except MasteryError as error:
        raise MethodChangeError(_("This cannot be used: %(why)s") % {"why": str(error)}) from error
    if not set(now.scale.levels) <= set(wished.levels):
        raise MethodChangeError(
            _(
                "Levels that pieces were recorded with stay on the scale. "
                "Choose a scale that holds all of today’s levels."
            )
        )
    if (chosen, wished) == (now.method, now.scale):
        raise MethodChangeError(_("This is how it is judged already. Change something first."))
    return replace(now, method=chosen, scale=wished, scale_id=levels[0].scale_id)


def confirm_method_change(*, by: Viewer, job: Job) -> bool:
    """Say yes to a preview: the choice is a new version from now on, and everybody concerned is put in line.

    False when the preview was answered already. Raises MethodChangedError when the framework is judged differently
    now than when it was previewed. What is being recorded meanwhile is judged by one of the two and replayed.
    """
    with transaction.atomic():
        locked = Job.objects.select_for_update().get(pk=job.pk)
        if locked.state != JobState.WAITING or locked.parameters.get("confirmed"):
            return False
        wish = locked.parameters
        framework = Framework.objects.select_for_update().get(public_id=wish["framework"])
        now = _ground(framework)
        if wish["seen"] != [now.method_version, framework.version]:
            raise MethodChangedError
        then = _wished(framework, now, wish["method"], wish["parameters"], Decimal(wish["target"]), UUID(wish["scale"]))
        if then.method != now.method:
            MethodChoice.objects.create(
                framework=framework,
                version=now.method_version + 1,
                method=then.method.name,
                parameters=dict(then.method.parameters),
                chosen_by_id=by.actor_id,
            )
            audit.record(
                by=by.person_id,
                action="method.choose",
                subject_type="framework",
                subject_id=framework.public_id,
                details={"version": now.method_version + 1, "method": then.method.name},
            )
        if then.scale != now.scale:
            _set_target(by, framework, then, UUID(wish["scale"]))
        request_refresh(students_on(framework.pk), priority=Priority.RECOMPUTE)
        locked.state = JobState.QUEUED
        locked.attempts = 0
        locked.parameters = {**wish, "confirmed": True}
        locked.save(update_fields=["state", "attempts", "parameters"])
        jobs.ring_job(locked)
    return True


def _set_target(by: Viewer, framework: Framework, then: Ground, scale: UUID) -> None:
    """The target or the scale, with what stood before in the audit: looking back at a day needs it."""
    before = {"scale": framework.scale_id, "target": str(framework.target), "version": framework.version}
    framework.scale_id = Level.objects.filter(scale__public_id=scale).values_list("scale_id", flat=True)[0]
    framework.target = then.scale.target
    framework.version += 1
    framework.save(update_fields=["scale", "target", "version"])
    audit.record(
        by=by.person_id,
        action="framework.target",
        subject_type="framework",
        subject_id=framework.public_id,
        details={"before": before, "target": str(framework.target), "scale": framework.scale_id},
    )


def run_method_change(*, job_id: int) -> None:
    """The next part of a change: count what it would do or, once confirmed, find who was missed. Safe to ring twice."""
    job = jobs.lease_job(job_id)
    if job is None:
        return
    framework = Framework.objects.get(public_id=job.parameters["framework"])
    if job.parameters.get("confirmed"):
        jobs.finish_job(job, state=JobState.DONE, report={**job.report, "in_line": _replay(framework)})
        return
    wish = job.parameters
    try:
        now = _ground(framework)
        then = _wished(framework, now, wish["method"], wish["parameters"], Decimal(wish["target"]), UUID(wish["scale"]))
    except MethodChangeError as error:
        jobs.finish_job(job, state=JobState.FAILED, report={"problem": str(error)})
        return
    with jobs.reporting(job) as progress:
        found = grounds()
        crossings = (read_crossings(found), read_crossings({**found, framework.pk: then}))
        changes = preview(
            now=now,
            then=then,
            tell=lambda done, total: progress("counting", done, total),
            crossings=crossings,
        )
    if changes is None:
        jobs.finish_job(job, state=JobState.CANCELLED, report={})
    else:
        jobs.finish_job(job, state=JobState.WAITING, report=_report(changes))


def _replay(framework: Framework) -> int:
    """Everybody once more, after the choice was committed: who was being worked on at that moment read the old one."""
    ids = students_on(framework.pk)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            request_refresh(ids[start : start + CHUNK], priority=Priority.RECOMPUTE)
    return len(ids)


def _report(changes: Changes) -> dict[str, Any]:
    return {
        "students": changes.students,
        "changed_students": changes.changed_students,
        "pairs": changes.pairs,
        "kept": changes.kept,
        "level_changes": changes.level_changes,
        "moves": [
            [was, becomes, changes.moves[was, becomes]]
            for was in SHAPES
            for becomes in SHAPES
            if was != becomes and changes.moves[was, becomes]
        ],
    }
