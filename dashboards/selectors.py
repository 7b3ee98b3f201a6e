"""Counts for administrators and health for operators: aggregates, a constant number of queries, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.choices import JobState, RelationshipKind
from accounts.models import Enrolment, Job, Relationship, School, Section, Student, TeachingAssignment
from accounts.permissions import Viewer, current, schools_for
from accounts.svg import Bar, Chart, coverage
from assessments.models import MasterySummary
from assessments.selectors.feed import waits_for
from success_plans.choices import GoalState, StatementKind, StepName, Voice
from success_plans.models import Goal, PlanStatement
from success_plans.selectors.cycle import SchoolCycle, school_cycle
from supports.choices import LIVE_FLAG_STATES, FlagState, RuleName
from supports.models import ClassNotice, Flag, Focus, Support


def my_schools(*, viewer: Viewer) -> list[School]:
    """The schools this viewer leads, by name."""
    return list(schools_for(viewer).order_by("name", "pk"))


@dataclass(frozen=True, slots=True)
class Coverage:
    """A promise to every student, and how many it is kept for."""

    code: str
    label: str
    part: int
    whole: int

    @property
    def words(self) -> str:
        """ "412 of 430"."""
        return _("%(part)s of %(whole)s") % {"part": self.part, "whole": self.whole}


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A flag rule and what became of its flags in the last 45 days."""

    rule: str
    live: int
    acted_on: int
    ended: int
    lapsed: int
    wrong: int
    opened: int


@dataclass(frozen=True, slots=True)
class Recency:
    """How many students had their newest evidence in a stretch of days."""

    label: str
    students: int


@dataclass(frozen=True, slots=True)
class ClassGap:
    """A class in which some students have no plan yet: how many of how many, and who teaches it. No student's name."""

    title: str
    teachers: str
    missing: int
    students: int


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """One school in counts."""

    students: int
    promises: list[Coverage]
    chart: Chart
    rules: list[RuleCount]
    recency: list[Recency]
    recency_chart: Chart
    notices: int
    days: int
    without_plan: int
    classes: list[ClassGap]
    cycle: SchoolCycle
    on_time: list[Coverage]
    on_time_chart: Chart


RECENT_DAYS = 45


def school_page(*, viewer: Viewer, school: School) -> SchoolPage:
    """Coverage, flags by rule, evidence recency; the same queries for 10 students and for 5,000."""
    students = Student.objects.filter(school=school, is_active=True, alias_of__isnull=True)
    promises = _promises(viewer, students)
    recency = _recency(viewer, students)
    whole = promises[0].whole
    cycle = school_cycle(viewer=viewer, school=school)
    on_time = _on_time(cycle)
    return SchoolPage(
        students=whole,
        promises=promises,
        chart=coverage(
            "coverage",
            title=_("Promises to every student"),
            desc=_("How many students each promise is kept for, of %(n)s.") % {"n": whole},
            bars=[Bar(p.label, p.part, p.whole, p.words) for p in promises],
            heads=(_("Promise"), _("Students")),
        ),
        rules=_rules(school),
        recency=recency,
        recency_chart=coverage(
            "recency",
            title=_("When somebody last wrote down what a student can do"),
            desc=_("Students by the age of their newest piece of evidence."),
            bars=[Bar(r.label, r.students, whole, f"{r.students}") for r in recency],
            heads=(_("Newest piece"), _("Students")),
        ),
        notices=ClassNotice.objects.filter(
            section__school=school, ended_on__isnull=True, lapse_on__gt=viewer.today
        ).count(),
        days=RECENT_DAYS,
        without_plan=whole - promises[0].part,
        classes=_classes(viewer, school),
        cycle=cycle,
        on_time=on_time,
        on_time_chart=coverage(
            "on-time",
            title=_("On time"),
            desc=_("Of the steps whose day has come, how many were done by that day."),
            bars=[Bar(o.label, o.part, o.whole, o.words) for o in on_time],
            heads=(_("Step"), _("By its day")),
        ),
    )


