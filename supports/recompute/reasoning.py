"""One student's evidence and flags become an outcome: pure functions on what was read, no lock held."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from accounts import recompute as people
from accounts.calendar import SchoolCalendar
from assessments import recompute as evidence
from supports.recompute.reading import World, read_flags, read_focus, read_supports, read_world
from supports.rules import (
    LIVE_STATES,
    Adults,
    CompetencyPicture,
    ExistingFlag,
    FlagPlan,
    FocusEntry,
    NewFlag,
    Renewal,
    StudentPicture,
    SupportStart,
    decide,
    look_at,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one student's evidence adds up to, ready to be written.

    `openings` and `renewals` are rows of flags in plain JSON types. `merged_into` is set for a record that was merged
    into another: it keeps nothing of its own, the other one is asked for.
    """

    student_id: int
    summaries: list[dict[str, Any]]
    plan: FlagPlan
    openings: list[dict[str, Any]]
    renewals: list[dict[str, Any]]
    merged_into: int | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """What was read about one student."""

    pupil: people.Pupil
    calendar: SchoolCalendar
    circle: people.Circle
    history: evidence.History
    focus: list[FocusEntry]
    section_focus: Mapping[int, list[FocusEntry]]
    supports: list[SupportStart]
    flags: list[ExistingFlag]


def reason(student_ids: Sequence[int], *, today: date | None = None) -> tuple[dict[int, Outcome], dict[int, str]]:
    """Read everything for these students (a constant number of queries) and run the pure functions.

    Returns the outcomes, and the students whose reasoning raised with the error's name.
    """
    world = read_world()
    students = people.pupils(student_ids, now=timezone.now(), today=today)
    by_day: dict[date, list[int]] = defaultdict(list)
    for pk, pupil in students.items():
        by_day[pupil.today].append(pk)
    outcomes: dict[int, Outcome] = {}
    failed: dict[int, str] = {}
    for day, ids in by_day.items():
        for pk, notes in _read(day, {pk: students[pk] for pk in ids}, world).items():
            try:
                outcomes[pk] = _student(notes, day, world)
            except Exception as error:  # noqa: BLE001 - one student's data must not stop the others
                log.exception("refresh.reasoning_failed student=%s", pk)
                failed[pk] = type(error).__name__
    for missing in set(student_ids) - set(students):
        failed[missing] = "StudentGone"
    return outcomes, failed


def _read(day: date, students: Mapping[int, people.Pupil], world: World) -> dict[int, Notes]:
    schools = {pk: pupil.school_id for pk, pupil in students.items()}
    calendars = people.calendars(set(schools.values()), today=day)
    circles = people.circles(schools, today=day)
    histories = evidence.histories(list(students))
    focus, section_focus = read_focus(circles)
    supports = read_supports(students)
    flags = read_flags(students)
    return {
        pk: Notes(
            pupil=pupil,
            calendar=calendars[schools[pk]],
            circle=circles[pk],
            history=evidence.crossed(histories[pk], world.crossings),
            focus=[*focus.get(pk, []), *_focus_since_joining(circles[pk], section_focus)],
            section_focus=section_focus,
            supports=supports.get(pk, []),
            flags=flags.get(pk, []),
        )
        for pk, pupil in students.items()
    }


def _focus_since_joining(circle: people.Circle, section_focus: Mapping[int, list[FocusEntry]]) -> list[FocusEntry]:
    """The Focus of the sections a student sits in, none earlier than the day the student joined."""
    return [
        replace(entry, starts_on=joined) if entry.starts_on < (joined := circle.joined[section]) else entry
        for section in circle.sections
        for entry in section_focus.get(section, [])
    ]


