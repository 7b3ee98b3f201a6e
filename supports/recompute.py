"""From requests to summaries and flags that never disagree: lease, read, reason without locks, write once.

The pure reasoning is `assessments.mastery` and `supports.rules`; this module only carries data to it and back.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from accounts import recompute as people
from accounts.calendar import SchoolCalendar
from accounts.models import School, Student
from assessments import recompute as evidence
from assessments.mastery import why_not_yet
from competencies.choices import AssociationKind
from competencies.models import Association
from supports.choices import LIVE_FLAG_STATES, FlagState, SupportState
from supports.models import Flag, Focus, RuleSetting, Support
from supports.rules import (
    Adults,
    CompetencyPicture,
    ContinuumView,
    ExistingFlag,
    FlagPlan,
    FocusEntry,
    FocusKind,
    FocusScope,
    NewFlag,
    Rule,
    State,
    StudentPicture,
    Subject,
    SupportStart,
    decide,
    look_at,
)
from supports.rules import RuleSetting as RuleTerms

log = logging.getLogger(__name__)
BATCH = 60


@dataclass(frozen=True, slots=True)
class World:
    """What all students of a batch share."""

    grounds: Mapping[int, evidence.Ground]
    continuum: ContinuumView
    settings: Mapping[Rule, RuleTerms]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one student's evidence adds up to, ready to be written."""

    student_id: int
    summaries: list[dict[str, Any]]
    plan: FlagPlan
    rows: list[dict[str, Any]]


def refresh_due(*, today: date | None = None, limit: int = BATCH, seconds: float = 45.0) -> int:
    """Work on due students until none is due or the time is up. Returns how many students were written.

    `today` is for tests and replays; else each school's own date counts.
    """
    stop = time.monotonic() + seconds
    written = 0
    while time.monotonic() < stop:
        leased = evidence.lease(limit)
        if leased is None:
            break
        written += refresh(leased, today=today)
    return written


def refresh(leased: evidence.Leased, *, today: date | None = None) -> int:
    """One batch: read and reason without locks, then write under the requests that still carry our token."""
    outcomes, failed = reason(list(leased.versions), today=today)
    for student_id, error in failed.items():
        evidence.give_back(leased, student_id, error)
    try:
        with transaction.atomic():
            written = _write(leased, outcomes)
    except Exception:  # noqa: BLE001 - find out whose row it was: each alone, the others must not wait for it
        log.exception("refresh.batch_failed students=%s", len(outcomes))
        written = 0
        for student_id, outcome in outcomes.items():
            try:
                with transaction.atomic():
                    written += _write(leased, {student_id: outcome})
            except Exception as error:  # noqa: BLE001 - it goes back in line and, the fifth time, to quarantine
                log.exception("refresh.student_failed student=%s", student_id)
                evidence.give_back(leased, student_id, type(error).__name__)
    return written


def reason(student_ids: Sequence[int], *, today: date | None = None) -> tuple[dict[int, Outcome], dict[int, str]]:
    """Read everything for these students (a constant number of queries) and run the pure functions.

    Returns the outcomes, and the students whose reasoning raised with the error's name.
    """
    now = timezone.now()
    world = _world()
    students = {s.pk: s for s in Student.objects.filter(pk__in=student_ids).select_related("school")}
    days = {pk: today or people.school_date(s.school, now) for pk, s in students.items()}
    by_day: dict[date, list[int]] = defaultdict(list)
    for pk in students:
        by_day[days[pk]].append(pk)
    outcomes: dict[int, Outcome] = {}
    failed: dict[int, str] = {}
    for day, ids in by_day.items():
        _reason_on(day, ids, students, world, outcomes, failed)
    for missing in set(student_ids) - set(students):
        failed[missing] = "StudentGone"
    return outcomes, failed


