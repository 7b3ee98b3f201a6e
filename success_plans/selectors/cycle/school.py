"""A school's year in counts: how each step stands, what each adult carries. No student is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from accounts.choices import RelationshipKind
from accounts.models import Person, Relationship, School
from accounts.permissions import Viewer, current
from success_plans.choices import StepName, StepOutcome
from success_plans.models import CycleStep
from success_plans.recompute import ground_of
from success_plans.selectors.cycle.work import due_soon


@dataclass(frozen=True, slots=True)
class StepCount:
    """How a step stands at a school: students, never their names."""

    step: str
    label: str
    on_time: int
    soon: int
    past: int
    done: int
    done_on_time: int

    @property
    def waiting(self) -> int:
        """How many are open."""
        return self.on_time + self.soon + self.past


@dataclass(frozen=True, slots=True)
class Load:
    """An adult with open steps at a school, or a caseload; counts only."""

    name: str
    students: int
    waiting: int
    soon: int
    past: int
    is_full: bool


@dataclass(frozen=True, slots=True)
class SchoolCycle:
    """The clocks of a school's year."""

    year: str
    steps: list[StepCount]
    loads: list[Load]
    cap: int

    @property
    def waiting(self) -> int:
        """Steps that are open."""
        return sum(step.waiting for step in self.steps)

    @property
    def past(self) -> int:
        """Steps past their day."""
        return sum(step.past for step in self.steps)


def school_cycle(*, viewer: Viewer, school: School) -> SchoolCycle:
    """Counts per step and per adult. The same queries for 10 students and for 5,000; no student is named."""
    today = viewer.today
    soon = due_soon([school.pk], today)[school.pk]
    ground = ground_of(school, today=today)
    rows = CycleStep.objects.filter(school=school, school_year=ground.year if ground else None)
    is_open = Q(done_on__isnull=True)
    counts = {
        "waiting": Count("pk", filter=is_open),
        "past": Count("pk", filter=is_open & Q(due_on__lt=today)),
        "soon": Count("pk", filter=is_open & Q(due_on__gte=today, due_on__lte=soon)),
    }
    by_step: dict[str, dict[str, Any]] = {
        row["step"]: dict(row)
        for row in rows.values("step").annotate(
            **counts,
            done=Count("pk", filter=~is_open & ~Q(outcome=StepOutcome.NOT_NEEDED)),
            kept=Count("pk", filter=~is_open & ~Q(outcome=StepOutcome.NOT_NEEDED) & Q(done_on__lte=F("due_on"))),
        )
    }
    by_owner: dict[int | None, dict[str, Any]] = {
        row["owner_id"]: dict(row) for row in rows.filter(is_open).values("owner_id").annotate(**counts)
    }
    held = dict(
        Relationship.objects.filter(
            current(today),
            kind=RelationshipKind.CASELOAD,
            student__school=school,
            student__is_active=True,
            person__is_active=True,
        )
        .values_list("person_id")
        .annotate(students=Count("student", distinct=True))
    )
    people = Person.objects.filter(pk__in={pk for pk in {*by_owner, *held} if pk}).order_by("sort_name", "pk")
    nothing = {"waiting": 0, "past": 0, "soon": 0}
    return SchoolCycle(
        year=ground.year.name if ground else "",
        steps=[_count(name, by_step[name]) for name in StepName if name in by_step],
        loads=[
            Load(
                name=person.display_name,
                students=held.get(person.pk, 0),
                is_full=held.get(person.pk, 0) > school.caseload_cap,
                waiting=by_owner.get(person.pk, nothing)["waiting"],
                soon=by_owner.get(person.pk, nothing)["soon"],
                past=by_owner.get(person.pk, nothing)["past"],
            )
            for person in people
        ],
        cap=school.caseload_cap,
    )


def _count(name: StepName, row: dict[str, Any]) -> StepCount:
    return StepCount(
        step=str(name),
        label=str(name.label),
        on_time=row["waiting"] - row["past"] - row["soon"],
        soon=row["soon"],
        past=row["past"],
        done=row["done"],
        done_on_time=row["kept"],
    )
