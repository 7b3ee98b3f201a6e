"""What students and families say in their plans, and what was agreed: pure and deterministic.

Nearly every student has a plan, most families have spoken, not every promise is kept yet: coverage has something to
show. Words are drawn by language and grade, never by level.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from config.demo.chance import some, stream, timely
from config.demo.content import Content, GoalContent, Snippet
from config.demo.families import MAYA
from config.demo.people import Child, District
from config.demo.syllabus import codes_of

DAY = timedelta(days=1)
WITH_PLAN = 0.94
WITH_FAMILY_VOICE = 0.72
WITH_GOAL = 0.66
WITH_INTENTION = 0.3
TRANSLATED, ASKED_FOR = 0.62, 0.68
"""Up to the first a person has translated; between the two somebody asked and waits."""
STUDENT_SAYS = (("strength", 1.0, 2), ("interest", 1.0, 2), ("learning", 0.8, 1), ("trust", 0.45, 1))
STUDENT_HOPES = (("hope", 0.7, 1), ("know", 0.45, 1))
FAMILY_SAYS = (("strength", 0.55, 1), ("hope", 0.85, 1), ("home", 0.5, 1), ("concern", 0.25, 1))
NEEDS = (("academic", 0.35), ("interests", 0.16), ("social", 0.08), ("basic", 0.06), ("health", 0.03))
MAYA_SAYS = (
    ("strength", "I explain things with drawings, so that little kids get it too."),
    ("strength", "I ask why until it makes sense."),
    ("interest", "Bridges, and how they stay up."),
    ("interest", "Swimming in the lake."),
    ("learning", "When I can build it first and explain it after."),
    ("trust", "My grandma and the librarian."),
    ("hope", "I want to make a bridge that people really walk on."),
    ("know", "I need a minute to be cross. Then I try again."),
)

MAYA_FAMILY = (
    (0, "strength", "En casa construye de todo y se lo explica a su hermanito."),
    (0, "hope", "Ojalá nunca deje de preguntar por qué."),
    (0, "home", "Cocinamos juntos y contamos todo."),
    (1, "hope", "أتمنى أن يحب طفلنا المدرسة وألا يفقد فضوله."),
    (1, "strength", "طفلنا عنده فضول كبير ويسأل عن كل شيء."),
)
MAYA_NEEDS = (
    ("academic", "Chances to explain by drawing as well as writing."),
    ("interests", "Somewhere to build big things. The classroom tables are too small."),
)


@dataclass(slots=True)
class StatementPlan:
    """A sentence; `author` is a child's or an adult's key, `scribe` an adult who wrote it down for them."""

    kind: str
    voice: str
    snippet: Snippet
    author: str
    scribe: str | None
    said_on: date
    translations: tuple[tuple[str, str, str], ...] = ()
    """(language, text or "" where it is only asked for, who asked)"""


@dataclass(slots=True)
class NeedPlan:
    """An entry of the running record, written by an adult."""

    domain: str
    snippet: Snippet
    author: str
    opened_on: date
    met: bool


@dataclass(slots=True)
class GoalPlan:
    """A goal, or (without `content`) an intention whose text is `snippet`."""

    language: str
    text: str
    why: str
    content: GoalContent | None
    due_on: date | None
    helper: str | None
    author: str
    state: str
    made_on: date


@dataclass(slots=True)
class Story:
    """One student's plan."""

    child: str
    created_by: str
    created_on: date
    statements: list[StatementPlan] = field(default_factory=list)
    needs: list[NeedPlan] = field(default_factory=list)
    goals: list[GoalPlan] = field(default_factory=list)


def plan_stories(district: District, content: Content) -> list[Story]:
    """The plans of everyone who has one, in the order of the children."""
    teller = _Teller(district, content)
    return [story for child in district.children.values() if (story := teller.tell(child)) is not None]


