"""The first simulated term: 30 students, 25 competencies, 4 pieces each, through the real rules, day by day.

In a first year without history the rules must stay calm. The same pieces also go through rules without limits (no
Focus, no contexts, no days, no independence), so that the figure beside it comes from the same class.

How the class learns: five strands side by side, five competencies in each, one after the other, three and a half
weeks for each; while it is taught it is in focus and four pieces of it are looked at. A student comes to it with a
start of their own, a little higher where the idea before it has become clear, grows from piece to piece, and has good
and bad days. Nobody answers a card; answers would only make them fewer.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.http import viewer_for
from assessments.services import NewPiece, record_evidence
from bench.town import CONTEXTS, Town, settle
from supports import recompute, review
from supports.choices import READY_RULES
from supports.models import ClassNotice, DailyRun, Flag, Focus
from supports.rules import NEED_RULES

STUDENTS, STRANDS, STEPS, PIECES, WEEKS = 30, 5, 5, 4, 18
COMPETENCIES = STRANDS * STEPS
EDGES = tuple((n, n + 1) for n in range(COMPETENCIES) if (n + 1) % STEPS)
UNIT = WEEKS * 5 // STEPS  # school days a competency is taught, and in focus
FIRST_DAY = date(2025, 8, 18)  # a Monday
LAST_DAY = date(2026, 6, 5)
LESSONS = (1, 6, 11, 16)  # school days after a competency was begun on which a piece of it is looked at
TARGET = 3.0

# What the specification's own simulation opened before the rules had limits (same size of class).
BEFORE_LIMITS = {"READY_NEXT": 495, "PREREQ_GAP": 360, "STALLED": 241}


@dataclass
class Term:
    """Cards of one class and term."""

    opened: Counter[str] = field(default_factory=Counter)
    by_week: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seen_by_week: Counter[int] = field(default_factory=Counter)
    folded: int = 0
    notices: int = 0
    without_limits: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    pieces: int = 0


def school_day(number: int) -> date:
    """The day of this number, Monday to Friday, the first is 0."""
    return FIRST_DAY + timedelta(days=number // 5 * 7 + number % 5)


def begun_on(place: int) -> int:
    """The school day on which the competency of this place is begun; the strands look at work on different days."""
    return place % STEPS * UNIT + place // STEPS % 2


def values(rng: Random) -> dict[tuple[int, int], list[float]]:
    """What every student's pieces will show: (student, competency) to four values in half steps, 1 to 4."""
    found: dict[tuple[int, int], list[float]] = {}
    for student in range(STUDENTS):
        for place in range(COMPETENCIES):
            before = found.get((student, place - 1)) if place % STEPS else None
            clear = before is None or max(before[1:]) >= TARGET
            level = rng.gauss(2.0, 0.5) + (0.2 if clear else -0.3)
            growth = max(0.0, rng.gauss(0.4, 0.25))
            mine = []
            for piece in range(PIECES):
                raw = level + growth * piece + rng.gauss(0, 0.35)
                mine.append(min(4.0, max(1.0, round(raw * 2) / 2)))
            found[student, place] = mine
    return found


def simulate(town: Town, *, seed: int = 1) -> Term:
    """One term in an empty school whose year runs from FIRST_DAY to LAST_DAY."""
    shows = values(Random(seed))
    settle(town, STUDENTS)
    by = viewer_for(town.teacher.pk)
    term = Term(without_limits=without_limits(shows))
    for number in range(WEEKS * 5):
        day = school_day(number)
        now = replace(by, today=day)
        for place, competency in enumerate(town.competencies):
            begun = begun_on(place)
            if number == begun:
                Focus.objects.create(
                    section=town.section,
                    competency=competency,
                    starts_on=day,
                    ends_on=school_day(number + UNIT),
                    chosen_by=town.teacher,
                )
            if number - begun not in LESSONS:
                continue
            turn = LESSONS.index(number - begun)
            pieces = [
                NewPiece(
                    key=uuid.UUID(int=(number << 64) | (place << 32) | student, version=4),
                    student=town.students[student].public_id,
                    competency=competency.public_id,
                    value=Decimal(str(shows[student, place][turn])),
                    observed_on=day,
                    context=CONTEXTS[(place + turn) % len(CONTEXTS)],
                    task_key=f"{place}-{turn}",
                )
                for student in range(STUDENTS)
            ]
            term.pieces += len(record_evidence(by=now, pieces=pieces, section_id=town.section.pk))
        review.run_school(town.school, day=day)
        while recompute.refresh_due(today=day):
            pass
        review.notice_school(DailyRun.objects.get(school=town.school, day=day))
    _count(town, term)
    return term


