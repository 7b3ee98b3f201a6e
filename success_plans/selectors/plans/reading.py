"""Everything of one plan in one statement: a row of arrays of JSON, made into model instances again.

A plan is small and spread over twenty tables. Asked table by table, a page costs forty round trips; asked like this it
costs one, and two more for the names of people and competencies. Nothing here decides who may read what: see `page`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Expression, F, Func, JSONField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.choices import RelationshipKind
from accounts.models import GuardianLimit, Person, Relationship, Student
from accounts.permissions import Viewer, current
from assessments.choices import EvidenceKind
from assessments.models import Evidence, MasterySummary
from competencies.models import PathwayVersion
from success_plans.choices import CheckInHow, GoalState, MembershipState, NeedState
from success_plans.models import (
    Amendment,
    CheckIn,
    DistrictPhrase,
    EntryFinding,
    FamilyWays,
    Goal,
    Need,
    PathwayChoice,
    PathwayMembership,
    Plan,
    PlanPointer,
    PlanStatement,
    SafetyHold,
    TranslationRequest,
)
from supports.choices import LIVE_FLAG_STATES, SessionState, SupportState
from supports.models import Flag, Focus, Support, SupportSession

M = TypeVar("M", bound=Model)

LAST = 5
"""What has ended is shown this far back; the running record has the rest."""
MOST_SAID = 120
LAST_SEEN = 6
CHECKED_IN_WITHIN = timedelta(days=60)


@dataclass(slots=True)
class Everything:
    """The rows of one plan as read, with the names of the people in them."""

    plan: Plan | None
    statements: list[PlanStatement]
    goals: list[Goal]
    needs: list[Need]
    findings: list[EntryFinding]
    pointers: list[PlanPointer]
    ways: list[FamilyWays]
    pathways: list[PathwayChoice]
    memberships: list[PathwayMembership]
    amendments: list[Amendment]
    supports: list[Support]
    flags: list[Flag]
    links: list[Relationship]
    limits: frozenset[str]
    holds: list[SafetyHold]
    phrases: list[DistrictPhrase]
    summaries: list[MasterySummary]
    focus: frozenset[int]
    evidence: list[Evidence]
    check_ins: int
    last_check_in: datetime | None
    people: dict[int, Person]


class _WholeRow(Expression):
    """The row of the query's own table as JSON, its columns by their names: cheaper to say than column by column."""

    output_field = JSONField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`to_jsonb(alias)`, with the alias the query has where it stands."""
        return f"to_jsonb({compiler.quote_name_unless_alias(compiler.query.base_table)})", ()


def _rows(queryset: QuerySet[Any], only: tuple[str, ...] = (), **more: Any) -> ArraySubquery:
    """The rows of a queryset as an array of JSON objects: its own columns (or `only` these), and `more`."""
    row: Any = JSONObject(**{name: F(name) for name in only}) if only else _WholeRow()
    if more:
        row = Func(row, JSONObject(**more), template="%(expressions)s", arg_joiner=" || ", output_field=JSONField())
    return ArraySubquery(queryset.values(row_=row))


def _revive(model: type[M], row: dict[str, Any]) -> M:
    """The instance whose columns stand in `row`; what else stands there becomes attributes of it."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    values = [field.to_python(row[field.attname]) for field in fields]
    instance = model.from_db("default", [field.attname for field in fields], values)
    known = {field.attname for field in fields}
    instance.__dict__.update({name: value for name, value in row.items() if name not in known})
    return instance


def _wish(field: str, language: str) -> Subquery:
    rows = TranslationRequest.objects.filter(**{field: OuterRef("pk")}, language=language).values(
        json=JSONObject(text="text", of_version="of_version", translated_at="translated_at")
    )
    return Subquery(rows[:1], output_field=JSONField())


def _published() -> Subquery:
    """What the pathway of a membership says to everyone: the names in its newest version."""
    newest = PathwayVersion.objects.filter(pathway=OuterRef("pathway"), number=OuterRef("pathway__published_number"))
    names = ("title", "language", "translations", "experiences", "ways")
    return Subquery(
        newest.values(json=JSONObject(**{name: F(f"content__{name}") for name in names})), output_field=JSONField()
    )