class _Teller:
    def __init__(self, district: District, content: Content) -> None:
        self.district = district
        self.content = content
        self.teachers = {
            student: section.teachers[0]
            for section in reversed(district.classes_of("current"))
            for student in section.students
        }

    def tell(self, child: Child) -> Story | None:
        """The plan of one child, or None where it has not begun."""
        rng = stream(self.district.seed, "story", child.key)
        days = [d for d in self.district.years.current.days if child.entered_on <= d < self.district.today]
        if child.key != MAYA and (rng.random() >= WITH_PLAN or not days):
            return None
        keeper = child.navigator or self.teachers[child.key]
        story = Story(child.key, keeper, days[0])
        self._student(rng, child, keeper, days, story)
        if child.key == MAYA or rng.random() < WITH_FAMILY_VOICE:
            self._family(rng, child, keeper, days, story)
        self._needs(rng, child, keeper, days, story)
        self._goals(rng, child, days, story)
        story.statements.sort(key=lambda s: (s.said_on, s.voice, s.kind))
        return story

    def _day(self, rng: Random, days: Sequence[date]) -> date:
        """A day in the first two thirds of the year so far, when most conversations happen."""
        return days[int(rng.random() * max(1, len(days) * 2 // 3))]

    def _student(self, rng: Random, child: Child, keeper: str, days: Sequence[date], story: Story) -> None:
        day = timely(rng, days, after=0, within=19)
        scribe = keeper if child.grade <= 4 and rng.random() < 0.4 else None
        voices = self.content.voices.student
        if child.key == MAYA:
            every = {s.text: s for snippets in voices.values() for s in snippets}
            for kind, text in MAYA_SAYS:
                story.statements.append(StatementPlan(kind, "student", every[text], child.key, None, day))
            return
        for kind, likely, most in (*STUDENT_SAYS, *STUDENT_HOPES):
            if rng.random() < likely:
                pool = [s for s in voices[kind] if s.language == child.voice and s.fits(child.grade)]
                for snippet in some(rng, pool, rng.randint(1, most)):
                    asked = self._asked(rng, child, snippet, keeper)
                    story.statements.append(StatementPlan(kind, "student", snippet, child.key, scribe, day, asked))

    def _asked(self, rng: Random, child: Child, snippet: Snippet, keeper: str) -> tuple[tuple[str, str, str], ...]:
        """Now and then a family asks for a child's English words in Spanish, and waits for a person to write them."""
        guardian = self.district.adults[child.guardians[0]]
        if guardian.language == "es" and snippet.language == "en" and guardian.username and rng.random() < 0.06:
            return (("es", "", guardian.key),)
        return (("en", "", keeper),) if snippet.language == "es" and rng.random() < 0.06 else ()

    def _family(self, rng: Random, child: Child, keeper: str, days: Sequence[date], story: Story) -> None:
        if child.key == MAYA:
            every = {s.text: s for snippets in self.content.voices.family.values() for s in snippets}
            for place, kind, text in MAYA_FAMILY:
                asked = self._translated(rng, every[text], keeper)
                day = days[len(days) // 2 + place]
                said = StatementPlan(kind, "family", every[text], child.guardians[place], None, day, asked)
                story.statements.append(said)
            return
        for guardian in child.guardians[: 2 if rng.random() < 0.25 else 1]:
            adult = self.district.adults[guardian]
            day = self._day(rng, days)
            scribe = None if adult.username else keeper
            for kind, likely, _most in FAMILY_SAYS:
                if rng.random() < likely:
                    pool = self._in_language(self.content.voices.family[kind], adult.languages, rng)
                    snippet = rng.choice(pool)
                    asked = self._translated(rng, snippet, keeper)
                    story.statements.append(StatementPlan(kind, "family", snippet, guardian, scribe, day, asked))

    def _in_language(self, snippets: Sequence[Snippet], languages: Sequence[str], rng: Random) -> list[Snippet]:
        own = [s for s in snippets if s.language == languages[0]]
        if own and (languages[0] == "en" or rng.random() < 0.8):
            return own
        return [s for s in snippets if s.language == "en"]

    def _translated(self, rng: Random, snippet: Snippet, keeper: str) -> tuple[tuple[str, str, str], ...]:
        draw = rng.random()
        text = dict(snippet.translations).get("en")
        if snippet.language == "en" or text is None or draw >= ASKED_FOR:
            return ()
        return (("en", text if draw < TRANSLATED else "", keeper),)

    def _needs(self, rng: Random, child: Child, keeper: str, days: Sequence[date], story: Story) -> None:
        if child.key == MAYA:
            every = {s.text: s for snippets in self.content.voices.needs.values() for s in snippets}
            for domain, text in MAYA_NEEDS:
                story.needs.append(NeedPlan(domain, every[text], keeper, self._day(rng, days), met=False))
            return
        for domain, likely in NEEDS:
            if rng.random() < likely:
                pool = [s for s in self.content.voices.needs[domain] if s.fits(child.grade)]
                author = child.specialist or keeper if domain in ("social", "basic", "health") else keeper
                opened = self._day(rng, days)
                story.needs.append(NeedPlan(domain, rng.choice(pool), author, opened, met=rng.random() < 0.2))

    def _goals(self, rng: Random, child: Child, days: Sequence[date], story: Story) -> None:
        goals = self._fitting_goals(child)
        if child.key == MAYA:
            goals = [g for g in goals if g.competency == "FR.6" and g.language == "en"]
        if goals and (child.key == MAYA or rng.random() < WITH_GOAL):
            for goal in some(rng, goals, 2 if rng.random() < 0.15 else 1):
                story.goals.append(self._goal(rng, child, goal, days))
        if rng.random() < WITH_INTENTION:
            pool = [s for s in self.content.voices.intentions if s.language == child.voice and s.fits(child.grade)]
            said = rng.choice(pool)
            made = self._day(rng, days)
            story.goals.append(GoalPlan(said.language, said.text, "", None, None, None, child.key, "active", made))

    def _fitting_goals(self, child: Child) -> list[GoalContent]:
        codes = set(codes_of(child.grade))
        fitting = [g for g in self.content.work.goals if g.competency in codes]
        return [g for g in fitting if g.language == child.voice] or [g for g in fitting if g.language == "en"]

    def _goal(self, rng: Random, child: Child, goal: GoalContent, days: Sequence[date]) -> GoalPlan:
        made = self._day(rng, days)
        whys = [
            s
            for s in self.content.voices.why[goal.competency.split(".")[0]]
            if s.language == goal.language and s.fits(child.grade)
        ]
        why = rng.choice(whys).text if whys else ""
        if child.key == MAYA:
            why = "I need it to know how long my bridge pieces are."
        due = made + timedelta(weeks=rng.randrange(6, 13))
        state = "reached" if due < self.district.today and rng.random() < 0.5 else "active"
        if due < self.district.today and state == "active":
            due = self.district.today + timedelta(weeks=rng.randrange(1, 6))
        return GoalPlan(goal.language, goal.text, why, goal, due, self.teachers[child.key], child.key, state, made)


def by_child(stories: Sequence[Story]) -> Mapping[str, Story]:
    """The plans by the child's key."""
    return {story.child: story for story in stories}
