"""How a framework is judged, what else could be chosen, and what a change would do: for the district's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import JobKind, JobState
from accounts.models import Job
from accounts.permissions import Permission, Viewer, can
from assessments.choices import MethodName, Shape
from assessments.mastery import METHODS, Method
from assessments.models import MethodChoice
from assessments.wording import method_family_sentence, method_sentence
from competencies.models import Framework, Level, Scale

CHANGES_SHOWN = 10
GOING = {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method of the safe list, in words, with its default parameters; `counts_the_past` warns."""

    name: str
    label: str
    words: str
    family: str
    counts_the_past: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A choice that was made: which, by whom, when."""

    version: int
    label: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MethodPage:
    """How a framework is judged today, the safe list, and the choices made so far, newest first."""

    framework: Framework
    method: str
    parameters: dict[str, Any]
    label: str
    words: str
    family: str
    version: int
    target: Decimal
    target_word: str
    levels: list[tuple[Decimal, str]]
    scales: list[tuple[str, str]]
    scale: str
    methods: list[MethodLine]
    choices: list[ChoiceLine]
    going: list[Job]


def method_page(*, viewer: Viewer, public_id: UUID, scale: str = "") -> MethodPage | None:
    """The page of a framework; `scale`: the public id of the scale whose levels are offered (today's without)."""
    framework = Framework.objects.select_related("scale").filter(public_id=public_id).first()
    if framework is None:
        return None
    choices = list(MethodChoice.objects.filter(framework=framework).select_related("chosen_by").order_by("-version"))
    newest = choices[0] if choices else None
    method = newest.method if newest else MethodName.CRITERION
    parameters = dict(Method(method, newest.parameters if newest else {}).parameters)
    offered = {str(row.public_id): row for row in Scale.objects.order_by("name", "pk")}
    chosen = offered.get(scale, framework.scale)
    levels = _levels(chosen)
    return MethodPage(
        framework=framework,
        method=method,
        parameters=parameters,
        label=str(MethodName(method).label),
        words=method_sentence(method, parameters),
        family=method_family_sentence(method, parameters),
        version=newest.version if newest else 0,
        target=framework.target,
        target_word=dict(_levels(framework.scale)).get(framework.target, f"{framework.target.normalize():f}"),
        levels=levels,
        scales=[(key, row.name) for key, row in offered.items()],
        scale=str(chosen.public_id),
        methods=[
            MethodLine(
                name,
                str(MethodName(name).label),
                method_sentence(name, dict(Method(name).parameters)),
                method_family_sentence(name, dict(Method(name).parameters)),
                spec.counts_the_past,
                name == method,
            )
            for name, spec in METHODS.items()
        ],
        choices=[
            ChoiceLine(
                row.version,
                str(MethodName(row.method).label),
                method_sentence(row.method, dict(Method(row.method, row.parameters).parameters)),
                row.chosen_by.display_name if row.chosen_by else "",
                row.chosen_at,
            )
            for row in choices
        ],
        going=[
            job
            for job in Job.objects.filter(kind=JobKind.CHANGE_METHOD, state__in=[*GOING, JobState.WAITING]).order_by(
                "-pk"
            )[:CHANGES_SHOWN]
            if job.parameters.get("framework") == str(public_id)
        ],
    )


def _levels(scale: Scale) -> list[tuple[Decimal, str]]:
    language = (get_language() or "en").split("-")[0]
    rows = Level.objects.filter(scale=scale).order_by("value")
    return [(row.value, row.names.get(language) or row.names.get("en") or f"{row.value.normalize():f}") for row in rows]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change somebody would like to make: what, how far the counting is, what it would do; in counts only."""

    job: Job
    framework: Framework
    label: str
    words: str
    family: str
    target: str
    is_going: bool
    is_waiting: bool
    is_done: bool
    is_cancelled: bool
    problem: str
    phase: str
    report: dict[str, Any]
    rows: list[tuple[str, str, int]]


def change_job(*, viewer: Viewer, public_id: UUID) -> Job | None:
    """The job of a change, for who may choose methods."""
    if not can(viewer, Permission.CHOOSE_METHOD).allowed:
        return None
    return Job.objects.filter(public_id=public_id, kind=JobKind.CHANGE_METHOD).first()


def change_page(*, viewer: Viewer, public_id: UUID) -> ChangePage | None:
    """What a change would do; None for one that is not there."""
    job = change_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    wish, report = job.parameters, job.report
    framework = Framework.objects.select_related("scale").get(public_id=wish["framework"])
    names = {level: word for scale in Scale.objects.filter(public_id=wish["scale"]) for level, word in _levels(scale)}
    target = Decimal(wish["target"])
    return ChangePage(
        job=job,
        framework=framework,
        label=str(MethodName(wish["method"]).label),
        words=method_sentence(wish["method"], wish["parameters"]),
        family=method_family_sentence(wish["method"], wish["parameters"]),
        target=next((word for level, word in names.items() if level == target), wish["target"]),
        is_going=job.state in GOING,
        is_waiting=job.state == JobState.WAITING,
        is_done=job.state == JobState.DONE,
        is_cancelled=job.state == JobState.CANCELLED,
        problem=_problem(job),
        phase=_("Putting everybody in line") if wish.get("confirmed") else _("Counting what would change"),
        report=report,
        rows=[(str(Shape(was).label), str(Shape(becomes).label), n) for was, becomes, n in report.get("moves", [])],
    )


def _problem(job: Job) -> str:
    if job.state != JobState.FAILED:
        return ""
    return str(
        job.report.get("problem") or _("The counting stopped three times. Ask whoever runs the system, then try again.")
    )