def _on_time(cycle: SchoolCycle) -> list[Coverage]:
    """Of the conversations, meetings and reviews whose day has come: how many were there by that day."""
    labels = {
        StepName.CONVERSATION: _("Conversations with the family on time"),
        StepName.MEETING: _("Plan meetings on time"),
        StepName.REVIEW: _("Reviews on time"),
    }
    steps = {step.step: step for step in cycle.steps}
    return [
        Coverage(f"on_time_{name}", label, steps[name].done_on_time, steps[name].done + steps[name].past)
        for name, label in labels.items()
        if name in steps and steps[name].done + steps[name].past
    ]


def _classes(viewer: Viewer, school: School) -> list[ClassGap]:
    """Classes with students who have no plan yet, by title, with those who teach them: three queries."""
    said = PlanStatement.objects.filter(
        plan__student=OuterRef("student"),
        kind__in=[StatementKind.STRENGTH, StatementKind.INTEREST],
        withdrawn_at__isnull=True,
    )
    seats = (
        Enrolment.objects.filter(
            current(viewer.today),
            section__school=school,
            section__is_active=True,
            section__ends_on__gt=viewer.today,
            is_active=True,
            student__is_active=True,
        )
        .values("section_id")
        .annotate(students=Count("pk"), missing=Count("pk", filter=~Q(Exists(said))))
    )
    gaps = {row["section_id"]: row for row in seats if row["missing"]}
    teachers: dict[int, list[str]] = {}
    for teaching in (
        TeachingAssignment.objects.filter(current(viewer.today), section_id__in=gaps, is_active=True)
        .select_related("person")
        .order_by("person__sort_name", "pk")
    ):
        teachers.setdefault(teaching.section_id, []).append(teaching.person.display_name)
    titles = Section.objects.filter(pk__in=gaps).order_by("title", "pk").values_list("pk", "title")
    return [
        ClassGap(title, ", ".join(teachers.get(pk, [])), gaps[pk]["missing"], gaps[pk]["students"])
        for pk, title in titles
    ]


def _promises(viewer: Viewer, students: QuerySet[Student]) -> list[Coverage]:
    said = PlanStatement.objects.filter(plan__student=OuterRef("pk"), withdrawn_at__isnull=True)
    today = viewer.today
    in_focus = Focus.objects.filter(starts_on__lte=today, ends_on__gt=today)
    asked = {
        "all": Count("pk"),
        "plan": Count("pk", filter=Q(Exists(said.filter(kind__in=[StatementKind.STRENGTH, StatementKind.INTEREST])))),
        "voice": Count("pk", filter=Q(Exists(said.filter(voice=Voice.STUDENT)))),
        "family": Count("pk", filter=Q(Exists(said.filter(voice=Voice.FAMILY)))),
        "navigator": Count(
            "pk",
            filter=Q(
                Exists(
                    Relationship.objects.filter(current(today), student=OuterRef("pk"), kind=RelationshipKind.CASELOAD)
                )
            ),
        ),
        "goal": Count(
            "pk", filter=Q(Exists(Goal.objects.filter(plan__student=OuterRef("pk"), state=GoalState.ACTIVE)))
        ),
        "challenge": Count(
            "pk",
            filter=Q(Exists(in_focus.filter(student=OuterRef("pk"))))
            | Q(
                Exists(
                    in_focus.filter(section__enrolments__student=OuterRef("pk"), section__enrolments__is_active=True)
                )
            ),
        ),
        "support": Count(
            "pk", filter=Q(Exists(Support.objects.filter(student=OuterRef("pk"), state="running", ends_on__gt=today)))
        ),
    }
    facts: dict[str, int] = students.aggregate(**asked)
    labels = {
        "plan": _("A living plan, with strengths or interests"),
        "voice": _("The student’s own voice in it"),
        "family": _("The family’s voice in it"),
        "navigator": _("A navigator who holds it"),
        "goal": _("A goal or an intention"),
        "challenge": _("A current challenge"),
        "support": _("A support running now"),
    }
    return [Coverage(code, label, facts[code], facts["all"]) for code, label in labels.items()]