def _student(notes: Notes, day: date, world: World) -> Outcome:
    pupil, history = notes.pupil, notes.history
    pictures: dict[int, CompetencyPicture] = {}
    rows: list[dict[str, Any]] = []
    for competency in history.competencies:
        ground = world.ground(history.framework_of[competency])
        pieces, said = history.pieces.get(competency, ()), history.judged.get(competency)
        carried = history.carried.get(competency, frozenset())
        picture = look_at(pieces, scale=ground.scale, method=ground.method, said=said, carried=carried)
        pictures[competency] = picture
        rows.append(evidence.summary_row(pupil.pk, competency, picture.pieces, picture.computed, history, ground))
    plan = _plan(notes, pictures, day, world)
    return Outcome(
        student_id=pupil.pk,
        summaries=rows,
        plan=plan,
        openings=[_opening_row(new, notes, world) for new in plan.open],
        renewals=[_renewal_row(renewal, history) for renewal in plan.renew],
        merged_into=pupil.alias_of_id,
    )


def _plan(notes: Notes, pictures: Mapping[int, CompetencyPicture], day: date, world: World) -> FlagPlan:
    circle = notes.circle
    lead = circle.plan_lead or circle.navigator or min(circle.adults, default=None)
    if lead is None or not notes.pupil.is_active or notes.pupil.alias_of_id is not None:
        # nobody could own a flag, or the student is gone or merged: what is live ends, nothing opens
        return FlagPlan(resolve=tuple(flag for flag in notes.flags if flag.state in LIVE_STATES))
    focus_teachers: dict[int, list[int]] = defaultdict(list)
    for section, teachers in circle.sections.items():
        for entry in notes.section_focus.get(section, []):
            if entry.is_active(day):
                focus_teachers[entry.competency].extend(teachers)
    return decide(
        StudentPicture(
            student=notes.pupil.pk,
            competencies=pictures,
            continuum=world.continuum,
            adults=Adults(
                related=circle.adults,
                focus_teachers={c: tuple(t) for c, t in focus_teachers.items()},
                navigator=circle.navigator,
                plan_lead=lead,
            ),
            focus=tuple(notes.focus),
            supports=tuple(notes.supports),
            flags=tuple(notes.flags),
        ),
        today=day,
        calendar=notes.calendar,
        settings=world.settings,
    )


def _opening_row(new: NewFlag, notes: Notes, world: World) -> dict[str, Any]:
    framework = notes.history.framework_of.get(new.subject.competency)
    return {
        "student_id": notes.pupil.pk,
        "rule": str(new.rule),
        "rule_version": new.rule_version,
        "subject": new.subject.key,
        "competency_id": new.subject.competency,
        "earlier_competency_id": new.subject.earlier,
        "framework_version": world.ground(framework).framework_version if framework else 1,
        "owner_id": new.owner,
        "section_id": _section_for(new, notes),
        "reason": {"code": str(new.reason.code), "params": dict(new.reason.params)},
        "evidence_ids": [notes.history.ids[key] for key in new.evidence],
        "evidence_through": new.evidence_through,
        "opened_on": new.opened_on,
        "review_on": new.review_on,
        "lapse_on": new.lapse_on,
    }


def _renewal_row(renewal: Renewal, history: evidence.History) -> dict[str, Any]:
    return {
        "id": renewal.flag.id,
        "reason": {"code": str(renewal.reason.code), "params": dict(renewal.reason.params)},
        "evidence_ids": [history.ids[key] for key in renewal.evidence],
        "evidence_through": renewal.evidence_through,
    }


def _section_for(new: NewFlag, notes: Notes) -> int | None:
    """The class a flag is shown under: the owner's, with the competency in Focus or the newest evidence, else any."""
    sections = notes.circle.sections
    mine = [s for s, teachers in sections.items() if new.owner in teachers] or list(sections)
    for section in mine:
        if any(f.competency == new.subject.competency for f in notes.section_focus.get(section, [])):
            return section
    for key in reversed(new.evidence):
        if (section_id := notes.history.sections.get(key)) in mine:
            return section_id
    return mine[0] if mine else None
