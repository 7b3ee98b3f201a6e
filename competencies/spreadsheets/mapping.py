"""Which column of a framework's spreadsheet is what. A mapping speaks of columns by their headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a column holds."""

    NONE = ""
    CODE = "code"
    STATEMENT = "statement"
    NAME = "name"
    STEP = "step"
    PARENT = "parent"
    DEPTH = "depth"
    NUMBER = "number"
    SEQUENCE = "sequence"
    GRADES = "grades"
    SUBJECTS = "subjects"
    KIND = "kind"
    CONCEPTS = "concepts"
    NOTES = "notes"
    LANGUAGE = "language"
    ENUMERATION = "enumeration"
    ID = "id"
    STUDENT = "student"
    FAMILY = "family"
    HOME = "home"
    PRECEDES = "precedes"
    MATCHES = "exactMatchOf"
    RELATED = "isRelatedTo"
    PART_OF = "isPartOf"
    PEER_OF = "isPeerOf"
    REPLACED_BY = "replacedBy"
    EXEMPLAR = "exemplar"
    SKILL_LEVEL = "hasSkillLevel"


LINKS = frozenset(
    {Role.PRECEDES, Role.MATCHES, Role.RELATED, Role.PART_OF, Role.PEER_OF, Role.REPLACED_BY, Role.EXEMPLAR}
    | {Role.SKILL_LEVEL}
)
SPOKEN = frozenset({Role.NAME, Role.STATEMENT, Role.STUDENT, Role.FAMILY, Role.HOME})
"""Roles that may stand several times: once for each language, and for some once for each level."""
MANY = SPOKEN | LINKS | {Role.STEP}
LEVELLED = frozenset({Role.STUDENT, Role.FAMILY})


class ParentBy(StrEnum):
    """How a row says what it belongs under."""

    NOTHING = "nothing"
    PARENT = "parent"
    INDENT = "indent"
    DEPTH = "depth"
    NUMBER = "number"
    STEPS = "steps"
    CODE = "code"


_NEEDED = {
    ParentBy.PARENT: Role.PARENT,
    ParentBy.DEPTH: Role.DEPTH,
    ParentBy.NUMBER: Role.NUMBER,
    ParentBy.STEPS: Role.STEP,
    ParentBy.CODE: Role.CODE,
}


class MappingProblem(StrEnum):
    """Why a mapping cannot be used."""

    NO_STATEMENT = "no_statement"
    NO_TITLE = "no_title"
    NO_CODE = "no_code"
    NO_PARENT = "no_parent"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    ROLE_TWICE = "role_twice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and its role; `language` "" is the framework's own, `level` "" the whole."""

    name: str
    role: str
    language: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """Everything a person said about a spreadsheet. `heading` is the row with the headings, 0 the first with words;
    `framework` the public id of the one it updates, "" for a new one."""

    columns: tuple[Column, ...]
    parent_by: str = ParentBy.NOTHING
    heading: int = 0
    sheet: str = ""
    language: str = "en"
    title: str = ""
    framework: str = ""
    creator: str = ""
    license_text: str = ""

    def problem(self, header: Sequence[str]) -> tuple[MappingProblem, str] | None:
        """The first thing that keeps this mapping from being used with these headings, and what it is about."""
        roles = [column.role for column in self.columns]
        own_words = [c for c in self.columns if c.role == Role.STATEMENT and c.language in {"", self.language}]
        if not own_words and Role.STEP not in roles:
            return MappingProblem.NO_STATEMENT, ""
        if not self.title and not self.framework:
            return MappingProblem.NO_TITLE, ""
        needed = _NEEDED.get(ParentBy(self.parent_by)) if self.parent_by in set(ParentBy) else None
        if needed and needed not in roles:
            return MappingProblem.NO_PARENT, ""
        if self.parent_by == ParentBy.PARENT and Role.CODE not in roles and Role.ID not in roles:
            return MappingProblem.NO_CODE, ""
        seen: set[tuple[str, str, str]] = set()
        for column in self.columns:
            if column.name not in header:
                return MappingProblem.COLUMN_MISSING, column.name
            if list(header).count(column.name) > 1:
                return MappingProblem.COLUMN_TWICE, column.name
            once = (column.role, column.language or self.language, column.level)
            once = once if column.role in SPOKEN else (column.role, "", "")
            if once in seen and column.role not in LINKS | {Role.STEP}:
                return MappingProblem.ROLE_TWICE, column.name
            seen.add(once)
        return None

    def kept(self) -> SheetMapping:
        """What is worth keeping for the next file: not which framework this one was."""
        return replace(self, title="", framework="", creator="", license_text="")

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "columns": [[c.name, c.role, c.language, c.level] for c in self.columns],
            **{name: getattr(self, name) for name in _PLAIN},
        }


_PLAIN = ("parent_by", "heading", "sheet", "language", "title", "framework", "creator", "license_text")


