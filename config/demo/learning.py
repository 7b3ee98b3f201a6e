"""Two years of evidence, choices of what to work on, and supports, for everyone in the district. Pure.

Units of all classes are walked through in the order they began, so that what a student learned in one is known in
the next. Nothing is planned for `today` or later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from config.demo import growth
from config.demo.chance import some, stream
from config.demo.content import CatalogueContent, Content, Task
from config.demo.growth import Curve
from config.demo.people import Child, ClassPlan, District
from config.demo.recorder import DAY, SHOWN, FocusPlan, Learning, Recorder, SupportPlan, is_shown
from config.demo.syllabus import DEMO_AFTER, DEMO_CODE, Unit, codes_of, units_of

MISSED = 0.07
SUPPORT_WHEN_STUCK = 0.65
SUPPORT_SUITS = 0.78
NEXT_STEP_CHOSEN = 0.75
FOCUS_DAYS = 42
OFFERS_TAKEN = (0.45, 0.08)
"""How many take up something for its own sake this year, and how many a second thing."""
HELP_FOR_THE_VISITOR = (
    ("enrichment.bridge-builders", None, 5),
    ("tutoring.fraction-studio", "FR.5", 3),
    ("family.home-games", None, 2),
)
"""What the student a visitor meets takes part in: entry, competency, weeks since it was agreed."""
FOR_INTEREST = ("enrichment", "acceleration", "community", "counselling", "family")
FOR_A_COMPETENCY = ("tutoring", "extra_time", "peer")
SURE = 3.2
"""An entry picture below this looks at the ideas before it, too."""
AGAIN = ((2, 0.8), (4, 0.7), (7, 0.6))
"""Weeks after a unit, and how likely another try is for someone who has not shown it yet."""


def plan_learning(district: District, content: Content) -> Learning:
    """The learning of both years up to yesterday; the same district gives the same plan."""
    planner = _Planner(district, content)
    planner.entry_pictures()
    planner.units()
    planner.enrichment()
    planner.recorder.learning.sort()
    return planner.recorder.learning


class _Planner:
    def __init__(self, district: District, content: Content) -> None:
        self.district = district
        self.content = content
        self.today = district.today
        self.recorder = Recorder(district, content)
        self.learners = self.recorder.learners
        self.seen = self.recorder.seen
        self.successors = {c.code: content.framework.after(c.code) for c in content.framework.competencies}
        self.grades = {c.code: c.grades for c in content.framework.competencies}
        offers = [entry for entry in content.catalogue if entry.type in FOR_A_COMPETENCY]
        self.fitting = {code: [entry for entry in offers if code in entry.fits] for code in self.grades}

    # ---------------------------------------------------------------- entry
    def entry_pictures(self) -> None:
        """In a student's first weeks with us: the earlier ideas that this year and the next will rest on."""
        years = self.district.years
        first: dict[str, dict[str, ClassPlan]] = {}
        for section in self.district.classes:
            for student in section.students:
                mine = first.setdefault(student, {})
                for subject in section.subjects:
                    if subject not in mine or section.year == "previous":
                        mine[subject] = section
        for key, sections in first.items():
            child = self.district.children[key]
            section = next(iter(sections.values()))
            year = years.previous if section.year == "previous" else years.current
            grades = {s.grade for s in sections.values()} | {child.grade}
            taught = {code for grade in grades for code in codes_of(grade)}
            needed = {before for code in taught for before in self.content.framework.before(code)} - taught
            days = [d for d in year.days if child.entered_on <= d < self.today][2:17]
            waiting = [(code, 0) for code in sorted(needed)]
            while waiting:
                code, back = waiting.pop(0)
                where = sections["self-direction" if code.startswith("SD") else "mathematics"]
                if self._entry(child, code, where, days, back) < SURE:  # look one step further back
                    more = set(self.content.framework.before(code)) - taught - needed
                    needed |= more
                    waiting += [(before, back + 1) for before in sorted(more)]

    def _entry(self, child: Child, code: str, section: ClassPlan, days: Sequence[date], back: int) -> float:
        """Three looks at an idea from before; returns the true level that was found."""
        learner = self.learners[child.key]
        level = growth.entry_level(learner, code, steps_back=back)
        if child.key == self.district.cast["student"]:
            level = max(level, SURE + 0.2)
        learner.known[code] = level
        tasks = self.recorder.tasks(learner.rng, code)[:3]
        for day, task in zip(sorted(some(learner.rng, days, 3)), tasks, strict=False):
            self.recorder.piece(child, code, section, day, task, level, f"entry/{child.key}/{code}/{task.title}")
        return level

    # ---------------------------------------------------------------- units
    def units(self) -> None:
        """Every unit of every class that has begun, in order of its first day."""
        rows = [
            (unit, section)
            for section in self.district.classes
            for unit in units_of(section, self.district)
            if unit.starts_on <= self.today + 10 * DAY
        ]
        rows.sort(key=lambda row: (row[0].starts_on, row[1].key, row[0].code))
        for unit, section in rows:
            self._class_focus(unit, section)
            if unit.starts_on < self.today:
                self._unit(unit, section)

    def _class_focus(self, unit: Unit, section: ClassPlan) -> None:
        rng = stream(self.district.seed, "focus", section.key, unit.code)
        chosen = self.recorder.moment(rng, unit.starts_on - rng.randrange(2, 6) * DAY)
        teacher = section.teachers[0]
        self.recorder.learning.focuses.append(
            FocusPlan(unit.code, "learn", unit.starts_on, unit.after, teacher, chosen, section=section.key)
        )

    def _unit(self, unit: Unit, section: ClassPlan) -> None:
        rng = stream(self.district.seed, "unit", section.key, unit.code)
        if section.key == self.district.demo_class and unit.code == DEMO_CODE:
            self._one_piece_short(rng, unit, section)
            return
        events = self._events(rng, unit)
        for key in section.students:
            self._learn(self.district.children[key], unit, section, events)
        self._next_step(rng, unit, section)

    def _events(self, rng: Random, unit: Unit) -> list[tuple[date, Task]]:
        """The days on which the class did something to look at, with the task."""
        count = max(3, min(4, round(len(unit.days) / 10)))
        tasks = self.recorder.tasks(rng, unit.code)
        places = [(number + 0.6 + rng.uniform(-0.2, 0.25)) / count for number in range(count)]
        days = sorted({unit.days[min(len(unit.days) - 1, int(place * len(unit.days)))] for place in places})
        return [(day, tasks[number % len(tasks)]) for number, day in enumerate(days)]

    def _learn(self, child: Child, unit: Unit, section: ClassPlan, events: Sequence[tuple[date, Task]]) -> None:
        learner = self.learners[child.key]
        rng = learner.rng
        curve = growth.begin(learner, unit.code, unit.starts_on, unit.after)
        mine = self.seen[child.key, unit.code]
        before = len(mine)
        for number, (day, task) in enumerate(events):
            if day >= self.today or rng.random() < MISSED:
                continue
            name = f"{section.key}/{unit.code}/{number}"
            self.recorder.piece(child, unit.code, section, day, task, curve.level(day), name)
            stuck = len(mine) - before >= 3 and max(p.value for p in mine[-3:]) < SHOWN
            if stuck and not curve.helps and rng.random() < SUPPORT_WHEN_STUCK:
                self._support(child, unit.code, section, day, curve)
        self._afterwards(child, unit, section, curve)
        learner.known[unit.code] = curve.level(min(self.today, unit.after + 30 * DAY))

    def _afterwards(self, child: Child, unit: Unit, section: ClassPlan, curve: Curve) -> None:
        """Another try for those who want one, and a later use for some: learning goes on after the unit."""
        rng = self.learners[child.key].rng
        mine = self.seen[child.key, unit.code]
        tasks = self.recorder.tasks(rng, unit.code)[::-1]
        for number, (weeks, likely) in enumerate(AGAIN):
            if rng.random() < (0.1 if is_shown(mine) else likely):
                day = unit.after + timedelta(days=weeks * 7 + rng.randrange(-4, 5))
                name = f"again/{child.key}/{section.year}/{unit.code}/{number}"
                self._extra(child, unit.code, section, day, tasks[number], curve, name)

    def _extra(
        self, child: Child, code: str, section: ClassPlan, wanted: date, task: Task, curve: Curve, name: str
    ) -> None:
        """A piece of this child alone, on the school day at or before `wanted`; nothing after the class ended."""
        year = self.district.years.current if section.year == "current" else self.district.years.previous
        if wanted < section.after:
            day = year.school_day(wanted)
            self.recorder.piece(child, code, section, day, task, curve.level(day), name)

    def _one_piece_short(self, rng: Random, unit: Unit, section: ClassPlan) -> None:
        """The demonstration class: two pieces at the target in two kinds of work; one more, and it is shown."""
        days = [day for day in unit.days if day < self.today]
        first, second = days[len(days) // 3], days[-3]
        tasks = self.recorder.tasks(rng, unit.code)
        for place, key in enumerate(section.students):
            child = self.district.children[key]
            on_the_way = place % 6 == 5 and key != self.district.cast["student"]
            value, level = (Decimal(2), 2.2) if on_the_way else (SHOWN, 3.1)
            for day, task in zip((first, second), tasks, strict=False):
                name = f"{section.key}/{unit.code}/{task.title}"
                self.recorder.piece(child, unit.code, section, day, task, level, name, value=value)
            self.learners[key].known[unit.code] = level

    # ---------------------------------------------------------------- what adults chose
    def _support(self, child: Child, code: str, section: ClassPlan, day: date, curve: Curve) -> None:
        """Help from the catalogue for someone who is stuck, with a look at how it goes on the way."""
        rng = self.learners[child.key].rng
        starts_on = day + timedelta(days=7 - day.weekday())
        if not self.fitting[code] or starts_on >= section.after - 14 * DAY:
            return
        entry = rng.choice(self.fitting[code])
        after = min(starts_on + timedelta(weeks=entry.weeks), section.after)
        curve.helps.append((starts_on, after, 0.9 if rng.random() < SUPPORT_SUITS else 0.1))
        self._add_support(rng, child, code, entry, section.teachers[0], starts_on, after, day)
        tasks = self.recorder.tasks(rng, code)
        for number, share in enumerate((0.45, 0.85)):
            when = starts_on + share * (after - starts_on)
            name = f"help/{child.key}/{code}/{starts_on}/{number}"
            self._extra(child, code, section, when, tasks[number], curve, name)

    def _add_support(
        self,
        rng: Random,
        child: Child,
        code: str | None,
        entry: CatalogueContent,
        owner: str,
        starts_on: date,
        after: date,
        decided: date,
    ) -> None:
        created = self.recorder.moment(rng, decided)
        self.recorder.learning.supports.append(
            SupportPlan(child.key, code, entry.code, owner, starts_on, after, created)
        )

    def _next_step(self, rng: Random, unit: Unit, section: ClassPlan) -> None:
        """Seven are ready after fractions: the teacher chooses one next step for those who have shown it."""
        decided = unit.days[-1] - rng.randrange(0, 8) * DAY
        options = [code for code in self.successors[unit.code] if self._within_reach(code, section)]
        if not options or decided >= self.today - DAY or rng.random() >= NEXT_STEP_CHOSEN:
            return
        code = rng.choice(options)
        for key in section.students:
            mine = [piece for piece in self.seen[key, unit.code] if piece.day <= decided]
            if is_shown(mine) and not is_shown(self.seen[key, code]):
                self._step_ahead(self.district.children[key], unit.code, code, section, decided)

    def _within_reach(self, code: str, section: ClassPlan) -> bool:
        """Whether the next idea belongs to this class or the grade above; never what the demonstration waits for."""
        in_waiting = section.key == self.district.demo_class or (section.year == "previous" and section.grade == 4)
        if in_waiting and code in (*DEMO_AFTER, DEMO_CODE):
            return False
        here = section.teaches_self_direction if code.startswith("SD") else section.teaches_math
        return here and bool({section.grade, section.grade + 1} & set(self.grades[code]))

    def _step_ahead(self, child: Child, shown: str, code: str, section: ClassPlan, decided: date) -> None:
        learner = self.learners[child.key]
        rng = learner.rng
        starts_on = decided + DAY
        after = starts_on + FOCUS_DAYS * DAY
        moment, teacher = self.recorder.moment(rng, decided), section.teachers[0]
        self.recorder.learning.focuses.append(
            FocusPlan(code, "learn", starts_on, after, teacher, moment, child=child.key, answers=shown)
        )
        curve = growth.begin(learner, code, starts_on, after)
        tasks = self.recorder.tasks(rng, code)
        for number, weeks in enumerate((1, 3, 5)):
            if rng.random() < 0.85:
                when = starts_on + timedelta(days=7 * weeks + rng.randrange(-2, 4))
                name = f"ahead/{child.key}/{code}/{starts_on}/{number}"
                self._extra(child, code, section, when, tasks[number], curve, name)
        learner.known[code] = curve.level(min(self.today, after))

    def enrichment(self) -> None:
        """Clubs, mentors, a head start, a calm start: for whoever likes to come, drawn without looking at levels."""
        offers = [entry for entry in self.content.catalogue if entry.type in FOR_INTEREST]
        entries = {entry.code: entry for entry in self.content.catalogue}
        for child in self.district.children.values():
            rng = stream(self.district.seed, "enrichment", child.key)
            if child.key == self.district.cast["student"]:
                for code, about, weeks in HELP_FOR_THE_VISITOR:
                    self._offer(rng, child, entries[code], about, self.today - timedelta(weeks=weeks))
                continue
            days = [day for day in self.district.years.current.days if child.entered_on <= day < self.today]
            for likely in OFFERS_TAKEN:
                if days and rng.random() < likely:
                    self._offer(rng, child, rng.choice(offers), None, rng.choice(days[-45:]))

    def _offer(self, rng: Random, child: Child, entry: CatalogueContent, about: str | None, decided: date) -> None:
        starts_on = decided + timedelta(days=7 - decided.weekday())
        after = min(starts_on + timedelta(weeks=entry.weeks), self.district.years.current.after)
        owner = child.specialist if entry.type == "counselling" else child.navigator
        if owner is not None and after > starts_on:
            self._add_support(rng, child, about, entry, owner, starts_on, after, decided)
