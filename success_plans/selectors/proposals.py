"""Proposed changes and their clocks, as each side reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.households import no_other_household
from accounts.models import Student
from accounts.permissions import Permission, Viewer, domains_for, students_for
from success_plans.choices import GOAL_OPENED_BY, GoalState, ProposalState, Subject, Voice
from success_plans.models import Goal, Plan, Proposal
from success_plans.selectors.closeness import closed_goals, goal_is_closed
from success_plans.selectors.holds import NOTHING_HELD, withheld_from

ANSWERING = {
    Voice.STAFF: Permission.EDIT_PLAN,
    Voice.STUDENT: Permission.SPEAK_AS_STUDENT,
    Voice.FAMILY: Permission.SPEAK_AS_FAMILY,
}
"""Who answers what is proposed to whom."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its answer, or the day an answer is due."""

    public_id: UUID
    version: int
    text: str
    language: str
    about: str
    by: str
    voice: str
    to_voice: str
    to_name: str
    on: date
    answer_by: date
    is_open: bool
    is_late: bool
    state: str
    state_name: str
    answer: str
    answered_by: str
    answered_on: date | None
    is_mine: bool
    may_answer: bool


def visible(*, viewer: Viewer) -> QuerySet[Proposal]:
    """Proposals of plans this viewer reads; nothing another household wrote or answered. The one rule for reading."""
    return Proposal.objects.filter(
        no_other_household(viewer, student="plan__student", person="author"),
        no_other_household(viewer, student="plan__student", person="answered_by"),
        no_other_household(viewer, student="plan__student", person="goal__author"),
        plan__student__in=students_for(viewer, Permission.READ_PLAN),
    ).select_related("plan__student__person", "plan__student__school", "author", "answered_by", "goal")


def proposals(*, viewer: Viewer, student: Student, allowed: frozenset[Permission]) -> list[Proposed]:
    """What was proposed about this plan: open ones first, by their day, then answered ones, newest first.

    What the school suggests to the family is not shown to the child, and the other way round only what is theirs.
    """
    rows = list(visible(viewer=viewer).filter(plan__student=student).exclude(state=ProposalState.WITHDRAWN))
    if Permission.SPEAK_AS_STUDENT in allowed:
        rows = [r for r in rows if Voice.STUDENT in {r.voice, r.to_voice}]
    shown = [shown_as(viewer, row, allowed) for row in rows]
    waiting = sorted((p for p in shown if p.is_open), key=lambda p: p.answer_by)
    done = sorted((p for p in shown if not p.is_open), key=lambda p: p.answered_on or p.on, reverse=True)
    return [*waiting, *done]


def shown_as(viewer: Viewer, row: Proposal, allowed: frozenset[Permission]) -> Proposed:
    """A proposal as this viewer reads it; without the words of a goal on hold. At most two queries for a family."""
    held = withheld_from(viewer=viewer, student=row.plan.student) if row.goal else NOTHING_HELD
    is_open = row.state == ProposalState.OPEN
    return Proposed(
        public_id=row.public_id,
        version=row.version,
        text=row.text,
        language=row.language,
        about=row.goal.text
        if row.goal and not held.covers(Subject.GOAL, row.goal.public_id) and not _is_closed(viewer, row.plan, row.goal)
        else "",
        by=row.author.display_name,
        voice=row.voice,
        to_voice=row.to_voice,
        to_name=str(row.get_to_voice_display()),
        on=timezone.localtime(row.created_at).date(),
        answer_by=row.answer_by,
        is_open=is_open,
        is_late=is_open and row.answer_by < viewer.today,
        state=row.state,
        state_name=str(row.get_state_display()),
        answer=row.answer,
        answered_by=row.answered_by.display_name if row.answered_by else "",
        answered_on=timezone.localtime(row.answered_at).date() if row.answered_at else None,
        is_mine=row.author_id == viewer.person_id,
        may_answer=is_open and ANSWERING[Voice(row.to_voice)] in allowed,
    )


def _is_closed(viewer: Viewer, plan: Plan, goal: Goal) -> bool:
    """Whether this goal is about what the viewer's domains do not open."""
    if goal.measure_kind not in GOAL_OPENED_BY:
        return False
    domains = domains_for(viewer, plan.student)
    return goal_is_closed(goal.measure_kind, domains, viewer.person_id, goal.author_id, goal.helper_id)


def proposal_by_id(*, viewer: Viewer, public_id: UUID) -> Proposal | None:
    """A proposal of a plan this viewer reads."""
    return visible(viewer=viewer).filter(public_id=public_id).first()


def waiting_for_staff(*, viewer: Viewer) -> list[Proposal]:
    """Open proposals of families and students this viewer may answer, the one due first on top. One query."""
    return list(
        Proposal.objects.filter(
            to_voice=Voice.STAFF,
            state=ProposalState.OPEN,
            plan__student__in=students_for(viewer, Permission.EDIT_PLAN),
        )
        .select_related("plan__student__person", "author")
        .order_by("answer_by", "pk")[:50]
    )


def goal_choices(*, viewer: Viewer, student: Student) -> list[tuple[str, str]]:
    """Goals a proposal can be about: (public id, its words). Nothing of another household or on hold."""
    rows = Goal.objects.filter(
        no_other_household(viewer, student="plan__student", person="author"),
        plan__student=student,
        state__in=[GoalState.ACTIVE, GoalState.PAUSED],
    ).order_by("created_at", "pk")
    held = withheld_from(viewer=viewer, student=student)
    rows = rows.exclude(closed_goals(domains_for(viewer, student), viewer.person_id))
    return [(str(row.public_id), row.text[:120]) for row in rows if not held.covers(Subject.GOAL, row.public_id)]
