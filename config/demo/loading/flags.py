"""Gives the flags of the first computation their history.

The real recompute path decides which flags are true today, and on what evidence. A district that had run it daily
would have opened each of them on the day its evidence arrived, would have let old ones lapse, and would have
answered many of the others. That is what this module writes; the recompute path then runs again for everyone whose
choices changed, and agrees with what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection

from assessments.choices import Priority
from assessments.services import request_refresh
from config.demo.chance import stream, uid
from config.demo.content import Content
from config.demo.learning import FOR_A_COMPETENCY
from config.demo.loading.dates import Dated, Dates
from config.demo.loading.ids import Ids
from config.demo.loading.learning import write_focuses, write_supports
from config.demo.people import District
from config.demo.recorder import FocusPlan, SupportPlan
from config.demo.syllabus import DEMO_AFTER, DEMO_CODE
from supports.choices import DismissReason, FlagState, FocusKind, RuleName
from supports.models import Flag, Support

DAY = timedelta(days=1)
NEXT_STEP, DEEPER, SUPPORTED = 0.6, 0.5, 0.5
DISMISSED, DISMISSED_OLD, SEEN = 0.05, 0.12, 0.35
RECENT_SCHOOL_DAYS = 10
NEEDS = (RuleName.STALLED, RuleName.PREREQ_GAP)
COLUMNS = {
    "id": "bigint",
    "public_id": "uuid",
    "opened_on": "date",
    "review_on": "date",
    "lapse_on": "date",
    "opened_at": "timestamptz",
    "state": "text",
    "version": "int",
    "ended_at": "timestamptz",
    "ended_by": "bigint",
    "end_code": "text",
    "dismiss_reason": "text",
    "acknowledged_at": "timestamptz",
}


class History:
    """Dates and answers for the flags of a freshly computed district. `answer` first, `close` after recomputing."""

    def __init__(self, plan: District, content: Content, ids: Ids) -> None:
        self.plan, self.content, self.ids = plan, content, ids
        self.focuses: list[FocusPlan] = []
        self.linked: list[tuple[SupportPlan, int]] = []
        self.touched: set[int] = set()
        self.last = 0
        self.helped: set[tuple[int, int | None]] = set()
        self.chosen: set[tuple[str, str, FocusKind]] = set()
        self.answered: dict[tuple[int, int], datetime] = {}
        self.zone = ZoneInfo(content.people.time_zone)
        self.dates = Dates(plan, ids, self.zone)
        self.child_of = {pk: key for key, pk in ids.students.items()}
        self.adult_of = {pk: key for key, pk in self.ids.persons.items()}
        self.section_of = {pk: key for key, pk in ids.sections.items()}
        self.code_of = {pk: code for code, pk in self.ids.competencies.items()}
        demo = next(c for c in self.plan.classes if c.key == self.plan.demo_class)
        self.demo_students = frozenset(self.ids.students[key] for key in demo.students)

    # ---------------------------------------------------------------- the three steps
    def answer(self) -> int:
        """Date every flag, let old ones end, answer some of the rest. Returns how many students to look at again."""
        running = Support.objects.filter(ends_on__gt=self.plan.today, competency__isnull=False)
        self.helped = set(running.values_list("student_id", "competency_id"))
        rows = self.dates.read(Flag.objects.order_by("pk"))
        self.last = max((row.flag.pk for row in rows), default=0)
        for row in rows:
            rng = stream(self.plan.seed, "answer", self._name(row.flag))
            if row.lapse_on <= self.plan.today:
                self._old(rng, row)
            else:
                self._live(rng, row)
        self._store(rows)
        write_focuses(self.plan, self.focuses, self.ids)
        write_supports(self.plan, [support for support, _flag in self.linked], self.content, self.ids)
        for support, flag in self.linked:
            name = uid(self.plan.seed, "support", support.child, support.entry, support.code, support.starts_on)
            Support.objects.filter(public_id=name).update(flag_id=flag)
        request_refresh(self.touched, priority=Priority.RECOMPUTE)
        return len(self.touched)

    def close(self) -> None:
        """After the second computation: date what it opened, and say when what it ended was answered."""
        fresh = self.dates.read(Flag.objects.filter(pk__gt=self.last).order_by("pk"))
        for row in fresh:
            if row.lapse_on <= self.plan.today:  # it was true before, and an answer made it true again today
                row.opened_on, row.opened_at = self.plan.today, self._this_morning()
        self._store(fresh)
        resolved = Flag.objects.filter(state=FlagState.RESOLVED)
        self._stamp(
            (pk, self.answered[student, competency])
            for pk, student, competency in resolved.values_list("pk", "student_id", "competency_id")
            if (student, competency) in self.answered
        )

    def _this_morning(self) -> datetime:
        return datetime.combine(self.plan.today, time(0, 20), self.zone)

    def _name(self, flag: Flag) -> str:
        child = self.child_of[flag.student_id]
        earlier = self.code_of.get(flag.earlier_competency_id or 0, "")
        return f"{child}/{flag.rule}/{earlier}/{self.code_of[flag.competency_id]}"

    def _at(self, rng: Random, day: date) -> datetime:
        return datetime.combine(day, time(15, rng.randrange(60), rng.randrange(60)), self.zone)

    # ---------------------------------------------------------------- answers
    def _old(self, rng: Random, row: Dated) -> None:
        """An old flag reached its last day, or somebody said in time that it was not right."""
        if rng.random() < DISMISSED_OLD:
            day = row.calendar.add_school_days(row.opened_on, rng.randrange(1, 8)) or row.opened_on
            self._dismiss(rng, row, min(day, row.lapse_on - DAY))
            return
        row.state, row.end_code = FlagState.LAPSED, "last_day"
        row.ended_at = datetime.combine(row.lapse_on, time(0, 20), self.zone)

    def _dismiss(self, rng: Random, row: Dated, day: date) -> None:
        reasons = (DismissReason.KNOWN, DismissReason.NOT_NOW, DismissReason.OTHER_COMPETENCY, DismissReason.WRONG)
        row.state = FlagState.DISMISSED
        row.dismiss_reason = rng.choices(reasons, (45, 25, 15, 15))[0]
        row.ended_at, row.ended_by = max(self._at(rng, day), row.opened_at), row.flag.owner_id

    def _live(self, rng: Random, row: Dated) -> None:
        today = self.plan.today
        age = row.calendar.school_days_between(row.opened_on, today)
        earliest = row.calendar.add_school_days(today, -RECENT_SCHOOL_DAYS) or today
        since = max(row.opened_on, earliest)
        gap = row.calendar.school_days_between(since, today)
        draw = rng.random()
        if gap >= 3:
            day = row.calendar.add_school_days(since, rng.randrange(1, gap)) or since
            rule = row.flag.rule
            if rule == RuleName.READY_NEXT and self._choose_next(rng, row, day):
                return
            if rule == RuleName.READY_DEEPER and draw < DEEPER:
                self._focus(rng, row, self.code_of[row.flag.competency_id], FocusKind.DEEPEN, day)
                return
            if rule in NEEDS and draw < SUPPORTED and self._support(rng, row, day):
                return
            if rng.random() < DISMISSED:
                self._dismiss(rng, row, day)
                self.touched.add(row.flag.student_id)
                return
        if age >= 1 and rng.random() < SEEN:
            row.state = FlagState.ACKNOWLEDGED
            seen = row.calendar.add_school_days(row.opened_on, 1) or row.opened_on
            row.acknowledged_at = max(self._at(rng, min(seen, today - DAY)), row.opened_at)

    def _choose_next(self, rng: Random, row: Dated, day: date) -> bool:
        """One tap for all of a class: the same step for everyone whose card says the same."""
        code = self.code_of[row.flag.competency_id]
        child = self.plan.children[self.child_of[row.flag.student_id]]
        together = stream(self.plan.seed, "card", self.section_of.get(row.flag.section_id or 0), code)
        if together.random() >= NEXT_STEP:
            return False
        by_code = self.content.framework.by_code()
        options = [
            after
            for after in self.content.framework.after(code)
            if {child.grade, child.grade + 1} & set(by_code[after].grades)
            and not (row.flag.student_id in self.demo_students and after in (DEMO_CODE, *DEMO_AFTER))
        ]
        if not options:
            return False
        self._focus(rng, row, together.choice(options), FocusKind.LEARN, day)
        return True

    def _focus(self, rng: Random, row: Dated, code: str, kind: FocusKind, day: date) -> None:
        moment = max(self._at(rng, min(day, self.plan.today - DAY)), row.opened_at + timedelta(minutes=5))
        child = self.child_of[row.flag.student_id]
        after = day + timedelta(weeks=6)
        if (child, code, kind) not in self.chosen:  # two cards can lead to the same step
            self.chosen.add((child, code, kind))
            owner = self.adult_of[row.flag.owner_id]
            self.focuses.append(FocusPlan(code, kind.value, day, after, owner, moment, child=child))
        self.touched.add(row.flag.student_id)
        self.answered[row.flag.student_id, row.flag.competency_id] = moment

    def _support(self, rng: Random, row: Dated, day: date) -> bool:
        code = self.code_of[row.flag.earlier_competency_id or row.flag.competency_id]
        offers = [e for e in self.content.catalogue if code in e.fits and e.type in FOR_A_COMPETENCY]
        starts_on = day + timedelta(days=7 - day.weekday())
        after = min(starts_on + timedelta(weeks=6), self.plan.years.current.after)
        helped = (row.flag.student_id, self.ids.competencies[code])
        if not offers or after <= starts_on or helped in self.helped:
            return False
        self.helped.add(helped)
        moment = max(self._at(rng, min(day, self.plan.today - DAY)), row.opened_at + timedelta(minutes=5))
        child, owner = self.child_of[row.flag.student_id], self.adult_of[row.flag.owner_id]
        support = SupportPlan(child, code, rng.choice(offers).code, owner, starts_on, after, moment)
        self.linked.append((support, row.flag.pk))
        row.state, row.end_code = FlagState.LINKED, "support"
        row.ended_at, row.ended_by = moment, row.flag.owner_id
        self.touched.add(row.flag.student_id)
        return True

    # ---------------------------------------------------------------- writing
    def _store(self, rows: Iterable[Dated]) -> None:
        given = [self._values(row) for row in rows]
        arrays = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE supports_flag f SET public_id = r.public_id, opened_on = r.opened_on, review_on = r.review_on,
                    lapse_on = r.lapse_on, opened_at = r.opened_at, state = r.state, version = r.version,
                    ended_at = r.ended_at, ended_by_id = r.ended_by, end_code = r.end_code,
                    dismiss_reason = r.dismiss_reason, acknowledged_at = r.acknowledged_at,
                    acknowledged_by_id = CASE WHEN r.acknowledged_at IS NULL THEN NULL ELSE f.owner_id END
                FROM unnest({arrays}) AS r({", ".join(COLUMNS)}) WHERE f.id = r.id
                """,  # noqa: S608 - column names are constants of this module
                [[values[place] for values in given] for place in range(len(COLUMNS))],
            )

    def _values(self, row: Dated) -> tuple[object, ...]:
        return (
            row.flag.pk,
            uid(self.plan.seed, "flag", self._name(row.flag), row.opened_on),
            row.opened_on,
            row.calendar.review_on(row.opened_on),
            row.lapse_on,
            row.opened_at,
            str(row.state),
            1 if row.state == FlagState.OPEN else 2,
            row.ended_at,
            row.ended_by,
            row.end_code,
            str(row.dismiss_reason),
            row.acknowledged_at,
        )

    def _stamp(self, moments: Iterable[tuple[int, datetime]]) -> None:
        pairs = list(moments)
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE supports_flag f SET ended_at = r.moment
                FROM unnest(%s::bigint[], %s::timestamptz[]) AS r(id, moment) WHERE f.id = r.id
                """,
                [[pk for pk, _moment in pairs], [moment for _pk, moment in pairs]],
            )
