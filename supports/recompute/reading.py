"""Everything a batch needs to know, read for all its students at once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts import recompute as people
from accounts.models import School, Student
from assessments import recompute as evidence
from assessments.models import MasterySummary
from competencies.choices import AssociationKind
from competencies.models import Association
from supports.choices import LIVE_FLAG_STATES, FlagState, SupportState
from supports.models import Flag, Focus, RuleSetting, Support
from supports.rules import (
    ContinuumView,
    ExistingFlag,
    FocusEntry,
    FocusKind,
    FocusScope,
    Rule,
    RuleError,
    State,
    Subject,
    SupportStart,
)
from supports.rules import RuleSetting as RuleTerms

log = logging.getLogger(__name__)


class UnusableGroundError(Exception):
    """A framework whose scale or method cannot be used; only students with evidence on it have to wait."""


@dataclass(frozen=True, slots=True)
class World:
    """What all students of a batch share. `grounds` leaves out frameworks that cannot be judged."""

    grounds: Mapping[int, evidence.Ground]
    continuum: ContinuumView
    settings: Mapping[Rule, RuleTerms]

    def ground(self, framework_id: int) -> evidence.Ground:
        """How this framework is judged; UnusableGroundError where it cannot be."""
        found = self.grounds.get(framework_id)
        if found is None:
            raise UnusableGroundError(framework_id)
        return found


def read_world() -> World:
    """Grounds, continuum and thresholds as they are now."""
    edges = Association.objects.filter(
        kind=AssociationKind.PRECEDES,
        origin__isnull=False,
        destination__isnull=False,
        retired_at__isnull=True,
        is_broken_cycle=False,
        origin__retired_at__isnull=True,
        destination__retired_at__isnull=True,
    ).values_list("origin_id", "destination_id")
    return World(grounds=evidence.grounds(), continuum=ContinuumView.of(edges), settings=_settings())


def _settings() -> dict[Rule, RuleTerms]:
    """The newest usable setting of each rule: one that cannot be used is reported and passed over."""
    found = {rule: RuleTerms(rule) for rule in Rule}
    for row in RuleSetting.objects.order_by("rule", "version"):
        try:
            found[Rule(row.rule)] = RuleTerms(Rule(row.rule), row.version, row.parameters, row.is_paused)
        except (RuleError, ValueError, TypeError, AttributeError) as error:
            log.warning(
                "rules.unusable_setting rule=%s version=%s error=%s", row.rule, row.version, type(error).__name__
            )
    return found


def read_focus(
    circles: Mapping[int, people.Circle],
) -> tuple[dict[int, list[FocusEntry]], dict[int, list[FocusEntry]]]:
    """Focus by student and by section, past choices included: crossings are replayed in order of recording."""
    of_student: dict[int, list[FocusEntry]] = defaultdict(list)
    of_section: dict[int, list[FocusEntry]] = defaultdict(list)
    sections = {s for circle in circles.values() for s in circle.sections}
    rows = Focus.objects.filter(student_id__in=list(circles)) | Focus.objects.filter(section_id__in=sections)
    for row in rows.order_by("pk"):
        scope = FocusScope.STUDENT if row.student_id else FocusScope.SECTION
        entry = FocusEntry(row.competency_id, FocusKind(row.kind), scope, row.chosen_at, row.starts_on, row.ends_on)
        if row.student_id is not None:
            of_student[row.student_id].append(entry)
        elif row.section_id is not None:
            of_section[row.section_id].append(entry)
    return of_student, of_section


def read_supports(ids: Collection[int]) -> dict[int, list[SupportStart]]:
    """Supports that began, by student."""
    found: dict[int, list[SupportStart]] = defaultdict(list)
    for student, competency, starts_on in (
        Support.objects.filter(student_id__in=list(ids), competency__isnull=False)
        .exclude(state=SupportState.PLANNED)
        .order_by("pk")
        .values_list("student_id", "competency_id", "starts_on")
    ):
        assert competency is not None
        found[student].append(SupportStart(competency, starts_on))
    return found


def read_flags(ids: Collection[int]) -> dict[int, list[ExistingFlag]]:
    """Live flags, and ended ones that still decide whether something may open again, by student."""
    until: dict[int, date] = {}
    for flag_id, ends_on in Support.objects.filter(flag__student_id__in=list(ids)).values_list("flag_id", "ends_on"):
        assert flag_id is not None
        until[flag_id] = max(ends_on, until.get(flag_id, ends_on))
    keys = dict[int, str]()
    found: dict[int, list[ExistingFlag]] = defaultdict(list)
    rows = list(Flag.objects.filter(student_id__in=list(ids)).exclude(state=FlagState.RESOLVED).order_by("pk"))
    wanted = {i for row in rows for i in row.evidence_ids}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, order_key::text FROM assessments_evidence WHERE id = ANY(%s)", [list(wanted)])
            keys = dict(cursor.fetchall())
    for row in rows:
        since = row.reason.get("params", {}).get("since") if row.rule == Rule.NO_EVIDENCE else None
        found[row.student_id].append(
            ExistingFlag(
                id=row.pk,
                rule=Rule(row.rule),
                subject=Subject(row.competency_id, row.earlier_competency_id),
                state=State(row.state),
                owner=row.owner_id,
                opened_on=row.opened_on,
                lapse_on=row.lapse_on,
                evidence=tuple(keys[i] for i in row.evidence_ids if i in keys),
                evidence_through=row.evidence_through,
                since=date.fromisoformat(since) if since else None,
                action_until=until.get(row.pk),
            )
        )
    return found


def active_students(school: School | None = None) -> list[int]:
    """Ids of students whose plans live, merged records left out."""
    rows = Student.objects.filter(is_active=True, alias_of__isnull=True)
    if school is not None:
        rows = rows.filter(school=school)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def students_to_check() -> list[int]:
    """Ids of everyone about whom something is or should be stored: those above, and who left or was merged but still
    has a summary or a live flag."""
    summaries = MasterySummary.objects.filter(student=OuterRef("pk"))
    flags = Flag.objects.filter(student=OuterRef("pk"), state__in=LIVE_FLAG_STATES)
    rows = Student.objects.filter(Q(is_active=True, alias_of__isnull=True) | Exists(summaries) | Exists(flags))
    return list(rows.order_by("pk").values_list("pk", flat=True))