def mapping_from(content: Any) -> SheetMapping | None:
    """What `as_json` gave; None for anything else."""
    if not isinstance(content, Mapping) or not isinstance(content.get("columns"), list):
        return None
    try:
        columns = tuple(
            Column(str(name), Role(role).value, str(language), _level(level))
            for name, role, language, level in content["columns"]
        )
        values = {name: str(content[name]) for name in _PLAIN if name != "heading" and content.get(name) is not None}
        ParentBy(values.get("parent_by", ParentBy.NOTHING))
        return SheetMapping(columns=columns, heading=int(content.get("heading") or 0), **values)
    except (TypeError, ValueError, InvalidOperation):
        return None


def _level(text: Any) -> str:
    return "" if text in ("", None) else f"{Decimal(str(text)).normalize():f}"


# ------------------------------------------------------------------ guessing

_GUESSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (Role.ID, r"^(case[ _-]*)?(identifier|guid|uuid|id)$"),
        (Role.PARENT, r"^(parent|is ?child ?of|belongs (to|under)|under)\b"),
        (Role.NUMBER, r"^(smart ?level|outline( number)?|numbering)$"),
        (Role.DEPTH, r"^(depth|indent(ation)?( level)?|outline level|hierarchy level)$"),
        (Role.SEQUENCE, r"^(sequence ?number|sequence|order|sort( order)?)$"),
        (Role.ENUMERATION, r"^(list ?enumeration|list id)$"),
        (Role.PRECEDES, r"^(precedes|comes before|leads to|next( codes?)?)$"),
        (Role.MATCHES, r"^(is ?)?exact ?match ?of$|^same as$"),
        (Role.RELATED, r"^(is )?related( to)?$"),
        (Role.GRADES, r"\bgrades?\b|^education ?levels?$|^year ?groups?$"),
        (Role.SUBJECTS, r"^subjects?( areas?)?$"),
        (Role.KIND, r"^(cf)?item ?type$|^(kind|type|statement type)$"),
        (Role.CONCEPTS, r"key ?words?|^concepts?$|^tags?$"),
        (Role.NOTES, r"^(notes?|comments?|remarks?|clarifications?)$"),
        (Role.LANGUAGE, r"^lang(uage)?$"),
        (Role.HOME, r"\bhome\b"),
        (Role.FAMILY, r"\b(family|families|parents?|caregivers?)\b"),
        (Role.STUDENT, r"\b(i can|can.?do|students? words?|learners?|students? (say|says|can))\b"),
        (Role.NAME, r"^(name|title|short( name)?|abbreviated ?statement|label)\b"),
        (Role.CODE, r"^(human ?coding ?scheme|code|(standard |competency )?(number|code|id|no\.?|notation))$"),
        (
            Role.STATEMENT,
            r"full ?statement|^(statement|standard|description|competency|objective|expectation|outcome|skill)s?\b",
        ),
    )
)
_STEP = re.compile(r"^(strand|domain|cluster|substrand|area|category|topic|unit|level ?\d)s?$", re.IGNORECASE)
_LANGUAGES = (
    ("es", re.compile(r"\b(spanish|español|es)\b", re.IGNORECASE)),
    ("ar", re.compile(r"\b(arabic|ar)\b", re.IGNORECASE)),
    ("en", re.compile(r"\b(english|en)\b", re.IGNORECASE)),
)
_LEVEL_NUMBER = re.compile(r"\blevels?\s*(\d(?:\.5)?)\b|\b(\d(?:\.5)?)\b")


def guess(header: Sequence[str], *, language: str = "en") -> SheetMapping:
    """A role for each column with a telling heading; only a proposal."""
    columns: list[Column] = []
    taken: set[tuple[str, str, str]] = set()
    for name in header:
        role = next((role for role, pattern in _GUESSES if name and pattern.search(name)), "")
        if not role and name and _STEP.match(name):
            role = Role.STEP
        if not role or list(header).count(name) > 1:
            continue
        spoken = next((code for code, pattern in _LANGUAGES if role in SPOKEN and pattern.search(name)), "")
        number = _LEVEL_NUMBER.search(name) if role in LEVELLED else None
        level = next((one for one in number.groups() if one), "") if number else ""
        column = Column(name, role, "" if spoken == language else spoken, level)
        once = (role, column.language, column.level)
        if role not in LINKS | {Role.STEP} and once in taken:
            continue
        taken.add(once)
        columns.append(column)
    return SheetMapping(columns=tuple(columns), parent_by=_parent_by({c.role for c in columns}), language=language)


def _parent_by(roles: set[str]) -> str:
    if Role.PARENT in roles and roles & {Role.CODE, Role.ID}:
        return ParentBy.PARENT
    for way, role in ((ParentBy.NUMBER, Role.NUMBER), (ParentBy.DEPTH, Role.DEPTH), (ParentBy.STEPS, Role.STEP)):
        if role in roles:
            return way
    return ParentBy.NOTHING


def likely_heading(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The line that reads most like headings: most telling names, then most filled cells, then the earliest."""

    def worth(row: tuple[int, Sequence[str]]) -> tuple[int, int, int]:
        names = [cell.strip() for cell in row[1]]
        return len(guess(names).columns), sum(1 for name in names if name), -row[0]

    return max(rows, key=worth)[0] if rows else 0
