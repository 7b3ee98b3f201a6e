"""What stands around a plan on the family's page, in one query: looks, focus, family words, brothers and sisters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.choices import SCHOOL_ROLES, Role
from accounts.models import Person, ReadEvent, Relationship, RoleAssignment, Student
from accounts.permissions import Permission, Viewer, students_for
from assessments.models import MasterySummary
from competencies.choices import WordingKind
from competencies.models import Wording
from success_plans.choices import ProposalState, Voice
from success_plans.models import FamilyWays, Proposal
from supports.models import Focus

LOOKED_BACK = timedelta(days=365)
MOST_LOOKS = 200
NAMES = ("given_name", "family_name", "preferred_name")


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody looked."""

    viewer: int
    at: datetime
    block: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A competency in focus: chosen for this child or for the class, and by whom."""

    is_own: bool
    by: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """One of the guardian's children."""

    public_id: UUID
    short_name: str


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around the plan, by the public ids of competencies and the keys of people."""

    siblings: list[Sibling]
    held: dict[UUID, Decimal | None]
    demonstrated: frozenset[UUID]
    chosen: dict[UUID, Chosen]
    wordings: dict[tuple[UUID, str, Decimal | None], str]
    events: list[Event]
    kinds: dict[int, set[str]]
    names: dict[int, str]
    to_answer: int
    waits: int
    has_ways: bool

    def said(self, competency: UUID, kind: str, level: Decimal | None = None) -> str:
        """The sentence of one audience about a competency, or about one level of it; empty without one."""
        return self.wordings.get((competency, kind, level), "")


def _array(rows: QuerySet[Any], **columns: str) -> ArraySubquery:
    return ArraySubquery(rows.annotate(row_=JSONObject(**{k: F(v) for k, v in columns.items()})).values("row_"))


def _name(row: dict[str, Any]) -> Person:
    return Person(**{name: row[name] for name in NAMES})


def around(*, viewer: Viewer, student: Student, language: str) -> Around:
    """One query. The loader has let the viewer in to this child; brothers and sisters come by the policy."""
    pk = student.pk
    focus = Focus.objects.filter(
        Q(student=pk)
        | Q(section__enrolments__student=pk, section__enrolments__is_active=True, section__is_active=True),
        starts_on__lte=viewer.today,
        ends_on__gt=viewer.today,
    )
    summaries = MasterySummary.objects.filter(student=pk)
    events = ReadEvent.objects.filter(
        student_ids__contains=[pk], occurred_at__gte=timezone.now() - LOOKED_BACK
    ).order_by("-occurred_at")[:MOST_LOOKS]
    lookers = ReadEvent.objects.filter(
        student_ids__contains=[pk], occurred_at__gte=timezone.now() - LOOKED_BACK
    ).values("viewer_id")
    spoken = Wording.objects.filter(
        Q(competency__in=focus.values("competency")) | Q(competency__in=summaries.values("competency")),
        kind__in=[WordingKind.FAMILY, WordingKind.HOME],
        language__in=[language, "en"],
    )
    open_now = Proposal.objects.filter(plan__student=pk, state=ProposalState.OPEN).order_by()
    mine = open_now.filter(author=viewer.person_id)
    people = {name: f"person__{name}" for name in NAMES}
    arrays: dict[str, Any] = {
        "x_children": _array(
            students_for(viewer, Permission.READ_FAMILY_PAGE).order_by("person__sort_name", "pk"),
            public_id="public_id",
            **people,
        ),
        "x_seen": _array(summaries, competency="competency__public_id", held="held", shown="is_demonstrated"),
        "x_in_focus": _array(
            focus.order_by("pk"),
            competency="competency__public_id",
            own="student_id",
            **{name: f"chosen_by__{name}" for name in NAMES},
        ),
        "x_spoken": _array(
            spoken, competency="competency__public_id", kind="kind", level="level", language="language", text="text"
        ),
        "x_events": _array(events, viewer="viewer_id", at="occurred_at", block="block", purpose="purpose"),
        "x_links": _array(
            Relationship.objects.filter(student=pk, person__in=lookers), person_key="person_id", word="kind", **people
        ),
        "x_leads": _array(
            RoleAssignment.objects.filter(role__in=[*SCHOOL_ROLES, Role.DISTRICT_ADMIN], person__in=lookers),
            person_key="person_id",
            word="role",
            **people,
        ),
        "x_to_answer": Subquery(
            open_now.filter(to_voice=Voice.FAMILY).values("plan").annotate(n=Count("pk")).values("n")
        ),
        "x_waits": Subquery(mine.values("plan").annotate(n=Count("pk")).values("n")),
        "x_has_ways": Exists(FamilyWays.objects.filter(plan__student=OuterRef("pk"), guardian=viewer.person_id)),
    }
    row: dict[str, Any] = Student.objects.filter(pk=pk).annotate(**arrays).values(*arrays).get()
    kinds: dict[int, set[str]] = {}
    names: dict[int, str] = {}
    for link in [*row["x_links"], *row["x_leads"]]:
        kinds.setdefault(link["person_key"], set()).add(link["word"])
        names[link["person_key"]] = _name(link).display_name
    wordings: dict[tuple[UUID, str, Decimal | None], str] = {}
    for one in sorted(row["x_spoken"], key=lambda w: w["language"] == language):
        wordings[UUID(one["competency"]), one["kind"], _level(one["level"])] = one["text"]
    chosen: dict[UUID, Chosen] = {}
    for one in sorted(row["x_in_focus"], key=lambda f: f["own"] is None):
        chosen.setdefault(UUID(one["competency"]), Chosen(one["own"] is not None, _name(one).display_name))
    return Around(
        siblings=[Sibling(UUID(c["public_id"]), _name(c).short_name) for c in row["x_children"]],
        held={UUID(s["competency"]): _level(s["held"]) for s in row["x_seen"]},
        demonstrated=frozenset(UUID(s["competency"]) for s in row["x_seen"] if s["shown"]),
        chosen=chosen,
        wordings=wordings,
        events=[
            Event(e["viewer"], datetime.fromisoformat(e["at"]), e["block"], e["purpose"] or "") for e in row["x_events"]
        ],
        kinds=kinds,
        names=names,
        to_answer=row["x_to_answer"] or 0,
        waits=row["x_waits"] or 0,
        has_ways=row["x_has_ways"],
    )


def _level(value: float | str | None) -> Decimal | None:
    """A level as the database keeps it: two places, so that 3 and 3.00 are one."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
