"""Everything a batch needs to know, read for all its students at once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts import recompute as people
from accounts.models import School, Student
from accounts.statements import run
from assessments import recompute as evidence
from assessments.models import MasterySummary
from competencies.choices import AssociationKind
from competencies.models import Association
from supports.choices import LIVE_FLAG_STATES, FlagState, SupportState
from supports.models import Flag, RuleSetting
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
    crossings: evidence.Crossings
    continuum: ContinuumView
    settings: Mapping[Rule, RuleTerms]

    def ground(self, framework_id: int) -> evidence.Ground:
        """How this framework is judged; UnusableGroundError where it cannot be."""
        found = self.grounds.get(framework_id)
        if found is None:
            raise UnusableGroundError(framework_id)
        return found


# What all of it says, in one number a part: 64 bits of every row, added up.
_MARK = """
SELECT (SELECT (count(*), sum(hashtextextended((scale_id, value)::text, 0)))::text FROM competencies_level),
       (SELECT (count(*), sum(hashtextextended((id, version, scale_id, target)::text, 0)))::text
        FROM competencies_framework),
       (SELECT (count(*), sum(hashtextextended((framework_id, version, method, parameters)::text, 0)))::text
        FROM assessments_methodchoice),
       (SELECT max(id) FROM assessments_fit),
       (SELECT (count(*), sum(hashtextextended((id, rule, version, parameters, is_paused)::text, 0)))::text
        FROM supports_rulesetting),
       (SELECT (count(*), sum(hashint8extended(a.origin_id, hashint8extended(a.destination_id, 0))))::text
        FROM competencies_association a
        JOIN competencies_competency o ON o.id = a.origin_id AND o.retired_at IS NULL
        JOIN competencies_competency d ON d.id = a.destination_id AND d.retired_at IS NULL
        WHERE a.kind = 'precedes' AND a.retired_at IS NULL AND NOT a.is_broken_cycle),
       (SELECT max(id) FROM competencies_crosswalk),
       CASE WHEN EXISTS (SELECT FROM competencies_crosswalk WHERE counting = 'counts') THEN
           (SELECT (count(*), sum(hashint8extended(a.origin_id, hashint8extended(a.destination_id, 0))))::text
            FROM competencies_association a
            WHERE a.kind = 'exactMatchOf' AND a.retired_at IS NULL
              AND a.origin_id IS NOT NULL AND a.destination_id IS NOT NULL) END
"""
# The world this process read last, and the mark it carried: it changes a few times a year and is asked for all day.
_last_world: tuple[Any, World] | None = None


def read_world() -> World:
    """Grounds, crosswalks, continuum and thresholds as they are now. One query, nine when something of it changed."""
    global _last_world
    mark = run(_MARK)
    if _last_world is None or _last_world[0] != mark:
        _last_world = (mark, _whole_world())
    return _last_world[1]


def _whole_world() -> World:
    edges = Association.objects.filter(
        kind=AssociationKind.PRECEDES,
        origin__isnull=False,
        destination__isnull=False,
        retired_at__isnull=True,
        is_broken_cycle=False,
        origin__retired_at__isnull=True,
        destination__retired_at__isnull=True,
    ).values_list("origin_id", "destination_id")
    grounds = evidence.grounds()
    return World(
        grounds=grounds,
        crossings=evidence.read_crossings(grounds),
        continuum=ContinuumView.of(edges),
        settings=_settings(),
    )


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
    for student, section, competency, kind, chosen_at, starts_on, ends_on in run(
        """
        SELECT student_id, section_id, competency_id, kind, chosen_at, starts_on, ends_on FROM supports_focus
        WHERE student_id = ANY(%s::bigint[]) OR section_id = ANY(%s::bigint[]) ORDER BY id
        """,
        [list(circles), sorted(sections)],
    ):
        scope = FocusScope.STUDENT if student is not None else FocusScope.SECTION
        entry = FocusEntry(competency, FocusKind(kind), scope, chosen_at, starts_on, ends_on)
        if student is not None:
            of_student[student].append(entry)
        elif section is not None:
            of_section[section].append(entry)
    return of_student, of_section


def read_supports(ids: Collection[int]) -> dict[int, list[SupportStart]]:
    """Supports that began, by student."""
    found: dict[int, list[SupportStart]] = defaultdict(list)
    for student, competency, starts_on in run(
        """
        SELECT student_id, competency_id, starts_on FROM supports_support
        WHERE student_id = ANY(%s::bigint[]) AND competency_id IS NOT NULL AND state <> %s ORDER BY id
        """,
        [list(ids), str(SupportState.PLANNED)],
    ):
        found[student].append(SupportStart(competency, starts_on))
    return found


def read_flags(ids: Collection[int]) -> dict[int, list[ExistingFlag]]:
    """Live flags, and ended ones that still decide whether something may open again, by student."""
    found: dict[int, list[ExistingFlag]] = defaultdict(list)
    for pk, student, rule, about, competency, earlier, state, owner, opened_on, lapse_on, through, *rest in run(
        """
        SELECT f.id, f.student_id, f.rule, f.subject, f.competency_id, f.earlier_competency_id, f.state, f.owner_id,
               f.opened_on, f.lapse_on, f.evidence_through, f.reason #>> '{params,since}',
               ARRAY(SELECT e.order_key::text FROM unnest(f.evidence_ids) WITH ORDINALITY AS u(id, place)
                     JOIN assessments_evidence e ON e.id = u.id ORDER BY u.place),
               (SELECT max(s.ends_on) FROM supports_support s WHERE s.flag_id = f.id)
        FROM supports_flag f WHERE f.student_id = ANY(%s::bigint[]) AND f.state <> %s ORDER BY f.id
        """,
        [list(ids), str(FlagState.RESOLVED)],
    ):
        since, keys, until = rest
        found[student].append(
            ExistingFlag(
                id=pk,
                rule=Rule(rule),
                subject=Subject.of(about, competency=competency, earlier=earlier),
                state=State(state),
                owner=owner,
                opened_on=opened_on,
                lapse_on=lapse_on,
                evidence=tuple(keys),
                evidence_through=through,
                since=date.fromisoformat(since) if since and rule == Rule.NO_EVIDENCE else None,
                action_until=until,
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
