"""The plans a viewer holds, as they stand on a day of conferences: by name, with what is still to be written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from accounts.models import Student
from accounts.permissions import Permission, Viewer, students_for
from success_plans.choices import GoalState, MeetingKind, MeetingState, PlanState, TemplateKind
from success_plans.models import Goal, Meeting, Plan, PlanVersion


@dataclass(frozen=True, slots=True)
class Seat:
    """A student whose light plan this viewer holds. `met_on`: the last conference or plan meeting that was held."""

    student: Student
    name: str
    state_name: str
    has_aim: bool
    version: int | None
    met_on: date | None


@dataclass(frozen=True, slots=True)
class ConferenceDay:
    """Who can be written down, who has no plan yet, and whose plan is agreed on its own page (full template)."""

    seats: list[Seat]
    not_begun: list[Student]
    full: list[Student]

    @property
    def students(self) -> list[int]:
        """The keys of everybody named here."""
        return [*(seat.student.pk for seat in self.seats), *(s.pk for s in self.not_begun), *(s.pk for s in self.full)]


def conference_day(*, viewer: Viewer) -> ConferenceDay:
    """Everybody whose plan this viewer holds, by name. One query for the students and one for permissions."""
    plan = Plan.objects.filter(student=OuterRef("pk"))
    held = Meeting.objects.filter(
        plan__student=OuterRef("pk"),
        state=MeetingState.HELD,
        kind__in=[MeetingKind.PLAN, MeetingKind.CONFERENCE],
    ).order_by("-held_at")
    rows = (
        students_for(viewer, Permission.HOLD_PLAN)
        .filter(is_active=True)
        .select_related("person", "school")
        .annotate(
            plan_state=Subquery(plan.values("state")[:1]),
            plan_template=Subquery(plan.values("template")[:1]),
            has_aim=Exists(Goal.objects.filter(plan__student=OuterRef("pk"), state=GoalState.ACTIVE)),
            newest=Subquery(
                PlanVersion.objects.filter(plan__student=OuterRef("pk")).order_by("-number").values("number")[:1]
            ),
            met_at=Subquery(held.values("held_at")[:1]),
        )
        .order_by("person__sort_name", "pk")
    )
    day = ConferenceDay([], [], [])
    for student in rows:
        facts = student.__dict__
        if facts["plan_state"] is None:
            day.not_begun.append(student)
        elif facts["plan_template"] != TemplateKind.LIGHT:
            day.full.append(student)
        else:
            day.seats.append(
                Seat(
                    student=student,
                    name=student.person.display_name,
                    state_name=str(PlanState(facts["plan_state"]).label),
                    has_aim=facts["has_aim"],
                    version=facts["newest"],
                    met_on=timezone.localtime(facts["met_at"]).date() if facts["met_at"] else None,
                )
            )
    return day


def chosen(*, viewer: Viewer, public_ids: Collection[UUID]) -> list[Student]:
    """Those of these students whose plan this viewer holds, by name."""
    rows = students_for(viewer, Permission.HOLD_PLAN).filter(public_id__in=list(public_ids), is_active=True)
    return list(rows.select_related("person", "school").order_by("person__sort_name", "pk"))
