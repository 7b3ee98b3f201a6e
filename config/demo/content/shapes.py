"""The shapes of the demonstration's words: frozen dataclasses, one per noun. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in English and in Spanish."""

    en: str
    es: str

    def get(self, language: str) -> str:
        """The sentence in `language`; English for any language we did not write in."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """A level of the scale: its value, its word and what it means. A word, never a rank."""

    value: int
    code: str
    name: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class CanDo:
    """What a student can do at one level: in student words, and in family words (no subject, third person)."""

    value: int
    student: Text
    family: Text


@dataclass(frozen=True, slots=True)
class Strand:
    """A branch that groups competencies; nothing is recorded on it."""

    id: uuid.UUID
    code: str
    name: Text
    about: Text


@dataclass(frozen=True, slots=True)
class CompetencyContent:
    """One competency: what is expected, at every level, for every reader."""

    id: uuid.UUID
    code: str
    strand: str
    grades: tuple[int, ...]
    name: Text
    statement: Text
    means: Text
    home: Text
    levels: tuple[CanDo, ...]

    def taught_in(self, grade: int) -> bool:
        """Whether a class of `grade` works on it."""
        return grade in self.grades


@dataclass(frozen=True, slots=True)
class FrameworkContent:
    """The framework with its scale, strands, competencies (in reading order) and `precedes` edges as code pairs."""

    id: uuid.UUID
    code: str
    version: str
    adopted_on: date
    subjects: tuple[str, ...]
    title: Text
    about: Text
    creator: str
    scale_id: uuid.UUID
    scale_name: Text
    step: Decimal
    target: int
    levels: tuple[ScaleLevel, ...]
    strands: tuple[Strand, ...]
    competencies: tuple[CompetencyContent, ...]
    precedes: tuple[tuple[str, str], ...]

    def by_code(self) -> dict[str, CompetencyContent]:
        """The competencies by code, in reading order."""
        return {c.code: c for c in self.competencies}

    def before(self, code: str) -> tuple[str, ...]:
        """Codes that directly precede `code`."""
        return tuple(a for a, b in self.precedes if b == code)

    def after(self, code: str) -> tuple[str, ...]:
        """Codes that directly follow `code`."""
        return tuple(b for a, b in self.precedes if a == code)


@dataclass(frozen=True, slots=True)
class CatalogueContent:
    """Something that can be offered to anyone. `fits` holds competency codes, strands already spelled out."""

    id: uuid.UUID
    code: str
    type: str
    setting: str
    name: Text
    provider: Text
    minutes: int
    sessions_per_week: int
    weeks: int
    capacity: int
    languages: tuple[str, ...]
    consent_needed: bool
    fits: tuple[str, ...]
    what: Text
    how_long: Text
    with_whom: Text
    home: Text

    def family(self, language: str) -> str:
        """What the family reads: what we will do, how long, with whom. One paragraph."""
        return " ".join(text.get(language) for text in (self.what, self.how_long, self.with_whom))


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names that sound right together, the languages spoken at home, and how many of a hundred families."""

    code: str
    share: int
    home_languages: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    adult_given: tuple[str, ...]
    two_family_names: bool


@dataclass(frozen=True, slots=True)
class SchoolContent:
    """A school to build: its grades, parallel classes in each grade, and about how many students in a class."""

    code: str
    name: str
    kind: str
    grades: tuple[int, ...]
    classes_per_grade: int
    class_size: int
    phone: str


@dataclass(frozen=True, slots=True)
class Course:
    """How sections of one kind are titled; `title` and `course` are format strings."""

    course: str
    code: str
    title: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeopleContent:
    """The invented town: district, schools, courses, names of staff and of families."""

    district: str
    town: str
    time_zone: str
    languages: tuple[str, ...]
    schools: tuple[SchoolContent, ...]
    courses: Mapping[str, Course]
    staff_given: tuple[str, ...]
    staff_family: tuple[str, ...]
    groups: tuple[NameGroup, ...]
    partners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something a child, a family or an adult says, in the language it is said in, with human translations."""

    text: str
    language: str
    grades: tuple[int, int]
    translations: tuple[tuple[str, str], ...] = ()

    def fits(self, grade: int) -> bool:
        """Whether a child of `grade` would say it."""
        return self.grades[0] <= grade <= self.grades[1]


@dataclass(frozen=True, slots=True)
class VoicesContent:
    """Who says what: students, families, needs by domain, intentions, and why a goal matters (by strand)."""

    student: Mapping[str, tuple[Snippet, ...]]
    family: Mapping[str, tuple[Snippet, ...]]
    needs: Mapping[str, tuple[Snippet, ...]]
    intentions: tuple[Snippet, ...]
    why: Mapping[str, tuple[Snippet, ...]]


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work a teacher would recognise: its title and where it is seen."""

    title: str
    context: str


@dataclass(frozen=True, slots=True)
class GoalContent:
    """A goal in a student's words, with measure, baseline, target and steps."""

    competency: str
    language: str
    text: str
    measure: str
    baseline: str
    target: str
    steps: str


@dataclass(frozen=True, slots=True)
class WorkContent:
    """Tasks by competency, teachers' notes by band, and goals."""

    tasks: Mapping[str, tuple[Task, ...]]
    notes: Mapping[str, Mapping[str, tuple[str, ...]]]
    goals: tuple[GoalContent, ...]

    def notes_for(self, code: str, band: str) -> tuple[str, ...]:
        """Notes that fit a piece on `code` in `band`: the competency's own, its strand's, then the general ones."""
        own = self.notes.get(code, {}).get(band, ()) or self.notes.get(code.split(".")[0], {}).get(band, ())
        return own + self.notes["any"].get(band, ())


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the demonstration district is written from."""

    framework: FrameworkContent
    catalogue: tuple[CatalogueContent, ...]
    people: PeopleContent
    voices: VoicesContent
    work: WorkContent