def _sessions(state: str) -> Subquery:
    counted = SupportSession.objects.filter(support=OuterRef("pk"), undone_at__isnull=True, state=state)
    return Subquery(counted.order_by().values("support").annotate(n=Count("pk")).values("n"))


def _own_or_of_school(viewer: Viewer) -> Q:
    """Of what families saw at home, a guardian's plan page shows their own; two homes see nothing of each other."""
    if RelationshipKind.GUARDIAN not in viewer.kinds:
        return Q()
    return ~Q(kind=EvidenceKind.FAMILY) | Q(recorded_by=viewer.person_id)


def everything(*, viewer: Viewer, student: Student, language: str, flags: bool, evidence: bool) -> Everything:
    """Two queries: the rows, and the people in them. `flags` and `evidence` false leave those out."""
    pk = student.pk
    of_plan = {"plan__student": pk}
    live_goal = Q(state__in=[GoalState.ACTIVE, GoalState.PAUSED])
    live_support = Q(state__in=[SupportState.RUNNING, SupportState.PLANNED], ends_on__gt=viewer.today)
    goals = Goal.objects.filter(**of_plan)
    needs = Need.objects.filter(**of_plan)
    supports = Support.objects.filter(student=pk)
    counts: dict[str, Any] = {str(state.value): _sessions(state) for state in (SessionState.HELD, SessionState.ABSENT)}
    same = Student.objects.filter(Q(pk=pk) | Q(alias_of=pk)).values("pk")
    family = Q(kind=RelationshipKind.GUARDIAN)
    check_ins = CheckIn.objects.filter(student=pk, undone_at__isnull=True).exclude(how=CheckInHow.NOT_MET)
    recent = check_ins.filter(met_at__gte=timezone.now() - CHECKED_IN_WITHIN)
    arrays: dict[str, Any] = {
        "plans": _rows(Plan.objects.filter(student=pk)),
        "statements": _rows(
            PlanStatement.objects.filter(**of_plan, withdrawn_at__isnull=True).order_by("-said_on", "-pk")[:MOST_SAID],
            wish=_wish("statement", language),
            file_facts=JSONObject(
                public_id="file__public_id",
                kind="file__kind",
                words="file__description",
                language="file__language",
                withdrawn_at="file__withdrawn_at",
            ),
        ),
        "goals_now": _rows(goals.filter(live_goal).order_by("created_at", "pk"), wish=_wish("goal", language)),
        "goals_then": _rows(
            goals.exclude(live_goal).order_by("-changed_at", "-pk")[:LAST], wish=_wish("goal", language)
        ),
        "needs_now": _rows(
            needs.filter(state=NeedState.OPEN).order_by("opened_on", "pk"), wish=_wish("need", language)
        ),
        "needs_then": _rows(
            needs.exclude(state=NeedState.OPEN).order_by("-changed_at", "-pk")[:LAST], wish=_wish("need", language)
        ),
        "findings": _rows(
            EntryFinding.objects.filter(**of_plan, withdrawn_at__isnull=True).order_by("-found_on", "-pk")[:40]
        ),
        "pointers": _rows(PlanPointer.objects.filter(**of_plan, ended_on__isnull=True).order_by("kind")),
        "ways": _rows(FamilyWays.objects.filter(**of_plan).order_by("pk")),
        "pathways": _rows(PathwayChoice.objects.filter(**of_plan, ended_on__isnull=True).order_by("pk")[:20]),
        "memberships": _rows(
            PathwayMembership.objects.filter(student=pk).exclude(state=MembershipState.LEFT).order_by("pk")[:20],
            pathway_said=_published(),
            next_said=JSONObject(
                public_id="next_experience__public_id",
                title="next_experience__title",
                translations="next_experience__translations",
            ),
            way_said=JSONObject(public_id="way__public_id", title="way__title", translations="way__translations"),
        ),
        "amendments": _rows(Amendment.objects.filter(**of_plan).order_by("-created_at", "-pk")[:60]),
        "supports_now": _rows(supports.filter(live_support).order_by("-starts_on", "pk"), **counts),
        "supports_then": _rows(supports.exclude(live_support).order_by("-ends_on", "-pk")[:LAST], **counts),
        "links": _rows(
            Relationship.objects.filter(family | current(viewer.today), student=pk).order_by("starts_on", "pk"),
            section_title="section__title",
        ),
        "limits": ArraySubquery(
            GuardianLimit.objects.filter(current(viewer.today), student=pk, guardian=viewer.person_id).values("block")
        ),
        "holds": _rows(SafetyHold.objects.filter(student=pk, ended_at__isnull=True)),
        "phrases": _rows(DistrictPhrase.objects.filter(is_active=True).order_by("pk")),
        "focus_ids": ArraySubquery(
            Focus.objects.filter(
                Q(student=pk)
                | Q(section__enrolments__student=pk, section__enrolments__is_active=True, section__is_active=True),
                starts_on__lte=viewer.today,
                ends_on__gt=viewer.today,
            )
            .values("competency_id")
            .distinct()
        ),
        "met_times": Subquery(recent.order_by().values("student").annotate(n=Count("pk")).values("n")),
        "met_last": Subquery(check_ins.order_by("-met_at").values("met_at")[:1]),
    }
    if flags:
        arrays["flags"] = _rows(
            Flag.objects.filter(student=pk, state__in=LIVE_FLAG_STATES).order_by("rule", "subject"),
            section_title="section__title",
        )
    if evidence:
        arrays["summaries"] = _rows(
            MasterySummary.objects.filter(student=pk),
            ("id", "competency_id", "shape", "held", "pieces", "last_observed_on"),
        )
        arrays["evidence"] = _rows(
            Evidence.objects.filter(
                _own_or_of_school(viewer), student__in=same, withdrawn_at__isnull=True, superseded_at__isnull=True
            ).order_by("-observed_on", "-recorded_at")[:LAST_SEEN]
        )
    asked = {f"all_{name}": array for name, array in arrays.items()}  # a name of its own, not one of the student's
    answer: Any = Student.objects.filter(pk=pk).values(**asked).get()
    row: dict[str, Any] = {name.removeprefix("all_"): value for name, value in answer.items()}

    def made(model: type[M], *names: str) -> list[M]:
        return [_revive(model, one) for name in names for one in row.get(name) or []]

    plans = made(Plan, "plans")
    found = Everything(
        plan=plans[0] if plans else None,
        statements=made(PlanStatement, "statements")[::-1],
        goals=made(Goal, "goals_now", "goals_then"),
        needs=made(Need, "needs_now", "needs_then"),
        findings=made(EntryFinding, "findings"),
        pointers=made(PlanPointer, "pointers"),
        ways=made(FamilyWays, "ways"),
        pathways=made(PathwayChoice, "pathways"),
        memberships=made(PathwayMembership, "memberships"),
        amendments=made(Amendment, "amendments")[::-1],
        supports=made(Support, "supports_now", "supports_then"),
        flags=made(Flag, "flags"),
        links=made(Relationship, "links"),
        limits=frozenset(row["limits"]),
        holds=made(SafetyHold, "holds"),
        phrases=made(DistrictPhrase, "phrases"),
        summaries=made(MasterySummary, "summaries"),
        focus=frozenset(row["focus_ids"]),
        evidence=made(Evidence, "evidence"),
        check_ins=row["met_times"] or 0,
        last_check_in=row["met_last"],
        people={},
    )
    found.people = _people(viewer, found)
    return found


PEOPLE = (
    "author_id",
    "scribe_id",
    "helper_id",
    "guardian_id",
    "case_manager_id",
    "owner_id",
    "person_id",
    "recorded_by_id",
)


def _people(viewer: Viewer, found: Everything) -> dict[int, Person]:
    rows: Iterable[Model] = [
        *found.statements, *found.goals, *found.needs, *found.findings, *found.pointers, *found.ways, *found.pathways,
        *found.amendments, *found.supports, *found.flags, *found.links, *found.evidence,
    ]  # fmt: skip
    ids = {getattr(row, name) for row in rows for name in PEOPLE if getattr(row, name, None) is not None}
    return Person.objects.only(
        "public_id", "given_name", "family_name", "preferred_name", "sort_name", "languages", "is_active"
    ).in_bulk(ids)
