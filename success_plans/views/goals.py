"""Goals and intentions: anybody who speaks in the plan may propose one; what became of it stays with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import ViewerRequest, load_student
from accounts.permissions import Permission, can
from success_plans.choices import GoalState, Horizon, MeasureKind, Voice
from success_plans.forms import GoalEndForm, GoalForm
from success_plans.selectors import texts
from success_plans.services import plans as services
from success_plans.services.plans import GoalText
from success_plans.views.inplace import after, in_place, load_text, plan_url, voice_of
from supports.selectors import flags as flag_selectors

if TYPE_CHECKING:
    from success_plans.models import Goal

WORDED = ("text", "why", "steps", "how_where", "reason")
MORE = ("competency", "helper", "due_on", "measure_kind", "measure", "baseline", "target", "horizon")


@require_http_methods(["GET", "POST"])
def goal_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A goal or an intention; students and families propose theirs the same way."""
    student, _decision = load_student(request, public_id, Permission.READ_PLAN)
    voice = voice_of(request, student)
    if voice is None:
        raise PermissionDenied
    wanted = request.GET.get("horizon", "")
    initial = {
        "language": get_language(),
        "horizon": wanted if wanted in Horizon.values else Horizon.NOW,
        "measure_kind": MeasureKind.COMPETENCY,
    }
    form = _form(request, student, initial=initial)

    def save(data: dict[str, Any]) -> None:
        services.set_goal(
            by=request.viewer, student=student, goal=_text(request, data), language=data["language"], voice=voice
        )

    back = after(request, student, plan_url(student, "going"))
    return in_place(request, form, student=student, title=_("What comes next"), back=back, save=save, **_shape())


@require_http_methods(["GET", "POST"])
def goal_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Change a goal; 409 shows both wordings."""
    row, student = load_text(request, texts.goal_by_id, public_id)
    _require_own(request, row, student)
    initial = {
        "text": row.text,
        "why": row.why,
        "measure_kind": row.measure_kind,
        "measure": row.measure,
        "baseline": row.baseline,
        "target": row.target,
        "due_on": row.due_on,
        "steps": row.steps,
        "how_where": row.how_where,
        "helper": str(row.helper_id or ""),
        "competency": str(row.competency.public_id) if row.competency else "",
        "horizon": row.horizon,
        "language": row.language,
        "version": row.version,
    }
    form = _form(request, student, initial=initial, goal=row)

    def save(data: dict[str, Any]) -> None:
        services.change_goal(
            by=request.viewer,
            goal=row,
            to=_text(request, data),
            version=data["version"] or 0,
            language=data["language"],
        )

    back = after(request, student, plan_url(student, "going"))
    return in_place(
        request, form, student=student, title=_("Change this goal"), back=back, save=save, **_shape(bool(row.measure))
    )


@require_http_methods(["GET", "POST"])
def goal_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What became of a goal, and why."""
    row, student = load_text(request, texts.goal_by_id, public_id)
    _require_own(request, row, student)
    form = GoalEndForm(request.POST or None, initial={"version": row.version, "state": row.state})

    def save(data: dict[str, Any]) -> None:
        services.end_goal(
            by=request.viewer,
            goal=row,
            state=GoalState(data["state"]),
            version=data["version"],
            reason=data["reason"],
            voice=voice_of(request, student) or Voice.STAFF,
            language=get_language() or "en",
        )

    title, back = _("What became of it?"), after(request, student, plan_url(student, "going"))
    return in_place(request, form, student=student, title=title, back=back, save=save, about=row.text, worded=WORDED)


def _shape(is_open: bool = False) -> dict[str, Any]:
    return {
        "worded": WORDED,
        "more": MORE,
        "more_title": _("Make it a goal: measure, date, who helps"),
        "more_open": is_open,
    }


def _require_own(request: ViewerRequest, row: Goal, student: Any) -> None:
    viewer = request.viewer
    if not (can(viewer, Permission.EDIT_PLAN, student).allowed or viewer.person_id == row.author_id):
        raise PermissionDenied


def _form(request: ViewerRequest, student: Any, *, initial: dict[str, Any], goal: Goal | None = None) -> GoalForm:
    """The form; what a goal names already can always be kept, by a family and after the circle has changed too."""
    viewer = request.viewer
    may_name = can(viewer, Permission.EDIT_PLAN, student).allowed
    helpers = dict(texts.helpers_for_goal(viewer=viewer, student=student) if may_name else [])
    competencies = dict(texts.focus_choices(viewer=viewer, student=student))
    if goal is not None and goal.helper is not None:
        kept = texts.named(viewer=viewer, student=student, person=goal.helper)
        helpers.setdefault(goal.helper.pk, kept)
    if goal is not None and goal.competency is not None:
        competencies.setdefault(str(goal.competency.public_id), goal.competency.name)
    return GoalForm(
        request.POST or None,
        initial=initial,
        helpers=list(helpers.items()),
        competencies=list(competencies.items()),
    )


def _text(request: ViewerRequest, data: dict[str, Any]) -> GoalText:
    chosen = data["competency"]
    competency = flag_selectors.next_competency(viewer=request.viewer, public_id=UUID(chosen)) if chosen else None
    return GoalText(
        text=data["text"],
        why=data["why"],
        measure=data["measure"],
        baseline=data["baseline"],
        target=data["target"],
        due_on=data["due_on"],
        steps=data["steps"],
        how_where=data["how_where"],
        helper_id=int(data["helper"]) if data["helper"] else None,
        competency=competency,
        horizon=Horizon(data["horizon"] or Horizon.NOW),
        measure_kind=MeasureKind(data["measure_kind"] or MeasureKind.COMPETENCY),
    )