def _recency(viewer: Viewer, students: QuerySet[Student]) -> list[Recency]:
    newest = (
        MasterySummary.objects.filter(student__in=students)
        .values("student_id")
        .annotate(last=Max("last_observed_on"))
        .values_list("last", flat=True)
    )
    counts = {"week": 0, "month": 0, "older": 0}
    total = 0
    for last in newest:
        total += 1
        age = (viewer.today - last).days if last else 9999
        counts["week" if age <= 7 else "month" if age <= 30 else "older"] += 1
    none = students.count() - total
    return [
        Recency(_("in the last 7 days"), counts["week"]),
        Recency(_("8 to 30 days ago"), counts["month"]),
        Recency(_("more than 30 days ago"), counts["older"]),
        Recency(_("nothing written down yet"), none),
    ]


def _rules(school: School) -> list[RuleCount]:
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    rows: dict[str, dict[str, Any]] = {
        row["rule"]: dict(row)
        for row in Flag.objects.filter(student__school=school, student__is_active=True)
        .filter(Q(state__in=LIVE_FLAG_STATES) | Q(opened_at__gte=since))
        .values("rule")
        .annotate(
            opened=Count("pk"),
            live=Count("pk", filter=Q(state__in=LIVE_FLAG_STATES)),
            acted=Count("pk", filter=Q(state=FlagState.LINKED) | Q(acknowledged_at__isnull=False)),
            ended=Count("pk", filter=Q(state=FlagState.RESOLVED)),
            lapsed=Count("pk", filter=Q(state=FlagState.LAPSED)),
            wrong=Count("pk", filter=Q(state=FlagState.DISMISSED, dismiss_reason="wrong")),
        )
    }
    return [
        RuleCount(
            rule=str(rule.label),
            live=rows.get(rule, {}).get("live", 0),
            acted_on=rows.get(rule, {}).get("acted", 0),
            ended=rows.get(rule, {}).get("ended", 0),
            lapsed=rows.get(rule, {}).get("lapsed", 0),
            wrong=rows.get(rule, {}).get("wrong", 0),
            opened=rows.get(rule, {}).get("opened", 0),
        )
        for rule in RuleName
    ]


# ------------------------------------------------------------------ operations
@dataclass(frozen=True, slots=True)
class Operations:
    """The health of the evidence-to-flag path, from the two SQL views. No student is named."""

    waiting: int
    leased: int
    oldest_seconds: float
    feed_seconds: float
    quarantined: list[dict[str, Any]]
    jobs: list[dict[str, Any]]
    sealed_at: datetime | None
    now: datetime


def operations(*, viewer: Viewer) -> Operations:
    """Backlog, lag, quarantine and jobs at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, leased, oldest_seconds FROM operations_backlog")
        waiting, leased, oldest = cursor.fetchone()
        cursor.execute("SELECT error, requests, attempts, since FROM operations_quarantine ORDER BY since")
        quarantined = [
            dict(zip(("error", "requests", "attempts", "since"), row, strict=True)) for row in cursor.fetchall()
        ]
        cursor.execute("SELECT max(sealed_at) FROM accounts_auditseal")
        sealed_at = cursor.fetchone()[0]
    jobs: list[dict[str, Any]] = [
        {**job, "state_name": JobState(job["state"]).label}
        for job in Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.WAITING, JobState.FAILED])
        .order_by("-created_at")
        .values("public_id", "kind", "state", "phase", "progress_done", "progress_total", "attempts", "created_at")[:20]
    ]
    feed_waits = waits_for(viewer=viewer)
    return Operations(waiting, leased, float(oldest or 0), feed_waits, quarantined, jobs, sealed_at, timezone.now())