def _reason_on(
    day: date,
    ids: list[int],
    students: Mapping[int, Student],
    world: World,
    outcomes: dict[int, Outcome],
    failed: dict[int, str],
) -> None:
    schools = {pk: students[pk].school_id for pk in ids}
    calendars = people.calendars(set(schools.values()), today=day)
    circles = people.circles(schools, today=day)
    histories = evidence.histories(ids)
    framework_of = evidence.framework_of({c for h in histories.values() for c in h.pieces})
    focus, section_focus = _focus(circles)
    supports = _supports(ids)
    flags = _flags(ids)
    for pk in ids:
        try:
            outcomes[pk] = _student(
                students[pk], day, calendars[schools[pk]], circles[pk], histories[pk], framework_of, world,
                [*focus.get(pk, []), *(f for s in circles[pk].sections for f in section_focus.get(s, []))],
                section_focus, supports.get(pk, []), flags.get(pk, []),
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - one student's data must not stop the others
            log.exception("refresh.reasoning_failed student=%s", pk)
            failed[pk] = type(error).__name__


def _student(
    student: Student,
    day: date,
    calendar: SchoolCalendar,
    circle: people.Circle,
    history: evidence.History,
    framework_of: Mapping[int, int],
    world: World,
    focus: list[FocusEntry],
    section_focus: Mapping[int, list[FocusEntry]],
    supports: list[SupportStart],
    flags: list[ExistingFlag],
) -> Outcome:
    pictures: dict[int, CompetencyPicture] = {}
    rows: list[dict[str, Any]] = []
    for competency, pieces in history.pieces.items():
        ground = world.grounds[framework_of[competency]]
        picture = look_at(pieces, scale=ground.scale, method=ground.method)
        pictures[competency] = picture
        missing = [[str(e.code), dict(e.params)] for e in why_not_yet(pieces, scale=ground.scale, method=ground.method)]
        rows.append(evidence.summary_row(student.pk, competency, picture.judgement, history, ground, missing))
    lead = circle.plan_lead or circle.navigator or min(circle.adults, default=None)
    if lead is None or not student.is_active:
        # nobody could own a flag, or the student is gone: what is live ends, nothing opens
        plan = FlagPlan(resolve=tuple(f for f in flags if f.state in {State.OPEN, State.ACKNOWLEDGED}))
    else:
        focus_teachers: dict[int, list[int]] = defaultdict(list)
        for section, teachers in circle.sections.items():
            for entry in section_focus.get(section, []):
                if entry.is_active(day):
                    focus_teachers[entry.competency].extend(teachers)
        plan = decide(
            StudentPicture(
                student=student.pk,
                competencies=pictures,
                continuum=world.continuum,
                adults=Adults(
                    related=circle.adults,
                    focus_teachers={c: tuple(t) for c, t in focus_teachers.items()},
                    navigator=circle.navigator,
                    plan_lead=lead,
                ),
                focus=tuple(focus),
                supports=tuple(supports),
                flags=tuple(flags),
            ),
            today=day,
            calendar=calendar,
            settings=world.settings,
        )
    new_rows = [_flag_row(student.pk, new, history, circle, section_focus, framework_of, world) for new in plan.open]
    return Outcome(student.pk, rows, plan, new_rows)


def _flag_row(
    student_id: int,
    new: NewFlag,
    history: evidence.History,
    circle: people.Circle,
    section_focus: Mapping[int, list[FocusEntry]],
    framework_of: Mapping[int, int],
    world: World,
) -> dict[str, Any]:
    framework = framework_of.get(new.subject.competency)
    return {
        "student_id": student_id,
        "rule": str(new.rule),
        "rule_version": new.rule_version,
        "subject": new.subject.key,
        "competency_id": new.subject.competency,
        "earlier_competency_id": new.subject.earlier,
        "framework_version": world.grounds[framework].framework_version if framework else 1,
        "owner_id": new.owner,
        "section_id": _section_for(new, history, circle, section_focus),
        "reason": {"code": str(new.reason.code), "params": dict(new.reason.params)},
        "evidence_ids": [history.ids[key] for key in new.evidence],
        "evidence_through": new.evidence_through,
        "opened_on": new.opened_on,
        "review_on": new.review_on,
        "lapse_on": new.lapse_on,
    }


def _section_for(
    new: NewFlag, history: evidence.History, circle: people.Circle, section_focus: Mapping[int, list[FocusEntry]]
) -> int | None:
    """The class a flag is shown under: the owner's, with the competency in Focus or the newest evidence, else any."""
    mine = [s for s, teachers in circle.sections.items() if new.owner in teachers] or list(circle.sections)
    for section in mine:
        if any(f.competency == new.subject.competency for f in section_focus.get(section, [])):
            return section
    for key in reversed(new.evidence):
        if (section_id := history.sections.get(key)) in mine:
            return section_id
    return mine[0] if mine else None


# ------------------------------------------------------------------ reading
def _world() -> World:
    settings = {
        Rule(row.rule): RuleTerms(Rule(row.rule), row.version, row.parameters, row.is_paused)
        for row in RuleSetting.objects.order_by("rule", "version")
    }
    edges = Association.objects.filter(
        kind=AssociationKind.PRECEDES,
        origin__isnull=False,
        destination__isnull=False,
        retired_at__isnull=True,
        is_broken_cycle=False,
        origin__retired_at__isnull=True,
        destination__retired_at__isnull=True,
    ).values_list("origin_id", "destination_id")
    return World(
        grounds=evidence.grounds(),
        continuum=ContinuumView.of(edges),
        settings={rule: settings.get(rule, RuleTerms(rule)) for rule in Rule},
    )


def _focus(
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


def _supports(ids: Collection[int]) -> dict[int, list[SupportStart]]:
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


def _flags(ids: Collection[int]) -> dict[int, list[ExistingFlag]]:
    """Live flags, and ended ones that still decide whether something may open again."""
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


# ------------------------------------------------------------------ writing
def _write(leased: evidence.Leased, outcomes: Mapping[int, Outcome]) -> int:
    held = evidence.hold(leased, outcomes.keys())
    mine = [outcomes[pk] for pk in held]
    if not mine:
        return 0
    evidence.store_summaries(held, [row for outcome in mine for row in outcome.summaries])
    _store_flags(mine)
    evidence.settle(leased, held)
    return len(held)


def _store_flags(outcomes: Sequence[Outcome]) -> None:
    """Apply the plans: renew, resolve, lapse, hand over, open. A flag a person ended meanwhile is left alone."""
    now = timezone.now()
    live = Flag.objects.filter(state__in=LIVE_FLAG_STATES)
    for outcome in outcomes:
        plan = outcome.plan
        for renewal in plan.renew:
            live.filter(pk=renewal.flag.id).update(
                reason={"code": str(renewal.reason.code), "params": dict(renewal.reason.params)},
                evidence_ids=_ids_of(renewal.evidence, outcome.student_id),
                evidence_through=renewal.evidence_through,
            )
        for handover in plan.hand_over:
            live.filter(pk=handover.flag.id).update(owner_id=handover.owner)
    resolved = [flag.id for outcome in outcomes for flag in outcome.plan.resolve]
    lapsed = [flag.id for outcome in outcomes for flag in outcome.plan.lapse]
    if resolved:
        live.filter(pk__in=resolved).update(state=FlagState.RESOLVED, ended_at=now, end_code="reason_gone")
    if lapsed:
        live.filter(pk__in=lapsed).update(state=FlagState.LAPSED, ended_at=now, end_code="last_day")
    rows = [row for outcome in outcomes for row in outcome.rows]
    if rows:
        _insert_flags(rows)


def _ids_of(keys: Sequence[str], student_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.id FROM assessments_evidence e JOIN accounts_student s ON s.id = e.student_id
            WHERE (s.id = %s OR s.alias_of_id = %s) AND e.superseded_at IS NULL AND e.order_key = ANY(%s::uuid[])
            ORDER BY array_position(%s::uuid[], e.order_key)
            """,
            [student_id, student_id, list(keys), list(keys)],
        )
        return [row[0] for row in cursor.fetchall()]


def _insert_flags(rows: Sequence[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO supports_flag (public_id, student_id, rule, rule_version, subject, competency_id,
                earlier_competency_id, framework_version, state, owner_id, section_id, reason, evidence_ids,
                evidence_through, opened_on, review_on, lapse_on, dismiss_reason, dismiss_note, end_code, version)
            SELECT gen_random_uuid(), student_id, rule, rule_version, subject, competency_id, earlier_competency_id,
                framework_version, 'open', owner_id, section_id, reason, evidence_ids, evidence_through, opened_on,
                review_on, lapse_on, '', '', '', 1
            FROM jsonb_to_recordset(%s::jsonb) AS r(student_id bigint, rule text, rule_version int, subject text,
                competency_id bigint, earlier_competency_id bigint, framework_version int, owner_id bigint,
                section_id bigint, reason jsonb, evidence_ids bigint[], evidence_through timestamptz,
                opened_on date, review_on date, lapse_on date)
            ORDER BY student_id, rule, subject
            """,
            [orjson.dumps(list(rows), default=str).decode()],
        )


# ------------------------------------------------------------------ checking
@dataclass(frozen=True, slots=True)
class Drift:
    """One place where what is stored differs from what the evidence says."""

    student_id: int
    what: str


def compare(student_ids: Sequence[int], *, today: date | None = None) -> list[Drift]:
    """Recompute these students and compare with what is stored; students with work in line are left out."""
    waiting = evidence.pending(student_ids)
    ids = [s for s in student_ids if s not in waiting]
    outcomes, failed = reason(ids, today=today)
    stored = evidence.stored_summaries(ids)
    drifts = [Drift(s, f"cannot be recomputed: {error}") for s, error in failed.items()]
    expected: dict[tuple[int, int], dict[str, Any]] = {
        (row["student_id"], row["competency_id"]): row for o in outcomes.values() for row in o.summaries
    }
    for key in expected.keys() | stored.keys():
        there, should = stored.get(key), expected.get(key)
        if there is None or should is None:
            drifts.append(Drift(key[0], f"competency {key[1]}: summary {'missing' if there is None else 'too many'}"))
            continue
        wrong = [column for column in evidence.COLUMNS if not _same(getattr(there, column), should[column])]
        if wrong:
            drifts.append(Drift(key[0], f"competency {key[1]}: {', '.join(wrong)} differ"))
    for outcome in outcomes.values():
        plan = outcome.plan
        drifts += [Drift(outcome.student_id, f"flag {n.rule} {n.subject.key} missing") for n in plan.open]
        drifts += [Drift(outcome.student_id, f"flag {f.rule} {f.subject.key} should have ended") for f in plan.resolve]
        drifts += [Drift(outcome.student_id, f"flag {f.rule} {f.subject.key} should have lapsed") for f in plan.lapse]
        drifts += [
            Drift(outcome.student_id, f"flag {r.flag.rule} {r.flag.subject.key} is out of date") for r in plan.renew
        ]
    return drifts


def _same(there: Any, should: Any) -> bool:
    if isinstance(there, datetime):
        return bool(there == datetime.fromisoformat(should))
    if isinstance(there, date):
        return bool(there.isoformat() == should)
    if there is not None and should is not None and isinstance(should, str) and not isinstance(there, str):
        return bool(there == type(there)(should))
    return bool(there == should)


def active_students(school: School | None = None) -> list[int]:
    """Ids of students whose plans live, merged records left out."""
    rows = Student.objects.filter(is_active=True, alias_of__isnull=True)
    if school is not None:
        rows = rows.filter(school=school)
    return list(rows.order_by("pk").values_list("pk", flat=True))