def _count(town: Town, term: Term) -> None:
    ready: set[tuple[int, str, int]] = set()
    notices = list(ClassNotice.objects.values_list("competency_id", "opened_on", "ended_on", "lapse_on"))
    for flag in Flag.objects.order_by("opened_on", "pk"):
        week = (flag.opened_on - FIRST_DAY).days // 7
        term.opened[flag.rule] += 1
        term.by_week[week][flag.rule] += 1
        about = flag.earlier_competency_id or flag.competency_id
        if flag.rule in READY_RULES:
            ready.add((week, flag.rule, flag.competency_id))
        elif flag.rule in NEED_RULES and any(
            competency == about and opened <= flag.opened_on < (ended or lapse)
            for competency, opened, ended, lapse in notices
        ):
            term.folded += 1
        else:
            term.seen_by_week[week] += 1
    for week, _rule, _competency in ready:
        term.seen_by_week[week] += 1
    for _competency, opened, _ended, _lapse in notices:
        term.seen_by_week[(opened - FIRST_DAY).days // 7] += 1
    term.notices = len(notices)
    term.shown = sum(summary.is_demonstrated for student in town.students for summary in student.summaries.all())


def without_limits(shows: dict[tuple[int, int], list[float]]) -> Counter[str]:
    """Cards of the same pieces under rules that ask for nothing more than the values, each counted once."""
    found: Counter[str] = Counter()
    for (student, place), mine in shows.items():
        is_last = not (place + 1) % STEPS
        if mine[-1] >= TARGET and not is_last:
            found["READY_NEXT"] += 1
        if mine[-1] < TARGET and any(max(mine[n + 1 : n + 3]) <= mine[n] for n in range(len(mine) - 2)):
            found["STALLED"] += 1
        if not is_last and mine[-1] < TARGET and min(shows[student, place + 1][:2]) < TARGET:
            found["PREREQ_GAP"] += 1
    return found


def report(term: Term) -> list[str]:
    """The lines to print."""
    per_week = [term.seen_by_week.get(week, 0) for week in range(WEEKS)]
    flags = [sum(term.by_week.get(week, {}).values()) for week in range(WEEKS)]
    lines = [
        f"{STUDENTS} students, {COMPETENCIES} competencies, {term.pieces} pieces in {WEEKS} weeks; "
        f"{term.shown} of {STUDENTS * COMPETENCIES} competencies shown at the end; nobody answers a card",
        f"{'rule':<15}{'flags':>7}{'same pieces, no limits':>25}{'spec, before limits':>22}",
    ]
    for rule in sorted(set(term.opened) | set(BEFORE_LIMITS)):
        naive, before = term.without_limits.get(rule, "-"), BEFORE_LIMITS.get(rule, "-")
        lines.append(f"{rule:<15}{term.opened[rule]:>7}{naive:>25}{before:>22}")
    lines += [
        f"flags opened a class and week: mean {sum(flags) / WEEKS:.1f}, most {max(flags)}; by week {flags}",
        f"cards a teacher sees (ready folded by competency, needs folded under {term.notices} class notices): "
        f"mean {sum(per_week) / WEEKS:.1f}, most {max(per_week)}; by week {per_week}",
    ]
    return lines
