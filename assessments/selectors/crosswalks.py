"""What a decision about evidence of another framework would do: counts only, small ones withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.choices import JobKind, JobState
from accounts.models import Job
from accounts.permissions import Permission, Viewer, can
from competencies.choices import Counting
from competencies.listing import card_of
from competencies.models import Framework

SMALLEST = 10  # students below this number are not told one from another
_GOING = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class CrosswalkChange:
    """A decision somebody would like to make: how far the counting is, and what it would do (`lines`: what, count)."""

    job: Job
    origin: UUID
    origin_title: str
    goal: UUID
    goal_title: str
    counting: str
    label: str
    reason: str
    is_going: bool
    is_waiting: bool
    is_done: bool
    is_cancelled: bool
    problem: str
    phase: str
    lines: list[tuple[str, str]]


def change_job(*, viewer: Viewer, public_id: UUID) -> Job | None:
    """The job of a decision, for who may choose methods."""
    if not can(viewer, Permission.CHOOSE_METHOD).allowed:
        return None
    return Job.objects.filter(public_id=public_id, kind=JobKind.CHANGE_CROSSWALK).first()


def change_page(*, viewer: Viewer, public_id: UUID) -> CrosswalkChange | None:
    """What a decision would do; None for one that is not there. Two queries."""
    job = change_job(viewer=viewer, public_id=public_id)
    if job is None:
        return None
    wish = job.parameters
    language = get_language() or "en"
    titles = {
        str(row.public_id): card_of(row, language=language).title.text
        for row in Framework.objects.filter(public_id__in=[wish["origin"], wish["goal"]])
    }
    return CrosswalkChange(
        job=job,
        origin=UUID(wish["origin"]),
        origin_title=titles[wish["origin"]],
        goal=UUID(wish["goal"]),
        goal_title=titles[wish["goal"]],
        counting=wish["counting"],
        label=str(Counting(wish["counting"]).label),
        reason=wish["reason"],
        is_going=job.state in _GOING,
        is_waiting=job.state == JobState.WAITING,
        is_done=job.state == JobState.DONE,
        is_cancelled=job.state == JobState.CANCELLED,
        problem=_problem(job),
        phase=_("Putting everybody in line") if wish.get("confirmed") else _("Counting what would change"),
        lines=_lines(wish["counting"], job.report) if job.report else [],
    )


def _problem(job: Job) -> str:
    said = str(job.report.get("problem", "")) if job.report else ""
    if job.state == JobState.FAILED and not said:
        return _("The counting stopped three times. Ask whoever runs the system, then try again.")
    return said


def _lines(counting: str, report: dict[str, Any]) -> list[tuple[str, str]]:
    told = [(_("students with evidence that is tied"), "students")]
    if counting == Counting.COUNTS:
        told.append((_("students whose summaries would count more evidence"), "gaining_students"))
    else:
        told.append((_("students whose summaries would count less evidence"), "losing_students"))
    told.append((_("students for whom a level or a shape would change"), "level_students"))
    return [(words, shown_count(report[key])) for words, key in told if key in report]


def shown_count(count: int) -> str:
    """A number of students as it may be told: none, fewer than ten, or the number."""
    if not count:
        return _("none")
    return _("fewer than %(number)s") % {"number": SMALLEST} if count < SMALLEST else str(count)
